from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.config import PiiConfig
from curation.errors import RecipeError
from curation.pii.scrub import Scrubbed, scrub, scrub_many, scrub_text
from curation.pii.suffixes import is_suffix

KEY = b"a key of the tests, and of nothing else"
TAG = PiiConfig()
SURROGATE = PiiConfig(policy="surrogate")

TAGGED = [
    # one person; the suffix follows "kişi bir"
    ("Sayın Ahmet Yılmaz'ın başvurusu alındı.", "Sayın <KİŞİ_1>'in başvurusu alındı."),
    ("Müşterimiz Ayşe Kaya'ya dönüş yapıldı.", "Müşterimiz <KİŞİ_1>'e dönüş yapıldı."),
    ("Müşterimiz Ayşe Kaya’yı aradık.", "Müşterimiz <KİŞİ_1>’i aradık."),
    ("Dosya davacı Osman Koç'ta kaldı.", "Dosya davacı <KİŞİ_1>'de kaldı."),
    ("Belgeyi davalı Orhan Tunç'tan aldık.", "Belgeyi davalı <KİŞİ_1>'den aldık."),
    ("Komşum Fatma Kara'yla konuştuk.", "Komşum <KİŞİ_1>'le konuştuk."),
    ("Arayan, müşterimiz Fatma Kara'ydı.", "Arayan, müşterimiz <KİŞİ_1>'di."),
    ("Başvuran, Sayın Fatma Kara'dır.", "Başvuran, Sayın <KİŞİ_1>'dir."),
    ("Gelen, Sayın Fatma Kara'ymış.", "Gelen, Sayın <KİŞİ_1>'miş."),
    ("Arayan Sayın Osman Koç'sa bağlayın.", "Arayan Sayın <KİŞİ_1>'se bağlayın."),
    ("Bu dilekçe Sayın Fatma Kara'nınki.", "Bu dilekçe Sayın <KİŞİ_1>'inki."),
    ("Sayın Fatma Kara'nınkini de ekleyin.", "Sayın <KİŞİ_1>'inkini de ekleyin."),
    ("Dilekçe Sayın Osman Koç'taydı.", "Dilekçe Sayın <KİŞİ_1>'deydi."),
    ("Müşterimiz Fatma Kara'lar taşındı.", "Müşterimiz <KİŞİ_1>'ler taşındı."),
    ("Sayın Fatma Kara da toplantıya katıldı.", "Sayın <KİŞİ_1> de toplantıya katıldı."),
    ("Toplantıya Sayın Osman Koç mu katıldı?", "Toplantıya Sayın <KİŞİ_1> mi katıldı?"),
    ("Arayan Sayın Osman Koç muydu?", "Arayan Sayın <KİŞİ_1> miydi?"),
    ("Sayın Fatma Kara'nın da imzası var.", "Sayın <KİŞİ_1>'in de imzası var."),
    ("Sayın Fatma Kara ile görüşüldü.", "Sayın <KİŞİ_1> ile görüşüldü."),
    ("SAYIN AHMET YILMAZ'IN BAŞVURUSU ALINDI.", "SAYIN <KİŞİ_1>'İN BAŞVURUSU ALINDI."),
    ("SAYIN FATMA KARA'YA YAZILDI.", "SAYIN <KİŞİ_1>'E YAZILDI."),
    ("Sayin Ahmet Yilmaz'in basvurusu bu sabah saat onda bize ulasti.", "Sayin <KİŞİ_1>'in basvurusu bu sabah saat onda bize ulasti."),
    ("Ad Soyad: ayşe kaya'nın dosyası", "Ad Soyad: <KİŞİ_1>'in dosyası"),
    # the second and the third: "iki" ends in a vowel, "üç" in a hard consonant and has ü
    (
        "Müşterilerimiz Sayın Ahmet Yılmaz ile Sayın Ayşe Kaya'nın randevusu",
        "Müşterilerimiz Sayın <KİŞİ_1> ile Sayın <KİŞİ_2>'nin randevusu",
    ),
    ("Sayın Ahmet Yılmaz, Sayın Ayşe Kaya'ya yazdı.", "Sayın <KİŞİ_1>, Sayın <KİŞİ_2>'ye yazdı."),
    ("Sayın Ahmet Yılmaz, Sayın Orhan Tunç'la görüştü.", "Sayın <KİŞİ_1>, Sayın <KİŞİ_2>'yle görüştü."),
    (
        "Sayın Ahmet Yılmaz ve Sayın Ayşe Kaya, Sayın Orhan Tunç'tan borç aldı.",
        "Sayın <KİŞİ_1> ve Sayın <KİŞİ_2>, Sayın <KİŞİ_3>'ten borç aldı.",
    ),
    ("Sayın Ahmet Yılmaz ve Sayın Ayşe Kaya, Sayın Fatma Demir'in evinde.", "Sayın <KİŞİ_1> ve Sayın <KİŞİ_2>, Sayın <KİŞİ_3>'ün evinde."),
    ("Sayın Ahmet Yılmaz ve Sayın Ayşe Kaya, Sayın Fatma Demir'di.", "Sayın <KİŞİ_1> ve Sayın <KİŞİ_2>, Sayın <KİŞİ_3>'tü."),
    # the same person
    ("Sayın Ahmet Yılmaz geldi. Ahmet Bey'e çay verildi.", "Sayın <KİŞİ_1> geldi. <KİŞİ_1> Bey'e çay verildi."),
    ("Sayın Ahmet Yılmaz geldi, sonra Yılmaz'ın dosyası açıldı.", "Sayın <KİŞİ_1> geldi, sonra <KİŞİ_1>'in dosyası açıldı."),
    ("Sayın Ahmet Yılmaz geldi. AHMET YILMAZ İMZALADI.", "Sayın <KİŞİ_1> geldi. <KİŞİ_1> İMZALADI."),
    ("Sayın Ahmet Yılmaz geldi. Kayıt: Ahmet Yilmaz'in dosyası", "Sayın <KİŞİ_1> geldi. Kayıt: <KİŞİ_1>'in dosyası"),
    ("Sayın Ayşe Nur Kaya geldi. Ayşe Kaya'nın imzası tamam.", "Sayın <KİŞİ_1> geldi. <KİŞİ_1>'in imzası tamam."),
    ("Davacı Ahmet Yılmaz geldi. A. Yılmaz'ın vekili de geldi.", "Davacı <KİŞİ_1> geldi. <KİŞİ_1>'in vekili de geldi."),
    ("Müşterimiz Ahmet Yılmaz yazdı, ahmet yılmaza cevap verin.", "Müşterimiz <KİŞİ_1> yazdı, <KİŞİ_1>e cevap verin."),
    # not certain: two people bear the name, or a form of address tells that it is another one's given name
    (
        "Sayın Ahmet Yılmaz ve Sayın Ayşe Yılmaz geldi, Yılmaz'ın dosyası açıldı.",
        "Sayın <KİŞİ_1> ve Sayın <KİŞİ_2> geldi, <KİŞİ_3>'ün dosyası açıldı.",
    ),
    ("Sayın Ahmet Yılmaz geldi. Sayın Yılmaz Bey'e haber verildi.", "Sayın <KİŞİ_1> geldi. Sayın <KİŞİ_2> Bey'e haber verildi."),
    # numbers and addresses
    ("Bana 0532 123 45 67'den ulaşın.", "Bana <TELEFON_1>'den ulaşın."),
    ("Kimlik numarası 10000000146'dır.", "Kimlik numarası <TCKN_1>'dir."),
    ("Ücreti TR33 0006 1005 1978 6457 8413 26'ya yatırın.", "Ücreti <IBAN_1>'e yatırın."),
    ("ayse@ornek.com.tr'ye ve ayse@ornek.com'dan yazın.", "<E-POSTA_1>'e ve <E-POSTA_2>'den yazın."),
    ("34 ABC 123'ün sahibi aranıyor.", "<PLAKA_1>'in sahibi aranıyor."),
    ("Tel: 0532 123 45 67, 0533 123 45 67, 0534 123 45 67'yi arayın.", "Tel: <TELEFON_1>, <TELEFON_2>, <TELEFON_3>'ü arayın."),
    ("Tel: 0532 123 45 67; yine 05321234567'yi arayın.", "Tel: <TELEFON_1>; yine <TELEFON_1>'i arayın."),
    ("14 Mart 1985 doğumlu; doğum tarihi: 14.03.1985'tir.", "<DOĞUM_TARİHİ_1> doğumlu; doğum tarihi: <DOĞUM_TARİHİ_1>'dir."),
    # what stands behind an apostrophe and is no suffix stays
    ("Kimlik numarası 10000000146'xyz olarak geçiyor.", "Kimlik numarası <TCKN_1>'xyz olarak geçiyor."),
]


