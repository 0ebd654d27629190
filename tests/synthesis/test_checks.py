import pytest

from synthesis import checks


@pytest.mark.parametrize(
    "question",
    [
        "Bu köprü ne zaman açıldı?",
        "Metne göre kim kazandı?",
        "Yukarıdaki olay nerede geçti?",
        "Söz konusu kanun ne zaman çıktı?",
        "Onun babası kimdir?",
        "Ne zaman kuruldu?",
        "Nerede çalışmaya başladı?",
        "O yıl kim kazandı?",
        "Bunlar nelerdir?",
        "Nedir?",
        "Metin Atatürk'ün hangi yönünü anlatıyor?",
        "Köprü neden yıkıldı?",
        "Sonra neden olur?",
        "Metni kim yazdı?",
    ],
)
def test_a_question_that_leans_on_a_text_is_not_self_contained(question):
    assert checks.self_contained(question) == "not_self_contained"


@pytest.mark.parametrize(
    "question",
    [
        "Yanardağ nedir?",
        "Türk Borçlar Kanunu ne zaman yürürlüğe girdi?",
        "Metin Sarıkaya hangi kulüpte oynadı?",
        "Futbolcu Metin hangi kulüpte oynadı?",
        "Metin'in kardeşi nerede doğdu?",
        "İstanbul ne zaman fethedildi?",
        "Deprem neden olur?",
        "Evde ekşi maya nasıl beslenir?",
        "Burdur'un nüfusu kaçtır?",
        "“Ninniler üzerine bir not” başlıklı yazıya göre ninnilerin büyük bölümü kaç dizelidir?",
        "Cazgır kime denir?",
    ],
)
def test_a_question_that_says_what_it_is_about_is_self_contained(question):
    assert checks.self_contained(question) is None


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Ankara ne zaman başkent oldu?", None),
        ("Ankara başkent midir?", None),
        ("Müdür Yardımcısı Ali nerede çalışıyor?", None),
        ("Kaçak yolcu nereye saklandı?", None),
        ("Ankara Üniversitesi'ne hangi yıl rektör atandı?", None),
        ("Topkapı Müzesi’ne kaç kişi geldi?", None),
        ("Van Gölü'ne nereden su gelir?", None),
        ("Ankara Üniversitesi'ne Kemal Tuna atandı?", "no_question_word"),
        ("“Yer neden sarsılır?” başlıklı yazıya göre levha kaç santimetre kayar?", None),
        ("Ankara ne zaman başkent oldu", "no_question_mark"),
        ("Ankara başkent oldu?", "no_question_word"),
        ("Kim, ne zaman geldi?", "several_questions"),
        ("Kim geldi? Ne zaman?", "several_questions"),
    ],
)
def test_a_question_has_one_question_word_and_its_mark(question, verdict):
    assert checks.question_form(question) == verdict


def test_a_question_must_not_hold_its_answer():
    assert checks.answer_hidden("1954'te açılan köprü ne zaman açıldı?", "1954'te") == "answer_in_question"
    assert checks.answer_hidden("Köprü ne zaman açıldı?", "1954'te açıldı.") is None
    assert checks.answer_hidden("Köprü ne zaman açıldı?", "...") == "answer_in_question"


def test_a_place_that_the_question_names_is_no_answer():
    question = "Sarıkavak Kalkınma Kooperatifi 1973 yılında Burdur'un hangi köyünde kuruldu?"
    assert checks.answer_hidden(question, "Sarıkavak köyünde kuruldu.") == "answer_in_question"
    assert checks.answer_hidden(question, "Yeşilova köyünde kuruldu.") is None


def test_a_tag_of_hidden_data_is_seen():
    assert checks.unmasked("<KİŞİ_1> nerede oturuyor?") == "masked_data"
    assert checks.unmasked("Bir <b>kalın</b> söz") is None


def test_long_text_without_turkish_letters_is_refused():
    assert checks.turkish_enough("Kopru uzun yillar once tastan yapildi ve herkes ona alisti sonra yol geldi") == "not_turkish"
    assert checks.turkish_enough("Köprü uzun yıllar önce taştan yapıldı ve herkes ona alıştı sonra yol geldi") is None
    assert checks.turkish_enough("Kars'ta") is None


@pytest.mark.parametrize(("words", "verdict"), [(1, "too_short"), (2, None), (5, None), (6, "too_long")])
def test_length_counts_words(words, verdict):
    assert checks.length("sözcük " * words, min_words=2, max_words=5) == verdict


@pytest.mark.parametrize(
    ("text", "register"),
    [
        ("Fişi çekin ve bekleyin.", "none"),
        ("Sen ne zaman geliyorsun?", "sen"),
        ("Siz ne zaman geliyorsunuz?", "siz"),
        ("Sen gel, siz de gelin.", "mixed"),
        ("Fırın 240 dereceye ısıtılır.", "none"),
        ("Zamanında gelmelisin.", "sen"),
        ("Demek erkenden koşmuşsun.", "sen"),
        ("İşin bittiyse de bitmediyse de geldiysen otur.", "sen"),
        ("Annenizi ararsanız sevinir.", "siz"),
        ("Kimseye güvenmeyin.", "siz"),
        ("Erken gelmelisin, isterseniz arayınız.", "mixed"),
        ("Geldiysen otur; isterseniz çay içeriz.", "mixed"),
        ("Biz de insanız, hepimiz birer uzmanız.", "none"),
        ("Karadenizde dalga, Akdenizin kıyısında rüzgâr vardı.", "none"),
        ("Organize sanayi bölgesini korsan yayın duyurdu.", "none"),
        ("Tarlada mayın bulundu, herkes yerine dursun.", "none"),
        ("Öğretmen ödevi göstersin, müdür izin versin.", "none"),
    ],
)
def test_the_register_is_heard(text, register):
    assert checks.register(text) == register
    assert checks.one_register(text) == ("mixed_register" if register == "mixed" else None)


def test_the_same_question_has_the_same_key_whatever_its_case_and_marks():
    assert checks.question_key("İSTANBUL'un nüfusu KAÇTIR?") == checks.question_key("istanbul’un nüfusu kaçtır")
