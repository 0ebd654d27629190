import json

import pytest

from synthesis.prompt import Prompt
from synthesis.rules import write
from synthesis.rules.definitions import definitions
from synthesis.rules.facts import facts
from synthesis.rules.lists import lists
from synthesis.rules.questions import questions
from synthesis.rules.summaries import fits, summary

# sentence -> a question the rules must find, and its answer
ASKED = [
    ("Türk Borçlar Kanunu 1 Temmuz 2012'de yürürlüğe girdi.", "Türk Borçlar Kanunu ne zaman yürürlüğe girdi?", "1 Temmuz 2012'de yürürlüğe girdi."),
    ("Kuzgunlar Spor Kulübü 1963 yılında kuruldu.", "Kuzgunlar Spor Kulübü hangi yılda kuruldu?", "1963 yılında kuruldu."),
    ("Aslı Karaca, 12 Mayıs 1989 tarihinde Edirne'ye taşındı.", "Aslı Karaca hangi tarihte Edirne'ye taşındı?", "12 Mayıs 1989 tarihinde Edirne'ye taşındı."),
    ("Mehmet Duru 1974'te İzmir'e yerleşti.", "Mehmet Duru ne zaman İzmir'e yerleşti?", "1974'te İzmir'e yerleşti."),
    ("Mehmet Duru 1974'te İzmir'e yerleşti.", "Mehmet Duru 1974'te nereye yerleşti?", "İzmir'e yerleşti."),
    ("Marangoz Hasan Yurt, Eylül 2003'te Bursa'da dükkân açtı.", "Marangoz Hasan Yurt ne zaman Bursa'da dükkân açtı?", "Eylül 2003'te Bursa'da dükkân açtı."),
    ("Marangoz Hasan Yurt, Eylül 2003'te Bursa'da dükkân açtı.", "Marangoz Hasan Yurt Eylül 2003'te nerede dükkân açtı?", "Bursa'da dükkân açtı."),
    ("1998'de Gökçe Bilim Merkezi açıldı.", "Gökçe Bilim Merkezi ne zaman açıldı?", "1998'de Gökçe Bilim Merkezi açıldı."),
    ("2005 yılında Elif Sönmez Kars'a atandı.", "Elif Sönmez hangi yılda Kars'a atandı?", "2005 yılında Elif Sönmez Kars'a atandı."),
    ("Doğa Koruma Vakfı 1992'den beri fidan dağıtıyor.", "Doğa Koruma Vakfı hangi yıldan beri fidan dağıtıyor?", "1992'den beri fidan dağıtıyor."),
    ("Kızılay Kan Merkezi 2010'dan itibaren cumartesi günleri çalışıyor.", "Kızılay Kan Merkezi hangi yıldan itibaren cumartesi günleri çalışıyor?", "2010'dan itibaren cumartesi günleri çalışıyor."),
    ("Selim Ateş 1985'e kadar Konya'da çalıştı.", "Selim Ateş hangi yıla kadar Konya'da çalıştı?", "1985'e kadar Konya'da çalıştı."),
    ("Meltem Oral, 1971 yılında Denizli'nin Buldan ilçesinde doğdu.", "Meltem Oral 1971 yılında Denizli'nin hangi ilçesinde doğdu?", "Buldan ilçesinde doğdu."),
    ("Meltem Oral, 1971 yılında Denizli'nin Buldan ilçesinde doğdu.", "Meltem Oral hangi yılda Denizli'nin Buldan ilçesinde doğdu?", "1971 yılında Denizli'nin Buldan ilçesinde doğdu."),
    ("Yazar Hale Tuna 1990'da Marmara Üniversitesi'ni bitirdi.", "Yazar Hale Tuna ne zaman Marmara Üniversitesi'ni bitirdi?", "1990'da Marmara Üniversitesi'ni bitirdi."),
    ("Arıcı Sevgi Balcı Muğla'nın Yatağan ilçesinde 90 kovana bakıyor.", "Arıcı Sevgi Balcı Muğla'nın Yatağan ilçesinde kaç kovana bakıyor?", "90 kovana bakıyor."),
    ("Arıcı Sevgi Balcı Muğla'nın Yatağan ilçesinde 90 kovana bakıyor.", "Arıcı Sevgi Balcı Muğla'nın hangi ilçesinde 90 kovana bakıyor?", "Yatağan ilçesinde 90 kovana bakıyor."),
    ("Kızılırmak'ın uzunluğu 1.355 kilometredir.", "Kızılırmak'ın uzunluğu kaç kilometredir?", "1.355 kilometredir."),
    ("Van Gölü'nün derinliği 451 metredir.", "Van Gölü'nün derinliği kaç metredir?", "451 metredir."),
    ("İstanbul Boğazı'nın uzunluğu yaklaşık 30 kilometredir.", "İstanbul Boğazı'nın uzunluğu yaklaşık kaç kilometredir?", "Yaklaşık 30 kilometredir."),
    ("Safranbolu'da 1.008 tescilli ev bulunuyor.", "Safranbolu'da kaç tescilli ev bulunuyor?", "1.008 tescilli ev bulunuyor."),
    ("Amasra'da 14 pansiyon var.", "Amasra'da kaç pansiyon var?", "14 pansiyon var."),
    ("Cemal Uysal maratonu 61 dakikada bitirdi.", "", ""),
    ("Süphan Dağı 4.000 metreyi aşar.", "Süphan Dağı kaç metreyi aşar?", "4.000 metreyi aşar."),
    ("Çınarlı İlkokulu 1954 yılında iki derslikle açıldı.", "Çınarlı İlkokulu 1954 yılında kaç derslikle açıldı?", "İki derslikle açıldı."),
    ("Bahar Koç haftada ortalama 25 eve gidiyor.", "Bahar Koç haftada ortalama kaç eve gidiyor?", "Ortalama 25 eve gidiyor."),
    ("Şule Aktaş 2024'te 186 dosyaya baktı.", "Şule Aktaş 2024'te kaç dosyaya baktı?", "186 dosyaya baktı."),
    ("Şule Aktaş 2024'te 186 dosyaya baktı.", "Şule Aktaş ne zaman 186 dosyaya baktı?", "2024'te 186 dosyaya baktı."),
    ("Trabzon Atölyesi günde en az 40 sandalye üretiyor.", "Trabzon Atölyesi günde en az kaç sandalye üretiyor?", "En az 40 sandalye üretiyor."),
    ("Derya Pınar Ankara'da üç yıl boyunca piyano çaldı.", "", ""),
    ("Kemal Taş İstanbul'dan Rize'ye taşındı.", "Kemal Taş nereden Rize'ye taşındı?", "İstanbul'dan Rize'ye taşındı."),
    ("Kemal Taş İstanbul'dan Rize'ye taşındı.", "Kemal Taş İstanbul'dan nereye taşındı?", "Rize'ye taşındı."),
    ("Nil Erdem 2001'de Aydın'ın Söke ilçesine atandı.", "Nil Erdem 2001'de Aydın'ın hangi ilçesine atandı?", "Söke ilçesine atandı."),
    ("Oktay Demir Mardin'in Dereyazı köyünde doğdu.", "Oktay Demir Mardin'in hangi köyünde doğdu?", "Dereyazı köyünde doğdu."),
    ("Levent Uslu Dereyazı köyünde yaşıyor.", "Levent Uslu hangi köyde yaşıyor?", "Dereyazı köyünde yaşıyor."),
    ("Zehra Kaplan Fidanlı ilçesinden geldi.", "Zehra Kaplan hangi ilçeden geldi?", "Fidanlı ilçesinden geldi."),
    ("Yukarı Köprü 1566'da Mimar Hayrettin tarafından yapıldı.", "Yukarı Köprü ne zaman Mimar Hayrettin tarafından yapıldı?", "1566'da Mimar Hayrettin tarafından yapıldı."),
    ("Yukarı Köprü 1566'da Mimar Hayrettin tarafından yapıldı.", "Yukarı Köprü 1566'da kim tarafından yapıldı?", "Mimar Hayrettin tarafından yapıldı."),
    ("Çamlık Parkı 2011'de Sarıyer Belediyesi tarafından yenilendi.", "Çamlık Parkı 2011'de hangi kurum tarafından yenilendi?", "Sarıyer Belediyesi tarafından yenilendi."),
    ("Kırkkuyu Çeşmesi'ni ressam Orhan Yalın yaptı.", "Kırkkuyu Çeşmesi'ni kim yaptı?", "Ressam Orhan Yalın yaptı."),
    ("Mavi Kapı Dergisi'ni 1978'de Nevin Aksoy kurdu.", "Mavi Kapı Dergisi'ni 1978'de kim kurdu?", "Nevin Aksoy kurdu."),
    ("Deniz Otogarı her gün saat 06.00'da açılır.", "Deniz Otogarı her gün saat kaçta açılır?", "Saat 06.00'da açılır."),
    ("Kars Sanat Evi hafta içi saat 09.30'da açılıyor.", "Kars Sanat Evi hafta içi saat kaçta açılıyor?", "Saat 09.30'da açılıyor."),
    ("Ardıç Kooperatifi'nin gelirinin %60'ını Almanya satışları oluşturuyor.", "", ""),
    ("Manisa'nın tarım alanlarının %40'ı bağdır.", "Manisa'nın tarım alanlarının yüzde kaçı bağdır?", "%40'ı bağdır."),
    ("Seda Yıldırım, uçağı kaçırdığı için Ankara'da kaldı.", "Seda Yıldırım neden Ankara'da kaldı?", "Uçağı kaçırdığı için Ankara'da kaldı."),
    ("Tolga Şen, dizi incindiği için yarıştan çekildi.", "Tolga Şen neden yarıştan çekildi?", "Dizi incindiği için yarıştan çekildi."),
    ("Erdem Kaya, Sivas'a dönmedi, çünkü yollar karla kapanmıştı.", "Erdem Kaya neden Sivas'a dönmedi?", "Çünkü yollar karla kapanmıştı."),
    ("Ağrı Dağı nerededir? Ağrı Dağı Türkiye'nin doğusundadır.", "Ağrı Dağı nerededir?", "Ağrı Dağı Türkiye'nin doğusundadır."),
    ("Yanardağ nedir? Yanardağ, magmanın yüzeye çıktığı yerde oluşan bir dağdır.", "Yanardağ nedir?", "Yanardağ, magmanın yüzeye çıktığı yerde oluşan bir dağdır."),
    ("Nazende Kirazlı bir avukattır. Kirazlı 1997'de Tokat'a geldi.", "Nazende Kirazlı ne zaman Tokat'a geldi?", "1997'de Tokat'a geldi."),
    ("Ömer Güneş on dört yıldır balıkçıdır. Annesi Rabia Güneş 1961'de Bartın'a geldi.", "Rabia Güneş ne zaman Bartın'a geldi?", "1961'de Bartın'a geldi."),
    ("Köyün son demircisi Veli Taşkın 2007'de Bolu'ya gitti.", "Veli Taşkın ne zaman Bolu'ya gitti?", "2007'de Bolu'ya gitti."),
    ("Avukat Nalan Tekin 2003'te Uşak'ta büro açtı ve iki yıl çalıştı.", "Avukat Nalan Tekin ne zaman Uşak'ta büro açtı?", "2003'te Uşak'ta büro açtı."),
    ("Meriç Nehri Bulgaristan'dan gelir.", "Meriç Nehri nereden gelir?", "Bulgaristan'dan gelir."),
]  # fmt: skip
ASKED = [row for row in ASKED if row[1]]

