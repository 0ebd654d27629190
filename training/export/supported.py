"""Which checkpoints and adapters this room can turn into GGUF, and what to do with the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError

# Mistral's tensors and llama.cpp's graph for it are Llama's.
ARCHITECTURES = {"LlamaForCausalLM": "llama", "MistralForCausalLM": "llama", "Qwen2ForCausalLM": "qwen2", "Qwen3ForCausalLM": "qwen3"}
# `pre_tokenizer` regexes llama.cpp holds in C++ under a name; it matches by name, not by regex.
_QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_LLAMA3 = _QWEN2.replace(r"|\p{N}|", r"|\p{N}{1,3}|")
PRE_TOKENIZERS = {_QWEN2: "qwen2", _LLAMA3: "llama-bpe"}
_WAY_OUT = "merge the run's adapter into it with PEFT's merge_and_unload and convert the result with llama.cpp's convert_hf_to_gguf.py"


def unsupported(config: Mapping[str, Any], adapter: Mapping[str, Any] | None, tokenizer: Mapping[str, Any]) -> str | None:
    """Why this checkpoint, adapter or tokeniser cannot be exported here; None where it can. Each is its JSON file."""
    return _model_reason(config) or (_adapter_reason(adapter) if adapter else None) or _tokenizer_reason(tokenizer)


def check(base: Path, adapter: Path | None) -> None:
    """Raise ArtifactError with the reason and the way out where `base` with `adapter` cannot become a GGUF here."""
    files = {"config.json": base, "tokenizer.json": base}
    if adapter:
        files["adapter_config.json"] = adapter
    values: dict[str, Any] = {}
    for name, folder in files.items():
        try:
            values[name] = json.loads((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ArtifactError(f"{folder / name} is missing or damaged, and the GGUF is written from it: {error}") from error
    reason = unsupported(values["config.json"], values.get("adapter_config.json"), values["tokenizer.json"])
    if reason:
        raise ArtifactError(f"export: {reason}; {_WAY_OUT}")


def pre_tokenizer(tokenizer: Mapping[str, Any]) -> str | None:
    """Return llama.cpp's name for how tokenizer.json splits text before its merges; None where it knows no such split."""
    split = tokenizer.get("pre_tokenizer") or {}
    parts = split.get("pretokenizers", [split])
    kinds = [part.get("type") for part in parts]
    if kinds == ["ByteLevel"] and parts[0].get("use_regex", True) and not parts[0].get("add_prefix_space"):
        return "gpt-2"
    if kinds == ["Split", "ByteLevel"] and not parts[1].get("use_regex", True) and not parts[1].get("add_prefix_space"):
        return PRE_TOKENIZERS.get(parts[0].get("pattern", {}).get("Regex", ""))
    return None


def rope(config: Mapping[str, Any]) -> tuple[float, str]:
    """Return base frequency and kind (`default` or the name of a scaling) of the rotary embedding, old and new spelling."""
    new = config.get("rope_parameters") or {}
    old = config.get("rope_scaling") or {}
    kind = new.get("rope_type") or old.get("rope_type") or old.get("type") or "default"
    return float(new.get("rope_theta") or config.get("rope_theta") or 10_000.0), str(kind)


def _model_reason(config: Mapping[str, Any]) -> str | None:  # noqa: PLR0911 (a list of cases)
    names = config.get("architectures") or ["none"]
    if names[0] not in ARCHITECTURES:
        return f"architecture {names[0]} is not among {', '.join(ARCHITECTURES)}"
    if config.get("quantization_config"):
        return "the base checkpoint is quantised already: name its 16-bit original as base_model"
    if rope(config)[1] != "default":
        return f"rotary scaling {rope(config)[1]!r} is not written here"
    if config.get("num_local_experts") or config.get("num_experts"):
        return "mixtures of experts are not written here"
    if names[0] == "MistralForCausalLM" and config.get("sliding_window"):
        return "sliding-window attention is not written here"
    if names[0] == "LlamaForCausalLM" and (config.get("attention_bias") or config.get("mlp_bias")):
        return "Llama with biases is not written here"
    return None


def _adapter_reason(adapter: Mapping[str, Any]) -> str | None:
    if adapter.get("peft_type") != "LORA":
        return f"adapter of type {adapter.get('peft_type')} is not LoRA"
    if adapter.get("use_dora"):
        return "DoRA adapters are not merged here"
    if adapter.get("modules_to_save"):
        return "adapters with modules_to_save are not merged here"
    if adapter.get("bias", "none") != "none" or adapter.get("lora_bias"):
        return "adapters that train biases are not merged here"
    if adapter.get("fan_in_fan_out") or adapter.get("target_parameters"):
        return "adapters on transposed layers or bare parameters are not merged here"
    return None


def _tokenizer_reason(tokenizer: Mapping[str, Any]) -> str | None:
    kind = (tokenizer.get("model") or {}).get("type")
    if kind != "BPE" or (tokenizer.get("model") or {}).get("byte_fallback"):
        return "the tokeniser is not byte-level BPE"
    if pre_tokenizer(tokenizer) is None:
        return "the tokeniser splits text in a way that llama.cpp has no name for here"
    return None
