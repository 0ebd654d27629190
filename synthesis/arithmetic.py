"""Sums written in a text, checked: which hold, and which numbers they bring into it."""

from __future__ import annotations

import re
from decimal import Decimal, DivisionByZero, InvalidOperation

from synthesis import claims

_N = r"\d+(?:[.,]\d+)*"
_SUM = re.compile(rf"(?P<left>{_N}(?:\s*[+\-−–×x*·/÷:]\s*{_N})+)[^\S\n]*(?:[a-zçğıöşü²³%/]+[^\S\n]*)?=[^\S\n]*(?P<right>{_N})")
_TOKEN = re.compile(rf"{_N}|[+\-−–×x*·/÷:]")
_SIGNS = {"−": "-", "–": "-", "×": "*", "x": "*", "·": "*", "÷": "/", ":": "/"}
_LOOSE = Decimal("0.005")  # of the result: a quotient is written rounded


def sums(text: str) -> list[tuple[str, str, bool]]:
    """Return every sum of `text` as it stands, its result in one spelling, and whether it holds; `12 × 3 = 36`, `1.250 / 2 = 625`."""
    return [(match.group(), *_checked(match["left"], match["right"])) for match in _SUM.finditer(text)]


def _checked(left: str, right: str) -> tuple[str, bool]:
    said = claims.numbers(right)[0]
    try:
        value, wanted = _calculated(_TOKEN.findall(left)), Decimal(said)
    except (DivisionByZero, InvalidOperation):
        return said, False
    return said, abs(value - wanted) <= _LOOSE * abs(value)


def _calculated(tokens: list[str]) -> Decimal:
    """Return the value of numbers and signs in turn, products first."""
    terms, sign = [Decimal(claims.numbers(tokens[0])[0])], ""
    for token in tokens[1:]:
        if not token[0].isdigit():
            sign = _SIGNS.get(token, token)
            continue
        number = Decimal(claims.numbers(token)[0])
        if sign == "*":
            terms[-1] *= number
        elif sign == "/":
            terms[-1] /= number
        else:
            terms.append(-number if sign == "-" else number)
    return sum(terms, Decimal(0))
