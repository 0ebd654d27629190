"""Base weights with the adapter added, one tensor at a time in float32, from files alone: no model in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError

_LORA = re.compile(r"base_model\.model\.(.+)\.lora_(A|B)\.weight")


def merged_tensors(base: Path, adapter: Path | None) -> Iterator[tuple[str, Any]]:
    """Yield every weight of `base` as name and float32 tensor, with the low-rank product of `adapter` added where it has one.

    Raises ArtifactError where a part of the adapter finds no weight to go on: a merge that skips a layer is not a merge.
    """
    import torch
    from safetensors import safe_open

    layers = _adapter_layers(adapter) if adapter else {}
    left = set(layers)
    with ExitStack() as stack:
        for shard in shards(base):
            file = stack.enter_context(safe_open(str(shard), "pt"))
            for name in sorted(file.keys()):
                tensor = file.get_tensor(name).to(torch.float32)
                module = name.removesuffix(".weight")
                if module in layers:
                    tensor = tensor + layers[module]()
                    left.discard(module)
                yield name, tensor
    if left:
        raise ArtifactError(f"{adapter}: no weight in {base} for {', '.join(sorted(left)[:3])}: the adapter was trained on another model")


def shards(base: Path) -> list[Path]:
    """Return the safetensors files of a checkpoint. Raises ArtifactError where there are none."""
    found = sorted(base.glob("model*.safetensors"))
    if not found:
        raise ArtifactError(f"{base} holds no model*.safetensors: export reads no other format of weights")
    return found


def write_merged(base: Path, adapter: Path | None, tokenizer: Any, out: Path) -> None:
    """Write the merged checkpoint to `out` in the base's own dtype, one file per file of the base; other tools read it as it is."""
    import torch
    from safetensors import safe_open
    from safetensors.torch import save_file

    out.mkdir(parents=True)
    where: dict[str, tuple[str, Any]] = {}
    for shard in shards(base):
        with safe_open(str(shard), "pt") as file:
            where.update({name: (shard.name, getattr(torch, _DTYPES[file.get_slice(name).get_dtype()])) for name in file.keys()})  # noqa: SIM118
    held: dict[str, Any] = {}
    for name, tensor in merged_tensors(base, adapter):
        held[name] = tensor.to(where[name][1]).contiguous()
        shard_name = where[name][0]
        if {other for other, (file_name, _) in where.items() if file_name == shard_name} <= set(held):
            save_file({key: held.pop(key) for key in list(held) if where[key][0] == shard_name}, str(out / shard_name), {"format": "pt"})
    for name in ("config.json", "generation_config.json", "model.safetensors.index.json"):
        if (base / name).is_file():
            (out / name).write_bytes((base / name).read_bytes())
    tokenizer.save_pretrained(out)


_DTYPES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}


def _adapter_layers(adapter: Path) -> dict[str, Any]:
    """Each adapted module, with a function that returns its low-rank product, scaled."""
    from safetensors.torch import load_file

    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    halves: dict[str, dict[str, Any]] = {}
    for name, tensor in load_file(str(adapter / "adapter_model.safetensors")).items():
        match = _LORA.fullmatch(name)
        if match is None:
            raise ArtifactError(f"{adapter}: {name} is no LoRA weight: only plain LoRA can be merged")
        halves.setdefault(match[1], {})[match[2]] = tensor.float()
    return {module: _product(half["A"], half["B"], _scale(module, config)) for module, half in halves.items()}


def _product(a: Any, b: Any, scale: float) -> Any:
    return lambda: (b @ a) * scale


def _scale(module: str, config: Mapping[str, Any]) -> float:
    """alpha / rank, per-module patterns and rank-stabilised scaling included."""
    rank, alpha = float(config["r"]), float(config["lora_alpha"])
    for pattern, value in (config.get("rank_pattern") or {}).items():
        rank = float(value) if re.fullmatch(rf"(.*\.)?({pattern})", module) else rank
    for pattern, value in (config.get("alpha_pattern") or {}).items():
        alpha = float(value) if re.fullmatch(rf"(.*\.)?({pattern})", module) else alpha
    return float(alpha / (rank**0.5 if config.get("use_rslora") else rank))
