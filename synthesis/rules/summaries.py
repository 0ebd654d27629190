"""One-sentence summaries that are right by construction: the opening sentence of a paragraph, where it says what the title says."""

from __future__ import annotations

import re

from curation.turkish import ascii_letters, lower, sentences
from synthesis.lexicon import MONTHS, NUMBER_WORDS, REFERENCES, word_set
from synthesis.passages import opens
from synthesis.rules.sentence import finite, subordinate, tokenize

_FEWEST = 3  # sentences of a paragraph that can have a topic sentence
_MOST_WORDS = 120  # of that paragraph; one sentence cannot stand for more
_STEM = 5
_TOLD = 0.6  # share of the title's content words that the sentence must say again
_DEFINES = re.compile(r"(?:[dt][ıiuü]r|denir|denilir|adı verilir|denmektedir)\.$")
_PAST = re.compile(r"[dt][ıiuü](?:l[ae]r)?\.$")
_CONTRAST = re.compile(r"(?<!\w)(?:ise|oysa|ancak|ama|fakat|başlangıçta|önceleri|ilkin|eskiden|henüz|artık|ilk|son)(?!\w)")


def summary(passage: str, title: str, *, opening: bool) -> tuple[str, str, str | None]:
    """Return the topic sentence of the first paragraph of `passage`, that paragraph, and None or the doubt; only the `opening` of a document has one."""
    paragraph = re.split(r"\n[ \t]*\n", passage, maxsplit=1)[0]
    if len(paragraph) == len(passage) and "\n" in passage:
        paragraph = passage.split("\n", maxsplit=1)[0]
    found = [paragraph[start:end] for start, end in sentences(paragraph)]
    if not opening or not title or len(found) < _FEWEST:
        return "", paragraph, "too_short"
    lead = found[0]
    return lead, paragraph, _unfit(paragraph, lead, title)


def _unfit(paragraph: str, lead: str, title: str) -> str | None:
    if not opens(paragraph) or "\n" in paragraph or len(paragraph.split()) > _MOST_WORDS or not paragraph.endswith("."):
        return "no_whole_paragraph"
    if not _stands(lead):
        return "lead_leans"
    wanted = _stems(title)
    told = wanted & _stems(lead)
    if len(told) < 2 or len(told) < _TOLD * len(wanted):
        return "lead_off_topic"
    if _PAST.search(lead) and not _told_of(paragraph, lead):
        return "lead_alone"
    term = lead.partition(",")[0]
    if _DEFINES.search(lead) and not _stems(term) <= wanted:
        return "side_definition"
    return None


def _told_of(paragraph: str, lead: str) -> bool:
    """Whether at least half of the other sentences speak of what the lead names; else it only begins a story."""
    others = [paragraph[start:end] for start, end in sentences(paragraph)][1:]
    return len(others) >= _FEWEST and 2 * sum(bool(_stems(lead) & _stems(other)) for other in others) >= len(others)


def fits(title: str, passage: str, rest: str = "") -> bool:
    """Whether a title shares a noun or name with the passage, and every number, month and name of it stands there; so does what it shares with `rest`, the part cut off."""
    if not _stems(title) & _stems(passage) or not opens(passage) or not _reads_as_title(title) or _contents(passage):
        return False
    told_later = (_stems(title, without=_FUNCTION_WORDS) & _stems(rest)) - _stems(passage)
    if told_later or (re.search(r"(?<!\w)soru(?!n|ml|ş)", lower(title)) and "?" not in passage):
        return False
    told = {ascii_letters(word)[:_STEM] for word in re.findall(r"[^\W\d_]+", passage)}
    numbers = set(re.findall(r"\d+(?:[.,]\d+)*", passage))
    if any(number not in numbers for number in re.findall(r"\d+(?:[.,]\d+)*", title)):
        return False
    counted = re.findall(rf"\b(?:{NUMBER_WORDS})\b", lower(title))
    if any(re.search(rf"\b{word}", lower(passage)) is None for word in counted) or (counted and _ASKED.search(lower(title))):
        return False
    tokens = tokenize(title)
    named = [t.text for i, t in enumerate(tokens) if t.capital and i > 0 and not tokens[i - 1].after and not title.istitle()]
    named += re.findall(rf"(?i:{MONTHS})", lower(title))
    return not _mixed_capitals(title, passage) and all(ascii_letters(re.split(r"['’]", word)[0])[:_STEM] in told for word in named)


