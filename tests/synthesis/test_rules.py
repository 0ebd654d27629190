import json

import pytest

from synthesis.lexicon import first_names
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
    ("Aslı Karaca, 12 Mayıs 1989 tarihinde Edirne'ye taşındı.", "Aslı Karaca, Edirne'ye hangi tarihte taşındı?", "12 Mayıs 1989 tarihinde Edirne'ye taşındı."),
    ("Mehmet Duru 1974'te İzmir'e yerleşti.", "Mehmet Duru, İzmir'e ne zaman yerleşti?", "1974'te İzmir'e yerleşti."),
    ("Mehmet Duru 1974'te İzmir'e yerleşti.", "Mehmet Duru 1974'te nereye yerleşti?", "İzmir'e yerleşti."),
    ("Marangoz Hasan Yurt, Eylül 2003'te Bursa'da dükkân açtı.", "Marangoz Hasan Yurt ne zaman Bursa'da dükkân açtı?", "Eylül 2003'te Bursa'da dükkân açtı."),
    ("Marangoz Hasan Yurt, Eylül 2003'te Bursa'da dükkân açtı.", "Marangoz Hasan Yurt, Eylül 2003'te nerede dükkân açtı?", "Bursa'da dükkân açtı."),
    ("1998'de Gökçe Bilim Merkezi açıldı.", "Gökçe Bilim Merkezi ne zaman açıldı?", "1998'de Gökçe Bilim Merkezi açıldı."),
    ("2005 yılında Elif Sönmez Kars'a atandı.", "Elif Sönmez, Kars'a hangi yılda atandı?", "2005 yılında Elif Sönmez Kars'a atandı."),
    ("Doğa Koruma Vakfı 1992'den beri fidan dağıtıyor.", "Doğa Koruma Vakfı hangi yıldan beri fidan dağıtıyor?", "1992'den beri fidan dağıtıyor."),
    ("Kızılay Kan Merkezi 2010'dan itibaren cumartesi günleri çalışıyor.", "Kızılay Kan Merkezi hangi yıldan itibaren cumartesi günleri çalışıyor?", "2010'dan itibaren cumartesi günleri çalışıyor."),
    ("Selim Ateş 1985'e kadar Konya'da çalıştı.", "Selim Ateş hangi yıla kadar Konya'da çalıştı?", "1985'e kadar Konya'da çalıştı."),
    ("Meltem Oral, 1971 yılında Denizli'nin Buldan ilçesinde doğdu.", "Meltem Oral, 1971 yılında Denizli'nin hangi ilçesinde doğdu?", "Buldan ilçesinde doğdu."),
    ("Meltem Oral, 1971 yılında Denizli'nin Buldan ilçesinde doğdu.", "Meltem Oral, Denizli'nin Buldan ilçesinde hangi yılda doğdu?", "1971 yılında Denizli'nin Buldan ilçesinde doğdu."),
    ("Yazar Hale Tuna 1990'da Marmara Üniversitesi'ni bitirdi.", "Yazar Hale Tuna, Marmara Üniversitesi'ni ne zaman bitirdi?", "1990'da Marmara Üniversitesi'ni bitirdi."),
    ("Arıcı Sevgi Balcı Muğla'nın Yatağan ilçesinde 90 kovana bakıyor.", "Arıcı Sevgi Balcı Muğla'nın Yatağan ilçesinde kaç kovana bakıyor?", "90 kovana bakıyor."),
    ("Arıcı Sevgi Balcı Muğla'nın Yatağan ilçesinde 90 kovana bakıyor.", "Arıcı Sevgi Balcı Muğla'nın hangi ilçesinde 90 kovana bakıyor?", "Yatağan ilçesinde 90 kovana bakıyor."),
    ("Kızılırmak'ın uzunluğu 1.355 kilometredir.", "Kızılırmak'ın uzunluğu kaç kilometredir?", "1.355 kilometredir."),
    ("Van Gölü'nün derinliği 451 metredir.", "Van Gölü'nün derinliği kaç metredir?", "451 metredir."),
    ("İstanbul Boğazı'nın uzunluğu yaklaşık 30 kilometredir.", "İstanbul Boğazı'nın uzunluğu yaklaşık kaç kilometredir?", "Yaklaşık 30 kilometredir."),
    ("Safranbolu'da 1.008 tescilli ev bulunuyor.", "Safranbolu'da kaç tescilli ev bulunuyor?", "1.008 tescilli ev bulunuyor."),
    ("Amasra'da 14 pansiyon var.", "Amasra'da kaç pansiyon var?", "14 pansiyon var."),
    ("Cemal Uysal maratonu 61 dakikada bitirdi.", "", ""),
    ("Süphan Dağı 4.000 metreyi aşar.", "Süphan Dağı kaç metreyi aşar?", "4.000 metreyi aşar."),
    ("Kuzgunlar Spor Kulübü 1954 yılında iki odayla açıldı.", "Kuzgunlar Spor Kulübü 1954 yılında kaç odayla açıldı?", "İki odayla açıldı."),
    ("Bahar Koç haftada ortalama 25 eve gidiyor.", "Bahar Koç haftada ortalama kaç eve gidiyor?", "Ortalama 25 eve gidiyor."),
    ("Şule Aktaş 2024'te 186 dosyaya baktı.", "Şule Aktaş 2024'te kaç dosyaya baktı?", "186 dosyaya baktı."),
    ("Şule Aktaş 2024'te 186 dosyaya baktı.", "Şule Aktaş ne zaman 186 dosyaya baktı?", "2024'te 186 dosyaya baktı."),
    ("Trabzon Atölyesi günde en az 40 sandalye üretiyor.", "Trabzon Atölyesi günde en az kaç sandalye üretiyor?", "En az 40 sandalye üretiyor."),
    ("Derya Pınar Ankara'da üç yıl boyunca piyano çaldı.", "", ""),
    ("Kemal Taş İstanbul'dan Rize'ye taşındı.", "Kemal Taş, Rize'ye nereden taşındı?", "İstanbul'dan Rize'ye taşındı."),
    ("Kemal Taş İstanbul'dan Rize'ye taşındı.", "Kemal Taş İstanbul'dan nereye taşındı?", "Rize'ye taşındı."),
    ("Nil Erdem 2001'de Aydın'ın Söke ilçesine atandı.", "Nil Erdem 2001'de Aydın'ın hangi ilçesine atandı?", "Söke ilçesine atandı."),
    ("Oktay Demir Mardin'in Dereyazı köyünde doğdu.", "Oktay Demir Mardin'in hangi köyünde doğdu?", "Dereyazı köyünde doğdu."),
    ("Levent Uslu Dereyazı köyünde yaşıyor.", "Levent Uslu hangi köyde yaşıyor?", "Dereyazı köyünde yaşıyor."),
    ("Zehra Kaplan Fidanlı ilçesinden geldi.", "Zehra Kaplan hangi ilçeden geldi?", "Fidanlı ilçesinden geldi."),
    ("Yukarı Köprü 1566'da Mimar Hayrettin tarafından yapıldı.", "Yukarı Köprü ne zaman Mimar Hayrettin tarafından yapıldı?", "1566'da Mimar Hayrettin tarafından yapıldı."),
    ("Yukarı Köprü 1566'da Mimar Hayrettin tarafından yapıldı.", "Yukarı Köprü 1566'da kim tarafından yapıldı?", "Mimar Hayrettin tarafından yapıldı."),
    ("Gökçe Bilim Merkezi 2011'de Sarıyer Belediyesi tarafından yenilendi.", "Gökçe Bilim Merkezi 2011'de hangi kurum tarafından yenilendi?", "Sarıyer Belediyesi tarafından yenilendi."),
    ("Sarıyer Kültür Evi'ni ressam Orhan Yalın yaptı.", "Sarıyer Kültür Evi'ni kim yaptı?", "Ressam Orhan Yalın yaptı."),
    ("Mavi Kapı Dergisi'ni 1978'de Nevin Aksoy kurdu.", "Mavi Kapı Dergisi'ni 1978'de kim kurdu?", "Nevin Aksoy kurdu."),
    ("Deniz Otogarı her gün saat 06.00'da açılır.", "Deniz Otogarı her gün saat kaçta açılır?", "Saat 06.00'da açılır."),
    ("Kars Sanat Evi hafta içi saat 09.30'da açılıyor.", "Kars Sanat Evi hafta içi saat kaçta açılıyor?", "Saat 09.30'da açılıyor."),
    ("Ardıç Kooperatifi'nin gelirinin %60'ını Almanya satışları oluşturuyor.", "", ""),
    ("Manisa'nın tarım alanlarının %40'ı bağdır.", "Manisa'nın tarım alanlarının yüzde kaçı bağdır?", "%40'ı bağdır."),
    ("Seda Yıldırım, uçağı kaçırdığı için Ankara'da kaldı.", "Seda Yıldırım neden Ankara'da kaldı?", "Uçağı kaçırdığı için Ankara'da kaldı."),
    ("Tolga Şen, dizi incindiği için yarıştan çekildi.", "Tolga Şen neden yarıştan çekildi?", "Dizi incindiği için yarıştan çekildi."),
    ("Erdem Kaya, Sivas'a dönmedi, çünkü yollar karla kapanmıştı.", "Erdem Kaya neden Sivas'a dönmedi?", "Çünkü yollar karla kapanmıştı."),
    ("Ağrı Dağı nerededir? Ağrı Dağı Türkiye'nin doğusundadır.", "Ağrı Dağı nerededir?", "Ağrı Dağı Türkiye'nin doğusundadır."),
    ("Mediha Taş Sivas'ta 75 anneyle görüştü.", "Mediha Taş 75 anneyle nerede görüştü?", "Sivas'ta 75 anneyle görüştü."),
    ("Nazende Kirazlı bir avukattır. Kirazlı 1997'de Tokat'a geldi.", "Nazende Kirazlı, Tokat'a ne zaman geldi?", "1997'de Tokat'a geldi."),
    ("Ömer Güneş on dört yıldır balıkçıdır. Annesi Rabia Güneş 1961'de Bartın'a geldi.", "Rabia Güneş, Bartın'a ne zaman geldi?", "1961'de Bartın'a geldi."),
    ("Köyün son demircisi Veli Taşkın 2007'de Bolu'ya gitti.", "Veli Taşkın, Bolu'ya ne zaman gitti?", "2007'de Bolu'ya gitti."),
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
    ("Çok geniş bir çöküntü çukuruna çökme kalderası denir.", "Çökme kalderası nedir?"),
    ("Haftada 45 saati aşan çalışmaya fazla çalışma denir.", "Fazla çalışma nedir?"),
    ("Suyun gaz hâlinden sıvı hâle geçmesine yoğuşma denir.", "Yoğuşma nedir?"),
    ("Asitliği binde sekizi geçmeyen kusursuz yağa natürel sızma zeytinyağı denir.", "Natürel sızma zeytinyağı nedir?"),
    ("Van Gölü, Doğu Anadolu'da uzanan kapalı bir göldür.", "Van Gölü nedir?"),
    ("Kişisel veri, bir gerçek kişiye ilişkin her türlü bilgidir.", "Kişisel veri nedir?"),
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
    "Bavul lacivert, orta boy ve sapında kurdele olan bir bavuldur.",
    "Biyolojide, enerji bütün canlılarda bulunan bir özelliktir.",
    "Rotorlar, dış kenarda bıçak taşıyan bir düzene sahiptir.",
    "Üreticinin, ürün fiyatının düşmesini önleyen bir karardır.",
    "Yapraklar, sürgüne bağlanırken tek olursa almaşlı denir.",
    "Özet olarak, bir aracın kaldırabileceği azami ağırlıktır.",
]


