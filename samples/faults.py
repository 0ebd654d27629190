"""The faults that raw Turkish text comes with, planted on purpose: broken letters, hard line breaks, copies and near copies."""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Callable

from curation import turkish

_ASCII = str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ", "cgiosuaiuCGIOSUAIU")
_SHINGLE = 5
_TOLERANCE = 0.01
_EDITS_TRIED = 20_000


def utf8_read_as_cp1252(text: str) -> str:
    """Return `text` as Windows shows UTF-8 that it takes for cp1252: `ş` is `ÅŸ`; the five bytes cp1252 lacks stay control characters."""
    return "".join(_cp1252_or_latin1(byte) for byte in text.encode("utf-8"))


def utf8_read_as_latin1(text: str) -> str:
    """Return `text` as UTF-8 bytes look when taken for latin-1: `ş` is `Å` and a control character."""
    return text.encode("utf-8").decode("latin-1")


def cp1254_read_as_latin1(text: str) -> str:
    """Return `text` as Turkish 8-bit bytes look when taken for latin-1: ş ı ğ become þ ý ð."""
    return text.encode("cp1254").decode("latin-1")


def _cp1252_or_latin1(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def ascii_only(text: str) -> str:
    """Return `text` as typed on a keyboard without Turkish letters; case stays."""
    return text.translate(_ASCII)


def hard_wrapped(text: str, width: int) -> str:
    """Return `text` with every paragraph broken at `width` columns and an empty line between paragraphs."""
    return "\n\n".join(textwrap.fill(block, width, break_on_hyphens=False, break_long_words=False) for block in text.split("\n\n"))


def hyphenated(text: str, width: int) -> str:
    """Return `text` hard-wrapped at `width` columns, with words divided between syllables where that fills the line."""
    return "\n\n".join("\n".join(_hyphenated_lines(block.split(), width)) for block in text.split("\n\n"))


def _hyphenated_lines(words: list[str], width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        joined = f"{line} {word}" if line else word
        if len(joined) <= width:
            line = joined
            continue
        head = _head(word, width - len(line) - 2)
        if head:
            lines.append(f"{line} {head}-")
            line = word[len(head) :]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def _head(word: str, room: int) -> str:
    # Turkish divides before a consonant that a vowel follows; names and numbers stay whole.
    if not (word.isalpha() and word.islower()):
        return ""
    cuts = [
        i
        for i in range(2, min(room, len(word) - 2) + 1)
        if word[i] not in turkish.VOWELS and word[i + 1] in turkish.VOWELS and any(letter in turkish.VOWELS for letter in word[:i])
    ]
    return word[: cuts[-1]] if cuts else ""


# --- near copies -------------------------------------------------------------------------------------------------------

# No edit changes a fact: near copies below the threshold stay in the corpus and are learned from.
_SYNONYMS = (
    ("yaklaşık", "aşağı yukarı"), ("fakat", "ancak"), ("çünkü", "zira"), ("yalnızca", "sadece"), ("bugün", "günümüzde"), ("yıl", "sene"),
    ("önemli", "kayda değer"), ("küçük", "ufak"), ("ayrıca", "bunun yanında"), ("nedeniyle", "yüzünden"),
    ("bütün", "tüm"), ("sonra", "daha sonra"), ("genellikle", "çoğunlukla"), ("köy", "yerleşim"),
    ("öğrenci", "talebe"), ("kent", "şehir"), ("okul", "mektep"), ("iyi", "güzel"), ("kolay", "zahmetsiz"), ("hızlı", "çabuk"),
)  # fmt: skip
_ADDED = (
    "Konuyla ilgilenenlerin sayısı her geçen yıl artıyor.",
    "Ayrıntılar önümüzdeki haftalarda kamuoyuyla paylaşılacak.",
    "Uzmanlar bu konuda aceleci davranmamak gerektiğini vurguluyor.",
    "Görüştüğümüz kişilerin çoğu durumdan memnun olduğunu belirtti.",
    "Eldeki kayıtlar bu bilgiyi doğruluyor.",
    "Konu geçen ay yerel basında da geniş yer buldu.",
    "Her şeye karşın yapılacak daha çok iş var.",
    "Benzer örneklere başka illerde de rastlanıyor.",
    "Bu görüşe katılmayanlar da yok değil.",
    "Okurlarımızdan gelen sorular üzerine yazıyı güncelledik.",
    "Sürecin nasıl ilerleyeceğini hep birlikte göreceğiz.",
    "Deneyimli kişiler sabırlı olmayı öneriyor.",
    "Hava koşulları da sonucu etkileyen etkenler arasında sayılıyor.",
    "Eskiden bu işler çok daha uzun sürerdi.",
    "Yeni bilgiler geldikçe bu sayfaya ekleyeceğiz.",
    "Küçük ayrıntılar çoğu zaman gözden kaçıyor.",
)


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return the word 5-grams of folded `text`."""
    words = [turkish.fold(word) for word in turkish.words(text)]
    return frozenset(tuple(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1))


def jaccard(one: str, other: str) -> float:
    """Return the Jaccard similarity of the word 5-grams of two texts, in [0, 1]."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


def near_copy(text: str, target: float, rng: random.Random) -> str:
    """Return `text` edited word by word and sentence by sentence until its Jaccard similarity is within 0.01 of `target`."""
    copy, similarity = text, 1.0
    for _ in range(_EDITS_TRIED):
        if abs(similarity - target) <= _TOLERANCE:
            return copy
        edited = rng.choice(_EDITS)(copy, rng)
        reached = jaccard(text, edited)
        if target - _TOLERANCE <= reached < similarity:
            copy, similarity = edited, reached
    raise ValueError(f"no edits of {text[:40]!r} reach a similarity of {target}: stopped at {similarity:.3f}")


def _replace_word(text: str, rng: random.Random) -> str:
    old, new = rng.choice(_SYNONYMS)
    return re.sub(rf"\b{old}\b", new, text, count=1)


def _delete_sentence(text: str, rng: random.Random) -> str:
    start, end = _inner_sentence(text, rng)
    return text[:start].rstrip(" ") + text[end:]


def _insert_sentence(text: str, rng: random.Random) -> str:
    added = rng.choice(_ADDED)
    _, end = _inner_sentence(text, rng)
    return text if added in text else f"{text[:end]} {added}{text[end:]}"


def _inner_sentence(text: str, rng: random.Random) -> tuple[int, int]:
    # One that stands after another in its paragraph, so that no paragraph opens with a gap and no list item is taken for a sentence.
    return rng.choice(
        [(start, end) for start, end in turkish.sentences(text) if start and text[start - 1] == " " and text[end - 1] in ".!?"]
    )


_EDITS: tuple[Callable[[str, random.Random], str], ...] = (_replace_word, _delete_sentence, _insert_sentence)
