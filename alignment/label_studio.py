"""Label Studio as a desk by files: tasks and labelling configuration out, its JSON export back in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from xml.sax.saxutils import quoteattr

from alignment.desk import What
from alignment.exchange import shown_lines
from alignment.labels import DECISIONS, SPAN_LABELS
from curation.errors import ReviewError
from curation.storage import write_bytes, write_json, write_text

_READ = ("id", "task", "before", "instruction", "input", "answer", "a", "b", "evidence")


def write_tasks(folder: Path, out: Path) -> list[Path]:
    """Return the files written to `out`: for each kind of record laid out in `folder`, tasks to import and the labelling configuration."""
    written: list[Path] = []
    for what in get_args(What):
        lines = shown_lines(folder, what)
        if not lines:
            continue
        # A list of an older version has no `before`, and Label Studio refuses a task without what its page shows.
        tasks = [
            {"data": {name: line[name] for name in _READ if name in line} | {"before": line.get("before", "")}} for line in lines.values()
        ]
        write_json(out / f"{what}.tasks.json", tasks)
        write_text(out / f"{what}.config.xml", labelling_config(what))
        written += [out / f"{what}.tasks.json", out / f"{what}.config.xml"]
    return written


def labelling_config(what: What) -> str:
    """Return the labelling configuration for one kind of record. `Text` shows what it is given as text, markup included."""
    choices = "".join(
        f"<Choice value={quoteattr(value)} alias={quoteattr(label)} hotkey={quoteattr(str(number))}/>"
        for number, (value, label) in enumerate(DECISIONS[what].items(), 1)
    )
    head = '<Header value="Önceki konuşma"/><Text name="konusma" value="$before"/>'
    head += '<Header value="Görev"/><Text name="gorev" value="$instruction"/><Text name="metin" value="$input"/>'
    if what == "pairs":
        labels = "".join(f"<Label value={quoteattr(value)} alias={quoteattr(label)}/>" for value, label in SPAN_LABELS.items())
        body = (
            f'<Labels name="hatali_yer" toName="cevap">{labels}</Labels><Header value="Cevap"/><Text name="cevap" value="$answer"/>'
            '<Header value="Kaynaktaki dayanak"/><Text name="dayanak" value="$evidence"/>'
            f'<Choices name="karar" toName="cevap" required="true">{choices}</Choices>'
            '<TextArea name="duzeltilmis" toName="cevap" value="$answer" editable="true" maxSubmissions="1"/>'
        )
    else:
        body = (
            '<View style="display: grid; grid-template-columns: 1fr 1fr; gap: 16px"><View><Header value="A"/><Text name="a" value="$a"/></View>'
            '<View><Header value="B"/><Text name="b" value="$b"/></View></View><Header value="Kaynaktaki dayanak"/>'
            f'<Text name="dayanak" value="$evidence"/><Choices name="karar" toName="gorev" required="true">{choices}</Choices>'
        )
    note = f'<TextArea name="not" toName="{"cevap" if what == "pairs" else "gorev"}" placeholder="Not"/>'
    return f"<View>{head}{body}{note}</View>\n"


def read_export(export: Path, folder: Path) -> tuple[Path, int]:
    """Return the file of verdicts made of Label Studio's JSON export, and their number. Raises ReviewError where the export is none."""
    raw = export.read_bytes()
    try:
        tasks = json.loads(raw)
        if not isinstance(tasks, list):
            raise TypeError("a list of tasks is wanted")
        what: What = "preferences" if any("a" in task["data"] for task in tasks) else "pairs"
        lines = [line for task in tasks for line in _lines(task, what)]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ReviewError(f"{export} is no JSON export of Label Studio (Export, then JSON): {error!r}") from error
    path = folder / f"{what}.label-studio-{hashlib.sha256(raw).hexdigest()[:12]}.done.jsonl"
    write_bytes(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())
    return path, len(lines)


def _lines(task: Mapping[str, Any], what: What) -> Iterator[dict[str, Any]]:
    for annotation in task.get("annotations") or ():
        if annotation.get("was_cancelled"):
            continue
        given = [(one["from_name"], one["value"]) for one in annotation["result"]]
        choices = next((value["choices"] for name, value in given if name == "karar"), [""])
        written = "\n".join(text for name, value in given if name == "duzeltilmis" for text in value["text"]).strip()
        yield {
            "id": task["data"]["id"],
            "verdict": _value(choices[0], what),
            "output": written if written != str(task["data"].get("answer", "")).strip() else "",
            "reviewer": _reviewer(annotation.get("completed_by")),
            "note": "\n".join(text for name, value in given if name == "not" for text in value["text"]),
            "reviewed_at": str(annotation.get("updated_at") or annotation.get("created_at") or ""),
            "spans": [
                {"start": value["start"], "end": value["end"], "label": _span(value["labels"][0])}
                for name, value in given
                if name == "hatali_yer"
            ],
        }


def _value(choice: str, what: What) -> str:
    """Label Studio exports the alias where a choice has one."""
    return next((value for value, label in DECISIONS[what].items() if label == choice), choice)


def _span(label: str) -> str:
    return next((value for value, shown in SPAN_LABELS.items() if shown == label), label)


def _reviewer(who: Any) -> str:
    """A person's e-mail where the export has it, else the number that Label Studio gave them."""
    return str(who.get("email") or who.get("id")) if isinstance(who, dict) else f"label-studio-{who}" if who is not None else ""