def sure(text: str, title: str = "", *, alone: bool = True) -> dict[str, str]:
    return {c.question: c.answer for c in questions(text, title, alone=alone) if c.doubt is None and not c.given}


def beside(text: str, title: str = "") -> dict[str, str]:
    return {c.question: c.answer for c in questions(text, title, alone=True) if c.doubt is None and c.given}


def defined(text: str, title: str = "") -> list[tuple[str, str, bool]]:
    return [(c.question, c.answer, c.given) for c in definitions(text, title, alone=True, opening=False) if c.doubt is None]


@pytest.mark.parametrize(("text", "question", "answer"), ASKED)
def test_a_plain_sentence_becomes_a_question(text, question, answer):
    assert sure(text).get(question) == answer


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_a_sentence_that_leans_or_could_mislead_is_left_alone(text):
    assert sure(text) == {}


@pytest.mark.parametrize(("text", "question"), DEFINED)
def test_a_definition_is_asked_for_and_answered_with_itself(text, question):
    assert [(c.question, c.answer) for c in definitions(text, "", alone=False, opening=True) if c.doubt is None] == [(question, text)]


@pytest.mark.parametrize("text", NOT_DEFINED)
def test_what_is_no_definition_is_not_taken_for_one(text):
    assert [c.question for c in definitions(text, "", alone=False, opening=True) if c.doubt is None] == []


