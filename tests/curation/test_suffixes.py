from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import turkish
from curation.pii.suffixes import attached, ending_after, is_suffix, said, sound

MOVED = [
    ("Ahmet", "'in", "Ayla", "'nın"),
    ("Ayşe", "'ye", "Osman", "'a"),
    ("Ayşe", "'yi", "Uğur", "'u"),
    ("Osman", "'da", "Yakup", "'ta"),
    ("Osman", "'dan", "Mehmet", "'ten"),
    ("Ayşe", "'yle", "Orhan", "'la"),
    ("Ayşe", "'ydi", "Mahmut", "'tu"),
    ("Ayşe", "'ymiş", "Onur", "'muş"),
    ("Ayşe", "'yse", "Onur", "'sa"),
    ("Ayşe", "'dir", "Mahmut", "'tur"),
    ("Ahmet", "'inki", "Ayla", "'nınki"),
    ("Ahmet", "'inkini", "Gül", "'ünkini"),
    ("Ahmet", "'teki", "Onur", "'daki"),
    ("Ahmet", "'ler", "Onur", "'lar"),
    ("Ahmet", "'lere", "Onur", "'lara"),
    ("Ahmet", "'çiğim", "Onur", "'cuğum"),
    ("Ahmet", "'siz", "Onur", "'suz"),
    ("Ayşe", "'yken", "Onur", "'ken"),
    ("Sokağı", "'nda", "Ayşe", "'de"),
    ("Caddesi", "'nden", "Onur", "'dan"),
    ("Ahmet", "ten", "Ayla", "dan"),
    ("Ayşe", " de", "Onur", " da"),
    ("Ayşe", " mi", "Onur", " mu"),
    ("Ayşe", " miydi", "Onur", " muydu"),
    ("Ayşe", "'nin de", "Onur", "'un da"),
    ("AYŞE", "'NİN", "ONUR", "'UN"),
    ("AYŞE", "'YE", "ONUR", "'A"),
    ("1453", "'te", "1996", "'da"),
    ("40", "'tan", "50", "'den"),
]


@pytest.mark.parametrize(("old", "ending", "new", "moved"), MOVED)
def test_a_suffix_takes_the_sound_of_its_new_host(old: str, ending: str, new: str, moved: str) -> None:
    found = ending_after(f"{old}{ending} geldi", len(old), old)
    assert found is not None
    assert (found.end, attached(found, new)) == (len(old + ending), moved)


@pytest.mark.parametrize("ending", ["'", "'xyz", "", ".", " geldi", " Demir", " demişti", "'Kaya"])
def test_what_is_no_suffix_is_none(ending: str) -> None:
    assert ending_after(f"Ahmet{ending}", 5, "Ahmet") is None


def test_a_writer_without_turkish_letters_keeps_them_out() -> None:
    found = ending_after("Yılmaz'in evi", 6, "Yılmaz")
    assert found is not None
    assert attached(found, "Onur") == "'un"
    assert attached(found, "Çağlar") == "'in"


@given(
    st.sampled_from(["Ali", "Ayşe", "Onur", "Gül", "Yakup", "Barış", "Mahmut", "1453", "TR 40"]),
    st.sampled_from(["genitive", "dative", "accusative", "locative", "ablative"]),
)
def test_a_suffix_said_again_behind_its_own_host_is_itself(host: str, case: turkish.Case) -> None:
    text = turkish.with_suffix(host, case)
    found = ending_after(text, len(host), host)
    assert found is not None
    assert host + attached(found, host) == text


@given(st.sampled_from(["(n)InkinI", "lArDAn", "(y)mIş", "CIğIm", "DIr"]), st.sampled_from(["Ali", "Onur", "Gül", "Yakup"]))
def test_whatever_is_said_is_known_as_a_suffix(pattern: str, host: str) -> None:
    assert is_suffix(said(pattern, sound(host)))
