"""What was taken out of a text, by lines, with offsets into the text as it was normalised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Removed:
    """The characters `start:end` of the normalised text that `reason` took out: another language, boilerplate, or a line that many documents share."""

    start: int
    end: int
    reason: str


class Cuts:
    """Follows a text through steps that leave whole lines of it out."""

    def __init__(self, text: str) -> None:
        self.removed: list[Removed] = []
        self._lines: list[tuple[int, str]] = []
        start = 0
        for line in text.split("\n"):
            self._lines.append((start, line))
            start += len(line) + 1

    def left(self, text: str, reason: str) -> None:
        """Note what is gone in `text`, which holds the lines so far without some of them."""
        kept: list[tuple[int, str]] = []
        following = [line.strip() for line in text.split("\n") if line.strip()]
        at = 0
        for start, line in self._lines:
            bare = line.strip()
            if bare and at < len(following) and bare == following[at]:
                kept.append((start, line))
                at += 1
            elif bare:
                self.removed.append(Removed(start, start + len(line), reason))
        if at < len(following):
            raise ValueError("the text holds a line that was not there before")
        self._lines = kept
