"""A model that answers, mends and judges by years alone: an answer is right whose years stand in the source.

A model's name tells what it is like: `ezber` knows no source, `guclu` answers rightly, `uzun` at length, `karisik` by its seed, others wrongly, each in its own way.
Judges are strict, but `comert` gives everything 5, `titiz` likes no odd year, `sirali` always takes the first of two, `bozuk` writes no JSON.
"""

from __future__ import annotations

import json
import re
from typing import Any

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_SAMPLE_STEP = 1_000_003


def reply(body: dict[str, Any]) -> str | None:
    """The reply to a request of the preferences stage, or None where it is another's."""
    system, text, name = body["messages"][0]["content"], body["messages"][-1]["content"], body["model"]
    source = _between(text, "kaynak")
    if system.startswith("Türkçe eğitim verisini puanlayan"):
        return "Puanlar iyi." if name == "bozuk" else _grades(source, _between(text, "cevap"), name)
    if system.startswith("İki Türkçe cevabı"):
        first, second = (_worth(source, _between(text, f"cevap_{side}")) for side in "AB")
        taken = "A" if name == "sirali" or first > second else "esit" if first == second else "B"
        return json.dumps({"gerekce": "Yıllara baktım.", "secim": taken}, ensure_ascii=False)
    if system.startswith("Türkçe cevapları kaynağa bakarak"):
        draft, right = _between(text, "taslak"), _right(source)
        return json.dumps({"suphe": "kusursuz"} if draft == right else {"elestiri": "Yıl yanlış.", "cevap": right}, ensure_ascii=False)
    if system.startswith("Sorulara yalnızca verilen kaynağa"):
        return _answer(source, name, body.get("seed", 0))
    return "1888 yılında olduğu söylenir." if name == "ezber" else None


def _answer(source: str, name: str, seed: int) -> str:
    wrong = f"{int(_YEAR.search(source)[0]) + len(name)} yılında."  # type: ignore[index]
    long = f"{_right(source)} Bu olay o günlerde herkesin dilindeydi ve uzun süre konuşuldu."
    mixed = (_right(source), wrong, "Bu konuda bilgim yok.", long)
    if name == "karisik":
        return mixed[seed // _SAMPLE_STEP % len(mixed)]
    return {"guclu": _right(source), "uzun": long}.get(name, wrong)


def _right(source: str) -> str:
    found = _YEAR.search(source)
    return f"{found[0]} yılında." if found else "Kaynakta yok."


def _worth(source: str, answer: str) -> int:
    years = _YEAR.findall(answer)
    return 5 if years and all(year in source for year in years) else 2


def _grades(source: str, answer: str, judge: str) -> str:
    worth = 5 if judge == "comert" else _worth(source, answer)
    if judge == "titiz" and any(int(year) % 2 for year in _YEAR.findall(answer)):
        worth = 2
    grades = {"gerekce": "Yıllara baktım.", "dogruluk": worth, "tamlik": worth, "turkce": 5, "yonerge": worth}
    return json.dumps(grades, ensure_ascii=False)


def _between(text: str, tag: str) -> str:
    found = re.search(rf"<{tag}>\n(.*?)\n</{tag}>", text, re.DOTALL)
    return found[1] if found else ""
