"""The eight stages of the road, in order."""

from __future__ import annotations

from pipelines.stage import Stage
from pipelines.stages.curate import CURATE
from pipelines.stages.dpo import DPO
from pipelines.stages.evaluate import EVALUATE
from pipelines.stages.export import EXPORT
from pipelines.stages.pairs import PAIRS
from pipelines.stages.preferences import PREFERENCES
from pipelines.stages.review import REVIEW
from pipelines.stages.sft import SFT

STAGES: tuple[Stage, ...] = (CURATE, PAIRS, PREFERENCES, REVIEW, SFT, DPO, EVALUATE, EXPORT)
