"""A sentence as the rules see it: tokens with offsets, verb forms by their endings, the reasons to leave it alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from curation.turkish import lower, sentences
from synthesis.lexicon import MONTHS, REFERENCES, word_set
from synthesis.passages import is_heading

_TOKEN = re.compile(r"\S+")
_EDGES = "\"“”‘’'«»()[],;:.!?…–—"
_TENSE = (
    r"(?:[dt][ıiuü]|m[ıiuü]ş(?:t[ıiuü]r?)?|[ıiuü]yor(?:du|muş)?|[ae]ca[kğ]|[ae]ce[kğ]|[ae]cakt[ıi]r?|[ae]cekt[ıi]r?|m[ae]kt[ae](?:d[ıi]r?|yd[ıi])"
    r"|m[ae]l[ıi](?:d[ıi]r|yd[ıi])?|[ıiuü]r(?:d[ıiuü])?|[ae]r(?:d[ıi])?|m[ae]z(?:d[ıi])?|[dt][ıiuü]r|yd[ıiuü])"
)
_FINITE = re.compile(rf"(?:{_TENSE}(?:l[ae]r)?|^var|^yok|^değil)$")
_MID_FINITE = re.compile(
    r"(?:[^aeıioöuü]?[dt][ıiuü](?:l[ae]r)?|m[ıiuü]şt[ıiuü]r?|[ıiuü]yor(?:du|lar)?|m[ae]kt[ae]d[ıi]r|[ae]c[ae]k(?:t[ıi]r?)?|[dt][ıiuü]r|vardır|[ıiuü]l[ıiuü]r|[ae]bilir|m[ae]z)$"
)
_NOT_VERBS = word_set(
    """
    adı tadı soyadı kadı kendi şimdi yedi altı katı batı kedi hadi ardı yurdu ordu derdi tavrı kurdu sırtı üstü hayatı saati
    sanatı
    """
)
_FIRST_OR_SECOND_PERSON = re.compile(
    r"(?:[dt][ıiuü][mnk]|[ıiuü]yor(?:um|uz|sun|sunuz)|[aeıiuü]r[ıiuü][mz]|ca[ğ][ıi][mz]|ce[ğ]i[mz]|m[ıiuü]ş[ıiuü][mz]|s[ıiuü]n[ıiuü]z|[dt][ıiuü]n[ıiuü]z|[^aeıioöuü][ıiuü]n(?:[ıiuü]z)?|m[ae]y[ıi]n|[ae]l[ıi]m|[ıiuü]m|y[ıiuü]z)$"
)
_MINE = re.compile(r"[ıiuü]m[ıiuü]z(?:$|[ıiuüaedyn])|^(?:annem|babam|komşum|eşim|oğlum|kızım|dedem|ninem|kardeşim|evim|param)")
_SPOKEN_TO = re.compile(r"efendiler|arkadaşlar|hanımefendi(?:ler)?|beyefendi(?:ler)?|sayın$")
_PARTICIPLE = re.compile(
    r"(?:(?:[ıiuü]l|[ıiuü]n|[ıiuü]ş|[bcçdfgğhjklmnprsştvyzaeıioöuü]{2,})(?:[ae]n)(?:l[ae]r(?:[ıi]n?|d[ae]n?)?)?|[dt][ıiuü](?:ğ[ıiuü]\w*|kl[ae]r\w*)|[ae]ca[ğ][ıi]\w*|[ae]ce[ğ]i\w*|[ae]r[ae]k|[ıiuü]p|ken|[ıiuü]nc[ae]|"
    r"m[ae]d[ae]n|m[ae][kğ]|m[ae]kt[ae]n|m[ae]y[ae]|m[ae]s[ıi]\w*|m[ae]l[ae]r\w*|m[ıiuü]ş|dıkça|dikçe|dukça|dükçe|s[ae]|d[ıiuü]ktan|d[ıiuü]kten|t[ıiuü]ktan|t[ıiuü]kten)$"
)
_NOT_PARTICIPLES = word_set(
    """
    zaman insan orman vatan divan meydan kazan liman plan ekran uzman düşman kaplan aslan tavan roman destan harman ramazan nisan
    haziran kurban duman yılan sultan eleman mekan neden beden maden mermer öğretmen yönetmen seçmen tren hemen rağmen tamamen
    resmen yüzden birden tekrardan baştan olarak erken sekiz sarmaşık takip sahip kulüp grip tip ekip emek yemek ekmek ipek kazan
    çırak masa kısa sisa lisa yasa ressam ilkin toplam doğudan batıdan kuzeyden güneyden uzaktan yakından yeniden tüm üçgen
    dörtgen santimetreden alan alanlar alanı alanlarının sahip yapan yapay kayıp parmak ırmak damak yamak temasa esas hisse
    """
)
_ABLATIVE = re.compile(r"(?:[dt][ae]n)$")
_ABLATIVE_LOOKALIKES = word_set(
    """
    eden giden tutan yatan atan satan katan biten yeten öten yutan güden artan kurtaran anlatan yaratan oynatan uzatan kapatan
    """
)


_RELATIVE_TIME = re.compile(
    r"(?:yıl|ay|gün|hafta|saat|dakika|sezon) (?:sonra|önce)|(?:^|\s)(?:sonunda|başında|ilki|ikincisi|sonuncusu)(?:\s|,)"
)


_MARKS = re.compile(r"[\"“”«»():;?!…*_`$\\{}<>=|]|^[-–•]|  ")

LAW = re.compile(
    r"\b(?:[Ff]ıkra|[Bb]end[ie]|[Bb]ent|[Mm]addes?[ıiyn]|[Kk]anun(?:un|da|la|a)?\b|[Yy]önetmeli[kğ]|[Hh]üküm|[Hh]ükm[üe]|hükümleri)|n[cç][ıiuü] madde"
)
"""What a law points elsewhere with: an article, a paragraph, itself."""
_ARTICLE = re.compile(
    r"^(?:(?:[Gg]eçici|GEÇİCİ|[Ee]k|EK) )?(?:Madde|MADDE)\b|\s[-–—]\s|^[A-ZÇĞİÖŞÜ]\. "
)  # "Madde 170 – Kurul", and what a dash sets apart


@dataclass(frozen=True, slots=True)
class Token:
    """A word without the marks around it: `text` at `start:end` of its sentence, and the marks `after` it."""

    text: str
    start: int
    end: int
    after: str

    @property
    def low(self) -> str:
        """The word in Turkish lower case."""
        return lower(self.text)

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[:1].isupper()

    @property
    def bare(self) -> bool:
        """Whether no suffix is set off by an apostrophe."""
        return "'" not in self.text and "’" not in self.text


@dataclass(frozen=True)
class Sentence:
    """The first main clause of `whole` as `text`, with the passage before it as `earlier`."""

    text: str
    whole: str
    earlier: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The words of the clause in order."""
        return tokenize(self.text)

    def at(self, offset: int) -> int:
        """Return the index of the first token that starts at `offset` or later."""
        return next((i for i, token in enumerate(self.tokens) if token.start >= offset), len(self.tokens))