@pytest.mark.parametrize(("before", "after"), TAGGED)
def test_tags_take_the_suffix_along(before: str, after: str) -> None:
    assert scrub([before], TAG).texts == (after,)


@pytest.mark.parametrize(("before", "after"), TAGGED)
def test_tagging_twice_changes_nothing(before: str, after: str) -> None:
    again = scrub([after], TAG)
    assert (again.texts, again.covered.total()) == ((after,), 0)


def test_a_person_has_one_tag_in_all_fields() -> None:
    texts = ["Müşterimiz Ayşe Yılmaz aradı. Ayşe Hanım yarın gelecek.", "Ayşe Yılmaz dosyası", "https://ornek.com.tr/ayse-yilmaz/dosya"]
    assert scrub(texts, TAG).texts == (
        "Müşterimiz <KİŞİ_1> aradı. <KİŞİ_1> Hanım yarın gelecek.",
        "<KİŞİ_1> dosyası",
        "https://ornek.com.tr/<KİŞİ_1>/dosya",
    )


def test_a_name_behind_the_escapes_of_an_address_goes_too() -> None:
    texts = ["Müşterimiz Ayşe Yılmaz aradı.", "https://ornek.com.tr/ay%C5%9Fe-y%C4%B1lmaz?s=%20"]
    assert scrub(texts, TAG).texts[1] == "https://ornek.com.tr/<KİŞİ_1>?s= "


