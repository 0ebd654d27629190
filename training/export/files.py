"""An adapter -> GGUF files, a Modelfile and the proof that they are the model that was trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import ArtifactError
from curation.progress import Tick, silent
from curation.records import Message
from curation.storage import file_sha256
from training.config import ExportConfig, Quantisation
from training.export import ollama
from training.export.gguf_file import write_gguf
from training.export.merge import write_merged
from training.export.parity import Parity, compare, reference
from training.export.probe import Reply
from training.export.quantise import quantise
from training.export.supported import check
from training.quiet import quiet

_LONGEST_DEFAULT_CONTEXT = 8192  # a longer context costs memory that a laptop lacks; the recipe can ask for it


@dataclass(frozen=True, slots=True)
class GgufFile:
    """One file written: its kind, size in bytes and SHA-256."""

    kind: Quantisation
    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written, and how each file compares with Transformers on the parity prompts (none compared: empty)."""

    files: tuple[GgufFile, ...]
    modelfile: Path
    stops: tuple[str, ...]
    num_ctx: int
    merged: Path | None
    parity: tuple[Parity, ...]
    expected: tuple[str, ...]


def export(
    base: str | Path,
    adapter: Path | None,
    out: Path,
    config: ExportConfig,
    *,
    seed: int,  # noqa: ARG001 (nothing here is random; every stage is called alike)
    prompts: Sequence[Sequence[Message]] = (),
    tick: Tick = silent,
) -> ExportReport:
    """Return the report of `out/model-<kind>.gguf`, `out/Modelfile` and, if asked for, `out/merged`.

    `prompts` are held-out prompts; the first `config.parity_prompts` of them go through both runtimes. Raises ArtifactError where the
    checkpoint cannot be written, a file does not load, or the F16 file is not the trained model.
    """
    from training.lora import load_tokenizer

    out.mkdir(parents=True, exist_ok=True)
    steps = len(config.quantize) + 3
    with quiet():
        folder = local_folder(base)
        check(folder, adapter)
        tokenizer = load_tokenizer(adapter if adapter and (adapter / "tokenizer.json").is_file() else folder)
        frame = ollama.frame_of(tokenizer)
        asked = [list(messages) for messages in prompts][: config.parity_prompts]
        f16 = out / "model-F16.gguf"
        write_gguf(folder, adapter, tokenizer, f16, name=config.ollama.name)
        tick(1, steps)
        expected = _trained(folder, adapter, tokenizer, asked, config.parity_tokens)
        tick(2, steps)
        kinds: list[Quantisation] = ["F16", *(kind for kind in dict.fromkeys(config.quantize) if kind != "F16")]
        parity = []
        for number, kind in enumerate(kinds):
            path = out / f"model-{kind}.gguf"
            if kind != "F16":
                quantise(f16, path, kind)
            parity.append(compare(path, kind, expected, asked, config.parity_tokens))
            tick(3 + number, steps)
        _must_be_faithful(parity[0])
        if config.keep_merged:
            write_merged(folder, adapter, tokenizer, out / "merged")
    kept = [kind for kind in kinds if kind != "F16" or config.keep_f16 or "F16" in config.quantize or len(kinds) == 1]
    if "F16" not in kept:
        f16.unlink()
    files = tuple(_file(kind, out / f"model-{kind}.gguf") for kind in kept)
    stops = ollama.stops_of(tokenizer, frame)
    num_ctx = config.ollama.num_ctx or min(_context(folder), _LONGEST_DEFAULT_CONTEXT)
    best = next((one.path.name for one in files if one.kind == (config.quantize or ("F16",))[0]), files[0].path.name)
    (out / "Modelfile").write_text(ollama.modelfile(best, frame, stops, num_ctx=num_ctx, system=config.system), encoding="utf-8")
    merged = out / "merged" if config.keep_merged else None
    return ExportReport(files, out / "Modelfile", tuple(stops), num_ctx, merged, tuple(parity), tuple(expected.spoken))


def local_folder(base: str | Path) -> Path:
    """Return the folder of a checkpoint: itself, or the hub's copy on this machine. Raises ArtifactError where it cannot be had."""
    if Path(base).is_dir():
        return Path(base)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(str(base), allow_patterns=["*.json", "*.safetensors", "*.jinja"]))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise ArtifactError(f"base_model {base} cannot be fetched: {str(error).splitlines()[0]}") from error


def _trained(folder: Path, adapter: Path | None, tokenizer: Any, prompts: list[list[Message]], max_tokens: int) -> Reply:
    """The trained model in Transformers, merged by PEFT from a fresh load: another way than the file took, so they check each other."""
    from training.lora import load_adapted

    model = load_adapted(folder, adapter)
    if adapter is not None:
        model = model.merge_and_unload(safe_merge=True)
    return reference(model.eval(), tokenizer, prompts, max_tokens)


def _must_be_faithful(f16: Parity) -> None:
    """F16 rounds each weight by half a thousandth; more than this is not rounding but another model."""
    apart = f16.prompts - f16.answers_equal - f16.near_ties
    if apart:
        raise ArtifactError(f"export: the F16 file answers {apart} of {f16.prompts} held-out prompts differently from the trained model")
    if f16.kl > 1e-3:
        raise ArtifactError(
            f"export: the F16 file is {f16.kl:.1e} nats per token away from the trained model; F16 rounding gives below 1e-5"
        )


def _file(kind: Quantisation, path: Path) -> GgufFile:
    return GgufFile(kind, path, path.stat().st_size, file_sha256(path))


def _context(folder: Path) -> int:
    from training.sft import context_of

    return context_of(folder)