def _mixed_capitals(title: str, passage: str) -> bool:
    """Whether one common noun of a title has a capital and another has none: `Tiyatro 2.0 Provam sonrasında notlar`."""
    behind = re.findall(r"[^\W\d_]{4,}", title.partition(" ")[2])
    small = {ascii_letters(word)[:_STEM] for word in re.findall(r"(?<![^\W\d_])[a-zçğıöşü]{4,}", passage)}
    common = any(word[0].isupper() and ascii_letters(lower(word))[:_STEM] in small for word in behind)
    return common and any(word[0].islower() and lower(word) not in _FUNCTION_WORDS for word in behind)


def _contents(passage: str) -> bool:
    """Whether most lines are headings, as in a table of contents."""
    lines = [line for line in passage.splitlines() if line.strip() and not re.match(r"[-–•*]|\d+[.)]", line.strip())]
    return len(lines) > _FEWEST and 2 * sum(line.rstrip()[-1] not in '.!?:;…"”)' for line in lines) > len(lines)


def _reads_as_title(title: str) -> bool:
    """Whether a title is Turkish and whole: no command, no law's number, no capitals throughout, no marks of another text."""
    letters = [letter for letter in title if letter.isalpha()]
    shouted = len(letters) > 12 and sum(letter.isupper() for letter in letters) > len(letters) / 2
    marks = re.search(
        r"[{}<>*_`|\\/]|\(No|[.,;] ?\(|^\W|^\d+\. |[,;:-]$|['’](?:[dt][ae]n?|n?[ae]|y?[aeıiuü]|n?[ıiuü]n)$| -\w|\d{1,2}\.\d{1,2}\.\d{4}",
        title,
    )
    return (
        not shouted
        and not marks
        and not _OWNER_ALONE.search(title)
        and not title[:1].islower()
        and _TURKISH.search(title) is not None
        and any(word not in _COUNTS for word in re.findall(r"\w+", lower(title))[:-1])
    )


_OWNER_ALONE = re.compile(r"['’]n?[ıiuü]n(?: [a-zçğıöşü]+)* [a-zçğıöşü]*[^ıiuü\W]$")  # "Ali Bey'in mektup": what is owned has no suffix
_TURKISH = re.compile(r"[çğıöşüÇĞİÖŞÜ]|(?<!\w)[a-z]{2}")  # a letter, or a word that is no name
_COUNTS = word_set("birinci ikinci üçüncü dördüncü beşinci 1 2 3 4 5")
_ASKED = re.compile(r"(?<!\w)(?:soru|yanıt|cevap|sorulan)\w*")  # "beş soru, beş yanıt" promises all five


def _stands(sentence: str) -> bool:
    if (
        re.search(r"[\"“”:;?!()*_`$\\{}<>\[\]=|]|…|  ", sentence)
        or not sentence.endswith(".")
        or not (sentence[0].isupper() or sentence[0].isdigit())
        or _CONTRAST.search(lower(sentence))
    ):
        return False
    tokens = tokenize(sentence)
    if not tokens or not finite(tokens[-1].low):
        return False
    return (
        6 <= len(tokens) <= 30
        and not any(t.low in REFERENCES for t in tokens)
        and not (subordinate(tokens[0].low) and tokens[0].low.endswith("ken"))
    )


_FUNCTION_WORDS = word_set(
    """
    için gibi kadar daha nasıl neden niçin nedir kimdir hangi nerede zaman üzerine hakkında ilgili arasında arasındaki sonra önce birlikte
    karşı göre boyunca olarak olan olur olmak eden etmek değil yine bile çok bütün hiçbir başka kendi onun bunun üzerinden içinden
    """
)


def _stems(text: str, *, without: frozenset[str] = frozenset()) -> set[str]:
    return {ascii_letters(word)[:_STEM] for word in re.findall(r"[^\W\d_]{4,}", text) if lower(word) not in without}
