"""What this machine can train on."""

from __future__ import annotations


def gpu_name() -> str:
    """Return the name and memory of the first GPU, or an empty text where there is none."""
    import torch

    if not torch.cuda.is_available():
        return ""
    properties = torch.cuda.get_device_properties(0)
    return f"{properties.name}, {properties.total_memory / 1e9:.0f} GB"
