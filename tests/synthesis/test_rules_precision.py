"""Faults that an independent reading found in pairs from real text, each in sentences of our own."""

import json

import pytest

from synthesis.prompt import Prompt
from synthesis.rules import write
from synthesis.rules.blanks import blanks
from synthesis.rules.built import foreign_question
from synthesis.rules.definitions import definitions
from synthesis.rules.facts import facts
from synthesis.rules.lists import lists
from synthesis.rules.order import clean_sentences
from synthesis.rules.questions import questions
from synthesis.rules.sources import unfit, unproved
from synthesis.rules.summaries import fits


@pytest.mark.parametrize(
    "text",
    [
        "Kiremit fırında pişer. Kasabanın fırını 1931'de kapandı. Ekmek taş zeminde bekledi. Fırın küreği",
        "Dağcılar geçide akşam vardı. Köprü taştan yapıldı. Dağcılar geçide akşam vardı.",
        "Kova su aldı. Fakat bunu onarmak kolay olmayacaktır. Limon ekşidir. Fakat bunu onarmak hiç kolay olmayacaktır.",
        "Heykel barışı temsil eder. Renk bir takımı temsil eder. Harfler ünlüleri temsil eder. Kuyu derindir.",
        "Bakır iletkendir. Kapıyı kim açtı? Pirinç sulak yerde yetişir. Terzi kime küstü? Vapur iskeleye yanaştı.",
        "Kazan kırk litredir. Kapağı kalaylanır. Ustanın kullandığı araçlar şunlardır:",
    ],
)
def test_one_paragraph_of_hits_or_with_a_loose_end_is_no_text(text):
    assert unfit(text) == "source_joined"


@pytest.mark.parametrize(
    "text",
    [
        "Kiremit fırında pişer. Kasabanın fırını 1931'de kapandı. Ekmek taş zeminde bekledi.",
        "Pazartesi sergi açıldı.\n\nSergide şunlar vardı:\n\n- testi\n- çömlek",
        "Neden bu kadar geç kaldık? Geç kaldık, çünkü yol kapalıydı. Yolu ekipler akşam açtı.",
    ],
)
def test_running_text_stays(text):
    assert unfit(text) is None


@pytest.mark.parametrize("task", ["bilgi-cikarma", "bosluk", "dogru-yanlis", "cevapsiz"])
def test_a_passage_that_begins_in_the_middle_is_not_given(task):
    text = "ile çalışan ustalar atölyeyi 1931'de kurdu. Atölye 1954'te Bursa'ya taşındı. Onarım 14 ay sürdü."
    whole = f"Köyde birlik {text}"
    fields = {"metin": whole, "baslik": "Köy atölyesi", "baglam": "none", "adet": "5", "bolum": "devam"}
    assert json.loads(write(Prompt("q", task, fields, (), 1))) != [{"suphe": "source_cut_off"}]
    numbered = fields | {"metin": f"330-154\n\n{whole}"}
    assert json.loads(write(Prompt("q", task, numbered, (), 1))) == [{"suphe": "source_layout"}]
    fields["metin"] = text
    assert json.loads(write(Prompt("q", task, fields, (), 1))) == [{"suphe": "source_cut_off"}]


def test_a_number_behind_a_name_may_be_a_version():
    assert facts("Program 2003'te yazıldı. Büro 2012'de Mizan Defteri 2010'a geçti.")[1] == "unsure_year"
    assert facts("Toplantı Mayıs 2003'te, sonra Ankara 1978 yılında yapıldı.") == ({"tarihler": ["Mayıs 2003", "1978"]}, None)


def test_a_list_whose_last_line_was_broken_goes_on():
    text = "Ortaklık, aşağıdaki durumlarda biter:\n\n1. Amacın gerçekleşmesiyle.\n\n2. Sürenin dolmasıyla.\n\n3. Ortağın ölmesi, bir\n\nortağın kısıtlanmasıyla.\n"
    assert [found.doubt for found in lists(text)] == ["list_goes_on"]
    assert [found.doubt for found in lists(text.partition("\n\n3.")[0])] == [None]


