"""Stage 4 and the commands of `imbik review` on a small run, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from alignment.desk import chosen_is_a
from curation.errors import ReviewError
from curation.progress import silent
from curation.records import Document, Evidence, Pair, Preference
from curation.storage import write_jsonl, write_text
from pipelines.cli import app
from pipelines.manifest import write_manifest
from pipelines.recipe import load_recipe
from pipelines.review import pull, push, status
from pipelines.stage import Context, WaitingForPeople
from pipelines.stages.review import REVIEW
from pipelines.stages.review import run as run_stage

FACTS = (
    "Gülyazı Kooperatifi bin dokuz yüz elli dörtte Muğla'da kuruldu.",
    "Göle her bahar binlerce yavru balık bırakılıyor.",
    "Müzede altmış beş el yazması kitap sergileniyor.",
    "Değirmenin çarkı derenin suyuyla ağır ağır döner.",
)
DOCUMENTS = [Document(f"doc-{n}", fact, f"{n}.md") for n, fact in enumerate(FACTS)]
PAIRS = [
    Pair(f"pair-{n}", f"{n}. soru nedir?", fact, "soru-cevap", (Evidence(f"doc-{n}", 0, len(fact)),), "rules")
    for n, fact in enumerate(FACTS)
]
PREFERENCES = [
    Preference(f"pref-{n}", f"pair-{n}", f"{n}. soru nedir?", fact, "Bilinmiyor.", "rules", "empty_talk", 3.0, "construction", PAIRS[n].evidence, "soru-cevap")
    for n, fact in enumerate(FACTS)
]  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """A run folder that stands before its review."""

    def make(review: str) -> Path:
        run = tmp_path / "runs" / "deneme"
        (tmp_path / "belgeler").mkdir(exist_ok=True)
        (tmp_path / "belgeler" / "a.md").write_text("metin", encoding="utf-8")
        write_text(run / "recipe.yaml", f"name: deneme\ncurate: {{inputs: [belgeler]}}\nreview: {review}\n")
        write_text(run / "recipe-folder.txt", str(tmp_path))
        write_jsonl(run / "1-documents" / "documents.jsonl", DOCUMENTS)
        write_jsonl(run / "2-pairs" / "pairs.jsonl", PAIRS)
        write_jsonl(run / "3-preferences" / "preferences.jsonl", PREFERENCES)
        return run

    return make


def applied(run: Path) -> tuple[dict[str, str], dict[str, str], dict[str, Any]]:
    """Kept answers by id, reasons of what was rejected, and the figures."""
    out = run / "4-reviewed"
    outcome = run_stage(Context(load_recipe(run / "recipe.yaml"), run.parent, run, out, run / ".work", silent))
    kept = {one["id"]: one["output"] for one in map(json.loads, (out / "pairs.jsonl").read_text(encoding="utf-8").splitlines())}
    rejected = {one["id"]: one["reason"] for one in map(json.loads, (out / "rejected.jsonl").read_text(encoding="utf-8").splitlines())}
    return kept, rejected, dict(outcome.figures)


def judge(run: Path, who: str, *verdicts: tuple[str, str] | tuple[str, str, str], what: str = "pairs") -> None:
    lines = [{"id": v[0], "verdict": v[1], "output": v[2] if len(v) > 2 else "", "reviewer": who} for v in verdicts]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (run / "review" / f"{what}.{who}.done.jsonl").write_text(text, encoding="utf-8")


def shown(run: Path, name: str = "pairs") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "review" / f"{name}.todo.jsonl").read_text(encoding="utf-8").splitlines()]


def test_without_a_sample_everything_passes_through(made: Callable[..., Path]) -> None:
    kept, rejected, figures = applied(made("{sample: 0}"))
    assert (len(kept), rejected, figures["verdicts"]) == (4, {}, 0)


def test_a_wanted_review_waits_until_someone_has_spoken(made: Callable[..., Path]) -> None:
    run = made("{sample: 4, what: pairs}")
    with pytest.raises(WaitingForPeople, match="4 records"):
        applied(run)
    assert len(shown(run)) == 4


def test_a_server_that_is_not_there_keeps_the_run_waiting(
    made: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("argilla")
    monkeypatch.setenv("IMBIK_REVIEW_HOME", str(tmp_path / "home"))
    with pytest.raises(WaitingForPeople, match="imbik review push deneme"):
        applied(made("{sample: 4, desk: argilla}"))


def test_a_correction_is_scrubbed_and_held_by_its_evidence(made: Callable[..., Path]) -> None:
    run = made("{sample: 4, what: pairs}")
    push(run)
    judge(
        run,
        "ayşe",
        ("pair-0", "duzelt", "Muğla'da bin dokuz yüz elli dörtte kuruldu."),
        ("pair-1", "duzelt", "Göle her bahar 5000 alabalık bırakılıyor."),
        ("pair-2", "kabul"),
    )
    kept, rejected, figures = applied(run)
    assert kept["pair-0"] == "Muğla'da bin dokuz yüz elli dörtte kuruldu."
    assert rejected == {"pair-1": "people_ungrounded", "pref-1": "pair_rejected"}
    assert (figures["pairs_corrected"], figures["pairs_correction_refused"], figures["pairs_accepted"]) == (1, 1, 1)


def test_checks_are_mixed_in_and_never_reach_the_data(made: Callable[..., Path]) -> None:
    run = made("{sample: 4, what: pairs, gold_share: 0.5}")
    push(run)
    ids = {line["id"] for line in shown(run)}
    mixed_in = ids - {pair.id for pair in PAIRS}
    assert len(mixed_in) == 2
    judge(run, "ayşe", *((identity, "ret") for identity in sorted(mixed_in)), ("pair-0", "kabul"))
    judge(run, "bora", *((identity, "kabul") for identity in sorted(mixed_in)))
    kept, rejected, figures = applied(run)
    assert (set(kept), rejected) == ({pair.id for pair in PAIRS}, {})
    assert figures["verdicts"] == 1
    assert [(one["reviewer"], one["passed"], one["seen"]) for one in figures["people"][0]["attention"]] == [("ayşe", 2, 2), ("bora", 0, 2)]


def test_who_passes_the_checks_weighs_more_with_trust(made: Callable[..., Path]) -> None:
    run = made("{sample: 4, what: pairs, gold_share: 0.5, decide: trust}")
    push(run)
    mixed_in = sorted({line["id"] for line in shown(run)} - {pair.id for pair in PAIRS})
    judge(run, "ayşe", *((identity, "ret") for identity in mixed_in), ("pair-0", "ret"))
    judge(run, "bora", *((identity, "kabul") for identity in mixed_in), ("pair-0", "kabul"))
    assert applied(run)[1]["pair-0"] == "people_rejected"


def test_disagreements_go_to_the_adjudicators_and_their_word_ends_them(made: Callable[..., Path]) -> None:
    run = made("{sample: 4, what: pairs, decide: adjudication, adjudicators: [hakem]}")
    push(run)
    judge(run, "ayşe", ("pair-0", "ret"), ("pair-1", "kabul"))
    judge(run, "bora", ("pair-0", "kabul"), ("pair-1", "kabul"))
    judge(run, "can", ("pair-0", "kabul"))
    assert applied(run)[2]["pairs_tied"] == 1
    push(run)
    assert [line["id"] for line in shown(run, "pairs-hakem")] == ["pair-0"]
    judge(run, "hakem", ("pair-0", "ret"))
    assert applied(run)[1]["pair-0"] == "people_rejected"
    push(run)
    assert [line["id"] for line in shown(run)] == [pair.id for pair in PAIRS]


def test_pull_writes_how_far_people_agree(made: Callable[..., Path]) -> None:
    run = made("{sample: 8}")
    push(run)
    judge(run, "ayşe", ("pair-0", "ret"), ("pair-1", "kabul"))
    judge(run, "bora", ("pair-0", "ret"), ("pair-1", "kabul"))
    judge(run, "ayşe", ("pref-0", "a" if chosen_is_a("pref-0") else "b"), what="preferences")
    assert pull(run) == "5 verdicts, all sound; `imbik run` applies them"
    pairs, preferences = json.loads((run / "review" / "agreement.json").read_text(encoding="utf-8"))
    assert (pairs["what"], pairs["alpha"]["value"], pairs["kappas"][0]["value"]) == ("pairs", 1.0, 1.0)
    assert preferences["judge"]["value"] == 1.0
    words, agreed = status(run)
    assert words == "3 of 8 records judged, 5 verdicts"
    assert len(agreed) == 2


def test_a_line_that_cannot_be_used_is_named_and_the_others_stay_usable(made: Callable[..., Path]) -> None:
    run = made("{sample: 4, what: pairs}")
    push(run)
    judge(run, "ayşe", ("pair-0", "ret"), ("pair-1", "belki"))
    with pytest.raises(ReviewError, match="belki"):
        pull(run)
    assert set(applied(run)[1]) == {"pair-0", "pref-0"}


def test_a_damaged_list_of_checks_is_told(made: Callable[..., Path]) -> None:
    run = made("{sample: 4, what: pairs, gold_share: 0.5}")
    push(run)
    (run / "review" / "dikkat.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ReviewError, match=r"dikkat\.json"):
        applied(run)


def test_the_commands_speak(made: Callable[..., Path], tmp_path: Path) -> None:
    made("{sample: 4}")
    runs = ["--runs", str(tmp_path / "runs")]
    said = CliRunner()
    assert "4 records in" in said.invoke(app, ["review", "push", "deneme", *runs]).output
    assert "0 of 4 records judged" in said.invoke(app, ["review", "status", "deneme", *runs]).output
    judge(tmp_path / "runs" / "deneme", "ayşe", *((line["id"], "kabul") for line in shown(tmp_path / "runs" / "deneme")))
    answer = json.loads(said.invoke(app, ["review", "status", "deneme", "--json", *runs]).output)
    assert answer["agreement"][0]["reviewers"][0]["name"] == "ayşe"
    assert "ayşe" in said.invoke(app, ["review", "status", "deneme", *runs]).output
    written = said.invoke(app, ["review", "export", "deneme", *runs]).output.splitlines()
    assert [Path(line).name for line in written] == [
        "pairs.tasks.json",
        "pairs.config.xml",
        "preferences.tasks.json",
        "preferences.config.xml",
    ]


def test_what_people_changed_is_kept_before_and_after(made: Callable[..., Path]) -> None:
    run = made("{sample: 8}")
    push(run)
    judge(run, "ayşe", ("pair-0", "duzelt", "Muğla'da bin dokuz yüz elli dörtte kuruldu."), ("pair-1", "kabul"))
    judge(run, "bora", ("pair-0", "duzelt", "Muğla'da bin dokuz yüz elli dörtte kuruldu."))
    judge(run, "can", ("pref-2", "b" if chosen_is_a("pref-2") else "a"), what="preferences")
    applied(run)
    lines = [json.loads(line) for line in (run / "4-reviewed" / "changes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(one["id"], one["kind"], one["before"], one["after"], one["reviewers"]) for one in lines] == [
        ("pair-0", "corrected", FACTS[0], "Muğla'da bin dokuz yüz elli dörtte kuruldu.", ["ayşe", "bora"]),
        ("pref-2", "swapped", FACTS[2], "Bilinmiyor.", ["can"]),
    ]


def test_the_state_tells_what_the_last_run_made_of_the_verdicts(made: Callable[..., Path]) -> None:
    run = made("{sample: 8}")
    push(run)
    judge(run, "ayşe", ("pair-0", "duzelt", "Muğla'da bin dokuz yüz elli dörtte kuruldu."), ("pair-1", "ret"))
    assert "in the data" not in status(run)[0]
    figures = applied(run)[2]
    hashes = {"recipe": "0"}
    write_manifest(run / "4-reviewed", REVIEW, hashes, read=8, kept=6, rejected={}, figures=figures, seed=1, seconds=0.1)
    assert "in the data: 2 verdicts, 1 corrected, 1 refused" in status(run)[0]
