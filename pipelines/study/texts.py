"""Numbers as the terminal writes them: 1,234 and 0.154 and 12.3 %."""

from __future__ import annotations

import math


def amount(value: float) -> str:
    """Return a count with commas between the thousands, any other figure in three significant digits."""
    if not math.isfinite(value):
        return str(value)
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:.3g}"


def share(part: float, whole: float) -> str:
    """Return `part` of `whole` in percent; a share that would round to 0 reads as less than the last digit."""
    percent = 100 * part / whole if whole else 0.0
    return "<0.1 %" if 0 < percent < 0.05 else f"{percent:.1f} %"
