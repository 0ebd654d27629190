"""Is a text good enough to learn from: rules in presets, each a measured value against a limit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from curation import turkish
from curation.config import Preset, QualityConfig


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is dropped: the rule's key, and value and limit in words."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits; the defaults let everything pass. Shares are in [0, 1], of words, lines or characters as the name says."""

    min_words: int = 0
    min_stop_words: int = 0
    min_mean_word_length: float = 0.0
    max_mean_word_length: float = 1000.0
    max_symbol_share: float = 1.0
    max_broken_share: float = 1.0
    min_alphabetic_word_share: float = 0.0
    max_repeated_line_share: float = 1.0
    max_repeated_ngram_share: tuple[tuple[int, float], ...] = ()
    max_top_ngram_share: tuple[tuple[int, float], ...] = ()
    min_ended_line_share: float = 0.0
    max_line_breaks_per_word: float = 1000.0
    max_menu_line_share: float = 1.0
    max_boilerplate_share: float = 1.0
    max_spam_phrases: int | None = None


WEB = Rules(
    min_words=10,
    min_stop_words=1,
    min_mean_word_length=2.5,
    max_mean_word_length=18.0,
    max_symbol_share=0.25,
    max_broken_share=0.005,
    min_alphabetic_word_share=0.5,
    max_repeated_line_share=0.5,
    max_repeated_ngram_share=((5, 0.5),),
    max_top_ngram_share=((2, 0.25),),
    max_menu_line_share=0.8,
    max_boilerplate_share=0.4,
    max_spam_phrases=2,
)
# Thresholds of FineWeb-2's tur_Latn configuration (Penedo et al. 2025) without its English stop word; wrapped lines are joined before they are counted.
FINEWEB2_TR = Rules(
    min_words=50,
    min_stop_words=2,
    min_mean_word_length=3.0,
    max_mean_word_length=21.0,
    min_alphabetic_word_share=0.773,
    max_repeated_line_share=0.272,
    max_repeated_ngram_share=((5, 0.154), (6, 0.144), (7, 0.134), (8, 0.124), (9, 0.113), (10, 0.103)),
    max_top_ngram_share=((2, 0.214), (3, 0.168), (4, 0.147)),
    min_ended_line_share=0.091,
    max_line_breaks_per_word=0.222,
)
STRICT = replace(
    FINEWEB2_TR,
    min_stop_words=4,
    max_symbol_share=0.1,
    max_broken_share=0.0,
    min_ended_line_share=0.5,
    max_menu_line_share=0.3,
    max_boilerplate_share=0.1,
    max_spam_phrases=0,
)
PRESETS: dict[Preset, Rules] = {"web": WEB, "fineweb2-tr": FINEWEB2_TR, "strict": STRICT, "none": Rules()}

_STOP_WORDS = frozenset(
    map(turkish.fold, turkish.words("ve bir olarak bu ile için olan da de tarafından yılında sonra en daha ilk ne o ben biz siz gibi çok ama var yok değil kadar her ya mi mı ise ki"))
)  # fmt: skip
_SYMBOL = re.compile(r"[^\w\s.,;:!?'\"“”‘’()%/…-]")
_LINE_END = tuple(".!?…:;\"”')")
_MIN_MENU_LINES = 6


def rules_of(config: QualityConfig) -> Rules:
    """Return the rules of a recipe: its preset, with its own fewest words where it names them."""
    rules = PRESETS[config.preset]
    return rules if config.min_words is None else replace(rules, min_words=config.min_words)


def verdict(text: str, rules: Rules) -> Fault | None:
    """Return the first rule that `text` breaks, cheap rules first, or None to keep it."""
    view = _View.of(text)
    return next((fault for check in _CHECKS if (fault := check(view, rules)) is not None), None)


@dataclass(frozen=True, slots=True)
class _View:
    """A text as the rules look at it."""

    text: str
    words: list[str]
    keys: list[str]
    lines: list[str]

    @classmethod
    def of(cls, text: str) -> _View:
        found = turkish.words(text)
        return cls(text, found, turkish.words(turkish.fold(text)), [line.strip() for line in text.split("\n") if line.strip()])


def _too_short(view: _View, rules: Rules) -> Fault | None:
    return _below("too_short", "sözcük", len(view.words), rules.min_words)


def _broken(view: _View, rules: Rules) -> Fault | None:
    return _above("broken_characters", "okunamayan karakter", _share(view.text.count("\ufffd"), len(view.text)), rules.max_broken_share)


def _word_length(view: _View, rules: Rules) -> Fault | None:
    if not view.words:
        return None
    mean = sum(map(len, view.words)) / len(view.words)
    low = _below("words_too_short", "ortalama sözcük uzunluğu", mean, rules.min_mean_word_length)
    return low or _above("words_too_long", "ortalama sözcük uzunluğu", mean, rules.max_mean_word_length)


def _symbols(view: _View, rules: Rules) -> Fault | None:
    visible = sum(not character.isspace() for character in view.text)
    return _above("too_many_symbols", "simge", _share(len(_SYMBOL.findall(view.text)), visible), rules.max_symbol_share)