def test_an_address_of_the_web_without_findings_keeps_its_escapes() -> None:
    url = "https://ornek.com.tr/%C3%A7ay?s=%20"
    assert scrub(["Çay demlendi.", url], TAG).texts[1] == url


def test_a_new_person_does_not_get_a_tag_that_the_text_has_already() -> None:
    assert scrub(["<KİŞİ_1> aradı. Sayın Ayşe Kaya'ya bağlandı."], TAG).texts == ("<KİŞİ_1> aradı. Sayın <KİŞİ_2>'ye bağlandı.",)


def test_names_in_public_prose_are_counted_and_kept() -> None:
    text = "Orhan Kemal ve Ahmet Yılmaz, Çukurova'nın işçilerini anlattı."
    result = scrub([text], TAG)
    assert (result.texts, result.found["PERSON"], result.covered["PERSON"]) == ((text,), 2, 0)


def test_all_names_go_where_the_recipe_asks_for_it() -> None:
    assert scrub(["Orhan Kemal ile Ahmet Yılmaz geldi."], PiiConfig(names="all")).texts == ("<KİŞİ_1> ile <KİŞİ_2> geldi.",)


def test_every_name_is_private_in_a_document_that_holds_another_personal_datum() -> None:
    text = "Ayşe Yılmaz, tel 0532 123 45 67. Kitabı Orhan Kemal yazdı."
    assert scrub([text], TAG).texts == ("<KİŞİ_1>, tel <TELEFON_1>. Kitabı <KİŞİ_2> yazdı.",)


