"""The language of a text and of its paragraphs: py3langid or GlotLID, corrected by the spelling of Turkish and of its neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curation import glotlid, langid, turkish
from curation.config import LanguageConfig
from curation.neighbours import FOREIGN, neighbour

_WINDOW = 800  # characters at the beginning, in the middle and at the end of a long text
_MIN_PARAGRAPH = 60  # letters; a shorter line is a heading or a list item and goes with those around it
_MIN_FOREIGN = 0.9  # probability from which a paragraph is taken out
_MAX_SYMBOLS = 0.06  # share of code and formulas, which have no language
_MIN_REST = 60  # letters that must be left of a document out of which paragraphs are taken
_NO_PROSE = re.compile(r"<[^>]*>|\(?https?://\S+|\]\([^)]*\)|`[^`]*`")
_CODE = ("  ", "\t", "#", "//", "--")  # a comment or an indented line; headings of Markdown are short lines anyway
_TURKISH_LETTERS = 0.04  # share of çğıöşü from which a paragraph without foreign letters is taken for Turkish; German has half of it

Classifier = Callable[..., tuple[str, float]]


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """What is kept of a text for its language: `text` without the `dropped` spans of the original; with a `reason` all of it is to be dropped.

    `code` and `probability` are those of what is kept, or of the whole text where nothing is.
    """

    text: str
    code: str
    probability: float
    dropped: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    detail: str = ""


def language(text: str) -> tuple[str, float]:
    """Return the ISO 639-1 code of the language of `text` and the classifier's probability in [0, 1]; `("", 0.0)` where there are no letters."""
    return _identify(text, langid.likeliest)


def choose_language(text: str, config: LanguageConfig, root: Path = Path()) -> LanguageChoice:
    """Return what a recipe in the folder `root` keeps of `text`. Raises MissingPackage and InputError where its GlotLID model cannot be had."""
    classify = _classifier(config, root)
    code, probability = _identify(text, classify)
    letters = _letters(text)[0] if config.short != "judge" else config.short_letters
    if letters < config.short_letters:
        reason, detail = ("", "") if config.short == "keep" else ("too_short_to_tell", f"harf: {letters}, en az {config.short_letters}")
        return LanguageChoice(text, code, probability, reason=reason, detail=detail)
    if not config.keep:
        return LanguageChoice(text, code, probability)
    if config.mixed == "paragraphs" and "\n" in text:
        part = _kept_part(text, config, classify)
        if part is not None:
            return part
    return _judged(LanguageChoice(text, code, probability), config)


def _judged(choice: LanguageChoice, config: LanguageConfig) -> LanguageChoice:
    wanted = f"istenen: {', '.join(config.keep)}"
    if choice.code not in config.keep:
        detail = f"dil: {choice.code or 'yok'} ({choice.probability:.2f}), {wanted}"
    elif choice.probability < config.min_probability:
        detail = f"dil: {choice.code} ({choice.probability:.2f}), en az {config.min_probability:g}"
    else:
        return choice
    return LanguageChoice(choice.text, choice.code, choice.probability, reason="language", detail=detail)


def _kept_part(text: str, config: LanguageConfig, classify: Classifier) -> LanguageChoice | None:
    """The choice for a text with paragraphs in other languages, or None where it has none or nothing else."""
    lines = list(_lines(text))
    foreign = [_is_foreign(text[start:end], config, classify) for start, end in lines]
    if True not in foreign or False not in foreign:
        return None
    verdicts = _with_short_lines(foreign, lambda number: _may_stay(text[slice(*lines[number])], config, classify))
    kept = "".join(text[start:end] for (start, end), out in zip(lines, verdicts, strict=True) if not out).strip("\n")
    code, probability = _identify(kept, classify)
    if code not in config.keep or _letters(kept)[0] < _MIN_REST:
        return None
    return _judged(LanguageChoice(kept, code, probability, _spans(lines, verdicts)), config)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield start, end
        start = end


def _is_foreign(line: str, config: LanguageConfig, classify: Classifier) -> bool | None:
    # None: too short to tell, or code; such a line stays with the paragraph before it.
    if len(line) < _MIN_PARAGRAPH:
        return None
    if (
        config.keep == ("tr",)
        and not any(map(line.count, FOREIGN))
        and sum(map(line.count, turkish.TURKISH_LETTERS)) > _TURKISH_LETTERS * len(line)
    ):
        return False
    prose = _NO_PROSE.sub(" ", line)
    letters, _, symbols = _letters(prose)
    if letters < _MIN_PARAGRAPH or symbols > _MAX_SYMBOLS * len(prose) or line.startswith(_CODE):
        return None
    code, probability = _identify(prose, classify)
    if code in config.keep:
        return False
    return True if probability >= _MIN_FOREIGN else None


def _with_short_lines(foreign: list[bool | None], may_stay: Callable[[int], bool]) -> list[bool]:
    # A line that is too short to tell goes where the lines before and after it go, unless it can be read as one to keep.
    after: list[bool | None] = []
    following: bool | None = None
    for one in reversed(foreign):
        following = following if one is None else one
        after.append(following)
    verdicts = []
    before: bool | None = None
    for number, (one, next_one) in enumerate(zip(foreign, reversed(after), strict=True)):
        before = before if one is None else one
        verdicts.append(one if one is not None else before is not False and next_one is not False and not may_stay(number))
    return verdicts


def _may_stay(line: str, config: LanguageConfig, classify: Classifier) -> bool:
    return _letters(line)[0] >= config.short_letters and _identify(_NO_PROSE.sub(" ", line), classify)[0] in config.keep


def _spans(lines: list[tuple[int, int]], out: list[bool]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for (start, end), dropped in zip(lines, out, strict=True):
        if dropped and spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        elif dropped:
            spans.append((start, end))
    return tuple(spans)


def _identify(text: str, classify: Classifier) -> tuple[str, float]:
    sample = _sample(text)
    letters, capitals, _ = _letters(sample)
    if letters == 0:
        return "", 0.0
    readings = _readings(sample, letters, capitals)
    code, probability = _best(readings, classify)
    other = neighbour(sample, letters, capitals) if code == "tr" else None
    if other is None:
        return code, probability
    next_best, probability = _best(readings, langid.likeliest, but=("tr",))
    return other or next_best, probability


def _best(readings: list[str], classify: Classifier, **but: tuple[str, ...]) -> tuple[str, float]:
    return max((classify(reading, **but) for reading in readings), key=lambda found: found[1])


def _sample(text: str) -> str:
    if len(text) <= 3 * _WINDOW:
        return text
    middle = (len(text) - _WINDOW) // 2
    return "\n".join((text[:_WINDOW], text[middle : middle + _WINDOW], text[-_WINDOW:]))


def _readings(text: str, letters: int, capitals: int) -> list[str]:
    # The classifier learned from running text; capitals become that in two ways, İ/ı where the text is Turkish and i where it is not.
    if capitals < 0.5 * letters:
        return [text]
    return [turkish.lower(text), text.lower().replace("i\u0307", "i")]


def _letters(text: str) -> tuple[int, int, int]:
    """How many letters, capitals and symbols there are."""
    from curation.quality import scan
    from curation.quality.characters import code_points, tables

    counts = scan.characters(code_points(text), tables()[0])
    return int(counts[scan.LETTERS]), int(counts[scan.UPPERS]), int(counts[scan.SYMBOLS])


def _classifier(config: LanguageConfig, root: Path) -> Classifier:
    if config.model == "py3langid":
        return langid.likeliest
    model = glotlid.load(config.glotlid, root)
    return lambda text: glotlid.likeliest(text, model)
