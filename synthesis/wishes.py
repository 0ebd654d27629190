"""For whom, how hard, how long and in which register a request wants its pairs, and whether they came so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from synthesis import checks
from synthesis.config import Length, SynthesisConfig
from synthesis.drafts import Draft, chance
from synthesis.passages import Passage
from synthesis.prompt import PROMPTS, Prompt, template_lines

Wish = Literal["kisi", "okur", "zorluk", "uzunluk", "hitap"]
ALL: frozenset[Wish] = frozenset({"kisi", "okur", "zorluk", "uzunluk", "hitap"})
STYLE: frozenset[Wish] = frozenset({"kisi", "okur", "hitap"})
QUESTION: frozenset[Wish] = frozenset({"kisi", "zorluk"})
ANSWER: frozenset[Wish] = frozenset({"okur", "uzunluk", "hitap"})
_ORDER: tuple[Wish, ...] = ("kisi", "okur", "zorluk", "uzunluk", "hitap")

# Words of an answer; wider than what the prompt asks for, since models count badly.
_BOUNDS: dict[Length, tuple[int, int]] = {"kisa": (1, 60), "orta": (30, 200), "uzun": (100, 600)}


def wished(wanted: frozenset[Wish], passage: Passage, task: str, config: SynthesisConfig, seed: int) -> tuple[dict[str, str], str]:
    """Return the fields of the wishes drawn for a request, and their text for the prompt; both empty where the recipe wishes nothing."""
    drawn = {
        "kisi": _drawn(dict.fromkeys(config.personas, 1.0), "kisi", passage.id, task, seed),
        "okur": _drawn(dict.fromkeys(config.audiences, 1.0), "okur", passage.id, task, seed),
        "zorluk": _drawn({str(name): weight for name, weight in config.difficulty.items()}, "zorluk", passage.id, task, seed),
        "uzunluk": _drawn({str(name): weight for name, weight in config.length.items()}, "uzunluk", passage.id, task, seed),
        "hitap": config.address or "",
    }
    fields: dict[str, str] = {name: drawn[name] for name in _ORDER if name in wanted and drawn[name]}
    return fields, told(fields)


def told(fields: Mapping[str, str], wanted: frozenset[Wish] = ALL) -> str:
    """Return the text for the prompt of those wishes of a request's `fields` that are `wanted`; empty where there are none."""
    lines = [_line(name, fields[name]) for name in _ORDER if name in wanted and name in fields]
    return "\n".join([*template_lines(PROMPTS, "istekler", "giriş"), *lines]) if lines else ""


def not_as_wished(prompt: Prompt, draft: Draft) -> str | None:
    """Return `other_register` where the answer addresses its reader otherwise than wished, `not_the_length` where it is far off; else None."""
    hitap, length = prompt.fields.get("hitap"), prompt.fields.get("uzunluk")
    if hitap and checks.register(draft.output) not in ("none", hitap):
        return "other_register"
    least, most = _BOUNDS.get(length, (0, 0)) if length else (0, 0)  # type: ignore[call-overload]
    return "not_the_length" if most and not least <= len(draft.output.split()) <= most else None


def _drawn(weights: Mapping[str, float], *parts: str | int) -> str:
    """Return one of the keys by weight; empty where there are none."""
    place = chance(*parts) * sum(weights.values())
    for name, weight in weights.items():
        place -= weight
        if place < 0:
            return name
    return next(reversed(list(weights)), "")


def _line(name: str, value: str) -> str:
    part = f"{name} {value}" if name in ("zorluk", "uzunluk", "hitap") else name
    (line,) = template_lines(PROMPTS, "istekler", part)
    return line.replace("{değer}", value)
