"""Is a text good enough to learn from: limits in presets, each on one measured value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import isnan, log10

from curation.config import Preset, QualityConfig
from curation.quality.measures import Measures, measure


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is dropped: the rule's key, and value and limit in words."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The values of one measure that a text may have; `reason` counts the texts that have another."""

    reason: str
    measure: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits; None lets everything pass. Shares are in [0, 1], of words, lines or characters as the measure of that name says."""

    min_words: float | None = None
    max_words: float | None = None
    max_broken_share: float | None = None
    min_mean_word_length: float | None = None
    max_mean_word_length: float | None = None
    max_symbol_share: float | None = None
    max_upper_share: float | None = None
    max_digit_share: float | None = None
    min_alphabetic_word_share: float | None = None
    min_alphabetic_token_share: float | None = None
    min_stop_words: float | None = None
    min_fineweb_stop_words: float | None = None
    min_stop_word_share: float | None = None
    max_spam_phrases: float | None = None
    max_filler_phrases: float | None = None
    max_insults: float | None = None
    max_boilerplate_share: float | None = None
    max_menu_line_share: float | None = None
    max_bullet_line_share: float | None = None
    max_ellipsis_line_share: float | None = None
    max_short_line_share: float | None = None
    min_ended_line_share: float | None = None
    max_line_breaks_per_word: float | None = None
    max_repeated_line_share: float | None = None
    max_repeated_line_character_share: float | None = None
    max_repeated_paragraph_share: float | None = None
    max_top_2gram_share: float | None = None
    max_top_3gram_share: float | None = None
    max_top_4gram_share: float | None = None
    max_repeated_5gram_share: float | None = None
    max_repeated_6gram_share: float | None = None
    max_repeated_7gram_share: float | None = None
    max_repeated_8gram_share: float | None = None
    max_repeated_9gram_share: float | None = None
    max_repeated_10gram_share: float | None = None


# In the order in which they are looked at: the first that is broken is the reason.
_REASONS: Mapping[str, tuple[str, str]] = {
    "words": ("too_short", "sözcük"),
    "broken_share": ("broken_characters", "okunamayan karakter"),
    "mean_word_length": ("words_too_short", "ortalama sözcük uzunluğu"),
    "symbol_share": ("too_many_symbols", "simge"),
    "upper_share": ("too_many_capitals", "büyük harf"),
    "digit_share": ("too_many_digits", "rakam"),
    "alphabetic_word_share": ("too_few_words_with_letters", "harfli sözcük"),
    "alphabetic_token_share": ("too_few_words_with_letters", "noktalama da sayılınca harfli sözcük"),
    "stop_words": ("too_few_stop_words", "ayrı işlev sözcüğü"),
    "fineweb_stop_words": ("too_few_stop_words", "FineWeb-2'nin işlev sözcüklerinden"),
    "stop_word_share": ("too_few_stop_words", "işlev sözcüğü payı"),
    "spam_phrases": ("spam", "istenmeyen ileti kalıbı"),
    "filler_phrases": ("placeholder", "yer tutucu metin"),
    "insults": ("insults", "hakaret ya da küfür"),
    "boilerplate_share": ("boilerplate", "kalıp site metni"),
    "menu_line_share": ("menu_lines", "menü gibi kısa satır"),
    "bullet_line_share": ("bullet_lines", "madde imli satır"),
    "ellipsis_line_share": ("ellipsis_lines", "üç noktayla biten satır"),
    "short_line_share": ("short_lines", "kısa satır"),
    "ended_line_share": ("unfinished_lines", "noktayla biten satır"),
    "line_breaks_per_word": ("too_many_line_breaks", "sözcük başına satır sonu"),
    "repeated_line_share": ("repeated_lines", "yinelenen satır"),
    "repeated_line_character_share": ("repeated_lines", "yinelenen satırlardaki karakter"),
    "repeated_paragraph_share": ("repeated_paragraphs", "yinelenen paragraf"),
    **{f"top_{n}gram_share": ("repeated_ngrams", f"en sık {n}'li") for n in range(2, 5)},
    **{f"repeated_{n}gram_share": ("repeated_ngrams", f"yinelenen {n}'li") for n in range(5, 11)},
}
_OVER = {"words": "too_long", "mean_word_length": "words_too_long"}  # reasons of the upper limit where a measure has two

WEB = Rules(
    min_words=10,
    min_stop_words=1,
    min_mean_word_length=2.5,
    max_mean_word_length=18.0,
    max_symbol_share=0.25,
    max_broken_share=0.005,
    min_alphabetic_word_share=0.5,
    max_repeated_line_character_share=0.5,  # by characters: the closing braces of a listing are lines too
    max_repeated_5gram_share=0.5,
    max_top_2gram_share=0.25,
    max_menu_line_share=0.8,
    max_boilerplate_share=0.4,
    max_spam_phrases=2,
    max_filler_phrases=1,
)
# Thresholds of FineWeb-2's tur_Latn configuration (Penedo et al. 2025) without its English stop word; wrapped lines are joined before they are counted.
# Its share of words with letters counts marks as words, which few Markdown texts survive.
FINEWEB2_TR = Rules(
    min_words=50,
    min_fineweb_stop_words=2,
    min_mean_word_length=3.0,
    max_mean_word_length=21.0,
    min_alphabetic_token_share=0.773,
    max_repeated_line_share=0.272,
    max_repeated_5gram_share=0.154,
    max_repeated_6gram_share=0.144,
    max_repeated_7gram_share=0.134,
    max_repeated_8gram_share=0.124,
    max_repeated_9gram_share=0.113,
    max_repeated_10gram_share=0.103,
    max_top_2gram_share=0.214,
    max_top_3gram_share=0.168,
    max_top_4gram_share=0.147,
    min_ended_line_share=0.091,
    max_line_breaks_per_word=0.222,
    max_bullet_line_share=0.9,  # this and the next: Gopher (Rae et al. 2021), which FineWeb-2 keeps
    max_ellipsis_line_share=0.3,
)
STRICT = replace(
    FINEWEB2_TR,
    min_alphabetic_token_share=None,  # marks of Markdown and of law texts are no fault
    min_alphabetic_word_share=0.773,
    min_stop_words=4,
    max_symbol_share=0.1,
    max_broken_share=0.0,
    max_upper_share=0.5,
    max_digit_share=0.2,
    min_ended_line_share=0.5,
    max_menu_line_share=0.3,
    max_boilerplate_share=0.1,
    max_spam_phrases=0,
    max_filler_phrases=0,
    max_repeated_paragraph_share=0.3,  # Gopher
)
PRESETS: Mapping[Preset, Rules] = {"web": WEB, "fineweb2-tr": FINEWEB2_TR, "strict": STRICT, "none": Rules()}


def rules_of(config: QualityConfig) -> Rules:
    """Return the rules of a recipe: its preset, with the limits that it names itself."""
    own = config.limits.model_dump(exclude_none=True)
    if config.min_words is not None:
        own["min_words"] = config.min_words
    return replace(PRESETS[config.preset], **own)


@cache
def limits(rules: Rules) -> tuple[Limit, ...]:
    """Return the limits that `rules` set, in the order in which they are judged; a measure with two has one for each reason."""
    found = []
    for measured, (reason, _) in _REASONS.items():
        low, high = getattr(rules, f"min_{measured}", None), getattr(rules, f"max_{measured}", None)
        if low is not None:
            found.append(Limit(reason, measured, low=low))
        if high is not None:
            found.append(Limit(_OVER.get(measured, reason), measured, high=high))
    return tuple(found)


def judge(measures: Measures, rules: Rules) -> Fault | None:
    """Return the first limit that a text breaks, or None to keep it; a value that is nan breaks none."""
    for limit in limits(rules):
        value = getattr(measures, limit.measure)
        if limit.low is not None and value < limit.low:
            return Fault(limit.reason, f"{_REASONS[limit.measure][1]}: {value:.3g}, en az {limit.low:g}")
        if limit.high is not None and value > limit.high:
            return Fault(limit.reason, f"{_REASONS[limit.measure][1]}: {value:.3g}, en çok {limit.high:g}")
    return None


def verdict(text: str, rules: Rules) -> Fault | None:
    """Return the first limit that `text` breaks, or None to keep it."""
    return judge(measure(text), rules)


def score(measures: Measures) -> float:
    """Return how good a text is beside its copies, in [0, 1]: whole and long before short, and less for each share of damage, noise and repetition."""
    size = min(1.0, log10(1.0 + measures.characters) / 7.0)  # ten million characters are as long as a text gets
    faults = (
        20.0 * measures.broken_share,
        measures.symbol_share,
        measures.boilerplate_share,
        measures.repeated_line_share,
        measures.repeated_5gram_share,
        0.5 * measures.upper_share,
        0.1 * (1.0 if isnan(measures.ended_line_share) else 1.0 - measures.ended_line_share),
        0.05 * max(0.0, 0.08 - measures.turkish_letter_share) / 0.08,  # typed without Turkish letters
    )
    clean = 1.0
    for fault in faults:
        clean *= 1.0 - min(1.0, fault)
    return size * clean
