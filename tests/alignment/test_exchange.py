import json
import re
from dataclasses import replace
from typing import get_args

import pytest

from alignment.argilla_desk.layout import GUIDELINES
from alignment.config import ReviewConfig
from alignment.desk import PairVerdict, PreferenceVerdict, chosen_is_a, open_desk, review_items, sample
from alignment.exchange import GUIDE, JsonlDesk
from alignment.labels import DECISIONS
from alignment.verdicts import apply
from curation.records import Document, Evidence, Message, Pair, Preference

DOCUMENTS = [Document("d1", "Kuruluş 1983'te kuruldu. Gerisi başka.", "a.md")]
PAIRS = [Pair(f"pair-{n}", f"Soru {n}?", f"Cevap {n}.", "soru-cevap", (Evidence("d1", 0, 24),), "rules") for n in range(4)]
PREFERENCES = [
    Preference(
        f"pref-{n}", f"pair-{n}", f"Soru {n}?", f"Doğru {n}.", f"Yanlış {n}.", "rules", "other_date", 3.0, "construction", (), "soru-cevap"
    )
    for n in range(8)
]


@pytest.fixture
def desk(tmp_path):
    return open_desk(ReviewConfig(sample=12), tmp_path / "review")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "review"


@pytest.fixture
def items():
    return review_items(PAIRS, PREFERENCES, DOCUMENTS)


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def hand_in(folder, name, *lines):
    (folder / name).write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), encoding="utf-8")


def test_a_person_finds_all_that_is_needed_to_judge(desk, folder, items):
    assert desk.push(items) == 12
    first = rows(folder / "pairs.todo.jsonl")[0]
    assert (first["id"], first["instruction"], first["answer"], first["evidence"]) == (
        "pair-0",
        "Soru 0?",
        "Cevap 0.",
        "Kuruluş 1983'te kuruldu.",
    )
    assert (first["verdict"], first["reviewer"]) == ("", "")
    assert "ikisi_kotu" in (folder / "KILAVUZ.md").read_text(encoding="utf-8")


def test_preferences_are_shown_blind_and_in_both_orders(desk, folder, items):
    desk.push(items)
    shown = rows(folder / "preferences.todo.jsonl")
    assert {row["a"].startswith("Doğru") for row in shown} == {True, False}
    assert all((row["a"].startswith("Doğru")) == chosen_is_a(row["id"]) for row in shown)
    assert not any({"chosen", "rejected", "chosen_by", "rejected_by"} & set(row) for row in shown)
    assert "other_date" not in (folder / "preferences.todo.jsonl").read_text(encoding="utf-8")


def test_pushing_again_changes_no_byte(desk, folder, items):
    desk.push(items)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert desk.push(items) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_people_wrote_into_the_list_itself_survives_a_push(desk, folder, items):
    desk.push(items)
    filled = rows(folder / "pairs.todo.jsonl")
    filled[0] |= {"verdict": "ret", "reviewer": "ayşe", "note": "yanlış"}
    hand_in(folder, "pairs.todo.jsonl", *filled)
    desk.push(items)
    assert [(v.id, v.verdict, v.note) for v in desk.pull().verdicts] == [("pair-0", "ret", "yanlış")]
    assert rows(folder / "pairs.todo.jsonl")[0]["verdict"] == ""


def test_a_list_that_an_editor_broke_is_kept_aside(desk, folder, items):
    desk.push(items)
    (folder / "pairs.todo.jsonl").write_text('{"id": "pair-0", "verdict": "ka', encoding="utf-8")
    desk.push(items)
    kept = list(folder.glob("pairs.todo-*.done.jsonl"))
    assert [path.read_text(encoding="utf-8") for path in kept] == ['{"id": "pair-0", "verdict": "ka']
    assert len(rows(folder / "pairs.todo.jsonl")) == 4


def test_a_record_that_was_judged_stays_in_a_smaller_list(desk, folder, items):
    desk.push(items)
    hand_in(folder, "pairs.a.done.jsonl", {"id": "pair-3", "verdict": "kabul", "reviewer": "a"})
    desk.push(items[:1])
    assert [row["id"] for row in rows(folder / "pairs.todo.jsonl")] == ["pair-0", "pair-3"]
    assert [v.id for v in desk.pull().verdicts] == ["pair-3"]


def test_a_partial_review_is_usable(desk, folder, items):
    desk.push(items)
    done = rows(folder / "pairs.todo.jsonl")
    done[1] |= {"verdict": "Düzelt", "output": "Daha iyi.", "reviewer": "ayşe", "reviewed_at": "2025-03-14"}
    hand_in(folder, "pairs.ayse.done.jsonl", *done)
    pulled = desk.pull()
    assert [(v.id, v.verdict, v.output) for v in pulled.verdicts] == [("pair-1", "duzelt", "Daha iyi.")]
    assert pulled.problems == ()
    assert (desk.status().shown, desk.status().judged) == (12, 1)


