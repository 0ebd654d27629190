"""What an item of each task looks like, as JSON schemas that strict servers take: every key required, none besides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

WRAPPER: Final = "sonuclar"
"""The key under which a server held to a schema lists the items, because strict schemas want an object at the root."""

_TEXT: Final[Schema] = {"type": "string"}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}


def record(**keys: Schema) -> Schema:
    """Return the schema of an object with exactly these keys."""
    return {"type": "object", "properties": dict(keys), "required": list(keys), "additionalProperties": False}


def reply_schema(item: Schema) -> dict[str, Any]:
    """Return the schema of a reply that holds any number of `item`; an object, since strict servers take no list at the root."""
    return dict(record(**{WRAPPER: {"type": "array", "items": item}}))


QUESTION: Final = record(soru=_TEXT, cevap=_TEXT, kanit=_TEXT)
LIST: Final = record(soru=_TEXT, maddeler=_TEXTS, kanit=_TEXT)
SUMMARY: Final = record(ozet=_TEXT)
TITLE: Final = record(baslik=_TEXT)
FACTS: Final = record(tarihler=_TEXTS, yerler=_TEXTS, miktarlar=_TEXTS)
EXPLANATION: Final = record(soru=_TEXT, cevap=_TEXT, kanit=_TEXTS)
LABEL: Final = record(etiket=_TEXT, kanit=_TEXTS)
REWRITING: Final = record(metin=_TEXT)
STEPS: Final = record(soru=_TEXT, adimlar=_TEXTS, sonuc=_TEXT, kanit=_TEXTS)
DIALOGUE: Final = record(konu=_TEXT, turlar={"type": "array", "items": EXPLANATION})
ABSENT: Final = record(soru=_TEXT, eksik=_TEXT)
BACKTRANSLATION: Final = record(yonerge=_TEXT, uygun={"type": "boolean"})
INSTRUCTED: Final = record(yonerge=_TEXT, cevap=_TEXT, kanit=_TEXTS)
EVOLVED: Final = record(ilk=_TEXT, yonerge=_TEXT, cevap=_TEXT, kanit=_TEXTS)
BLANK: Final = record(cumle=_TEXT, cevap=_TEXT)
STATEMENT: Final = record(ifade=_TEXT, dogru={"type": "boolean"}, kanit=_TEXT, metindeki=_TEXT, ifadedeki=_TEXT)
ORDER: Final = record(karisik=_TEXTS, sirali=_TEXTS)
KEY_WORDS: Final = record(sozcukler=_TEXTS)
SPELLING: Final = record(bozuk=_TEXT, dogru=_TEXT, tur=_TEXT)
UNANSWERED: Final = record(soru=_TEXT)
CODE: Final = record(yonerge=_TEXT, aciklama=_TEXT, cozum=_TEXT, testler=_TEXTS, kanit=_TEXTS)
ANSWER: Final = record(cevap=_TEXT)
OPEN: Final = record(yonerge=_TEXT, cevap=_TEXT)

_ALL: Final = (
    QUESTION,
    LIST,
    SUMMARY,
    TITLE,
    FACTS,
    EXPLANATION,
    LABEL,
    REWRITING,
    STEPS,
    DIALOGUE,
    ABSENT,
    BACKTRANSLATION,
    INSTRUCTED,
    EVOLVED,
    BLANK,
    STATEMENT,
    ORDER,
    KEY_WORDS,
    SPELLING,
    UNANSWERED,
    CODE,
    ANSWER,
    OPEN,
)
FIELDS: Final = frozenset(key for schema in _ALL for key in schema["properties"])
"""The keys that an item of any task has."""
