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
        ("other_number", "Nerede?", "Üç boyutlu yazıcı odasında.", "no_number_to_change"),
        ("other_number", "26 kişi ne yapıyor?", "26 kişi çalışıyor.", "no_number_to_change"),
        ("truncated", "Kim kurdu?", "Nazlı Kıvırcıklı.", "no_safe_cut"),
        ("wrong_language", "Hesap nedir?", "Hesap, paranın durduğu yerdir.", "no_fact_to_translate"),
        ("wrong_language", "Kaç kişi?", "26 kişi ve 300 konuk.", "no_fact_to_translate"),
        ("wrong_language", "Kaç dal?", "26 dal vardı.", "no_fact_to_translate"),
        ("other_entity", "Nerede?", "Van ile Bitlis arasında.", "no_entity_to_swap"),
        ("other_entity", "Kim?", "Kızı Nazlı Kıvırcıklı.", "no_entity_to_swap"),
        ("repetition", "Kim kurdu?", "Nazlı Kıvırcıklı.", "too_short_to_repeat"),
    ],
)
def test_what_cannot_be_made_certainly_worse_is_doubted(ask, written, kind, question, answer, reason):
    assert written(ask(kind, answer, question)) == {"suphe": reason}


def test_off_question_says_so_where_the_passage_has_nothing_else(ask, written):
    alone = "Kuruluş 1983'te Ankara'da kuruldu."
    assert written(ask("off_question", "1983'te kuruldu.", "Ne zaman?", metin=alone)) == {"suphe": "no_near_sentence"}


def test_off_question_is_a_sentence_of_the_passage(ask, written):
    prompt = ask("off_question", "26 müşteri var.", "Şubede kaç müşteri var?", kanit="Şubede 26 kişi çalışıyor.")
    assert written(prompt)["cevap"] in prompt.fields["metin"]


@pytest.mark.parametrize(
    ("question", "answer", "worse"),
    [
        ("Delta nedir?", "Delta, akarsuyun taşıdığı çamurun birikmesiyle oluşan düz bir ovadır.", "Delta düz bir ovadır."),
        ("Tansiyon nedir?", "Tansiyon, kanın atardamar duvarına yaptığı basınçtır.", "Tansiyon bir basınçtır."),
        ("İpotek nedir?", "İpotek, bankaya evi sattırma hakkı tanıyan güvence sistemidir.", "İpotek bir güvence sistemidir."),
        ("Kaldera nedir?", "Tepenin çökmesiyle oluşan çok geniş çukura kaldera denir.", "Çok geniş çukura kaldera denir."),
        ("Uydu nedir?", "Bir gezegenin çevresinde dolanan cisme uydu denir.", "Bir tür cisme uydu denir."),
    ],
)
def test_a_definition_loses_what_makes_it_one(ask, written, question, answer, worse):
    made = {written(ask("truncated", answer, question, gorev="tanim", metin=f"{answer} {number}")).get("cevap") for number in range(12)}
    assert worse in made


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Pil nedir?", "Pil, enerjiyi iyonlarla depolayan bir pildir."),
        ("Toplama nedir?", "Toplama, ürünün üretici tarafından geri alınmasıdır."),
        ("Taban nedir?", "Taban, ödenmesi gereken en düşük tutardır."),
    ],
)
def test_a_definition_is_never_made_a_tautology(ask, written, question, answer):
    for number in range(12):
        made = written(ask("truncated", answer, question, gorev="tanim", metin=f"{answer} {number}")).get("cevap", "")
        assert not made.endswith(".")


def test_a_list_loses_whole_items(ask, written):
    answer = "- ağ ve şamandıra\n- kürek takımı\n- yedek halat\n- can yeleği"
    made = [written(ask("truncated", answer, "Neler?", gorev="liste", metin=f"{answer} {n}"))["cevap"].split("\n") for n in range(20)]
    whole = [lines for lines in made if set(lines) < set(answer.split("\n"))]
    assert len(whole) >= 15
    assert all(lines[0] == "- ağ ve şamandıra" for lines in whole)


def test_a_summary_without_its_lead_is_one_whole_sentence(ask, written):
    answer = "Kuruluş 1983'te Ankara'da bir grup öğretmen tarafından kuruldu. Şubede bugün yirmi altı kişi çalışıyor. Her yıl konuklara fidan dağıtılıyor."
    made = {written(ask("truncated", answer, "Özetle.", gorev="ozet", kanit=f"{answer} {n}"))["cevap"] for n in range(12)}
    assert made & set(re.split(r"(?<=\.) ", answer)[1:])


