"""What stands in a text in place of a personal datum that is tagged or masked, and when two values are the same one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from curation import turkish
from curation.config import PiiEntity
from curation.pii.surrogates.dates import date_in

LABELS: Mapping[PiiEntity, str] = {
    "TCKN": "TCKN",
    "VKN": "VERGİ_NO",
    "MERSIS": "MERSİS_NO",
    "SGK": "SGK_NO",
    "PASSPORT": "PASAPORT_NO",
    "ID_SERIAL": "KİMLİK_SERİ_NO",
    "LICENCE": "EHLİYET_NO",
    "IBAN": "IBAN",
    "CARD": "KART_NO",
    "PHONE": "TELEFON",
    "EMAIL": "E-POSTA",
    "KEP": "KEP",
    "URL": "BAĞLANTI",
    "IP": "IP_ADRESİ",
    "PLATE": "PLAKA",
    "BIRTH_DATE": "DOĞUM_TARİHİ",
    "ADDRESS": "ADRES",
    "PERSON": "KİŞİ",
}
MASK = "***"
TAG = re.compile(rf"<(?P<label>{'|'.join(map(re.escape, sorted(LABELS.values(), key=len, reverse=True)))})_(?P<number>[1-9]\d*)>")

_BY_LETTERS: frozenset[PiiEntity] = frozenset({"EMAIL", "KEP", "URL", "IP"})  # a dot or a hyphen makes another value of these


def tag(kind: PiiEntity, number: int) -> str:
    """Return the tag of the `number`th value of a kind in its document: `<KİŞİ_1>`."""
    return f"<{LABELS[kind]}_{number}>"


def reading(kind: PiiEntity, number: int) -> str:
    """Return what a tag is read aloud as, from which its suffixes take their vowels: `<KİŞİ_3>` is "kişi üç", so `<KİŞİ_3>'ün`."""
    return f"{LABELS[kind]} {number}"


def taken(texts: Iterable[str]) -> set[str]:
    """Return the tags that stand in `texts` already; a new value must not get one of them."""
    return {match.group() for text in texts if "<" in text for match in TAG.finditer(text)}


def identity(kind: PiiEntity, value: str) -> str:
    """Return what every spelling of one value has in common: digits without spaces, a date's day, a number without its country."""
    if kind == "PHONE":
        return re.sub(r"\D", "", value)[-10:]
    if kind == "BIRTH_DATE" and (date := date_in(value)) is not None:
        return date.isoformat()
    folded = turkish.fold(value)
    return re.sub(r"\s", "", folded) if kind in _BY_LETTERS else re.sub(r"[\W_]", "", folded)
