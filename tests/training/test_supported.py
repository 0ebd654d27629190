import json
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ArtifactError
from training.export.supported import check, pre_tokenizer, unsupported
from training.tohum import QWEN2_SPLIT

LLAMA = {"architectures": ["LlamaForCausalLM"]}
LORA = {"peft_type": "LORA"}
TOKENS = {"model": {"type": "BPE"}, "pre_tokenizer": {"type": "ByteLevel", "use_regex": True, "add_prefix_space": False}}


def split(regex: str) -> dict[str, Any]:
    byte_level = {"type": "ByteLevel", "use_regex": False, "add_prefix_space": False}
    return {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": regex}}, byte_level]}}


def test_plain_llama_with_plain_lora_is_supported() -> None:
    assert unsupported(LLAMA, LORA, TOKENS) is None


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"architectures": ["GPT2LMHeadModel"]}, "GPT2LMHeadModel"),
        (LLAMA | {"rope_parameters": {"rope_type": "llama3", "rope_theta": 5e5}}, "'llama3'"),
        (LLAMA | {"rope_scaling": {"type": "linear", "factor": 2.0}}, "'linear'"),
        (LLAMA | {"attention_bias": True}, "biases"),
        (LLAMA | {"num_local_experts": 8}, "experts"),
        ({"architectures": ["MistralForCausalLM"], "sliding_window": 4096}, "sliding-window"),
        (LLAMA | {"quantization_config": {"quant_method": "gptq"}}, "quantised already"),
    ],
)
def test_a_model_that_would_be_written_wrongly_is_refused(config: dict[str, Any], word: str) -> None:
    assert word in str(unsupported(config, None, TOKENS))


@pytest.mark.parametrize(
    "adapter",
    [
        {"peft_type": "IA3"},
        LORA | {"use_dora": True},
        LORA | {"modules_to_save": ["lm_head"]},
        LORA | {"bias": "all"},
        LORA | {"fan_in_fan_out": True},
    ],
)
def test_an_adapter_that_is_more_than_lora_is_refused(adapter: dict[str, Any]) -> None:
    assert unsupported(LLAMA, adapter, TOKENS) is not None


@pytest.mark.parametrize("model", [{"type": "Unigram"}, {"type": "BPE", "byte_fallback": True}])
def test_a_tokeniser_of_another_kind_is_refused(model: dict[str, Any]) -> None:
    assert "byte-level BPE" in str(unsupported(LLAMA, None, TOKENS | {"model": model}))


def test_the_split_is_told_by_its_regex() -> None:
    assert pre_tokenizer(TOKENS) == "gpt-2"
    assert pre_tokenizer(split(QWEN2_SPLIT)) == "qwen2"
    assert pre_tokenizer(split(QWEN2_SPLIT.replace(r"|\p{N}|", r"|\p{N}{1,3}|"))) == "llama-bpe"


def test_a_split_without_a_name_is_refused() -> None:
    assert "no name" in str(unsupported(LLAMA, None, TOKENS | split(r"\w+")))


def test_a_refusal_names_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["MixtralForCausalLM"]}))
    (tmp_path / "tokenizer.json").write_text(json.dumps(TOKENS))
    with pytest.raises(ArtifactError, match="merge_and_unload"):
        check(tmp_path, None)
