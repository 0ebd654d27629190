"""Sentences that tell of a person what KVKK (law 6698) art. 6/1 protects: health, belief, conviction and the rest of its closed list."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from curation import turkish
from curation.pii.findings import Finding, matching_key
from curation.pii.spans import any_of
from curation.pii.suffixes import is_suffix

CATEGORIES = (
    "irk-koken",
    "siyasi-dusunce",
    "inanc",
    "kilik-kiyafet",
    "uyelik",
    "saglik",
    "cinsel-hayat",
    "ceza",
    "biyometrik-genetik",
)
"""Race and ethnic origin; political opinion; philosophical belief, religion, sect; appearance and dress; membership of association, foundation
or union; health; sexual life; conviction and security measures; biometric and genetic data."""

_NEAR = 120
"""Letters between a cue and the person it is said of: a long sentence of a judgment holds several persons and matters."""

# After a cue these make it an institution's, a day's, a field's: no person's.
_INSTITUTION_AFTER = re.compile(
    r"['’]?\w{0,4} (?:bakan|mudurlug|hastane|merkez|vakf|vakif|dernek|derneg|enstitu|fakulte|bolum|anabilim|uzman|hekim|gunu\b|haftasi|ayi\b|arastirma|calisma|politika|kurum|yasa(?:si|lari)?\b|kanun"
    r"|yonetmeli|hizmet|sektor|sanayi|haber|kongre|sempozyum|kitab|dergi|gazete|program|proje|kampanya|ekipman|cihaz|sistem|teknoloji|tarih|ilaclari\b|asi(?:si|lari)\b|vergi|egitim)"
)
# Said of someone: the word ends the statement, or goes on as one about descent.
_SAID_OF = re.compile(
    r"(?:$|[.,;:!?…)\"”]| (?:ve|ama|fakat|olarak|oldu|olan|olma|olup|kokenli|asilli|bir aile|aile|degil|diye|inanc|mezheb|geleneg|gelenekten|dusunce|gorus)|\n)"
)
_OTHER_WORDS = frozenset(turkish.words("lazım rumu sağcım kurdum kurdu kurdular"))
_COPULA = re.compile(
    r"(?:['’]?(?:y?[iu]m|(?:l[ae]rd[ae]n)?(?:y?[dt][iu]|ym[iu]s|m[iu]s)[mkn]?|l[ae]rd[ae]n[iu]m|y?[iu]z|d[iu]r|t[iu]r|yd[iu]|[dt][iu]|ym[iu]s|m[iu]s|sin|sun|ler|lar|li|lu|den|dan|ten|tan)?)"
)

_FIRST_PERSON_WORD = re.compile(
    r"\b(?:ben|beni|bana|bende|benden|benim|bence|hakkimda|ailem\w*|kendim(?:i|e|de|den|in)?|\w+(?:[iu]yorum|m[iu]st?[iu]m|[ae]cag[iu]m|m[ae]liy[iu]m|[fstkchp]t[iu]m|[^\W\dfstkchp]d[iu]m"
    r"|[aei]yim|[ou]yum|\w\wm[ae]m|\w[dt][iu]g[iu]m(?:[iu]z)?(?:[iu]|[ae]|d[ae]n?)?))\b"
)
_NOT_FIRST_PERSON = re.compile(
    r"(?:yardim|adim|astim|kadim|deyim|giyim|yayim|sayim|kiyim|doyum|uyum|boyum|soyum|kayyum|tamam|hamam|akvaryum|stadyum|potasyum|magnezyum|kostum|dostum|erdem|mahrem|matem|sistem|kavim|bedim|tesadum|takdim|katim)"
)
# A possessive of the first person behind a cue that ends in a vowel (alerjim) or a consonant (kanserim, hastalığımız).
_OWN_AFTER_VOWEL = re.compile(r"m(?:[iu]z)?(?:[iu]n?|[ae]|d[ae]n?|l[ae])?")
_OWN_AFTER_CONSONANT = re.compile(r"[iu]m(?:[iu]z)?(?:[iu]n?|[ae]|d[ae]n?|l[ae])?")
_KIN = re.compile(
    r"\b(?:anne|baba|babaanne|anneanne|dede|nine|es|koca|kari|kiz|ogl|kardes|abla|abi|agabey|teyze|hala|amca|dayi|yenge|eniste|kuzen|yegen|torun|kayinvalide|kayinpeder|kayinbirader"
    r"|nisanli|sevgili|cocug|bebeg|arkadas|komsu|oda arkadas|mudur|patron|ogretmen|hoca|muvekkil|ev sahib)[iu]?m(?:iz|uz)?(?:[iue]?n?|a|d[ae]n?|l[ae]|y[ae])?(?:da|de|ki)?\b"
)
_ROLE = re.compile(
    r"\b(?:hasta|hastamiz|davaci|davali|sanik|supheli|magdur|musteki|sikayetci|muvekkil|musteri|musterimiz|calisanimiz|personelimiz|isci|ogrenci|ogrencimiz|basvuran|basvurucu|basvuru sahibi"
    r"|kiraci|tutuklu|hukumlu|aday|sigortali|kazali|yolcu|danisan|uyemiz|memur|er|veli|velisi|sofor|surucu|muris|muteveffa)(?:n[iu]n|[iu]n|y[iu]|y[ae]|[ae]|nin|si|nda|dan|den|da|de)?\b"
)
# A record tells what was, or is now.
_TOLD = re.compile(
    r"(?:[dt][iu]|m[iu]s(?:t[iu]r)?|[iu]yor(?:du|mus)?|m[ae]kt[ae](?:d[iu]r|yd[iu])?|var(?:dir|di)?|yok(?:tur|tu)?|beyan[iu])(?:l[ae]r)?\W*$"
)
_STATUTE = re.compile(r"\b(?:madde\w*|kanun\w*|fikra\w*|yonetmelig\w*|sayili|bent\w*|tebligin)\b")
_LABEL = re.compile(
    r"(?:^|\n|[.;|] ?)\s*(?:tani|teshis|hastaligi|sikayet\w*|mezhebi|dini|kan grubu|saglik durumu|sabika\w*|adli sicil\w*|sendika\w*|engel durumu|alerji\w*|uyruk|etnik koken\w*)\s?:"
)

_REST = re.compile(rf"(?:[{turkish.APOSTROPHES}](?=\w))?\w*")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a cue of the list says: its category, whether it must be said of someone, whether anything may follow it, whether it is the writer's own."""

    category: str
    said_of: bool
    free: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in a text, suffix included; `own` where it says by itself that it is the writer's."""

    start: int
    end: int
    category: str
    own: bool


