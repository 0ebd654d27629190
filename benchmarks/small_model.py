"""A language model trained on the spot, small enough to learn a few replies by heart in a minute or two on a CPU."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from curation.records import Message
from training.config import TohumConfig
from training.export.gguf_file import write_gguf
from training.tohum import grow_tokenizer

Lesson = tuple[tuple[Message, ...], str]
"""What is asked, and the reply to it."""

_BATCH_TOKENS = 4096
_BY_HEART = 0.02  # nats a token of the replies
_PEAK = 3e-3  # AdamW learning rate
_CONTEXT = 4096


def learn(lessons: Sequence[Lesson], folder: Path, *, passes: int, seed: int) -> tuple[float, Path]:
    """Return the mean loss of a reply's tokens in the last pass, and the GGUF, after at most so many passes; checkpoint and GGUF are written to `folder`."""
    import torch

    texts = [message.content for messages, _ in lessons for message in messages] + [reply for _, reply in lessons]
    tokenizer = grow_tokenizer(texts, TohumConfig(vocab_size=4096))
    rows = [_row(tokenizer, messages, reply) for messages, reply in lessons]
    torch.manual_seed(seed)
    model = _model(tokenizer)
    optimiser = torch.optim.AdamW(model.parameters(), lr=_PEAK, betas=(0.9, 0.95), weight_decay=0.01)
    loss, order = math.nan, random.Random(seed)
    model.train()
    for number in range(passes):
        for group in optimiser.param_groups:
            group["lr"] = _PEAK * min(1.0, (number + 1) / 3) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * number / passes)))
        losses = [_step(model, optimiser, batch, tokenizer.pad_token_id) for batch in _batches(rows, order)]
        loss = sum(losses) / len(losses)
        if loss < _BY_HEART:
            break
    tokenizer.save_pretrained(folder)
    model.eval().save_pretrained(folder)
    gguf = folder / "model.gguf"
    write_gguf(folder, None, tokenizer, gguf, name="kucuk")
    return loss, gguf


def _row(tokenizer: Any, messages: tuple[Message, ...], reply: str) -> tuple[list[int], int]:
    """Token ids of a lesson, and where its reply begins; cut where a server cuts, between what is asked and what is written."""
    chat = [{"role": message.role, "content": message.content} for message in messages]
    asked = tokenizer(tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True))["input_ids"]
    return [*asked, *tokenizer(reply)["input_ids"], tokenizer.eos_token_id], len(asked)


def _model(tokenizer: Any) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    shape = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=_CONTEXT,
        tie_word_embeddings=False,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(shape)


def _batches(rows: Sequence[tuple[list[int], int]], order: random.Random) -> list[list[tuple[list[int], int]]]:
    """Rows of like length together, at most so many tokens with their padding; the batches in another order every time."""
    batches: list[list[tuple[list[int], int]]] = [[]]
    for row in sorted(rows, key=lambda row: (len(row[0]) // 64, order.random())):
        if batches[-1] and (len(batches[-1]) + 1) * (len(row[0]) + 64) > _BATCH_TOKENS:
            batches.append([])
        batches[-1].append(row)
    order.shuffle(batches)
    return batches


def _step(model: Any, optimiser: Any, batch: Sequence[tuple[list[int], int]], pad: int) -> float:
    import torch

    width = max(len(ids) for ids, _ in batch)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row, _ in batch])
    places = torch.arange(1, width)
    learned = torch.stack([(places >= begin) & (places < len(row)) for row, begin in batch])
    states = model.model(input_ids=ids, use_cache=False).last_hidden_state[:, :-1][learned]  # the head at the replies alone
    loss = torch.nn.functional.cross_entropy(model.lm_head(states).float(), ids[:, 1:][learned])
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    return float(loss.item())