def tokenize(text: str) -> tuple[Token, ...]:
    """Return the words of `text`, marks stripped; a word of marks only is left out."""
    tokens = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        core = raw.lstrip(_EDGES)
        start = match.start() + len(raw) - len(core)
        core = core.rstrip(_EDGES)
        if core:
            tokens.append(Token(core, start, start + len(core), text[start + len(core) : match.end()]))
    return tuple(tokens)


def sentences_of(passage: str) -> list[Sentence]:
    """Return the sentences of a passage, each cut to its first main clause; a heading on a line of its own is none."""
    return [_sentence(passage, start, end) for start, end in sentences(passage) if not _on_its_own(passage, start, end)]


def _on_its_own(passage: str, start: int, end: int) -> bool:
    line = passage[passage.rfind("\n", 0, start) + 1 :].partition("\n")[0]
    return line.strip() == passage[start:end] != passage and is_heading(passage[start:end])


def _sentence(passage: str, start: int, end: int) -> Sentence:
    whole = passage[start:end]
    return Sentence(first_clause(whole), whole, passage[:start])


def first_clause(whole: str) -> str:
    """Return `whole` up to its first finite verb that a comma, semicolon or conjunction follows; `whole` where there is none."""
    tokens = tokenize(whole)
    if any(token.low in {"ise", "takdirde"} for token in tokens[2:]):
        return whole  # "değiştirmez ve düzeltmez ise": the first half states nothing
    for index, token in enumerate(tokens[:-1]):
        following = tokens[index + 1].low
        joined = token.after[:1] in {",", ";"} or (not token.after and following in {"ve", "ama", "fakat", "ancak", "çünkü"})
        if index >= 2 and joined and not token.capital and mid_finite(token.low):
            return whole[: token.end] + "."
    return whole


