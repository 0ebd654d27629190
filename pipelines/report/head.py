"""The head of the report: one sentence, a few key figures, the strip of stages."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report.formats import decimal, integer, percent, size
from pipelines.report.model import FileView, shipped, training
from pipelines.report.opened import OpenRun, Part

_DASH = "–"


@dataclass(frozen=True, slots=True)
class Tile:
    """One key figure: a name, the figure, and a few words under it."""

    name: str
    figure: str
    note: str


@dataclass(frozen=True, slots=True)
class Head:
    """The name of the run, what came out in one sentence, key figures, stages."""

    name: str
    sentence: str
    tiles: tuple[Tile, ...]
    parts: tuple[Part, ...]


def head(run: OpenRun) -> Head:
    """Return the head; what is missing or damaged is left out of the sentence and stands as a dash."""
    return Head(run.recipe.name, sentence(run), tiles(run), tuple(run.parts.values()))


def sentence(run: OpenRun) -> str:
    """Return in one sentence what came out of the run."""
    documents, pairs, preferences = (run.sound(stage) for stage in ("curate", "pairs", "preferences"))
    if documents is None:
        return "Bu çalışmanın henüz bir sonucu yok."
    parts = [f"Okunan {integer(documents.read)} kayıttan {integer(documents.kept)} belge seçildi"]
    if pairs is not None:
        made = f"bu belgelerden, her biri kaynağına bağlı {integer(pairs.kept)} çift"
        parts.append(f"{made} ve {integer(preferences.kept)} tercih üretildi" if preferences else f"{made} üretildi")
    file = _file(run)
    if file is not None:
        parts.append(f"sonuç, {size(file.bytes)} büyüklüğünde, Ollama’da çalışan bir model ({file.kind})")
    return "; ".join(parts) + "."


def tiles(run: OpenRun) -> tuple[Tile, ...]:
    """Return the five key figures."""
    documents, pairs, preferences = (run.sound(stage) for stage in ("curate", "pairs", "preferences"))
    file = _file(run)
    return (
        Tile("Belge", integer(documents.kept), f"{integer(documents.read)} kayıttan") if documents else _none("Belge"),
        Tile("Çift", integer(pairs.kept), f"{integer(pairs.read)} adaydan, {percent(pairs.kept / max(1, pairs.read))}")
        if pairs
        else _none("Çift"),
        Tile("Tercih", integer(preferences.kept), f"{integer(preferences.read)} adaydan") if preferences else _none("Tercih"),
        _loss_tile(run),
        Tile("Model boyutu", size(file.bytes), file.kind) if file else _none("Model boyutu"),
    )


def _loss_tile(run: OpenRun) -> Tile:
    name = "Doğrulama kaybı (SFT)"
    if run.sound("sft") is None:
        return _none(name)
    try:
        seen = training(run, "sft")
    except (KeyError, TypeError, ValueError):
        return Tile(name, _DASH, "okunamadı")
    if seen.first is None or seen.best is None:
        return Tile(name, _DASH, "doğrulama yok")
    return Tile(name, decimal(seen.best, 3), f"ilk ölçümde {decimal(seen.first, 3)}")


def _file(run: OpenRun) -> FileView | None:
    if run.sound("export") is None:
        return None
    try:
        return shipped(run)
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _none(name: str) -> Tile:
    return Tile(name, _DASH, "henüz yok")