def test_a_summary_is_extended_about_its_own_subject_and_by_no_other_document(ask, written):
    answer = "Nazlı Kıvırcıklı 1983'te kurumu kurdu."
    for number in range(20):
        added = written(ask("unsupported_addition", answer, "Özetle.", gorev="ozet", metin=f"{answer} {number}"))["cevap"].removeprefix(
            answer
        )
        assert not {"Tokaçoğlu", "Gevaş", "Kavak"} & set(re.findall(r"\w+", added))


def test_an_added_year_is_later_than_what_is_known_and_no_later_than_2024(ask, written):
    for number in range(60):
        fields = {"kanit": f"{number}", "metin": f"{number}"}
        added = written(ask("unsupported_addition", "2021'de satın aldı.", "Şirket ne zaman 2020 model aracı satın aldı?", **fields))[
            "cevap"
        ]
        assert all(2021 < int(year) <= 2024 for year in re.findall(r"\b(?:19|20)\d\d\b", added.removeprefix("2021'de satın aldı.")))


def test_no_year_is_added_to_what_happened_in_the_last_known_one(ask, written):
    for number in range(40):
        added = written(ask("unsupported_addition", "2024'te açıldı.", "Müze ne zaman açıldı?", kanit=f"{number}", metin="Müze."))["cevap"]
        assert len(re.findall(r"\d{4}", added)) == 1


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("Yazıören İlkokulu hangi yılda açıldı?", "1954 yılında açıldı.", {"It was opened in 1954."}),
        ("Handan Özbakırlı hangi tarihte doğdu?", "6 Eylül 1929 tarihinde doğdu.", {"Handan Özbakırlı was born on 6 September 1929."}),
        (
            "Kurs kaç hafta sürüyor?",
            "Sekiz hafta sürüyor.",
            {"The answer is eight weeks.", "As far as I know, it is eight weeks.", "It is eight weeks."},
        ),
        (
            "Fabrikada kaç işçi var?",
            "1.310 işçi var.",
            {"The answer is 1,310 workers.", "As far as I know, it is 1,310 workers.", "It is 1,310 workers."},
        ),
    ],
)
def test_a_fact_is_carried_whole_into_another_language(ask, written, question, answer, said):
    made = {written(ask("wrong_language", answer, question, metin=f"{answer} {number}"))["cevap"] for number in range(12)}
    assert {one for one in made if "ildə" not in one and "ildən" not in one} <= said
    assert made & said


@pytest.mark.parametrize("task", ["soru-cevap", "ozet"])
def test_nothing_is_said_more_than_twice(ask, written, task):
    answer = "Kuruluş mevduatı güvence altına almak için Ankara'da çalışmaya başladı."
    for number in range(20):
        words = key(written(ask("repetition", answer, "Neden?", gorev=task, metin=f"{answer} {number}"))["cevap"]).split()
        assert max(words.count(word) for word in words) == 2


def test_empty_talk_names_what_was_asked_about(ask, written):
    for question in ("Handan Özbakırlı ne zaman doğdu?", "Kaldera nedir?", "Dernek kaç fidan dikti?"):
        made = written(ask("empty_talk", "Yarım elma.", question))["cevap"]
        assert question.split()[0] in made


def test_an_institution_without_another_one_takes_the_name_of_a_town(ask, written):
    made = written(ask("other_entity", "Yazıören Ortaokulu kazandı.", "Kim kazandı?", baska=""))["cevap"]
    assert re.fullmatch(r"\w+ Ortaokulu kazandı\.", made)


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


def test_a_number_in_words_keeps_its_capital(ask, written):
    made = written(ask("other_number", "Dört gün sürdü.", "Ne kadar?", metin="Dört gün sürdü."))["cevap"]
    assert re.fullmatch(r"(?:İki|Üç|Beş|Altı|Yedi|Sekiz) gün sürdü\.", made)


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


@settings(deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    answer=ANSWERS | st.text(min_size=1, max_size=80),
    task=st.sampled_from(
        [
            "soru-cevap",
            "ozet",
            "liste",
            "tanim",
            "baslik",
            "aciklama",
            "yeniden-yazma",
            "siralama",
            "anahtar-sozcuk",
            "dogru-yanlis",
            "bosluk",
        ]
    ),
    seed=st.integers(0, 99),
)
def test_a_written_answer_is_never_the_right_one_and_passes_its_own_check(kind, answer, task, seed):
    if task not in KINDS[kind].tasks:
        return
    fields = {
        "gorev": task,
        "onceki": "",
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