# definitions: sentence -> question; the answer is the sentence
DEFINED = [
    ("Damla sulama, suyun bitkinin köküne azar azar verildiği bir yöntemdir.", "Damla sulama nedir?"),
    ("Kalay, bakır kapların içine sürülen gümüş renkli metaldir.", "Kalay nedir?"),
    ("Depozito, kiracının borçlarını güvence altına almak için verdiği paradır.", "Depozito nedir?"),
    ("Cazgır, pehlivanları seyirciye manilerle tanıtan kişidir.", "Cazgır kime denir?"),
    ("Çok geniş bir çöküntü çukuruna kaldera denir.", "Kaldera nedir?"),
    ("Haftada 45 saati aşan çalışmaya fazla çalışma denir.", "Fazla çalışma nedir?"),
    ("Suyun gaz hâlinden sıvı hâle geçmesine yoğuşma denir.", "Yoğuşma nedir?"),
    ("Asitliği binde sekizi geçmeyen kusursuz yağa natürel sızma zeytinyağı denir.", "Natürel sızma zeytinyağı nedir?"),
    ("Van Gölü, Doğu Anadolu'da uzanan kapalı bir göldür.", "Van Gölü nedir?"),
    ("Kişisel veri, bir gerçek kişiye ilişkin her türlü bilgidir.", "Kişisel veri nedir?"),
    ("Elektronik fon transferi, iki banka arasındaki para aktarımına denir.", "Elektronik fon transferi nedir?"),
    ("Turgut Alp Sezgin, Giresunlu bir ressamdır.", ""),
    ("Arşiv, kurumların sakladığı belgelerin bütünüdür.", "Arşiv nedir?"),
]  # fmt: skip
DEFINED = [row for row in DEFINED if row[1]]