def test_the_tables_are_as_large_as_they_claim():
    assert len(ASKED) + len(DEFINED) >= 60
    assert len(LEFT_ALONE) + len(NOT_DEFINED) >= 40


def test_a_common_subject_gets_the_title_in_front():
    found = sure("Kulüp 1974 yılında amatör kümede şampiyon oldu.", "Mavi formalı kulüp")
    assert found == {
        "“Mavi formalı kulüp” başlıklı yazıya göre kulüp hangi yılda amatör kümede şampiyon oldu?": "1974 yılında amatör kümede şampiyon oldu."
    }


@pytest.mark.parametrize("title", ["", "Mavi formalı takım"])
def test_a_common_subject_that_no_title_names_is_asked_beside_its_passage(title):
    assert beside("Kulüp 1974 yılında amatör kümede şampiyon oldu.", title) == {
        "Kulüp hangi yılda amatör kümede şampiyon oldu?": "1974 yılında amatör kümede şampiyon oldu."
    }


def test_with_the_passage_beside_it_a_common_subject_needs_no_title():
    assert "Kulüp hangi yılda amatör kümede şampiyon oldu?" in sure("Kulüp 1974 yılında amatör kümede şampiyon oldu.", alone=False)


def test_a_doubtful_question_carries_its_reason():
    found = list(questions("Ali Vural 1954'te ve 1960'ta yarıştı.", "", alone=True))
    assert {c.doubt for c in found} == {"several_dates"}