def test_a_list_parted_by_a_page_number_goes_on():
    text = (
        "Ortaklık, aşağıdaki durumlarda biter:\n\n1. Amacın gerçekleşmesiyle;\n\n2. Sürenin dolmasıyla;\n\n534\n\n3. Ortağın ölmesiyle.\n"
    )
    assert [found.doubt for found in lists(text)] == ["list_goes_on"]


def test_half_of_a_name_is_not_blanked():
    assert [b.word for b in blanks("Yukarı Mısır'da ilk bentleri köylüler yaptı. Köylüler ilk bentleri Mısır'da yaptı.")] == ["Mısır"]


@pytest.mark.parametrize(
    "text",
    [
        "Komisyoncu, teslim aldığı malın uğradığı zarardan kusursuz olduğunu kanıtlamadıkça mesuldür.",
        "Denetim Kurulu, üyelerin seçtiği bir başkan ve iki kişiden oluşur, görev süreleri üç yıldır.",
        "Denetim Kurulu, derneğin hesaplarını inceleyen bir organdır.",
        "İçeriğinde soruna ait en küçük bilgiyi taşıyan parçaya gen denir.",
        "Zincir içindeki küçük besin halkalarına beslenme basamağı adı verilir.",
    ],
)
def test_a_duty_a_body_of_many_and_what_lies_in_something_unsaid_are_not_defined(text):
    assert [c.question for c in definitions(text, "", alone=True, opening=True) if c.doubt is None] == []


def test_a_law_in_capitals_is_not_quoted_as_a_title():
    (found,) = definitions("Arşiv, kurumların sakladığı belgelerin bütünüdür.", "BELGE SAKLAMA KANUNU (No. 12)", alone=True, opening=False)
    assert (found.question, found.given) == ("Arşiv nedir?", True)


def test_a_board_that_every_society_has_is_asked_for_beside_its_text():
    (found,) = questions("Denetim Kurulu en az üç üye ile toplanır.", "KOOPERATİFLER KANUNU (No. 12)", alone=True)
    assert (found.question, found.given) == ("Denetim Kurulu en az kaç üye ile toplanır?", True)


@pytest.mark.parametrize(
    ("title", "passage", "whole"),
    [
        ("Bahçe 2.0 Sergim sonrasında yazılar da yolda", "Bugün sergim açıldı. Bahçe 2.0 adlı sergimin yazıları yolda.", False),
        ("Rıza Bey'in mektup", "Rıza Bey'in mektubu geldi. Mektup uzundu.", False),
        ("Rıza Bey'in Mektubu", "Rıza Bey'in mektubu geldi. Mektup uzundu.", True),
        ("Bahçe Sergisi", "Bahçe sergisi bugün açıldı. Sergide yazılar da vardı.", True),
    ],
)
def test_a_title_is_written_in_one_way_and_whole(title, passage, whole):
    assert fits(title, passage) is whole


@pytest.mark.parametrize(
    "text",
    [
        "Köylüler hakkını aramak için Maarif ve Ziraat Nezaretleri'ne başvurdu.",
        "Köyün çocuklarının en çok sevdiği okul Yaz Kursuydu.",
        "Kitabın adı önce Kenz'ül-Ahbar olarak yazıldı.",
    ],
)
def test_a_sentence_against_the_spelling_guide_is_no_model(text):
    assert clean_sentences(text) == []


def test_a_sentence_by_the_spelling_guide_is_a_model():
    told = "Öğrenciler Kırşehir'in çarşısında, 1931'de açılan lokantaların %60'ından alışveriş etti."
    assert clean_sentences(told) == [told]


def test_a_score_or_span_of_years_is_not_blanked():
    assert [b.word for b in blanks("Takım son üç dakikada 11 sayı alarak 23-16 kazandı. Ekip son üç dakikada 12 sayı aldı.")] == ["12"]


