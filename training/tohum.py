"""A small Turkish base model grown on the spot from the curated texts: tokeniser and weights, no download.

It is a seed (tohum): a few million parameters that have read one corpus. It makes the whole road run anywhere, and is
honest about what it is; for a model that knows things, name a checkpoint in `base_model`.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from curation.errors import ImbikError
from curation.progress import Tick, silent
from training.config import TohumConfig
from training.lora import fast_bfloat16
from training.quiet import quiet

END, START, STOP = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
# Qwen2's split: single digits, and a suffix after an apostrophe stays one piece ('nin). llama.cpp knows it as `qwen2`.
QWEN2_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_RECIPE = 4  # part of the cache key: raise it when a change here changes the model
_ROW = 512  # tokens; longer rows mean fewer steps for the same work, shorter ones a model that loses the thread sooner
# An adapter does not reach the output head: marks that the base never saw, such as the braces of JSON, it can hardly learn to say.
# Without these rows the loss of an answer's first `{` stayed at 6 nats after three epochs of SFT.
_JSON_SHARE = 0.2
_OPENING = re.compile(r"\A.{20,200}?[.!?…:](?=\s)", re.DOTALL)


def grow(texts: Sequence[str], config: TohumConfig, cache: Path, *, seed: int, tick: Tick = silent) -> Path:
    """Return a checkpoint folder under `cache` with a model grown from `texts`; the same texts, config and seed are grown once.

    Raises ImbikError where the texts are too few to make a vocabulary of.
    """
    target = cache / f"tohum-{_fingerprint(texts, config, seed)}"
    if (target / "config.json").is_file():
        return target
    if sum(map(len, texts)) < config.vocab_size:
        raise ImbikError(
            f"tohum: {len(texts)} texts are too little to grow a model from: give more documents or a smaller tohum.vocab_size"
        )
    temporary = cache / f".{target.name}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    with quiet():
        tokenizer = grow_tokenizer(texts, config)
        model, loss = _grow_model(_rows(texts, tokenizer, config, seed), tokenizer, config, seed, tick)
        tokenizer.save_pretrained(temporary)
        model.save_pretrained(temporary)
    facts = {
        "texts": len(texts),
        "characters": sum(map(len, texts)),
        "parameters": model.num_parameters(),
        "seed": seed,
        "loss": round(loss, 4),
    }
    (temporary / "tohum.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    temporary.rename(target)
    return target


def grow_tokenizer(texts: Sequence[str], config: TohumConfig) -> Any:
    """Return a byte-level BPE tokeniser learnt from `texts`, with the ChatML template and `<|im_end|>` as its end."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(models.BPE())
    inner.normalizer = normalizers.NFC()
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    inner.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(QWEN2_SPLIT), behavior="isolated"), byte_level])
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=config.vocab_size,
        special_tokens=[END, START, STOP],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    roles = ["system\n", "user\n", "assistant\n"] * 50  # seen in every conversation, so worth a token each
    inner.train_from_iterator([*texts, *roles], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token=STOP, pad_token=END)
    tokenizer.chat_template = (Path(__file__).parent / "chatml.jinja").read_text(encoding="utf-8").strip()
    return tokenizer


def conversation(text: str) -> list[dict[str, str]] | None:
    """Return `text` as a turn: its first sentence asked, the rest answered; None where it has no second sentence."""
    opening = _OPENING.match(text)
    rest = text[opening.end() :].strip() if opening else ""
    if not opening or not rest:
        return None
    return [{"role": "user", "content": opening.group()}, {"role": "assistant", "content": rest}]