def test_a_question_heading_is_neither_a_question_nor_a_source():
    text = "Gölün suyu\n\nVan Gölü'nün suyu neden sodalı?\n\nVan Gölü, Doğu Anadolu'da uzanan kapalı bir göldür. Göl büyüktür."
    assert list(questions(text, "", alone=True)) == []


@pytest.mark.parametrize(
    ("answer", "sure_of_it"),
    [
        ("Van Gölü kapalı bir göldür.", False),
        ("Van Gölü sodalıdır, çünkü suyu dışarı akmaz.", True),
        ("Van Gölü suyu buharlaştığı için sodalıdır.", True),
    ],
)
def test_a_why_question_needs_a_cause_in_its_answer(answer, sure_of_it):
    text = f"Van Gölü'nün suyu neden sodalı? {answer}"
    assert ("Van Gölü'nün suyu neden sodalı?" in sure(text)) is sure_of_it


def test_a_common_noun_with_its_kind_is_no_name_of_its_own():
    assert sure("Göçmen Mahallesi 1925 yılında kuruldu.") == {}
    assert list(sure("Göçmen Mahallesi 1925 yılında kuruldu.", "Bir kasabanın öyküsü")) == [
        "“Bir kasabanın öyküsü” başlıklı yazıya göre Göçmen Mahallesi hangi yılda kuruldu?"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Bekir Çarık mesleği 1986 yılında dayısından öğrendi.",
        "Vesile Tokatlı tarlasına sistemi 2020'de kurdurdu.",
        "Rıfkı Çömlek fabrikayı 1926'da kurdu.",
    ],
)
def test_a_bare_definite_noun_needs_its_text_even_behind_a_person(text):
    assert sure(text) == {}
    assert beside(text) != {}


