"""The file desk: a list for people to fill in, beside it the guide, and what they hand back.

review/pairs.todo.jsonl          written by push, one record per line with empty fields to fill
review/pairs-hakem.todo.jsonl    the same for records on which people disagree
review/pairs.<anything>.done.jsonl   written by people, or by another desk for them; read by pull, never touched
review/KILAVUZ.md                how to judge, in Turkish
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from alignment.desk import DeskStatus, ErrorSpan, Item, PairVerdict, PreferenceVerdict, Pulled, Verdict, What
from curation.storage import write_bytes
from curation.turkish import fold

GUIDE = Path(__file__).parent / "kilavuz.md"
_TO_FILL = ("verdict", "output", "reviewer", "note", "reviewed_at")
# Of two answers people pick one; only a pair's answer is theirs to correct.
_FILLED: dict[What, tuple[str, ...]] = {"pairs": _TO_FILL, "preferences": ("verdict", "reviewer", "note", "reviewed_at")}
_ALLOWED: dict[What, tuple[str, ...]] = {"pairs": get_args(PairVerdict), "preferences": get_args(PreferenceVerdict)}


class JsonlDesk:
    """A desk that is a folder. `keep_shown` keeps records in the list that a later push leaves out: on a server people still see them."""

    def __init__(self, folder: Path, *, keep_shown: bool = False) -> None:
        self.folder = folder
        self._keep_shown = keep_shown

    def push(self, items: Sequence[Item]) -> int:
        """Return how many `items` are new. A list that people wrote into is kept aside as done; what they judged stays in the list."""
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = sum(self._push([item for item in items if item.what == what and not item.disputed], what, what) for what in _ALLOWED)
        for what in _ALLOWED:
            self._push([item for item in items if item.what == what and item.disputed], what, f"{what}-hakem")
        if not (self.folder / "KILAVUZ.md").exists():
            write_bytes(self.folder / "KILAVUZ.md", GUIDE.read_bytes())
        return fresh

    def _push(self, items: Sequence[Item], what: What, name: str) -> int:
        path = self.folder / f"{name}.todo.jsonl"
        shown = _by_id(path)
        if not items and (not shown or name != what):
            return 0
        self._keep_what_people_wrote(path)
        kept = set(shown) if self._keep_shown else {found.id for found in self._read_done(what) if isinstance(found, Verdict)}
        kept -= {item.id for item in items}
        lines = [
            *(_line(item) for item in items),
            *(shown[identity] | dict.fromkeys(_FILLED[what], "") for identity in shown if identity in kept),
        ]
        write_bytes(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())
        return sum(item.id not in shown for item in items)

    def pull(self) -> Pulled:
        """Return the verdicts in every done file, the last of each reviewer on each record, and what could not be used with file and line."""
        verdicts: dict[tuple[str, str], Verdict] = {}
        problems: list[str] = []
        for what in _ALLOWED:
            known = self._shown(what)
            for found in self._read_done(what):
                if isinstance(found, str):
                    problems.append(found)
                elif found.id not in known:
                    problems.append(f"{found.where}: id {found.id} was never shown: copy ids from {self._todo(what).name} as they stand")
                else:
                    earlier = verdicts.get((found.id, found.reviewer))
                    if earlier is None or (found.final, found.reviewed_at) >= (earlier.final, earlier.reviewed_at):
                        verdicts[found.id, found.reviewer] = replace(found, original=str(known[found.id].get("answer", "")))
        return Pulled(tuple(verdicts.values()), tuple(problems))

    def status(self) -> DeskStatus:
        """Return how many records are shown and how many of them people have judged."""
        pulled = self.pull()
        shown = sum(len(self._shown(what)) for what in _ALLOWED)
        return DeskStatus(shown, len({verdict.id for verdict in pulled.verdicts}), len(pulled.verdicts), len(pulled.problems))

    def _todo(self, what: What) -> Path:
        return self.folder / f"{what}.todo.jsonl"

    def _shown(self, what: What) -> dict[str, dict[str, Any]]:
        return shown_lines(self.folder, what)

    def _read_done(self, what: What) -> Iterator[Verdict | str]:
        for path in sorted(self.folder.glob(f"{what}*.done.jsonl")):
            for number, values in _lines(path):
                where = f"{path}:{number}"
                if isinstance(values, str):
                    yield f"{where}: {values}"
                elif str(values.get("verdict") or "").strip() or str(values.get("output") or "").strip():
                    yield _verdict(values, what, where)

    def _keep_what_people_wrote(self, path: Path) -> None:
        if not path.exists() or all(
            isinstance(values, dict) and not any(values.get(name) for name in _TO_FILL) for _, values in _lines(path)
        ):
            return
        held = path.read_bytes()
        kept = path.with_name(f"{path.name.removesuffix('.jsonl')}-{hashlib.sha256(held).hexdigest()[:12]}.done.jsonl")
        if not kept.exists():
            write_bytes(kept, held)


def _by_id(path: Path) -> dict[str, dict[str, Any]]:
    """Lines of a list by id; a line that people broke loses only itself."""
    if not path.exists():
        return {}
    lines = (values for _, values in _lines(path) if isinstance(values, dict))
    return {values["id"]: values for values in lines if isinstance(values.get("id"), str)}


def shown_lines(folder: Path, what: What) -> dict[str, dict[str, Any]]:
    """Return what people were shown, by id, as it stands in the list."""
    return _by_id(folder / f"{what}.todo.jsonl")


def _line(item: Item) -> dict[str, str]:
    """One line of the list: what people read, then what they fill in."""
    read = {"id": item.id, "task": item.task, "before": item.before, "instruction": item.instruction, "input": item.input}
    answers = dict(zip(("a", "b") if item.what == "preferences" else ("answer",), item.answers, strict=True))
    return read | answers | {"evidence": item.evidence} | dict.fromkeys(_FILLED[item.what], "")


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield line number and object of every line that is not empty, or what is wrong with it. Editors leave byte order marks and other line ends."""
    for number, raw in enumerate(path.read_bytes().split(b"\n"), 1):
        if not raw.strip(b"\xef\xbb\xbf\r\t "):
            continue
        try:
            values = json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            yield number, f"not JSON ({error}): one object per line, in UTF-8"
            continue
        yield number, values if isinstance(values, dict) else "not an object: one object per line"


