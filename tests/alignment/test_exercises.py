"""Worse answers of the tasks whose right answer is known to the letter: what proves them, and what the rules write."""

from __future__ import annotations

import json
import re

import pytest

from alignment.case import Case, case_of
from alignment.checks import fault
from alignment.config import PreferenceConfig
from alignment.corruptions import write
from alignment.kinds import KINDS
from alignment.preferences import accept, requests
from alignment.spans import districts, numbers, provinces
from curation.records import Evidence, Message, Pair
from synthesis.tasks import TASKS

TEXT = "Kuruluş 1983'te Ankara'da açıldı. Şubede 26 kişi çalışıyor. İlk tören 8 Ocak 2021 tarihinde yapıldı."
OTHER = "Göl kıyısında\n\nBalıkçı Haşim Tokaçoğlu her sabah Gevaş ilçesinde göle açılır. Ege Kavak Bankası kıyıda bir şube açtı."
CHOICES = "Metne en uygun etiketi seç: haber, görüş yazısı ve duyuru."
TRUE = f"Doğru mu, yanlış mı? Metne bakarak karar ver.\n\n{TEXT[34:61]}"
RIGHT = "Yanlış. Metinde “40” değil, “26” yazıyor."
ORDER = "1. Kuruluş 1983'te açıldı.\n2. Şube 1999'da taşındı.\n3. Tören 2021'de yapıldı."
STEPS = "1. Her gün 12 dosya gelir.\n2. 12 × 5 = 60\nSonuç: Haftada 60 dosya gelir."
KEYS = "kuruluş, tören, Ankara"
GIVEN, MENDED = "kuruluş ankarada açıldı", "Kuruluş Ankara'da açıldı."
PLAIN, SPELT = "Kurulus dagin basinda acildi.", "Kuruluş dağın başında açıldı."
ABSENT = "Metinde bu konuda bilgi yok."

