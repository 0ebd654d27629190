"""Whether the GGUF is the model that was trained: same tokens, same prompt, same greedy answer, and how far the logits moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from curation.errors import ArtifactError
from curation.records import Message
from training.chat import render
from training.config import Quantisation
from training.export.probe import Reply, probe

# What breaks tokenisers on Turkish: apostrophe suffixes, dotted and dotless i, circumflexes, digit groups, odd spaces, marks.
STRESS = (
    "Türkiye'nin başkenti Ankara'dır.",
    "İSTANBUL ILIK iğne ığdır IĞDIR'da İĞDE",
    "1923 yılında 29 Ekim'de 1.234.567,89 TL, %45,5",
    "  iki  boşluk\n\nsatır\tsekme ",
    "def f(x):\n    return x**2  # yorum",
    "emoji 😀 ve bayrak 🇹🇷",
    "I'm don't WE'LL Ankara'DAN Tekirdağ'da sarı'l",
    "<|im_start|>user\nSelam<|im_end|>\n",
    "kâğıt âlim hâlâ rüzgâr",
    "a\u00a0b\u200bc\r\nd",
    "……—“tırnak”’lar ‘tek’",
    "3 33 333 3333",
    "…?!!!???",
    "",
)
_NEAR_TIE = 0.02  # logits; two tokens closer than this may change places in 16-bit arithmetic


@dataclass(frozen=True, slots=True)
class Parity:
    """One GGUF against Transformers: texts tokenised alike, prompts rendered alike, greedy answers equal, and KL divergence in nats per token.

    `near_ties` are answers that part where the two best tokens lie within a hair of each other in Transformers too.
    """

    kind: Quantisation
    bytes: int
    texts: int
    texts_equal: int
    prompts: int
    prompts_equal: int
    answers_equal: int
    near_ties: int
    kl: float
    answers: tuple[str, ...]


def reference(model: Any, tokenizer: Any, prompts: Sequence[Sequence[Message]], max_tokens: int) -> Reply:
    """Return what Transformers makes of the stress texts and `prompts`, in the shape of llama.cpp's reply."""
    import torch

    from training.evaluate import greedy

    rendered = [render(tokenizer, messages, ask=True) for messages in prompts]
    ids = [list(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in rendered]
    with torch.inference_mode():
        logits = [model(input_ids=torch.tensor([one], device=model.device), use_cache=False).logits[0].float().cpu().numpy() for one in ids]
    answers = [greedy(model, tokenizer, one, max_tokens) for one in ids]
    margins = [_margins(model, one, made) for one, made in zip(ids, answers, strict=True)]
    texts = [list(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in STRESS]
    return Reply(
        texts, rendered, ids, answers, [tokenizer.decode(one, skip_special_tokens=True).strip() for one in answers], logits, margins
    )


def compare(gguf: Path, kind: Quantisation, expected: Reply, prompts: Sequence[Sequence[Message]], max_tokens: int) -> Parity:
    """Return how `gguf` differs from `expected`. Raises ArtifactError where tokens or prompts differ: such a file is another model."""
    seen = probe(gguf, STRESS, prompts, max_tokens)
    apart = [text for text, a, b in zip(STRESS, expected.texts, seen.texts, strict=True) if a != b]
    if apart:
        raise ArtifactError(f"{gguf}: llama.cpp splits {len(apart)} of {len(STRESS)} Turkish test texts differently, first {apart[0]!r}")
    for a, b in zip(expected.rendered, seen.rendered, strict=True):
        if a != b:
            raise ArtifactError(f"{gguf}: the chat template inside it renders {b!r}, the training template {a!r}")
    equal = sum(a == b for a, b in zip(expected.answers, seen.answers, strict=True))
    ties = sum(_parts_at_tie(*both) for both in zip(expected.answers, seen.answers, expected.margins, strict=True))
    alike = sum(a == b for a, b in zip(expected.prompts, seen.prompts, strict=True))
    size = gguf.stat().st_size
    return Parity(
        kind, size, len(STRESS), len(STRESS), len(prompts), alike, equal, ties, divergence(expected.logits, seen.logits), tuple(seen.spoken)
    )


def divergence(expected: Sequence[np.ndarray[Any, Any]], seen: Sequence[np.ndarray[Any, Any]]) -> float:
    """Return KL(expected || seen) in nats, the mean over all positions; 0 for none."""
    values: list[np.ndarray[Any, Any]] = []
    for mine, other in zip(expected, seen, strict=True):
        p, q = _log_softmax(mine), _log_softmax(other[:, : mine.shape[1]])
        values.append((np.exp(p) * (p - q)).sum(axis=1))
    return max(0.0, float(np.concatenate(values).mean())) if values else 0.0


def _margins(model: Any, ids: list[int], answer: list[int]) -> list[float]:
    import torch

    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([ids + answer], device=model.device), use_cache=False).logits[0, len(ids) - 1 : -1].float()
    best = logits.topk(2, dim=-1).values
    return [float(margin) for margin in best[:, 0] - best[:, 1]]


def _parts_at_tie(mine: list[int], other: list[int], margins: list[float]) -> bool:
    place = next((index for index, (a, b) in enumerate(zip(mine, other, strict=False)) if a != b), None)
    return place is not None and margins[place] < _NEAR_TIE


def _log_softmax(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    wide = values.astype(np.float64)
    wide -= wide.max(axis=1, keepdims=True)
    return np.asarray(wide - np.log(np.exp(wide).sum(axis=1, keepdims=True)))