@pytest.mark.parametrize(
    "text",
    [
        "29 Haziran 1444 tarihinde Ali Paşa komutasındaki Osmanlı ordusu Debre'ye geldi.",
        "1973 yılında Bilim Kurulu'nun çıkmasından önce yirmi ağ geliştirildi.",
        "Yarışmaya 412 öykü gönderilmiş, birinciliği hemşire Ayten Bağlı kazanmıştı.",
        "Etiketteki ilk sayı konuyu, altındaki üç harf soyadını gösterir.",
        "Jale Kent 2010 yılında bölgedeki başlıca şehirdir.",
        "Şimdi arzu buyurursanız tekrar İstanbul'a dönelim.",
        "Kuşluk'un elleri titrediği için kâğıdını sunucu Süheyla Narlı tuttu.",
        "Kayıtlar 15 Eylül'de başlar ve 31 Ekim günü saat 17.00'de sona erer.",
    ],
)
def test_a_sentence_of_two_halves_is_neither_asked_alone_nor_beside_its_text(text):
    assert sure(text) | beside(text) == {}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Heyet, başvuruları iki masada kabul ediyor.", "Heyet, başvuruları kaç masada kabul ediyor?"),
        ("Çatı, velilerin getirdiği 18.000 lirayla onarıldı.", "Çatı, velilerin getirdiği kaç lirayla onarıldı?"),
        ("Müze, 1954 yılında açıldı.", "Müze hangi yılda açıldı?"),
        ("Müze, 1954 yılında yeni bir ek bina yaptırdı.", "Müze hangi yılda yeni bir ek bina yaptırdı?"),
        ("Jüri, 12 öğrenci seçti.", "Jüri kaç öğrenci seçti?"),
        ("Taşlar, on kilometre uzaktaki ocaktan getirildi.", "Taşlar, kaç kilometre uzaktaki ocaktan getirildi?"),
    ],
)
def test_the_comma_behind_a_subject_stays_where_the_question_word_does_not_part_it(text, question):
    assert list(beside(text)) == [question]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Ali Vural 2003'te yürürlüğe soktu.", "Ali Vural ne zaman yürürlüğe soktu?"),
        ("Ali Vural 1991'de yeni bir pide günü düzenledi.", "Ali Vural ne zaman yeni bir pide günü düzenledi?"),
        ("Ali Vural Tarsus'ta eski fabrikanın yanında oturuyor.", "Ali Vural nerede eski fabrikanın yanında oturuyor?"),
        ("Ali Vural 2003'te tarihi olarak Ankara'ya taşındı.", "Ali Vural ne zaman tarihi olarak Ankara'ya taşındı?"),
    ],
)
def test_the_question_word_stays_before_what_belongs_to_the_verb(text, question):
    assert question in sure(text) | beside(text)


def test_a_lone_first_name_becomes_the_whole_name_or_is_asked_beside_its_text():
    asked = "Rüstem bir ayda 147 çizgi çekti."
    title = "Bir eczacının tezgâhından: Rüstem"
    assert list(sure(f"Rüstem Ballıkaya tezgâhı devraldı. {asked}", title)) == ["Rüstem Ballıkaya bir ayda kaç çizgi çekti?"]
    assert (sure(asked, title), list(beside(asked, title))) == ({}, ["Rüstem bir ayda kaç çizgi çekti?"])


def test_a_surname_of_two_people_is_the_one_in_the_title():
    text = "Ali Pınarcık aşçıydı. Ayşe Pınarcık kazanı kaynattı. Pınarcık 1974 yılında Ankara'ya geldi."
    assert "Ayşe Pınarcık, Ankara'ya hangi yılda geldi?" in sure(text, "Kazan başında: Ayşe Pınarcık")
    assert sure(text, "Kazan başında kırk yıl") == {}


def test_a_first_name_that_opens_the_name_of_a_thing_makes_no_person():
    assert {"Çınar", "Gazi", "Ilgaz", "Mimar"}.isdisjoint(first_names())
    assert {"Selin", "Refika", "Nigâr", "Ahmet", "Deniz"} <= first_names()
    assert list(sure("Anadolu Çınar Bankası, şubesini 1998'de tanıttı.")) == ["Anadolu Çınar Bankası, şubesini ne zaman tanıttı?"]


def test_a_surname_that_is_a_plural_too_is_asked_beside_its_text():
    text = "Ali Sütçüler geldi. Ayşe Sütçüler gitti. Sütçüler 2022'de istekleri üç ay durdurdu."
    assert sure(text, "Sütçüler ve bir takvim") == {}
    assert "Sütçüler 2022'de istekleri kaç ay durdurdu?" in beside(text, "Sütçüler ve bir takvim")


def test_what_is_counted_may_be_the_subject_beside_its_text():
    assert beside("Toplantıya 70 kişi katıldı.") == {"Toplantıya kaç kişi katıldı?": "70 kişi katıldı."}


def test_a_compound_profession_goes_with_its_person():
    assert beside("Toplantıyı ziraat yüksek mühendisi Oğuzhan Çakıl yönetti.") == {
        "Toplantıyı kim yönetti?": "Ziraat yüksek mühendisi Oğuzhan Çakıl yönetti."
    }


def test_a_word_that_leans_on_the_day_is_asked_beside_its_text():
    assert beside("Ali Vural bugün 40 öğrenciyle çalışıyor.") == {"Ali Vural bugün kaç öğrenciyle çalışıyor?": "40 öğrenciyle çalışıyor."}


def test_what_is_still_to_come_is_asked_beside_its_text():
    text = "Fatih Sultan Mehmet Köprüsü'nün bakımı 3 ay sürecek."
    assert (sure(text), list(beside(text))) == ({}, ["Fatih Sultan Mehmet Köprüsü'nün bakımı kaç ay sürecek?"])