# task, kind, question, text, right answer, worse answer, reason or None
GOLDEN = [
    ("cevapsiz", "made_up_answer", "Uludağ'da kayak ne zaman başladı?", TEXT, ABSENT, "1961 yılında.", None),
    ("cevapsiz", "made_up_answer", "Uludağ'ı kim boyadı?", TEXT, ABSENT, "Haşim Tokaçoğlu boyadı.", None),
    ("metinde-yok", "made_up_answer", "Kuruluşun mimarı kimdir?", TEXT, ABSENT, "Mimar Oya Karlıdağ.", None),
    ("metinde-yok", "made_up_answer", "Kuruluş neden açıldı?", TEXT, ABSENT, "Üreticileri desteklemek amacıyla.", None),
    ("metinde-yok", "made_up_answer", "Kuruluşun mimarı kimdir?", TEXT, ABSENT, "Mimarın kim olduğu belirtilmemiş.", "not_worse"),
    ("metinde-yok", "made_up_answer", "Kuruluşun mimarı kimdir?", TEXT, ABSENT, "Bunu bilmiyorum.", "not_worse"),
    ("metinde-yok", "made_up_answer", "Kuruluşun mimarı kimdir?", TEXT, ABSENT, "Kuruluşun mimarı.", "not_worse"),
    ("metinde-yok", "made_up_answer", "Kuruluşun mimarı kimdir?", TEXT, ABSENT, "Şubede 26 kişi çalışıyor.", "still_true"),
    ("metinde-yok", "made_up_answer", "Kuruluş nasıl büyüdü?", TEXT, ABSENT, "Şubede tören yapıldı.", "still_true"),
    ("dogru-yanlis", "wrong_verdict", TRUE, TEXT, "Doğru.", "Yanlış. Metinde “26” değil, “31” yazıyor.", None),
    ("dogru-yanlis", "wrong_verdict", TRUE, TEXT, RIGHT, "Doğru.", None),
    ("dogru-yanlis", "wrong_verdict", TRUE, TEXT, "Doğru.", "Bu ifade metinle uyuşuyor.", "not_worse"),
    ("dogru-yanlis", "wrong_verdict", TRUE, TEXT, RIGHT, "Yanlış. Metinde “40” değil, “27” yazıyor.", "not_worse"),
    ("dogru-yanlis", "truncated", TRUE, TEXT, RIGHT, "Yanlış.", None),
    ("dogru-yanlis", "truncated", TRUE, TEXT, RIGHT, "Doğru.", "not_worse"),
    ("dogru-yanlis", "other_number", TRUE, TEXT, RIGHT, "Yanlış. Metinde “40” değil, “33” yazıyor.", None),
    (
        "dogru-yanlis",
        "other_date",
        TRUE,
        TEXT,
        "Yanlış. Metinde “1971” değil, “1983” yazıyor.",
        "Yanlış. Metinde “1971” değil, “1990” yazıyor.",
        None,
    ),
    (
        "siralama",
        "wrong_order",
        "Sırala.",
        ORDER,
        ORDER,
        "1. Şube 1999'da taşındı.\n2. Kuruluş 1983'te açıldı.\n3. Tören 2021'de yapıldı.",
        None,
    ),
    ("siralama", "wrong_order", "Sırala.", ORDER, ORDER, "1. Kuruluş 1983'te açıldı.\n2. Tören 2021'de yapıldı.", "not_worse"),
    ("siralama", "wrong_order", "Sırala.", ORDER, ORDER, ORDER.replace("1. ", "1) "), "same_as_chosen"),
    ("siralama", "wrong_order", "Sırala.", ORDER, ORDER, ORDER.replace("1. ", "4. "), "not_worse"),
    ("siralama", "truncated", "Sırala.", ORDER, ORDER, "1. Kuruluş 1983'te açıldı.\n2. Tören 2021'de yapıldı.", None),
    ("siralama", "truncated", "Sırala.", ORDER, ORDER, "1. Tören 2021'de yapıldı.\n2. Kuruluş 1983'te açıldı.", "not_worse"),
    ("adim-adim", "truncated", "Haftada kaç dosya gelir?", TEXT, STEPS, "1. Her gün 12 dosya gelir.", None),
    ("adim-adim", "truncated", "Haftada kaç dosya gelir?", TEXT, STEPS, STEPS.rpartition("\n")[0], "not_worse"),
    ("adim-adim", "other_number", "Haftada kaç dosya gelir?", TEXT, STEPS, STEPS.replace("60", "72"), None),
    ("adim-adim", "other_number", "Haftada kaç dosya gelir?", TEXT, STEPS, STEPS.replace("2. 12", "3. 12"), "not_worse"),
    ("yazim", "left_undone", "Düzelt.", GIVEN, MENDED, "Kuruluş ankarada açıldı.", None),
    ("yazim", "left_undone", "Düzelt.", GIVEN, MENDED, GIVEN, None),
    ("yazim", "left_undone", "Doğru yaz.", PLAIN, SPELT, "Kuruluş dagin başında açıldı.", None),
    ("yazim", "left_undone", "Doğru yaz.", PLAIN, SPELT, "Kuruluş dağın başinda açıldı.", "not_worse"),
    ("yazim", "left_undone", "Doğru yaz.", PLAIN, SPELT, "Kuruluş dağın açıldı.", "not_worse"),
    ("yazim", "left_undone", "Doğru yaz.", PLAIN, SPELT, SPELT, "same_as_chosen"),
    ("yeniden-yazma", "left_undone", "Sade yaz.", TEXT, "Kuruluş Ankara'da, 1983'te açıldı.", TEXT, None),
    ("yeniden-yazma", "left_undone", "Sade yaz.", TEXT, "Kuruluş Ankara'da, 1983'te açıldı.", TEXT[:61], "not_worse"),
    ("siniflandirma", "unknown_label", CHOICES, TEXT, "haber", "söyleşi", None),
    ("siniflandirma", "unknown_label", CHOICES, TEXT, "haber", "tanıtım yazısı", None),
    ("siniflandirma", "unknown_label", CHOICES, TEXT, "haber", "duyuru", "still_true"),
    ("siniflandirma", "unknown_label", CHOICES, TEXT, "haber", "Görüş yazısı.", "still_true"),
    ("siniflandirma", "unknown_label", CHOICES, TEXT, "haber", "Bu metin bir söyleşiye benziyor.", "not_worse"),
    ("siniflandirma", "unknown_label", "Bu metnin türü nedir?", TEXT, "haber", "söyleşi", "not_worse"),
    ("anahtar-sozcuk", "unsupported_addition", "Seç.", TEXT, KEYS, "kuruluş, Haşim Tokaçoğlu, tören, Ankara", None),
    ("anahtar-sozcuk", "unsupported_addition", "Seç.", TEXT, KEYS, "kuruluş, şube, tören, Ankara", "still_true"),
    ("anahtar-sozcuk", "unsupported_addition", "Seç.", TEXT, KEYS, "kuruluş, tören, Gevaş", "not_worse"),
    ("anahtar-sozcuk", "repetition", "Seç.", TEXT, KEYS, "kuruluş, kuruluş, Ankara", None),
    ("anahtar-sozcuk", "repetition", "Seç.", TEXT, KEYS, "kuruluş, şube, Ankara", "not_worse"),
    (
        "cok-turlu",
        "truncated",
        "Peki neden?",
        TEXT,
        "Mevduatı güvence altına almak ve bankaları denetlemek için kuruldu.",
        "Mevduatı güvence altına",
        None,
    ),
    (
        "cok-turlu",
        "truncated",
        "Peki ne yaptı?",
        TEXT,
        "Yıllarca bankalara destek verdi ve fidan da dağıttı.",
        "Yıllarca bankalara destek verdi ve",
        "still_true",
    ),
    ("cok-turlu", "wrong_register", "Peki nerede?", TEXT, "Ankara'da açıldı.", "Kanka, Ankara'da açıldı.", None),
]


