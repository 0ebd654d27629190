"""The commands of `imbik review`: lay records out for people, check what they wrote, see how far they are."""

from __future__ import annotations

from pathlib import Path

from alignment.desk import open_desk
from curation.errors import ReviewError
from pipelines.recipe import Recipe
from pipelines.stages.files import REVIEW_DESK
from pipelines.stages.review import show
from pipelines.status import recipe_of


def push(run: Path) -> str:
    """Return in words what was laid out for people."""
    shown = show(_reviewed_recipe(run), run)
    return f"{shown} records in {run / REVIEW_DESK}; KILAVUZ.md there tells people how to judge them"


def pull(run: Path) -> str:
    """Return in words what people said so far. Raises ReviewError with every line that cannot be used."""
    pulled = open_desk(_reviewed_recipe(run).review, run / REVIEW_DESK).pull()
    if pulled.problems:
        raise ReviewError(
            "\n  ".join([f"{len(pulled.verdicts)} verdicts are sound, {len(pulled.problems)} lines are not:", *pulled.problems])
        )
    return f"{len(pulled.verdicts)} verdicts, all sound; `imbik run` applies them"


def status(run: Path) -> str:
    """Return in words how far people are."""
    state = open_desk(_reviewed_recipe(run).review, run / REVIEW_DESK).status()
    problems = f", {state.problems} lines cannot be used (`imbik review pull` names them)" if state.problems else ""
    return f"{state.judged} of {state.shown} records judged, {state.verdicts} verdicts{problems}"


def _reviewed_recipe(run: Path) -> Recipe:
    recipe, _ = recipe_of(run)
    if recipe.review.sample == 0:
        raise ReviewError("this recipe asks nobody: set `review.sample` to the number of records people shall judge")
    return recipe
