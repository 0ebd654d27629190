import dataclasses
import hashlib
import math
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ArtifactError, ImbikError
from curation.records import Pair, Rejected
from curation.storage import read_jsonl, write_jsonl
from training.config import SftConfig
from training.losses import Loss
from training.sft import SftReport, train_sft

ROOT = Path(__file__).parents[2]
CONFIG = SftConfig(rank=8, alpha=16, max_steps=8, eval_steps=2, save_steps=2, batch_size=4, learning_rate=2e-3, precision="float32")
KILLED = """
import os, signal, sys
from pathlib import Path
from curation.records import Pair
from curation.storage import read_jsonl
from training.config import SftConfig
from training.sft import train_sft

base, folder, config = sys.argv[1:]
def die(done, total):
    if done == 5:
        os.kill(os.getpid(), signal.SIGKILL)

pairs = list(read_jsonl(Path(folder) / "pairs.jsonl", Pair))
train_sft(base, pairs, Path(folder) / "out", Path(folder) / "work", SftConfig.model_validate_json(config), seed=5, reject=print, tick=die)
"""


def never(record: Rejected) -> None:
    raise AssertionError(record)


def weights(adapter: Path) -> str:
    return hashlib.sha256((adapter / "adapter_model.safetensors").read_bytes()).hexdigest()


def test_training_lowers_the_validation_loss(sft: SftReport) -> None:
    validation = [one.validation for one in sft.losses if one.validation is not None]
    assert validation[-1] < validation[0] - 0.1
    assert (sft.train_rows, sft.validation_rows, sft.rejected, sft.steps) == (32, 8, 0, 8)


def test_the_curve_starts_before_the_first_step_and_ends_at_the_last(sft: SftReport) -> None:
    curve = list(read_jsonl(sft.adapter.parent / "losses.jsonl", Loss))
    assert tuple(curve) == sft.losses
    assert [one.step for one in curve] == [0, 2, 4, 6, 8]
    assert curve[0].train is None


def test_the_adapter_folder_holds_an_adapter_and_its_tokeniser_only(sft: SftReport) -> None:
    names = {path.name for path in sft.adapter.iterdir()}
    assert names == {"adapter_config.json", "adapter_model.safetensors", "chat_template.jinja", "tokenizer.json", "tokenizer_config.json"}


def test_the_adapter_kept_is_that_of_the_lowest_validation_loss(sft: SftReport, base: Path, pairs: list[Pair]) -> None:
    from training.chat import sft_rows
    from training.evaluate import answer_logps
    from training.lora import load_adapted, load_tokenizer

    tokenizer = load_tokenizer(base)
    rows = list(sft_rows(tokenizer, [one for one in pairs if one.split == "validation"], 256, never))
    logps = answer_logps(load_adapted(base, sft.adapter).eval(), rows, 4, tokenizer.pad_token_id)
    lowest = min(one.validation for one in sft.losses if one.validation is not None)
    assert -sum(logps) / sum(len(row.answer) for row in rows) == pytest.approx(lowest, abs=0.05)  # TRL weighs batches, not tokens


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(sft: SftReport, base: Path, pairs: list[Pair], tmp_path: Path) -> None:
    write_jsonl(tmp_path / "pairs.jsonl", pairs)
    command = [sys.executable, "-c", KILLED, str(base), str(tmp_path), CONFIG.model_dump_json()]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "out" / "adapter").exists()
    steps: list[int] = []
    report = train_sft(
        base, pairs, tmp_path / "out", tmp_path / "work", CONFIG, seed=5, reject=never, tick=lambda done, total: steps.append(done)
    )
    assert (report.resumed_from, steps[0]) == (4, 5)
    assert weights(report.adapter) == weights(sft.adapter)
    assert report.losses == sft.losses


def test_checkpoints_of_other_data_are_not_gone_on_from(base: Path, pairs: list[Pair], tmp_path: Path) -> None:
    short = CONFIG.model_copy(update={"max_steps": 2, "save_steps": 1})
    train_sft(base, pairs, tmp_path / "out", tmp_path / "work", short, seed=5, reject=never)
    assert list((tmp_path / "work").glob("checkpoint-*"))
    assert train_sft(base, pairs[1:], tmp_path / "out", tmp_path / "work", short, seed=5, reject=never).resumed_from == 0


def test_a_second_architecture_takes_the_same_path(qwen: Path, pairs: list[Pair], tmp_path: Path) -> None:
    report = train_sft(qwen, pairs, tmp_path / "out", tmp_path / "work", CONFIG, seed=5, reject=never)
    validation = [one.validation for one in report.losses if one.validation is not None]
    assert validation[-1] < validation[0] - 0.1


def test_training_prints_nothing(base: Path, pairs: list[Pair], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    short = CONFIG.model_copy(update={"max_steps": 1, "eval_steps": 1})
    train_sft(base, pairs, tmp_path / "out", tmp_path / "work", short, seed=5, reject=never)
    assert capfd.readouterr() == ("", "")


def test_training_sends_no_usage_report(base: Path, pairs: list[Pair], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trl.trainer import base_trainer

    sent: list[Any] = []
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(base_trainer, "send_telemetry", lambda **facts: sent.append(facts))
    short = CONFIG.model_copy(update={"max_steps": 1, "eval_steps": 1})
    train_sft(base, pairs, tmp_path / "out", tmp_path / "work", short, seed=5, reject=never)
    assert sent == []


def test_rows_that_do_not_fit_are_rejected_and_counted(base: Path, pairs: list[Pair], tmp_path: Path) -> None:
    rejected: list[Rejected] = []
    long = dataclasses.replace(pairs[0], output="çok uzun " * 300)
    short = CONFIG.model_copy(update={"max_steps": 1})
    report = train_sft(base, [long, *pairs[1:5]], tmp_path / "out", tmp_path / "work", short, seed=5, reject=rejected.append)
    assert [one.reason for one in rejected] == ["too_long"]
    assert (report.train_rows, report.rejected) == (4, 1)


def test_no_row_left_stops_the_run(base: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="none of 0 pairs"):
        train_sft(base, [], tmp_path / "out", tmp_path / "work", CONFIG, seed=5, reject=never)


def test_a_base_that_is_not_there_is_named(tmp_path: Path, pairs: list[Pair]) -> None:
    with pytest.raises(ArtifactError, match=r"base_model .*nowhere"):
        train_sft(tmp_path / "nowhere", pairs, tmp_path / "out", tmp_path / "work", CONFIG, seed=5, reject=never)


def test_unsloth_without_unsloth_stops_before_any_work(base: Path, pairs: list[Pair], tmp_path: Path) -> None:
    with pytest.raises(ImbikError, match="unsloth"):
        train_sft(base, pairs, tmp_path / "out", tmp_path / "work", CONFIG.model_copy(update={"backend": "unsloth"}), seed=5, reject=never)
    assert not (tmp_path / "out").exists()


def test_the_first_validation_loss_is_that_of_the_base(base: Path, pairs: list[Pair], sft: SftReport) -> None:
    assert math.isclose(sft.losses[0].validation or 0, _base_loss(base, pairs), abs_tol=0.05)


def _base_loss(base: Path, pairs: list[Pair]) -> float:
    from training.chat import sft_rows
    from training.evaluate import answer_logps
    from training.lora import load_base, load_tokenizer

    tokenizer = load_tokenizer(base)
    rows = list(sft_rows(tokenizer, [one for one in pairs if one.split == "validation"], 256, never))
    return -sum(answer_logps(load_base(base).eval(), rows, 4, tokenizer.pad_token_id)) / sum(len(row.answer) for row in rows)