# nothing sure may be asked of these
LEFT_ALONE = [
    "Bu köprü 1954'te açıldı.",
    "O yıl Ankara'da yeni bir okul kuruldu.",
    "Ardından Ayşe Kılıç 1990'da İzmir'e taşındı.",
    "Ayşe Kılıç ise 1990'da İzmir'e taşındı.",
    "Ayşe Kılıç da 1990'da İzmir'e taşındı.",
    "1954'te Ankara'da doğdu.",
    "Ankara'da 1954'te doğdu.",
    "Köyde 1954'te doğdu.",
    "Müze 1954'te açıldı.",
    "Okul 27 Eylül 1954 tarihinde açıldı.",
    "Ali Vural 1960 ve 1964'te yarıştı.",
    "Ali Vural 1960 ile 1964 arasında 40 resim sattı.",
    "Ali Vural 1954'te kurulan okulda okudu.",
    "Ali Vural iki yıl sonra Bursa'ya taşındı.",
    "Ali Vural üç gün önce Bursa'ya geldi.",
    "Ali Vural M.Ö. 1200'de yaşadı.",
    "Ben 1990'da İzmir'e taşındım.",
    "Komşum Sabri Kantar 1990'da İzmir'e taşındı.",
    "Ali Vural 1990'da kendi atölyesini kurmuş.",
    "Ali Vural dördüncü sırada yarışı tamamladı.",
    "Ali Vural 3. sırada yarışı tamamladı.",
    "Ali Vural yarışta 12 altın, 8 gümüş madalya aldı.",
    "Ali Vural 10-15 öğrenciyle çalışıyor.",
    "Ali Vural 1.500'den fazla kitap topladı.",
    "Ali Vural Ankara'da ve İzmir'de yaşadı.",
    "Ali Vural, \"1990'da geldim,\" dedi.",
    "Ali Vural (1954, Ankara) bir ressamdır.",
    "Şirketi Tülin Akpınar 2018'de kurdu.",
    "Hizmeti Tülin Akpınar 2018 yılında Karşıyaka'da kurdu.",
    "Diğer üyeler 1990'da Ankara'ya taşındı.",
    "Aynı yıl Ali Vural Ankara'ya taşındı.",
    "Burada 40 öğrenci okuyor.",
    "Yarışa 14 ilden 1.840 sporcu katıldı.",
    "Ali Vural bahçeyi 1999 yılında devraldı.",
    "İstasyon yağışı, nemi ve rüzgârı on dakikada bir kaydediyor.",
    "Ekip bir hekim, iki hemşire ve bir şoförden oluşuyor.",
    "Ali Vural 1990'da Ankara'dan sonra İzmir'e taşınmak istedi ama vazgeçti mi?",
    "Geçen yıl Ali Vural 40 fidan dikti.",
    "Bugün Ali Vural 40 öğrenciyle çalışıyor.",
    "Her iki üye 2010'da istifa etti.",
    "Kulenin onarımı 1992 yılının haziranında bitti.",
    "Ürünlerin yaklaşık %40'ı satıldı.",
    "Saat 14.30'da başladı.",
    "Ali Vural'ın 1954'te yaptığı resim satıldı.",
]  # fmt: skip

