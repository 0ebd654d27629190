"""Formats, words beside a number, and look-alikes; all numbers are invented or published test values."""

from __future__ import annotations

import pytest

from curation.pii.recognisers import find


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find(text) if one.kind != "PERSON"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("T.C. KİMLİK NUMARASI: 12345678901", "TCKN", "12345678901"),
        ("T.C. Kimlik Numaramı 12345678901 olarak yazdım.", "TCKN", "12345678901"),
        ("TC'si 12345678901 olan kişi", "TCKN", "12345678901"),
        ("TCKN: 123 456 789 01", "TCKN", "123 456 789 01"),
        ("TC kimlik no: 123 45 678 901", "TCKN", "123 45 678 901"),
        ("TC Kimlik No\n12345678901\n", "TCKN", "12345678901"),
        ("12345678901 T.C. kimlik numaralı davacı", "TCKN", "12345678901"),
        ("Yabancı kimlik numarası 99123456789'dur.", "TCKN", "99123456789"),
        ("(10000000146)", "TCKN", "10000000146"),
        ("Vergi Kimlik Numarası: 1234567890", "VKN", "1234567890"),
        ("VKN'si 1234567890 olan şirket", "VKN", "1234567890"),
        ("VERGİ NO: 123 456 7890", "VKN", "123 456 7890"),
        ("Kadıköy Vergi Dairesi 4540536920", "VKN", "4540536920"),
        ("mersis numaramız 0454 0536 9200 0001", "MERSIS", "0454 0536 9200 0001"),
        ("0454053692000001 ile kayıtlı şirket", "MERSIS", "0454053692000001"),
        ("SSK sicil numaram 3401198012345 idi.", "SGK", "3401198012345"),
        ("Bağ-Kur no: 1234567890", "SGK", "1234567890"),
        ("Pasaport numaram U12345678'dir.", "PASSPORT", "U12345678"),
        ("PASAPORT NO: U-12345678", "PASSPORT", "U-12345678"),
        ("Alman pasaport no: C01X0006H", "PASSPORT", "C01X0006H"),
        ("Nüfus cüzdanı seri no: A01 123456", "ID_SERIAL", "A01 123456"),
        ("KİMLİK SERİ NO: A12 B34567", "ID_SERIAL", "A12 B34567"),
        ("Ehliyet no: 123456", "LICENCE", "123456"),
        ("Sürücü belgesi numarası C 123456'dır.", "LICENCE", "C 123456"),
        ("Sürücü Belge No: 1234567", "LICENCE", "1234567"),
        ("IBAN'ım TR330006100519786457841326", "IBAN", "TR330006100519786457841326"),
        ("IBAN No: TR330006100519786457841327", "IBAN", "TR330006100519786457841327"),
        ("TR33-0006-1005-1978-6457-8413-26", "IBAN", "TR33-0006-1005-1978-6457-8413-26"),
        ("Almanya hesabı DE89 3704 0044 0532 0130 00", "IBAN", "DE89 3704 0044 0532 0130 00"),
        ("GB29 NWBK 6016 1331 9268 19 hesabına", "IBAN", "GB29 NWBK 6016 1331 9268 19"),
        ("Kartım 378282246310005'tir.", "CARD", "378282246310005"),
        ("kart no: 3530111333300000", "CARD", "3530111333300000"),
        ("Cep: 0532.123.45.67", "PHONE", "0532.123.45.67"),
        ("0532/123 45 67'den arayın", "PHONE", "0532/123 45 67"),
        ("(0532) 123 45 67", "PHONE", "(0532) 123 45 67"),
        ("0 532 123 4567 numaralı hat", "PHONE", "0 532 123 4567"),
        ("905321234567", "PHONE", "905321234567"),
        ("0090 212 123 45 67", "PHONE", "0090 212 123 45 67"),
        ("WhatsApp: 532-123-45-67", "PHONE", "532-123-45-67"),
        ("GSM +90.532.123.45.67", "PHONE", "+90.532.123.45.67"),
        ("telefonum 05 32 123 45 67", "PHONE", "05 32 123 45 67"),
        ("Berlin'den +49 30 901820 numarası", "PHONE", "+49 30 901820"),
        ("MÜŞTERİ HİZMETLERİ 444 0 123", "PHONE", "444 0 123"),
        ("Faks: 0212 249 28 92-93", "PHONE", "0212 249 28 92"),
        ("E-posta: ayse.oz+is@posta.ornek.com.tr.", "EMAIL", "ayse.oz+is@posta.ornek.com.tr"),
        ("AYŞE@ÖRNEK.COM'a yazın", "EMAIL", "AYŞE@ÖRNEK.COM"),
        ("kep adresi ornek.as@ornek.hs03.kep.tr", "KEP", "ornek.as@ornek.hs03.kep.tr"),
        ("https://ornek.com/uye?id=3&eposta=ayse%40ornek.com, sonra", "URL", "https://ornek.com/uye?id=3&eposta=ayse%40ornek.com"),
        ("bağlantı http://okur:gizli@ornek.com/x.", "URL", "http://okur:gizli@ornek.com/x"),
        ("www.ornek.com/sorgu?tckn=12345678901", "URL", "www.ornek.com/sorgu?tckn=12345678901"),
        ("IP adresi 10.0.0.12 olan bilgisayar", "IP", "10.0.0.12"),
        ("185.16.4.7 adresinden bağlandı", "IP", "185.16.4.7"),
        ("2001:db8:85a3::8a2e:370:7334 adresinden", "IP", "2001:db8:85a3::8a2e:370:7334"),
        ("34-ABC-123", "PLATE", "34-ABC-123"),
        ("06 A 12345 plakalı", "PLATE", "06 A 12345"),
        ("PLAKASI 06 AB 1234 OLAN", "PLATE", "06 AB 1234"),
        ("D.T.: 14.03.1985", "BIRTH_DATE", "14.03.1985"),
        ("Doğum Yeri ve Tarihi: Ankara, 14/03/1985", "BIRTH_DATE", "14/03/1985"),
        ("doğum günüm 14 Mart 1985", "BIRTH_DATE", "14 Mart 1985"),
        ("14 MART 1985 DOĞUMLU", "BIRTH_DATE", "14 MART 1985"),
        ("Ben 14.03.1985'te doğdum.", "BIRTH_DATE", "14.03.1985"),
        ("1985 doğumlu sanık", "BIRTH_DATE", "1985"),
        ("Adresim: Atatürk Cad. No: 12 Kadıköy/İstanbul", "ADDRESS", "Atatürk Cad. No: 12 Kadıköy/İstanbul"),
        ("ADRES: BARBAROS MAH. GÜL SOK. NO:5 D:3 34710 KADIKÖY/İSTANBUL", "ADDRESS", "BARBAROS MAH. GÜL SOK. NO:5 D:3 34710 KADIKÖY/İSTANBUL"),
        ("Gül Sokak 12/5 Kadıköy/İstanbul adresinde", "ADDRESS", "Gül Sokak 12/5 Kadıköy/İstanbul"),
        ("Yeni Mah. Güneş Sitesi B Blok No: 4 Merkez/Bolu idi", "ADDRESS", "Yeni Mah. Güneş Sitesi B Blok No: 4 Merkez/Bolu"),
        ("evi 1453. Sokak No 7'dedir", "ADDRESS", "1453. Sokak No 7"),
        ("Çamlık Köyü No: 45 Mudurnu/Bolu", "ADDRESS", "Çamlık Köyü No: 45 Mudurnu/Bolu"),
    ],
)  # fmt: skip
def test_every_way_of_writing_is_found_and_its_suffix_left(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "Kargo takip numarası 10000000146, TC kimlik no ile sorgulanmaz.",
        "Siparişiniz 5321234567 numarayla hazırlanıyor, sipariş no budur.",
        "ABC2024000000123 numaralı fatura",
        "Ürün barkodu 8690123456789.",
        "2006/9160 E., 2013/2451 K. sayılı karar",
        "20181210040335 işlem kodu",
        "Resmî Gazete'nin 09.06.1994 tarihli ve 30249 sayılı nüshası",
        "3.141.592.653,58 TL",
        "10.05.120.997 sürümü yayımlandı, 4.18.2.105 sürümü kaldırıldı.",
        "1.2.3.4 maddesi uyarınca",
        "255.255.255.255 ve 127.0.0.1 kişiye ait değildir, 0.0.0.0 da.",
        "Saat 12:30:45'te başladı, 10:20:30'da bitti.",
        "std::vector ile ab::cd ad alanları",
        "36 AY 525 TL, 12 dk 516 mm, 34 mm 731 m",
        "00 ABC 123 ile 99 AB 1234 kodları",
        "TS EN 55855-4 ve ISO 27001:2013",
        "D-750 karayolunun 357. kilometresi",
        "logo@2x.png dosyası ile @kullanici adı",
        "https://ornek.com/haber?sayfa=2&sira=yeni",
        "user@host biçiminde yazılır",
        "4 Mart 1985 tarihinde kuruldu.",
        "Stoyan (doğum 3 Şubat 1976), kaleci",
        "Toplam 444 kişi 12 gün kaldı.",
        "+123456789 geçerli bir numara değil",
        "Ayşe'nin 3 numaralı sokağı geçip 12 metre yürüdü.",
        "Cadde 12 metre genişliğinde, sokak 5 yıldır kapalı.",
        "Mahallesi 2 yıl önce değişti, caddesi 3. kez onarıldı.",
        "Kart numaranız 5039 **** **** 1165",
        "ISBN 978-605-672-313-3",
        "48.8566, 2.3522 koordinatları",
        "Nüfusu 85 279 553 kişidir.",
        "2020-2021 yıllarında 1500-2000 kişi geldi.",
        "Madde 17 – (Değişik: 8/4/2010-5980/13 md.)",
        "Seri üretime 1234567 adetle başlandı.",
    ],
)
def test_numbers_of_things_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_of_two_words_before_a_number_the_nearer_one_counts() -> None:
    assert found("TC kimlik no alanı boş, sipariş no: 12345678901") == []
    assert found("Sipariş için TC kimlik no: 12345678901") == [("TCKN", "12345678901")]


def test_a_word_behind_a_number_that_opens_the_next_one_says_nothing_of_the_first() -> None:
    assert found("12345678901, TC kimlik no: 98765432109") == [("TCKN", "98765432109")]


def test_a_finding_names_its_rule() -> None:
    assert [one.rule for one in find("Tel: 0532 123 45 67, e-posta ayse@ornek.com")] == ["phone", "email"]
