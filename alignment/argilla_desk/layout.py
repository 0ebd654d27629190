"""The datasets that people see in Argilla: one for pairs, one for preferences, in Turkish."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alignment.argilla_desk.payload import BEFORE, CORRECTED, DECISION, NOTE, QUEUE_KEY, REASONS, SPANS, VECTOR
from alignment.argilla_desk.similarity import DIMENSIONS
from alignment.desk import What
from alignment.labels import DECISIONS, REASON_LABELS, SPAN_LABELS

_HERE = Path(__file__).parent
GUIDELINES: dict[What, Path] = {"pairs": _HERE / "kilavuz_ciftler.md", "preferences": _HERE / "kilavuz_tercihler.md"}
SIDE_BY_SIDE = _HERE / "templates" / "yan_yana.html"
"""Our only template. What it shows was made HTML by `payload.as_html`, hence the triple braces, which do not escape again."""


def settings(client: Any, what: What, *, people: int, blind: bool) -> Any:
    """Return the settings of a dataset; `people` judge each record before it counts as done."""
    import argilla as rg

    return rg.Settings(
        guidelines=GUIDELINES[what].read_text(encoding="utf-8"),
        fields=_fields(client, what),
        questions=_questions(client, what),
        metadata=_metadata(client, blind=blind),
        vectors=[rg.VectorField(VECTOR, dimensions=DIMENSIONS, title="Benzer kayıtlar", _client=client)],
        distribution=rg.TaskDistribution(min_submitted=people),
        allow_extra_metadata=False,
    )


def _fields(client: Any, what: What) -> list[Any]:
    import argilla as rg

    def text(name: str, title: str, *, required: bool = False) -> Any:
        return rg.TextField(name, title=title, required=required, use_markdown=False, client=client)

    if what == "pairs":
        answer = text("cevap", "Cevap", required=True)
    else:
        template = SIDE_BY_SIDE.read_text(encoding="utf-8")
        answer = rg.CustomField("cevaplar", title="Cevaplar", template=template, advanced_mode=False, required=True, _client=client)
    asked = [text(BEFORE, "Önceki konuşma"), text("gorev", "Görev", required=True), text("metin", "Görevle verilen metin")]
    return [*asked, answer, text("dayanak", "Kaynaktaki dayanak")]


def _questions(client: Any, what: What) -> list[Any]:
    import argilla as rg

    decision = rg.LabelQuestion(DECISION, labels=dict(DECISIONS[what]), title="Karar", required=True, client=client)
    note = rg.TextQuestion(NOTE, title="Not", description="İsteğe bağlı açıklama.", required=False, client=client)
    if what == "preferences":
        reasons = rg.MultiLabelQuestion(
            REASONS,
            labels=dict(REASON_LABELS),
            title="Neden?",
            description="Kararınızı belirleyen ölçütler.",
            required=False,
            client=client,
        )
        return [decision, reasons, note]
    corrected = rg.TextQuestion(
        CORRECTED,
        title="Düzeltilmiş cevap",
        description="«Düzelt» derseniz cevabı burada düzeltin; öbür kararlarda dokunmayın.",
        required=False,
        client=client,
    )
    spans = rg.SpanQuestion(
        SPANS, field="cevap", labels=dict(SPAN_LABELS), title="Kusurlu yerler", description="Cevapta kusurlu yeri seçip etiketleyin.",
        required=False, client=client,
    )  # fmt: skip
    # A number key moves the focus on: to labels, where Enter submits, and not into a text.
    return [decision, spans, corrected, note]


def _metadata(client: Any, *, blind: bool) -> list[Any]:
    import argilla as rg

    hidden = rg.FloatMetadataProperty(QUEUE_KEY, title="Öncelik", visible_for_annotators=False, client=client)
    task = rg.TermsMetadataProperty("gorev_turu", title="Görev türü", visible_for_annotators=True, client=client)
    return [hidden, task] if blind else [hidden, task, rg.TermsMetadataProperty("yazan", title="Yazan", client=client)]