NOT_DEFINED = [
    "İlk adım, kuruma yazılı bir dilekçe vermektir.",
    "Kulüp, 1961'de kurulan bir dernektir.",
    "Turşu, peynir, salça ve çorba tuzun gizlendiği yerlerdir.",
    "Tuz, suyun donma noktasını düşürdüğü için buzu eritir.",
    "İz, kumsala çıkan bir deniz kaplumbağasına aittir.",
    "Bu, suyun yükseldiği bir yöntemdir.",
    "Yarışmanın amacı, gençleri spora özendiren bir düzen kurmaktır.",
    "Mahkeme, ülkedeki en yüksek dereceli yargı organıdır.",
    "Bazılarına gezgin denir.",
]


def sure(text: str, title: str = "", *, alone: bool = True) -> dict[str, str]:
    return {c.question: c.answer for c in questions(text, title, alone=alone) if c.doubt is None}


@pytest.mark.parametrize(("text", "question", "answer"), ASKED)
def test_a_plain_sentence_becomes_a_question(text, question, answer):
    assert sure(text).get(question) == answer


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_a_sentence_that_leans_or_could_mislead_is_left_alone(text):
    assert sure(text) == {}


@pytest.mark.parametrize(("text", "question"), DEFINED)
def test_a_definition_is_asked_for_and_answered_with_itself(text, question):
    assert [(c.question, c.answer) for c in definitions(text, "", alone=True) if c.doubt is None] == [(question, text)]


