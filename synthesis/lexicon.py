"""Words that rules and checks lean on: closed classes of Turkish, a short list of places in `rules/words/`, and the first names of `curation`."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import curation.pii


def word_set(text: str) -> frozenset[str]:
    """Return the words of `text`."""
    return frozenset(text.split())


MONTHS = "Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık"
NUMBER_WORDS = "iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan|yüz|bin|milyon|milyar"

# A sentence with one of these leans on what was said before it, or on the day it was said.
REFERENCES = word_set(
    """
    bu bunu bunun buna bunda bundan bunlar bunları bunların bunlara bunlarda bunlardan bunlarla bununla şu şunu şunun o onu onun ona onda ondan onlar onları
    onların onlara onlardan onunla burada burası buraya buradan buranın orada orası oraya oradan aynı söz böyle şöyle öyle böylece
    böylelikle diğer diğeri diğerleri öteki öbür ikisi ikisini üçü hepsi hepsini kimi kimileri bazıları birçoğu çoğu bazı biri
    birine birini ise ayrıca ancak fakat ama oysa lakin çünkü zira dolayısıyla nitekim üstelik hatta yine gene ardından sonrasında
    öncesinde bugün dün yarın şimdi artık hâlâ hala geçen gelecek önümüzdeki yukarıdaki aşağıdaki ertesi sonraki önceki bugünkü
    dünkü şimdiki ilgili kendi kendisi kendisini kendisine kendini kendine birlikte birbirine birbirini örneğin mesela yani işte
    demek belki acaba keşke eğer şayet ki de da dahi bile yoksa hem ne ya nasıl neden niçin kim hangi hiç hiçbiri hiçbirinin ben
    biz siz sen beni bizi sizi benim bizim sizin bana bize size bende bizde benden bizden kendim kendimi kendimiz diye rağmen
    karşın evet hayır peki elbette
    """
)
# After a name these make it something else than the subject.
AFTER_NAME = word_set(
    """
    ve veya ya ile gibi kadar için adlı isimli adında adındaki adıyla olarak hakkında üzerine üzerinde altında içinde dışında
    yanında önünde arkasında arasında sırasında boyunca döneminde dönemi sonrası öncesi sonrasında tarafından adına göre doğru
    karşı yönünde kıyısında yakınında çevresinde merkezli kökenli doğumlu bağlı ait sayesinde yüzünden nedeniyle üzerinden
    ilçesinde ilçesi ilinde ilindeki ilçesindeki köyünde köyündeki asıllı değil
    """
)
LIGHT_VERBS = re.compile(r"(?:et|ed|eyle|ol|kıl|ver|al|bul|kal|gör|çek|oyna|tut|koy|geç|gir|çık|gel|aç|düş|kur|yap)")
PROFESSIONS = word_set(
    """
    avukat hâkim savcı doktor hekim mimar mühendis öğretmen profesör yazar şair ressam heykeltıraş besteci yönetmen oyuncu
    gazeteci başkan müdür mudur kaptan kaleci santrfor antrenör hakem usta kalfa çırak berber terzi marangoz demirci bakırcı
    kuyumcu fırıncı çömlekçi balıkçı çoban arıcı çiftçi ebe hemşire eczacı veteriner tüccar çorbacı postacı makasçı makinist şef
    müfettiş memuru uzmanı mühendisi öğretmeni müdürü başkanı sahibi öğrencisi görevlisi hekimi sorumlusu yöneticisi sözcüsü
    sekreteri restoratör koordinatörü arkeolog tarihçi coğrafyacı kimyager fizikçi botanikçi gezgin rehber muhtar temsilcisi
    danışmanı doçent araştırmacı çalışanı teknisyeni teknisyen sultan padişah vali kaymakam paşa general bilgini gök bilimci
    kılavuzu kurucusu
    """
)
# Common nouns that open a sentence as its subject; each has a form of its own in the other cases.
COMMON_SUBJECTS = word_set(
    """
    kulüp takım okul müze kurum köy belediye dernek vakıf kooperatif şirket banka firma fabrika atölye mağaza market lokanta
    dükkân otel hastane kütüphane üniversite fakülte enstitü laboratuvar bakanlık müdürlük meclis komisyon kurul heyet ekip grup
    topluluk koro orkestra tiyatro dergi gazete kitap roman film belgesel albüm festival şenlik yarışma turnuva sergi konser tören
    kurs proje program uygulama yazılım cihaz makine robot uydu köprü baraj liman istasyon fener kule kale cami kilise saray han
    hamam çeşme bina apartman ev park orman göl nehir dere dağ ada vadi mağara tünel yol hat tren gemi uçak otobüs minibüs araç
    kanun yasa yönetmelik mahkeme sözleşme anlaşma kampanya araştırma çalışma deney anket rapor sistem ağ site depo sera tarla
    bahçe çiftlik tesis merkez salon usta öğretmen doktor mühendis yazar ressam bestekâr sporcu antrenör kaptan başkan müdür şair
    romancı çiftçi balıkçı arıcı hakem bakan temsilci avukat heykel yolculuk sefer yürüyüş maç sezon deprem yangın sel fırtına
    salgın hastalık aşı ilaç ürün hizmet bölge kent şehir ilçe kasaba mahalle sokak meydan halk aile
    gişe onarım inşaat tutanak set vade fon bostan kutu jeneratör pil ampul sayaç kule minare avlu kubbe kemer tezgâh kazan ocak fırın
    ustabaşı veznedar hemşire ebe eczacı gözlemci belgeselci heyet idare daire başkanlık müfettişlik kaymakamlık valilik ordu donanma
    devlet imparatorluk krallık hükümet parti sendika gezgin kaşif bilgin filozof besteci ressam heykeltıraş mimar sultan padişah
    kral kraliçe imparator general komutan vali balina kaplumbağa leylek arı fidanlık gölet havuz saha stadyum tribün takım kadro
    dizi bölüm sezon yayın kanal radyo gösteri oyun konferans kongre toplantı oturum çalıştay anıt kitabe yazıt hisar sur kapı
    boru tank raf kitapçık tekne kumsal delta aygıt kesinti sınav kayıt hamur karışım somun kovan bebek öğrenci kurul jüri zeytin fındık toprak tohum fidan
    """
)
PERSON_SUFFIXES = ("oğlu", "gil", "zade")
ORGANISATIONS = re.compile(
    r"(?:Belediyesi|Bakanlığı|Üniversitesi|Müdürlüğü|Derneği|Vakfı|Kurumu|Kurulu|Şirketi|Kooperatifi|Bankası|Meclisi|Başkanlığı|Odası|Enstitüsü|Müzesi|Birliği|UNESCO)$"
)
# Nouns of place whose case forms the rules can build: `ilçesinde` -> `hangi ilçede`.
PLACE_NOUNS = {
    "ilçesi": "ilçe", "köyü": "köy", "mahallesi": "mahalle", "beldesi": "belde", "kasabası": "kasaba", "bölgesi": "bölge", "adası": "ada",
    "semti": "semt", "yaylası": "yayla", "ovası": "ova", "vadisi": "vadi", "üniversitesi": "üniversite", "lisesi": "lise", "fakültesi": "fakülte",
}  # fmt: skip

# First names that more often open the name of a place, a thing or a title: `Çınar Bankası`, `Gazi Üniversitesi`, `Ilgaz Dağı`.
_NAMES_OF_THINGS = word_set(
    """
    Aslan Asya Ata Aydın Batı Bengi Buket Burçak Ceylan Cuma Cumhur Damla Demet Derin Derviş Devrim Dicle Doğa Doğan Doğu Doruk Ece Ege
    Elmas Emir Esen Eser Evren Evrim Fethiye Fidan Gazi Gediz Gökçe Gözde Gün Gündüz Güneş Güzide Hacı Hanım Hazar Hediye Ilgaz Irmak
    Işık Işın Kahraman Kaya Kıymet Kutlu Manolya Medine Menekşe Mercan Meriç Miraç Narin Naz Nazik Nehir Nur Olgun Öykü Özden Özgün Önder
    Paşa Pembe Peri Petek Poyraz Rüzgar Safa Sahra Satı Savaş Sefer Server Servet Seviye Seyhan Sıla Su Sultan Şafak Şeref Taşkın
    Toprak Tufan Tuna Tunç Ulaş Vefa Yadigar Yağmur Yaprak Yaren Yetiş Yetkin Yıldırım Yılmaz Yonca Yücel Çağdaş Çağla Çağlar Çağrı Çınar
    """
)


@cache
def places() -> frozenset[str]:
    """Return names of provinces, countries, large cities and some districts."""
    return _list("places")


@cache
def first_names() -> frozenset[str]:
    """Return Turkish first names: those by which `curation` finds people, without words that open the names of things."""
    path = Path(curation.pii.__file__).with_name("first_names.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return word_set(" ".join(line for line in lines if not line.startswith("#"))) - _NAMES_OF_THINGS


def _list(name: str) -> frozenset[str]:
    path = Path(__file__).parent / "rules" / "words" / f"{name}.txt"
    return word_set(path.read_text(encoding="utf-8"))
