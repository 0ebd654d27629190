"""Tasks that are right by construction: what is asked for was put there, so nothing has to be understood."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from curation.records import content_id
from synthesis.rules.blanks import Blank, blanks, exchanged, unmistakable
from synthesis.rules.order import clean_sentences, events, shuffled, without_marks, without_turkish
from synthesis.rules.unanswered import unanswered

Item = dict[str, Any]
_ONE_IN = 4  # texts that get a question they cannot answer; measured, that is about a fifth of a set of all tasks
_PER_PASSAGE = 2  # more of one kind from one passage teach nothing new


def cloze(fields: Mapping[str, str]) -> list[Item]:
    """Return sentences with the word to be taken out."""
    return [{"cumle": blank.sentence, "cevap": blank.word} for blank in _drawn(fields["metin"], "bosluk")]


def statements(fields: Mapping[str, str]) -> list[Item]:
    """Return a sentence as it stands, and one with a year, count or place that the text does not have."""
    items: list[Item] = []
    first = _turn(fields["metin"])
    for number, blank in enumerate(_drawn(fields["metin"], "dogru-yanlis")):
        wrong = exchanged(blank, fields["metin"], first // 2) if (first + number) % 2 else None
        if wrong is None:
            items.append({"ifade": blank.sentence, "dogru": True, "kanit": blank.sentence})
        else:
            items.append({"ifade": wrong[0], "dogru": False, "kanit": blank.sentence, "metindeki": blank.word, "ifadedeki": wrong[1]})
    return items


def _drawn(passage: str, task: str) -> list[Blank]:
    """Return at most so many blanks, each of another sentence."""
    # A statement about a name has no certain opposite, and true ones would be the more.
    found = [blank for blank in blanks(passage) if (unmistakable(blank, passage) if task == "bosluk" else blank.kind in {"year", "count"})]
    _rng(task, passage).shuffle(found)
    one_each = {blank.sentence: blank for blank in reversed(found)}
    return list(one_each.values())[:_PER_PASSAGE]


def ordering(fields: Mapping[str, str]) -> list[Item]:
    """Return dated sentences mixed up and in order."""
    found = events(fields["metin"])
    return [{"karisik": shuffled(found, _rng("siralama", fields["metin"])), "sirali": found}] if found else []


def repairs(fields: Mapping[str, str]) -> list[Item]:
    """Return a sentence without its Turkish letters and one without capitals and marks, each with its right form."""
    found = clean_sentences(fields["metin"])
    _rng("yazim", fields["metin"]).shuffle(found)
    items: list[Item] = [{"bozuk": without_turkish(text), "dogru": text, "tur": "harf"} for text in found[:1]]
    marked = [text for text in found[1:] if "," not in text and ("'" in text or "’" in text)]
    return items + [{"bozuk": without_marks(text), "dogru": text, "tur": "noktalama"} for text in marked[:1]]


def foreign_question(fields: Mapping[str, str]) -> list[Item]:
    """Return a question that the text cannot answer, for one of four texts and for its beginning only: else these would be most of a set."""
    turn = _turn(fields["metin"])
    if fields["bolum"] != "ilk" or turn % _ONE_IN:
        return []
    question = unanswered(fields["metin"], turn // _ONE_IN)
    return [{"soru": question}] if question else []


def _turn(text: str) -> int:
    return int(content_id("turn", text).removeprefix("turn-"), 16)


def _rng(*parts: str) -> random.Random:
    return random.Random(content_id("draw", *parts))