def _verdict(values: dict[str, Any], what: What, where: str) -> Verdict | str:
    fields = {name: values.get(name) for name in ("id", *_TO_FILL)}
    wrong = [name for name, value in fields.items() if value is not None and not isinstance(value, str)]
    if wrong:
        return f"{where}: {', '.join(wrong)} must be text"
    text = {name: (value or "").strip() for name, value in fields.items()}
    said = fold(text["verdict"]).replace(" ", "_")
    if said not in _ALLOWED[what]:
        return f"{where}: verdict {text['verdict']!r} is none of {', '.join(_ALLOWED[what])}"
    if said == "duzelt" and not text["output"]:
        return f"{where}: `duzelt` needs the corrected answer in `output`"
    if not text["reviewer"]:
        return f"{where}: reviewer is empty: write a name or initials, so that two verdicts of one person count once"
    try:
        more = _more(values)
    except (TypeError, ValueError, KeyError) as error:
        return f"{where}: guideline, reasons, spans or final are not as in docs/review.md ({error!r})"
    return Verdict(text["id"], what, said, text["reviewer"], text["output"], text["note"], text["reviewed_at"], where, **more)  # type: ignore[arg-type]


def _more(values: dict[str, Any]) -> dict[str, Any]:
    """What other desks add to a line and people leave out."""
    reasons, spans = values.get("reasons") or [], values.get("spans") or []
    if not isinstance(reasons, list) or not all(isinstance(reason, str) for reason in reasons):
        raise TypeError("reasons must be a list of text")
    return {
        "guideline": str(values.get("guideline") or ""),
        "reasons": tuple(reasons),
        "spans": tuple(ErrorSpan(int(span["start"]), int(span["end"]), str(span["label"])) for span in spans),
        "final": values.get("final") is True,
    }
