"""The road through people: a run waits, lays its records out in a real Argilla, and goes on to training with what people said."""

from __future__ import annotations

import json
import os
import re
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
review: {{desk: argilla, sample: 12, annotators_per_record: 2, gold_share: 0.2, decide: adjudication, adjudicators: [çağla]{server}}}
tohum: {{vocab_size: 1024, hidden: 256, layers: 1, tokens: 6000, batch_tokens: 1024}}
sft: {{max_steps: 2, eval_steps: 2, save_steps: 2, rank: 4, alpha: 8}}
"""
WAITING = 3


@pytest.fixture(params=["embedded", "by url"])
def road(request: pytest.FixtureRequest, server: LocalServer, home: Path, tmp_path: Path, run_name: str) -> Callable[..., Any]:
    """`imbik` on a run of sixteen sample texts, with the embedded server or with the same one by URL and key."""
    environment = os.environ | {"IMBIK_CACHE": str(tmp_path / "cache"), "OMP_NUM_THREADS": "2"}
    more = ""
    if request.param == "by url":
        environment |= {"DENEME_ANAHTARI": local_credentials(home).api_key, "IMBIK_REVIEW_HOME": str(tmp_path / "nowhere")}
        more = f", url: '{server.url}', api_key_env: DENEME_ANAHTARI"
    texts = tmp_path / "belgeler"
    texts.mkdir()
    for path in sorted((ROOT / "samples" / "belgeler").rglob("*.txt"))[:16]:
        (texts / path.name).write_bytes(path.read_bytes())
    (tmp_path / "tarif.yaml").write_text(RECIPE.format(name=run_name, texts=texts, server=more), encoding="utf-8")

    def imbik(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipelines.cli", *arguments, "--runs", str(tmp_path / "runs")]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return imbik


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_waits_for_people_and_trains_on_what_they_said(
    road: Callable[..., Any], person: Callable[[str], Person], tmp_path: Path, run_name: str
) -> None:
    recipe, run = str(tmp_path / "tarif.yaml"), tmp_path / "runs" / run_name
    waits = road("run", recipe, "--to", "sft")
    assert waits.returncode == WAITING, waits.stderr
    assert f"imbik review pull {run_name}" in waits.stderr
    assert not (run / "4-reviewed").exists()
    assert road("review", "push", run_name).returncode == 0

    checks = json.loads((run / "review" / "dikkat.json").read_text(encoding="utf-8"))
    people = [person(name) for name in ("ayşe", "bora")]
    pairs, preferences = (people[0].datasets()[f"{run_name}-{kind}"] for kind in ("ciftler", "tercihler"))
    shown = [one for one in people[0].queue(pairs, 100) if one["external_id"] not in checks]
    corrected, refused, disputed, accepted = sorted(shown, key=lambda one: str(one["external_id"]))[:4]
    answer = unescape(corrected["fields"]["cevap"])
    better = re.sub(r"\.?$", "", answer)  # a correction of the pen only: its evidence still holds it
    for one in people:
        one.respond(corrected["id"], karar="duzelt", duzeltilmis=better)
        one.respond(refused["id"], karar="ret", **{"not": "soru anlaşılmıyor"})
        one.respond(disputed["id"], karar="kabul" if one.name == "ayşe" else "ret")
        one.respond(accepted["id"], karar="kabul")
        for record in one.queue(pairs, 100):
            if record["external_id"] in checks:
                one.respond(record["id"], karar="ret")
    choice = people[0].queue(preferences, 1)[0]
    people[0].respond(choice["id"], karar="a")

    pulled = road("review", "pull", run_name)
    assert pulled.returncode == 0, pulled.stderr
    assert "9 verdicts, all sound" in pulled.stdout
    assert road("review", "push", run_name).returncode == 0
    judge = person("çağla")
    [record] = judge.queue(judge.datasets()[f"{run_name}-ciftler-hakem"])
    assert record["external_id"] == disputed["external_id"]
    judge.respond(record["id"], karar="ret")
    assert road("review", "pull", run_name).returncode == 0

    done = road("run", recipe, "--to", "sft")
    assert done.returncode == 0, done.stderr
    before = {one["id"]: one for one in lines(run / "2-pairs" / "pairs.jsonl")}
    after = {one["id"]: one for one in lines(run / "4-reviewed" / "pairs.jsonl")}
    gone = {refused["external_id"], disputed["external_id"]}
    assert set(before) - set(after) == gone
    assert {name for name in after if after[name]["output"] != before[name]["output"]} == {corrected["external_id"]}
    assert (after[corrected["external_id"]]["output"], after[corrected["external_id"]]["writer"]) == (better, "people")
    assert not set(checks) & set(after)
    assert not {one["pair_id"] for one in lines(run / "4-reviewed" / "preferences.jsonl")} & gone
    trained = json.loads((run / "5-sft" / "manifest.json").read_text(encoding="utf-8"))
    assert trained["read"] == sum(one["split"] != "held_out" for one in after.values())
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Uyum: çiftler" in page
    assert better in unescape(page)
    status = road("review", "status", run_name)
    assert "Krippendorff's alpha" in status.stdout
    assert "1 corrected" in status.stdout
    again = road("run", recipe, "--to", "sft")
    assert again.returncode == 0
    assert json.loads((run / "5-sft" / "manifest.json").read_text(encoding="utf-8")) == trained
