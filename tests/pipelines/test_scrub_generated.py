"""What a model wrote is scrubbed and compared with evaluation sets, as the documents were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alignment.candidates import Answer
from alignment.config import PreferenceConfig
from alignment.judges_agreement import Graded
from alignment.preferences import requests
from curation.records import Document, Evidence, Message, Pair, Preference, Rejected
from pipelines.recipe import Recipe
from pipelines.stages.cleaning import Cleaner, cleaner

DOCUMENT = Document("d-1", "Başvuru <KİŞİ_1> tarafından yapıldı. Okul 1950 yılında Sivas'ta açıldı.", "a.txt", title="Okul")
SET = "Göl kıyısındaki eski değirmenin taşları hangi köyün ocağından kağnılarla kaç günde getirilmiştir sorusunu yanıtlayın\n"


def pair(instruction: str, output: str) -> Pair:
    return Pair("pair-1", instruction, output, "soru-cevap", (Evidence("d-1", 0, 20),), "openai")


def made(folder: Path, **curate: object) -> Cleaner:
    recipe = Recipe.model_validate({"name": "deneme", "curate": {"inputs": ["x"], **curate}})
    return cleaner(recipe, folder, {"d-1": DOCUMENT})


def cleaned(one: Cleaner, *pairs: Pair) -> tuple[list[Pair | None], list[Rejected]]:
    rejected: list[Rejected] = []
    return one.clean(pairs, rejected.append), rejected


def test_personal_data_that_a_model_invents_is_covered_and_counted(tmp_path: Path) -> None:
    cleaning = made(tmp_path)
    ((found,), rejected) = cleaned(cleaning, pair("Numarası nedir?", "T.C. kimlik numarası 10000000146 olan kişi başvurdu."))
    assert found is not None
    assert "10000000146" not in found.output
    assert found.output.startswith("T.C. kimlik numarası <TCKN_1>")
    assert found.id != "pair-1"
    assert rejected == []
    assert dict(cleaning.covered) == {"TCKN": 1}


def test_what_stands_in_the_document_stays_as_it_was_settled_there(tmp_path: Path) -> None:
    same = pair("Başvuruyu kim yaptı?", "Başvuruyu <KİŞİ_1> yaptı.")
    assert cleaned(made(tmp_path), same) == ([same], [])


def test_a_policy_that_drops_drops_the_pair_and_keeps_no_text(tmp_path: Path) -> None:
    ((found,), (gone,)) = cleaned(made(tmp_path, pii={"policy": "drop"}), pair("Numarası nedir?", "Kimlik numarası 10000000146."))
    assert found is None
    assert (gone.id, gone.reason, gone.text) == ("pair-1", "personal_data", "")


@pytest.mark.parametrize("place", ["instruction", "output"])
def test_an_evaluation_item_is_rejected_wherever_it_stands(tmp_path: Path, place: str) -> None:
    (tmp_path / "sinav.txt").write_text(SET, encoding="utf-8")
    cleaning = made(tmp_path, decontaminate={"sets": [{"path": "sinav.txt", "name": "sinav"}]})
    texts = {"instruction": "Okul ne zaman açıldı?", "output": "1950 yılında."} | {place: SET.strip()}
    ((found, other), (gone,)) = cleaned(cleaning, pair(**texts), pair("Okul nerede açıldı?", "Sivas'ta."))
    assert found is None
    assert other is not None
    assert gone.reason == "contaminated"
    assert "sinav kümesinin 1. maddesi" in gone.detail


def test_the_order_and_the_number_of_pairs_stay(tmp_path: Path) -> None:
    pairs = [pair(f"Soru {number} nedir?", f"Yanıt {number}.") for number in range(5)]
    assert cleaned(made(tmp_path), *pairs) == (pairs, [])


def test_earlier_turns_are_cleaned_as_the_answer_is(tmp_path: Path) -> None:
    said = (Message("user", "Numarası 10000000146 mı?"), Message("assistant", "Evet."))
    ((found,), _) = cleaned(made(tmp_path), replace(pair("Okul nerede?", "Sivas'ta."), turns=said))
    assert found is not None
    assert [turn.content for turn in found.turns] == ["Numarası <TCKN_1> mi?", "Evet."]
    assert found.id != "pair-1"


def test_an_evaluation_item_in_an_earlier_turn_is_found(tmp_path: Path) -> None:
    (tmp_path / "sinav.txt").write_text(SET, encoding="utf-8")
    cleaning = made(tmp_path, decontaminate={"sets": [{"path": "sinav.txt", "name": "sinav"}]})
    said = (Message("user", SET.strip()), Message("assistant", "Bilmiyorum."))
    ((found,), (gone,)) = cleaned(cleaning, replace(pair("Okul nerede?", "Sivas'ta."), turns=said))
    assert found is None
    assert gone.reason == "contaminated"


def own(output: str = "Bir kişi başvurdu.", **given: str) -> Pair:
    """A pair of a file of the user's, which rests on no document."""
    plain = pair("Aşağıdaki metni özetle.", output)
    return replace(plain, evidence=(), input=given.get("input", ""), system=given.get("system", ""))


