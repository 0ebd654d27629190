from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import turkish
from curation.config import PiiConfig, PiiEntity
from curation.pii import checks, tags
from curation.pii.people import Person, gender_of
from curation.pii.scrub import scrub
from curation.pii.surrogates.dates import date_in, written_like
from curation.pii.surrogates.draw import Draw
from curation.pii.surrogates.invent import invent, is_invented
from curation.pii.surrogates.names import invent_name, is_invented_name, written_name

KEY = b"a key of the tests, and of nothing else"
LISTS = Path(tags.__file__).parent

VALUES: list[tuple[PiiEntity, str]] = [
    ("TCKN", "12345678950"),
    ("TCKN", "123 456 789 50"),
    ("VKN", "454 053 6920"),
    ("MERSIS", "0454-0536-9200-0001"),
    ("MERSIS", "1000000014600012"),
    ("SGK", "5 2064 08 08 6666666 014 65-74 000"),
    ("PASSPORT", "U 12345678"),
    ("ID_SERIAL", "A12B34567"),
    ("LICENCE", "123456"),
    ("IBAN", "TR33 0006 1005 1978 6457 8413 26"),
    ("IBAN", "tr330006100519786457841326"),
    ("CARD", "4111 1111 1111 1111"),
    ("CARD", "9792-0300-0000-0000"),
    ("CARD", "5400 0033 7736 9243"),
    ("CARD", "3714 496353 98431"),
    ("PHONE", "0532 123 45 67"),
    ("PHONE", "+90 (212) 123-45-67"),
    ("PHONE", "0(850) 123 45 67"),
    ("PHONE", "444 0 123"),
    ("EMAIL", "ayşe.öz@örnek.com.tr"),
    ("KEP", "firma@hs01.kep.tr"),
    ("URL", "https://ornek.com.tr/uye/ayse?oturum=1"),
    ("IP", "85.105.1.2"),
    ("IP", "2a02:ff0::1"),
    ("PLATE", "34 ABC 123"),
    ("PLATE", "06 b 1234"),
    ("ADDRESS", "Fevzi Çakmak Mah. Atatürk Cad. Gül Apt. No: 12/5 Kat: 3 34710 Kadıköy/İstanbul"),
    ("ADDRESS", "Yeni Mahallesi 1453. Sok. No: 5"),
    ("ADDRESS", "YENİ MAH. GAZİ SK. NO: 74/22"),
]


def drawn(kind: PiiEntity, value: str, key: bytes = KEY, attempt: int = 0) -> str:
    return invent(kind, value, Draw(key, kind, tags.identity(kind, value), attempt), (), is_ascii=False)


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_a_surrogate_is_known_again_and_is_not_the_value(kind: PiiEntity, value: str) -> None:
    surrogate = drawn(kind, value)
    assert is_invented(kind, surrogate), surrogate
    assert not is_invented(kind, value)
    assert tags.identity(kind, surrogate) != tags.identity(kind, value)


@pytest.mark.parametrize(("kind", "value"), [one for one in VALUES if one[0] not in {"EMAIL", "KEP", "URL", "IP", "ADDRESS"}])
def test_a_surrogate_is_written_like_its_value(kind: PiiEntity, value: str) -> None:
    def shape(text: str) -> str:
        return re.sub(r"[A-Z]", "A", re.sub(r"[a-z]", "a", re.sub(r"\d", "9", text)))

    assert shape(drawn(kind, value)) == shape(value)


CHECKED = {"TCKN": checks.is_tckn, "VKN": checks.is_vkn, "MERSIS": checks.is_mersis, "CARD": checks.is_card}


@given(st.sampled_from([one for one in VALUES if one[0] in {*CHECKED, "IBAN"}]), st.integers(0, 10**6))
def test_check_digits_hold_whatever_is_drawn(one: tuple[PiiEntity, str], attempt: int) -> None:
    kind, value = one
    surrogate = drawn(kind, value, attempt=attempt)
    if kind == "IBAN":
        assert checks.is_iban(surrogate.replace(" ", "").upper())
    else:
        assert CHECKED[kind](re.sub(r"\D", "", surrogate))


@given(st.sampled_from(VALUES), st.binary(min_size=16, max_size=40), st.binary(min_size=16, max_size=40))
def test_the_key_alone_decides_what_is_drawn(one: tuple[PiiEntity, str], key: bytes, other: bytes) -> None:
    kind, value = one
    assert drawn(kind, value, key) == drawn(kind, value, key)
    many = [(kind, value) for kind, value in VALUES if kind not in {"IP"}]
    assert key == other or [drawn(*each, key) for each in many] != [drawn(*each, other) for each in many]


