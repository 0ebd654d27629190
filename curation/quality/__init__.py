"""The quality of a text: its values measured once, limits in presets, and facts about it as tags."""

from curation.quality.boilerplate import is_boilerplate, without_boilerplate
from curation.quality.measures import MEASURES, Measures, measure
from curation.quality.rules import FINEWEB2_TR, PRESETS, STRICT, WEB, Fault, Limit, Rules, judge, limits, rules_of, score, verdict

__all__ = [
    "FINEWEB2_TR",
    "MEASURES",
    "PRESETS",
    "STRICT",
    "WEB",
    "Fault",
    "Limit",
    "Measures",
    "Rules",
    "is_boilerplate",
    "judge",
    "limits",
    "measure",
    "rules_of",
    "score",
    "verdict",
    "without_boilerplate",
]
