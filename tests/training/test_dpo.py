import math
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ArtifactError
from curation.records import Preference, Rejected
from training.chat import dpo_rows
from training.config import DpoConfig
from training.dpo import dpo_trainer, train_dpo
from training.evaluate import answer_logps
from training.lora import arguments, load_adapted
from training.quiet import quiet
from training.sft import SftReport

CONFIG = DpoConfig(max_steps=6, eval_steps=2, save_steps=2, batch_size=4, learning_rate=2e-3, precision="float32")


def never(record: Rejected) -> None:
    raise AssertionError(record)


@pytest.fixture(scope="module")
def dpo(base: Path, sft: SftReport, preferences: list[Preference], tmp_path_factory: pytest.TempPathFactory) -> SftReport:
    folder = tmp_path_factory.mktemp("dpo")
    return train_dpo(base, sft.adapter, preferences, folder / "out", folder / "work", CONFIG, seed=5, reject=never)


def test_the_reference_is_the_sft_model_and_not_the_base(
    base: Path, sft: SftReport, preferences: list[Preference], tokenizer: Any, tmp_path: Path
) -> None:
    import torch

    rows = list(dpo_rows(tokenizer, preferences[:4], 256, never))
    with quiet():
        args = arguments(CONFIG, tmp_path, seed=5, validate=False, resumed=False)
        trainer = dpo_trainer(base, sft.adapter, CONFIG, args, tokenizer=tokenizer, rows=(rows, []))
        with torch.no_grad():  # move the policy away from where it started; the reference must stay
            for name, parameter in trainer.model.named_parameters():
                if ".default." in name:
                    parameter.add_(0.05)
        batch = trainer.data_collator([dict(one) for one in trainer.train_dataset])
        reference = trainer.compute_ref_log_probs(trainer.model, dict(batch))[0].tolist()
    chosen = [one.chosen for one in rows]
    of_sft, of_base = (answer_logps(load_adapted(base, one).eval(), chosen, 4, tokenizer.pad_token_id) for one in (sft.adapter, None))
    assert reference == pytest.approx(of_sft, abs=1e-3)
    assert all(abs(a - b) > 0.1 for a, b in zip(of_sft, of_base, strict=True))


def test_the_first_loss_is_that_of_two_equal_models(dpo: SftReport) -> None:
    assert dpo.losses[0].validation == pytest.approx(math.log(2), abs=1e-4)


def test_training_lowers_the_loss_on_preferences_it_has_not_seen(dpo: SftReport) -> None:
    assert dpo.losses[-1].validation is not None
    assert dpo.losses[-1].validation < math.log(2) - 0.02
    assert (dpo.train_rows, dpo.validation_rows, dpo.losses[-1].accuracy) == (32, 8, 1.0)


def test_the_frozen_reference_is_left_out_of_what_is_saved(dpo: SftReport) -> None:
    from safetensors import safe_open

    assert [path.name for path in dpo.adapter.iterdir() if path.is_dir()] == []
    with safe_open(str(dpo.adapter / "adapter_model.safetensors"), "pt") as file:
        assert not [name for name in file.keys() if ".ref." in name]  # noqa: SIM118 (not a dict)


def test_a_run_that_broke_off_goes_on_with_the_same_bytes(
    dpo: SftReport, base: Path, sft: SftReport, preferences: list[Preference], tmp_path: Path
) -> None:
    def break_off(done: int, total: int | None) -> None:
        if done == 3:
            raise KeyboardInterrupt

    def train(**more: Any) -> SftReport:
        return train_dpo(base, sft.adapter, preferences, tmp_path / "out", tmp_path / "work", CONFIG, seed=5, reject=never, **more)

    with pytest.raises(KeyboardInterrupt):
        train(tick=break_off)
    report = train()
    assert report.resumed_from == 2
    assert (report.adapter / "adapter_model.safetensors").read_bytes() == (dpo.adapter / "adapter_model.safetensors").read_bytes()


def test_dpo_without_an_sft_adapter_names_the_stage_to_run(base: Path, preferences: list[Preference], tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="run the sft stage first"):
        train_dpo(base, tmp_path, preferences, tmp_path / "out", tmp_path / "work", CONFIG, seed=5, reject=never)
