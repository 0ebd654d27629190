"""The recipe keys of this room: growing a base model, training adapters, measuring them and exporting."""

from __future__ import annotations

import importlib.util
from typing import Literal

from pydantic import Field, model_validator

from curation.config import Config
from curation.errors import MissingPackage

Quantisation = Literal["F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K"]
Tracker = Literal["files", "wandb", "mlflow", "tensorboard", "trackio"]


class TohumConfig(Config):
    """The small Turkish model grown from the run's own documents when `base_model` is `tohum`."""

    vocab_size: int = Field(default=4096, ge=512, le=32768, description="tokens in the vocabulary, 512 to 32768")
    hidden: int = Field(default=256, ge=64, le=2048, multiple_of=64, description="width of the model; K-quants want a multiple of 256")
    layers: int = Field(default=4, ge=1, le=24, description="transformer blocks, 1 to 24")
    heads: int = Field(default=4, ge=1, le=32, description="attention heads; must divide `hidden` into even parts")
    context: int = Field(default=1024, ge=128, le=8192, description="longest row in tokens, 128 to 8192")
    tokens: int = Field(
        default=250_000, ge=1_000, description="tokens seen while growing, counted over all epochs: the same work on every machine"
    )
    batch_tokens: int = Field(default=512, ge=128, le=262_144, description="tokens per step, padding included")
    learning_rate: float = Field(
        default=5e-3, gt=0, le=0.1, description="peak AdamW learning rate of embeddings, head and norms, then a cosine to a tenth"
    )
    matrix_learning_rate: float = Field(default=0.01, gt=0, le=1, description="peak Muon learning rate of all other weights, likewise")
    conversation_share: float = Field(
        default=0.3, ge=0, le=1, description="share of the rows shown as a turn of conversation (opening asked, rest answered), 0 to 1"
    )

    @model_validator(mode="after")
    def _heads_divide_the_width(self) -> TohumConfig:
        if self.hidden % self.heads or self.hidden // self.heads % 2:
            raise ValueError(f"hidden ({self.hidden}) must be an even multiple of heads ({self.heads})")
        return self


class LoraConfig(Config):
    """What both training stages share."""

    epochs: float = Field(default=2, gt=0, le=100, description="passes over the training rows, up to 100")
    max_steps: int = Field(default=-1, ge=-1, description="optimiser steps at most, whatever `epochs` says; -1 is no bound")
    learning_rate: float = Field(default=2e-4, gt=0, le=0.1, description="peak learning rate")
    warmup: float = Field(default=0.05, ge=0, lt=1, description="share of the steps in which the learning rate rises, 0 to below 1")
    batch_size: int = Field(default=8, ge=1, le=1024, description="rows per device and step")
    gradient_accumulation: int = Field(default=1, ge=1, le=1024, description="steps whose gradients are added before the weights move")
    max_length: int = Field(default=1024, ge=16, le=131_072, description="longest row in tokens; a longer one is rejected, never cut")
    eval_steps: int = Field(default=20, ge=1, description="optimiser steps between two losses, training and validation")
    save_steps: int = Field(default=20, ge=1, description="optimiser steps between two checkpoints")
    validation_rows: int = Field(
        default=64, ge=0, description="held-out rows behind each validation loss at most, the first by id; 0 validates nothing"
    )
    keep_checkpoints: int = Field(default=2, ge=1, le=100, description="newest checkpoints that stay on disk")
    gradient_checkpointing: bool = Field(default=False, description="trade a third more time for much less memory")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="arithmetic of the forward pass; auto is bfloat16 where the machine is faster at it, else float32"
    )
    tracker: Tracker = Field(default="files", description="where the curves go besides the run's own losses.jsonl")


class SftConfig(LoraConfig):
    """Stage `sft`: a LoRA adapter from instruction pairs."""

    backend: Literal["peft", "unsloth"] = Field(default="peft", description="`peft` runs on CPU and GPU, `unsloth` on a GPU only")
    method: Literal["lora", "qlora"] = Field(default="lora", description="`qlora` holds the base in 4 bits and needs a GPU")
    rank: int = Field(default=16, ge=1, le=512, description="rank of the adapter, 1 to 512; 16 to 64 is usual")
    alpha: int = Field(default=32, ge=1, le=2048, description="scale of the adapter is alpha / rank")
    dropout: float = Field(
        default=0.0, ge=0, lt=1, description="dropout before the adapter, 0 to below 1; costs a third more time on a CPU"
    )