def test_a_surname_that_is_a_word_too_stays_where_it_is_the_word() -> None:
    text = "Sayın Ayşe Kaya'ya yazıldı. Kaya parçaları yola düştü. Deprem Kaya Apartmanı'nı da salladı."
    assert scrub([text], TAG).texts[0] == "Sayın <KİŞİ_1>'e yazıldı. Kaya parçaları yola düştü. Deprem Kaya Apartmanı'nı da salladı."


# --- the other policies -------------------------------------------------------------------------------------------------


def test_masking_hides_values_and_keeps_suffixes_as_they_are() -> None:
    text = "Sayın Ayşe Yılmaz'ın numarası 0532 123 45 67'dir."
    assert scrub([text], PiiConfig(policy="mask")).texts == ("Sayın ***'ın numarası ***'dir.",)


def test_keep_changes_nothing_and_counts() -> None:
    text = "Sayın Ayşe Yılmaz, tel 0532 123 45 67."
    result = scrub([text], PiiConfig(policy="keep"))
    assert (result.texts, result.found["PHONE"], result.drop) == ((text,), 1, False)


def test_a_document_to_drop_hands_out_no_text() -> None:
    result = scrub(["Tel: 0532 123 45 67", "başlık"], PiiConfig(policy="drop"))
    assert (result.texts, result.drop, result.drop_reason) == (("", ""), True, "personal_data")


def test_a_document_without_personal_data_is_not_dropped() -> None:
    assert not scrub(["Orhan Kemal bu romanı 1950'de yazdı."], PiiConfig(policy="drop")).drop


def test_each_kind_can_have_a_policy_of_its_own() -> None:
    config = PiiConfig(policies={"IBAN": "mask", "PHONE": "keep"})
    text = "Sayın Ayşe Kaya, TR33 0006 1005 1978 6457 8413 26, tel 0532 123 45 67"
    assert scrub([text], config).texts == ("Sayın <KİŞİ_1>, ***, tel 0532 123 45 67",)


def test_one_kind_that_drops_drops_the_document() -> None:
    config = PiiConfig(policies={"TCKN": "drop"})
    assert scrub(["Kimlik numarası 10000000146'dır."], config).drop
    assert not scrub(["Tel: 0532 123 45 67"], config).drop


def test_a_policy_for_a_kind_that_entities_leaves_out_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="policies names IBAN"):
        PiiConfig(entities=("PHONE",), policies={"IBAN": "mask"})


def test_kinds_outside_the_recipe_stay_and_are_counted() -> None:
    result = scrub(["No 10000000146, tel 0532 123 45 67"], PiiConfig(entities=("TCKN",)))
    assert result.texts == ("No <TCKN_1>, tel 0532 123 45 67",)
    assert result.found["PHONE"] == 1


def test_a_name_in_an_address_that_the_recipe_keeps_is_left_there() -> None:
    result = scrub(["Sayın Ayşe Kaya, ayse.kaya@ornek.com"], PiiConfig(entities=("PERSON",)))
    assert result.texts == ("Sayın <KİŞİ_1>, ayse.kaya@ornek.com",)


# --- what is handed on --------------------------------------------------------------------------------------------------

LETTER = (
    "Sayın Ayşe Yılmaz'ın başvurusu alındı. Ayşe Yılmaz’a 0532 123 45 67'den ulaşıldı; yedek hattı +90 (532) 987-65-43.\n"
    "TC kimlik numarası 12345678950'dir. Yazışma: ayse@ornek.com.tr'ye, AYSE@ornek.com.tr'den.\n"
    "Adresi: Fevzi Çakmak Mah. Atatürk Cad. Gül Apt. No: 12/5 Kat: 3 34710 Kadıköy/İstanbul'dur. Ücret TR33 0006 1005 1978 6457 8413 26'ya."
)


