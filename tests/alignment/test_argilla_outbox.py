from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from alignment.argilla_server.outbox import Outbox, queue_again, remembered

WEBHOOK = UUID("3395af03-87a4-4895-a70d-b6a6964f8cec")
NOON = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)


class Job:
    """A job that remembers what was queued."""

    def __init__(self):
        self.queued = []

    def delay(self, *arguments, job_id):
        self.queued.append((*arguments, job_id))
        return job_id


def test_a_call_lies_on_disk_until_it_is_taken_out(tmp_path: Path):
    box = Outbox(tmp_path / "outbox.sqlite")
    first, second = (box.put(WEBHOOK, "response.created", NOON, {"not": f"çağrı {n}"}) for n in range(2))
    box.take_out(first)
    box.close()
    [left] = Outbox(tmp_path / "outbox.sqlite").waiting()
    assert (left.id, left.webhook, left.event, left.timestamp, left.data) == (second, WEBHOOK, "response.created", NOON, {"not": "çağrı 1"})


def test_a_queued_job_has_the_id_of_its_call(tmp_path: Path):
    box, job = Outbox(tmp_path / "outbox.sqlite"), Job()
    queued = remembered(job, box)(WEBHOOK, "record.completed", NOON, {})
    assert [call.id for call in box.waiting()] == [queued] == [job.queued[0][-1]]


def test_what_an_earlier_server_left_is_queued_again_and_stays_one_call(tmp_path: Path):
    box, job = Outbox(tmp_path / "outbox.sqlite"), Job()
    ids = [box.put(WEBHOOK, "record.completed", NOON, {"n": n}) for n in range(3)]
    assert queue_again(job, box) == 3
    assert [one[-1] for one in job.queued] == ids == [call.id for call in box.waiting()]
    assert [one[3] for one in job.queued] == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_taking_out_what_is_not_there_does_nothing(tmp_path: Path):
    box = Outbox(tmp_path / "outbox.sqlite")
    box.take_out("yok")
    assert list(box.waiting()) == []
