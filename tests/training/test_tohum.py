import hashlib
import json
import math
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ImbikError
from training.config import TohumConfig
from training.tohum import conversation, grow


def weights(folder: Path) -> str:
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


SMALL = TohumConfig(vocab_size=640, hidden=64, layers=1, heads=2, context=256, tokens=2000, batch_tokens=512)


def test_the_same_texts_grow_the_same_bytes(texts: list[str], tmp_path: Path) -> None:
    first, second = (grow(texts, SMALL, tmp_path / name, seed=1) for name in ("a", "b"))
    assert first.name == second.name
    assert weights(first) == weights(second)
    assert (first / "tokenizer.json").read_bytes() == (second / "tokenizer.json").read_bytes()


def test_a_model_is_grown_once(texts: list[str], tmp_path: Path) -> None:
    first = grow(texts, SMALL, tmp_path, seed=1)
    ticks: list[int] = []
    assert grow(texts, SMALL, tmp_path, seed=1, tick=lambda done, total: ticks.append(done)) == first
    assert ticks == []


def test_another_seed_or_text_is_another_model(texts: list[str], tmp_path: Path) -> None:
    names = {
        grow(texts, SMALL, tmp_path, seed=1).name,
        grow(texts, SMALL, tmp_path, seed=2).name,
        grow(texts[1:], SMALL, tmp_path, seed=1).name,
    }
    assert len(names) == 3


def test_a_growth_that_was_killed_leaves_nothing_that_counts(texts: list[str], tmp_path: Path) -> None:
    class KilledError(Exception):
        pass

    def die(done: int, total: int | None) -> None:
        if done > 500:
            raise KilledError

    with pytest.raises(KilledError):
        grow(texts, SMALL, tmp_path, seed=1, tick=die)
    assert not list(tmp_path.glob("tohum-*"))
    assert (grow(texts, SMALL, tmp_path, seed=1) / "config.json").is_file()


def test_growing_ticks_up_to_its_budget(texts: list[str], tmp_path: Path) -> None:
    ticks: list[tuple[int, int | None]] = []
    grow(texts, SMALL, tmp_path, seed=1, tick=lambda done, total: ticks.append((done, total)))
    assert ticks[-1] == (2000, 2000)


def test_growing_learns(base: Path) -> None:
    facts = json.loads((base / "tohum.json").read_text())
    size = json.loads((base / "config.json").read_text())["vocab_size"]
    assert facts["loss"] < 0.6 * math.log(size)


def test_too_little_text_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ImbikError, match="give more documents"):
        grow(["kısa"], SMALL, tmp_path, seed=1)


@pytest.mark.parametrize("text", ["İstanbul'un ılık IĞDIR'ı 1.234,5 TL", "kâğıt 😀\n\tsatır", "çığ\u00a0düştü"])
def test_the_tokeniser_loses_nothing(tokenizer: Any, text: str) -> None:
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_the_template_marks_the_answer_with_its_end_for_the_loss(tokenizer: Any) -> None:
    assert "{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}" in tokenizer.chat_template


def test_a_paragraph_becomes_a_turn_at_its_first_sentence() -> None:
    turn = conversation("Van Gölü kapalı bir göldür. Suyu sodalıdır. Derindir.")
    assert turn == [
        {"role": "user", "content": "Van Gölü kapalı bir göldür."},
        {"role": "assistant", "content": "Suyu sodalıdır. Derindir."},
    ]


def test_a_paragraph_of_one_sentence_is_no_turn() -> None:
    assert conversation("Van Gölü kapalı bir göldür.") is None
