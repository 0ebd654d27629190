"""Personal data in documents per second of CPU time: imbik's windows against a stock Presidio engine, both with the same recognisers.

    python -m benchmarks.pii_speed [--documents 10000] [--peer-documents 1000] [--data DIR]

The corpus is made here: Turkish words of our own, 30 % of the documents with one to three identifiers planted in them, and look-alikes in a fifth of
the others. The peer is an AnalyzerEngine with spaCy's blank Turkish pipeline. Both are timed three times on `--peer-documents` documents that neither
has seen (on seen ones spaCy's cache answers); the findings are compared on all documents. With --data both are timed on
raw_corpus/corpus_open.jsonl.gz too, and names with them. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from presidio_analyzer import AnalyzerEngine

from curation import turkish
from curation.pii.findings import Finding, without_overlaps
from curation.pii.recognisers import analyzer, find_many

BAR = 35.0
REPETITIONS = 3
BATCH = 500
SHARE_WITH_DATA, SHARE_WITH_TRAPS = 0.3, 0.2

PLACES = ["İzmir", "Konya", "Trabzon", "Mardin", "Edirne", "Sivas", "Bolu", "Hatay", "Rize", "Urfa"]
# Stems that take every suffix below in their right form, so that the corpus has the many word forms of real Turkish; a tokeniser's cache would
# make light of a small vocabulary.
NOUNS = re.findall(
    r"\w+",
    "köprü pazar kütüphane değirmen tren liman fırın bahçe atölye müze kanal ocak toprak yağmur orman çiftçi öğretmen işçi ressam "
    "yazar belediye mahkeme karar rapor bütçe vergi ölçüm deney örnek yöntem sonuç soru yanıt kavram düşünce anlatı roman şiir "
    "öykü tarih savaş barış anlaşma sınır göç nüfus kent köy yol araba gemi uçak motor elektrik su enerji güneş rüzgar deniz göl "
    "nehir dağ ova vadi iklim bitki hayvan balık kuş böcek tohum meyve sebze ekmek peynir zeytin pamuk iplik kumaş halı demir "
    "bakır taş kum cam kağıt kalem defter masa",
)
VERBS = re.findall(
    r"\w+",
    "onar tartış incele satış unut açıkla yükselt azalt değiştir karşılaştır ölç anlat yaz oku kur yık bul kaybet getir götür",
)
SMALL_WORDS = re.findall(
    r"\w+",
    "ve bir bu için ile de da çok daha en gibi olan olarak sonra önce kadar ama ise ki her o ne değil var yok göre ancak hem ya veya iki üç",
)
SHARE_OF_SMALL_WORDS, SHARE_OF_COMPOUNDS = 0.3, 0.12  # with them words are as long, and as many of them new, as in encyclopaedic Turkish
TENSES = ("mıştı", "yordu", "dığını", "acağı", "ması", "makla", "arak", "ınca", "dıkça", "madan", "abilir", "malıydı")
OWNERS = ("", "lar", "ımız", "larımız", "lık", "sız", "cı", "cılar")
CASES: tuple[turkish.Case, ...] = ("genitive", "accusative", "dative", "locative", "ablative")
TRAPS = (
    "Sipariş numaranız 10000000146 olarak kaydedildi.",
    "6698 sayılı Kanun 24/3/2016 tarihinde yürürlüğe girdi.",
    "Kampanyada 24 AY 250 TL taksit seçeneği var.",
    "Yazılımın 4.18.2.105 sürümü yayımlandı.",
    "Toplam tutar 1.234.567,89 TL olarak hesaplandı.",
    "Saat 14.30 ile 16.45 arasında 444 kişi geldi.",
)


def planted(rnd: random.Random) -> str:
    """A clause with a made-up identifier."""
    digits = "".join(rnd.choices("0123456789", k=12))
    clauses = (
        f"T.C. kimlik numarası {rnd.randint(10**10, 10**11 - 1)} olan kişi başvurdu.",
        f"Kayıtta {_tckn(rnd)} geçiyor.",
        f"Vergi numarası {digits[:10]} olan firma.",
        f"Hesabı {_iban(rnd)} olarak verildi.",
        f"Bana 05{digits[:2]} {digits[2:5]} {digits[5:7]} {digits[7:9]}'den ulaşın.",
        f"Faks: 0312 {digits[:3]} {digits[3:5]} {digits[5:7]}.",
        f"Yazışma adresi okur.{digits[:4]}@ornek.com.tr'dir.",
        f"Tebligat firma{digits[:3]}@hs0{rnd.randint(1, 6)}.kep.tr adresine yapılır.",
        f"Kapıda {rnd.randint(1, 81):02d} ABC {rnd.randint(100, 999)} plakalı araç durdu.",
        f"Doğum tarihi: {rnd.randint(1, 28)}.{rnd.randint(1, 12):02d}.{rnd.randint(1950, 2005)}.",
        f"Evi Yeni Mah. Çınar Sok. No: {rnd.randint(1, 200)} Kat: 3 Merkez/{rnd.choice(PLACES)} adresinde.",
        f"Pasaport no: U{digits[:8]} idi.",
        f"Sunucuya {rnd.randint(100, 199)}.{rnd.randint(16, 31)}.4.{rnd.randint(1, 254)} adresinden girildi.",
        f"Bağlantı https://ornek.com/uye?eposta=okur{digits[:3]}%40ornek.com biçimindeydi.",
    )
    return rnd.choice(clauses)


def _tckn(rnd: random.Random) -> str:
    d = [rnd.randint(1, 9), *(rnd.randint(0, 9) for _ in range(8))]
    d.append((7 * sum(d[0:9:2]) - sum(d[1:8:2])) % 10)
    return "".join(map(str, [*d, sum(d) % 10]))


def _iban(rnd: random.Random) -> str:
    account = f"{rnd.randint(1, 210):05d}0{rnd.randint(0, 10**16 - 1):016d}"
    iban = f"TR{98 - int(account + '292700') % 97:02d}{account}"
    return iban if rnd.random() < 0.5 else " ".join(iban[i : i + 4] for i in range(0, 26, 4))


LENGTH, SHORT_LENGTH = (200, 800), (150, 400)
"""Words of a document: the first as long on the whole as those of the real corpus below, 4 kB; the second as short posts and news."""


def corpus(count: int, length: tuple[int, int] = LENGTH, seed: int = 20) -> list[str]:
    """Documents of so many words."""
    rnd = random.Random(seed)
    return [_document(rnd, rnd.randint(*length)) for _ in range(count)]


def _document(rnd: random.Random, length: int) -> str:
    sentences: list[str] = []
    words = 0
    while words < length:
        sentences.append(_sentence(rnd))
        words += sentences[-1].count(" ") + 1
    extra = (
        [planted(rnd) for _ in range(rnd.randint(1, 3))]
        if rnd.random() < SHARE_WITH_DATA
        else rnd.sample(TRAPS, rnd.random() < SHARE_WITH_TRAPS)
    )
    for clause in extra:
        sentences.insert(rnd.randint(0, len(sentences)), clause)
    return "\n".join(" ".join(sentences[i : i + 5]) for i in range(0, len(sentences), 5))


def _sentence(rnd: random.Random) -> str:
    words = [_word(rnd) for _ in range(rnd.randint(5, 18))]
    if rnd.random() < 0.3:
        words.insert(rnd.randint(1, 4), turkish.with_suffix(rnd.choice(PLACES), rnd.choice(CASES)))
    if rnd.random() < 0.3:
        words.insert(rnd.randint(1, 4), f"{rnd.randint(2, 2025)}")
    words[rnd.randint(1, 3)] += ","
    if rnd.random() < 0.2:
        words.insert(rnd.randint(2, 4), f'"{_noun(rnd)} {_noun(rnd)}"')
    if rnd.random() < 0.2:
        words.insert(rnd.randint(2, 4), f"({_noun(rnd)}; {_noun(rnd)})")
    return turkish.capitalize(words[0]) + " " + " ".join(words[1:]) + "."


def _word(rnd: random.Random) -> str:
    if rnd.random() < SHARE_OF_SMALL_WORDS:
        return str(rnd.choice(SMALL_WORDS))
    return _noun(rnd) if rnd.random() < 0.7 else str(rnd.choice(VERBS)) + rnd.choice(TENSES)


def _noun(rnd: random.Random) -> str:
    word: str = rnd.choice(NOUNS) + (
        rnd.choice(NOUNS) if rnd.random() < SHARE_OF_COMPOUNDS else rnd.choice(OWNERS) if rnd.random() < 0.4 else ""
    )
    return word + turkish.suffix(word, rnd.choice(CASES)) if rnd.random() < 0.5 else word


def main() -> None:
    """Print the timings and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000, help="documents made and compared")
    parser.add_argument("--peer-documents", type=int, default=1000, help="documents the peer is timed on in each repetition")
    parser.add_argument("--data", type=Path, help="folder with raw_corpus/, to time both on real text, and names")
    arguments = parser.parse_args()
    texts = corpus(arguments.documents)
    engine = analyzer(names=False)
    ours, peer = _race(texts, engine, arguments.peer_documents)
    print(f"imbik {ours:.0f} documents/s, Presidio {peer:.0f} documents/s")
    found = _in_batches(texts)
    different = sum(_spans(one) != _spans(_peer(engine, text)) for one, text in zip(found, texts, strict=True))
    print(f"findings differ in {different} of {len(texts)} documents; {sum(map(bool, found))} hold some")
    figures: dict[str, object] = {
        "name": "pii_speed",
        "ours": round(ours),
        "peer": round(peer),
        "unit": "documents/s of CPU time",
        "ratio": round(ours / peer, 1),
        "bar": BAR,
        "documents_compared": len(texts),
        "documents_with_findings": sum(map(bool, found)),
        "documents_different": different,
        "timed_on": f"{REPETITIONS} times {arguments.peer_documents} documents, both on the same",
        "ok": ours / peer >= BAR and different == 0,
    }
    short = corpus(4 * arguments.peer_documents, SHORT_LENGTH)
    ours, peer = _race(short, engine, arguments.peer_documents)
    figures["short_documents"] = {"ours": round(ours), "peer": round(peer), "ratio": round(ours / peer, 1)}
    if arguments.data:
        figures["real_text"] = _real_text(arguments.data / "raw_corpus" / "corpus_open.jsonl.gz", engine, arguments.peer_documents)
    print(json.dumps(figures))