def _alphabetic(view: _View, rules: Rules) -> Fault | None:
    share = _share(sum(any(map(str.isalpha, word)) for word in view.words), len(view.words), empty=1.0)
    return _below("too_few_words_with_letters", "harfli sözcük", share, rules.min_alphabetic_word_share)


def _stop_words(view: _View, rules: Rules) -> Fault | None:
    if len(view.words) < 20:  # a heading or a short answer may do without
        return None
    return _below("too_few_stop_words", "ayrı işlev sözcüğü", len(_STOP_WORDS.intersection(view.keys)), rules.min_stop_words)


def _spam(view: _View, rules: Rules) -> Fault | None:
    if rules.max_spam_phrases is None:
        return None
    text = f" {' '.join(view.keys)} "
    return _above("spam", "istenmeyen ileti kalıbı", sum(text.count(f" {phrase}") for phrase in _phrases()[1]), rules.max_spam_phrases)


def _boilerplate(view: _View, rules: Rules) -> Fault | None:
    if rules.max_boilerplate_share >= 1.0:
        return None
    found = sum(len(line) for line in view.lines if is_boilerplate(line))
    return _above("boilerplate", "kalıp site metni", _share(found, sum(map(len, view.lines))), rules.max_boilerplate_share)


def _menu(view: _View, rules: Rules) -> Fault | None:
    if len(view.lines) < _MIN_MENU_LINES:
        return None
    short = sum(not line.endswith(_LINE_END) and line.count(" ") < 3 for line in view.lines)
    return _above("menu_lines", "menü gibi kısa satır", _share(short, len(view.lines)), rules.max_menu_line_share)


def _lines(view: _View, rules: Rules) -> Fault | None:
    ended = _share(sum(line.endswith(_LINE_END) for line in view.lines), len(view.lines), empty=1.0)
    breaks = _share(view.text.count("\n"), len(view.words))
    return _below("unfinished_lines", "noktayla biten satır", ended, rules.min_ended_line_share) or _above(
        "too_many_line_breaks", "sözcük başına satır sonu", breaks, rules.max_line_breaks_per_word
    )


def _repeated_lines(view: _View, rules: Rules) -> Fault | None:
    share = _share(len(view.lines) - len(set(view.lines)), len(view.lines))
    return _above("repeated_lines", "yinelenen satır", share, rules.max_repeated_line_share)


def _repeated_ngrams(view: _View, rules: Rules) -> Fault | None:
    size = sum(map(len, view.keys))
    for n, limit in rules.max_top_ngram_share:
        counts = Counter(zip(*(view.keys[start:] for start in range(n)), strict=False))
        if counts:
            gram, count = max(counts.items(), key=lambda item: item[1])
            if count > 1 and (fault := _above("repeated_ngrams", f"en sık {n}'li", _share(count * sum(map(len, gram)), size), limit)):
                return fault
    for n, limit in rules.max_repeated_ngram_share:
        if fault := _above("repeated_ngrams", f"yinelenen {n}'li", _share(_repeated_characters(view.keys, n), size), limit):
            return fault
    return None


_CHECKS: tuple[Callable[[_View, Rules], Fault | None], ...] = (
    _too_short, _broken, _word_length, _symbols, _alphabetic, _stop_words, _spam, _boilerplate, _menu, _lines, _repeated_lines, _repeated_ngrams,
)  # fmt: skip


def is_boilerplate(line: str) -> bool:
    """Whether a line is a menu entry, a cookie notice or another label that pages put around their text."""
    key = " ".join(turkish.words(turkish.fold(line)))
    if key in _phrases()[0]:
        return True
    padded = f" {key} "
    return len(key) < 200 and any(f" {phrase} " in padded for phrase in _phrases()[2])


@cache
def _phrases() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    lines = Path(__file__).with_name("boilerplate.txt").read_text(encoding="utf-8").splitlines()
    entries = [(line.startswith("!"), " ".join(turkish.words(turkish.fold(line)))) for line in lines if line and not line.startswith("#")]
    labels = frozenset(key for spam, key in entries if not spam)
    return labels, tuple(key for spam, key in entries if spam), tuple(sorted(key for key in labels if key.count(" ") >= 2))


def _repeated_characters(keys: list[str], n: int) -> int:
    seen: set[tuple[str, ...]] = set()
    repeated = position = 0
    while position <= len(keys) - n:
        gram = tuple(keys[position : position + n])
        if gram in seen:
            repeated += sum(map(len, gram))
            position += n
        else:
            seen.add(gram)
            position += 1
    return repeated


def _share(part: float, whole: float, empty: float = 0.0) -> float:
    return part / whole if whole else empty


def _below(reason: str, what: str, value: float, limit: float) -> Fault | None:
    return Fault(reason, f"{what}: {value:.3g}, en az {limit:g}") if value < limit else None


def _above(reason: str, what: str, value: float, limit: float) -> Fault | None:
    return Fault(reason, f"{what}: {value:.3g}, en çok {limit:g}") if value > limit else None