def _fingerprint(texts: Sequence[str], config: TohumConfig, seed: int) -> str:
    digest = hashlib.sha256(f"{_RECIPE}\x1f{config.model_dump_json()}\x1f{seed}".encode())
    for text in texts:
        digest.update(b"\x1f" + text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def _rows(texts: Sequence[str], tokenizer: Any, config: TohumConfig, seed: int) -> list[list[int]]:
    """Whole documents, and paragraphs as conversations; a row never holds two documents."""
    order = random.Random(seed)
    rows: list[list[int]] = []
    for text in texts:
        ids = [*tokenizer(text)["input_ids"], tokenizer.pad_token_id]
        rows += [ids[start : start + _ROW] for start in range(0, len(ids), _ROW)]
        for paragraph in re.split(r"\n\s*\n", text):
            turn = conversation(paragraph) if order.random() < config.conversation_share else None
            if turn and order.random() < _JSON_SHARE:
                turn[1]["content"] = json.dumps({"metin": [turn[1]["content"]]}, ensure_ascii=False)
            if turn:
                rendered = tokenizer.apply_chat_template(turn, tokenize=False)
                rows.append(tokenizer(rendered)["input_ids"][: config.context])
    return [row for row in rows if len(row) > 1]


def _grow_model(rows: list[list[int]], tokenizer: Any, config: TohumConfig, seed: int, tick: Tick) -> tuple[Any, float]:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    shape = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=config.hidden,
        intermediate_size=3 * config.hidden,  # keeps every row a multiple of 256, so K-quants apply to all of them
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        num_key_value_heads=config.heads,
        max_position_embeddings=config.context,
        tie_word_embeddings=False,  # tied, so small a model repeats its last token: 16 % of sampled tokens against 5 %
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(shape)
    model.generation_config.eos_token_id = [tokenizer.eos_token_id, tokenizer.pad_token_id]
    optimisers = _optimisers(model, config)
    seen, loss = 0, float("nan")
    model.train()
    for batch in _batches(rows, config.batch_tokens, random.Random(seed)):
        for optimiser, peak in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = peak * _schedule(seen / config.tokens)
        loss = _step(model, [optimiser for optimiser, _ in optimisers], batch, tokenizer.pad_token_id)
        seen += sum(map(len, batch))
        tick(min(seen, config.tokens), config.tokens)
        if seen >= config.tokens:
            break
    return model.eval(), loss


def _optimisers(model: Any, config: TohumConfig) -> list[tuple[Any, float]]:
    """Muon for the matrices, AdamW for embeddings, head and norms, each with its peak learning rate: a small corpus allows few steps."""
    import torch

    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name and "lm_head" not in name]
    rest = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name or "lm_head" in name]
    muon = torch.optim.Muon(matrices, lr=config.matrix_learning_rate, weight_decay=0.1, ns_steps=3)  # 3 of 5: as good here, cheaper
    adam = torch.optim.AdamW(rest, lr=config.learning_rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
    return [(muon, config.matrix_learning_rate), (adam, config.learning_rate)]


def _step(model: Any, optimisers: list[Any], batch: list[list[int]], pad: int) -> float:
    import torch

    width = max(map(len, batch))
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in batch])
    labels = torch.tensor([row + [-100] * (width - len(row)) for row in batch])
    # Rows are padded on the right, so the causal mask alone keeps padding out of every real position.
    with torch.autocast("cpu", torch.bfloat16, enabled=fast_bfloat16()):
        logits = model(input_ids=ids, use_cache=False).logits
    loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())
    model.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimiser in optimisers:
        optimiser.step()
    return float(loss.item())


def _batches(rows: list[list[int]], batch_tokens: int, order: random.Random) -> Iterator[list[list[int]]]:
    """Endless epochs of rows of like length, at most `batch_tokens` tokens with their padding."""
    while True:
        ranked = sorted(rows, key=lambda row: (len(row) // 32, order.random()))
        batches: list[list[list[int]]] = [[]]
        for row in ranked:
            if batches[-1] and (len(batches[-1]) + 1) * len(row) > batch_tokens:
                batches.append([])
            batches[-1].append(row)
        order.shuffle(batches)
        yield from batches


def _schedule(progress: float) -> float:
    """Share of the peak learning rate: 2 % warm-up, then a cosine down to a tenth."""
    return min(progress / 0.02 + 0.01, 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))))
