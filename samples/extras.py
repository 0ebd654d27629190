"""Texts that do not belong into Turkish training data, and texts that hold invented personal data."""

from __future__ import annotations

import dataclasses

from samples import files
from samples.corpus import Corpus, Gold
from samples.writings import Writing, read_extra, unmark

# Before the colon in a heading of yabanci.md: kind, and whether Turkish prevails.
_LANGUAGES = {"az": ("azerbaijani", False), "en": ("english", False), "tr-en": ("mixed", True), "en-tr": ("mixed", False)}


def add_strangers(corpus: Corpus) -> None:
    """Add other languages, junk, and Turkish without Turkish letters."""
    foreign = [_foreign(writing) for writing in read_extra("yabanci")]
    in_files, in_lines = foreign[0:2] + foreign[4:6], foreign[2:4] + foreign[6:]
    for writing, gold in in_files:
        corpus.add_text("toplama", writing, gold.kind, expect=gold.expect, reason=gold.reason)
    corpus.add_lines("toplama.jsonl", [writing for writing, _ in in_lines], files.turkish_keys, [gold for _, gold in in_lines])
    for writing in read_extra("cop"):
        reason = "language" if writing.title == "Lorem ipsum" else "quality"
        corpus.add_text("toplama", writing, "junk", expect="drop", reason=reason)
    corpus.add("toplama/site-haritasi.html", files.menu_page_bytes(), Gold("toplama/site-haritasi.html", "junk", "drop", "quality"))
    for writing in read_extra("ascii"):
        corpus.add_text("mesajlar", writing, "ascii")


def _foreign(writing: Writing) -> tuple[Writing, Gold]:
    language, _, title = writing.title.partition(": ")
    kind, is_turkish = _LANGUAGES[language]
    gold = Gold("", kind, writing=writing.name) if is_turkish else Gold("", kind, "drop", "language", writing=writing.name)
    return dataclasses.replace(writing, title=title), gold


def add_personal(corpus: Corpus) -> None:
    """Add the letters, forms and notes with personal data, the traps that only look like it, and where the data stand."""
    for extra, kind, folder, in_files in (("kisisel", "pii", "basvurular", 6), ("tuzak", "pii_trap", "kayitlar", 2)):
        writings = read_extra(extra)
        for marked in writings[:in_files]:
            writing = _unmarked(marked)
            corpus.add_text(folder, writing, kind)
            corpus.add_personal(f"{folder}/{writing.slug}.txt", marked.text)
        lines = writings[in_files:]
        rows = [Gold("", kind, writing=writing.name) for writing in lines]
        corpus.add_lines(f"{folder}.jsonl", [_unmarked(marked) for marked in lines], files.turkish_keys, rows)
        for line, marked in enumerate(lines, 1):
            corpus.add_personal(f"{folder}.jsonl:{line}", marked.body)


def _unmarked(writing: Writing) -> Writing:
    return dataclasses.replace(writing, body=unmark(writing.body)[0])