@pytest.mark.parametrize("text", NOT_DEFINED)
def test_what_is_no_definition_is_not_taken_for_one(text):
    assert [c.question for c in definitions(text, "", alone=True) if c.doubt is None] == []


def test_the_tables_are_as_large_as_they_claim():
    assert len(ASKED) + len(DEFINED) >= 60
    assert len(LEFT_ALONE) + len(NOT_DEFINED) >= 40


def test_a_common_subject_gets_the_title_in_front():
    found = sure("Kulüp 1974 yılında amatör kümede şampiyon oldu.", "Mavi formalı takım")
    assert found == {
        "“Mavi formalı takım” başlıklı yazıya göre kulüp hangi yılda amatör kümede şampiyon oldu?": "1974 yılında amatör kümede şampiyon oldu."
    }


def test_with_the_passage_beside_it_a_common_subject_needs_no_title():
    assert "Kulüp hangi yılda amatör kümede şampiyon oldu?" in sure("Kulüp 1974 yılında amatör kümede şampiyon oldu.", alone=False)


def test_a_doubtful_question_carries_its_reason():
    found = list(questions("Okul 1954'te yeniden açıldı.", "", alone=True))
    assert [c.doubt for c in found] == ["generic_subject"]


def test_an_announced_list_is_asked_for_with_the_announcing_word():
    text = "Başvuru için gerekli belgeler şunlardır:\n\n- Kimlik\n- Fotoğraf\n- Dilekçe"
    found = list(lists(text))
    assert [(f.question, f.items) for f in found] == [("Başvuru için gerekli belgeler nelerdir?", ("Kimlik", "Fotoğraf", "Dilekçe"))]
    assert found[0].quote in text


