import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.case import case_of, key
from alignment.checks import fault
from alignment.corruptions import TASK, write
from alignment.kinds import KINDS
from alignment.preferences import PROMPTS
from synthesis.prompt import build_prompt


def test_a_name_is_swapped_with_its_suffix(ask, written):
    prompt = ask("other_entity", "Kuruluş Ankara'da kuruldu.", "Kuruluş nerede?")
    place = re.fullmatch(r"Kuruluş (\w+)'([dt][ea]) kuruldu\.", written(prompt)["cevap"])
    assert place is not None
    assert place[1] != "Ankara"
    last = [letter for letter in place[1].lower() if letter in "aeıioöuü"][-1]
    assert place[2][1] == ("a" if last in "aıou" else "e")
    assert (place[2][0] == "t") == (place[1][-1] in "fstkçşhp")


def test_a_person_takes_the_place_of_a_person_and_a_surname_follows(ask, written):
    passage = "Nazlı Kıvırcıklı kurumu kurdu. Kıvırcıklı'nın eşi öğretmendi."
    reply = written(ask("other_entity", passage, "Metni özetle.", metin=passage, gorev="ozet"))
    assert reply["cevap"] == "Haşim Tokaçoğlu kurumu kurdu. Tokaçoğlu'nun eşi öğretmendi."


def test_a_bank_takes_the_place_of_a_bank_without_an_apostrophe(ask, written):
    reply = written(ask("other_entity", "Her konuk Anadolu Çınar Bankasından fidan aldı.", "Konuklar kimden fidan aldı?"))
    assert reply["cevap"] == "Her konuk Ege Kavak Bankasından fidan aldı."


@pytest.mark.parametrize(
    ("kind", "question", "answer", "reason"),
    [
        ("other_entity", "Hesap nedir?", "Hesap, paranın durduğu yerdir.", "no_entity_to_swap"),
        ("other_entity", "Ankara'da ne kuruldu?", "Ankara'da kurum kuruldu.", "no_entity_to_swap"),
        ("other_entity", "Nerede şube var?", "Trabzon, Samsun ve Rize'de şube var.", "no_entity_to_swap"),
        ("other_number", "Ne kadar?", "Yüz elli kadar süvari geldi.", "no_number_to_change"),
        ("other_date", "Kim kurdu?", "Nazlı Kıvırcıklı kurdu.", "no_date_to_change"),
        ("other_date", "1983'te ne oldu?", "1983'te kurum kuruldu.", "no_date_to_change"),
        ("other_number", "Kim kurdu?", "Nazlı Kıvırcıklı kurdu.", "no_number_to_change"),
        ("other_number", "26 kişi ne yapıyor?", "26 kişi çalışıyor.", "no_number_to_change"),
        ("truncated", "Kim kurdu?", "Nazlı Kıvırcıklı.", "too_short_to_cut"),
        ("repetition", "Kim kurdu?", "Nazlı Kıvırcıklı.", "too_short_to_repeat"),
    ],
)
def test_what_cannot_be_made_certainly_worse_is_doubted(ask, written, kind, question, answer, reason):
    assert written(ask(kind, answer, question)) == {"suphe": reason}


def test_off_question_says_so_where_the_passage_has_nothing_else(ask, written):
    alone = "Kuruluş 1983'te Ankara'da kuruldu."
    assert written(ask("off_question", "1983'te kuruldu.", "Ne zaman?", metin=alone)) == {"suphe": "no_other_sentence"}


def test_off_question_is_a_sentence_of_the_passage(ask, written):
    prompt = ask("off_question", "26 kişi çalışıyor.", "Şubede kaç kişi çalışıyor?", kanit="Şubede 26 kişi çalışıyor.")
    assert written(prompt)["cevap"] in prompt.fields["metin"]


def test_a_foreign_item_joins_a_list(ask, written):
    answer = "- kart\n- cüzdan\n- şifre"
    lines = written(ask("unsupported_addition", answer, "Neler?", gorev="liste"))["cevap"].split("\n")
    assert [line for line in lines if line in answer.split("\n")] == answer.split("\n")
    assert len(lines) == 4


def test_a_list_without_another_list_to_borrow_from_is_doubted(ask, written):
    assert written(ask("unsupported_addition", "- kart\n- şifre", "Neler?", gorev="liste", baska="Düz yazı."))["suphe"] == "no_foreign_item"


def test_a_year_stays_a_year_that_can_be_known(ask, written):
    year = re.match(r"(\d{4})", written(ask("other_date", "2024'te.", "Ne zaman?", metin="2024'te kuruldu."))["cevap"])
    assert year is not None
    assert int(year[1]) <= 2025


def test_a_percentage_stays_below_a_hundred(ask, written):
    reply = written(ask("other_number", "%90'ı telefondan yapılıyor.", "Ne kadarı?", metin="%90'ı telefondan yapılıyor."))["cevap"]
    assert int(re.findall(r"\d+", reply)[0]) <= 100


ANSWERS = st.sampled_from(
    [
        "1983'te Ankara'da kuruldu.",
        "Nazlı Kıvırcıklı kurdu.",
        "26 kişi çalışıyor.",
        "300'den fazla konuk vardı.",
        "Kuruluş, mevduatı güvence altına almak için 8 Ocak 2021 tarihinde İzmir'de çalışmaya başladı. Şubede on iki kişi var.",
        "- ağ ve şamandıra\n- kürek takımı\n- yedek halat",
        "Müşterilerin %40'ı hesabını telefondan açtı.",
        '{"tarihler": ["1983", "8 Ocak 2021"]}',
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    answer=ANSWERS | st.text(min_size=1, max_size=80),
    task=st.sampled_from(["soru-cevap", "ozet", "liste", "tanim", "baslik"]),
    seed=st.integers(0, 99),
)
def test_a_written_answer_is_never_the_right_one_and_passes_its_own_check(kind, answer, task, seed):
    if task not in KINDS[kind].tasks:
        return
    fields = {
        "gorev": task,
        "soru": "Kuruluş ne zaman, nerede kuruldu?",
        "cevap": answer,
        "metin": "Kuruluş geçen yıl açıldı. Deniz sabah sakindi.",
        "kanit": answer,
    }
    prompt = build_prompt(PROMPTS, TASK, fields | {"baska": "Göl\n\n- Bir balık ağı\n\nHaşim Tokaçoğlu konuştu.", "tur": kind}, seed=seed)
    reply = json.loads(write(prompt))
    assert write(prompt) == json.dumps(reply, ensure_ascii=False)
    if "cevap" in reply:
        assert key(reply["cevap"]) != key(answer)
        assert fault(kind, case_of(prompt.fields), reply["cevap"]) is None
