from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.records import Document
from curation.turkish import sentences
from synthesis.config import SynthesisConfig
from synthesis.passages import opens, passages


def document(text: str, title: str = "") -> Document:
    return Document("doc-1", text, "a.txt", title=title)


SMALL = SynthesisConfig(passage_words=20)
PARAGRAPH = "Köprü uzun yıllar önce taştan yapıldı ve herkes ona alıştı. Sonra yeni bir yol geldi ve kimse oradan geçmedi."


def test_an_empty_document_has_no_passage():
    assert list(passages(document(""), SMALL)) == []


def test_short_paragraphs_are_joined():
    assert [p.text for p in passages(document("Bir iki üç.\n\nDört beş altı."), SMALL)] == ["Bir iki üç.\n\nDört beş altı."]


def test_a_full_passage_is_followed_by_another():
    assert [p.text for p in passages(document(f"{PARAGRAPH}\n\n{PARAGRAPH}"), SMALL)] == [PARAGRAPH, PARAGRAPH]


def test_only_the_first_passage_knows_what_follows_it():
    found = list(passages(document(f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n"), SMALL))
    assert [p.rest for p in found] == [f"\n\n{PARAGRAPH}", ""]


def test_a_long_paragraph_is_cut_between_sentences():
    text = " ".join([PARAGRAPH] * 4)
    ends = {end for _, end in sentences(text)}
    found = list(passages(document(text), SMALL))
    assert len(found) > 1
    assert {p.end for p in found} <= ends


def test_a_heading_belongs_to_no_passage_but_gives_the_title():
    found = list(passages(document("# Köprünün yılı\n\nBir iki üç."), SMALL))
    assert [(p.title, p.text) for p in found] == [("Köprünün yılı", "Bir iki üç.")]


def test_a_title_that_stands_first_in_the_text_belongs_to_no_passage():
    found = list(passages(document("Köprünün yılı\n\nBir iki üç.", title="Köprünün yılı"), SMALL))
    assert [p.text for p in found] == ["Bir iki üç."]


def test_a_short_first_line_with_an_empty_line_below_is_the_title():
    (found,) = passages(document("Van Gölü'nün suyu neden sodalı?\n\nVan Gölü kapalı bir göldür."), SMALL)
    assert (found.title, found.text) == ("Van Gölü'nün suyu neden sodalı?", "Van Gölü kapalı bir göldür.")


@pytest.mark.parametrize("first", ["Van Gölü kapalı bir göldür.", "Gerekenler şunlardır:", "- bir kilo un", "su ve kara"])
def test_a_sentence_an_item_or_a_small_letter_is_no_title(first):
    (found,) = passages(document(f"{first}\n\nİkinci satır burada."), SMALL)
    assert (found.title, found.text.startswith(first)) == ("", True)


def test_a_title_line_belongs_to_no_passage_even_without_an_empty_line():
    found = list(passages(document("Köprünün yılı\nBir iki üç.\nDört beş altı.", title="Köprünün yılı"), SMALL))
    assert [p.text for p in found] == ["Bir iki üç.\nDört beş altı."]


def test_a_heading_goes_with_what_stands_below_it():
    found = list(passages(document(f"{PARAGRAPH}\n\nSonraki yıllar\n\n{PARAGRAPH}"), SMALL))
    assert [p.text for p in found] == [PARAGRAPH, f"Sonraki yıllar\n\n{PARAGRAPH}"]


def test_a_question_stays_with_the_sentence_that_answers_it():
    text = f"{PARAGRAPH} Köprüyü kim yaptı? Köprüyü köylüler yaptı. {PARAGRAPH} {PARAGRAPH}"
    assert not any(p.text.endswith("?") for p in passages(document(text), SMALL))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Göl kapalıdır. Suyu sodalıdır.", True),
        ("baharında 231 santimetreye kadar yükseldi.", False),
        ("Aradan geçen sürede sayfalar doldu. Su, 2011'de yükseldi. 2", False),
        ("Göl kapalıdır. Kaldırımı kim temizler?", False),
    ],
)
def test_a_passage_cut_by_a_page_is_noticed(text, whole):
    assert opens(text) is whole


def test_a_list_stays_with_the_sentence_that_announces_it():
    text = f"{PARAGRAPH} Gerekenler şunlardır:\n\n- bir kilo un ve bir bardak su\n- iki kaşık tuz ile maya"
    assert len(list(passages(document(text), SMALL))) == 1


@given(st.text(alphabet=st.sampled_from("abçğıİ .\n#?-1"), max_size=400))
def test_a_passage_is_a_slice_of_its_document(text):
    found = list(passages(document(text), SMALL))
    assert all(text[p.start : p.end] == p.text and p.text.strip() == p.text for p in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.lists(st.sampled_from(["Bir iki üç.", PARAGRAPH, "Dört beş altı.", "Altı 3.5 yedi!"]), max_size=12))
def test_no_word_of_plain_paragraphs_is_lost(paragraphs):
    text = "\n\n".join(paragraphs)
    assert " ".join(p.text for p in passages(document(text), SMALL)).split() == text.split()
