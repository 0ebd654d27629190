import html
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.argilla_desk.payload import QUEUE_KEY, as_html, fields_of, line_of, record_of
from alignment.argilla_desk.similarity import DIMENSIONS, vector
from alignment.desk import Item

PAIR = Item(
    "pair-1", "pairs", "soru-cevap", "Kooperatif ne zaman kuruldu?", "", ("1954'te kuruldu.",), "1954'te kurulmuştur.", 0.5, "rules"
)
CHOICE = Item("pref-1", "preferences", "ozet", "Metni özetle.", "Uzun metin.", ("Kısa.", "Uzun."), "", 1.0, "qwen / rules")
QUESTIONS = {"karar": "q1", "duzeltilmis": "q2"}


def submitted(item, **answers):
    record = {"external_id": item.id, "fields": fields_of(item)}
    response = {"values": {name: {"value": value} for name, value in answers.items()}, "updated_at": "2025-03-14T09:26:53"}
    return line_of(record, response, what=item.what, reviewer="ayşe", guideline="abcd1234", final=False)


def test_a_record_is_found_again_by_our_id_and_shows_what_people_need():
    record = record_of(PAIR, QUESTIONS, blind=True)
    assert record["external_id"] == "pair-1"
    assert list(record["fields"]) == ["gorev", "cevap", "dayanak"]
    assert list(record_of(CHOICE, QUESTIONS, blind=True)["fields"]) == ["gorev", "metin", "cevaplar"]


def test_the_conversation_so_far_stands_above_the_question_and_a_correction_is_of_the_last_answer():
    talk = replace(PAIR, before="Kullanıcı: Ne <b>kuruldu</b>?\n\nAsistan: Bir kooperatif.")
    assert list(fields_of(talk)) == ["konusma", "gorev", "cevap", "dayanak"]
    assert html.unescape(fields_of(talk)["konusma"]) == talk.before
    line = submitted(talk, karar="duzelt", duzeltilmis="1954 yılında kuruldu.")
    assert (line["verdict"], line["output"]) == ("duzelt", "1954 yılında kuruldu.")


def test_the_corrected_answer_is_prefilled_and_names_nobody():
    assert record_of(PAIR, QUESTIONS, blind=True)["suggestions"] == [{"question_id": "q2", "value": "1954'te kuruldu."}]
    assert "suggestions" not in record_of(CHOICE, QUESTIONS, blind=True)


def test_a_blind_record_does_not_say_who_wrote_it():
    assert "qwen" not in str(record_of(CHOICE, QUESTIONS, blind=True))
    assert record_of(CHOICE, QUESTIONS, blind=False)["metadata"]["yazan"] == "qwen / rules"


def test_the_queue_knows_how_sure_the_judge_was():
    assert record_of(PAIR, QUESTIONS, blind=True)["metadata"][QUEUE_KEY] == 0.5
    assert QUEUE_KEY not in record_of(replace(PAIR, priority=None), QUESTIONS, blind=True)["metadata"]


@pytest.mark.parametrize(
    ("answers", "verdict", "output"),
    [
        ({"karar": "kabul", "duzeltilmis": "1954'te kuruldu."}, "kabul", ""),
        ({"karar": "kabul", "duzeltilmis": "1954 yılında kuruldu."}, "duzelt", "1954 yılında kuruldu."),
        ({"karar": "duzelt", "duzeltilmis": " 1954 yılında kuruldu. "}, "duzelt", "1954 yılında kuruldu."),
        ({"karar": "duzelt", "duzeltilmis": "1954'te kuruldu."}, "duzelt", ""),
        ({"karar": "duzelt"}, "duzelt", ""),
        ({"karar": "ret", "duzeltilmis": "Bambaşka."}, "ret", ""),
    ],
)
def test_what_a_reviewer_did_to_the_answer_becomes_the_verdict(answers, verdict, output):
    line = submitted(PAIR, **answers)
    assert (line["verdict"], line["output"]) == (verdict, output)


def test_a_verdict_says_who_when_and_under_which_guidelines():
    line = submitted(PAIR, karar="kabul", **{"not": "iyi"})
    assert (line["reviewer"], line["reviewed_at"], line["guideline"], line["note"]) == ("ayşe", "2025-03-14T09:26:53", "abcd1234", "iyi")


def test_reasons_and_marked_places_come_along():
    assert submitted(CHOICE, karar="a", neden=["dil", "dayanak"])["reasons"] == ["dayanak", "dil"]
    spans = [{"start": 0, "end": 4, "label": "yanlis", "id": "x"}]
    assert submitted(PAIR, karar="ret", hatali_yer=spans)["spans"] == [{"start": 0, "end": 4, "label": "yanlis"}]


def test_similar_texts_lie_near_each_other_whatever_their_suffixes():
    near = np.dot(vector("Kooperatif Ankara'da kuruldu."), vector("KOOPERATİFİN Ankara'daki kuruluşu"))
    far = np.dot(vector("Kooperatif Ankara'da kuruldu."), vector("Göle balık bırakıldı."))
    assert near > 0.5 > 0.25 > far


def test_a_vector_has_length_one_and_nothing_has_none():
    assert np.linalg.norm(vector("Işık")) == pytest.approx(1, abs=1e-3)
    assert vector("...") == [0.0] * DIMENSIONS


@given(st.text())
def test_what_people_see_is_the_text_and_nothing_of_it_is_markup(text):
    sent = as_html(text)
    assert html.unescape(sent) == text
    assert not set("<>$") & set(sent)


def test_a_text_that_looks_like_an_entity_stays_what_it_was():
    assert as_html("&lt; 5$ <b>") == "&amp;lt; 5&#36; &lt;b&gt;"
    assert submitted(replace(PAIR, answers=("a < b & c",)), karar="kabul", duzeltilmis="a < b & c")["verdict"] == "kabul"
