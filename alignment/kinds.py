"""The sixteen ways an answer is made worse, which tasks each fits, and how much worse it is: the one table of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from synthesis.config import TaskName

KindName = Literal[
    "other_entity",
    "other_date",
    "other_number",
    "unsupported_addition",
    "truncated",
    "off_question",
    "wrong_language",
    "wrong_register",
    "repetition",
    "empty_talk",
    "wrong_result",
    "made_up_answer",
    "wrong_verdict",
    "wrong_order",
    "left_undone",
    "unknown_label",
]

MOST_MARGIN: Final = 4.0
"""Top of the margin scale: 1 right but unpleasant, 2 right with a serious flaw, 3 false or no answer at all, 4 all people agree."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How much worse the answer is (`margin`, on the scale of MOST_MARGIN), how often it is drawn by default, and the tasks it fits."""

    margin: float
    weight: float
    tasks: frozenset[TaskName]


_PROSE: Final[frozenset[TaskName]] = frozenset({"soru-cevap", "tanim", "ozet"})
_LINES: Final[frozenset[TaskName]] = frozenset({*_PROSE, "liste"})
_TEXTS: Final[frozenset[TaskName]] = frozenset({*_LINES, "baslik"})
_FREE: Final[frozenset[TaskName]] = frozenset({"aciklama", "tohumdan", "evol", "cok-turlu"})
_WHOLE: Final[frozenset[TaskName]] = frozenset({"yeniden-yazma", "geri-ceviri"})
_FACTS: Final[frozenset[TaskName]] = _TEXTS | _FREE | _WHOLE | {"bilgi-cikarma", "adim-adim", "bosluk", "dogru-yanlis"}

# Mistakes that a good model could make teach more than stock phrases, and weigh more; names are rarer than dates and numbers.
# A title cannot be cut or looped so that it is certainly worse, and extracted JSON has neither register nor language. Of a corrected or
# ordered sentence the natural mistake is the one that was to be mended, and an answer that says there is none has no fact to change. Of two
# labels either may fit; one that was not offered never does.
KINDS: Final[dict[KindName, Kind]] = {
    "other_entity": Kind(3.0, 6.0, _FACTS),
    "other_date": Kind(3.0, 4.0, _FACTS),
    "other_number": Kind(3.0, 4.0, _FACTS),
    "unsupported_addition": Kind(2.0, 1.5, _LINES | {"anahtar-sozcuk"}),
    "truncated": Kind(2.0, 2.5, _LINES | _FREE | _WHOLE | {"adim-adim", "siralama", "dogru-yanlis"}),
    "off_question": Kind(3.0, 3.0, frozenset({"soru-cevap", "tanim", "liste", "baslik"})),
    "wrong_language": Kind(2.0, 0.2, _TEXTS),
    "wrong_register": Kind(1.0, 0.2, _LINES | _FREE),
    "repetition": Kind(2.0, 0.2, _LINES | _FREE | _WHOLE | {"anahtar-sozcuk"}),
    "empty_talk": Kind(3.0, 0.3, _LINES),
    "wrong_result": Kind(3.0, 1.0, frozenset({"kod"})),
    "made_up_answer": Kind(3.0, 3.0, frozenset({"metinde-yok", "cevapsiz"})),
    "wrong_verdict": Kind(3.0, 4.0, frozenset({"dogru-yanlis"})),
    "wrong_order": Kind(3.0, 4.0, frozenset({"siralama"})),
    "left_undone": Kind(2.0, 3.0, frozenset({"yazim", "yeniden-yazma"})),
    "unknown_label": Kind(2.0, 1.0, frozenset({"siniflandirma"})),
}
