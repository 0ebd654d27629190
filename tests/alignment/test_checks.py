import pytest

from alignment.case import Case
from alignment.checks import fault
from alignment.gaps import finite
from alignment.kinds import KINDS

EVIDENCE = "Kuruluş 1983'te Ankara'da Nazlı Kıvırcıklı tarafından kuruldu. Salonda 300'den fazla konuk vardı; en çok 40 kişi ayakta kaldı."
PASSAGE = f"{EVIDENCE} Şubede 26 kişi çalışıyor. Emekli öğretmen Handan Özbakırlı bankanın ilk müşterisiydi."
FOUNDED = "1983'te Ankara'da kuruldu."
LONG = "Kuruluş, mevduatı güvence altına almak için 1983'te Ankara'da çalışmaya başladı."
LIST = "- ağ ve şamandıra\n- kürek takımı\n- yedek halat\n- can yeleği"

EXERCISES = {"made_up_answer", "wrong_verdict", "wrong_order", "left_undone", "unknown_label"}
# kind, question, right answer, worse answer, reason or None
GOLDEN = [
    ("other_entity", "Nerede?", FOUNDED, "1983'te İzmir'de kuruldu.", None),
    ("other_entity", "Kim kurdu?", "Nazlı Kıvırcıklı kurdu.", "Handan Özbakırlı kurdu.", None),
    ("other_entity", "Kim kurdu?", "Nazlı Kıvırcıklı'nın emeğiyle.", "Oya Karlıdağ'ın emeğiyle.", None),
    ("other_entity", "Nerede?", FOUNDED, "1983'te Ankara’da kuruldu.", "same_as_chosen"),
    ("other_entity", "Nerede?", FOUNDED, "1991'de Ankara'da kuruldu.", "not_worse"),
    ("other_entity", "Nerede?", "İzmir'de kuruldu.", "Ankara'da kuruldu.", "still_true"),
    ("other_entity", "Nerede?", "Ankara'da, yine Ankara'da.", "İzmir'de, yine Ankara'da.", "still_true"),
    ("other_date", "Ne zaman?", FOUNDED, "1991'de Ankara'da kuruldu.", None),
    ("other_date", "Ne zaman?", "8 Ocak 2021 tarihinde.", "3 Mart 2021 tarihinde.", None),
    ("other_date", "Ne zaman?", "15 Nisan ile 15 Temmuz arasında.", "15 Nisan ile 2 Eylül arasında.", None),
    ("other_date", "Ne zaman?", FOUNDED, "1983 yılında Ankara'da kuruldu.", "not_worse"),
    ("other_date", "Ne zaman?", FOUNDED, "Uzun yıllar önce Ankara'da kuruldu.", "not_worse"),
    ("other_date", "Ne zaman?", "1984'te kuruldu.", "1983'te kuruldu.", "still_true"),
    ("other_number", "Kaç kişi?", "26 kişi çalışıyor.", "35 kişi çalışıyor.", None),
    ("other_number", "Kaç katlı?", "İki katlı, üç odalı.", "Dört katlı, üç odalı.", None),
    ("other_number", "Kaç konuk?", "300'den fazla konuk vardı.", "450'den fazla konuk vardı.", None),
    ("other_number", "Kaç konuk?", "300'den fazla konuk vardı.", "250'den fazla konuk vardı.", "still_true"),
    ("other_number", "Kaç kişi?", "En çok 40 kişi.", "En çok 60 kişi.", "still_true"),
    ("other_number", "Kaç kişi?", "27 kişi çalışıyor.", "40 kişi çalışıyor.", "still_true"),
    ("other_number", "Kaç kişi?", "26 kişi çalışıyor.", "26 kişi çalışmaktadır.", "not_worse"),
    ("other_date", "Ne zaman?", "29 Ekim 1983'te kuruldu.", "29.10.1983'te kuruldu.", "not_worse"),
    ("other_date", "Ne zaman?", "29.10.1984 tarihinde kuruldu.", "29 Ekim 1984 tarihinde kuruldu.", "not_worse"),
    ("other_date", "Ne zaman?", "29 Ekim 1984'te kuruldu.", "1984-10-29'da kuruldu.", "not_worse"),
    ("other_date", "Ne zaman?", "29 Ekim 1984'te kuruldu.", "Ekim 1984'te kuruldu.", "still_true"),
    ("other_date", "Ne zaman?", "29 Ekim 1984'te kuruldu.", "29.11.1984'te kuruldu.", None),
    ("other_number", "Kaç kişi?", "20 kişi çalışıyor.", "Yirmi kişi çalışıyor.", "not_worse"),
    ("other_number", "Kaç kişi?", "10 kişi çalışıyor.", "On kişi çalışıyor.", "not_worse"),
    ("other_number", "Kaç kişi?", "1.000 kişi çalışıyor.", "1000 kişi çalışıyor.", "not_worse"),
    ("other_number", "Ne kadar?", "1,5 milyon liradır.", "1.500.000 liradır.", "not_worse"),
    ("other_number", "Ne kadar?", "3 bin 500 liradır.", "3.500 liradır.", "not_worse"),
    ("other_number", "Ne kadar?", "%20 oldu.", "Yüzde yirmi oldu.", "not_worse"),
    ("other_number", "Ne kadar?", "3,0 metredir.", "3 metredir.", "not_worse"),
    ("other_number", "Kaç kişi?", "27 kişi çalışıyor.", "Kırk kişi çalışıyor.", "still_true"),
    ("other_number", "Ne kadar?", "1,5 milyon liradır.", "1.800.000 liradır.", None),
    ("other_number", "Kaç gün?", "Üç dört gün sürdü.", "Üç altı gün sürdü.", None),
    ("other_number", "Kaç katlı?", "İki katlı, bir odalı.", "Altı katlı, bir odalı.", None),
    ("unsupported_addition", "Ne zaman?", FOUNDED, f"{FOUNDED} Bunu anlatan belgesel 2004 yılında 12 ülkede gösterilmiştir.", None),
    ("unsupported_addition", "Nerede?", FOUNDED, f"Söylendiğine göre {FOUNDED} Sonradan Sinop limanına taşındı.", None),
    ("unsupported_addition", "Neler?", LIST, LIST + "\n- pamuklu havlu takımı", None),
    ("unsupported_addition", "Ne zaman?", FOUNDED, f"{FOUNDED} Salonda konuk vardı.", "still_true"),
    ("unsupported_addition", "Ne zaman?", FOUNDED, "Bunu anlatan belgesel 2004 yılında 12 ülkede gösterilmiştir.", "not_worse"),
    ("unsupported_addition", "Ne zaman?", FOUNDED, f"{FOUNDED} Evet.", "not_worse"),
    ("truncated", "Neden?", LONG, "Kuruluş, mevduatı güvence altına", None),
    ("truncated", "Neler?", LIST, "- ağ ve şamandıra\n- kürek", None),
    ("truncated", "Neler?", LIST, "- ağ ve şamandıra\n- yedek halat", None),
    ("truncated", "Neler?", LIST, "- yedek halat\n- ağ ve şamandıra", "not_worse"),
    ("truncated", "Delta nedir?", "Delta, çamurun birikmesiyle oluşan düz bir ovadır.", "Delta düz bir ovadır.", None),
    ("truncated", "Delta nedir?", "Delta, çamurdan oluşan düz bir ovadır.", "Delta, çamurdan oluşan bir ovadır.", "still_true"),
    ("truncated", "Neden?", LONG, "Kuruluş, mevduatı güvence altına almak için.", "not_worse"),
    ("truncated", "Neden?", LONG, "Kuruluş, mevduatı güvence altına almak için 1983'te Ankara'da çalışmaya", "not_worse"),
    ("truncated", "Ne zaman?", "1983'te kuruldu ve yıllarca bankalara destek verdi.", "1983'te kuruldu", "still_true"),
    (
        "truncated",
        "Kuruluş ne zaman bankalara destek verdi?",
        "1983'te kurulan kuruluş o yıl bankalara destek verdi.",
        "1983'te kurulan kuruluş",
        "still_true",
    ),
    ("truncated", "Neden?", LONG, "Bankalar güvence altına", "not_worse"),
    ("truncated", "Neden?", LONG.rstrip("."), "Kuruluş, mevduatı güvence altına", "not_worse"),
    ("off_question", "Kuruluş nerede kuruldu?", FOUNDED, "Emekli öğretmen Handan Özbakırlı bankanın ilk müşterisiydi.", None),
    ("off_question", "Kuruluş nerede kuruldu?", FOUNDED, "Şubede 26 kişi çalışıyor.", None),
    ("off_question", "Şubede kaç kişi var?", "26 kişi.", "Şubede 26 kişi çalışıyor.", "still_true"),
    ("off_question", "Nerede?", FOUNDED, EVIDENCE[:62], "still_true"),
    ("off_question", "Nerede?", FOUNDED, "Deniz bugün çok dalgalı.", "not_from_passage"),
    ("off_question", "İlk müşteri kimdi?", "Handan Özbakırlı", "Emekli öğretmen Handan Özbakırlı bankanın ilk müşterisiydi.", "still_true"),
    (
        "off_question",
        "Bankanın emekli müşterisi için ne söylenir?",
        FOUNDED,
        "Emekli öğretmen Handan Özbakırlı bankanın ilk müşterisiydi.",
        "still_true",
    ),
    ("off_question", "Şubede neden çalışıyor?", FOUNDED, "Şubede 26 kişi çalışıyor.", "still_true"),
    ("wrong_language", "Ne zaman?", FOUNDED, "It was in 1983.", None),
    ("wrong_language", "Ne zaman?", FOUNDED, "Bu hadisə 1983-cü ildə baş verib.", None),
    ("wrong_language", "Kim?", "Nazlı Kıvırcıklı", "The answer is Nazlı Kıvırcıklı.", None),
    ("wrong_language", "Ne zaman?", FOUNDED, "Bunu bilmiyorum.", "not_worse"),
    ("wrong_language", "Ne zaman?", FOUNDED, "Cevap 1983 yılıdır, tarih budur.", "not_worse"),
    ("wrong_language", "Ne zaman?", FOUNDED, "  ", "empty_answer"),
    ("wrong_register", "Ne zaman?", FOUNDED, f"Kanka bak şimdi: {FOUNDED}", None),
    ("wrong_register", "Ne zaman?", FOUNDED, f"{FOUNDED} Anladın mı şimdi?", None),
    ("wrong_register", "Ne zaman?", FOUNDED, f"LAN BUNU BİLMİYOR MUSUN? {FOUNDED}", None),
    ("wrong_register", "Ne zaman?", FOUNDED, "1983 yılında Ankara'da kurulmuştur.", "not_worse"),
    ("wrong_register", "Ne zaman kanka?", FOUNDED, f"Kanka, {FOUNDED}", "not_worse"),
    ("wrong_register", "Ne zaman?", FOUNDED, f"{FOUNDED.upper()}", "same_as_chosen"),
    ("repetition", "Ne zaman?", FOUNDED, f"{FOUNDED} {FOUNDED}", None),
    ("repetition", "Ne zaman?", FOUNDED, "1983'te Ankara'da 1983'te Ankara'da 1983'te Ankara'da", None),
    ("repetition", "Neler?", LIST, "- ağ ve şamandıra\n- ağ ve şamandıra\n- ağ ve şamandıra", None),
    ("repetition", "Ne zaman?", FOUNDED, "Ankara'da 1983'te kuruldu.", "not_worse"),
    ("repetition", "Ne zaman?", "Bir iki, bir iki.", "Bir iki, bir iki, üç dört.", "not_worse"),
    ("repetition", "Ne zaman?", FOUNDED, "1983'te  Ankara'da kuruldu", "same_as_chosen"),
    ("empty_talk", "Ne zaman?", FOUNDED, "Bu konuda söylenebilecek çok şey vardır.", None),
    ("empty_talk", "Kaldera nedir?", "Tepenin çökmesiyle oluşan çukurdur.", "Kaldera, kendine özgü özellikleri olan bir şeydir.", None),
    ("empty_talk", "Neler?", LIST, "- Çeşitli unsurlar\n- Farklı etkenler", None),
    ("empty_talk", "Ne zaman?", FOUNDED, "1983 yılı önemlidir.", "still_true"),
    ("empty_talk", "Kim?", "Nazlı Kıvırcıklı kurdu.", "Nazlı Hanım'ın kurduğu söylenir.", "still_true"),
    ("empty_talk", "Ne zaman?", FOUNDED, "Bu konuda 12 ayrı görüş vardır.", "not_worse"),
    ("empty_talk", "Ne zaman?", FOUNDED, "Bu yanlış cevap hiçbir şey söylemez.", "gives_itself_away"),
]


