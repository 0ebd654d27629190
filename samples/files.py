"""The file kinds of the corpus, each as bytes that are the same on every build."""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from samples.writings import LICENSE, Writing

_BUILT = datetime(2025, 1, 1, tzinfo=UTC)
_ZIP_BUILT = (2025, 1, 1, 0, 0, 0)
_CSV_COLUMNS = ("no", "baslik", "metin", "tarih", "lisans", "etiketler")
_A6_MM = (105, 148)
_PAGE = Path(__file__).parent / "sayfa.html"


def jsonl_bytes(records: Iterable[Mapping[str, object]]) -> bytes:
    """Return one JSON object a line, Turkish letters as they are."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode("utf-8")


def turkish_keys(writing: Writing) -> dict[str, object]:
    """Return the record of a Turkish export: baslik, metin, tarih, lisans."""
    return {"baslik": writing.title, "metin": writing.body, "tarih": writing.day, "lisans": LICENSE}


def english_keys(writing: Writing) -> dict[str, object]:
    """Return the record of an English export: title, text, date, license, and an id that nobody needs."""
    return {"id": writing.number + 1, "title": writing.title, "text": writing.body, "date": writing.day, "license": LICENSE}


def csv_bytes(writings: Sequence[Writing]) -> tuple[bytes, list[int]]:
    """Return a table with quotes, semicolons and line breaks inside its fields, and the physical line each record starts on, from 1."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_CSV_COLUMNS)
    lines: list[int] = []
    for writing in writings:
        lines.append(out.getvalue().count("\n") + 1)
        tags = f'{writing.field};yazı;"örnek" metin'
        table.writerow([writing.number + 1, writing.title, writing.body, writing.day, LICENSE, tags])
    return out.getvalue().encode("utf-8"), lines


def html_bytes(writing: Writing) -> bytes:
    """Return a whole page: the text in an <article>, around it menu, breadcrumb, cookie notice, share buttons, comments and footer."""
    article = "\n".join(_html_block(block) for block in writing.blocks)
    page = _PAGE.read_text(encoding="utf-8")
    values = {"TITLE": html.escape(writing.title), "FIELD": writing.field, "DAY": writing.day, "ARTICLE": article}
    for name, value in values.items():
        page = page.replace(f"@{name}@", value)
    return page.encode("utf-8")


def _html_block(block: list[str]) -> str:
    if block[0].startswith("- "):
        return "<ul>\n" + "\n".join(f"<li>{html.escape(item.removeprefix('- '), quote=False)}</li>" for item in block) + "\n</ul>"
    return f"<p>{html.escape(' '.join(block), quote=False)}</p>"


def menu_page_bytes() -> bytes:
    """Return a page that has everything but a text."""
    page = _PAGE.read_text(encoding="utf-8")
    start, end = page.index("<article>"), page.index("</article>") + len("</article>")
    page = page[:start] + page[end:]
    return page.replace("@TITLE@", "Site haritası").replace("@FIELD@", "site").replace("@DAY@", "2025-01-01").encode("utf-8")


def docx_bytes(writing: Writing) -> bytes:
    """Return a Word file: the title as a heading, paragraphs, bullet lists."""
    import docx

    document = docx.Document()
    facts = document.core_properties
    facts.title, facts.author, facts.comments, facts.language = writing.title, "imbik", "", "tr-TR"
    facts.created = facts.modified = facts.last_printed = _BUILT.replace(tzinfo=None)
    document.add_heading(writing.title, level=1)
    for block in writing.blocks:
        if block[0].startswith("- "):
            for item in block:
                document.add_paragraph(item.removeprefix("- "), style="List Bullet")
        else:
            document.add_paragraph(" ".join(block))
    out = io.BytesIO()
    document.save(out)
    return _rezipped(out.getvalue())


def _rezipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _ZIP_BUILT), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pdf_bytes(writing: Writing) -> bytes:
    """Return a small-page PDF, hard-wrapped lines without hyphens and a page number at every foot, and how many pages it has."""
    import matplotlib
    from fpdf import FPDF

    class Booklet(FPDF):  # type: ignore[misc]
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font("DejaVu", size=8)
            self.cell(0, 6, str(self.page_no()), align="C")

    pdf = Booklet(format=_A6_MM)
    pdf.set_creation_date(_BUILT)
    pdf.set_title(writing.title)
    pdf.set_producer("imbik")
    pdf.set_margin(12)
    pdf.set_auto_page_break(auto=True, margin=16)
    pdf.add_font("DejaVu", fname=Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
    pdf.add_page()
    pdf.set_font("DejaVu", size=13)
    pdf.multi_cell(0, 7, writing.title, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("DejaVu", size=9)
    for block in writing.blocks:
        pdf.ln(2)
        for line in block:
            pdf.multi_cell(0, 5, line.replace("- ", "• ", 1) if line.startswith("- ") else line, align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())
