"""The README.md of an exported model: what it is made of, what was measured, what it is not fit for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from training.evaluate import Evaluation
from training.export.parity import Parity

_UNSTATED = "<!-- lisansı buraya yazın: temel modelin ve verinin lisansları belirler -->"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card is written from; empty texts and missing parts become placeholders or are left out."""

    name: str
    base: str
    license: str = ""
    documents: int = 0
    pairs: int = 0
    preferences: int = 0
    data_licenses: tuple[str, ...] = ()
    evaluation: Evaluation | None = None
    parity: tuple[Parity, ...] = ()


def model_card(facts: CardFacts) -> str:
    """Return the card in Turkish with an English summary, YAML head included; the same facts give the same text."""
    parts = [
        _head(facts),
        f"# {facts.name}",
        f"`{facts.base}` üzerine LoRA ile eğitilmiş ve Ollama için GGUF'a dönüştürülmüş Türkçe model. imbik ile üretildi.",
        "## Veri",
        _table(
            ("", "adet"), [("belge", str(facts.documents)), ("yönerge-yanıt çifti", str(facts.pairs)), ("tercih", str(facts.preferences))]
        ),
        f"Verinin lisansları: {', '.join(facts.data_licenses) or 'belirtilmemiş'}. Modelin lisansı: {facts.license or _UNSTATED}",
        *_measured(facts.evaluation),
        *_faithful(facts.parity),
        "## Sınırlar",
        "- Model, eğitildiği belgelerin dışında güvenilir değildir; yanıtlar uydurma olabilir ve denetlenmeden kullanılmamalıdır.\n"
        "- Sentetik ve az sayıda örnekle eğitildi; genelleme yalnızca yukarıdaki ayrılmış örneklerde ölçüldü.\n"
        "- 4 bit ve altındaki dosyalar yanıt kalitesinden kaybeder; kayıp yukarıdaki KL sütunundadır.\n"
        "- Metinler NFC biçiminde verilmelidir; ayrışık (NFD) Türkçe harfler başka parçalara bölünür.",
        "## Kullanım",
        "```sh\nollama create ADI -f Modelfile\nollama run ADI\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _head(facts: CardFacts) -> str:
    lines = ["---", "language: tr", f"base_model: {facts.base}", f"license: {facts.license or 'other'}", "pipeline_tag: text-generation"]
    return "\n".join([*lines, "tags: [turkish, lora, gguf, imbik]", "---"])


def _measured(evaluation: Evaluation | None) -> list[str]:
    if evaluation is None or evaluation.pairs == 0:
        return ["## Ölçüm", "Ayrılmış örnek üzerinde ölçüm yapılmadı."]
    rows = []
    for one in evaluation.models:
        change = f"{one.loss_change.value:+.3f} [{one.loss_change.low:+.3f}, {one.loss_change.high:+.3f}]" if one.loss_change else ""
        liked = f"{one.preferred.hits}/{one.preferred.total} [{one.preferred.low:.2f}, {one.preferred.high:.2f}]"
        rows.append((one.model.upper(), f"{one.loss:.3f}", f"{one.perplexity:.1f}", change, liked))
    head = ("model", "kayıp (nat/simge)", "şaşkınlık", "temele göre fark, %95", "seçilen yeğlenen, %95 (uzunluğa bölünmüş)")
    return ["## Ölçüm", _table(head, rows), evaluation.summary.turkish, evaluation.summary.english]


def _faithful(parity: Sequence[Parity]) -> list[str]:
    if not parity:
        return []
    rows = [
        (one.kind, f"{one.bytes / 2**20:.1f}", f"{one.texts_equal}/{one.texts}", f"{one.answers_equal}/{one.prompts}", f"{one.kl:.1e}")
        for one in parity
    ]
    head = ("dosya", "MiB", "aynı bölünen metin", "aynı açgözlü yanıt", "KL (nat/simge)")
    return ["## GGUF, eğitilen modele sadık mı", _table(head, rows)]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