@pytest.mark.parametrize(("kind", "question", "chosen", "worse", "reason"), GOLDEN)
def test_a_worse_answer_stands_only_where_it_is_certainly_worse(kind, question, chosen, worse, reason):
    case = Case("liste" if chosen == LIST else "soru-cevap", question, PASSAGE, chosen, EVIDENCE, "")
    found = fault(kind, case, worse)
    assert (found.reason if found else None) == reason


def test_every_kind_has_six_golden_rows_and_some_that_must_be_refused():
    for kind in KINDS.keys() - {"wrong_result"} - EXERCISES:  # have their own in test_code.py and test_exercises.py
        reasons = [row[4] for row in GOLDEN if row[0] == kind]
        assert len(reasons) >= 6
        assert any(reasons)
        assert None in reasons


def test_a_summary_may_lose_its_first_sentence_and_no_other():
    case = Case("ozet", "Özetle.", PASSAGE, "Kuruluş 1983'te kuruldu. Şubede 26 kişi çalışıyor. Salonda konuk vardı.", EVIDENCE, "")
    assert fault("truncated", case, "Şubede 26 kişi çalışıyor.") is None
    found = fault("truncated", case, "Kuruluş 1983'te kuruldu. Salonda konuk vardı.")
    assert found is not None
    assert found.reason == "not_worse"


