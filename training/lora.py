"""A base checkpoint with a LoRA adapter on it: loading, and the arguments both TRL trainers share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from curation.errors import ArtifactError
from training.chat import ensure_template
from training.config import DpoConfig, SftConfig


def load_tokenizer(base: str | Path) -> Any:
    """Return the tokeniser of a checkpoint, always with a chat template and a padding token."""
    from transformers import AutoTokenizer

    try:
        return ensure_template(AutoTokenizer.from_pretrained(str(base), trust_remote_code=False))
    except (OSError, ValueError) as error:
        raise ArtifactError(f"base_model {base}: its tokeniser cannot be loaded: {_first_line(error)}") from error


def load_base(base: str | Path, *, precision: str = "float32", four_bit: bool = False) -> Any:
    """Return a checkpoint as a causal language model on the GPU if there is one; `precision` as in the recipe, `auto` included.

    Raises ArtifactError where it is missing, or needs code of its own to run.
    """
    import torch
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    wishes: dict[str, Any] = {"dtype": _dtype(precision), "trust_remote_code": False}
    if four_bit:
        wishes["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=_dtype(precision)
        )
        wishes["device_map"] = {"": 0}
    try:
        model = AutoModelForCausalLM.from_pretrained(str(base), **wishes)
    except (OSError, ValueError) as error:
        raise ArtifactError(f"base_model {base} cannot be loaded: {_first_line(error)}") from error
    return model if four_bit or not torch.cuda.is_available() else model.cuda()


def load_adapted(base: str | Path, adapter: Path | None, *, trainable: bool = False, precision: str = "float32") -> Any:
    """Return a base with `adapter` on it, or the bare base where there is none."""
    model = load_base(base, precision=precision)
    if adapter is None:
        return model
    from peft import PeftModel

    if not (adapter / "adapter_config.json").is_file():
        raise ArtifactError(f"{adapter} holds no adapter: run the stage that trains it first")
    return PeftModel.from_pretrained(model, str(adapter), is_trainable=trainable)


def new_adapter(base: str | Path, config: SftConfig) -> Any:
    """Return a base with a fresh LoRA adapter on every linear layer but the output head."""
    from peft import LoraConfig as PeftLora
    from peft import get_peft_model, prepare_model_for_kbit_training

    model = load_base(base, precision=config.precision, four_bit=config.method == "qlora")
    if config.method == "qlora":
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=config.gradient_checkpointing)
    wishes = PeftLora(
        r=config.rank, lora_alpha=config.alpha, lora_dropout=config.dropout, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    return get_peft_model(model, wishes)


def arguments(config: SftConfig | DpoConfig, work: Path, *, seed: int, validate: bool, resumed: bool) -> dict[str, Any]:
    """Return the trainer arguments both stages share: silent, no reports, losses and checkpoints by steps."""
    import torch

    gpu = torch.cuda.is_available()
    return {
        "output_dir": str(work),
        "seed": seed,
        "data_seed": seed,
        "num_train_epochs": config.epochs,
        "max_steps": config.max_steps,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": config.warmup,
        "per_device_train_batch_size": config.batch_size,
        "per_device_eval_batch_size": config.batch_size,
        "gradient_accumulation_steps": config.gradient_accumulation,
        "gradient_checkpointing": config.gradient_checkpointing,
        "bf16": config.precision == "bfloat16" or (config.precision == "auto" and fast_bfloat16()),
        "use_cpu": not gpu,
        "dataloader_pin_memory": gpu,
        "logging_steps": config.eval_steps,
        "eval_strategy": "steps" if validate else "no",
        "eval_steps": config.eval_steps,
        "eval_on_start": validate and not resumed,
        "save_strategy": "steps",
        "save_steps": config.save_steps,
        "save_total_limit": config.keep_checkpoints,
        "max_length": None,  # rows that do not fit were rejected before; nothing may be cut here
        "report_to": [] if config.tracker == "files" else [config.tracker],
        "disable_tqdm": True,
        "push_to_hub": False,
    }


def fast_bfloat16() -> bool:
    """True where this machine multiplies bfloat16 faster than float32: a GPU that has it, or a CPU with AVX512-BF16 (1.6 times here)."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported())


def _dtype(precision: str) -> Any:
    import torch

    # On a CPU the weights stay in float32 and only products are taken in bfloat16.
    wanted = precision == "bfloat16" or (precision == "auto" and fast_bfloat16())
    return torch.bfloat16 if wanted and torch.cuda.is_available() else torch.float32


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
