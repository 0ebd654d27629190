import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.records import Document
from synthesis.config import SynthesisConfig
from synthesis.passages import passages
from synthesis.rules import built, write
from synthesis.rules.blanks import Blank, blanks, exchanged, unmistakable, with_blank
from synthesis.rules.order import events, shuffled, without_marks, without_turkish, year_of
from synthesis.rules.unanswered import foreign, questions, unanswered
from synthesis.tasks import accept, requests

TEXT = (
    "Akçapınar İstasyonu 1931'de açıldı. Binayı taş ustaları iki yazda bitirdi. Akçapınar Belediyesi 1968'de Ankara'dan bir saat getirdi. "
    "İstasyonun önündeki çınarı makasçı Sabri Yolbilir dikti. Yangın 1974 yılında istasyonun çatısını yıktı. "
    "Onarım 14 ay sürdü. İstasyon bugün Kırşehir'in en eski istasyon binasıdır."
)
TASKS = {"bosluk": 1, "dogru-yanlis": 1, "siralama": 1, "anahtar-sozcuk": 1, "yazim": 1, "cevapsiz": 1}
CONFIG = SynthesisConfig(tasks=TASKS)


def statement(sentence, told, claim, said):
    item = {"ifade": claim, "dogru": False, "kanit": sentence, "metindeki": told, "ifadedeki": said}
    return pairs("dogru-yanlis", item, f"{TEXT} {sentence}")


def pairs(task, reply=None, text=TEXT):
    (passage,) = passages(Document("d", text, "a.md", title="Akçapınar İstasyonu"), CONFIG)
    prompt = next(p for p in requests(passage, CONFIG, 1) if p.task == task)
    rejected = []
    said = write(prompt) if reply is None else json.dumps([reply], ensure_ascii=False)
    return list(accept(prompt, passage, said, "rules", rejected.append)), [r.reason for r in rejected]


@pytest.mark.parametrize("task", ["bosluk", "dogru-yanlis", "siralama", "yazim", "cevapsiz"])
def test_what_the_writer_builds_is_accepted_by_its_reader(task, monkeypatch):
    monkeypatch.setattr(built, "_ONE_IN", 1)  # each text gets its question
    found, rejected = pairs(task)
    assert found
    assert not rejected
    assert all("{" not in pair.instruction for pair in found)


def test_the_same_text_gives_the_same_pairs():
    assert [pair.id for pair in pairs("bosluk")[0]] == [pair.id for pair in pairs("bosluk")[0]]


def test_years_counts_places_and_names_can_be_taken_out():
    assert {(b.word, b.kind) for b in blanks(TEXT)} >= {("1931", "year"), ("14", "count"), ("Ankara", "place"), ("Sabri Yolbilir", "name")}


def test_a_blank_keeps_the_suffix_behind_the_apostrophe():
    assert with_blank("Akçapınar İstasyonu 1931'de açıldı.", "1931") == "Akçapınar İstasyonu ____'de açıldı."


@pytest.mark.parametrize(
    ("blank", "turn", "changed"),
    [
        (Blank("Okul 1931'de açıldı.", "1931", "year"), 0, "Okul 1924'te açıldı."),
        (Blank("Okul 1931 yılında açıldı.", "1931", "year"), 1, "Okul 1919 yılında açıldı."),
        (Blank("Saat Ankara'dan geldi.", "Ankara", "place"), 0, "Saat Trabzon'dan geldi."),
        (Blank("Onarım 14 ay sürdü.", "14", "count"), 0, "Onarım 21 ay sürdü."),
        (Blank("Yapı 3.156 liraya bitti.", "3.156", "count"), 0, "Yapı 3.856 liraya bitti."),
    ],
)
def test_an_exchanged_word_takes_its_own_suffix(blank, turn, changed):
    assert exchanged(blank, blank.sentence, turn)[0] == changed


def test_a_place_is_exchanged_only_in_something_that_happened():
    assert exchanged(Blank("Kışlar Ankara'da sert geçer.", "Ankara", "place"), "", 0) is None


def test_a_false_statement_that_the_text_might_hold_true_is_refused():
    item = {"ifade": "Onarım 1968 ay sürdü.", "dogru": False, "kanit": "Onarım 14 ay sürdü.", "metindeki": "14", "ifadedeki": "1968"}
    assert pairs("dogru-yanlis", item) == ([], ["not_certainly_false"])


def test_a_false_statement_with_two_changes_is_refused():
    item = {"ifade": "Bakım 21 ay sürdü.", "dogru": False, "kanit": "Onarım 14 ay sürdü.", "metindeki": "14", "ifadedeki": "21"}
    assert pairs("dogru-yanlis", item) == ([], ["not_certainly_false"])


def test_events_are_ordered_by_the_year_they_happened_in():
    assert [year_of(event) for event in events(TEXT)] == [1931, 1968, 1974]
    assert year_of("Fon, 2025 yılının sınırını duyurdu.") is None
    assert year_of("Okul 1931'de açıldı, 1950'de kapandı.") is None


def test_an_order_against_the_years_is_refused():
    told = events(TEXT)
    assert pairs("siralama", {"karisik": told, "sirali": told[::-1]}) == ([], ["order_unsure"])


def test_a_repair_that_changes_words_is_refused():
    item = {"bozuk": "Onarim 15 ay surdu.", "dogru": "Onarım 14 ay sürdü.", "tur": "harf"}
    assert pairs("yazim", item) == ([], ["not_the_same_words"])


