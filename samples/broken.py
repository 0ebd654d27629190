"""Files that no reader can take as they are; each must end as a rejected record, never as a crash."""

from __future__ import annotations

import csv
import io
import json

from samples.files import jsonl_bytes, pdf_bytes, turkish_keys
from samples.writings import Writing


def broken_files(writings: list[Writing]) -> dict[str, bytes]:
    """Return the bad files by path; the good lines among them come from the first of `writings`."""
    first, second, third = writings[:3]
    whole_pdf = pdf_bytes(first)
    return {
        "bos.docx": b"",
        "bos.txt": b"",
        "eksik-sutun.csv": _table_without_text(writings),
        "ikili.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 16,
        "kesik.pdf": whole_pdf[: len(whole_pdf) // 2],
        "kirik-satir.jsonl": _lines(first, second, third),
        "klasor.txt/icindeki.txt": f"{third.text}\n".encode(),
    }


def _lines(first: Writing, second: Writing, third: Writing) -> bytes:
    """Return four lines: good, cut off, without a text, good."""
    cut = json.dumps(turkish_keys(third), ensure_ascii=False)[:120].encode() + b"\n"
    return jsonl_bytes([turkish_keys(first)]) + cut + jsonl_bytes([{"baslik": third.title, "tarih": third.day}, turkish_keys(second)])


def _table_without_text(writings: list[Writing]) -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("no", "baslik", "tarih"))
    table.writerows((writing.number + 1, writing.title, writing.day) for writing in writings)
    return out.getvalue().encode("utf-8")