def _race(texts: Sequence[str], engine: AnalyzerEngine, count: int) -> tuple[float, float]:
    """Documents/s of both on documents neither has seen: the median of three repetitions, each on `count` new ones."""
    _in_batches(texts[:count])
    for text in texts[: count // 5]:
        _peer(engine, text)
    ours, peer = [], []
    for repetition in range(1, REPETITIONS + 1):
        part = texts[repetition * count : (repetition + 1) * count]
        ours.append(_documents_per_s(lambda part=part: _in_batches(part), len(part)))  # type: ignore[misc]  # bound now, called now
        peer.append(_documents_per_s(lambda part=part: [_peer(engine, text) for text in part], len(part)))  # type: ignore[misc]
    return sorted(ours)[REPETITIONS // 2], sorted(peer)[REPETITIONS // 2]


def _real_text(path: Path, engine: AnalyzerEngine, count: int) -> dict[str, object]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    random.Random(1).shuffle(texts)  # its sources stand one behind the other
    ours, peer = _race(texts, engine, count)
    return {
        "documents": len(texts),
        "ours": round(ours),
        "peer": round(peer),
        "ratio": round(ours / peer, 1),
        "with_names": round(_documents_per_s(lambda: _in_batches(texts, names=True), len(texts))),
    }


def _in_batches(texts: Sequence[str], *, names: bool = False) -> list[list[Finding]]:
    return [findings for first in range(0, len(texts), BATCH) for findings in find_many(texts[first : first + BATCH], names=names)]


def _peer(engine: AnalyzerEngine, text: str) -> list[Finding]:
    return without_overlaps([Finding(one.entity_type, one.start, one.end, one.score) for one in engine.analyze(text, "tr")])


def _spans(findings: list[Finding]) -> list[tuple[str, int, int, float]]:
    return [(one.kind, one.start, one.end, one.score) for one in findings]


def _documents_per_s(work: Callable[[], object], count: int) -> float:
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


if __name__ == "__main__":
    main()
