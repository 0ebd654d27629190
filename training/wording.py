"""The figures of an evaluation in one honest sentence, English and Turkish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from curation.counted import counted
from training.intervals import Interval, Share

FEW_PAIRS = 30  # below this a bootstrap interval is itself too unsteady to lean on
FEW_DOCUMENTS = 10


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement in both languages."""

    english: str
    turkish: str


class _Figures(Protocol):
    @property
    def model(self) -> str: ...
    @property
    def loss_change(self) -> Interval | None: ...
    @property
    def preferred(self) -> Share: ...


def summary(pairs: int, documents: int, models: Sequence[_Figures]) -> Sentence:
    """Return what the figures do and do not show; with few pairs, or where 0 lies inside an interval, that it is too few to tell."""
    if pairs == 0:
        return Sentence(
            "Nothing was held out, so nothing can be said about what the model learnt.",
            "Ayrılmış örnek yok; modelin ne öğrendiği hakkında hiçbir şey söylenemez.",
        )
    parts = [_loss_part(one) for one in models if one.loss_change is not None]
    parts += _preference_parts(models)
    few = pairs < FEW_PAIRS or documents < FEW_DOCUMENTS
    from_documents = f"from {counted(documents, 'document')}"
    english = f"On {counted(pairs, 'held-out pair')} {from_documents}, " + "; ".join(one.english for one in parts)
    turkish = f"{documents} belgeden ayrılmış {pairs} örnekte " + "; ".join(one.turkish for one in parts)
    if few:
        english += f"; {counted(pairs, 'pair')} {from_documents} {'is' if pairs == 1 else 'are'} too few to tell"
        turkish += f"; {documents} belgeden {pairs} örnek karar vermek için çok az"
    english += ". This measures likeness to the data, not truth or usefulness."
    turkish += ". Bu, veriye benzerliği ölçer; doğruluğu ya da yararlılığı değil."
    return Sentence(english, turkish)


def _loss_part(one: _Figures) -> Sentence:
    change = one.loss_change or Interval(0.0, 0.0, 0.0)
    name = one.model.upper()
    if change.low <= 0 <= change.high:
        figures = f"{change.value:+.3f} nats (95 % {change.low:+.3f} to {change.high:+.3f})"
        rakam = _turkish(f"{change.value:+.3f} nat (%95: {change.low:+.3f} ile {change.high:+.3f} arası)")
        return Sentence(
            f"{name} changes the answer loss of the base model by {figures}, too few to tell",
            f"{name}, temel modelin yanıt kaybını {rakam} değiştiriyor, karar vermek için çok az",
        )
    size, low, high = abs(change.value), *sorted((abs(change.low), abs(change.high)))
    verb, fiil = ("lowers", "düşürüyor") if change.high < 0 else ("raises", "artırıyor")
    rakam = _turkish(f"{size:.3f} nat (%95: {low:.3f} ile {high:.3f} arası)")
    return Sentence(
        f"{name} {verb} the answer loss of the base model by {size:.3f} nats (95 % {low:.3f} to {high:.3f})",
        f"{name}, temel modelin yanıt kaybını {rakam} {fiil}",
    )


def _preference_parts(models: Sequence[_Figures]) -> list[Sentence]:
    base, last = models[0].preferred, models[-1].preferred
    if last.total == 0 or len(models) < 2:
        return []
    name = models[-1].model.upper()
    english = f"{name} prefers the chosen answer in {last.hits} of {last.total} (base {base.hits})"
    turkish = f"{name}, {last.total} tercihin {last.hits} tanesinde seçilen yanıtı yeğliyor (temel model {base.hits})"
    if last.low <= base.high and base.low <= last.high:
        return [Sentence(f"{english}, too few to tell apart", f"{turkish}, ayırt etmek için çok az")]
    return [Sentence(english, turkish)]


def _turkish(figures: str) -> str:
    return figures.replace(".", ",")