@pytest.mark.parametrize("policy", ["tag", "mask", "surrogate"])
def test_replacements_tell_where_each_one_stands_in_the_written_text(policy: str) -> None:
    result = scrub([LETTER, "Ayşe Yılmaz"], PiiConfig.model_validate({"policy": policy}), key=KEY)
    assert {one.field for one in result.replacements} == {0, 1}
    for one in result.replacements:
        value = result.texts[one.field][one.start : one.end]
        assert value
        assert one.written == (one.kind if policy == "surrogate" else value)
    assert all(one.rule for one in result.replacements if one.kind != "PERSON")


def test_a_kept_value_is_reported_with_an_empty_place() -> None:
    (one,) = scrub(["Tel: 0532 123 45 67"], PiiConfig(policy="keep")).replacements
    assert (one.action, one.start, one.end, one.written) == ("keep", 5, 5, "")


def test_a_batch_gives_what_single_documents_give() -> None:
    documents = [["Sayın Ayşe Kaya'ya", ""], ["", "başlık"], [LETTER, "Ayşe Yılmaz"], ["Sayın Ahmet Koç", "Tel: 0532 123 45 67"]]
    assert scrub_many(documents, TAG) == [scrub(texts, TAG) for texts in documents]


def test_generated_text_goes_on_counting_where_its_document_stopped() -> None:
    source = scrub(["Sayın Ayşe Kaya, Sayın Ahmet Koç'u aradı."], TAG).texts
    answer = scrub_text("<KİŞİ_2>'yi arayan <KİŞİ_1>'dir; yanında müşterimiz Osman Tunç vardı.", TAG, source=source)
    assert answer.texts == ("<KİŞİ_2>'yi arayan <KİŞİ_1>'dir; yanında müşterimiz <KİŞİ_3> vardı.",)


def test_generated_text_may_repeat_what_its_document_was_left_with() -> None:
    source = scrub(["Doğum tarihi: 14.03.1985"], SURROGATE, key=KEY).texts
    assert scrub_text(source[0], SURROGATE, source=source, key=KEY).texts == source


# --- properties ---------------------------------------------------------------------------------------------------------

_NAMES = st.sampled_from(["Ahmet Yılmaz", "Ayşe Kaya", "Osman Koç", "FATMA KARA", "Orhan Tunç", "Nur Hatice Yıldız", "H. Öztürk"])
_VALUES = st.sampled_from(
    [
        "0532 123 45 67",
        "05321234567",
        "12345678950",
        "TR33 0006 1005 1978 6457 8413 26",
        "ayse@ornek.com.tr",
        "34 ABC 123",
        "Yeni Mahallesi 1453. Sok. No: 5",
    ]
)
_SUFFIXES = st.sampled_from(["", "'ın", "'e", "'ye", "'den", "'ta", "'yi", "'le", "'dır", " da", " mi", "'nınki"])
_PROSE = st.sampled_from(
    ["Bugün hava güzeldi. ", "Toplantı saat 14.30'da bitti.\n", "Kargo gelmedi; ", "“Peki” dedi, ", "«ölçü» çok önemli – "]
)


