"""What is found in windows is what is found in whole texts."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curation.pii.findings import matching_key
from curation.pii.identifiers import find_identifiers, rules_of
from curation.pii.recognisers import analyzer, find, find_many
from curation.pii.sieve import KELVIN, any_case, holding, plain_letters
from curation.pii.triggers import windows

PLANTED = (
    "10000000146",
    "100 000 001 46",
    "TC kimlik no: 12345678901",
    "KİMLİK NUMARASI 12345678901",
    "vergi no 4540536920",
    "MERSİS 0454-0536-9200-0001",
    "SGK işyeri sicil no 5 2064 08 08 6666666 014 65-74 000",
    "SSK sicil no 3401198012345",
    "Pasaport no: U 12345678",
    "pasaport numarası C01X0006H",
    "Kimlik seri no A12B34567",
    "nüfus cüzdanı A01 123456",
    "Ehliyet no: 123456",
    "TR33 0006 1005 1978 6457 8413 26",
    "DE89 3704 0044 0532 0130 00",
    "4111 1111 1111 1111",
    "9792-0000-0000-0003",
    "0532 123 45 67",
    "+90 (532) 123-45-67",
    "0532/123 45 67",
    "+49 30 901820",
    "telefonumuz 444 0 123",
    "ayşe.öz@örnek.com.tr",
    "firma@hs01.kep.tr",
    "https://ornek.com/?eposta=ayse%40ornek.com",
    "https://okur:gizli@ornek.com/yol",
    "185.16.4.7",
    "sunucu 2001:db8::8a2e:370:7334",
    "34 ABC 123",
    "plakası 06 b 1234",
    "14.03.1985 doğumlu",
    "Doğum tarihi: 14 Mart 1985",
    "Yeni Mah. Çınar Sok. No: 5/3 Kat: 2 Merkez/Bolu",
    "Sayın Ayşe Yılmaz'ın",
    "Ad Soyad: ayşe kaya",
    "Deniz Hanım",
)
FILLER = (
    " köy yolu ",
    "\n",
    "İ",
    "I\u0307",
    "\u0307",
    "𝐀",
    "😀",
    "Sokak",
    "no",
    "12",
    ".",
    ",",
    ":",
    "/",
    "@",
    "=",
    "-",
    "(",
    " ",
    "\u00a0",
    "\t",
    "x" * 70,
    " a" * 60,
    "1 2 3 ",
    "Ж",
    KELVIN,
    "’",
)
PIECES = st.lists(st.sampled_from(PLANTED + FILLER), max_size=12).map("".join)


@given(st.lists(PIECES, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
@example(["sokak" + " a" * 500 + "Çınar Sok. No: 5", "3", "34 ABC 123"])
def test_many_texts_give_what_each_gives_alone(texts: list[str]) -> None:
    assert find_many(texts) == [find(text) for text in texts]


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("distance", [0, 1, 39, 40, 41, 99, 100, 101, 160, 800])
def test_a_value_is_found_wherever_a_window_may_end(planted: str, distance: int) -> None:
    filler = ("söz " * 250)[:distance]
    text = f"{filler} {planted} {filler}{planted}"
    assert find_many([text]) == [find(text)]


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_is_read_without_a_crash_and_within_its_bounds(text: str) -> None:
    findings = find_many([text])[0]
    assert findings == find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in findings)
    assert all(left.end <= right.start for left, right in pairwise(findings))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.text(alphabet="İIiı\u0307\u0308aÂâ𝐀😀ﬃßΣς", max_size=20))
def test_a_matching_key_has_a_character_for_each_of_the_text(text: str) -> None:
    assert len(matching_key(text)) == len(text)


def test_half_a_surrogate_pair_is_no_reason_to_miss_anything() -> None:
    text = "\ud83d tel 0532 123 45 67"
    assert [one.kind for one in find_many([text])[0]] == ["PHONE"]


def test_the_same_texts_in_other_batches_give_the_same() -> None:
    rnd = random.Random(5)
    texts = [" ".join(rnd.choices([*PLANTED, "köy", "yol", "Sokak", "12"], k=rnd.randint(0, 9))) for _ in range(120)]
    assert find_many(texts) == [findings for first in range(0, 120, 7) for findings in find_many(texts[first : first + 7])]


def test_a_text_without_a_trigger_has_no_window() -> None:
    assert not any(windows(["Köprü geçen hafta onarıldı, 3 kişi sevindi."]).values())
    assert find_many([]) == []


def test_without_names_the_engine_and_the_windows_agree() -> None:
    engine = analyzer(names=False)
    for text in PLANTED:
        found = {(one.entity_type, one.start, one.end) for one in engine.analyze(text, "tr")}
        assert {(one.kind, one.start, one.end) for one in find_many([text], names=False)[0]} <= found


@pytest.mark.parametrize("rule", rules_of(None), ids=lambda rule: rule.name)
def test_no_rule_matches_more_than_it_says(rule: object) -> None:
    widest = re._parser.parse(rule.pattern.pattern).getwidth()[1]  # type: ignore[attr-defined]
    assert widest <= rule.reach  # type: ignore[attr-defined]


def test_only_cp1254_and_the_kelvin_sign_become_letters_of_a_key() -> None:
    outside = [chr(code) for code in range(0x80, 0x11000) if chr(code).encode("cp1254", "ignore") == b""]
    assert [letter for letter in outside if matching_key(letter).isascii()] == [KELVIN]
    assert plain_letters()["İ".encode("cp1254")[0]] == ord("i")


def test_a_pattern_of_keys_finds_every_way_of_writing() -> None:
    assert holding(["SOKAĞI", "sokagı", "sökağî", "sok", "Sokaği"], any_case("sokagi")) == [0, 1, 2, 4]
    assert holding(["ayşe", "Ayşe"], any_case("a", small=True) + any_case("yse")) == [0]


def test_rules_have_names_of_their_own() -> None:
    names = [rule.name for rule in rules_of(None)]
    assert len(names) == len(set(names))
    assert {one.rule for one in find_identifiers("TC kimlik no: 10000000146")} <= set(names)
