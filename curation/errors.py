"""The errors imbik raises on purpose.

    ImbikError                 what, where, what to do
    ├── RecipeError            the recipe is wrong: every mistake at once, each with its dotted key
    ├── InputError             a file or a record cannot be read; readers turn it into one rejected row
    ├── ArtifactError          a run folder is missing something, or holds something damaged
    ├── MissingPackage         a recipe asks for an extra that is not installed
    ├── EngineError            a worker or a cluster could not do its task
    ├── ModelError             a language model refused, broke or cannot be reached
    └── ReviewError            the review desk refused, or its files do not fit the run

One bad record is data and is rejected with a reason; these are for what stops a run.
"""

from __future__ import annotations

from dataclasses import dataclass


class ImbikError(Exception):
    """Base of every error imbik raises on purpose; `str(error)` is a whole message for people."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a recipe: its dotted `key`, the value `seen` and what is `allowed`."""

    key: str
    seen: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.key}: {self.allowed} (seen: {self.seen})"


class RecipeError(ImbikError):
    """A recipe that cannot be run; `mistakes` holds all of them."""

    def __init__(self, where: str, mistakes: list[Mistake]) -> None:
        self.where = where
        self.mistakes = mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        lines = "".join(f"\n  {mistake}" for mistake in mistakes)
        super().__init__(f"{where}: {count}{lines}")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.where, self.mistakes)  # an error must cross from worker to run whole


class InputError(ImbikError):
    """A file, or one record in it, that cannot be read: `where` is `path` or `path:line`, `reason` a short key."""

    def __init__(self, where: str, reason: str, detail: str) -> None:
        self.where = where
        self.reason = reason
        self.detail = detail
        super().__init__(f"{where}: {detail}")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.where, self.reason, self.detail)


class ArtifactError(ImbikError):
    """A run folder that lacks an artifact or holds a damaged one."""


class MissingPackage(ImbikError):
    """A package that an extra brings is not installed; the message carries the `pip install` line."""

    def __init__(self, package: str, extra: str, wanted_for: str) -> None:
        self.package = package
        self.extra = extra
        self.wanted_for = wanted_for
        super().__init__(f"{wanted_for} needs {package}, which is not installed: pip install 'imbik[{extra}]'")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.package, self.extra, self.wanted_for)


class EngineError(ImbikError):
    """A worker that died again and again, or a cluster that cannot be reached."""


class ModelError(ImbikError):
    """A language model that refused, broke or cannot be reached; `reason` is a short key."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(detail)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.reason, self.detail)


class ReviewError(ImbikError):
    """A review desk that refused, or review files that do not fit the run."""
