import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from training import config
from training.config import DpoConfig, EvaluateConfig, ExportConfig, SftConfig, TohumConfig, sft_unavailable

ROOT = Path(__file__).parents[2]


def test_reading_a_recipe_part_loads_no_heavy_package() -> None:
    heavy = ["torch", "transformers", "trl", "peft", "datasets", "gguf", "llama_cpp", "numpy"]
    code = f"import sys, training.config as c; c.sft_unavailable(c.SftConfig()); print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("model", [TohumConfig, SftConfig, DpoConfig, EvaluateConfig, ExportConfig])
def test_every_key_is_described_and_has_a_default(model: type[config.Config]) -> None:
    bare = [name for name, field in model.model_fields.items() if not field.description and name != "ollama"]
    assert bare == []
    assert model() == model.model_validate(model().model_dump(mode="json"))


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(ValidationError, match="even multiple of heads"):
        TohumConfig(hidden=256, heads=3)


def test_an_unknown_quantisation_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="quantize"):
        ExportConfig.model_validate({"quantize": ["Q4"]})


def test_the_default_backend_runs_anywhere() -> None:
    assert sft_unavailable(SftConfig()) is None


def test_unsloth_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.importlib.util, "find_spec", lambda name: None)
    assert "pip install 'imbik[unsloth]'" in str(sft_unavailable(SftConfig(backend="unsloth")))


def test_qlora_without_a_gpu_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(config, "_has_gpu", lambda: False)
    assert sft_unavailable(SftConfig(method="qlora")) == (
        "method: qlora needs a GPU, and this machine shows none: choose `backend: peft` and `method: lora`"
    )


def test_qlora_without_bitsandbytes_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.importlib.util, "find_spec", lambda name: None)
    assert "pip install bitsandbytes" in str(sft_unavailable(SftConfig(method="qlora")))


def test_a_tracker_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config.importlib.util, "find_spec", lambda name: None)
    assert "pip install wandb" in str(sft_unavailable(SftConfig(tracker="wandb")))
