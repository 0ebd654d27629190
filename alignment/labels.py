"""The words people see on every desk: decisions, kinds of faults, reasons. The keys are what is kept."""

from __future__ import annotations

from collections.abc import Mapping

from alignment.desk import What

DECISIONS: Mapping[What, Mapping[str, str]] = {
    "pairs": {"kabul": "Kabul", "duzelt": "Düzelt", "ret": "Ret"},
    "preferences": {"a": "A daha iyi", "b": "B daha iyi", "esit": "Eşit", "ikisi_kotu": "İkisi de kötü"},
}
SPAN_LABELS: Mapping[str, str] = {"yanlis": "Yanlış bilgi", "dayanaksiz": "Dayanağı yok", "dil": "Dil kusuru", "konu_disi": "Konu dışı"}
REASON_LABELS: Mapping[str, str] = {
    "dogruluk": "Doğruluk",
    "dayanak": "Kaynağa bağlılık",
    "karsilama": "Soruyu karşılama",
    "dil": "Dil ve anlatım",
    "hitap": "Hitap",
    "bicim": "Biçim",
}