def test_a_definition_with_denir_puts_the_term_before_it():
    text = "Elektronik fon transferi, iki banka arasındaki para aktarımına denir."
    answer = "İki banka arasındaki para aktarımına elektronik fon transferi denir."
    assert defined(text, "Elektronik fon transferi ve havale") == [("Elektronik fon transferi nedir?", answer, False)]


SERTIFIKA = "Sertifika, bir sunucunun kimliğini kanıtlayan dijital bir belgedir."


def test_an_everyday_word_is_defined_in_its_text():
    (with_title,) = defined(SERTIFIKA, "12 Mart kesintisi")
    (without,) = defined(SERTIFIKA)
    (named,) = defined(SERTIFIKA, "Sertifika nasıl alınır?")
    (asked,) = defined(SERTIFIKA, "Sertifika nedir?")
    assert with_title == ("“12 Mart kesintisi” başlıklı yazıya göre sertifika nedir?", SERTIFIKA, False)
    assert without == ("Sertifika nedir?", SERTIFIKA, True)
    assert named == ("“Sertifika nasıl alınır?” başlıklı yazıya göre sertifika nedir?", SERTIFIKA, False)
    assert asked == ("Sertifika nedir?", SERTIFIKA, True)


CIHAZ = "Kaçak dinleme cihazı, toprak altındaki su sesini yükselterek dinleten bir aygıttır."


@pytest.mark.parametrize(
    ("title", "opening", "question"),
    [
        ("Kaçak dinleme cihazları", False, "Kaçak dinleme cihazı nedir?"),
        ("Su idaresinin karnesi", True, "Kaçak dinleme cihazı nedir?"),
        ("Su idaresinin karnesi", False, "“Su idaresinin karnesi” başlıklı yazıya göre kaçak dinleme cihazı nedir?"),
    ],
)
def test_a_term_stands_bare_only_where_the_title_or_the_first_sentence_has_it(title, opening, question):
    assert [c.question for c in definitions(CIHAZ, title, alone=True, opening=opening)] == [question]


def test_only_the_first_sentence_of_the_text_may_define_without_its_title():
    found = definitions(f"Sokakta su aranır. {CIHAZ}", "Su idaresinin karnesi", alone=True, opening=True)
    assert [c.kind for c in found] == ["led_is"]


def test_a_term_that_the_passage_writes_small_is_small_behind_the_title():
    text = f"Cihazın adı Kaçak Dinleme oldu. {CIHAZ}"
    assert [question for question, _, _ in defined(text, "Su idaresinin karnesi")] == [
        "“Su idaresinin karnesi” başlıklı yazıya göre kaçak dinleme cihazı nedir?"
    ]


def test_a_term_that_the_text_itself_asks_for_gets_its_title_too():
    text = "Yanardağ nedir? Yanardağ, magmanın yüzeye çıktığı yerde oluşan bir dağdır."
    answer = "Yanardağ, magmanın yüzeye çıktığı yerde oluşan bir dağdır."
    assert sure(text, "Beş soruda dağlar") == {"“Beş soruda dağlar” başlıklı yazıya göre yanardağ nedir?": answer}
    assert beside(text) == {"Yanardağ nedir?": answer}


REM = "Döngünün hızlı göz hareketlerinin görüldüğü bölümüne REM uykusu denir."


def test_the_owner_of_a_part_must_have_been_spoken_of():
    assert defined(REM, "Uyku ve biz") == []
    assert defined(f"Uykuda döngüler birbirini izler. {REM}", "Uyku ve biz") == [("REM uykusu nedir?", REM, True)]


@pytest.mark.parametrize(
    "text",
    [
        "Bir tepe çöktü. Tepenin çökmesiyle oluşan çok geniş çukura kaldera denir.",
        "Çok geniş bir çöküntü çukuruna ise kaldera denir.",
    ],
)
def test_a_definition_that_leans_is_given_with_its_text(text):
    assert [given for _, _, given in defined(text, "Kaldera nedir?")] == [True]


def test_an_announced_list_is_asked_for_with_the_announcing_word():
    text = "Başvuru için gerekli belgeler şunlardır:\n\n- Kimlik\n- Fotoğraf\n- Dilekçe"
    found = list(lists(text))
    assert [(f.question, f.items) for f in found] == [("Başvuru için gerekli belgeler nelerdir?", ("Kimlik", "Fotoğraf", "Dilekçe"))]
    assert found[0].quote in text


