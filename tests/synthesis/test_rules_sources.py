import pytest

from curation.records import Document
from synthesis.prompt import Prompt
from synthesis.rules import gathered, write
from synthesis.rules.sources import unfit

PLAIN = (
    "Akçapınar İstasyonu 1931'de açıldı. Binayı taş ustaları iki yazda bitirdi. İstasyonun saatini kasabanın saatçisi kurdu. "
    "Trenler perşembe günleri burada yarım saat beklerdi. Bekleyen yolculara çay veren ocak bugün küçük bir müzedir."
)


HITS = (
    "Arıcılar kovanın bakımını yapmak zorundadır. Gemi bakımını Pire limanında tamamladı. Hastanın bakımını kızı üstlendi. "
    "Belediye parkların bakımını erteledi. Makinelerin bakımını Selim Usta denetler."
)


def test_plain_turkish_is_fit_to_write_about():
    assert unfit(PLAIN) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{PLAIN}\n\n```\nprint(1)\n```", "source_markup"),
        (f"---\ntitle: Tren\n---\n{PLAIN}", "source_markup"),
        (f"{PLAIN} Ayrıntı için [buraya](sayfa.html) bakın.", "source_markup"),
        (f"{PLAIN} <div class='x'>Bilet</div>", "source_markup"),
        (f"{PLAIN} Denklem $x^2 + 1$ biçimindedir.", "source_markup"),
        (f"{PLAIN} The station is one of the oldest.", "source_english"),
        (f"{PLAIN} Yolcular! kapıda bekledi.", "source_scanned"),
        (f"{PLAIN} Bina 3 Teşrinievvel (3 Ekim] günü boyandı.", "source_scanned"),
        (f"{PLAIN} Sonra da tren raylara yak-\nlaştı.", "source_scanned"),
        (f"{PLAIN} evre, Demir Çağı malzemesidir.", "source_joined"),
        (f'{PLAIN} Bu sözcük "" olarak yazılır.', "source_joined"),
        (f"{PLAIN} Tren kalktı.Yolcular el salladı.", "source_joined"),
    ],
)
def test_a_text_that_is_no_running_turkish_is_left_alone_with_its_reason(text, reason):
    assert unfit(text) == reason


def test_sentences_that_share_nothing_but_the_word_searched_for_are_no_text():
    assert unfit(HITS) == "source_joined"


def texts(joined, whole, **changed):
    return [Document(f"d{n}", HITS if n < joined else PLAIN, f"veri/metinler.jsonl:{n + 1}", **changed) for n in range(joined + whole)]


def test_a_file_of_gathered_sentences_is_left_alone_whole():
    assert gathered(texts(20, 10)) == {f"d{n}" for n in range(30)}


@pytest.mark.parametrize(
    "documents",
    [
        texts(9, 21),  # most of the file is sound
        texts(15, 0),  # too few to tell
        texts(30, 0, title="Bakım"),  # what has a title was written as one text
        [Document(f"d{n}", HITS, f"veri/{n}.txt") for n in range(30)],  # each a file of its own
    ],
    ids=["sound", "few", "titled", "files"],
)
def test_a_file_is_not_left_alone_for_less(documents):
    assert gathered(documents) == frozenset()


def test_the_writer_gives_the_reason_as_its_doubt():
    fields = {"metin": f"{PLAIN} `kod`", "baslik": "", "baglam": "none", "adet": "5", "bolum": "ilk"}
    assert write(Prompt("q", "soru-cevap", fields, (), 1)) == '[{"suphe": "source_markup"}]'
