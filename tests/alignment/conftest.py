from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from alignment.corruptions import TASK, write
from alignment.preferences import PROMPTS
from curation.records import Document, Evidence, Pair, Rejected
from synthesis.prompt import Prompt, build_prompt

BANK = (
    "Banka, mevduatı sigorta eden kurumun adını duyurdu. Kuruluş 1983'te Ankara'da Nazlı Kıvırcıklı tarafından kuruldu. "
    "Şubede 26 kişi çalışıyor. Emekli öğretmen Handan Özbakırlı bankanın ilk müşterisiydi. Müşterilerin %40'ı hesabını telefondan açtı.\n\n"
    "İlk tören 8 Ocak 2021 tarihinde yapıldı. Salonda 300'den fazla konuk vardı. Anadolu Çınar Bankası konuklara fidan dağıttı."
)
LAKE = (
    "Van Gölü, Doğu Anadolu'da uzanan kapalı bir göldür. Balıkçı Haşim Tokaçoğlu her sabah Gevaş ilçesinde göle açılır. "
    "Ege Kavak Bankası gölün kıyısında bir şube açtı.\n\nMalzemeler:\n\n- Ağ ve şamandıra\n- Kürek takımı\n- Yedek halat\n\nBalıkçı Haşim Tokaçoğlu dün konuştu."
)


@pytest.fixture
def documents() -> list[Document]:
    return [Document("doc-bank", BANK, "a.md", "Bankanın ilk günü"), Document("doc-lake", LAKE, "b.md", "Göl kıyısında bir sabah")]


def pair(instruction: str, output: str, evidence: str, task: str = "soru-cevap", **fields: str) -> Pair:
    start = BANK.index(evidence)
    return Pair(
        f"pair-{instruction}-{output}"[:60],
        instruction,
        output,
        task,
        (Evidence("doc-bank", start, start + len(evidence)),),
        "rules",
        **fields,
    )


@pytest.fixture
def pairs() -> list[Pair]:
    return [
        pair("Kuruluş ne zaman kuruldu?", "1983'te Ankara'da kuruldu.", "Kuruluş 1983'te Ankara'da Nazlı Kıvırcıklı tarafından kuruldu."),
        pair("Kuruluşu kim kurdu?", "Nazlı Kıvırcıklı kurdu.", "Kuruluş 1983'te Ankara'da Nazlı Kıvırcıklı tarafından kuruldu."),
        pair("Şubede kaç kişi çalışıyor?", "26 kişi çalışıyor.", "Şubede 26 kişi çalışıyor."),
        pair("Aşağıdaki metni kısaca özetle.", "Kuruluş 1983'te kuruldu. Şubede 26 kişi çalışıyor.", BANK, "ozet", input=BANK),
        pair("Metni en iyi anlatan başlığı yaz.", "Bir bankanın doğuşu", BANK, "baslik", input=BANK),
        pair("Metindeki tarihleri JSON olarak çıkar.", '{"tarihler": ["1983", "8 Ocak 2021"]}', BANK, "bilgi-cikarma", input=BANK),
    ]


@pytest.fixture
def ask() -> Callable[..., Prompt]:
    """A prompt for one kind; what is not said comes from the text about the bank."""

    def build(kind: str, answer: str, question: str = "Kuruluş nerede?", **said: str) -> Prompt:
        fields = {"gorev": "soru-cevap", "onceki": "", "metin": BANK, "kanit": said.get("metin", BANK), "baska": LAKE} | said
        return build_prompt(PROMPTS, TASK, fields | {"tur": kind, "soru": question, "cevap": answer}, seed=1)

    return build


@pytest.fixture
def written() -> Callable[[Prompt], dict[str, str]]:
    """What the rules write, as JSON."""
    return lambda prompt: json.loads(write(prompt))


@pytest.fixture
def refused() -> list[Rejected]:
    return []


@pytest.fixture
def reject(refused: list[Rejected]) -> Callable[[Rejected], None]:
    return refused.append
