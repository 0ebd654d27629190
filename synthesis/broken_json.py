"""JSON as models break it -> JSON that parses: other quotation marks, bare marks inside strings, bare keys, comments, Python's words, missing commas.

Nothing is mended that has two readings: a string that may have ended at one of the marks inside it is spoilt, so that its object is lost rather than
read wrongly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

_Role = Literal["key", "colon", "value", "comma"]

_CLOSING: Final = {'"': '"', "'": "'", "“": "”“", "”": "”", "„": "“”", "‘": "’", "«": "»"}
_OPENS: Final = "\"'“”„‘«"
_CLOSES: Final = "\"'“”’»"
_VALUE: Final = rf"(?:[{_OPENS}\[{{]|-?\d|[Tt]rue|[Ff]alse|[Nn]one|null)"
_MARKED_KEY: Final = rf"[{_OPENS}]\w[\w -]{{0,40}}[{_CLOSES}]\s*:\s*{_VALUE}"
_BARE_KEY: Final = r"[a-zçğıöşü_]+"
_ENDS: Final = {
    "key": re.compile(r"\s*:"),
    "value": re.compile(rf"\s*(?:[}}\]]|,?\s*\Z|,\s*[}}\]]|,\s*{_MARKED_KEY})|\s+{_MARKED_KEY}"),
    "bare": re.compile(rf"\s*(?:[}}\]]|,?\s*\Z|,\s*[}}\]]|,\s*(?:{_BARE_KEY}\s*:\s*{_VALUE}|{_MARKED_KEY}))"),  # where a key before it was
    "entry": re.compile(rf"\s*(?:\]|,?\s*\Z|,\s*(?:\]|{_VALUE}))"),
}
_NEXT_KEY: Final = re.compile(_MARKED_KEY)
_BARE: Final = re.compile(rf"{_BARE_KEY}(?=\s*:)")
_WORD: Final = re.compile(r"[\w.+-]+")
_COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_PYTHON: Final = {"True": "true", "False": "false", "None": "null"}
_ESCAPES: Final = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])')
_SPOILT: Final = "\0"  # no letter of JSON


def mended(text: str) -> str:
    """Return `text` with what models break in JSON mended; what stands outside brackets stays as it is."""
    return _Mender(text).text()


@dataclass(slots=True)
class _Bracket:
    """An open bracket, whether a string in it had a mark without its fellow, and whether a key in it had no marks."""

    mark: str
    odd: bool = False
    bare: bool = False


class _Mender:
    """Walks a text once; `_open` are the brackets that are open, `_due` is what the innermost of them asks for next."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._out: list[str] = []
        self._open: list[_Bracket] = []
        self._due: _Role = "value"

    def text(self) -> str:
        position = 0
        while position < len(self._text):
            position = self._step(position)
        return "".join(self._out)

    def _step(self, position: int) -> int:
        """Write what stands at `position`, and return where to go on."""
        letter = self._text[position]
        if letter in "[{":
            return self._opened(letter, position)
        if not self._open:
            return self._as_it_is(letter, position)
        if letter in "]}":
            self._open.pop()
            self._due = "comma"
        elif letter == ",":
            self._due = "key" if self._open[-1].mark == "{" else "value"
        elif letter == ":":
            self._due = "value"
        elif letter in _OPENS and self._string_may_begin(position):
            return self._string(letter, position)
        elif (comment := _COMMENT.match(self._text, position)) is not None:
            return comment.end()
        elif (word := self._word(position)) is not None:
            return word
        return self._as_it_is(" " if letter.isspace() else letter, position)

    def _as_it_is(self, letter: str, position: int) -> int:
        self._out.append(letter)
        return position + 1

    def _opened(self, letter: str, position: int) -> int:
        if self._open and self._due == "comma":
            self._out.append(",")
        self._open.append(_Bracket(letter))
        self._due = "key" if letter == "{" else "value"
        return self._as_it_is(letter, position)

    def _string_may_begin(self, position: int) -> bool:
        if self._due == "comma" and self._open[-1].mark == "{" and _NEXT_KEY.match(self._text, position):
            self._out.append(",")
            self._due = "key"
        return self._due in ("key", "value")

    def _word(self, position: int) -> int | None:
        """Write the bare key, or the number or word of JSON or Python, at `position`; None where there is none."""
        found = (_BARE if self._due == "key" else _WORD).match(self._text, position) if self._due in ("key", "value") else None
        if found is None:
            return None
        self._out.append(f'"{found.group()}"' if self._due == "key" else _PYTHON.get(found.group(), found.group()))
        self._open[-1].bare |= self._due == "key"
        self._due = "colon" if self._due == "key" else "comma"
        return found.end()

    def _string(self, mark: str, position: int) -> int:
        role = "key" if self._due == "key" else "entry" if self._open[-1].mark == "[" else "bare" if self._open[-1].bare else "value"
        end = self._end(mark, position + 1, _ENDS[role])
        if end is None:  # cut off in the middle
            self._out.append(self._text[position:])
            return len(self._text)
        inner = self._text[position + 1 : end]
        sound = role == "key" or _pairs(inner, mark) or self._one_odd_mark(inner, mark, role)
        self._out.append(f'"{_escaped(inner)}"' if sound else _SPOILT)
        self._due = "colon" if role == "key" else "comma"
        return end + 1

    def _one_odd_mark(self, inner: str, mark: str, role: str) -> bool:
        """Whether the marks inside are the only ones between their brackets without their fellows, and none stands where a string might end or begin."""
        marks = re.escape(mark + _CLOSING[mark])
        seam = re.search(rf"[{marks}]\s*[,:\]}}{marks}]|[,:\[{{]\s*[{marks}]", inner)
        begun = role == "entry" and re.search(rf"(?:\A|[\s(])[{marks}]\S", inner)  # in a list the end may be what closes it
        first, self._open[-1].odd = not self._open[-1].odd, True
        return first and seam is None and not begun

    def _end(self, mark: str, start: int, ends: re.Pattern[str]) -> int | None:
        """Where the string that `mark` began closes: at a mark before what must follow it in JSON."""
        closing = re.compile(rf"\\.|[{_CLOSING[mark]}]", re.DOTALL)
        for found in closing.finditer(self._text, start):
            if not found.group().startswith("\\") and ends.match(self._text, found.end()):
                return found.start()
        return None


