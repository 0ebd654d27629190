"""Faults that the second independent reading found in pairs from real text, each in sentences of our own."""

import json

import pytest

from synthesis.prompt import Prompt
from synthesis.rules import write
from synthesis.rules.definitions import definitions
from synthesis.rules.facts import facts
from synthesis.rules.layout import laid_out, misprinted
from synthesis.rules.lists import lists
from synthesis.rules.order import clean_sentences
from synthesis.rules.questions import questions
from synthesis.rules.sources import unproved
from synthesis.rules.spelling import doubtful, misspelt

BEFORE = "Çeşmenin suyu köyün üst yanından geliyordu."
AFTER = "Ustalar çeşmenin taşını üç günde özenle ördü."


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Kira 341 Türk lirası, depozito 250 ABD dolarıdır.", ["341 Türk lirası", "250 ABD doları"]),
        ("Payların yüzde onunu, yüzde otuzüçünü ve yüzde ellisini kooperatif aldı.", ["yüzde on", "yüzde otuzüç", "yüzde elli"]),
        ("Ceza üç yüz kırk bir lira, harç yirmibeş liradır.", ["üç yüz kırk bir lira", "yirmibeş lira"]),
        ("Üç yüz lira verdi, 25 TL geri aldı.", ["Üç yüz lira", "25 TL"]),
        ("On lira verdi, 5 TL aldı, yine on lira istedi.", ["On lira", "5 TL"]),
        ("Faiz yüzde on sekizdi, kira 40 liraydı.", ["yüzde on sekiz", "40 lira"]),
    ],
)
def test_every_amount_is_found(text, amounts):
    assert facts(text) == ({"miktarlar": amounts}, None)


@pytest.mark.parametrize(
    "text",
    [
        "Borç 1 milyar 500 bin lira, faiz yüzde 12 oldu.",
        "Pay yüzde beş ile on arasında, bedel 40 liradır.",
        "Pay yüzde 12.5, bedel 40 lira, kira 30 liradır.",
        "Pay yüzde beş, bedel 40 liradır. Ayrıca üç yüz (300) lira ödenir.",
        "Pay yüzde beş, bedel 40 liradır. Hamala yedi altın verildi.",
        "Pay yüzde beş, bedel 40 liradır. Tazminat 600 eski Fransız frangıdır.",
    ],
)
def test_a_passage_with_an_amount_that_may_be_cut_or_missed_is_not_written_of(text):
    assert facts(text)[1] in {"ranges", "cut_amount"}


@pytest.mark.parametrize(
    "text", ["Kuyunun suyu cok soğuktu.", "Ücret bu süretle ödenir.", "Kuyunun ve ve çeşmenin suyu.", "Köprünün köprünün ayağı yıkıldı."]
)
def test_a_misspelt_or_doubled_word_is_seen(text):
    assert misspelt(text)
    assert unproved(text, "Kuyu") == "source_misspelt"


@pytest.mark.parametrize("text", ["Yavaş yavaş yürüdü.", "Kapı kapı dolaştı.", "Müddet doldu.", "Mütalaa yazıldı.", "Çokça sevindi."])
def test_reduplication_and_words_that_only_look_alike_are_well_spelt(text):
    assert not misspelt(text)


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("Kârı hâlâ bölüşüyorlar.", True),
        ("Âlem hâkimi dinledi.", True),
        ("Lâle açtı.", False),
        ("Delil kafidir.", False),
        ("Kağıt bitti.", False),
    ],
)
def test_only_circumflexes_that_tell_words_apart_are_taught(text, sure):
    assert doubtful(text) is not sure


def test_what_a_sentence_needs_to_be_taught_as_right():
    assert clean_sentences(f"{BEFORE} {AFTER}") == [BEFORE, AFTER]


@pytest.mark.parametrize(
    "before",
    [
        "Çeşmeyi yaptıran II.",  # a number ends no sentence
        "Köyün kıyısında duran eski çeşme ile yalağı.",  # half a sentence
        "Köyün kıyısında yıkılan eski çeşmeler.",
        "Şunlar yapıldı:",
    ],
)
def test_what_stands_behind_half_a_sentence_may_be_its_other_half(before):
    assert AFTER not in clean_sentences(f"{before} {AFTER}")


