"""The road through people: a run waits, lays its records out in a real Argilla, and goes on to training with what people said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from alignment.argilla_desk.local_server import LocalServer, local_credentials
from tests.argilla.people import Person

pytestmark = [pytest.mark.argilla, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
RECIPE = """\
name: {name}
curate: {{inputs: [{texts}]}}
pairs: {{held_out: 0.1, validation: 0.1}}
review: {{desk: argilla, sample: 16, annotators_per_record: 2, gold_share: 0.2, adjudicators: [çağla]{server}}}
tohum: {{vocab_size: 1024, hidden: 256, layers: 1, tokens: 6000, batch_tokens: 1024}}
sft: {{max_steps: 2, eval_steps: 2, save_steps: 2, rank: 4, alpha: 8}}
dpo: {{max_steps: 2, eval_steps: 2, save_steps: 2}}
"""
WAITING = 3

Imbik = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def lay_out(tmp_path: Path, run_name: str) -> Callable[..., Imbik]:
    """`imbik` on a run of sixteen sample texts; `server` is what the recipe says of one."""

    def make(server: str = "", **environment: str) -> Imbik:
        texts = tmp_path / "belgeler"
        texts.mkdir()
        for path in sorted((ROOT / "samples" / "belgeler").rglob("*.txt"))[:16]:
            (texts / path.name).write_bytes(path.read_bytes())
        (tmp_path / "tarif.yaml").write_text(RECIPE.format(name=run_name, texts=texts, server=server), encoding="utf-8")
        known = os.environ | {"IMBIK_CACHE": str(tmp_path / "cache"), "OMP_NUM_THREADS": "2"} | environment

        def imbik(*arguments: str) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "pipelines.cli", *arguments, "--runs", str(tmp_path / "runs")]
            return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False)

        return imbik

    return make


def lines(path: Path) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def with_other_end(answer: str) -> str:
    """The answer with its full stop taken or given: a correction that its evidence holds as well."""
    return answer[:-1] if answer.endswith(".") else f"{answer}."


def questions_first(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(records, key=lambda one: (one["metadata"]["gorev_turu"] != "soru-cevap", one["external_id"]))


def test_a_run_waits_for_people_and_trains_on_what_they_said(
    lay_out: Callable[..., Imbik], server: LocalServer, person: Callable[[str], Person], tmp_path: Path, run_name: str
) -> None:
    imbik, recipe, run = lay_out(), str(tmp_path / "tarif.yaml"), tmp_path / "runs" / run_name
    waits = imbik("run", recipe, "--to", "dpo")
    assert waits.returncode == WAITING, waits.stderr
    assert f"imbik review pull {run_name}" in waits.stderr
    assert not (run / "4-reviewed").exists()

    checks = json.loads((run / "review" / "dikkat.json").read_text(encoding="utf-8"))
    people = [person(name) for name in ("ayşe", "bora")]
    pairs, preferences = (people[0].datasets()[f"{run_name}-{kind}"] for kind in ("ciftler", "tercihler"))
    shown = people[0].queue(pairs, 100)
    corrected, refused, disputed, accepted = questions_first([one for one in shown if one["external_id"] not in checks])[:4]
    better = with_other_end(unescape(corrected["fields"]["cevap"]))
    mixed_in = [one for one in shown if one["external_id"] in checks]
    assert mixed_in
    for one in people:
        one.respond(corrected["id"], karar="duzelt", duzeltilmis=better)
        one.respond(refused["id"], karar="ret", **{"not": "soru anlaşılmıyor"})
        one.respond(disputed["id"], karar="kabul" if one.name == "ayşe" else "ret")
        one.respond(accepted["id"], karar="kabul")
        for check in mixed_in:
            one.respond(check["id"], karar="ret")
    choice = next(one for one in people[0].queue(preferences, 100) if one["external_id"] not in checks)
    people[0].respond(choice["id"], karar="a")

    pulled = imbik("review", "pull", run_name)
    assert "9 verdicts, all sound" in pulled.stdout, pulled.stderr
    assert imbik("review", "push", run_name).returncode == 0
    judge = person("çağla")
    [record] = judge.queue(judge.datasets()[f"{run_name}-ciftler-hakem"])
    assert record["external_id"] == disputed["external_id"]
    judge.respond(record["id"], karar="ret")
    assert imbik("review", "pull", run_name).returncode == 0

    done = imbik("run", recipe, "--to", "dpo")
    assert done.returncode == 0, done.stderr
    before, after = lines(run / "2-pairs" / "pairs.jsonl"), lines(run / "4-reviewed" / "pairs.jsonl")
    gone = {refused["external_id"], disputed["external_id"]}
    assert set(before) - set(after) == gone
    assert set(after) <= set(before)
    assert {name for name in after if after[name]["output"] != before[name]["output"]} == {corrected["external_id"]}
    assert (after[corrected["external_id"]]["output"], after[corrected["external_id"]]["writer"]) == (better, "people")
    kept = lines(run / "4-reviewed" / "preferences.jsonl")
    assert not {one["pair_id"] for one in kept.values()} & gone
    for stage, records in (("5-sft", after), ("6-dpo", kept)):
        trained = json.loads((run / stage / "manifest.json").read_text(encoding="utf-8"))
        assert trained["read"] == sum(one["split"] != "held_out" for one in records.values())
    page = unescape((run / "report.html").read_text(encoding="utf-8"))
    assert "Uyum: çiftler" in page
    assert f'<p class="text">{better}</p>' in page
    told = imbik("review", "status", run_name).stdout
    assert "Krippendorff's alpha" in told
    assert "1 corrected" in told


def test_the_same_by_url_and_key(
    lay_out: Callable[..., Imbik], server: LocalServer, home: Path, person: Callable[[str], Person], tmp_path: Path, run_name: str
) -> None:
    key = local_credentials(home).api_key
    more = f", url: '{server.url}', api_key_env: DENEME_ANAHTARI"
    imbik = lay_out(more, DENEME_ANAHTARI=key, IMBIK_REVIEW_HOME=str(tmp_path / "nowhere"))
    recipe, run = str(tmp_path / "tarif.yaml"), tmp_path / "runs" / run_name
    assert imbik("run", recipe, "--to", "review").returncode == WAITING
    checks = json.loads((run / "review" / "dikkat.json").read_text(encoding="utf-8"))
    one = person("ayşe")
    shown = one.queue(one.datasets()[f"{run_name}-ciftler"], 100)
    corrected, refused = questions_first([record for record in shown if record["external_id"] not in checks])[:2]
    better = with_other_end(unescape(corrected["fields"]["cevap"]))
    one.respond(corrected["id"], karar="duzelt", duzeltilmis=better)
    one.respond(refused["id"], karar="ret")
    assert "2 verdicts, all sound" in imbik("review", "pull", run_name).stdout
    done = imbik("run", recipe, "--to", "review")
    assert done.returncode == 0, done.stderr
    after = lines(run / "4-reviewed" / "pairs.jsonl")
    assert after[corrected["external_id"]]["output"] == better
    assert refused["external_id"] not in after
    assert key not in "".join(path.read_text(encoding="utf-8", errors="replace") for path in run.rglob("*") if path.is_file())