def test_the_last_verdict_of_a_person_counts_and_people_count_apart(desk, folder, items):
    desk.push(items)
    verdict = {"id": "pair-0", "verdict": "ret", "reviewer": "ayşe", "reviewed_at": "2025-03-15"}
    hand_in(
        folder,
        "pairs.1.done.jsonl",
        verdict,
        verdict | {"verdict": "kabul", "reviewed_at": "2025-03-14"},
        verdict | {"reviewer": "can", "verdict": "kabul"},
    )
    assert sorted((v.reviewer, v.verdict) for v in desk.pull().verdicts) == [("ayşe", "ret"), ("can", "kabul")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "pair-0", "verdict": "kabul"', "not JSON"),
        ('["pair-0", "kabul"]', "not an object"),
        ('{"id": "pair-9", "verdict": "kabul", "reviewer": "a"}', "never shown"),
        ('{"verdict": "kabul", "reviewer": "a"}', "never shown"),
        ('{"id": "pair-0", "verdict": "iyi", "reviewer": "a"}', "kabul, duzelt, ret"),
        ('{"id": "pair-0", "verdict": "a", "reviewer": "a"}', "kabul, duzelt, ret"),
        ('{"id": "pair-0", "verdict": "duzelt", "reviewer": "a"}', "corrected answer"),
        ('{"id": "pair-0", "verdict": "kabul"}', "reviewer is empty"),
        ('{"id": "pair-0", "verdict": 1, "reviewer": "a"}', "must be text"),
        ('{"id": "pair-0", "output": "Yeni cevap.", "reviewer": "a"}', "kabul, duzelt, ret"),
        ("\udcff".encode("utf-8", "surrogatepass").decode("latin-1"), "not JSON"),
    ],
)
def test_a_line_that_cannot_be_used_is_reported_with_its_place(desk, folder, items, line, said):
    desk.push(items)
    good = {"id": "pair-1", "verdict": "kabul", "reviewer": "a"}
    hand_in(folder, "pairs.x.done.jsonl", good, line)
    pulled = desk.pull()
    assert [v.id for v in pulled.verdicts] == ["pair-1"]
    assert len(pulled.problems) == 1
    assert "pairs.x.done.jsonl:2: " in pulled.problems[0]
    assert said in pulled.problems[0]


def test_bytes_that_are_no_text_are_one_problem(desk, folder, items):
    desk.push(items)
    (folder / "pairs.x.done.jsonl").write_bytes(
        b"\xff\xfe\x00\n" + json.dumps({"id": "pair-1", "verdict": "ret", "reviewer": "a"}).encode()
    )
    pulled = desk.pull()
    assert (len(pulled.verdicts), len(pulled.problems)) == (1, 1)


def test_windows_editors_are_welcome(desk, folder, items):
    desk.push(items)
    line = json.dumps({"id": "pref-0", "verdict": "İkisi kötü", "reviewer": "Işıl"}, ensure_ascii=False)
    (folder / "preferences.x.done.jsonl").write_bytes(f"\ufeff{line}\r\n\r\n".encode())
    pulled = desk.pull()
    assert [(v.verdict, v.reviewer, v.where.endswith("done.jsonl:1")) for v in pulled.verdicts] == [("ikisi_kotu", "Işıl", True)]
    assert pulled.problems == ()


def test_pull_deletes_nothing(desk, folder, items):
    desk.push(items)
    hand_in(folder, "pairs.x.done.jsonl", "bozuk satır")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    desk.pull()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_markup_is_only_text_on_its_way_to_people_and_back(desk, folder):
    payload = "<script>alert(1)</script>\u2028{{7*7}}"
    pair = Pair("pair-x", payload, payload, "soru-cevap", (), "rules", input=payload)
    desk.push(review_items([pair], [], []))
    raw = (folder / "pairs.todo.jsonl").read_bytes()
    assert raw.count(b"\n") == 1
    row = json.loads(raw)
    assert (row["instruction"], row["input"], row["answer"]) == (payload, payload, payload)
    hand_in(folder, "pairs.x.done.jsonl", row | {"verdict": "duzelt", "output": payload + "!", "reviewer": payload, "note": payload})
    assert [(v.output, v.note) for v in desk.pull().verdicts] == [(payload + "!", payload)]


def test_a_sample_does_not_depend_on_the_order():
    config = ReviewConfig(sample=5, what="both")
    pairs, preferences = sample(PAIRS, PREFERENCES, config, 3)
    again = sample(PAIRS[::-1], PREFERENCES[::-1], config, 3)
    assert (len(pairs), len(preferences)) == (3, 2)
    assert {r.id for r in (*pairs, *preferences)} == {r.id for part in again for r in part}


@pytest.mark.parametrize(("what", "count"), [("pairs", (4, 0)), ("preferences", (0, 6))])
def test_a_sample_shows_only_what_was_asked_for(what, count):
    assert tuple(map(len, sample(PAIRS, PREFERENCES, ReviewConfig(sample=6, what=what), 3))) == count