def test_json_must_stay_json():
    case = Case("bilgi-cikarma", "Tarihleri çıkar.", PASSAGE, '{"tarihler": ["1983"]}', EVIDENCE, "")
    assert fault("other_date", case, '{"tarihler": ["1991"]}') is None
    broken = fault("other_date", case, '{"tarihler": ["1991"}')
    assert broken is not None
    assert broken.reason == "broken_format"


def test_a_title_of_this_very_text_is_not_off_the_question():
    case = Case("baslik", "Başlık yaz.", PASSAGE, "Bir kuruluşun doğuşu", PASSAGE, "")
    assert fault("off_question", case, "Göl kıyısında sabah") is None
    found = fault("off_question", case, "Ankara'da kuruluş")
    assert found is not None
    assert found.reason == "still_true"


@pytest.mark.parametrize("text", ["Kuruluş 1983'te kuruldu", "Her yıl açılmaktadır", "Çok konuk vardır", "Burada yetişir", "KURULDU"])
def test_a_whole_sentence_is_seen_as_one_without_its_full_stop(text):
    assert finite(text)


@pytest.mark.parametrize("text", ["Kuruluş 1983'te", "Bankanın ilk", "Tepenin çökmesiyle oluşan", "yedek halat ve", ""])
def test_a_fragment_is_not_a_sentence(text):
    assert not finite(text)


