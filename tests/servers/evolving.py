"""A model that evolves the instructions of `solving`: deeper by one more wish each time, or broader by another matter of the same thing.

A model's name tells what it is like: `tekrar` says the same in other forms, `kisaltan` asks for no more, `tutuk` speaks of its request,
`caresiz` cannot answer, `daldi` quotes wrongly until it is told.
"""

from __future__ import annotations

import json
from typing import Any

from solving import facts, in_a_way, item, subject

WISHES = (
    ", köy halkına ne kazandırdığını da açıkla.",
    ", komşu köylerle bağını iki cümleyle yorumla.",
    ", sonunda bir gezgine öğüt ver.",
    ", anlatımında yaşlıların sözüne de yer ver.",
)
_GIVEN = "Geliştirilecek yönerge: "


def reply(body: dict[str, Any]) -> str | None:
    """The reply to a request to evolve an instruction, or None where it is another's."""
    told, name = body["messages"][:2][-1]["content"], body["model"]
    if not body["messages"][0]["content"].startswith("Yönergeleri geliştirip") or _GIVEN not in told:
        return None
    simple = told.split(_GIVEN)[1].split("\n")[0]
    sentence = next(sentence for sentence in facts(told) if simple.startswith(subject(sentence)))
    evolved, answer = _evolved(simple, subject(sentence), "yepyeni" in told), in_a_way(simple, sentence)
    if name == "tekrar":
        evolved = f"Lütfen {simple}"
    if name == "kisaltan":
        evolved = f"{subject(sentence)} neye yarar?"
    if name == "tutuk":
        evolved = f"{evolved.removesuffix('.')}, ilk yönergeyi de unutma."
    if name == "caresiz":
        answer = f"{sentence} Metinde gerisi hakkında bilgi yok."
    misquoted = name == "daldi" and len(body["messages"]) == 2
    made = item(evolved, answer, "Böyle bir cümle metinde yoktur, uydurulmuştur." if misquoted else sentence)
    return json.dumps([{"ilk": simple} | made], ensure_ascii=False)


def _evolved(simple: str, thing: str, broader: bool) -> str:
    if broader:
        return f"{thing} olmasaydı köyde neler değişirdi, düşünüp yaz."
    wish = next(wish for wish in WISHES if wish.removesuffix(".") not in simple)
    return simple.removesuffix(".") + wish
