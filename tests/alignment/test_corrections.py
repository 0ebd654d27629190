from dataclasses import replace

import pytest

from alignment.corrections import as_written, proof
from curation.config import PiiConfig
from curation.records import Document, Evidence, Pair

TEXT = "Gülyazı Kooperatifi 1954 yılında Muğla'da kuruldu. Bugün 320 üyesi var."
DOCUMENT = Document("doc-1", TEXT, "a.md")


def pair(output, task="soru-cevap"):
    return Pair("pair-1", "Kooperatif ne zaman kuruldu?", output, task, (Evidence("doc-1", 0, 50),), "rules")


@pytest.fixture(scope="module")
def prove():
    return proof([DOCUMENT], PiiConfig())


@pytest.mark.parametrize("text", ["1954 yılında kuruldu.", "1954'te Muğla'da kuruldu.", "Gülyazı Kooperatifi 1954 yılında kuruldu."])
def test_a_correction_that_the_evidence_holds_is_used(prove, text):
    assert prove(pair("1954'te kuruldu."), text).text == text


@pytest.mark.parametrize("text", ["1955 yılında kuruldu.", "1954'te Aydın'da kuruldu.", "1954'te 320 üyeyle kuruldu."])
def test_a_correction_beyond_the_evidence_is_not(prove, text):
    assert prove(pair("1954'te kuruldu."), text).reason == "people_ungrounded"


def test_an_answer_in_words_of_its_own_was_never_held_word_by_word(prove):
    text = "Metin, bir köy kooperatifinin doğuşunu anlatıyor."
    assert prove(pair("Bir birliğin ilk yıllarını konu alır.", "ozet"), text).text == text


def test_personal_data_that_people_wrote_are_tagged(prove):
    found = prove(pair("Kuruluşun hikâyesini anlatır.", "ozet"), "Ayrıntı için 0532 123 45 67 aranabilir.")
    assert found.text == "Ayrıntı için <TELEFON_1> aranabilir."


def test_personal_data_refuse_the_pair_where_the_recipe_drops():
    found = proof([DOCUMENT], PiiConfig(policy="drop"))(pair("Kuruluşu anlatır.", "ozet"), "Ayrıntı için 0532 123 45 67 aranabilir.")
    assert (found.text, found.reason) == ("", "people_personal_data")


def test_without_a_document_nothing_can_be_held_against_a_correction():
    assert proof([], PiiConfig())(pair("1954'te kuruldu."), "1955'te kuruldu.").text == "1955'te kuruldu."


def test_unproven_corrections_stay_as_written():
    assert as_written(pair("x"), "metin").text == "metin"


def test_corrected_code_has_to_pass_the_tests_of_its_pair(prove):
    code = "```python\ndef carp(a, b):\n    return a * b\n```"
    tested = replace(pair(code, "kod"), tests="assert carp(2, 3) == 6\nassert carp(4, 5) == 20")
    better = code.replace("return a * b", "# çarpım\n    return b * a")
    assert prove(tested, better).text == better
    assert prove(tested, code.replace("*", "+")).reason == "people_code_fails"
    assert prove(tested, "Kod yok.").reason == "people_code_fails"