def test_an_enumeration_behind_a_colon_is_a_list():
    found = [f for f in lists("Süreç üç adımdan oluşur: başvuru, görüşme ve tutanak.") if f.doubt is None]
    assert [(f.question, f.items) for f in found] == [("Süreç hangi adımlardan oluşur?", ("başvuru", "görüşme", "tutanak"))]


def test_a_noun_that_belongs_to_all_items_makes_a_list_doubtful():
    assert [f.doubt for f in lists("Ninniler beş kümeye ayrılır: dilek, övgü ve korkutma ninnileri.")] == ["shared_noun"]


def test_facts_are_complete_and_word_for_word():
    text = "Yol 1932'de tamamlandı ve 12 Mayıs 1989 tarihinde kapandı. Uzunluğu 64 kilometre, eğimi %12 idi."
    assert facts(text) == ({"tarihler": ["1932", "12 Mayıs 1989"], "miktarlar": ["64 kilometre", "%12"]}, None)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Yol 1932'de açıldı ve 1955 yılının eylül ayında 4 kilometre uzadı.", "loose_dates"),
        ("Yolun 4-5 kilometre kadarı 1932'de, gerisi 1935'te açıldı.", "ranges"),
        ("Yol açıldı.", "too_few_facts"),
        ("Yolu 1932'de 1950 işçi açtı.", "unsure_year"),
    ],
)
def test_facts_that_cannot_be_complete_are_doubtful(text, doubt):
    assert facts(text)[1] == doubt


PASSAGE = (
    "Kırkkuyu Köprüsü 1954 yılında Ankara'da açıldı. Köprü iki yakayı birbirine bağladı. Kırkkuyu Köprüsü için üç yıl boyunca yüz işçi çalıştı. "
    "Çevredeki esnaf köprüye uzun zaman alışamadı. Akşamları gençler korkulukların önünde toplanırdı. Yaşlılar eski sandalları özlerdi."
)


def test_a_summary_is_made_of_sentences_of_its_passage_and_shorter_than_half():
    text, doubt = summary(PASSAGE, "Kırkkuyu Köprüsü", opening=True)
    assert doubt is None
    assert text.startswith("Kırkkuyu Köprüsü 1954 yılında Ankara'da açıldı.")
    assert all(sentence.strip() in PASSAGE for sentence in text.split(". "))
    assert len(text.split()) <= len(PASSAGE.split()) / 2


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Kısa bir metin. İki cümle.", "too_short"),
        ("Bu yüzden herkes onu bekledi. " + PASSAGE, "lead_leans"),
        (PASSAGE + "\n\n- bir\n- iki", "has_list"),
    ],
)
def test_a_passage_that_cannot_be_summarised_says_why(text, doubt):
    assert summary(text, "Kırkkuyu Köprüsü", opening=True)[1] == doubt


def test_a_title_fits_when_it_shares_a_noun():
    assert fits("Köprünün üç yılı", PASSAGE)
    assert not fits("Tavuklu pilav", PASSAGE)


def prompt(task: str, **fields: str) -> Prompt:
    return Prompt(
        "q-1", task, {"metin": PASSAGE, "baslik": "Kırkkuyu Köprüsü", "bolum": "ilk", "adet": "2", "baglam": "none"} | fields, (), 1
    )


@pytest.mark.parametrize("task", ["soru-cevap", "tanim", "liste", "ozet", "baslik", "bilgi-cikarma", "bilinmeyen"])
def test_the_writer_answers_every_task_with_a_json_list(task):
    assert isinstance(json.loads(write(prompt(task))), list)


def test_the_writer_gives_no_more_sure_items_than_asked_for():
    items = json.loads(write(prompt("soru-cevap", adet="1")))
    assert len([item for item in items if "suphe" not in item]) == 1


def test_the_writer_says_the_same_twice():
    assert write(prompt("soru-cevap")) == write(prompt("soru-cevap"))


def test_only_the_first_passage_gets_the_title():
    assert json.loads(write(prompt("baslik"))) == [{"baslik": "Kırkkuyu Köprüsü"}]
    assert json.loads(write(prompt("baslik", bolum="devam"))) == []
