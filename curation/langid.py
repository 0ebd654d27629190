"""py3langid's model walked by compiled code: its own answers, several times as fast."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Naive Bayes over the byte n-grams that an automaton finds; `tables` in the order in which `langid_walk.scores` takes them."""

    codes: tuple[str, ...]
    aliases: tuple[tuple[int, int], ...]
    tables: tuple[npt.NDArray[Any], ...]


def likeliest(text: str, but: Collection[str] = ()) -> tuple[str, float]:
    """Return the likeliest language of `text` that is none of `but` (ISO 639 codes), and its probability in [0, 1]."""
    model = _model()
    probabilities = _probabilities(text, model)
    best = int(probabilities.argmax())
    if model.codes[best] in but:
        best = next(number for number in np.argsort(-probabilities, kind="stable").tolist() if model.codes[number] not in but)
    return model.codes[best], float(probabilities[best])


def _probabilities(text: str, model: Model) -> npt.NDArray[np.float64]:
    # As py3langid does it: capitals lowered, NFC, UTF-8, and a softmax whose temperature is the root of the length in bytes.
    from curation.langid_walk import scores

    lowered = text.lower() if text.isupper() else text
    encoded = np.frombuffer(unicodedata.normalize("NFC", lowered).encode("utf-8", "surrogatepass"), np.uint8)
    values = scores(encoded, *model.tables) / sqrt(max(1, len(encoded)))
    probabilities: npt.NDArray[np.float64] = np.exp(values - values.max())
    probabilities /= probabilities.sum()
    for first, other in model.aliases:
        probabilities[first] += probabilities[other]
        probabilities[other] = 0.0
    return probabilities


@cache
def _model() -> Model:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    read = LanguageIdentifier.from_model_file(MODEL_FILE)
    codes = tuple(map(str, read.nb_classes))
    first: dict[str, int] = {}
    for number, code in enumerate(codes):
        first.setdefault(code, number)
    aliases = tuple((first[code], number) for number, code in enumerate(codes) if first[code] != number)
    tables = (
        np.frombuffer(read.tk_nextmove, np.dtype(read.tk_nextmove.typecode)),
        np.frombuffer(read.tk_row, np.dtype(read.tk_row.typecode)),
        np.asarray(read.tk_output, np.int32),
        np.asarray(read.nb_ptc, np.float16).astype(np.float32),
        np.asarray(read.nb_pc, np.float32),
    )
    return Model(codes, aliases, tables)