def test_two_forms_of_one_number_become_two_forms_of_one_number() -> None:
    assert drawn("PHONE", "+90 532 123 45 67").replace(" ", "").removeprefix("+90") == drawn("PHONE", "0532-123-45-67").replace("-", "")[1:]


def test_a_mersis_number_holds_the_tax_number_of_its_firm() -> None:
    assert drawn("MERSIS", "0454053692000001")[1:11] == drawn("VKN", "4540536920")


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("14.03.1985", (1985, 3, 14)),
        ("14/3/1985", (1985, 3, 14)),
        ("3 Mayıs 1978", (1978, 5, 3)),
        ("3 MAYIS 1978", (1978, 5, 3)),
        ("3 Agustos 1978", (1978, 8, 3)),
        ("1985-03-14", (1985, 3, 14)),
        ("14.03.85", (1985, 3, 14)),
        ("14.03.05", (2005, 3, 14)),
    ],
)
def test_dates_are_read_in_every_form(value: str, date: tuple[int, int, int]) -> None:
    assert date_in(value) == datetime.date(*date)


@pytest.mark.parametrize("value", ["31.02.1985", "14 Marmara 1985", "yarın"])
def test_what_the_calendar_lacks_is_no_date(value: str) -> None:
    assert date_in(value) is None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("14.03.1985", "05.08.1986"),
        ("14/3/1985", "5/8/1986"),
        ("14 Mart 1985", "5 Ağustos 1986"),
        ("14 MART 1985", "5 AĞUSTOS 1986"),
        ("3 Mayis 1978", "5 Agustos 1986"),
        ("1985-03-14", "1986-08-05"),
        ("14.03.85", "05.08.86"),
    ],
)
def test_a_date_is_written_in_the_form_of_another(value: str, written: str) -> None:
    assert written_like(datetime.date(1986, 8, 5), value) == written


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2029, 12, 31)), st.binary(min_size=16, max_size=32))
def test_a_birth_date_moves_by_a_day_to_a_year(date: datetime.date, key: bytes) -> None:
    moved = date_in(drawn("BIRTH_DATE", f"{date.day:02d}.{date.month:02d}.{date.year}", key))
    assert moved is not None
    assert 1 <= abs((moved - date).days) <= 365


def test_every_part_of_an_address_is_replaced_and_its_form_kept() -> None:
    surrogate = drawn("ADDRESS", "Fevzi Çakmak Mah. Atatürk Cad. Gül Apt. No: 12/5 Kat: 3 34710 Kadıköy/İstanbul")
    assert re.fullmatch(r"\w+ Mah\. \w+ Cad\. \w+ Apt\. No: \d\d/\d Kat: \d \d{5} \w+/\w+", surrogate)
    assert not {"Fevzi", "Çakmak", "Atatürk", "Gül", "34710", "Kadıköy", "İstanbul"} & set(turkish.words(surrogate))


# --- names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["women.txt", "men.txt", "either.txt", "surnames.txt"])
def test_no_coined_name_stands_in_the_lists_that_names_are_found_by(file: str) -> None:
    known = {
        turkish.fold(word)
        for name in ("first_names.txt", "surnames.txt")
        for word in turkish.words((LISTS / name).read_text(encoding="utf-8"))
    }
    text = re.sub(r"(?m)^#.*$", "", (LISTS / "surrogates" / file).read_text(encoding="utf-8"))
    assert [word for word in turkish.words(text) if turkish.fold(word) in known] == []


@pytest.mark.parametrize(
    ("person", "file"),
    [
        (Person(("ayse", "kaya"), "woman"), "women.txt"),
        (Person(("ahmet", "koc"), "man"), "men.txt"),
        (Person(("deniz",), ""), "either.txt"),
    ],
)
def test_a_surrogate_has_the_gender_of_its_person(person: Person, file: str) -> None:
    given = invent_name(person, KEY, ())[person.words[0]]
    assert given in turkish.words((LISTS / "surrogates" / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "gender"), [("ayse", "woman"), ("ahmet", "man"), ("deniz", ""), ("a.", ""), ("xyz", "")])
def test_a_given_name_tells_a_gender_or_does_not(name: str, gender: str) -> None:
    assert gender_of((name,)) == gender