@pytest.mark.parametrize("place", ["input", "system"])
def test_the_input_and_the_system_message_of_a_pair_from_a_file_are_cleaned(tmp_path: Path, place: str) -> None:
    cleaning = made(tmp_path)
    ((found,), rejected) = cleaned(cleaning, own(**{place: "Başvuranın kimlik numarası 10000000146, telefonu 0532 123 45 67."}))
    assert found is not None
    assert getattr(found, place) == "Başvuranın kimlik numarası <TCKN_1>, telefonu <TELEFON_1>."
    assert found.id != "pair-1"
    assert dict(cleaning.covered) == {"TCKN": 1, "PHONE": 1}
    assert rejected == []


def test_a_system_message_of_a_file_settles_nothing_in_the_answer(tmp_path: Path) -> None:
    number = "Kimlik numarası 10000000146."
    ((found,), _) = cleaned(made(tmp_path), own(system=number, input=number, output=number))
    assert found is not None
    assert {found.system, found.input, found.output} == {"Kimlik numarası <TCKN_1>."}


@pytest.mark.parametrize("place", ["input", "system"])
def test_an_evaluation_item_in_the_input_or_the_system_message_is_found(tmp_path: Path, place: str) -> None:
    (tmp_path / "sinav.txt").write_text(SET, encoding="utf-8")
    cleaning = made(tmp_path, decontaminate={"sets": [{"path": "sinav.txt", "name": "sinav"}]})
    ((found,), (gone,)) = cleaned(cleaning, own(**{place: SET.strip()}))
    assert found is None
    assert gone.reason == "contaminated"


def test_an_input_out_of_the_document_and_the_recipes_own_system_message_stay(tmp_path: Path) -> None:
    recipe = Recipe.model_validate(
        {"name": "deneme", "curate": {"inputs": ["x"]}, "pairs": {"system": "Yardım hattımız 0532 123 45 67 numaradır."}}
    )
    document = replace(DOCUMENT, text=f"Telefonu 0533 765 43 21. {DOCUMENT.text}")
    same = replace(pair("Metni özetle.", "Okul açıldı."), input=document.text, system=recipe.pairs.system)
    assert cleaned(cleaner(recipe, tmp_path, {"d-1": document}), same) == ([same], [])


def test_an_answer_may_repeat_what_its_pair_was_given(tmp_path: Path) -> None:
    asked = own(input="Telefonu <TELEFON_1>, kimlik numarası <TCKN_1>, hattı 0532 123 45 67.")
    answer = Answer("q-1", asked, "aday", "m", "Hat 0532 123 45 67 numaradır.")
    assert made(tmp_path).answers([answer], lambda _: None) == [answer]


def test_rejections_are_kept_without_personal_data(tmp_path: Path) -> None:
    raw = [
        Rejected("r-1", "claims_not_in_text", "10000000146 metinde yok", "d-1:0-20", "Kimlik numarası 10000000146, başvuran <KİŞİ_1>."),
        Rejected("r-2", "cannot_be_made", "sayı yok", "pair-9", "Değiştirilecek sayı yok."),
    ]
    first, second = made(tmp_path).rejected(raw)
    assert (first.detail, first.text) == ("<TCKN_1> metinde yok", "Kimlik numarası <TCKN_1>, başvuran <KİŞİ_1>.")
    assert (first.id, first.reason, first.source) == ("r-1", "claims_not_in_text", "d-1:0-20")
    assert second == raw[1]


def test_a_rejection_whose_text_may_not_be_kept_keeps_its_reason(tmp_path: Path) -> None:
    raw = Rejected("r-1", "not_turkish", "10000000146", "d-1:0-20", "Number 10000000146.")
    (found,) = made(tmp_path, pii={"policy": "drop"}).rejected([raw])
    assert found == Rejected("r-1", "not_turkish", "not_turkish", "d-1:0-20", "")