@pytest.mark.parametrize(("task", "kind", "question", "text", "chosen", "worse", "reason"), GOLDEN)
def test_a_worse_answer_stands_only_where_it_is_certainly_worse(task, kind, question, text, chosen, worse, reason):
    assert task in KINDS[kind].tasks
    found = fault(kind, Case(task, question, text, chosen, text, OTHER), worse)
    assert (found.reason if found else None) == reason


def asked(ask, task, kind, question, text, answer):
    prompt = ask(kind, answer, question, gorev=task, metin=text, kanit=text, baska=OTHER)
    reply = json.loads(write(prompt))
    if "cevap" in reply:
        assert fault(kind, case_of(prompt.fields), reply["cevap"]) is None
    return reply


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ("Göbeklitepe'de kazılar ne zaman başladı?", r"(19|20)\d\d yılında\.$"),
        ("Ağrı Dağı'nın yüksekliği kaç metredir?", r"\d{3} metre\.$"),
        ("Kolomb yola kaç gemiyle çıktı?", r"\d+ gemiyle\.$"),
        ("Nasrettin Hoca nerede doğdu?", r"\w+'[dt][ea]\.$"),
        ("Süleymaniye Camisi'nin mimarı kimdir?", r"Haşim Tokaçoğlu\.$"),
        ("Nemrut'taki heykeller kim tarafından yaptırıldı?", r"Haşim Tokaçoğlu tarafından\.$"),
    ],
)
def test_an_answer_is_invented_of_the_sort_that_is_asked_for(ask, question, shape):
    reply = asked(ask, "cevapsiz", "made_up_answer", question, TEXT, ABSENT)
    assert re.search(shape, reply["cevap"])


@pytest.mark.parametrize(
    "question", ["Peribacaları nasıl oluştu?", "Avustralya'nın başkenti hangi şehirdir?", "Kim kime yazdı?", "Kaçıncı oldu?"]
)
def test_nothing_is_invented_where_no_value_surely_fits(ask, question):
    assert asked(ask, "cevapsiz", "made_up_answer", question, TEXT, ABSENT) == {"suphe": "no_value_to_invent"}


def test_nothing_is_invented_of_a_text_that_has_every_value(ask):
    every = " ".join(provinces())
    assert asked(ask, "cevapsiz", "made_up_answer", "Nasrettin Hoca nerede doğdu?", every, ABSENT) == {"suphe": "no_value_to_invent"}


def test_where_a_district_is_asked_for_a_district_is_invented(ask):
    reply = asked(ask, "cevapsiz", "made_up_answer", "Sümela Manastırı hangi ilçededir?", TEXT, ABSENT)["cevap"]
    assert any(f"{place}'" in reply for place in districts())


def test_a_verdict_is_turned_round_both_ways(ask):
    assert asked(ask, "dogru-yanlis", "wrong_verdict", TRUE, TEXT, RIGHT)["cevap"] == "Doğru."
    denied = asked(ask, "dogru-yanlis", "wrong_verdict", TRUE, TEXT, "Doğru.")["cevap"]
    said = re.fullmatch(r"Yanlış\. Metinde “26” değil, “(\d+)” yazıyor\.", denied)
    assert said is not None
    assert re.search(rf"\b{said[1]}\b", TEXT) is None
    nothing = "Doğru mu?\n\nDeniz bugün sakin."
    assert asked(ask, "dogru-yanlis", "wrong_verdict", nothing, TEXT, "Doğru.") == {"suphe": "nothing_to_deny"}