@st.composite
def letters(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """A text, the personal values in it and the prose around them."""
    pieces, values, prose = [], [], []
    for _ in range(draw(st.integers(1, 5))):
        before, name, value = draw(_PROSE), draw(_NAMES), draw(_VALUES)
        pieces.append(f"{before}Sayın {name}{draw(_SUFFIXES)}, tel ya da no: {value}{draw(_SUFFIXES)} .\n")
        values += [name, value]
        prose += [before.strip(), "Sayın", "tel ya da no:"]
    return "".join(pieces), values, prose


@pytest.mark.parametrize("policy", ["tag", "mask", "surrogate"])
@given(letter=letters())
def test_nothing_of_a_found_value_remains_and_the_prose_does(policy: str, letter: tuple[str, list[str], list[str]]) -> None:
    text, values, prose = letter
    written = scrub([text], PiiConfig.model_validate({"policy": policy}), key=KEY).texts[0]
    assert [value for value in values if value in written] == []
    assert [part for part in prose if part not in written] == []


@pytest.mark.parametrize("policy", ["tag", "mask", "surrogate"])
@given(letter=letters())
def test_scrubbing_twice_changes_nothing(policy: str, letter: tuple[str, list[str], list[str]]) -> None:
    config = PiiConfig.model_validate({"policy": policy})
    once = scrub([letter[0]], config, key=KEY)
    twice = scrub(once.texts, config, key=KEY)
    assert twice.texts == once.texts


@given(st.text(alphabet="abçğıİIşüAB019 .,@:/'’-+()<>_%\nKİŞİ", max_size=120), st.sampled_from(["tag", "mask", "surrogate"]))
def test_only_replacements_and_their_suffixes_differ_on_any_text(text: str, policy: str) -> None:
    result = scrub([text], PiiConfig.model_validate({"policy": policy, "names": "all"}), key=KEY)
    assert _outside(text, result) is not None


def _outside(text: str, result: Scrubbed) -> re.Match[str] | None:
    """Whether the text is what was written but for something in place of each replacement and the suffix behind it."""
    written, pattern, last = result.texts[0], "", 0
    for one in result.replacements:
        pattern += re.escape(written[last : one.start]) + ".+"
        last = one.end
        hung = re.match(r"['’]?[^\W\d_]+(?: [dm]\w+)?| [dm]\w+", written[last:])
        if hung is not None and any(map(is_suffix, re.findall(r"[^\W\d_]+", hung.group()))):
            pattern += "(?:['’]?[^\\W\\d_]+)?(?: \\w+)?"
            last += hung.end()
    return re.fullmatch(pattern + re.escape(written[last:]), text, re.DOTALL)


# --- surrogates in a document -------------------------------------------------------------------------------------------


def test_surrogates_need_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMBIK_PII_KEY", raising=False)
    with pytest.raises(RecipeError, match=r"curate\.pii\.key_env"):
        scrub(["Tel: 0532 123 45 67"], SURROGATE)


def test_a_short_key_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMBIK_PII_KEY", "short")
    with pytest.raises(RecipeError, match="it is shorter"):
        scrub(["Tel: 0532 123 45 67"], PiiConfig(policies={"PHONE": "surrogate"}))


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMBIK_PII_KEY", KEY.decode())
    assert scrub([LETTER], SURROGATE) == scrub([LETTER], SURROGATE, key=KEY)


def test_another_key_gives_other_surrogates() -> None:
    assert scrub([LETTER], SURROGATE, key=KEY).texts != scrub([LETTER], SURROGATE, key=KEY + b"2").texts


def test_a_value_has_one_surrogate_in_every_document() -> None:
    first = scrub(["Sayın Ayşe Kaya, tel 0532 123 45 67"], SURROGATE, key=KEY).texts[0]
    second = scrub(["Bugün 05321234567 arandı, Sayın AYŞE KAYA"], SURROGATE, key=KEY).texts[0]
    name = re.findall(r"Sayın (.+?),", first)[0]
    assert second.endswith(name.replace("i", "İ").upper())
    assert re.sub(r"\D", "", first) == re.sub(r"\D", "", second)


def test_two_people_of_one_document_never_become_one() -> None:
    names = [
        f"{first} {last}"
        for first in ("Ahmet", "Mehmet", "Hasan", "Hüseyin", "Mustafa", "Kerem", "Yusuf")
        for last in ("Yılmaz", "Kaya", "Demir")
    ]
    text = "".join(f"Sayın {name}, " for name in names)
    written = scrub([text], SURROGATE, key=KEY).texts[0]
    assert len(set(re.findall(r"Sayın (\w+ \w+),", written))) == len(names)


def test_a_family_stays_one_family() -> None:
    written = scrub(["Sayın Ahmet Yılmaz, Sayın Ayşe Yılmaz, Yılmaz'ların evi"], SURROGATE, key=KEY).texts[0]
    first, second = re.findall(r"Sayın \w+ (\w+),", written)
    assert first == second
    assert f", {first}'l" in written