def _escaped(inner: str) -> str:
    """The text of a string as JSON escapes it: what JSON has no escape for is a backslash, or a mark that needs none."""
    parts = re.split(r"(\\u[0-9a-fA-F]{4}|\\.)", inner, flags=re.DOTALL)
    return "".join(_escape(part) if part.startswith("\\") else part.replace("\\", "\\\\").replace('"', '\\"') for part in parts)


def _escape(pair: str) -> str:
    if _ESCAPES.fullmatch(pair):
        return pair
    return pair[1:] if pair[1:] in tuple("'“”„‘’«»\n") else f"\\{pair}"


def _pairs(inner: str, mark: str) -> bool:
    """Whether the bare marks inside a string open and close by turns; apostrophes and the inch after a number are no such marks."""
    inside = False
    for found in re.finditer(rf"\\.|[{re.escape(mark + _CLOSING[mark])}]", inner, re.DOTALL):
        before, after = inner[found.start() - 1 : found.start()], inner[found.end() : found.end() + 1]
        if found.group().startswith("\\") or (found.group() in "'’" and before.isalnum() and after.isalnum()):
            continue
        if inside:
            if before.isspace():
                return False
            inside = False
        elif before.isdigit():
            continue
        elif _opens_here(before, after):
            inside = True
        else:
            return False
    return not inside


def _opens_here(before: str, after: str) -> bool:
    return (
        (not before or before.isspace() or before in "([{/—–-'\"“„«") and bool(after) and not after.isspace() and after not in ",.;:!?)]}"
    )