@dataclass(frozen=True, slots=True)
class SensitiveSentence:
    """A sentence, `start` to `end` of a field, that speaks of a person's `category`."""

    field: int
    start: int
    end: int
    category: str


def sensitive_sentences(text: str, named: Sequence[Finding], *, field: int = 0) -> list[SensitiveSentence]:
    """Return the sentences of `text` that tell a category of art. 6/1 of a person, in order; `named` are the places that name a private person.

    A cue alone is not enough: the sentence must speak of someone, by a private name, in the first person, by a word for the writer's kin,
    or of one party, patient or client in a report.
    """
    key = matching_key(text)
    # Splitting into sentences is the dear part: first whether anyone is spoken of near a cue at all.
    cues = [cue for cue in _cues(text, key) if _spoken_of(key, 0, len(key), cue, named)]
    if not cues:
        return []
    spans = turkish.sentences(text)
    starts = [start for start, _ in spans]
    found: dict[tuple[int, int, str], None] = {}
    for cue in cues:
        start, end = spans[bisect_right(starts, cue.start) - 1]
        who = _spoken_of(key, start, end, cue, named)
        if who == "person" or (who == "party" and _reports(key[start:end])):
            found[start, end, cue.category] = None
    return [SensitiveSentence(field, *one) for one in found]


def _spoken_of(key: str, start: int, end: int, cue: Cue, named: Sequence[Finding]) -> Literal["person", "party", ""]:
    """Of whom the words near a cue speak: a certain person, somebody in a role, nobody."""
    if cue.own:
        return "person"
    low, high = max(start, cue.start - _NEAR), min(end, cue.end + _NEAR)
    near = key[low:high]
    if any(low <= finding.start < high for finding in named) or _KIN.search(near):
        return "person"
    if any(not _NOT_FIRST_PERSON.fullmatch(match.group()) for match in _FIRST_PERSON_WORD.finditer(near)):
        return "person"
    if named and _LABEL.search(key, max(0, cue.start - 40), min(len(key), cue.end + 3)):
        return "person"
    return "party" if _ROLE.search(key, low, cue.start) or _ROLE.search(key, cue.end, high) else ""


def _reports(sentence: str) -> bool:
    """Whether a sentence tells of one case; statutes speak of every patient and every convict."""
    return _TOLD.search(sentence) is not None and _STATUTE.search(sentence) is None


def _cues(text: str, key: str) -> Iterator[Cue]:
    """Yield each cue in a text, whose matching key is `key`, with its suffix."""
    pattern, entries = _compiled()
    for match in pattern.finditer(key):
        stop = match.end()
        rest = _REST.match(key, stop)
        end = rest.end() if rest else stop
        letters = key[stop:end].lstrip(turkish.APOSTROPHES)
        for entry in entries[match.group()]:
            if letters and not (entry.free or is_suffix(letters)):
                continue
            if entry.said_of:
                if (
                    not (entry.free or _COPULA.fullmatch(key, stop, end))
                    or turkish.lower(text[match.start() : end]) in _OTHER_WORDS
                    or not _SAID_OF.match(key, end)
                ):
                    continue
            elif _INSTITUTION_AFTER.match(key, end):
                continue
            own = _OWN_AFTER_VOWEL if match.group()[-1] in turkish.VOWELS else _OWN_AFTER_CONSONANT
            yield Cue(match.start(), end, entry.category, entry.own or (not entry.free and own.fullmatch(letters) is not None))


@cache
def _compiled() -> tuple[re.Pattern[str], dict[str, list[Entry]]]:
    entries: dict[str, list[Entry]] = {}
    category, said_of = "", False
    for line in Path(__file__).with_name("sensitive.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            category, _, condition = line.strip("[]").partition(", ")
            said_of = bool(condition)
        elif line and not line.startswith("#"):
            for written in line.split(","):
                stem = turkish.ascii_letters(written.strip())
                entry = Entry(category, said_of, "*" in stem, "!" in stem)
                entries.setdefault(stem.rstrip("*!"), []).append(entry)
    return re.compile(rf"(?<!\w){any_of(sorted(entries))}"), entries
