"""A model that writes an instruction about every sentence with a year, and answers one again in the way it is told.

A model's name tells what it is like: `kopya` gives the answer it was shown, `baska` answers another question, `dalgin` quotes wrongly until
it is told. Others have words of their own for each way.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

_BEFORE = (
    "Sözü dolandırmadan söyleyelim, durum ortadadır.",
    "Önce çevreye, sonra ayrıntıya bakmak gerekir.",
    "Gelip geçen herkes aynı hikâyeyi anlatır durur.",
    "Yaşlılar usul usul anlatır, gençler merakla dinler.",
    "Küçük işler zamanla büyür, büyüdükçe de sevilir.",
)
_AFTER = (
    "Ardında uzun bir emek ve sabır yatar.",
    "Gerisi kulaktan kulağa dolaşan sözlerdir.",
    "Öğrenilecek en önemli bilgi herhâlde budur.",
    "Komşu köyler de olup biteni ilgiyle izledi.",
    "Emeği geçenlerin adı hâlâ saygıyla anılır.",
)
_WITH_A_YEAR = re.compile(r"(?:^|(?<=\. ))[^\n.]*?\b(?:1[5-9]|20)\d\d\b[^\n.]*\.", re.MULTILINE)


def reply(body: dict[str, Any]) -> str | None:
    """The reply to a request for instructions by example or for a further answer, or None where it is another's."""
    system, told, name = body["messages"][0]["content"], body["messages"][:2][-1]["content"], body["model"]
    if system.startswith("Bir yapay zekâ yardımcısına verilecek"):
        return _json([item(f"{subject(sentence)} hakkında bilgi ver.", sentence, sentence) for sentence in facts(told)])
    if not system.startswith("Aynı soruyu her seferinde başka bir yoldan"):
        return None
    question, shown = _below(told, "Soru ya da yönerge:"), _below(told, "Önceki cevaplar:").removeprefix("1. ")
    sentence = next(sentence for sentence in facts(told) if question.startswith(subject(sentence)))
    if name == "baska":
        return _json([item("Köyün tarihini anlat.", shown, sentence)])
    answer = shown if name == "kopya" else in_a_way(told.split("şu yolu tut: ")[1].split("\n")[0], sentence)
    misquoted = name == "dalgin" and len(body["messages"]) == 2
    return _json([item(question, answer, "Böyle bir cümle metinde yoktur, uydurulmuştur." if misquoted else sentence)])


def in_a_way(way: str, sentence: str) -> str:
    number = int(hashlib.sha256(way.encode()).hexdigest(), 16)
    return f"{_BEFORE[number % len(_BEFORE)]} {sentence} {_AFTER[number // len(_BEFORE) % len(_AFTER)]}"


def facts(told: str) -> list[str]:
    return _WITH_A_YEAR.findall(told.rsplit("\nMetin:\n", maxsplit=1)[-1])


def subject(sentence: str) -> str:
    return " ".join(sentence.split()[:2])


def item(question: str, answer: str, quote: str) -> dict[str, Any]:
    return {"yonerge": question, "cevap": answer, "kanit": [quote]}


def _below(told: str, head: str) -> str:
    return told.split(f"{head}\n")[1].split("\n\n", maxsplit=1)[0]


def _json(items: list[dict[str, Any]]) -> str:
    return json.dumps(items, ensure_ascii=False)