def test_key_words_must_stand_in_the_text():
    (pair,), rejected = pairs("anahtar-sozcuk", {"sozcukler": ["istasyon", "saat", "çınar"]})
    assert pair.output == "istasyon, saat, çınar"
    assert not rejected
    assert pairs("anahtar-sozcuk", {"sozcukler": ["istasyon", "saat", "uçak"]}) == ([], ["evidence_not_found"])


def test_key_words_are_left_to_models():
    assert pairs("anahtar-sozcuk") == ([], [])


def test_a_question_with_a_name_of_the_text_may_be_answered_there():
    assert not foreign("Akçapınar'da hangi bina en eskidir?", TEXT)
    assert pairs("cevapsiz", {"soru": "Akçapınar'da hangi bina en eskidir?"}) == ([], ["may_be_answered"])


def test_every_question_of_the_list_has_a_name_and_a_question_word():
    assert all(foreign(question, "Kısa bir not.") for question in questions())
    assert len(set(questions())) == len(questions()) >= 30


def test_a_text_about_a_question_of_the_list_gets_another():
    asked = unanswered("", 0)
    assert unanswered(f"Burada şu soruluyor: {asked}", 0) not in {asked, None}


@given(st.lists(st.text(min_size=1), min_size=2, max_size=6, unique=True), st.integers(0, 99))
def test_shuffled_lines_are_the_same_lines_in_another_order(lines, seed):
    mixed = shuffled(lines, random.Random(seed))
    assert sorted(mixed) == sorted(lines)
    assert mixed != lines


@given(st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzâîû ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ.,'’"))
def test_what_is_taken_away_is_gone_and_nothing_else(text):
    assert not set(without_turkish(text)) & set("çğıöşüÇĞİÖŞÜ")
    assert len(without_turkish(text)) == len(text)
    assert not set(without_marks(text)) & set(".,'’")
    assert without_marks(text) == without_marks(without_marks(text))


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("Eski köprü 1979'da üç gözle yapıldı. Ustalar taşı dereden çıkardı.", True),
        ("Eski köprü 1979'da üç gözle yapıldı. Ustalar Adana'da taş yonttu.", False),
        ("Eski köprü 1979 yılında üç gözle yapıldı. Ustalar Adana'da taş yonttu.", True),
        ("Eski köprü Adana'da üç gözle yapıldı. Ustalar 1979'da taş yonttu.", False),
    ],
)
def test_nothing_else_of_the_text_fits_a_blank_by_its_suffix(text, clear):
    (blank,) = [one for one in blanks(text) if one.sentence.startswith("Eski") and one.kind in {"year", "place"}]
    assert unmistakable(blank, text) is clear


@pytest.mark.parametrize(
    "text",
    [
        "1908 yılında Lahor'a geri döndü.",
        "1968 yılında yönetimin birleştiği Duval Vilayetinin, vilayet merkezidir.",
    ],
)
def test_a_sentence_that_left_its_subject_behind_has_no_blank(text):
    assert list(blanks(text)) == []


def test_a_year_in_front_of_its_subject_makes_a_blank():
    assert [one.word for one in blanks("1969 yılında eski köprü yeniden açıldı.")] == ["1969"]


@pytest.mark.parametrize(
    ("sentence", "told", "claim", "said"),
    [
        ("Sabri Yolbilir Ankara'ya taşındı.", "Ankara", "Sabri Yolbilir İzmir'e taşındı.", "İzmir"),
        ("Sabri Yolbilir İzmir’in tarihini yazdı.", "İzmir", "Sabri Yolbilir Bursa’nın tarihini yazdı.", "Bursa"),
        ("Köylülerin 40'ı göç etti.", "40", "Köylülerin 35'i göç etti.", "35"),
        ("Köylülerin 40'ı göç etti.", "40", "Köylülerin 50'si göç etti.", "50"),
        ("Yüzde 50'sine su verildi.", "50", "Yüzde 40'ına su verildi.", "40"),
        ("Yolcular Van Gölü'ne vardı.", "Van Gölü", "Yolcular Kars'a vardı.", "Kars"),
        ("Açılış yılı 1950'ydi.", "1950", "Açılış yılı 1960'tı.", "1960"),
        ("Saat Ankara'dan geldi.", "Ankara", "Saat Trabzon'dan geldi.", "Trabzon"),
    ],
)
def test_a_false_statement_takes_the_suffix_of_its_new_word(sentence, told, claim, said):
    found, reasons = statement(sentence, told, claim, said)
    assert (reasons, [pair.output for pair in found]) == ([], [f"Yanlış. Metinde “{said}” değil, “{told}” yazıyor."])


@pytest.mark.parametrize(
    ("sentence", "told", "claim", "said"),
    [
        ("Sabri Yolbilir Ankara'ya taşındı.", "Ankara", "Sabri Yolbilir İzmir'den taşındı.", "İzmir"),
        ("Sabri Yolbilir Ankara'da okudu.", "Ankara", "Sabri Yolbilir Trabzon'dan okudu.", "Trabzon"),
        ("Köylülerin 40'ı göç etti.", "40", "Köylülerin 50'yi göç etti.", "50"),
        ("Seyahat 40'ı buldu.", "40", "Seyahat 50'si buldu.", "50"),
        ("Sabri Yolbilir Ankara'ya taşındı.", "Ankara", "Sabri Yolbilir İzmir'a taşındı.", "İzmir"),
        ("Onarım 400 gün sürdü.", "40", "Onarım 350 gün sürdü.", "35"),
        ("Onarım 3,5 gün sürdü.", "3", "Onarım 4,5 gün sürdü.", "4"),
    ],
)
def test_a_false_statement_in_another_case_or_of_half_a_number_is_refused(sentence, told, claim, said):
    assert statement(sentence, told, claim, said) == ([], ["not_certainly_false"])