def mid_finite(word: str) -> bool:
    """Whether a word inside a sentence is surely a finite verb, by its ending."""
    return len(word) > 3 and word not in _NOT_VERBS and _MID_FINITE.search(word) is not None


def finite(word: str) -> bool:
    """Whether the last word of a sentence is a finite verb or a noun with -dır, by its ending."""
    return _FINITE.search(word) is not None


def subordinate(word: str) -> bool:
    """Whether a word looks like a participle, converb or infinitive, which opens a clause of its own."""
    if word in _NOT_PARTICIPLES or (_ABLATIVE.search(word) and word not in _ABLATIVE_LOOKALIKES):
        return False
    return len(word) > 3 and _PARTICIPLE.search(word) is not None


def leave_alone(sentence: Sentence, clear: frozenset[str] = frozenset()) -> str | None:
    """The reason to ask nothing about a sentence, or None: it is not whole, leans on its neighbours by a word that is not `clear`, or speaks of me and you."""
    return _unfinished(sentence) or _leaning(sentence, clear) or _verb_doubt(sentence)


def _unfinished(sentence: Sentence) -> str | None:
    text = sentence.text
    if not 4 <= len(sentence.tokens) <= 26 or not (text[:1].isupper() or text[:1].isdigit()) or not text.endswith("."):
        return "not_a_plain_sentence"
    if _TWICE_THERE.search(lower(text)):
        return "not_a_plain_sentence"
    return "marks_inside" if _MARKS.search(text) or _ARTICLE.search(text) else None


_TWICE_THERE = re.compile(
    r"(?<!\w)(\w{4,})[dt][ae](?:ki)?(?!\w).*(?<!\w)\1[dt][ae](?:ki)?(?!\w)"
)  # "bölgede, ... bölgedeki yerleşim": badly translated


def _leaning(sentence: Sentence, clear: frozenset[str]) -> str | None:
    tokens = sentence.tokens
    since = {i for i, t in enumerate(tokens[:-1]) if t.low == "bu" and tokens[i + 1].low == "yana"}
    referring = next((t.low for i, t in enumerate(tokens) if t.low in REFERENCES - clear and i not in since), None)
    if referring is not None:
        return f"refers: {referring}"
    return "refers: sonra" if _RELATIVE_TIME.search(lower(sentence.text)) else None


def _verb_doubt(sentence: Sentence) -> str | None:
    tokens = sentence.tokens
    last = tokens[-1].low
    if not finite(last):
        return "no_finite_verb"
    if any(_SPOKEN_TO.match(t.low) for t in tokens):
        return "first_or_second_person"
    if _FIRST_OR_SECOND_PERSON.search(last) or any(_MINE.search(t.low) for t in tokens if not t.capital or t is tokens[0]):
        return "first_or_second_person"
    return "hearsay" if last.endswith(("muş", "müş", "mış", "miş")) else None


def is_month(word: str) -> bool:
    """Whether a word is the name of a month."""
    return re.fullmatch(rf"(?:{MONTHS})(?:['’]\w+)?", word) is not None