def test_lines_are_exchanged_or_left_out_and_numbered_anew(ask):
    mixed = asked(ask, "siralama", "wrong_order", "Sırala.", ORDER, ORDER)["cevap"]
    assert [line[:3] for line in mixed.split("\n")] == ["1. ", "2. ", "3. "]
    short = asked(ask, "siralama", "truncated", "Sırala.", ORDER, ORDER)["cevap"]
    assert [line[:3] for line in short.split("\n")] == ["1. ", "2. "]


def test_steps_end_before_their_result(ask):
    assert asked(ask, "adim-adim", "truncated", "Haftada kaç dosya gelir?", TEXT, STEPS)["cevap"] == "1. Her gün 12 dosya gelir."


@pytest.mark.parametrize(("given", "right"), [(GIVEN, MENDED), (PLAIN, SPELT)])
def test_a_word_or_two_is_left_as_it_was_and_one_at_least_is_mended(ask, given, right):
    words = asked(ask, "yazim", "left_undone", "Düzelt.", given, right)["cevap"].split()
    changed = [place for place, (one, other) in enumerate(zip(given.split(), right.split(), strict=True)) if one != other]
    left = [place for place in changed if words[place] == given.split()[place]]
    assert 1 <= len(left) <= 2
    assert len(left) < len(changed)


def test_one_fault_alone_is_not_left(ask):
    assert asked(ask, "yazim", "left_undone", "Düzelt.", "Deniz mavidir", "Deniz mavidir.") == {"suphe": "one_fault"}


def test_a_label_is_named_that_was_not_offered(ask):
    assert asked(ask, "siniflandirma", "unknown_label", CHOICES, TEXT, "haber")["cevap"] not in CHOICES


def test_key_words_take_in_a_name_of_another_text_or_one_twice(ask):
    added = asked(ask, "anahtar-sozcuk", "unsupported_addition", "Seç.", TEXT, KEYS)["cevap"].split(", ")
    assert len(added) == 4
    assert added[0] == "kuruluş"
    again = asked(ask, "anahtar-sozcuk", "repetition", "Seç.", TEXT, KEYS)["cevap"].split(", ")
    assert len(set(again)) < len(again)


def test_the_number_of_a_line_is_no_amount():
    assert [span.value for span in numbers("1. Toplam 12 dosya\n2) Kalan 5 dosya\n26 kişi")] == ["12", "5", "26"]


def test_every_task_has_a_kind_and_none_that_it_has_no_place_for():
    fitting = {task: {kind for kind, one in KINDS.items() if task in one.tasks} for task in TASKS}
    assert [task for task, kinds in fitting.items() if not kinds] == []
    assert fitting["cevapsiz"] == fitting["metinde-yok"] == {"made_up_answer"}
    assert fitting["siniflandirma"] == {"unknown_label"}
    assert fitting["yazim"] == {"left_undone"}
    assert fitting["siralama"] == {"wrong_order", "truncated"}
    assert fitting["kod"] == {"wrong_result"}


def test_a_prompt_shows_what_was_said_before_the_question(documents):
    start = documents[0].text.index("1983'te")
    turns = (Message("user", "Kuruluş ne zaman kuruldu?"), Message("assistant", "1983'te kuruldu."))
    pair = Pair("pair-1", "Peki nerede?", "Ankara'da kuruldu.", "cok-turlu", (Evidence("doc-bank", start, start + 30),), "m", turns=turns)
    config = PreferenceConfig(kinds={"other_entity": 1.0})
    ((_, prompt),) = requests([pair], documents, config, 1)
    shown = "Önceki konuşma:\n\nKullanıcı: Kuruluş ne zaman kuruldu?\n\nAsistan: 1983'te kuruldu.\n\nSon soru:\nPeki nerede?"
    assert shown in prompt.messages[-1].content
    refused = []
    made = accept(prompt, pair, '{"cevap": "İzmir\'de kuruldu.", "tur": "other_entity"}', "m", config, refused.append)
    assert refused == []
    assert made is not None
    assert (made.rejected, made.turns) == ("İzmir'de kuruldu.", turns)


def test_rudeness_that_was_there_before_is_no_new_fault(ask):
    prompt = ask("wrong_register", "Ankara'da açıldı.", "Peki nerede?", gorev="cok-turlu", onceki="Kanka, ne zaman açıldı?")
    found = fault("wrong_register", case_of(prompt.fields), "Kanka, Ankara'da açıldı.")
    assert found is not None
    assert found.reason == "not_worse"
