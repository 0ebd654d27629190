from pathlib import Path
from typing import Any

import pytest

from curation.errors import ArtifactError
from training.export.merge import merged_tensors, write_merged
from training.lora import load_adapted, load_base
from training.sft import SftReport


def test_the_merge_from_files_equals_the_merge_in_the_model(base: Path, sft: SftReport) -> None:
    import torch

    merged = dict(merged_tensors(base, sft.adapter))
    expected = load_adapted(base, sft.adapter).merge_and_unload(safe_merge=True).state_dict()
    assert set(merged) == set(expected)
    for name, tensor in merged.items():
        torch.testing.assert_close(tensor, expected[name], rtol=0, atol=1e-6)


def test_the_merge_changes_what_was_adapted(base: Path, sft: SftReport) -> None:
    bare = dict(merged_tensors(base, None))
    moved = {name for name, tensor in merged_tensors(base, sft.adapter) if not tensor.equal(bare[name])}
    assert moved == {name for name in bare if "_proj" in name}


def test_an_adapter_of_another_model_is_refused(qwen: Path, sft: SftReport, tmp_path: Path, base: Path) -> None:
    from safetensors.torch import load_file, save_file

    thin = tmp_path / "thin"
    thin.mkdir()
    weights = {name: tensor for name, tensor in load_file(str(base / "model.safetensors")).items() if "q_proj" not in name}
    save_file(weights, str(thin / "model.safetensors"))
    with pytest.raises(ArtifactError, match="q_proj"):
        list(merged_tensors(thin, sft.adapter))


def test_rank_stabilised_adapters_are_scaled_as_peft_scales_them(base: Path, tmp_path: Path) -> None:
    import torch
    from peft import LoraConfig, get_peft_model

    model = get_peft_model(
        load_base(base), LoraConfig(r=4, lora_alpha=8, use_rslora=True, rank_pattern={"q_proj": 2}, target_modules="all-linear")
    )
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter)
    model.save_pretrained(tmp_path)
    expected = model.merge_and_unload().state_dict()
    for name, tensor in merged_tensors(base, tmp_path):
        torch.testing.assert_close(tensor, expected[name], rtol=0, atol=1e-5)


def test_the_merged_checkpoint_loads_and_speaks_like_the_adapted_model(base: Path, sft: SftReport, tokenizer: Any, tmp_path: Path) -> None:
    import torch

    write_merged(base, sft.adapter, tokenizer, tmp_path / "merged")
    ids = torch.tensor([[5, 6, 7]])
    with torch.inference_mode():
        merged, adapted = (model.eval()(ids).logits for model in (load_base(tmp_path / "merged"), load_adapted(base, sft.adapter)))
    torch.testing.assert_close(merged, adapted, rtol=0, atol=1e-4)
