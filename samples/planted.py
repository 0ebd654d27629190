"""Where the faults go: twelve texts that exist only damaged, and copies under yedek/, a folder that sorts after the originals."""

from __future__ import annotations

import codecs
import dataclasses
import random
from collections.abc import Callable
from functools import partial

from curation import turkish
from samples import faults, files
from samples.corpus import Corpus, Gold
from samples.writings import Writing

NEAR_LEVELS = (0.95, 0.9, 0.85, 0.7, 0.6, 0.5)
NEAR_THRESHOLD = 0.8
"""Similarity of word 5-grams from which a near copy must go."""

_SEED = 42
_NEAR_WORDS = 170  # in a shorter text one changed word already moves the similarity by more than the levels are apart

Damage = tuple[str, Callable[[str], bytes]]


class Pool:
    """Texts drawn without replacement, in an order that a seed decides."""

    def __init__(self, texts: list[Writing]) -> None:
        self._left = random.Random(_SEED).sample(texts, len(texts))

    def draw(self, *, plain: bool = False, min_words: int = 0) -> Writing:
        """Return the next text that fits."""
        writing = next(text for text in self._left if len(text.text.split()) >= min_words and (_is_plain(text) or not plain))
        self._left.remove(writing)
        return writing


def _is_plain(writing: Writing) -> bool:
    # The lines of a list cannot be told from broken ones, and curly marks turn into control characters that no repair brings back.
    return "\n- " not in writing.body and not set("“”‘’–…") & set(writing.text)


def add_planted(corpus: Corpus, texts: list[Writing], *, lines: list[Writing]) -> None:
    """Add `texts` as .txt files with faults among them, and copies of them and of two of `lines`, which stand in teknoloji.jsonl."""
    pool = Pool(texts)
    damaged = _add_damaged(corpus, pool)
    for writing in texts:
        if writing not in damaged:
            corpus.add_text(writing.field, writing, "clean")
    _add_damaged_copies(corpus, pool)
    _add_near_copies(corpus, pool)
    _add_equal_copies(corpus, pool, lines)


# --- texts that exist only damaged -------------------------------------------------------------------------------------

_WINDOWS: Damage = ("mojibake_utf8", lambda text: faults.utf8_read_as_cp1252(text).encode())
_LATIN: Damage = ("mojibake_utf8", lambda text: faults.utf8_read_as_latin1(text).encode())
_TURKISH: Damage = ("mojibake_cp1254", lambda text: faults.cp1254_read_as_latin1(text).encode())
_EIGHT_BIT: Damage = ("cp1254", lambda text: text.encode("cp1254"))
_SIXTEEN_BIT: Damage = ("utf16", lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"))


def _wrapped(width: int) -> Damage:
    return "wrapped", lambda text: faults.hard_wrapped(text, width).encode()


def _hyphenated(width: int) -> Damage:
    return "wrapped_hyphenated", lambda text: faults.hyphenated(text, width).encode()


_MOJIBAKE = (_WINDOWS, _WINDOWS, _LATIN, _TURKISH, _TURKISH)
_ONLY_COPIES: tuple[Damage, ...] = (*_MOJIBAKE, *[_EIGHT_BIT] * 3, _SIXTEEN_BIT, _wrapped(60), _wrapped(68), _hyphenated(64))
_SECOND_COPIES: tuple[Damage, ...] = (_LATIN, *_MOJIBAKE[1:], _wrapped(66), _wrapped(72), _hyphenated(70))


def _add_damaged(corpus: Corpus, pool: Pool) -> set[Writing]:
    damaged = set()
    for kind, damage in _ONLY_COPIES:
        writing = pool.draw(plain=True)
        corpus.add(_path(writing), damage(f"{writing.text}\n"), Gold(_path(writing), kind, writing=writing.name))
        damaged.add(writing)
    return damaged


def _path(writing: Writing) -> str:
    return f"{writing.field}/{writing.slug}.txt"


# --- copies ------------------------------------------------------------------------------------------------------------


def _add_copy(corpus: Corpus, writing: Writing, folder: str, data: bytes, gold: Gold) -> None:
    path = f"yedek/{folder}/{writing.slug}.txt"
    corpus.add(path, data, dataclasses.replace(gold, source=path, of=_path(writing), writing=writing.name))


def _add_equal_copies(corpus: Corpus, pool: Pool, lines: list[Writing]) -> None:
    gold = Gold("", "exact_duplicate", "drop", "exact_duplicate")
    for change in (_as_it_is, _as_it_is, _loud_title, _loose_spaces):
        writing = pool.draw()
        _add_copy(corpus, writing, "aynisi", f"{change(writing)}\n".encode(), gold)
    again = lines[2:4]
    rows = [dataclasses.replace(gold, of=f"teknoloji.jsonl:{writing.number + 1}", writing=writing.name) for writing in again]
    corpus.add_lines("yedek/teknoloji-eski.jsonl", again, files.english_keys, rows)


def _as_it_is(writing: Writing) -> str:
    return writing.text


def _loud_title(writing: Writing) -> str:
    return f"{turkish.upper(writing.title)}\n\n{writing.body}"


def _loose_spaces(writing: Writing) -> str:
    return f"  {writing.title}  \n\n\n{writing.body.replace('. ', '.  ')}"


def _add_damaged_copies(corpus: Corpus, pool: Pool) -> None:
    capitals: Damage = ("capitals", lambda text: turkish.upper(text).encode())
    ascii_only: Damage = ("ascii_copy", lambda text: faults.ascii_only(text).encode())
    for kind, damage in (*_SECOND_COPIES, *[ascii_only] * 3, *[capitals] * 3):
        writing = pool.draw(plain=damage is not capitals[1])
        _add_copy(corpus, writing, kind.replace("_", "-"), damage(f"{writing.text}\n"), Gold("", kind, "drop", "duplicate"))


def _add_near_copies(corpus: Corpus, pool: Pool) -> None:
    rng = random.Random(_SEED)
    for level in NEAR_LEVELS * 2:
        writing = pool.draw(min_words=_NEAR_WORDS)
        copy = faults.near_copy(writing.text, level, rng)
        gold = partial(Gold, "", "near_duplicate", jaccard=round(faults.jaccard(writing.text, copy), 4))
        drop = level >= NEAR_THRESHOLD
        _add_copy(corpus, writing, "benzer", f"{copy}\n".encode(), gold("drop", "near_duplicate") if drop else gold("keep"))
