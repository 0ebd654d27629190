"""Push, label, pull: the same on the embedded server and on one by URL."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from alignment.argilla_desk.desk import ArgillaDesk, open_argilla
from alignment.argilla_desk.local_server import LocalServer, local_credentials
from alignment.config import ReviewConfig
from alignment.desk import ErrorSpan, open_desk, said
from curation.errors import ReviewError
from tests.argilla.items import pair_item, preference_item
from tests.argilla.people import Person

pytestmark = [
    pytest.mark.argilla,
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # the SDK leaves its connection open when it is refused
]

PAYLOADS = (
    "<script>window.ele='gecirildi'</script>",
    "<img src=x onerror=alert(1)>",
    "{{7*7}} ${7*7} #{7*7}",
    "[tıkla](javascript:alert(1))",
    "</textarea><b>kalın</b>",
)


@pytest.fixture(params=["embedded", "by url"])
def desk(
    request: pytest.FixtureRequest, server: LocalServer, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_name: str
) -> ArgillaDesk:
    if request.param == "embedded":
        return open_argilla(ReviewConfig(desk="argilla", sample=10, annotators_per_record=2), tmp_path / "review", run_name)
    monkeypatch.setenv("DENEME_ANAHTARI", local_credentials(home).api_key)
    monkeypatch.setenv("IMBIK_REVIEW_HOME", str(tmp_path / "nowhere"))
    config = ReviewConfig(desk="argilla", sample=10, annotators_per_record=2, url=server.url, api_key_env="DENEME_ANAHTARI")
    return open_desk(config, tmp_path / "review", run_name)  # type: ignore[return-value]


def test_what_people_said_comes_back_with_all_that_belongs_to_it(desk: ArgillaDesk, person: Callable[[str], Person], run_name: str) -> None:
    assert desk.push([pair_item(1), pair_item(2), preference_item(1)]) == 3
    one, other = person("ayşe"), person("bora")
    pairs, preferences = (one.datasets()[f"{run_name}-{kind}"] for kind in ("ciftler", "tercihler"))
    first, second = sorted(one.queue(pairs), key=lambda record: record["external_id"])
    one.respond(first["id"], karar="duzelt", duzeltilmis="Kooperatif 1901'de açıldı.", hatali_yer=[{"start": 0, "end": 10, "label": "dil"}])
    other.respond(first["id"], karar="kabul", duzeltilmis="Kooperatif 1901 yılında kuruldu.")
    other.respond(second["id"], status="draft", karar="ret")
    choice = one.queue(preferences)[0]
    one.respond(choice["id"], karar="b", neden=["dayanak", "dil"], **{"not": "A daha açık ama kaynağa uzak"})
    pulled = desk.pull()
    assert pulled.problems == ()
    found = {(verdict.id, verdict.reviewer): verdict for verdict in pulled.verdicts}
    assert {key: (v.verdict, v.output) for key, v in found.items()} == {
        (first["external_id"], "ayşe"): ("duzelt", "Kooperatif 1901'de açıldı."),
        (first["external_id"], "bora"): ("kabul", ""),
        (choice["external_id"], "ayşe"): ("b", ""),
    }
    corrected = found[first["external_id"], "ayşe"]
    assert corrected.original == "Kooperatif 1901 yılında kuruldu."
    assert corrected.spans == (ErrorSpan(0, 10, "dil"),)
    assert corrected.reviewed_at
    assert len(corrected.guideline) == 8
    chosen = found[choice["external_id"], "ayşe"]
    assert (chosen.reasons, chosen.note) == (("dayanak", "dil"), "A daha açık ama kaynağa uzak")


def test_pushing_and_pulling_again_changes_nothing(
    desk: ArgillaDesk, person: Callable[[str], Person], tmp_path: Path, run_name: str
) -> None:
    items = [pair_item(number) for number in range(5)]
    desk.push(items)
    one = person("ayşe")
    record = one.queue(one.datasets()[f"{run_name}-ciftler"])[0]
    one.respond(record["id"], karar="duzelt", duzeltilmis="İnsanın yazdığı.")
    first = desk.pull()
    held = {path.name: path.read_bytes() for path in (tmp_path / "review").iterdir()}
    assert desk.push([replace(item, answers=("Makinenin yeni yazdığı.",)) for item in items]) == 0
    desk.push(items)
    assert desk.pull() == first
    assert {path.name: path.read_bytes() for path in (tmp_path / "review").iterdir()} == held
    assert first == said(tmp_path / "review")
    assert (desk.status().shown, desk.status().judged, desk.status().verdicts) == (5, 1, 1)


def test_a_verdict_can_be_changed_and_taken_back(desk: ArgillaDesk, person: Callable[[str], Person], run_name: str) -> None:
    desk.push([pair_item(1)])
    one = person("ayşe")
    record = one.queue(one.datasets()[f"{run_name}-ciftler"])[0]
    response = one.respond(record["id"], karar="ret")
    assert [v.verdict for v in desk.pull().verdicts] == ["ret"]
    one.change(response["id"], karar="kabul")
    assert [v.verdict for v in desk.pull().verdicts] == ["kabul"]
    one.change(response["id"], status="discarded", karar="kabul")
    assert desk.pull().verdicts == ()


def test_another_server_never_overwrites_what_was_taken_from_the_first(
    desk: ArgillaDesk, person: Callable[[str], Person], tmp_path: Path, run_name: str
) -> None:
    desk.push([pair_item(1), pair_item(2)])
    one = person("ayşe")
    one.respond(one.queue(one.datasets()[f"{run_name}-ciftler"])[0]["id"], karar="ret")
    taken = desk.pull().verdicts
    dataset = desk._dataset("pairs", disputed=False)
    dataset.delete()
    desk.push([pair_item(1), pair_item(2)])
    assert desk.pull().verdicts == taken


def test_an_edited_guideline_is_a_version_of_its_own(desk: ArgillaDesk, person: Callable[[str], Person], run_name: str) -> None:
    desk.push([pair_item(1), pair_item(2)])
    one = person("ayşe")
    dataset = one.datasets()[f"{run_name}-ciftler"]
    first, second = one.queue(dataset)
    one.respond(first["id"], karar="kabul")
    desk.pull()
    http = desk._client.api.http_client
    assert http.patch(f"/api/v1/datasets/{dataset}", json={"guidelines": "# Yeni kılavuz"}).status_code == 200
    one.respond(second["id"], karar="kabul")
    versions = {v.id: v.guideline for v in desk.pull().verdicts}
    assert len(set(versions.values())) == 2
    assert versions == {v.id: v.guideline for v in desk.pull().verdicts}


def test_what_is_disputed_goes_to_a_dataset_of_its_own_and_its_verdicts_are_final(
    desk: ArgillaDesk, person: Callable[[str], Person], run_name: str
) -> None:
    items = [pair_item(1), pair_item(2)]
    desk.push(items)
    desk.push([*items, replace(items[0], disputed=True)])
    judge = person("çağla")
    dataset = judge.datasets()[f"{run_name}-ciftler-hakem"]
    [record] = judge.queue(dataset)
    judge.respond(record["id"], karar="ret")
    assert [(v.id, v.verdict, v.final) for v in desk.pull().verdicts] == [(items[0].id, "ret", True)]


def test_markup_comes_back_as_it_was_sent(desk: ArgillaDesk, person: Callable[[str], Person], run_name: str) -> None:
    items = [pair_item(n, before=f"Kullanıcı: {text}", instruction=text, answers=(text,), evidence=text) for n, text in enumerate(PAYLOADS)]
    items += [preference_item(n, instruction=text, answers=(text, f"{text} B")) for n, text in enumerate(PAYLOADS)]
    desk.push(items)
    one = person("ayşe")
    sent = {item.id: item for item in items}
    for kind in ("ciftler", "tercihler"):
        for record in one.queue(one.datasets()[f"{run_name}-{kind}"]):
            item = sent[record["external_id"]]
            assert html.unescape(record["fields"]["gorev"]) == item.instruction
            assert html.unescape(record["fields"].get("konusma") or "") == item.before
            answers = record["fields"].get("cevaplar") or {"a": record["fields"].get("cevap")}
            assert tuple(html.unescape(answers[side]) for side in sorted(answers)) == item.answers
            assert not set("<>$") & set(str(record["fields"]))
            if item.what == "pairs":
                one.respond(record["id"], karar="duzelt", duzeltilmis=item.answers[0] + "!")
    assert {v.output for v in desk.pull().verdicts} == {text + "!" for text in PAYLOADS}


def test_a_server_that_is_not_there_or_refuses_is_told_in_one_line(
    server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_name: str
) -> None:
    monkeypatch.setenv("DENEME_ANAHTARI", "yanlis-anahtar")
    config = ReviewConfig(desk="argilla", sample=10, url=server.url, api_key_env="DENEME_ANAHTARI")
    with pytest.raises(ReviewError, match="refused"):
        open_argilla(config, tmp_path / "review", run_name)
    with pytest.raises(ReviewError, match="imbik review serve"):
        open_argilla(config.model_copy(update={"url": "http://127.0.0.1:9"}), tmp_path / "review", run_name)


def test_the_folder_alone_tells_what_was_said(desk: ArgillaDesk, person: Callable[[str], Person], tmp_path: Path, run_name: str) -> None:
    desk.push([pair_item(1)])
    one = person("ayşe")
    one.respond(one.queue(one.datasets()[f"{run_name}-ciftler"])[0]["id"], karar="ret", **{"not": "dayanağı yok"})
    desk.pull()
    [path] = (tmp_path / "review").glob("pairs.argilla-*.done.jsonl")
    [line] = [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()]
    assert (line["verdict"], line["reviewer"], line["note"]) == ("ret", "ayşe", "dayanağı yok")
