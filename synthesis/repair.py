"""Small faults of form that need no model to mend: labels and numbers in front, marks around, a question mark that was left out."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from synthesis import checks
from synthesis.replies import Item

_LABEL: Final = re.compile(
    r"\A(?:(?:Soru|Cevap|Yanıt|Yönerge|Özet|Başlık|Kanıt|Adım)(?: ?\d+)?\s*:\s+|(?:\d{1,2}[.)]|[-*•])\s+(?=[A-ZÇĞİÖŞÜ“\"]))"
)
_MARKS: Final = (("“", "”"), ('"', '"'), ("«", "»"))
_QUESTIONS: Final = frozenset({"soru"})
# evidence is compared with a text, a doubt with a list, and in code every mark counts: they stay as they are
_ASIDE: Final = frozenset({"kanit", "suphe", "cozum", "testler"})


def repaired(item: Item) -> Item:
    """Return `item` with its texts in NFC and without labels (`Soru 1:`), list marks and quotation marks around the whole; a question without its mark gets one."""
    return {key: _value(key, value) for key, value in item.items()}


def _value(key: str, value: Any) -> Any:
    if isinstance(value, str):
        return value if key in _ASIDE else _text(key, value)
    if isinstance(value, list):
        return [repaired(one) if isinstance(one, dict) else _value(key, one) if isinstance(one, str) else one for one in value]
    return value


def _text(key: str, text: str) -> str:
    clean = _LABEL.sub("", unicodedata.normalize("NFC", text).strip()) if "\n" not in text else unicodedata.normalize("NFC", text).strip()
    for begin, end in _MARKS:
        inner = clean[1:-1]
        if clean.startswith(begin) and clean.endswith(end) and len(clean) > 2 and begin not in inner and end not in inner:
            clean = inner.strip()
    if key in _QUESTIONS and clean and clean[-1].isalpha() and checks.question_form(f"{clean}?") is None:
        return f"{clean}?"
    return clean