def test_an_enumeration_behind_a_colon_is_a_list():
    found = [f for f in lists("Süreç üç adımdan oluşur: başvuru, görüşme ve tutanak.") if f.doubt is None]
    assert [(f.question, f.items) for f in found] == [("Süreç hangi adımlardan oluşur?", ("başvuru", "görüşme", "tutanak"))]


@pytest.mark.parametrize(
    "text",
    [
        '"Fırtına" ilk romanıdır. Roman üç bölümden oluşur: bekleyiş, yolculuk ve dönüş.',
        "Basitçe üç bölümden oluşur: magma odası, baca ve krater.",
        "İlk altı adım şöyle sıralanır:\n\n- Aksaray il oldu\n- Batman il oldu",
    ],
)
def test_a_list_whose_owner_is_not_plain_is_quoted(text):
    (found,) = [f for f in lists(text) if f.doubt is None]
    assert found.question.startswith("Metinde “")


def test_a_noun_that_belongs_to_all_items_makes_a_list_doubtful():
    assert [f.doubt for f in lists("Ninniler beş kümeye ayrılır: dilek, övgü ve korkutma ninnileri.")] == ["shared_noun"]


def test_facts_are_complete_and_word_for_word():
    text = "Yol 1932'de tamamlandı ve 12 Mayıs 1989 tarihinde kapandı. Uzunluğu 64 kilometre, eğimi %12 idi."
    assert facts(text) == ({"tarihler": ["1932", "12 Mayıs 1989"], "miktarlar": ["64 kilometre", "%12"]}, None)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Yol 1932'de açıldı ve 1955 yılının eylül ayında 4 kilometre uzadı.", "loose_dates"),
        ("Yol 1932'de açıldı, 1990'lı yıllarda genişledi.", "loose_dates"),
        ("Yolun 415.000'den 587.000 kilometreye çıkması iki yıl sürdü, %3 uzadı.", "ranges"),
        ("Nüfus %10 ila 30 azaldı, 40 ton buğday yandı.", "ranges"),
        ("Yol açıldı.", "too_few_facts"),
        ("Yolu 1932'de ustalar, 1950 Ankara ekibi ise 1951'de açtı.", "unsure_year"),
        ("Ödül birinciye 20.000, ikinciye 8.000 lira, yarışçıya 5 lira idi.", "ranges"),
        ("Hamura iki bardak su, 500 gram un ve 10 gram tuz girer.", "odd_unit"),
    ],
)
def test_facts_that_cannot_be_complete_are_doubtful(text, doubt):
    assert facts(text)[1] == doubt


def test_a_kind_of_fact_that_may_be_incomplete_is_left_out_and_the_other_stays():
    text = "Yol 1932'de ve 1940'ta onarıldı. Hamura iki bardak su, 500 gram un girer."
    assert facts(text) == ({"tarihler": ["1932", "1940"]}, None)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Ampul 13 vat, ısıtıcı bir kilovatsaat harcar.", ["13 vat", "bir kilovatsaat"]),
        ("Sıcaklık eksi 15 derecenin, gece sıfırın altında 46,4 derecenin altına indi.", ["eksi 15 derece", "sıfırın altında 46,4 derece"]),
        ("Hücrenin gerilimi 3,7 volttur, akımı 2 amperdir.", ["3,7 volt", "2 amper"]),
        ("Işık on dört deniz milinden görülür; bir deniz mili 1.852 metredir.", ["on dört deniz mili", "bir deniz mili", "1.852 metre"]),
        ("Bardak 120 kalori verir, depo 5 litreliktir.", ["120 kalori", "5 litre"]),
        ("Borç 8 trilyon dolar, sermaye 2,15 milyar Eurodur.", ["8 trilyon dolar", "2,15 milyar Euro"]),
        ("Disk 500 gigabayt, hat saniyede 2 megabittir.", ["500 gigabayt", "2 megabit"]),
        ("Havza 7.000.000 kilometre kare, göl 12 kilometrekaredir.", ["7.000.000 kilometre kare", "12 kilometrekare"]),
        ("İşlem altı hafta, nöbet 19 saat sürer, 4 kilo ve 3 lira ister.", ["4 kilo", "3 lira"]),
    ],
)
def test_an_amount_keeps_its_sign_and_its_whole_unit(text, amounts):
    assert facts(text) == ({"miktarlar": amounts}, None)


