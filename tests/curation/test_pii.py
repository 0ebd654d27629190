from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.config import PiiConfig, PiiEntity
from curation.pii.findings import Finding, without_overlaps
from curation.pii.recognisers import analyzer, find, recognisers
from curation.pii.scrub import scrub


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.kind, text[finding.start : finding.end]) for finding in find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Numarası 10000000146'dır.", "TCKN", "10000000146"),
        ("Numarası 100 000 001 46 olarak geçer.", "TCKN", "100 000 001 46"),
        ("TC kimlik no: 12345678901 olan kişi", "TCKN", "12345678901"),
        ("KİMLİK NUMARASI: 12345678901", "TCKN", "12345678901"),
        ("vergi no 4540536920 olan firma", "VKN", "4540536920"),
        ("Çankaya V.D. 454 053 6920 numaralı mükellef", "VKN", "454 053 6920"),
        ("MERSİS No: 0454-0536-9200-0001", "MERSIS", "0454-0536-9200-0001"),
        ("SGK işyeri sicil no 5 2064 08 08 6666666 014 65-74 000", "SGK", "5 2064 08 08 6666666 014 65-74 000"),
        ("Pasaport no: U 12345678", "PASSPORT", "U 12345678"),
        ("Kimlik seri no A12B34567'dir", "ID_SERIAL", "A12B34567"),
        ("IBAN: TR33 0006 1005 1978 6457 8413 26'ya", "IBAN", "TR33 0006 1005 1978 6457 8413 26"),
        ("hesabı tr330006100519786457841326 olarak", "IBAN", "tr330006100519786457841326"),
        ("Kartım 4111 1111 1111 1111'dir", "CARD", "4111 1111 1111 1111"),
        ("Troy kartım 9792-0000-0000-0003", "CARD", "9792-0000-0000-0003"),
        ("Siparişi 0532 123 45 67'den sorun", "PHONE", "0532 123 45 67"),
        ("+90 (532) 123-45-67 numaralı hat", "PHONE", "+90 (532) 123-45-67"),
        ("Tel: 2121234567", "PHONE", "2121234567"),
        ("telefonumuz 444 0 123", "PHONE", "444 0 123"),
        ("0(850) 123 45 67 hattımız", "PHONE", "0(850) 123 45 67"),
        ("ayşe.öz@örnek.com.tr'ye yazın", "EMAIL", "ayşe.öz@örnek.com.tr"),
        ("adresimiz firma@hs01.kep.tr'dir", "KEP", "firma@hs01.kep.tr"),
        ("34 ABC 123 plakalı araç", "PLATE", "34 ABC 123"),
        ("34ABC123 kapıdaydı", "PLATE", "34ABC123"),
        ("plakası 06 b 1234 olan", "PLATE", "06 b 1234"),
        ("14.03.1985 doğumlu", "BIRTH_DATE", "14.03.1985"),
        ("Doğum tarihi: 14 Mart 1985", "BIRTH_DATE", "14 Mart 1985"),
        (
            "Adresi: Fevzi Çakmak Mah. Atatürk Cad. Gül Apt. No: 12/5 Kat: 3 34710 Kadıköy/İstanbul idi",
            "ADDRESS",
            "Fevzi Çakmak Mah. Atatürk Cad. Gül Apt. No: 12/5 Kat: 3 34710 Kadıköy/İstanbul",
        ),
        ("olay Yeni Mahallesi 1453. Sok. No: 5 önünde oldu", "ADDRESS", "Yeni Mahallesi 1453. Sok. No: 5"),
        ("Ahmet Yılmaz'ın arabası", "PERSON", "Ahmet Yılmaz"),
        ("Dün Ayşe Nur Kaya geldi", "PERSON", "Ayşe Nur Kaya"),
        ("Sayın AHMET YILMAZ, merhaba", "PERSON", "AHMET YILMAZ"),
        ("Deniz Hanım aradı", "PERSON", "Deniz"),
        ("Davacı H. Öztürk geldi", "PERSON", "H. Öztürk"),
        ("Ad Soyad: ayşe kaya", "PERSON", "ayşe kaya"),
        ("Sanik Busra Guler'in evi", "PERSON", "Busra Guler"),
        ("Ahmet Yılmazın evi", "PERSON", "Ahmet Yılmaz"),
    ],
)
def test_every_kind_is_found_without_its_suffix(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "Sipariş numaranız 10000000146 olarak kaydedildi.",
        "4540536920 numaralı siparişiniz yola çıktı.",
        "12345678901 adet üretildi.",
        "Kargo takip no: 889498808717.",
        "Hediye çeki kodu 4111 1111 1111 1111 ile indirim kazanın.",
        "Kart numaranız 4111 **** **** 1111 olarak maskelendi.",
        "TC kimlik: 123******01",
        "Örnek olarak TR330006100519786457841327 geçerli değildir.",
        "Kampanyada 24 AY 250 TL taksit var.",
        "12 km 450 m yürüdük.",
        "82 ABC 123 kodlu ürün bitti.",
        "27 C 1330 tarihli belge",
        "Toplantı 14.03.2024 günü yapılacak.",
        "6698 sayılı Kanun'un 5. maddesi 24/3/2016 tarihinde değişti.",
        "Koordinatlar 36.2731, 42.2832 olarak ölçüldü.",
        "Acil durumda 112 numaralı hattı arayın.",
        "Toplam 1.234.567,89 TL ödendi.",
        "Yazılımın 10.80.209.2105 sürümü çıktı.",
        "ISBN 978-605-179-547-6 tükendi.",
        "Adnan Menderes Havalimanı bugün kapalı.",
        "Kadir Has Üniversitesi öğrenci alacak.",
        "Deniz çok güzeldi, barış umudu arttı.",
        "Güneş doğdu, yağmur dindi.",
        "@kitapkulubu hesabından duyuruldu.",
        "Toprak ve Kaya örnekleri incelendi.",
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_text_with_ten_kinds_keeps_them_apart() -> None:
    text = "VKN: 4540536920, MERSİS: 0454053692000001, tel 0212 123 45 67, e-posta bilgi@ornek.com, IBAN TR330006100519786457841326"
    assert [kind for kind, _ in found(text)] == ["VKN", "MERSIS", "PHONE", "EMAIL", "IBAN"]


def test_where_findings_overlap_the_surer_one_stays() -> None:
    sure, doubtful, apart = Finding("TCKN", 5, 16, 0.9), Finding("PHONE", 0, 12, 0.5), Finding("PLATE", 20, 28, 0.5)
    assert without_overlaps([apart, doubtful, sure]) == [sure, apart]


def test_a_presidio_engine_gives_what_imbik_finds() -> None:
    text = "Sayın Ayşe Yılmaz, TC kimlik no 10000000146, tel 0532 123 45 67."
    results = analyzer().analyze(text, "tr")
    assert sorted((one.entity_type, one.start, one.end) for one in results) == sorted((one.kind, one.start, one.end) for one in find(text))


def test_a_recogniser_answers_only_for_its_own_kind() -> None:
    by_kind = {one.supported_entities[0]: one for one in recognisers()}
    assert by_kind["EMAIL"].analyze("a@b.com", ["PHONE"]) == []
    assert [one.entity_type for one in by_kind["EMAIL"].analyze("a@b.com", ["EMAIL"])] == ["EMAIL"]


LETTER = (
    "Sayın Ayşe Yılmaz'ın başvurusu alındı. Ayşe Yılmaz’a 0532 123 45 67'den ulaşıldı; yedek hattı +90 (532) 987-65-43.\n"
    "TC kimlik numarası 10000000146'dır. Tekrar: 05321234567'yi arayın. Yazışma: ayse@ornek.com.tr'ye, AYSE@ornek.com.tr'den.\n\n"
    "Bu arada romanı <KİŞİ_2> 1950'de yazdı."
)


def test_tags_keep_suffixes_and_give_one_value_one_tag() -> None:
    assert scrub([LETTER], PiiConfig()).texts[0] == (
        "Sayın <KİŞİ_1>'in başvurusu alındı. <KİŞİ_1>’e <TELEFON_1>'den ulaşıldı; yedek hattı <TELEFON_2>.\n"
        "TC kimlik numarası <TCKN_1>'dir. Tekrar: <TELEFON_1>'i arayın. Yazışma: <E-POSTA_1>'e, <E-POSTA_1>'den.\n\n"
        "Bu arada romanı <KİŞİ_2> 1950'de yazdı."
    )


def test_masking_hides_values_and_keeps_suffixes() -> None:
    text = "Sayın Ayşe Yılmaz'ın numarası 0532 123 45 67'dir."
    assert scrub([text], PiiConfig(policy="mask")).texts == ("Sayın ***'ın numarası ***'dir.",)


def test_keep_changes_nothing_and_counts() -> None:
    result = scrub([LETTER], PiiConfig(policy="keep"))
    assert result.texts == (LETTER,)
    assert result.found["PHONE"] == 3
    assert not result.drop


def test_drop_says_so_only_where_there_is_something() -> None:
    assert scrub([LETTER], PiiConfig(policy="drop")).drop
    assert not scrub(["Orhan Kemal bu romanı 1950'de yazdı."], PiiConfig(policy="drop")).drop


def test_names_in_public_prose_are_counted_and_kept() -> None:
    text = "Orhan Kemal ve Ahmet Yılmaz, Çukurova'nın işçilerini anlattı."
    result = scrub([text], PiiConfig())
    assert result.texts == (text,)
    assert result.found["PERSON"] == 2
    assert result.covered["PERSON"] == 0


def test_all_names_go_where_the_recipe_asks_for_it() -> None:
    assert scrub(["Orhan Kemal ile Ahmet Yılmaz geldi."], PiiConfig(names="all")).texts == ("<KİŞİ_1> ile <KİŞİ_2> geldi.",)


def test_a_private_name_goes_wherever_it_stands_in_the_document() -> None:
    texts = ["Ayşe Yılmaz dosyası", "Müşterimiz Ayşe Yılmaz aradı.\n\nSonra AYŞE YILMAZ yeniden yazdı."]
    assert scrub(texts, PiiConfig()).texts == ("<KİŞİ_1> dosyası", "Müşterimiz <KİŞİ_1> aradı.\n\nSonra <KİŞİ_1> yeniden yazdı.")


def test_every_name_is_private_in_a_document_that_holds_another_personal_datum() -> None:
    text = "Ayşe Yılmaz, tel 0532 123 45 67. Kitabı Orhan Kemal yazdı."
    assert scrub([text], PiiConfig()).texts == ("<KİŞİ_1>, tel <TELEFON_1>. Kitabı <KİŞİ_2> yazdı.",)


def test_kinds_outside_the_recipe_stay_and_are_counted() -> None:
    kinds: tuple[PiiEntity, ...] = ("TCKN",)
    result = scrub(["No 10000000146, tel 0532 123 45 67"], PiiConfig(entities=kinds))
    assert result.texts == ("No <TCKN_1>, tel 0532 123 45 67",)
    assert result.found["PHONE"] == 1


def test_scrubbed_text_has_nothing_left_to_scrub() -> None:
    once = scrub([LETTER], PiiConfig()).texts
    assert scrub(once, PiiConfig()).covered.total() == 0


@given(st.text(alphabet="abçğıİIşüAB0123456789 .,@:/'’-+()\n\u0307", max_size=150))
def test_findings_stand_in_order_and_apart_on_any_text(text: str) -> None:
    findings = find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in findings)
    assert all(left.end <= right.start for left, right in pairwise(findings))


@given(st.integers(10**8, 10**9 - 1), st.sampled_from(["'dır", " numaralı kişi", ", tel 0532 123 45 67"]))
def test_no_valid_tckn_survives_tagging(first: int, after: str) -> None:
    d = [int(digit) for digit in str(first)]
    tenth = (7 * sum(d[0::2]) - sum(d[1::2])) % 10
    number = f"{first}{tenth}{(sum(d) + tenth) % 10}"
    assert number not in scrub([f"Kayıtta {number}{after} geçiyor."], PiiConfig()).texts[0]
