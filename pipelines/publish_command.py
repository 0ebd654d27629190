"""What `imbik publish` does with its options: checked first, then a folder, then the Hub, and a few words on what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from curation.counted import counted
from curation.errors import Mistake, RecipeError
from pipelines.dataset_hub import check_hub, upload
from pipelines.publish import Published, What, publish
from synthesis.formats import FORMATS, Format


@dataclass(frozen=True, slots=True)
class Done:
    """What was published, and the `address` on the Hub, empty where it was not uploaded."""

    made: Published
    address: str

    def values(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        rows = {kind: dict(splits) for kind, splits in self.made.rows.items()}
        return {"folder": str(self.made.folder), "rows": rows, "left_out": self.made.left_out, "hub": self.address}

    def __str__(self) -> str:
        rows = [f"{kind}: {', '.join(f'{count} {split}' for split, count in splits.items())}" for kind, splits in self.made.rows.items()]
        left = (
            [f"{counted(self.made.left_out, 'row')} left out for the format's marks in the text: rejected.jsonl"]
            if self.made.left_out
            else []
        )
        return "\n".join([*rows, *left, str(self.made.folder), *([f"{self.address} (private if it is new)"] if self.address else [])])


def published(run: Path, *, to: Path | None, hub: str | None, form: str, what: str, allow_unlicensed: bool) -> Done:
    """Return what was published of `run`. Raises RecipeError for a wrong option, and what `publish` and `upload` raise."""
    wrong = [
        Mistake(option, seen, f"one of {', '.join(allowed)}")
        for option, seen, allowed in (("--format", form, FORMATS), ("--what", what, get_args(What)))
        if seen not in allowed
    ]
    if wrong:
        raise RecipeError("imbik publish", wrong)
    if hub is not None:
        check_hub(hub)  # before minutes of work
    made = publish(run, to, form=cast(Format, form), what=cast(What, what), allow_unlicensed=allow_unlicensed)
    return Done(made, upload(made.folder, hub) if hub is not None else "")
