"""A merged checkpoint as a GGUF file in F16, with its tokeniser and chat template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from curation.errors import ArtifactError
from training.export.merge import merged_tensors
from training.export.supported import ARCHITECTURES, pre_tokenizer, rope

_GENERATION = re.compile(r"\{%-?\s*(?:end)?generation\s*-?%\}")


def write_gguf(base: Path, adapter: Path | None, tokenizer: Any, out: Path, *, name: str) -> None:
    """Write `base` with `adapter` merged in float32 to the F16 GGUF `out`; vectors stay float32, as llama.cpp wants them.

    Raises ArtifactError for a weight that llama.cpp has no place for, or that overflows F16.
    """
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    architecture = ARCHITECTURES[config["architectures"][0]]
    temporary = out.with_name(f".{out.name}.tmp")
    writer = gguf.GGUFWriter(str(temporary), architecture, use_temp_file=True)  # tensors wait on disk, not in memory
    _write_shape(writer, config, architecture, name)
    _write_vocabulary(writer, base, tokenizer, int(config["vocab_size"]))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[architecture.upper()], int(config["num_hidden_layers"]))
    for source, tensor in merged_tensors(base, adapter):
        if source == "lm_head.weight" and config.get("tie_word_embeddings"):
            continue
        target = names.get_name(source, try_suffixes=(".weight", ".bias"))
        if target is None:
            raise ArtifactError(f"{base}: llama.cpp has no place for {source} in a {architecture} model")
        writer.add_tensor(target, _values(source, tensor.numpy(), config, architecture))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    temporary.replace(out)


def plain_template(template: str) -> str:
    """Return a chat template without `{% generation %}` tags, which only trainers know.

    Whitespace control inside a tag (`{%-`) is carried over, by an empty comment that strips as the tag did.
    """
    return _GENERATION.sub(
        lambda tag: ("{#-" if tag[0].startswith("{%-") else "{#") + (" -#}" if tag[0].endswith("-%}") else " #}"), template
    )


def _values(source: str, values: np.ndarray[Any, Any], config: Mapping[str, Any], architecture: str) -> np.ndarray[Any, Any]:
    if architecture == "llama" and source.endswith(("q_proj.weight", "k_proj.weight")):
        heads = int(config["num_attention_heads"])
        if source.endswith("k_proj.weight"):
            heads = int(config.get("num_key_value_heads") or heads)
        values = _interleaved(values, heads)
    if values.ndim == 1:
        return values.astype(np.float32)
    halves = values.astype(np.float16)
    if not np.isfinite(halves).all():
        raise ArtifactError(f"{source} holds values that F16 cannot: beyond 65504, or not numbers")
    return halves


def _interleaved(values: np.ndarray[Any, Any], heads: int) -> np.ndarray[Any, Any]:
    """Reorder the rows of a Llama query or key: Transformers rotates halves, llama.cpp rotates neighbours."""
    rows, columns = values.shape
    return np.ascontiguousarray(values.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns))


def _write_shape(writer: Any, config: Mapping[str, Any], architecture: str, name: str) -> None:
    heads = int(config["num_attention_heads"])
    head_dim = int(config.get("head_dim") or config["hidden_size"] // heads)
    writer.add_type("model")
    writer.add_name(name)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config.get("num_key_value_heads") or heads)
    writer.add_rope_freq_base(rope(config)[0])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_key_length(head_dim)
    writer.add_value_length(head_dim)
    if architecture == "llama":
        writer.add_vocab_size(config["vocab_size"])
        writer.add_rope_dimension_count(head_dim)
    writer.add_file_type(int(gguf.LlamaFileType.MOSTLY_F16))
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def _write_vocabulary(writer: Any, base: Path, tokenizer: Any, size: int) -> None:
    values = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    tokens, kinds = _vocabulary(values, size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre_tokenizer(values))
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([_merge(one) for one in values["model"]["merges"]])
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_pad_token_id(tokenizer.pad_token_id)
    if tokenizer.bos_token_id is not None:
        writer.add_bos_token_id(tokenizer.bos_token_id)
    # The chat template writes the opening mark itself where there is one; llama.cpp adding a second would shift every prompt.
    writer.add_add_bos_token(False)
    writer.add_chat_template(plain_template(tokenizer.chat_template))


def _vocabulary(values: Mapping[str, Any], size: int) -> tuple[list[str], list[int]]:
    """Token texts and kinds by id; ids without a token, which padded embeddings have, become unused ones."""
    by_id = {index: token for token, index in values["model"]["vocab"].items()}
    added = {one["id"]: one for one in values.get("added_tokens", [])}
    tokens, kinds = [], []
    for index in range(size):
        if index in added:
            tokens.append(added[index]["content"])
            kinds.append(gguf.TokenType.CONTROL if added[index]["special"] else gguf.TokenType.USER_DEFINED)
        else:
            tokens.append(by_id.get(index, f"[PAD{index}]"))
            kinds.append(gguf.TokenType.NORMAL if index in by_id else gguf.TokenType.UNUSED)
    return tokens, [int(kind) for kind in kinds]


def _merge(merge: str | list[str]) -> str:
    return merge if isinstance(merge, str) else " ".join(merge)
