"""Further answers: what is asked, and what of the replies is read."""

import json
from dataclasses import replace

import pytest

from curation.records import Rejected
from synthesis.answers import another, answered_again, has_several, mistakes, reading_again, ways
from synthesis.config import AnswersConfig, SelectionConfig, SynthesisConfig
from synthesis.passages import Passage
from synthesis.prompt import PROMPTS, template_lines
from synthesis.tasks import TASKS, accept, requests

TEXT = (
    "Karaçam Kooperatifi 1962 yılında kırk üç üyeyle kuruldu. Üyeler ilk yıl 640 kilo ceviz topladı. "
    "Cevizler köyün taş deposunda kurutuldu ve baharda ilçeye indirildi."
)
PASSAGE = Passage("p-1", "d-1", "Karaçam Kooperatifi", TEXT, 0, len(TEXT))
FIRST, SECOND = TEXT.split(". ", maxsplit=1)[0] + ".", TEXT.split(". ")[1] + "."


def asked(task, **keys):
    config = SynthesisConfig(tasks={task: 1}, **keys)
    return next(requests(PASSAGE, config, 1))


def read(task, prompt, item, reader=None):
    """The pair of an item, or the reason why it is none."""
    rejected: list[Rejected] = []
    pairs = list(accept(prompt, PASSAGE, json.dumps([item], ensure_ascii=False), "m", rejected.append, {task: reader or TASKS[task]}))
    return pairs[0] if pairs else rejected[0].reason


def again(task, item, further, **keys):
    """A first pair, and what becomes of a further answer to its question."""
    prompt = asked(task, **keys)
    first = read(task, prompt, item)
    once_more = another([first], prompt, TASKS[task], "Kısa yaz.", 7)
    return first, read(task, once_more, further, reading_again(TASKS[task], first))


ITEMS = {
    "soru-cevap": (
        {"soru": "Karaçam Kooperatifi ne zaman kuruldu?", "cevap": "1962 yılında.", "kanit": FIRST},
        {"soru": "Karaçam Kooperatifi ne zaman kuruldu?", "cevap": "1962 yılında kırk üç üyeyle kuruldu.", "kanit": FIRST},
    ),
    "tohumdan": (
        {"yonerge": "Karaçam Kooperatifi hakkında bilgi ver.", "cevap": FIRST, "kanit": [FIRST]},
        {"yonerge": "Karaçam Kooperatifi hakkında bilgi ver.", "cevap": "Kırk üç üye 1962 yılında bir araya geldi.", "kanit": [FIRST]},
    ),
    "evol": (
        {"ilk": "Kooperatifi anlat.", "yonerge": "Karaçam Kooperatifi nasıl kuruldu, adım adım anlat.", "cevap": FIRST, "kanit": [FIRST]},
        {"yonerge": "Karaçam Kooperatifi nasıl kuruldu, adım adım anlat.", "cevap": "Önce kırk üç üye toplandı.", "kanit": [FIRST]},
    ),
    "ozet": (
        {"ozet": "1962 yılında kurulan kooperatif ilk yıl 640 kilo ceviz topladı."},
        {"ozet": "Kooperatif 1962 yılında kuruldu ve 640 kilo ceviz topladı."},
    ),
}


@pytest.mark.parametrize("context", ["none", "passage"])
@pytest.mark.parametrize("task", ITEMS)
def test_a_further_answer_is_a_pair_with_the_same_instruction_and_text(task, context):
    first, second = again(task, *ITEMS[task], context=context)
    assert (second.task, second.instruction, second.input, second.system) == (first.task, first.instruction, first.input, first.system)
    assert second.output != first.output
    assert second.id != first.id


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kanit": ["Böyle bir cümle yoktur, aranmasın boşuna."]}, "evidence_not_found"),
        ({"cevap": "Kooperatif 1975 yılında kuruldu."}, "claims_not_in_text"),
        ({"cevap": "Sen de gel, siz de gelin."}, "mixed_register"),
        ({"yonerge": "Ceviz nasıl kurutulur, anlat."}, "other_question"),
        ({"cevap": ""}, "missing_key"),
    ],
)
def test_a_further_answer_is_checked_as_the_first_one_was(change, reason):
    first, further = ITEMS["tohumdan"]
    assert again("tohumdan", first, further | change)[1] == reason


def test_a_reply_that_leaves_the_question_out_answers_it_all_the_same():
    first, further = ITEMS["tohumdan"]
    pair, second = again("tohumdan", first, {key: value for key, value in further.items() if key != "yonerge"})
    assert second.instruction == pair.instruction


def test_a_summary_in_one_sentence_is_not_answered_with_two():
    first, further = ITEMS["ozet"]
    assert (
        again("ozet", first, further | {"ozet": "Kooperatif 1962 yılında kuruldu. İlk yıl 640 kilo ceviz topladı."})[1] == "other_question"
    )


