"""The writer itself: a Prompt in, the JSON that a model would return out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from curation.turkish import lower
from synthesis.lexicon import REFERENCES, word_set
from synthesis.passages import opens
from synthesis.prompt import Prompt
from synthesis.rules import built
from synthesis.rules.candidates import Candidate
from synthesis.rules.definitions import definitions
from synthesis.rules.facts import facts
from synthesis.rules.lists import lists
from synthesis.rules.questions import questions
from synthesis.rules.sources import unfit, unproved
from synthesis.rules.summaries import fits, summary

Item = dict[str, Any]
_GIVES_PASSAGE = frozenset(
    ("bilgi-cikarma", "bosluk", "dogru-yanlis", "cevapsiz", "liste", "baslik")
)  # the pair holds all of it, so it must begin and end
_GIVES_SENTENCE = frozenset(("yazim",))  # the pair holds no more of it than that
_PER_SENTENCE = 2  # a third question to one sentence only turns it round again
_LED_PER_PASSAGE = 3  # questions that need the title in front, or the passage, are the second choice


def write(prompt: Prompt) -> str:
    """Return JSON, a list of items, for a prompt of any task here; an empty list for a task that no rule knows."""
    writer = _WRITERS.get(prompt.task)
    doubt = unfit(prompt.fields["metin"]) if writer is not None else None
    if doubt is None and writer is not None:
        doubt = unproved(prompt.fields["metin"], prompt.fields.get("baslik", ""), sentence=prompt.task in _GIVES_SENTENCE)
    if doubt is None and prompt.task in _GIVES_PASSAGE and not _whole(prompt.fields["metin"]):
        doubt = "source_cut_off"
    items = [{"suphe": doubt}] if doubt else writer(prompt.fields) if writer is not None else []
    return json.dumps(items, ensure_ascii=False)


def _whole(text: str) -> bool:
    """Whether a passage begins and ends as texts do: no page's number in front, no later item of a list, no word that leans on what came before."""
    first = re.match(r"[\W\d]*([^\W\d_]+)", text)
    leans = first is not None and lower(first[1]) in REFERENCES | _GOES_ON
    last = text.rstrip()[-1:]
    item = _ITEM.match(text.rstrip().rsplit("\n", maxsplit=1)[-1]) is not None and last not in set(",;:")
    ends = last in set(".!?…”\"’')]") or item
    return opens(text) and ends and not leans and _LATER_ITEM.match(text) is None and not _only_first_item(text)


def _only_first_item(text: str) -> bool:
    """Whether a list is announced and begins, and no second item follows: `şunlar yapılacaktır: 1. Kapı onarılacak.`."""
    return re.search(r":\s+1[.)-] ", text) is not None and re.search(r"(?<![\d.,])2[.)-] ", text) is None


_ITEM = re.compile(r"\s*(?:[-–•*]|\d{1,2}[.)]) ")
_GOES_ON = word_set("ancak ayrıca böylece bununla buna sonra daha eğer yahut veya ve ile")
_LATER_ITEM = re.compile(
    r"\s*(?:\d[\d-]*[ \t]*\n|\(?(?:[2-9]|\d{2,}|[b-zçğıöşü]|[B-ZÇĞİÖŞÜ]|[a-z]{2})\)|(?:[2-9]|\d{2,})\. (?![A-ZÇĞİÖŞÜ]?[^\W\d_]* (?:yüzyıl|gün))|[b-zçğıöşü][.-] |[B-ZÇĞİÖŞÜ]\. |(?:[2-9]|\d{2,}|I{2,3}|IV|VI{0,3}|IX|X[IVX]*) ?[-–—)] )"
)


def _questions(fields: Mapping[str, str]) -> list[Item]:
    return _chosen(
        questions(fields["metin"], fields["baslik"], alone=fields["baglam"] == "none"), int(fields["adet"]), whole=_whole(fields["metin"])
    )


def _definitions(fields: Mapping[str, str]) -> list[Item]:
    return _chosen(
        definitions(fields["metin"], fields["baslik"], alone=fields["baglam"] == "none", opening=fields["bolum"] == "ilk"),
        int(fields["adet"]),
        whole=_whole(fields["metin"]),
    )


def _chosen(candidates: Iterable[Candidate], most: int, *, whole: bool) -> list[Item]:
    """The sure ones up to `most`, spread over the sentences, then every doubtful one with its reason."""
    found = [replace(c, doubt="source_cut_off") if c.given and c.doubt is None and not whole else c for c in candidates]
    sure: list[Candidate] = []
    led = 0
    for candidate in sorted((c for c in found if c.doubt is None), key=lambda c: _RANK.get(c.kind, 9)):
        follows_title = candidate.kind.startswith("led_") or candidate.given
        if (
            len(sure) < most
            and sum(c.quote == candidate.quote for c in sure) < (1 if follows_title else _PER_SENTENCE)
            and led < _LED_PER_PASSAGE
        ):
            sure.append(candidate)
            led += follows_title
    kept = [c for c in found if c in sure]
    return [_item(c) for c in kept] + [_item(c) for c in found if c.doubt is not None]


_RANK = {"asked": 0, "reason": 1, "agent": 1, "date": 2, "place": 2, "person": 3, "number": 3, "percent": 3, "clock": 3}


def _item(candidate: Candidate) -> Item:
    item: Item = {"soru": candidate.question, "cevap": candidate.answer, "kanit": candidate.quote}
    if candidate.given:
        item["metinli"] = True
    return item if candidate.doubt is None else {**item, "suphe": candidate.doubt}


def _lists(fields: Mapping[str, str]) -> list[Item]:
    items: list[Item] = []
    for found in lists(fields["metin"]):
        item: Item = {"soru": found.question, "maddeler": list(found.items), "kanit": found.quote}
        items.append(item if found.doubt is None else {**item, "suphe": found.doubt})
    return items


def _summary(fields: Mapping[str, str]) -> list[Item]:
    text, paragraph, doubt = summary(fields["metin"], fields["baslik"], opening=fields["bolum"] == "ilk")
    item: Item = {"ozet": text, "kanit": paragraph}
    return [] if doubt == "too_short" else [item if doubt is None else {**item, "suphe": doubt}]


def _title(fields: Mapping[str, str]) -> list[Item]:
    title = fields["baslik"]
    if not title or fields["bolum"] != "ilk":
        return []
    return [
        {"baslik": title} if fits(title, fields["metin"], fields.get("kalan", "")) else {"baslik": title, "suphe": "title_does_not_fit"}
    ]


def _facts(fields: Mapping[str, str]) -> list[Item]:
    found, doubt = facts(fields["metin"])
    return [] if doubt == "too_few_facts" else [{**found} if doubt is None else {**found, "suphe": doubt}]


_WRITERS: dict[str, Callable[[Mapping[str, str]], list[Item]]] = {
    "soru-cevap": _questions,
    "tanim": _definitions,
    "liste": _lists,
    "ozet": _summary,
    "baslik": _title,
    "bilgi-cikarma": _facts,
    "bosluk": built.cloze,
    "dogru-yanlis": built.statements,
    "siralama": built.ordering,
    "yazim": built.repairs,
    "cevapsiz": built.foreign_question,
}
WRITTEN = frozenset(_WRITERS)
"""The tasks that the rules can write."""