RUNNING = (
    "Değirmen dere kıyısında kuruldu. Dere yazın azalınca değirmen taşı dönmez oldu. Taşı köylüler öküzle çevirdi. "
    "Köylüler unu değirmenden çuvalla taşıdı."
)
HITS = "Değirmen dere kıyısında kuruldu. Terzi makası Halep'ten geldi. Kuyruklu yıldız o gece göründü. Balıkçılar limana yanaştı."


@pytest.mark.parametrize(
    ("text", "title", "doubt"),
    [
        (RUNNING, "", None),
        (HITS, "", "source_joined"),
        (HITS, "Kıyı notları", None),
        ("Değirmen dere kıyısında kuruldu. Değirmen derenin suyuyla döner.", "", "source_joined"),
        (f"{RUNNING} Su değirmeni", "", "source_joined"),
    ],
)
def test_a_paragraph_without_a_title_must_show_that_it_runs_on(text, title, doubt):
    assert unproved(text, title) == doubt


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        ("Tren saat 11. 30'da kalktı.", "source_scanned"),
        ("Değirmen 19l2'de kuruldu.", "source_scanned"),
        ("Ustalar bek-lemeden yola çıktı.", "source_scanned"),
        ("Çarşı r kapandı.", "source_scanned"),
        ("Dükkân (1931'de kapandı.", "source_scanned"),
        ("Kuyu [3] derindir.", "source_scanned"),
        ("Ücret ödenir. (Değişik: 3/5/1990)", "source_layout"),
        ("412\n\nKuyu derindir.", "source_layout"),
        ("Ustalar o gün yola çıkıp\n\nköye vardı.", "source_layout"),
        ("Dilekçe kayda alınıp incelenmek üzere\nMüdürlüğe gönderilir.", "source_layout"),
        ("Ad\n\nYer\n\nSayı\n\nKuyu derindir.", "source_layout"),
        ("C vitamini (askorbik asit) suda çözünür; 8 Mart 2007'de 1.250 kutu geldi.", None),
        ("Pazarda şunlar vardı:\n\na) elma\n\nb) kuru incir\n\nPazar akşam kapandı.", None),
    ],
)
def test_traces_of_a_scan_or_a_page_are_found(line, doubt):
    assert unproved(f"{RUNNING}\n\n{line}", "Değirmen") == doubt


@pytest.mark.parametrize(
    ("text", "doubt"),
    [(f"{RUNNING} Bkz. https://ornek.org/degirmen", "source_markup"), (f"{RUNNING} Aptal herif dedi.", "source_insults")],
)
def test_addresses_and_insults_keep_a_text_out(text, doubt):
    assert unfit(text) == doubt


@pytest.mark.parametrize("start", ["Bu oran", "(4) Kurul", "c) Kurul", "3. Kurul", "Ancak kurul"])
def test_a_passage_that_leans_on_what_stood_before_is_not_given(start):
    fields = {
        "metin": f"{start} 1931'de 14 üyeyle toplandı.\n\n{RUNNING}",
        "baslik": "Değirmen",
        "bolum": "devam",
        "baglam": "none",
        "adet": "5",
    }
    assert json.loads(write(Prompt("q", "bosluk", fields, (), 1))) == [{"suphe": "source_cut_off"}]


def test_a_single_sentence_may_come_from_a_page_with_numbers():
    fields = {"metin": f"412\n\n{RUNNING}", "baslik": "Değirmen", "bolum": "ilk", "adet": "5", "baglam": "none"}
    assert json.loads(write(Prompt("q", "bosluk", fields, (), 1))) == [{"suphe": "source_layout"}]
    assert [item["dogru"] for item in json.loads(write(Prompt("q", "yazim", fields, (), 1)))]
    assert all("suphe" not in item for item in json.loads(write(Prompt("q", "yazim", fields, (), 1))))