def test_a_sum_over_a_text_that_the_question_does_not_carry_is_refused():
    question = "Karaçam Kooperatifi cevizi nasıl sattı?"
    steps = {
        "soru": question,
        "adimlar": ["Ceviz toplandı.", "Cevizler kurutuldu."],
        "sonuc": "Baharda ilçeye indirildi.",
        "kanit": [SECOND],
    }
    with_sum = steps | {"adimlar": ["Ceviz toplandı.", "640 + 640 = 1280"], "sonuc": "1280 kilo eder."}
    first, second = again("adim-adim", steps, with_sum)
    assert (first.input, second) == ("", "other_question")


def test_the_prompt_holds_question_answers_way_text_and_form():
    first, _ = ITEMS["soru-cevap"]
    prompt = asked("soru-cevap", address="siz", audiences=("çocuklar",))
    pair = read("soru-cevap", prompt, first)
    other = replace(pair, output="Altmış iki yılında.")
    once_more = another([pair, other], prompt, TASKS["soru-cevap"], "Tersinden başla.", 7)
    told = once_more.messages[-1].content
    for part in (
        pair.instruction,
        "1. 1962 yılında.",
        "2. Altmış iki yılında.",
        "şu yolu tut: Tersinden başla.",
        TEXT,
        '"cevap": "...", "kanit": "..."',
    ):
        assert part in told
    assert "{" not in told.replace('{"soru"', "")
    assert (once_more.task, once_more.seed, once_more.temperature >= 0.8) == ("soru-cevap", 7, True)
    assert once_more.id != another([pair, other], prompt, TASKS["soru-cevap"], "Tersinden başla.", 8).id


def test_a_wish_about_the_answer_is_repeated():
    first, _ = ITEMS["tohumdan"]
    prompt = asked("tohumdan", address="siz", personas=("bir öğrenci",))
    told = another([read("tohumdan", prompt, first)], prompt, TASKS["tohumdan"], "Kısa yaz.", 7).messages[-1].content
    assert template_lines(PROMPTS, "istekler", "hitap siz")[0] in told
    assert "bir öğrenci" not in told


def test_ways_are_drawn_by_seed_and_fit_a_wished_length():
    pair = read("tohumdan", asked("tohumdan"), ITEMS["tohumdan"][0])
    task = TASKS["tohumdan"]
    free = ways(pair, task, (), 1, length=True)
    assert free == ways(pair, task, (), 1, length=True) != ways(pair, task, (), 2, length=True)
    assert set(free) - set(ways(pair, task, (), 1, length=False)) == set(template_lines(PROMPTS, "cevaplar", "açık uzunluk"))
    assert set(ways(pair, task, ("Şiir gibi yaz.",), 1, length=True)) == {"Şiir gibi yaz."}


def test_every_task_with_several_right_answers_has_ways():
    able = [name for name, task in TASKS.items() if has_several(task)]
    assert {"soru-cevap", "tanim", "ozet", "baslik", "aciklama", "yeniden-yazma", "adim-adim", "tohumdan", "evol"} <= set(able)
    assert not {"liste", "bilgi-cikarma", "siniflandirma", "geri-ceviri", "cok-turlu", "bosluk", "cevapsiz"} & set(able)
    pair = read("tohumdan", asked("tohumdan"), ITEMS["tohumdan"][0])
    assert all(len(ways(pair, TASKS[name], (), 1, length=False)) >= 5 for name in able)


def test_answers_may_be_wanted_of_some_tasks_alone():
    config = SynthesisConfig(tasks={"ozet": 1, "tanim": 1, "liste": 1}, answers=AnswersConfig())
    assert answered_again(config, TASKS) == ["ozet", "tanim"]
    assert answered_again(config.model_copy(update={"answers": AnswersConfig(tasks=("tanim",))}), TASKS) == ["tanim"]
    assert answered_again(SynthesisConfig(), TASKS) == []


def test_as_many_answers_are_kept_as_are_asked_for_unless_the_recipe_says_fewer():
    assert SynthesisConfig().solutions() == 1
    assert SynthesisConfig(answers=AnswersConfig(count=4)).solutions() == 4
    assert SynthesisConfig(answers=AnswersConfig(count=4), selection=SelectionConfig(solutions=2)).solutions() == 2


def test_all_mistakes_are_told_at_once():
    config = SynthesisConfig(
        tasks={"liste": 1}, answers=AnswersConfig(count=20, tasks=("liste", "ozet")), selection=SelectionConfig(solutions=1)
    )
    keys = [one.key for one in mistakes(config, TASKS)]
    assert keys == [
        "pairs.answers.tasks.0",
        "pairs.answers.tasks.1",
        "pairs.answers",
        "pairs.selection.solutions",
        "pairs.max_pairs_per_document",
    ]