class DpoConfig(LoraConfig):
    """Stage `dpo`: the SFT adapter trained on, against its own frozen copy."""

    enabled: bool = Field(default=True, description="false ends the road at SFT")
    epochs: float = Field(default=1, gt=0, le=100, description="passes over the preferences, up to 100")
    learning_rate: float = Field(default=5e-5, gt=0, le=0.1, description="peak learning rate; a quarter of that of SFT or less")
    batch_size: int = Field(default=4, ge=1, le=1024, description="preferences per device and step, two rows each")
    eval_steps: int = Field(default=40, ge=1, description="optimiser steps between two losses; validation costs four passes here")
    save_steps: int = Field(default=40, ge=1, description="optimiser steps between two checkpoints")
    beta: float = Field(default=0.1, gt=0, le=10, description="how hard the model is held to its SFT self; smaller moves further")
    label_smoothing: float = Field(
        default=0.0, ge=0, lt=0.5, description="share of preferences taken to be the wrong way round, 0 to below 0.5"
    )


class EvaluateConfig(Config):
    """Stage `evaluate`: base, SFT and DPO side by side on what none of them was trained on."""

    batch_size: int = Field(default=8, ge=1, le=1024, description="rows per forward pass")
    max_pairs: int = Field(default=500, ge=1, description="held-out pairs measured at most, the first by id")
    max_length: int = Field(default=1024, ge=16, le=131_072, description="longest row in tokens; longer ones are counted, not measured")
    answers: int = Field(default=5, ge=0, le=100, description="held-out prompts answered in full for people to read")
    max_new_tokens: int = Field(default=96, ge=1, le=4096, description="length of those answers in tokens")
    resamples: int = Field(
        default=2000, ge=100, le=100_000, description="bootstrap resamples behind each 95 % interval of a loss difference"
    )


class OllamaConfig(Config):
    """How the model is called in Ollama."""

    name: str = Field(default="imbik", pattern=r"^[a-z0-9][a-z0-9._/-]{0,79}(:[a-z0-9._-]{1,40})?$", description="name for `ollama create`")
    num_ctx: int = Field(default=0, ge=0, le=1_048_576, description="context in tokens; 0 is the model's own, at most 8192")


class ExportConfig(Config):
    """Stage `export`: GGUF files, a Modelfile and a model card."""

    quantize: tuple[Quantisation, ...] = Field(default=("Q4_K_M", "Q8_0"), description="quantisations written besides F16")
    ollama: OllamaConfig = OllamaConfig()
    system: str = Field(
        default="", max_length=20_000, description="system message in the Modelfile; best the one the pairs were written with"
    )
    license: str = Field(default="", max_length=100, description="licence of the exported model for its card; empty leaves a placeholder")
    keep_f16: bool = Field(default=True, description="keep the F16 file, from which others can be quantised")
    keep_merged: bool = Field(default=False, description="keep the merged safetensors checkpoint, for other tools")
    parity_prompts: int = Field(
        default=5, ge=0, le=100, description="held-out prompts on which GGUF and Transformers must agree; 0 skips the gate"
    )
    parity_tokens: int = Field(default=32, ge=1, le=1024, description="greedy tokens compared per prompt")


def sft_unavailable(config: SftConfig) -> str | None:
    """What this machine lacks for `config`, with what to do about it; None where it can run."""
    if config.backend == "unsloth" and importlib.util.find_spec("unsloth") is None:
        return str(MissingPackage("unsloth", "unsloth", "backend: unsloth"))
    if config.method == "qlora" and importlib.util.find_spec("bitsandbytes") is None:
        return "method: qlora needs bitsandbytes, which is not installed: pip install bitsandbytes, or choose `method: lora`"
    if (config.backend == "unsloth" or config.method == "qlora") and not _has_gpu():
        wish = "backend: unsloth" if config.backend == "unsloth" else "method: qlora"
        return f"{wish} needs a GPU, and this machine shows none: choose `backend: peft` and `method: lora`"
    return tracker_unavailable(config.tracker)


def tracker_unavailable(tracker: Tracker) -> str | None:
    """What `tracker` lacks, with what to do about it; None where it can run."""
    if tracker == "files" or importlib.util.find_spec(tracker) is not None:
        return None
    return f"tracker: {tracker} is not installed: pip install {tracker}, or choose `tracker: files`"


def _has_gpu() -> bool:
    if importlib.util.find_spec("torch") is None:
        return False
    import torch  # late: only a recipe that asks for a GPU waits for it

    return bool(torch.cuda.is_available())