@pytest.mark.parametrize(
    ("kind", "right", "worse"),
    [
        ("other_date", "Dernek 29 Ekim 1923'te kuruldu.", "Dernek 29.10.1923'te kuruldu."),
        ("other_date", "Dernek 29.10.1923 tarihinde kuruldu.", "Dernek 29 Ekim 1923 tarihinde kuruldu."),
        ("other_number", "Sınıfta 20 öğrenci vardı.", "Sınıfta yirmi öğrenci vardı."),
        ("other_number", "Kurumda 1.000 kişi çalışıyor.", "Kurumda 1000 kişi çalışıyor."),
        ("other_number", "Bütçe 1,5 milyon liradır.", "Bütçe 1.500.000 liradır."),
        ("other_number", "Nüfus 12 bin 500 kişidir.", "Nüfus 12.500 kişidir."),
        ("other_number", "Oran %20 oldu.", "Oran yüzde yirmi oldu."),
        ("other_number", "Boyu 3,0 metredir.", "Boyu 3 metredir."),
    ],
)
def test_the_same_value_in_another_spelling_is_never_false(kind, right, worse):
    found = fault(kind, Case("soru-cevap", "Nedir?", right, right, right, "Başka."), worse)
    assert found is not None
    assert found.reason == "not_worse"


def test_another_value_in_another_spelling_is_false():
    right = "Sınıfta 20 öğrenci vardı."
    assert fault("other_number", Case("soru-cevap", "Kaç?", right, right, right, "Başka."), "Sınıfta otuz öğrenci vardı.") is None