PASSAGE = (
    "Kırkkuyu Köprüsü 1954 yılında Ankara'da açıldı. Köprü iki yakayı birbirine bağladı. Kırkkuyu Köprüsü için üç yıl boyunca yüz işçi çalıştı. "
    "Çevredeki esnaf köprüye uzun zaman alışamadı. Akşamları gençler korkulukların önünde toplanırdı. Yaşlılar eski sandalları özlerdi."
)


NEWS = (
    "Dereağzı Halk Eğitim Merkezi yeni bir mutfak kursu açıyor. Kurs sekiz hafta sürecek. Dersleri öğretmen Mahir Kepekçi verecektir. "
    "Kontenjan 16 kişidir."
)


def test_the_topic_sentence_of_the_first_paragraph_is_its_summary():
    text, paragraph, doubt = summary(f"{NEWS}\n\n{PASSAGE}", "Halk eğitim merkezinden mutfak kursu", opening=True)
    assert (text, paragraph, doubt) == ("Dereağzı Halk Eğitim Merkezi yeni bir mutfak kursu açıyor.", NEWS, None)


@pytest.mark.parametrize(
    ("text", "title", "doubt"),
    [
        ("Kısa bir metin. İki cümle.", "Kısa bir metin", "too_short"),
        ("Bu yüzden herkes onu bekledi. " + PASSAGE, "Kırkkuyu Köprüsü bekledi", "lead_leans"),
        ("Mutfak kursu başlangıçta salı günleriydi. " + NEWS, "Mutfak kursu başlıyor", "lead_leans"),
        ("Mutfak kursu salı günleri verilir, oysa salon pazartesi boştur. " + NEWS, "Mutfak kursu salı günleri", "lead_leans"),
        (NEWS, "Akşamları ne yapmalı?", "lead_off_topic"),
        ("Ekşi maya ile tutulan hamur bir bekleme işidir. " + NEWS, "Hamur ve bekleme işleri", "side_definition"),
        ("ortasında kurs başladı. " + NEWS, "Mutfak kursu", "no_whole_paragraph"),
    ],
)
def test_a_passage_that_cannot_be_summarised_says_why(text, title, doubt):
    assert summary(text, title, opening=True)[2] == doubt


def test_only_the_opening_of_a_document_is_summarised():
    assert summary(NEWS, "Halk eğitim merkezinden mutfak kursu", opening=False)[2] == "too_short"


@pytest.mark.parametrize(
    ("title", "passage"),
    [
        ("Köprünün on beş yılı", PASSAGE),
        ("Köprü 1960'ta açıldı", PASSAGE),
        ("Köprüde ağustos telaşı", PASSAGE),
        ("Köprü ve Sabri Kantar", PASSAGE),
        ("Köprü hakkında üç soru", PASSAGE),
        ("Köprünün öyküsü", "ortasından geçen köprü. " + PASSAGE),
        ("Köprünün öyküsü", PASSAGE + " 2"),
    ],
)
def test_a_title_that_promises_what_the_text_lacks_does_not_fit(title, passage):
    assert not fits(title, passage)


def test_a_title_fits_when_it_shares_a_noun():
    assert fits("Köprünün üç yılı", PASSAGE)
    assert not fits("Tavuklu pilav", PASSAGE)


def test_a_title_about_the_part_cut_off_does_not_fit():
    assert not fits("Köprünün ve kayıkçının öyküsü", PASSAGE, "Kayıkçı her sabah gelirdi.")
    assert fits("Köprünün ve kayıkçının öyküsü", PASSAGE, "Vapur her sabah gelirdi.")
    assert fits("Köprü nasıl kuruldu", PASSAGE, "Bu iş nasıl oldu?")


def test_a_title_that_speaks_of_questions_needs_one_in_the_text():
    assert not fits("Köprü hakkında sorular", PASSAGE)
    assert fits("Köprü hakkında sorular", f"Köprü nerede? {PASSAGE}")
    assert fits("Köprünün sorunları ve sorumluları", PASSAGE)


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


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Tarım Bakanlığı, 2009'da 400 koruma memurunu işe aldı.", "Tarım Bakanlığı, 2009'da kaç koruma memurunu işe aldı?"),
        ("Osman Bey, 16 Eylül günü Kastamonu'ya ulaştı.", "Osman Bey, 16 Eylül günü nereye ulaştı?"),
    ],
)
def test_what_many_bodies_people_or_years_have_is_asked_beside_the_text(text, question):
    found = {one.question: one for one in questions(text, "", alone=True) if one.doubt is None}
    assert found[question].given
