"""Traces of a scan, a page or a table in a text: what a reader of a pair would stumble over, whatever is asked about it."""

from __future__ import annotations

import re
from itertools import pairwise

from synthesis.lexicon import word_set

_ADDRESS = re.compile(r"https?:|www\.|\w\.(?:com|org|net|gov|io|edu)\b|@\w")
# Broken hours and numbers, letters inside numbers, words parted by a hyphen, marks that no text has, footnotes and editors' notes ("[kaynak belirtilmeli]").
_BROKEN = re.compile(
    r"[Ss]aat[^.\n]{0,12}\d ?[.,:] \d|\d [.:,] ?\d|\d[a-zçğıöşüOIl]\d|(?<![\w.])[OIl]\d|\d[Ol](?!\w)|(?<!\w)[a-zçğıöşü]{2,}-[a-zçğıöşü]{2,}|[^\W\d_][!?][^\W\d_]"
    r"|%\d+\.\d|\d ?%(?!\w)|\d,\d{3},\d{3}|[~^|¬•■►\\]|\[(?:\d+|[a-zçğıöşü][^\[\]\n]*)\]|\(\*+\)|\[[^\[\]\n]*[^\[\]\n.…][;:][^\[\]\n]*\]|[a-zçğıöşü][A-ZÇĞİÖŞÜ]{2}|\b[A-ZÇĞİÖŞÜ]{2}[a-zçğıöşü]{2}|[a-zçğıöşü]\d[a-zçğıöşü]| ['’]\w| [.;:!?](?:\s|\Z)|\.\.(?!\.)"
)
_LONE_LETTER = re.compile(r"(?<![\w.'’(/-])[a-npr-zçğıöşü](?![\w.'’)/-])")  # "o" is a word
_TWO_LETTERS = re.compile(r"(?<![\w.'’/-])[a-zçğıöşü]{2}(?![\w.'’/-])")
_SHORT_WORDS = word_set(
    """
    ab aç ad af ağ ah ak al an ar as aş at av ay az be bu da de eh ek el en er eş et ev fa ha he hû iç iğ il im in ip is iş it iz ki la mi mı mu
    mü ne od of oh ok ol on ot oy öç öd öf ön öt öz pi re sa se si su şu ta te tu uç ud un us uz üç ün üs va ve vı ya ye
    km kg cm mm ml dk sn yy vb vs ft kw mg gr lt tl hz bk
    """
)
_AMENDED = re.compile(r"\((?:Değişik|Ek|Mülga|İptal|Yeniden)\b[^()\n]*\d|\d ?md\.|\bR\.? ?G\.|sayılı KHK|\d{1,2}/\d{1,2}/\d{4}")
_PAGE_NUMBER = re.compile(r"(?m:^[ \t]*[-–(\[]?\d{1,5}(?:-\d{1,5})?[-–)\].]?[ \t]*$)")
_ITEM = re.compile(r"\s*(?:[-–•*]|\(?\w{1,3}[.)-])")
_BROKEN_LINE = re.compile(
    r"[^\s.!?:;…”\"’')][ \t]*\n\s*[a-zçğıöşü](?![.)-])"
    r"|(?<!\w)(?:[Bb]u|[Şş]u|[Bb]ir|ve|veya|ile|[^\W\d_]+n[ıiuü]n)[ \t]*\n[ \t]*[^\W\d_]"  # whatever follows belongs to it
)
_SHORT = 4  # words of a line that may stand alone
_MOST_SHORT_LINES = 0.4


def misprinted(text: str) -> bool:
    """Whether words or numbers of `text` are broken as scans break them, or brackets do not close."""
    words = _TWO_LETTERS.findall(text)
    return bool(
        _BROKEN.search(text) or _LONE_LETTER.search(text) or any(word not in _SHORT_WORDS for word in words) or _open_brackets(text)
    )


def laid_out(text: str) -> bool:
    """Whether `text` holds page numbers, lines broken inside a sentence, cells of a table, or the notes of a law's changes."""
    return bool(
        _AMENDED.search(text) or _PAGE_NUMBER.search(text) or _BROKEN_LINE.search(text) or _broken_before_capital(text) or _cells(text)
    )


def addresses(text: str) -> bool:
    """Whether there is an address of the web or of mail in `text`."""
    return _ADDRESS.search(text) is not None


def _open_brackets(text: str) -> bool:
    marked = re.sub(r"(?m:^\s*\(?\w{1,3}\))|(?<=\s)\w{1,2}\)", "", text)  # "a)" opens an item
    return any(marked.count(one) != marked.count(other) for one, other in ("()", "[]", "“”", "«»")) or marked.count('"') % 2 == 1


def _broken_before_capital(text: str) -> bool:
    """Whether a line of several words ends without a mark right above one that is no item: `gönderilmek üzere`, `Başkanlığa`."""
    lines = text.splitlines()
    return any(
        len(line.split()) > _SHORT and re.search(r"[\w,]\s*$", line) and below.strip() and not _ITEM.match(below) and not _ITEM.match(line)
        for line, below in pairwise(lines)
    )


def _cells(text: str) -> bool:
    """Whether many lines are short and end without a mark, and are no items of a list, as the cells of a table or the parts of a form do."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    short = [line for line in lines if len(line.split()) <= _SHORT and line[-1] not in ".!?:;,…" and not _ITEM.match(line)]
    return len(lines) > 3 and (len(short) >= _MOST_SHORT_LINES * len(lines) or any(len(line) < 3 for line in short))
