"""What is installed here, what is reachable, and what this machine can run."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

_EXTRAS = {
    "base": ("pydantic", "presidio-analyzer", "numba", "pyarrow", "trafilatura", "lxml", "pypdf", "ftfy", "py3langid"),
    "synthesis": ("distilabel", "datasets", "openai"),
    "training": ("torch", "transformers", "trl", "peft", "gguf", "llama-cpp-python"),
    "review": ("argilla",),
    "warc": ("fastwarc",),
    "hub": ("huggingface_hub",),
    "ray": ("ray",),
    "semantic": ("model2vec",),
    "glotlid": ("fasttext-wheel",),
    "unsloth": ("unsloth",),
}
_ASKED_FOR = frozenset(("ray", "semantic", "glotlid", "unsloth"))
"""Extras that only a recipe which names them needs."""


def examine() -> dict[str, Any]:
    """Return facts about this machine as JSON-ready values: versions by extra, memory and disk in GB, accelerators, programs."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "memory_gb": _memory_gb(),
        "free_disk_gb": round(shutil.disk_usage(".").free / 1e9, 1),
        "packages": {extra: {name: _version(name) for name in names} for extra, names in _EXTRAS.items()},
        "gpu": _gpu(),
        "ollama": shutil.which("ollama") is not None,
        "keys": {name: name in os.environ for name in ("OPENAI_API_KEY", "HF_TOKEN")},
    }


def print_examination(console: Console, found: dict[str, Any]) -> None:
    """Print what `examine` returned, with the line that installs what is missing."""
    console.print(
        f"Python {found['python']} on {found['system']}, {found['cores']} cores, {found['memory_gb']} GB memory, {found['free_disk_gb']} GB free disk"
    )
    console.print(f"GPU: {found['gpu'] or 'none; training runs on the CPU, backend `unsloth` and method `qlora` do not'}")
    console.print(f"Ollama: {'here' if found['ollama'] else 'not here; the exported Modelfile waits for one'}")
    table = Table("extra", "package", "version", title_justify="left")
    missing = []
    for extra, packages in found["packages"].items():
        for name, version in packages.items():
            table.add_row(extra, name, version or "[yellow]missing[/]")
        if extra != "base" and extra not in _ASKED_FOR and not all(packages.values()):
            missing.append(extra)
    console.print(table)
    console.print(f"pip install 'imbik[{','.join(missing)}]' brings what is missing" if missing else "everything a run needs is installed")
    for name, there in found["keys"].items():
        console.print(f"{name} is {'set' if there else 'not set'}")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _memory_gb() -> float:
    if sys.platform == "win32":
        return 0.0
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)


def _gpu() -> str:
    if importlib.util.find_spec("torch") is None:
        return ""
    from training.hardware import gpu_name

    return gpu_name()
