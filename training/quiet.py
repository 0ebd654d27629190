"""Silence: no bars, no log lines, no telemetry while a library works; progress goes through a Tick."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Run the block with warnings, progress bars, log lines and usage reports of the training libraries off."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else a fork after tokenising warns, or hangs
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"  # TRL reports each run's device and model type otherwise
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import datasets
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        datasets.logging.set_verbosity_error()
        datasets.disable_progress_bars()
        for name in ("accelerate", "peft", "trl", "httpx", "httpx2", "torch.distributed", "huggingface_hub"):
            logging.getLogger(name).setLevel(logging.ERROR)
        yield