def test_the_second_half_of_a_broken_line_is_not_written_out():
    second = "Komutanının ilk görevi çarşıyı gece boyunca gözetmektir."
    assert clean_sentences(second) == [second]
    assert clean_sentences(f"Çarşı Bekçi\n\n{second}") == []


def test_of_two_numbers_none_is_asked_for():
    text = "Ambar Kurulu açılış için bir veya üç kişiyi görevlendirdi."
    assert [c.question for c in questions(text, "", alone=False) if c.doubt is None] == []


def test_a_list_that_ends_in_a_semicolon_goes_on():
    assert [f.doubt for f in lists("Ortaklık, aşağıdaki durumlarda biter:\n\n1. Amacın gerçekleşmesiyle;\n\n2. Sürenin dolmasıyla;\n")] == [
        "list_goes_on"
    ]


def test_a_body_is_no_person_to_be_blanked():
    assert list(blanks("Dün gece görevli hâkim Yüksek Seçim Kurulunca belirlendi.")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Temsil, davalı yerinde bulunmadıkça eski sayılacak kadar geçmişe bakidir.",
        "Bekçi, silahlı bir kuvvet olup gündüz ve gece olmak üzere iki kısımdır.",
        "Kurul, üyelerin seçtiği kişilerden oluşan bir danışma organıdır.",
    ],
)
def test_a_verdict_a_division_and_the_body_at_hand_are_no_definitions(text):
    assert [c for c in definitions(text, "", alone=False, opening=True) if c.doubt is None] == []


def test_a_definition_has_a_relative_clause_before_its_class():
    text = "Ortakçılık, toprağı olmayan köylünün ürünün yarısına karşılık tarlayı işlediği çalışma biçimidir."
    assert [c.question for c in definitions(text, "", alone=False, opening=True) if c.doubt is None] == ["Ortakçılık nedir?"]


@pytest.mark.parametrize(
    "text",
    [
        "Madde 12 – Ambar Kurulu 7 üyeden oluşur.",
        "Ambar Kurulu ikinci fıkraya göre 7 üyeden oluşur.",
        "Ambar Kanunu'nun 5 nci maddesi 7 gün verir.",
    ],
)
def test_a_sentence_of_a_law_that_points_elsewhere_asks_nothing(text):
    assert [c.question for c in questions(text, "", alone=False) if c.doubt is None] == []


@pytest.mark.parametrize(
    "text",
    [
        "Çiftçiler hergün ahırda süt sağıp güğümlere doldurur.",
        "Süresi içinde başvurmıyan üyeler görüşmeye çağrılmış sayılır.",
        "Ürünlerin çoğu yurt dışına ihrac edilmek üzere ayrılır.",
        "Müdürlükçe çıkarılacak yönetmelikle düzenlenir.",
        "Ambarda geçen kış 1 000 çuval buğday çürümüş sayıldı.",
        "İnceler ve gereğine göre dosyayı kapatır veya görüşünü bildirir.",
        "Çuvalların en düşük ağırlıkları aşağıda gösterildiği gibi ölçülür.",
    ],
)
def test_misspelt_sentences_and_remnants_are_not_written_out(text):
    assert clean_sentences(text) == []


def test_half_of_an_enumeration_of_numbers_is_not_blanked():
    assert list(blanks("Ambar defterinin 27 ve 28 inci sayfaları dün akşam kayboldu.")) == []
    assert [b.word for b in blanks("Yağcı Hanı'nda Ferit ve Osman Beyler handa 3 yıl çalıştı.")] == ["3"]


def test_few_texts_get_a_question_that_they_cannot_answer():
    texts = [f"Sıra {number}. {RUNNING}" for number in range(200)]
    asked = [foreign_question({"metin": text, "bolum": "ilk"}) for text in texts]
    given = [item["soru"] for items in asked for item in items]
    assert 30 < len(given) < 70
    assert len(set(given)) > 20
    assert [foreign_question({"metin": text, "bolum": "devam"}) for text in texts] == [[]] * 200