@pytest.mark.parametrize(
    ("written", "like"),
    [
        ("Ayşe Kaya", r"[A-ZÇĞİÖŞÜ]\w+ [A-ZÇĞİÖŞÜ]\w+"),
        ("AYŞE KAYA", r"[A-ZÇĞİÖŞÜ]{2,} [A-ZÇĞİÖŞÜ]{2,}"),
        ("ayşe kaya", r"[a-zçğıöşü]+ [a-zçğıöşü]+"),
        ("Ayşe", r"[A-ZÇĞİÖŞÜ]\w+"),
        ("A. Kaya", r"[A-ZÇĞİÖŞÜ]\. [A-ZÇĞİÖŞÜ]\w+"),
        ("Kaya", r"[A-ZÇĞİÖŞÜ]\w+"),
    ],
)
def test_a_name_is_written_like_the_mention_it_stands_for(written: str, like: str) -> None:
    names = invent_name(Person(("ayse", "kaya"), "woman"), KEY, ())
    assert re.fullmatch(like, written_name(written, names, is_ascii=False))
    assert written_name(written, names, is_ascii=True).isascii()


def test_the_words_of_a_name_become_the_same_words_in_every_mention() -> None:
    names = invent_name(Person(("ayse", "nur", "kaya"), "woman"), KEY, ())
    whole = written_name("Ayşe Nur Kaya", names, is_ascii=False).split()
    assert written_name("Ayşe Kaya", names, is_ascii=False).split() == [whole[0], whole[2]]


def test_as_many_people_as_a_document_may_hold_have_names_of_their_own() -> None:
    count = 400
    used: list[str] = []
    for number in range(count):
        names = invent_name(Person((f"kisi{number}",), ""), KEY, used)
        used.append(" ".join(names.values()))
        assert is_invented_name(used[-1])
    assert len(set(used)) == count


SURROGATES = [
    ("Sayın {Ayşe Kaya}'ya yazıldı, {Ayşe} Hanım'dan cevap geldi.", "PERSON"),
    ("Bana {0532 123 45 67}'den ulaşın.", "PHONE"),
    ("Ücreti {TR33 0006 1005 1978 6457 8413 26}'ya yatırın.", "IBAN"),
    ("{34 ABC 123}'ün sahibi aranıyor.", "PLATE"),
    ("{14 Mart 1985} doğumlu bir kişi", "BIRTH_DATE"),
    ("Adresimiz {Fevzi Çakmak Mah. Atatürk Cad. No: 12 34710 Kadıköy/İstanbul}'dur.", "ADDRESS"),
]


@pytest.mark.parametrize(("marked", "kind"), SURROGATES)
def test_suffixes_fit_the_surrogate(marked: str, kind: str) -> None:
    written = scrub([re.sub(r"[{}]", "", marked)], PiiConfig(policy="surrogate"), key=KEY)
    for one in written.replacements:
        assert one.kind == kind
        host, behind = written.texts[0][one.start : one.end], written.texts[0][one.end :]
        hung = re.match(r"'(\w+)", behind)
        if hung is not None:
            cases: list[turkish.Case] = ["genitive", "dative", "accusative", "locative", "ablative"]
            copula = turkish.suffix(host, "locative")[0] + turkish.suffix(host, "genitive")[-2] + "r"
            assert hung.group(1) in {*(turkish.suffix(host, case) for case in cases), copula}


def test_an_address_made_of_a_name_becomes_one_of_the_invented_name() -> None:
    written = scrub(["Sayın Ayşe Kaya, ayse.kaya@ornek.com"], PiiConfig(policy="surrogate"), key=KEY).texts[0]
    first, last = re.findall(r"Sayın (\w+) (\w+),", written)[0]
    assert written.endswith(f", {turkish.ascii_letters(first)}.{turkish.ascii_letters(last)}@example.com")


def test_a_name_without_a_letter_is_replaced_too() -> None:
    assert written_name("1071", invent_name(Person(("1071",), ""), KEY, ()), is_ascii=False).isalpha()


@pytest.mark.parametrize(
    ("name", "invented"),
    [
        ("Esentay Pelitören", True),
        ("ESENTAY PELİTÖREN", True),
        ("E. Pelitören", True),
        ("Esentay Pelitörenin", True),
        ("Ahmet Pelitören", False),
        ("Esentay Yılmaz", False),
        ("Esentayoğlu", False),
        ("E.", False),
    ],
)
def test_an_invented_name_is_known_again_with_its_suffix(name: str, invented: bool) -> None:
    assert is_invented_name(name) == invented
