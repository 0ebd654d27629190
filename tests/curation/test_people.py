from __future__ import annotations

import pytest

from curation.pii.people import Mention, mention, places, same_people, words_of


def persons(*names: str) -> list[int]:
    """The number of each name's person, in order of appearance."""
    found = same_people([mention(f"Bugün {name} geldi", 6, 6 + len(name.partition("|")[0])) for name in names])
    order = list(dict.fromkeys(found))
    return [order.index(person) for person in found]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Ahmet Yılmaz", "AHMET YILMAZ", "Ahmet Yilmaz", "ahmet yılmaz"], [0, 0, 0, 0]),
        (["Ahmet Yılmaz", "Ahmet"], [0, 0]),
        (["Ahmet Yılmaz", "Yılmaz"], [0, 0]),
        (["Ahmet Yılmaz", "A. Yılmaz"], [0, 0]),
        (["Ahmet Yılmaz", "Ali Yılmaz", "A. Yılmaz"], [0, 1, 2]),
        (["Ayşe Nur Kaya", "Ayşe Kaya", "Ayşe"], [0, 0, 0]),
        (["Ayşe Nur Kaya", "Ayşe Gül Kaya", "Ayşe Kaya"], [0, 1, 2]),
        (["Ahmet Yılmaz", "Ayşe Yılmaz", "Yılmaz", "Ayşe"], [0, 1, 2, 1]),
        (["Ahmet Yılmaz", "Ahmet Kaya", "Ahmet"], [0, 1, 2]),
        (["Ahmet Yılmaz", "Mehmet Yılmaz"], [0, 1]),
        (["Ahmet", "Ahmet"], [0, 0]),
    ],
)
def test_two_mentions_are_one_person_only_where_nobody_else_fits(names: list[str], expected: list[int]) -> None:
    assert persons(*names) == expected


def test_with_a_form_of_address_behind_it_a_name_is_a_given_name() -> None:
    full, addressed = Mention(("ahmet", "yilmaz")), Mention(("yilmaz",), "man", addressed=True)
    assert len(set(same_people([full, addressed]))) == 2


def test_a_form_of_address_of_the_other_gender_makes_another_person() -> None:
    full, other = Mention(("deniz", "kaya"), "woman"), Mention(("deniz",), "man", addressed=True)
    assert [person.gender for person in same_people([full, other])] == ["woman", "man"]


def test_the_form_of_address_tells_the_gender_of_a_name_that_both_bear() -> None:
    text = "Deniz Hanım aradı."
    (person,) = same_people([mention(text, 0, 5)])
    assert person.gender == "woman"


def test_initials_keep_their_dot() -> None:
    assert words_of("A. Yılmaz") == ("a.", "yilmaz")


def named(text: str, *words: str, lower_case: bool = False) -> list[str]:
    (person,) = same_people([Mention(words)])
    return sorted({text[one.start : one.end] for one in places(text, [person], lower_case)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dün gelen AHMET YILMAZ buydu.", ["AHMET YILMAZ"]),
        ("ahmet yılmaza sor", ["ahmet yılmaz"]),
        ("https://ornek.com/ahmet-yilmaz?id=1", ["ahmet-yilmaz"]),
        ("ahmet_yilmaz_dilekce.pdf", ["ahmet_yilmaz"]),
        ("hesabı ahmetyilmaz olmuş", ["ahmetyilmaz"]),
        ("Bugün Yılmaz'ın evinde", ["Yılmaz"]),
        ("bizim Ahmet geldi", ["Ahmet"]),
        ("Mehmet Yılmaz geldi", []),
        ("Yılmaz Apartmanı", []),
        ("Yılmaz biri çıktı karşımıza.", []),
        ("yılmaz savunucu", []),
        ("ahmete sordum", []),
    ],
)
def test_a_person_is_found_again_by_whole_names_and_certain_words(text: str, expected: list[str]) -> None:
    assert named(text, "ahmet", "yilmaz") == expected


def test_in_a_chat_a_given_name_counts_without_its_capital() -> None:
    assert named("ahmete sordum, yılmazlık etmedi", "ahmet", "yilmaz", lower_case=True) == ["ahmet"]
