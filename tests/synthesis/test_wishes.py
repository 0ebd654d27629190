import json

import pytest

from curation.records import Rejected
from synthesis.config import SynthesisConfig
from synthesis.passages import Passage
from synthesis.tasks import accept, requests

TEXT = "Formu doldurup imzalayanlar işlemlerini iki günde bitirir. Dilekçeler belediyenin giriş katında alınır."
PASSAGE = Passage("p-1", "doc-1", "Başvuru", TEXT, 0, len(TEXT))


def asked(**keys):
    (prompt,) = requests(PASSAGE, SynthesisConfig(tasks={"tohumdan": 1}, **keys), seed=1)
    return prompt


def test_without_wishes_the_prompt_ends_with_the_passage():
    assert asked().messages[-1].content.endswith(TEXT)


def test_every_wish_stands_in_the_prompt_and_in_its_fields():
    prompt = asked(
        personas=("emekli bir öğretmen",), audiences=("ilkokul öğrencileri",), difficulty={"zor": 1}, length={"uzun": 1}, address="siz"
    )
    tail = prompt.messages[-1].content.partition(TEXT)[2]
    for words in ("emekli bir öğretmen", "ilkokul öğrencileri", "Zor olsun", "uzun ve ayrıntılı", "“siz” diye seslen"):
        assert words in tail
    assert {name: prompt.fields[name] for name in ("kisi", "zorluk", "uzunluk", "hitap")} == {
        "kisi": "emekli bir öğretmen", "zorluk": "zor", "uzunluk": "uzun", "hitap": "siz",
    }  # fmt: skip


def test_weights_draw_all_kinds_and_the_heavier_oftener():
    config = SynthesisConfig(tasks={"tohumdan": 1}, difficulty={"kolay": 3, "zor": 1})
    drawn = [
        prompt.fields["zorluk"]
        for number in range(200)
        for prompt in requests(Passage(f"p-{number}", "doc-1", "", TEXT, 0, len(TEXT)), config, seed=1)
    ]
    assert 120 <= drawn.count("kolay") <= 180
    assert drawn.count("kolay") + drawn.count("zor") == 200


def test_a_task_without_free_answers_heeds_no_wish_for_length():
    (prompt,) = requests(PASSAGE, SynthesisConfig(tasks={"baslik": 1}, length={"uzun": 1}, address="siz"), seed=1)
    assert "uzunluk" not in prompt.fields


@pytest.mark.parametrize(
    ("keys", "answer", "reason"),
    [
        ({"address": "siz"}, "Formu doldurursan işin iki günde biter, sana haber verilir.", "other_register"),
        ({"address": "sen"}, "Formu doldurursanız işiniz iki günde biter, size haber verilir.", "other_register"),
        ({"length": {"uzun": 1}}, "İki günde biter.", "not_the_length"),
        ({"address": "siz"}, "Formu doldurursanız işiniz iki günde biter, size haber verilir.", None),
        ({"address": "siz"}, "İşlemler iki günde biter.", None),
        ({"length": {"kisa": 1}}, "İşlemler iki günde biter.", None),
    ],
)
def test_an_answer_is_held_to_the_wishes(keys, answer, reason):
    rejected: list[Rejected] = []
    item = {"yonerge": "Belediyedeki başvurunun nasıl sonuçlandığını anlat.", "cevap": answer, "kanit": ["işlemlerini iki günde bitirir"]}
    pairs = list(accept(asked(**keys), PASSAGE, json.dumps(item, ensure_ascii=False), "qwen", rejected.append))
    assert [one.reason for one in rejected] == ([reason] if reason else [])
    assert len(pairs) == (0 if reason else 1)


EXPLAINED = "Formu doldurup imzalamak yeter; işlemler iki günde biter."


@pytest.mark.parametrize(("length", "reasons"), [({"kisa": 1}, []), ({}, ["too_short"]), ({"uzun": 1}, ["not_the_length"])])
def test_an_explanation_is_as_short_as_the_recipe_asks(length, reasons):
    (prompt,) = requests(PASSAGE, SynthesisConfig(tasks={"aciklama": 1}, length=length), seed=1)
    item = {"soru": "Belediyede başvuru işlemleri nasıl tamamlanır?", "cevap": EXPLAINED, "kanit": [TEXT.partition(".")[0]]}
    rejected: list[Rejected] = []
    assert len(list(accept(prompt, PASSAGE, json.dumps([item]), "m", rejected.append))) == (not reasons)
    assert [one.reason for one in rejected] == reasons
