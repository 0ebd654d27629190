"""A model that writes programming problems: those of the gold set, one of them with a mistake in its solution until it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_GOLD = json.loads((Path(__file__).parents[1] / "synthesis" / "kod_gold.json").read_text(encoding="utf-8"))
WRONG_AT_FIRST = "Su tarifesi"


def reply(body: dict[str, Any]) -> str | None:
    """The reply to a request of task `kod`, or None where it is another's."""
    asked = body["messages"][1]["content"] if len(body["messages"]) > 1 else ""
    if "programlama alıştırması" not in asked:
        return None
    gold = next((one for one in _GOLD if one["metin"] in asked), None)
    if gold is None:
        return "[]"
    item = dict(gold["oge"])
    if gold["baslik"] == WRONG_AT_FIRST and len(body["messages"]) == 2:
        item["cozum"] = item["cozum"].replace("* 12", "* 13")
    item["cozum"] = f"```python\n{item['cozum']}\n```"
    return f"İşte alıştırma:\n\n```json\n{json.dumps([item], ensure_ascii=False, indent=2)}\n```"