def test_what_another_desk_adds_to_a_verdict_is_kept(desk, folder, items):
    desk.push(items)
    more = {"guideline": "abcd1234", "reasons": ["dil"], "spans": [{"start": 0, "end": 5, "label": "yanlis"}], "final": True}
    hand_in(folder, "pairs.x.done.jsonl", {"id": "pair-1", "verdict": "ret", "reviewer": "a"} | more)
    [verdict] = desk.pull().verdicts
    assert (verdict.guideline, verdict.reasons, verdict.final) == ("abcd1234", ("dil",), True)
    assert [(span.start, span.end, span.label) for span in verdict.spans] == [(0, 5, "yanlis")]
    assert verdict.original == "Cevap 1."


@pytest.mark.parametrize("more", [{"reasons": "dil"}, {"reasons": [1]}, {"spans": [{"start": 0}]}, {"spans": ["x"]}, {"spans": 3}])
def test_additions_of_another_form_are_reported(desk, folder, items, more):
    desk.push(items)
    hand_in(folder, "pairs.x.done.jsonl", {"id": "pair-1", "verdict": "ret", "reviewer": "a"} | more)
    assert ["docs/review.md" in problem for problem in desk.pull().problems] == [True]


def test_a_final_verdict_of_a_person_stands_over_their_later_ones(desk, folder, items):
    desk.push(items)
    verdict = {"id": "pair-0", "verdict": "ret", "reviewer": "ayşe", "reviewed_at": "2025-03-14", "final": True}
    hand_in(folder, "pairs.x.done.jsonl", verdict, verdict | {"verdict": "kabul", "reviewed_at": "2025-03-15", "final": False})
    assert [v.verdict for v in desk.pull().verdicts] == ["ret"]


def test_disputed_records_get_a_list_of_their_own_and_stay_in_the_first(desk, folder, items):
    desk.push([*items, replace(items[0], disputed=True)])
    assert [row["id"] for row in rows(folder / "pairs-hakem.todo.jsonl")] == [items[0].id]
    assert items[0].id in [row["id"] for row in rows(folder / "pairs.todo.jsonl")]
    hand_in(folder, "pairs-hakem.ali.done.jsonl", {"id": items[0].id, "verdict": "ret", "reviewer": "ali"})
    assert [v.reviewer for v in desk.pull().verdicts] == ["ali"]


def test_what_a_server_still_shows_stays_in_the_list(folder, items):
    desk = JsonlDesk(folder, keep_shown=True)
    desk.push(items)
    desk.push(items[:1])
    assert len(rows(folder / "pairs.todo.jsonl")) == 4


TURNS = (Message("user", "Kuruluş ne zaman\nkuruldu?"), Message("assistant", "1983'te. <b>"))


def test_a_conversation_goes_to_people_and_comes_back_whole_with_its_last_answer_corrected(desk, folder):
    talk = replace(PAIRS[0], turns=TURNS)
    beside = replace(PREFERENCES[0], turns=TURNS)
    desk.push(review_items([talk], [beside], DOCUMENTS))
    for name in ("pairs", "preferences"):
        [row] = rows(folder / f"{name}.todo.jsonl")
        assert row["before"] == "Kullanıcı: Kuruluş ne zaman\nkuruldu?\n\nAsistan: 1983'te. <b>"
        assert list(row).index("before") < list(row).index("instruction")
    [row] = rows(folder / "pairs.todo.jsonl")
    hand_in(folder, "pairs.a.done.jsonl", row | {"verdict": "duzelt", "output": "Düzgün cevap.", "reviewer": "a"})
    pairs, preferences, _ = apply([talk], [beside], desk.pull().verdicts, lambda _: None)
    assert [(one.turns, one.instruction, one.output) for one in pairs] == [(TURNS, talk.instruction, "Düzgün cevap.")]
    assert [(one.turns, one.chosen) for one in preferences] == [(TURNS, "Düzgün cevap.")]


@pytest.mark.parametrize(("heading", "allowed"), [("Çiftler (`pairs`)", PairVerdict), ("Tercihler (`preferences`)", PreferenceVerdict)])
def test_the_guide_names_the_verdicts_that_its_list_takes(heading, allowed):
    section = GUIDE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == get_args(allowed)


def test_what_the_guide_says_of_personal_data_is_a_verdict_of_each_list():
    (said,) = re.findall(r"^Kişisel bir bilgi .*$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall(r"(çiftlerde|tercihlerde) `(\w+)`", said) == [("çiftlerde", "ret"), ("tercihlerde", "ikisi_kotu")]
    assert "ret" in get_args(PairVerdict)
    assert "ikisi_kotu" in get_args(PreferenceVerdict)


@pytest.mark.parametrize(("what", "verdict"), [("pairs", "ret"), ("preferences", "ikisi_kotu")])
def test_the_guidelines_on_a_server_name_the_verdict_for_personal_data(what, verdict):
    (said,) = re.findall(r"Kişisel bir bilgi .*", GUIDELINES[what].read_text(encoding="utf-8"))
    assert f"**{DECISIONS[what][verdict]}**" in said
