import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from alignment.desk import ErrorSpan, Item
from alignment.exchange import JsonlDesk
from alignment.label_studio import labelling_config, read_export, write_tasks
from curation.errors import ReviewError

PAIR = Item("pair-1", "pairs", "soru-cevap", "Ne zaman <b>kuruldu</b>?", "", ("1954'te kuruldu.",), "1954'te kurulmuştur.")
CHOICE = Item("pref-1", "preferences", "soru-cevap", "Nerede?", "", ("Muğla'da.", "Orada."), "")


@pytest.fixture
def folder(tmp_path):
    JsonlDesk(tmp_path / "review").push([PAIR, CHOICE])
    return tmp_path / "review"


def exported(tmp_path, data, *results, **annotation):
    task = {"id": 7, "data": data, "annotations": [{"completed_by": {"email": "ayse@ornek.example"}, "updated_at": "2025-03-14T10:00:00Z", "result": list(results)} | annotation]}  # fmt: skip
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task]), encoding="utf-8")
    return path


def choice(value):
    return {"from_name": "karar", "type": "choices", "value": {"choices": [value]}}


def test_tasks_hold_what_people_read_and_nothing_to_fill(folder, tmp_path):
    written = write_tasks(folder, tmp_path / "out")
    assert [path.name for path in written] == ["pairs.tasks.json", "pairs.config.xml", "preferences.tasks.json", "preferences.config.xml"]
    [task] = json.loads(written[0].read_text(encoding="utf-8"))
    assert task["data"] == {
        "id": "pair-1", "task": "soru-cevap", "before": "", "instruction": "Ne zaman <b>kuruldu</b>?", "input": "", "answer": "1954'te kuruldu.", "evidence": "1954'te kurulmuştur.",
    }  # fmt: skip


@pytest.mark.parametrize(("what", "count"), [("pairs", 3), ("preferences", 4)])
def test_the_configuration_offers_every_verdict_by_a_number_key(what, count):
    tree = ET.fromstring(labelling_config(what))
    assert [one.get("hotkey") for one in tree.iter("Choice")] == [str(n) for n in range(1, count + 1)]


def test_a_correction_comes_back_with_who_when_and_where(folder, tmp_path):
    text = {"from_name": "duzeltilmis", "type": "textarea", "value": {"text": ["1954 yılında kuruldu."]}}
    span = {"from_name": "hatali_yer", "type": "labels", "value": {"start": 0, "end": 6, "labels": ["Dil kusuru"]}}
    path, count = read_export(exported(tmp_path, {"id": "pair-1", "answer": "1954'te kuruldu."}, choice("Düzelt"), text, span), folder)
    assert (path.name.startswith("pairs.label-studio-"), count) == (True, 1)
    [verdict] = JsonlDesk(folder).pull().verdicts
    assert (verdict.verdict, verdict.output, verdict.reviewer) == ("duzelt", "1954 yılında kuruldu.", "ayse@ornek.example")
    assert (verdict.reviewed_at, verdict.spans) == ("2025-03-14T10:00:00Z", (ErrorSpan(0, 6, "dil"),))


def test_a_preference_is_read_by_value_or_by_label(folder, tmp_path):
    for given in ("ikisi_kotu", "İkisi de kötü"):
        read_export(exported(tmp_path, {"id": "pref-1", "a": "x", "b": "y"}, choice(given)), folder)
        assert [verdict.verdict for verdict in JsonlDesk(folder).pull().verdicts] == ["ikisi_kotu"]


def test_a_skipped_task_is_no_verdict(folder, tmp_path):
    _, count = read_export(exported(tmp_path, {"id": "pair-1", "answer": ""}, choice("Ret"), was_cancelled=True), folder)
    assert count == 0


def test_an_answer_that_was_left_as_it_was_is_no_correction(folder, tmp_path):
    text = {"from_name": "duzeltilmis", "type": "textarea", "value": {"text": ["1954'te kuruldu."]}}
    read_export(exported(tmp_path, {"id": "pair-1", "answer": "1954'te kuruldu."}, choice("Kabul"), text), folder)
    assert [(v.verdict, v.output) for v in JsonlDesk(folder).pull().verdicts] == [("kabul", "")]


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"data": {"id": "x"}, "annotations": [{}]}]', '{"data": 1}'])
def test_a_file_that_is_no_export_is_told_from_one(folder, tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReviewError, match="no JSON export"):
        read_export(path, folder)


def test_the_conversation_so_far_is_shown_above_the_question(tmp_path):
    JsonlDesk(tmp_path / "review").push([replace(PAIR, before="Kullanıcı: Ne kuruldu?\n\nAsistan: Bir kooperatif.")])
    [tasks, config] = write_tasks(tmp_path / "review", tmp_path / "out")
    [task] = json.loads(tasks.read_text(encoding="utf-8"))
    assert task["data"]["before"] == "Kullanıcı: Ne kuruldu?\n\nAsistan: Bir kooperatif."
    shown = [one.get("value") for one in ET.fromstring(config.read_text(encoding="utf-8")).iter("Text")]
    assert shown.index("$before") < shown.index("$instruction")


def test_a_list_laid_out_before_conversations_were_shown_still_makes_whole_tasks(folder, tmp_path):
    listed = folder / "pairs.todo.jsonl"
    line = json.loads(listed.read_text(encoding="utf-8"))
    del line["before"]
    listed.write_text(json.dumps(line) + "\n", encoding="utf-8")
    [task] = json.loads(write_tasks(folder, tmp_path / "out")[0].read_text(encoding="utf-8"))
    assert task["data"]["before"] == ""
