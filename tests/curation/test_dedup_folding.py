from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curation import turkish
from curation.dedup import kernels
from curation.dedup.folding import DROPPED, LETTER, SEPARATOR, folding, words
from curation.dedup.signatures import _word_hash
from curation.dedup.texts import of_strings

TURKISH = st.text(
    st.sampled_from("abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZâîûÂÎÛ0123456789 .,;:!?-_'’‘`´\"“”…–—\n\t()%&/₺€")
)
ANY = st.text(st.characters(exclude_categories=["Cs"]))


def kernel_words(text: str) -> list[int]:
    texts = of_strings([text])
    found = np.zeros(len(texts.data) // 2 + 2, np.uint64)
    count = kernels.hash_words(texts.data, int(texts.starts[0]), int(texts.ends[0]), *folding(), found)
    return [int(value) for value in found[:count]]


@given(TURKISH)
@example("İSTANBUL'UN IĞDIR’A UZAKLIĞI")
@example("I\u0307stanbul i\u0307nek")
def test_turkish_text_has_the_words_of_the_python_path(text: str) -> None:
    assert kernel_words(text) == [_word_hash(word) for word in words(text)]


@given(ANY)
@example("Москва и 東京、서울 한국어 العَرَبِيَّة हिन्दी ΟΔΥΣΣΕΥΣ ΣΑΣ, ﬁ ½ x² 😀 İ̇")
@example("آب أمر ؤ U+0958: क़ ƀɏʀ")
@example("\ufeff\u200bx\u00ady")
def test_any_script_has_the_words_of_the_python_path(text: str) -> None:
    assert kernel_words(text) == [_word_hash(word) for word in words(text)]


def test_every_character_has_the_words_of_the_python_path() -> None:
    points = [*range(0xD800), *range(0xE000, 0x32500), *range(0x32500, 0x110000, 101)]
    everything = " ".join(f"a{chr(point)}b" for point in points)
    hashes = {word: _word_hash(word) for word in set(words(everything))}
    assert kernel_words(everything) == [hashes[word] for word in words(everything)]


def test_words_are_those_of_turkish_fold() -> None:
    assert words("Iğdır'ın KÂĞIT fabrikası, 3.5 ton; snake_case") == ["igdirin", "kagit", "fabrikasi", "3", "5", "ton", "snake_case"]
    assert words(turkish.upper("çiğdem ılık")) == words("cigdem ilik")


def test_the_greek_final_sigma_is_a_sigma() -> None:
    assert words("ΟΔΟΣ") == words("οδοσ") == words("οδος")


def test_no_latin_letter_folds_to_several() -> None:
    latin = folding().letters[:0x280]
    assert bool(np.all((latin >= LETTER) | (latin == SEPARATOR) | (latin == DROPPED)))


@pytest.mark.parametrize("broken", [b"a\xe2\x82", b"\xc3", b"a\xf0\x9f b", b"\x80\x80", b"\xff\xfe", b"a\xed\xa0\x80b"])
def test_broken_utf8_ends_without_reading_on(broken: bytes) -> None:
    data = np.frombuffer(broken + b"zzzz", np.uint8)
    found = np.zeros(len(data), np.uint64)
    count = kernels.hash_words(data, 0, len(broken), *folding(), found)
    assert 0 <= count <= len(broken)
