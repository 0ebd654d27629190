"""Lists in a text: lines with dashes or numbers under a sentence with a colon, and enumerations behind a colon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from curation.turkish import ascii_letters, lower, sentences

_LINES = re.compile(r"(?P<intro>[^\n]+):[ \t]*\n\s*(?P<items>(?:(?:[-–•*]|\d{1,2}[.)]) +[^\n]+(?:\n|\Z)\s*){2,})")
_MARK = re.compile(r"^(?:(?:[-–•*]|\d{1,2}[.)]) +)+")
_GOES_ON = re.compile(
    r"\s*(?:\d{1,4}\s*\n\s*)?(?:[-–•*]|\d{1,2}[.)])\s"
)  # a mark on a line of its own, or a page's number before the next item
_INLINE = re.compile(r"^(?P<intro>[^:;\"“”]+): (?P<items>[^:;\"“”]+)\.$")
# The announcing word and the question word that takes its place.
_ANNOUNCED = (
    (re.compile(r"\bşunlardır$"), "nelerdir"),
    (re.compile(r"\bşunlar$"), "nelerdir"),
    (re.compile(r"\başağıdakilerdir$"), "nelerdir"),
    (re.compile(r"\bşunlar ([a-zçğıöşü]+)$"), r"neler \1"),
    (re.compile(r"\bşunları ([a-zçğıöşü ]+)$"), r"neleri \1"),
    (re.compile(r"\bşunlara ([a-zçğıöşü ]+)$"), r"nelere \1"),
    (re.compile(r"\bşunlardan ([a-zçğıöşü ]+)$"), r"nelerden \1"),
    (re.compile(r"\başağıdaki gibidir$"), "nasıldır"),
    (re.compile(r"\bşöyledir$"), "nasıldır"),
    (re.compile(r"\bşöyle ([a-zçğıöşü]+)$"), r"nasıl \1"),
)
_PARTS = re.compile(
    r"\b(?:iki|üç|dört|beş|altı|yedi|sekiz|\d+) (?P<adjective>(?:[a-zçğıöşü]+ )?)(?P<noun>[a-zçğıöşü]+)(?P<case>[dt][ae]n) (?P<verb>oluşur|oluşuyor|oluşmaktadır|meydana gelir)$"
)
_LEANING = re.compile(r"\b(?:bu|bunlar|bunun|şu|o|onun|onlar|aynı|burada|ise|da|de|çünkü|ama|ben|biz)\b")


@dataclass(frozen=True, slots=True)
class FoundList:
    """Items of a list, how to ask for them, and the slice `quote` of the passage that holds intro and items."""

    question: str
    items: tuple[str, ...]
    quote: str
    doubt: str | None = None


def lists(passage: str) -> Iterator[FoundList]:
    """Yield the lists of a passage in its order."""
    for match in _LINES.finditer(passage):
        intro = _last_sentence(match["intro"])
        items = tuple(_MARK.sub("", line.strip()).rstrip(" .;,") for line in match["items"].splitlines() if line.strip())
        start = match.start("intro") + match["intro"].rindex(intro)
        quote = passage[start : match.end("items")].rstrip()
        last = match["items"].rstrip()[-1]
        # "bir" and an empty line, then "ortağın ölümü": a line that was broken where the list seems to end
        broken = last.isalnum() and any(line.rstrip().endswith((".", ";", ",")) for line in match["items"].rstrip().splitlines())
        broken = broken or any(_HALF_ITEM.search(item) for item in items) or _starts_anew(match["items"])
        cut = broken or last in ";," or _GOES_ON.match(passage[match.end() :]) is not None
        yield FoundList(_question(intro, passage), items, quote, "list_goes_on" if cut else _doubt(intro, items))
    for start, end in sentences(passage):
        inline = _INLINE.match(passage[start:end])
        if inline is not None and "\n" not in passage[start:end]:
            items = tuple(part.strip() for part in re.split(r", | ve ", inline["items"]))
            yield FoundList(
                _question(inline["intro"], passage),
                items,
                passage[start:end],
                _doubt(inline["intro"], items) or _inline_doubt(inline["items"], items),
            )


def _starts_anew(items: str) -> bool:
    """Whether numbers do not follow one another, or an item announces what comes: a heading of the next part, `2. Varant:` after `7. İmza`."""
    numbers = [int(number) for number in re.findall(r"(?m)^\s*(\d{1,2})[.)]", items)]
    return any(later != one + 1 for one, later in pairwise(numbers)) or re.search(r"(?m):[ \t]*$", items) is not None


def _last_sentence(text: str) -> str:
    spans = sentences(text)
    return text[spans[-1][0] : spans[-1][1]] if spans else text


def _question(intro: str, passage: str) -> str:
    for pattern, asked in _ANNOUNCED:
        # "İlk altı adım şöyle sıralanır": steps of what?
        if pattern.search(intro) and (len(intro.split()) > 5 or re.search(r"[ıiuü]n |[dt]e |[dt]a |için ", intro)):
            return f"{pattern.sub(asked, intro)}?"
    parts = _PARTS.search(intro)
    if parts is not None and _one_thing(intro[: parts.start()], passage):
        plural = "lar" if re.search(r"[aıou][^aeıioöuü]*$", parts["noun"]) else "ler"
        case = "dan" if plural == "lar" else "den"
        return f"{intro[: parts.start()]}hangi {parts['adjective']}{parts['noun']}{plural}{case} {parts['verb']}?"
    return f"Metinde “{intro}” sözünden sonra sayılanları listele."


def _one_thing(subject: str, passage: str) -> bool:
    """Whether what has the parts is named and unmistakable: `Roman` is not where the passage speaks of romans elsewhere too."""
    words = subject.split()
    if not words or (len(words) == 1 and re.search(r"[cç][ae]$", lower(words[0]))):
        return False
    head = ascii_letters(words[-1])[:5]
    spoken = [ascii_letters(word)[:5] for word in re.findall(r"[^\W\d_]+", passage)].count(head)
    return len(words) > 1 or spoken < 2


_NO_ANNOUNCEMENT = re.compile(
    r"\d+[.)]|(?:[Mm]adde|MADDE)\b|[A-ZÇĞİÖŞÜ]\)|[IVX]+ ?[–.-]|[a-zçğıöşü]"
)  # a number of a law, a note, a fragment


# "ikinci maddenin (A) bendindeki görevler": what they are stands in another article.
_ELSEWHERE = re.compile(r"\b(?:[Mm]adde(?:nin|de|ye|si\w*)|[Ff]ıkra(?:nın|da|ya|sı\w*)|[Bb](?:ent|end)\w*)\b|\([A-ZÇĞİÖŞÜa-zçğıöşü]\)")
_HALF_ITEM = re.compile(r"(?:^|\s)(?:ise|ve|veya|ya da|yahut)$")


def _doubt(intro: str, items: tuple[str, ...]) -> str | None:
    words = len(intro.split())
    if any(re.search(r"[`<>{}|]|\]\(|\*\*|^\(", text) for text in (intro, *items)):
        return "marks_inside"
    if words < 3 or re.match(r"\W", intro) or '"' in intro or _NO_ANNOUNCEMENT.match(intro):
        return "no_announcement"
    if words > 18 or "?" in intro:
        return "long_intro"
    if any(len(item.split()) > 25 for item in items) or len(items) > 12:
        return "long_items"
    if re.match(r"\w+c[ae] (?:iki|üç|dört|beş|altı)\b", lower(intro)):
        return "no_subject"
    return "law_reference" if _ELSEWHERE.search(intro) else "refers" if _LEANING.search(lower(intro)) else None


def _inline_doubt(text: str, items: tuple[str, ...]) -> str | None:
    if len(items) < 3 or any(not 1 <= len(item.split()) <= 5 for item in items):
        return "not_an_enumeration"
    if (
        len(re.findall(r" ve ", text)) != 1
        or re.search(r"[dt][ıiuü]r?$|yor$|m[ıiuü]ş$|[ıiuü]r$", text.rsplit(maxsplit=1)[-1])
        or re.search(r" (?:ile|veya|ya) ", text)
    ):
        return "not_an_enumeration"
    # "dilek, övgü ve korkutma ninnileri": the last noun belongs to all of them
    if re.search(r" \w+[ıiuü]$", items[-1]) and all(" " not in item for item in items[:-1]):
        return "shared_noun"
    return None
