"""Build the sample corpus and its answer key: `python -m samples.build [FOLDER]`; without FOLDER, in place."""

from __future__ import annotations

import shutil
import sys
from itertools import chain
from pathlib import Path

from samples import files
from samples.broken import broken_files
from samples.corpus import Corpus, Gold, Keys, write_files
from samples.extras import add_personal, add_strangers
from samples.planted import add_planted
from samples.writings import HERE, Writing, read_fields

TEXT_FIELDS = ("cografya", "doga", "edebiyat", "gunluk-yasam", "hukuk", "saglik", "spor", "tarih")


def build(root: Path) -> None:
    """Write belgeler/, bozuk/, gold.jsonl and gold_pii.jsonl under `root`; what stood there before goes."""
    fields = read_fields()
    corpus = Corpus()
    texts = _add_clean(corpus, fields)
    add_planted(corpus, texts, lines=fields["teknoloji"])
    add_strangers(corpus)
    add_personal(corpus)
    for name in ("belgeler", "bozuk"):
        shutil.rmtree(root / name, ignore_errors=True)
    corpus.write(root)
    write_files(root / "bozuk", broken_files(fields["tarim"]))


def _add_clean(corpus: Corpus, fields: dict[str, list[Writing]]) -> list[Writing]:
    """Add the clean texts of every kind but .txt, and return those for .txt, where the faults are planted."""
    _add_lines(corpus, "bankacilik.jsonl", fields["bankacilik"], files.turkish_keys)
    _add_lines(corpus, "teknoloji.jsonl", fields["teknoloji"], files.english_keys)
    _add_lines(corpus, "tarim.jsonl", fields["tarim"], _mixed_keys)
    _add_table(corpus, "mutfak.csv", fields["mutfak"])
    for writing in fields["belediye"] + fields["musteri-hizmetleri"]:
        _add_file(corpus, writing, "html", files.html_bytes(writing))
    for writing in fields["okul"]:
        _add_file(corpus, writing, "md", f"# {writing.text}\n".encode())
    with_lists = sorted(fields["gunluk-yasam"], key=lambda writing: "\n- " not in writing.body)[:3]
    for writing in with_lists:
        _add_file(corpus, writing, "docx", files.docx_bytes(writing))
    longest = sorted(fields["cografya"], key=lambda writing: -len(writing.body))[:3]
    for writing in longest:
        _add_pdf(corpus, writing)
    return [writing for writing in chain.from_iterable(fields[name] for name in TEXT_FIELDS) if writing not in with_lists + longest]


def _add_file(corpus: Corpus, writing: Writing, ending: str, data: bytes) -> None:
    path = f"{writing.field}/{writing.slug}.{ending}"
    corpus.add(path, data, Gold(path, "clean", writing=writing.name))


def _add_pdf(corpus: Corpus, writing: Writing) -> None:
    path = f"{writing.field}/{writing.slug}.pdf"
    corpus.add(path, files.pdf_bytes(writing), Gold(path, "clean", writing=writing.name))


def _add_lines(corpus: Corpus, path: str, writings: list[Writing], keys: Keys) -> None:
    corpus.add_lines(path, writings, keys, [Gold("", "clean", writing=writing.name) for writing in writings])


def _mixed_keys(writing: Writing) -> dict[str, object]:
    return files.english_keys(writing) if writing.number % 3 == 0 else files.turkish_keys(writing)


def _add_table(corpus: Corpus, path: str, writings: list[Writing]) -> None:
    data, lines = files.csv_bytes(writings)
    corpus.add_file(path, data)
    corpus.gold += [Gold(f"{path}:{line}", "clean", writing=writing.name) for line, writing in zip(lines, writings, strict=True)]


def main() -> None:
    """Build under the folder given on the command line, or beside this file."""
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)


if __name__ == "__main__":
    main()