@pytest.mark.parametrize(
    "text",
    [
        "Dünya Savaşı yıllarında köyün çeşmesini ustalar onardı.",
        "Ustalar mes'ul çırağı çarşıdaki dükkana gönderdi.",
        "Ustalar taşı ördü.... köyün çeşmesi yine akmadı.",
        "Ustalar k çeşmenin taşını üç günde özenle ördü.",
        "Boyanın solmasını mevsimden mevsime göre değişir.",
        "Çarşının boyasının rengini mevsime göre değişir.",
        "Köyün çeşmesini 50 den çok usta özenle ördü.",
        "Köyün töresine bağlı olarak özenle çalışırlar.",
        "Ustaların köyde ücret istemiye hakkı vardır.",
        "Köyün çeşmesine bakıyorum ciddi bir onarım gerekiyor.",
        "Köyün hakimi çeşmenin başında ustaları dinledi.",
        "Köyün çeşmesi için paranın % 50'si toplandı.",
        "Bunlara köyün ustaları üç günde çeşme yaptı.",
        "Paralar köyün çeşmesi için tarih sırasiyle kaydedilir.",
        "Köyün çeşmesi için enaz üç ustanın emeği gerekir.",
        "Terfileri köyün ustalarının oyuyla üç günde yapılır.",
        "Köyün çeşmesi akmazsa, ustalar yeniden çağrılır.",
        "Köyün çeşmesi eskidiğinde, ustalar onu onarır.",
        "Köyün çeşmesinin kurumuş halini ustalar onardı.",
        "Köyün zamanaşımına uğrayan borcu üç günde ödendi.",
        "Köyün çeşmesini 2015'den beri ustalar onarıyor.",
        "Köyün İspanya'lı ustası çeşmeyi özenle onardı.",
        "Köyün başkatibi çeşmenin ustalarına üç günde para ödedi.",
        "Köyün ustaları üç günde bir Antlaşma imzaladı.",
        "Köyün çeşmesini onbeş usta üç günde özenle ördü.",
        "Çeşmenin önünde beşyüz kişi su sırası bekliyordu.",
        "Çeşmenin yüksekliği en az 3 dür ve suyu boldur.",
        "Suyu akmıyan çeşmeyi köyün ustaları yeniden yaptı.",
    ],
)
def test_a_clipped_or_broken_sentence_is_no_model_of_spelling(text):
    assert clean_sentences(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Kuyu derindir [kaynak belirtilmeli].",
        "Kuyu derindir.[ne zaman?]",
        "Kodlar C\\# ile yazıldı.",
        "Kuyu TÜrk ustanın eseridir.",
        "Su %75.8 azaldı.",
        "Suyun 51.6% kadarı kaldı.",
    ],
)
def test_notes_of_editors_and_backslashes_are_traces_of_a_page(text):
    assert misprinted(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vekâlet verilecek memur, belgeleri ilçede toplayan bir görevlidir.",
        "Tasfiye memuru, ortaklığın mallarını satan bir memurdur.",
    ],
)
def test_nedir_asks_for_no_person(text):
    assert [c.question for c in definitions(text, "", alone=True, opening=True) if c.doubt is None and c.question.endswith("nedir?")] == []


def test_a_body_of_many_is_asked_for_beside_its_text_in_any_case():
    (found,) = questions("Denetim Kurulunun üç üyesi vardır.", "KOOPERATİFLER KANUNU (No. 12)", alone=True)
    assert (found.question, found.given, found.doubt) == ("Denetim Kurulunun kaç üyesi vardır?", True, None)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Dernek, ikinci maddenin (A) bendindeki işler için şunları kurar:\n\n1. Yayın kolu\n\n2. Gezi kolu\n", "law_reference"),
        ("Ortak, aşağıdaki durumlarda payını alır:\n\n1. Süre dolmuş ise\n\n2. Mal satılmış ise\n", "list_goes_on"),
        ("Ortak, aşağıdaki durumlarda payını alır:\n\n1. Sürenin dolması\n\n2. Malın satılması\n", None),
        ("Ortak, aşağıdaki durumlarda payını alır:\n\n1. Sürenin dolması;\n\n2. Malın satılması.\n\n2. Payın satışı:\n", "list_goes_on"),
        ("Ortak, aşağıdaki durumlarda payını alır:\n\n1. Sürenin dolması\n\n3. Malın satılması\n", "list_goes_on"),
    ],
)
def test_a_list_stands_on_its_own(text, doubt):
    assert [found.doubt for found in lists(text)] == [doubt]


@pytest.mark.parametrize(
    "text",
    [
        "3 - Kira her ay ödenir. Kiracı kapıyı 1931'de onardı.",
        "II - Kiracının borçları vardır. Kiracı kapıyı 1931'de onardı.",
        "Kiracı kapıyı 1931'de onardı. Yapılacaklar şunlardır:\n\n1. Kapının boyanması,\n\n2. Avlunun süpürülmesi ile taşınması,",
        "Kiracı kapıyı 1931'de onardı. Köylüye şu duyuruldu: 1. Kapı yeniden boyanacaktır.",
    ],
)
def test_a_passage_cut_from_a_list_is_not_given(text):
    fields = {"metin": text, "baslik": "Kira", "baglam": "none", "adet": "5", "bolum": "devam"}
    assert json.loads(write(Prompt("q", "dogru-yanlis", fields, (), 1))) == [{"suphe": "source_cut_off"}]


@pytest.mark.parametrize("line", ["Kapının", "(2) Köyün yaşlı ustalarının", "Bu", "Çeşme ve"])
def test_a_line_that_ends_where_no_sentence_can_is_a_broken_one(line):
    assert laid_out(f"{line}\nÇeşmesi taştandır.")


def test_a_heading_above_its_text_is_no_broken_line():
    assert not laid_out("Köyün çeşmesi\nÇeşme taştandır.")


def test_no_sentence_of_a_careless_text_is_a_model_of_spelling():
    good = "Köyün çeşmesini ustalar üç günde özenle ördü."
    assert clean_sentences(f"{good} Çeşmenin suyu boldur.") == [good]
    assert clean_sentences(f"{good} Parası köy bütçesinden ödenmek şartiyle alındı.") == []
