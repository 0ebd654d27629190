"""K-quants and others from an F16 GGUF, by llama.cpp itself."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from curation.errors import ArtifactError
from training.config import Quantisation
from training.llama import silenced


def quantise(source: Path, out: Path, kind: Quantisation) -> None:
    """Write `source` (F16) to `out` as `kind`. Raises ArtifactError where llama.cpp refuses."""
    import llama_cpp

    wishes = llama_cpp.llama_model_quantize_default_params()
    wishes.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{kind}")
    wishes.nthread = os.cpu_count() or 1
    temporary = out.with_name(f".{out.name}.tmp")
    with silenced() as said:
        code = llama_cpp.llama_model_quantize(str(source).encode(), str(temporary).encode(), ctypes.byref(wishes))
    if code != 0:
        temporary.unlink(missing_ok=True)
        raise ArtifactError(f"{source}: llama.cpp cannot write {kind} (code {code}): {''.join(said).strip()[-300:]}")
    temporary.replace(out)
