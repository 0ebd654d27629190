"""Sums written in a text, checked: which hold, and which numbers they bring into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation

from synthesis import claims

_SCALE = r"(?:bin|milyon|milyar)(?!\w)"
_N = rf"\d+(?:[.,]\d+)*(?:[^\S\n]+{_SCALE})?"
_GAP = r"[^\S\n]*"
_LETTER = r"[a-zçğıöşü²³]"
# A whole word each, so that a text can be taken apart in one way only.
_UNIT = rf"(?<!{_LETTER})(?!(?:x|ve|ile)(?!\w)|{_SCALE}){_LETTER}+(?!{_LETTER})(?:/[a-zçğıöşü]+(?!{_LETTER}))?"
_PERCENT = r"(?:%[^\S\n]*|[yY]üzde[^\S\n]+)"
_TERM = rf"(?:\({_GAP})*{_PERCENT}?{_N}(?![\d²³])(?:[^\S\n]?%)?(?:{_GAP}{_UNIT}){{0,2}}(?:(?:{_GAP}\))+(?:{_GAP}{_UNIT})?)?"
_SIGN = r"[+\-−–×x*·/÷:]"
_SUM = re.compile(
    rf"(?<![\d.,:²³])(?<!saat )(?P<left>{_TERM}(?:{_GAP}{_SIGN}{_GAP}{_TERM})+){_GAP}={_GAP}(?P<right>{_PERCENT}?{_N}(?:[^\S\n]?%)?)"
    rf"|(?<![\d.,:])(?P<whole>{_N})['’][a-zçğıöşü]+[^\S\n]+{_PERCENT}(?P<share>{_N})(?:['’][a-zçğıöşü]+)?{_GAP}={_GAP}(?P<part>{_N})"
)
_TOKEN = re.compile(rf"(?P<before>{_PERCENT})?(?P<number>{_N})(?P<behind>[^\S\n]?%)?|(?P<sign>{_SIGN}|[()])")
_SIGNS = {"−": "-", "–": "-", "×": "*", "x": "*", "·": "*", "÷": "/", ":": "/"}
_UNITS = re.compile(rf"(?!yüzde(?!\w)){_UNIT}")
_LOOSE = Decimal("0.005")  # of the result: a quotient is written rounded


@dataclass(frozen=True, slots=True)
class _Number:
    """A number, and whether it is a percentage: `%20` is a fifth where it multiplies, and a fifth of what it is added to."""

    value: Decimal
    is_percent: bool = False

    @property
    def factor(self) -> Decimal:
        return self.value / 100 if self.is_percent else self.value


def sums(text: str) -> list[tuple[str, str, bool]]:
    """Return every sum of `text` as it stands, its result in one spelling, and whether it holds: `12 × 3 = 36`, `(10 + 5) × 2 kişi = 30`, `%20 × 500 = 100`."""
    return [(match.group(), *_checked(match)) for match in _SUM.finditer(text)]


def _checked(match: re.Match[str]) -> tuple[str, bool]:
    left, right = match["left"] or f"{match['whole']} × %{match['share']}", match["right"] or match["part"]
    left = "(" * -_open_brackets(left) + left[max(0, _open_brackets(left)) :]  # "(10 + 5 = 15)"
    said = f"{'%' * _is_percent(right)}{claims.numbers(right)[0]}"
    try:
        result, value = _number(right), _Calculation(left).value()
    except (DivisionByZero, InvalidOperation):
        return said, False
    wanted = (result.factor, result.value) if value.is_percent or result.is_percent else (result.value,)
    return said, any(abs(one - other) <= _LOOSE * abs(one) for one in (value.factor, value.value) for other in wanted)


def _open_brackets(expression: str) -> int:
    return expression.count("(") - expression.count(")")


def _is_percent(number: str) -> bool:
    return "%" in number or "üzde" in number


def _number(text: str) -> _Number:
    return _Number(Decimal(claims.numbers(text)[0]), _is_percent(text))


class _Calculation:
    """The value of an expression: brackets first, then products, then sums."""

    def __init__(self, expression: str) -> None:
        self._tokens = list(_tokens(expression))
        self._at = 0

    def value(self) -> _Number:
        """Return it. Raises DivisionByZero or InvalidOperation where there is none."""
        found = self._sum()
        if self._at < len(self._tokens):
            raise InvalidOperation
        return found

    def _next(self) -> str | _Number | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _sum(self) -> _Number:
        total = self._product()
        while (sign := self._next()) in ("+", "-"):
            self._at += 1
            term = self._product()
            change = total.value * term.factor if term.is_percent and not total.is_percent else term.value
            total = _Number(total.value + change if sign == "+" else total.value - change, total.is_percent)
        return total

    def _product(self) -> _Number:
        product = self._factor()
        while (sign := self._next()) in ("*", "/"):
            self._at += 1
            other = self._factor()
            product = _Number(product.factor * other.factor if sign == "*" else product.factor / other.factor)
        return product

    def _factor(self) -> _Number:
        found = self._next()
        self._at += 1
        if isinstance(found, _Number):
            return found
        if found != "(":
            raise InvalidOperation
        inner = self._sum()
        if self._next() != ")":
            raise InvalidOperation
        self._at += 1
        return inner


def _tokens(expression: str) -> Iterator[str | _Number]:
    for match in _TOKEN.finditer(_UNITS.sub(" ", expression)):
        if match["sign"]:
            yield _SIGNS.get(match["sign"], match["sign"])
        else:
            yield _number(match.group())
