"""The language of a text: py3langid, with a veto by letters that Turkish does not have."""

from __future__ import annotations

from functools import cache
from typing import Any

from curation import turkish

# Letters of Azerbaijani, Turkmen, Gagauz, Crimean Tatar, Kurdish and Romanian that no Turkish word has; quoted names bring fewer than one in a hundred.
_FOREIGN = "əäýňñžêţțőėèƏÄÝŇÑŽÊŢȚŐĖÈ"
_MAX_FOREIGN_SHARE = 0.01
_SAMPLE_CHARS = 10_000


def language(text: str) -> tuple[str, float]:
    """Return the ISO 639-1 code of the language of `text` and the classifier's probability in [0, 1]; `("", 0.0)` where there are no letters."""
    sample = text[:_SAMPLE_CHARS]
    letters = sum(map(str.isalpha, sample))
    if letters == 0:
        return "", 0.0
    foreign = sum(map(sample.count, _FOREIGN)) > _MAX_FOREIGN_SHARE * letters
    scores = max((_classifier().rank(reading) for reading in _readings(sample, letters)), key=lambda ranked: ranked[0][1])
    code, probability = next((code, score) for code, score in scores if not (foreign and code == "tr"))
    return str(code), float(probability)


def _readings(text: str, letters: int) -> set[str]:
    # The classifier learned from running text; capitals become that in two ways, İ/ı where the text is Turkish and i where it is not.
    if sum(map(str.isupper, text)) < 0.5 * letters:
        return {text}
    return {turkish.lower(text), text.lower().replace("i\u0307", "i")}


@cache
def _classifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
