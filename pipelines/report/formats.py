"""Numbers as Turkish readers write them: 1.234,5 and %12,3 and 6,1 sn."""

from __future__ import annotations

import math

_SWAP = str.maketrans({",": ".", ".": ",", "-": "−"})
_SIZES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def integer(value: float) -> str:
    """Return a count with dots between the thousands."""
    return f"{value:,.0f}".translate(_SWAP)


def decimal(value: float, digits: int = 2) -> str:
    """Return `value` with `digits` places behind a comma."""
    return f"{value:,.{digits}f}".translate(_SWAP)


def signed(value: float, digits: int = 3) -> str:
    """Return `value` with its sign, plus included."""
    return f"{value:+,.{digits}f}".translate(_SWAP)


def percent(share: float, digits: int = 1) -> str:
    """Return a share in [0, 1] as a percentage, the sign in front; a share that would round to 0 reads as less than the last digit."""
    least = 10.0**-digits
    return f"<%{decimal(least, digits)}" if 0 < 100 * share < least / 2 else f"%{decimal(100 * share, digits)}"


def number(value: float) -> str:
    """Return a count without places, and any other figure in three significant digits without zeros at its end."""
    if value == round(value) or abs(value) >= 1000:
        return integer(value)
    text = decimal(value, max(0, 2 - math.floor(math.log10(abs(value)))))
    return text.rstrip("0").rstrip(",") if "," in text else text


def small(value: float) -> str:
    """Return a figure near 0 in two significant digits: 0,00012 is readable, 3,1·10⁻⁷ is shorter."""
    if value == 0 or abs(value) >= 1e-4:
        return f"{value:.2g}".replace(".", ",") if abs(value) < 1 else decimal(value)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.translate(_SWAP)}·10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def size(count: int) -> str:
    """Return a size in bytes in the largest decimal unit that keeps it above 1."""
    return next((f"{decimal(count / unit, 1)} {name}" for unit, name in _SIZES if count >= unit), f"{integer(count)} bayt")


def duration(seconds: float) -> str:
    """Return a time as seconds, minutes and seconds, or hours and minutes."""
    if seconds < 60:
        return f"{decimal(seconds, 1)} sn"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} dk {rest} sn" if minutes < 60 else f"{minutes // 60} sa {minutes % 60} dk"