def test_answers_of_models_are_cleaned_before_anybody_judges_them(tmp_path: Path) -> None:
    (tmp_path / "sinav.txt").write_text(SET, encoding="utf-8")
    cleaning = made(tmp_path, decontaminate={"sets": [{"path": "sinav.txt", "name": "sinav"}]})
    asked, gone = pair("Okul ne zaman açıldı?", "1950 yılında."), list[Rejected]()
    texts = ("1950 yılında.", "1950 yılında, kimlik numarası 10000000146 olan kişi açtı.", SET.strip())
    kept = cleaning.answers([Answer(f"q-{n}", asked, "aday", "m", text) for n, text in enumerate(texts)], gone.append)
    assert [(one.id, one.text) for one in kept] == [
        ("q-0", "1950 yılında."),
        ("q-1", "1950 yılında, kimlik numarası <TCKN_1> olan kişi açtı."),
    ]
    assert [(one.id, one.reason) for one in gone] == [("q-2", "contaminated")]


def worse(cleaning: Cleaner, asked: Pair, *texts: str) -> tuple[list[Preference], list[Rejected]]:
    """What stays of worse answers of the kind `other_number` that a model wrote."""
    found = list(requests([asked], [DOCUMENT], PreferenceConfig(kinds={"other_number": 1.0}), 1))
    assert len(found) == 1
    rows = [
        Preference(f"pref-{n}", asked.id, asked.instruction, asked.output, text, "m", "other_number", 3.0, "construction", (), asked.task)
        for n, text in enumerate(texts)
    ]
    rejected: list[Rejected] = []
    return cleaning.worse(rows, found, rejected.append), rejected


def test_a_worse_answer_is_cleaned_and_gets_an_id_of_its_own(tmp_path: Path) -> None:
    asked = pair("Okulda kaç öğrenci vardı?", "Okulda 20 öğrenci vardı.")
    other = "Okulda 35 öğrenci vardı, müdürün kimlik numarası 10000000146."
    (same, covered), rejected = worse(made(tmp_path), asked, "Okulda 35 öğrenci vardı.", other)
    assert (same.id, same.rejected) == ("pref-0", "Okulda 35 öğrenci vardı.")
    assert covered.rejected == "Okulda 35 öğrenci vardı, müdürün kimlik numarası <TCKN_1>."
    assert covered.id != "pref-1"
    assert rejected == []


def test_a_worse_answer_that_is_the_right_one_once_it_is_masked_is_none(tmp_path: Path) -> None:
    asked = pair("Telefon numarası nedir, kaç hat var?", "Telefon numarası ***, 20 hat var.")
    kept, (gone,) = worse(made(tmp_path, pii={"policy": "mask"}), asked, "Telefon numarası 0532 123 45 67, 20 hat var.")
    assert kept == []
    assert (gone.reason, gone.text) == ("same_as_chosen", "Telefon numarası ***, 20 hat var.")


def test_a_worse_answer_whose_only_false_fact_was_covered_is_none(tmp_path: Path) -> None:
    asked = pair("Kaç öğrenci vardı?", "Okulda 20 öğrenci vardı.")
    kept, (gone,) = worse(made(tmp_path, pii={"policy": "mask"}), asked, "Okulda 20 öğrenci vardı, telefonu 0532 123 45 67.")
    assert kept == []
    assert gone.reason == "not_worse"


@pytest.mark.parametrize(("policy", "kept"), [("tag", "Kimlik numarası <TCKN_1> uydurma, 0532 123 45 67 sorulmuş."), ("drop", "")])
def test_the_reasons_of_judges_are_kept_without_personal_data(tmp_path: Path, policy: str, kept: str) -> None:
    asked = own(input="Hattımız 0532 123 45 67.")
    why = {"bir": "Kimlik numarası 10000000146 uydurma, 0532 123 45 67 sorulmuş.", "iki": "Doğru."}
    row = Graded("a-1", asked.id, "aday:m", asked.instruction, "Bir kişi.", 4.0, 0.0, "", {}, why, {})
    (found,) = made(tmp_path, pii={"policy": policy}).graded([row], {asked.id: asked})
    assert found.why["bir"] == kept
    assert replace(found, why=why) == row


def test_code_that_would_be_written_over_is_rejected_since_nobody_has_seen_it_pass(tmp_path: Path) -> None:
    def code(output: str, tests: str) -> Pair:
        return replace(pair("Numara nasıl denetlenir?", output), task="kod", tests=tests)

    held = code("```python\ndef f(x):\n    return x == 7\n```", "assert f(7)")
    in_answer = code("```python\ndef f():\n    return 'T.C. kimlik numarası 10000000146'\n```", "assert f()")
    in_tests = code("```python\ndef f(x):\n    return len(x)\n```", "assert f('T.C. kimlik numarası 10000000146') > 3")
    found, rejected = cleaned(made(tmp_path), held, in_answer, in_tests)
    assert found == [held, None, None]
    assert [(one.reason, one.text) for one in rejected] == [("personal_data_in_code", "")] * 2
