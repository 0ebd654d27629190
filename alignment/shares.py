"""Origins held to their weights exactly, without the longer answer being the chosen one too often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from alignment.bias import longer_chosen
from alignment.origins import OriginName, origin_of
from curation.records import Preference, Reject, Rejected

_STEPS = 16  # halvings of a share; what is left of it is less than a row of most sets
_ROUNDING = 1e-9  # weights such as 1/3 must not lose a whole row


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one origin, those of the largest margin first: `longer` are judged ones whose longer answer is chosen, `rest` the others."""

    longer: Sequence[Preference]
    rest: Sequence[Preference]

    def room(self, most: float) -> int:
        """How many rows can stand where `most` of the unequal ones may be longer."""
        unequal = longer_chosen(self.rest)[1]
        longer = len(self.longer) if most >= 1 else min(len(self.longer), int(most * unequal / (1 - most) + _ROUNDING))
        return len(self.rest) + longer

    def best(self, count: int, most: float) -> list[Preference]:
        """The `count` rows of the largest margins, `count` at most `room`, as far as `most` of the unequal ones are longer."""
        ranked = _ranked([*self.longer, *self.rest])[:count]
        held = {one.id for one in self.longer}
        longer = sum(one.id in held for one in ranked)
        unequal = [0]
        for one in self.rest:
            unequal.append(unequal[-1] + (len(one.chosen) != len(one.rejected)))
        least = max(count - len(self.rest), 0)
        while longer > least and longer > most * (longer + unequal[count - longer]) + _ROUNDING:
            longer -= 1
        return [*self.longer[:longer], *self.rest[: count - longer]]


def in_shares(preferences: Iterable[Preference], weights: Mapping[OriginName, float], most: float, reject: Reject) -> Iterator[Preference]:
    """Yield as many of each origin as the weights allow, those of the largest margin, so that of the unequal rows the longer answer is chosen in a share of `most`.

    The others go to `reject`: judged rows that give way for their longer answers as `length_bias`, the rest as `origin_full`. Corruptions give way to no
    length: theirs were balanced when they were drawn. An origin that came to nothing holds up nobody.
    """
    kept = list(preferences)
    rows = {origin: _rows([one for one in kept if origin_of(one) == origin]) for origin in sorted(set(map(origin_of, kept)))}
    longer = {one.id for found in rows.values() for one in found.longer}
    plain = {one.id for one in _picked(rows, weights, 1.0)}
    picked = {one.id for one in _within(rows, weights, most)}
    for one in kept:
        if one.id in picked:
            yield one
        elif one.id in plain and one.id in longer:
            detail = f"{origin_of(one)}: the longer answer is chosen too often, max_longer_share is {most:g}"
            reject(Rejected(one.id, "length_bias", detail, one.pair_id, one.rejected))
        else:
            reject(Rejected(one.id, "origin_full", f"{origin_of(one)}: its share of the rows is reached", one.pair_id, one.rejected))


def _within(rows: Mapping[OriginName, _Rows], weights: Mapping[OriginName, float], most: float) -> list[Preference]:
    """The rows by weight of which all together keep `most`: every origin is held to one share of its own, the greatest with which they do."""
    found = _picked(rows, weights, 1.0)
    if _keeps(found, most):
        return found
    found, low, high = _picked(rows, weights, 0.0), 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        tried = _picked(rows, weights, middle)
        if _keeps(tried, most):
            found, low = tried, middle
        else:
            high = middle
    return found


def _keeps(rows: Sequence[Preference], most: float) -> bool:
    longer, unequal = longer_chosen(rows)
    return longer <= most * unequal + _ROUNDING


def _picked(rows: Mapping[OriginName, _Rows], weights: Mapping[OriginName, float], most: float) -> list[Preference]:
    rooms = {origin: one.room(most) for origin, one in rows.items()}
    scale = min((rooms[origin] / weights[origin] for origin in weights if rooms.get(origin)), default=0.0)
    counts = {origin: int(weights.get(origin, 0.0) * scale + _ROUNDING) for origin in rows}
    return [row for origin, one in rows.items() for row in one.best(min(counts[origin], rooms[origin]), most)]


def _rows(rows: Sequence[Preference]) -> _Rows:
    ranked = _ranked(rows)
    is_longer = [len(one.chosen) > len(one.rejected) and origin_of(one) != "bozma" for one in ranked]
    return _Rows(
        [one for one, longer in zip(ranked, is_longer, strict=True) if longer],
        [one for one, longer in zip(ranked, is_longer, strict=True) if not longer],
    )


def _ranked(rows: Iterable[Preference]) -> list[Preference]:
    return sorted(rows, key=lambda one: (-one.margin, one.id))
