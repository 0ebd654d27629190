"""Which findings of a document a policy applies to: every identifier asked for, and the names of private people wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.config import PiiConfig, PiiEntity
from curation.pii.findings import Finding, without_overlaps
from curation.pii.people import Mention, Person, mention, places, same_people, words_of
from curation.pii.spans import not_in

Place = tuple[int, int]
"""A field of the document and an offset in it."""


_OF_NOBODY: frozenset[PiiEntity] = frozenset({"PERSON", "VKN", "MERSIS", "IP", "URL"})


@dataclass(frozen=True, slots=True)
class Covered:
    """By field: `findings` that the policy applies to, and `named`, where a private person is named; `people` by the place of their mention."""

    findings: list[list[Finding]]
    named: list[list[Finding]]
    people: dict[Place, Person]


def covered_findings(texts: Sequence[str], findings: Sequence[Sequence[Finding]], config: PiiConfig) -> Covered:
    """Return what the policy applies to in the fields of one document.

    With `names: private` a person is private where one mention is, or where the document holds another datum of a person; each mention
    of a private person counts, found by the recognisers or not.
    """
    named, people = _named(texts, findings, config)
    asked = [
        [finding for finding in found if finding.kind != "PERSON" and finding.kind in config.entities]
        + (private if "PERSON" in config.entities else [])
        for found, private in zip(findings, named, strict=True)
    ]
    return Covered([without_overlaps(found) for found in asked], named, people)


def _named(
    texts: Sequence[str], findings: Sequence[Sequence[Finding]], config: PiiConfig
) -> tuple[list[list[Finding]], dict[Place, Person]]:
    found = [(place, finding) for place, field in enumerate(findings) for finding in field if finding.kind == "PERSON"]
    if not found:
        return [[] for _ in texts], {}
    every = config.names == "all" or any(_is_of_a_person(finding) for field in findings for finding in field)
    mentions = [mention(texts[place], finding.start, finding.end) for place, finding in found]
    people = same_people(mentions)
    private = {person for person, (_, finding) in zip(people, found, strict=True) if every or finding.private}
    if not private:
        return [[] for _ in texts], {}
    lower_case = any(
        person in private and texts[place][finding.start].islower() for person, (place, finding) in zip(people, found, strict=True)
    )
    named = [
        [finding for person, (at, finding) in zip(people, found, strict=True) if at == place and person in private]
        for place in range(len(texts))
    ]
    for place, text in enumerate(texts):
        # A finding that holds more than a name ("AHMET YILMAZ İMZALADI") is nobody's; the name in it may still be a private person's.
        occupied = [*named[place], *(finding for finding in findings[place] if finding.kind != "PERSON")]
        named[place] += not_in(places(text, sorted(private, key=lambda person: person.words), lower_case), occupied)
    named = [sorted(field, key=lambda finding: finding.start) for field in named]
    return named, _by_place(texts, named, mentions)


def _is_of_a_person(finding: Finding) -> bool:
    """Say whether a finding makes the document one about private people: a firm's number, an address of the net or a year of birth alone does not."""
    return finding.kind not in _OF_NOBODY and finding.rule != "born-year"


def _by_place(texts: Sequence[str], named: list[list[Finding]], mentions: Sequence[Mention]) -> dict[Place, Person]:
    """Who is named at each place; a name that stands joined in an address is split as another mention writes it."""
    spelt = {"".join(one.words): one.words for one in sorted(mentions, key=lambda one: len(one.words))}
    where = [(place, finding) for place, field in enumerate(named) for finding in field]
    here = []
    for place, finding in where:
        one = mention(texts[place], finding.start, finding.end)
        joined = "".join(words_of(texts[place][finding.start : finding.end]))
        here.append(Mention(spelt[joined], one.gender, one.addressed) if len(one.words) == 1 and joined in spelt else one)
    people = same_people([*mentions, *here])[len(mentions) :]
    return {(place, finding.start): person for (place, finding), person in zip(where, people, strict=True)}
