"""The page: sections in the order of the road, each from what its stage left, rendered to one file that loads nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from curation.errors import ArtifactError
from curation.storage import write_text
from pipelines.report import charts, data, formats, histograms, model, words
from pipelines.report.documents import MEMBERS_SHOWN, RULES_SHOWN, documents
from pipelines.report.head import head
from pipelines.report.opened import OpenRun, Part, open_run
from pipelines.report.review import review
from pipelines.run import RECIPE

REPORT = "report.html"
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Block:
    """What one stage has to show: its `body`, or an empty one and a `note` that says why."""

    part: Part
    body: Markup
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the blocks of its stages."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Foot:
    """How the run came about: recipe, seed, library versions and fingerprints."""

    recipe: str
    versions: tuple[tuple[str, str], ...]
    fingerprints: tuple[tuple[str, str], ...]


_BUILDERS: dict[str, tuple[str, Callable[[OpenRun], Any]]] = {
    "curate": ("documents.html", documents),
    "pairs": ("pairs.html", data.pairs),
    "preferences": ("preferences.html", data.preferences),
    "review": ("review.html", review),
    "sft": ("training.html", partial(model.training, stage="sft")),
    "dpo": ("training.html", partial(model.training, stage="dpo")),
    "evaluate": ("evaluation.html", model.evaluation),
    "export": ("export.html", model.export),
}
_SECTIONS = (
    ("Belgeler", ("curate",)),
    ("Çiftler", ("pairs",)),
    ("Tercihler", ("preferences",)),
    ("İnceleme", ("review",)),
    ("Eğitim", ("sft", "dpo")),
    ("Değerlendirme", ("evaluate",)),
    ("Dışa aktarım", ("export",)),
)


def write_report(run: Path) -> Path:
    """Return `run/report.html`, written anew; the same run gives the same bytes. Raises ArtifactError where `run` is no run folder."""
    opened, templates = open_run(run), environment()
    sections = tuple(Section(title, tuple(block(opened, stage, templates) for stage in stages)) for title, stages in _SECTIONS)
    page = templates.get_template("report.html").render(run=opened, head=head(opened), sections=sections, foot=_foot(opened))
    write_text(run / REPORT, page)
    return run / REPORT


def block(run: OpenRun, stage: str, templates: Environment) -> Block:
    """Return what `stage` has to show; a stage that did not run, or whose files are damaged, says so instead of failing."""
    part = run.parts[stage]
    template, build = _BUILDERS[stage]
    if part.state == "missing":
        return Block(part, Markup(""), "Bu aşama henüz çalıştırılmadı.")
    if part.state == "damaged":
        return Block(part, Markup(""), "Bu aşamanın dosyaları hasarlı: içerik manifestosuna uymuyor ya da manifesto okunamıyor.")
    try:
        body = templates.get_template(template).render(run=run, view=build(run))
    except (ArtifactError, UndefinedError, KeyError, IndexError, TypeError, ValueError, OSError) as error:
        return Block(part, Markup(""), f"Bu aşamanın rakamları okunamadı ({type(error).__name__}); aşamayı yeniden çalıştırın.")
    return Block(part, Markup(body), "")  # noqa: S704 (rendered with autoescape)


def environment() -> Environment:
    """Return the templates with everything escaped and the words, numbers and charts they use."""
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.filters.update(
        integer=formats.integer,
        number=formats.number,
        decimal=formats.decimal,
        signed=formats.signed,
        percent=formats.percent,
        small=formats.small,
        size=formats.size,
        duration=formats.duration,
        reason=words.reason_word,
        by=words.by_word,
    )
    found.globals.update(
        word=words.word,
        review_rows=words.keys("review"),
        bar=charts.bar,
        split_bar=charts.split_bar,
        interval=charts.interval,
        box=charts.box,
        columns=charts.columns,
        curve=charts.curve,
        histogram=histograms.histogram,
        members_shown=MEMBERS_SHOWN,
        rules_shown=RULES_SHOWN,
    )
    return found


def _foot(run: OpenRun) -> Foot:
    manifests = [part.manifest for part in run.parts.values() if part.manifest is not None]
    versions = {(name, version) for manifest in manifests for name, version in manifest.versions.items()}
    fingerprints = tuple((manifest.stage, manifest.fingerprint) for manifest in manifests)
    return Foot((run.folder / RECIPE).read_text(encoding="utf-8"), tuple(sorted(versions)), fingerprints)
