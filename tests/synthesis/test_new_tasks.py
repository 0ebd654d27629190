"""Each of the tasks that only a model can do: a good item becomes a pair, a bad one is refused with its reason."""

import json

import pytest

from curation.records import Document, Message, Pair, Rejected
from synthesis.config import SynthesisConfig
from synthesis.passages import Passage, passages
from synthesis.prompt import Prompt, template_lines
from synthesis.rules import write
from synthesis.tasks import PROMPTS, TASKS, accept, evolution, requests, schema_of, schemas_of

TEXT = (
    "Çınarlı İlkokulu 27 Eylül 1954 tarihinde Kırşehir'in Mucur ilçesinde iki derslikle açıldı. Okulun bahçesine köylüler 140 fidan dikti, "
    "ertesi yıl 60 fidan daha eklendi. Öğretmen Hale Tuna 1961’de Mucur’a atandı ve on iki yıl orada çalıştı. "
    "Okul, uzak köylerden gelen çocuklar kışın yürüyemediği için 1968'de pansiyonlu oldu. Bahçe 640 metrekaredir."
)
DOCUMENT = Document("doc-1", f"# Çınarlı İlkokulunun öyküsü\n\n{TEXT}", "a.md", title="Çınarlı İlkokulunun öyküsü")
NEW = ("aciklama", "siniflandirma", "yeniden-yazma", "adim-adim", "cok-turlu", "metinde-yok", "geri-ceviri", "tohumdan", "evol")

EXPLANATION = {
    "soru": "Çınarlı İlkokulu neden pansiyonlu oldu?",
    "cevap": "Uzak köylerde oturan çocuklar kış aylarında okula yürüyerek gelemiyordu. Bu zorluğu gidermek isteyenler çareyi çocukları okulda barındırmakta buldu ve Çınarlı İlkokulu 1968 yılında pansiyonlu hâle getirildi.",
    "kanit": ["Okul, uzak köylerden gelen çocuklar kışın yürüyemediği için 1968'de pansiyonlu oldu."],
}
STEPS = {
    "soru": "Çınarlı İlkokulunun bahçesine önce 140, ertesi yıl 60 fidan dikildi. Bahçede toplam kaç fidan oldu?",
    "adimlar": ["1. İlk yıl 140 fidan dikildi.", "Ertesi yıl 60 fidan eklendi.", "Toplam: 140 + 60 = 200."],
    "sonuc": "Bahçede 200 fidan oldu.",
    "kanit": ["Okulun bahçesine köylüler 140 fidan dikti, ertesi yıl 60 fidan daha eklendi."],
}
DIALOGUE = {
    "konu": "Çınarlı İlkokulu",
    "turlar": [
        {
            "soru": "Çınarlı İlkokulu nerede açıldı?",
            "cevap": "Kırşehir'in Mucur ilçesinde açıldı.",
            "kanit": "Çınarlı İlkokulu 27 Eylül 1954 tarihinde Kırşehir'in Mucur ilçesinde iki derslikle açıldı.",
        },
        {
            "soru": "Peki bahçesine ne dikildi?",
            "cevap": "Köylüler 140 fidan dikti.",
            "kanit": "Okulun bahçesine köylüler 140 fidan dikti",
        },
        {"soru": "Bahçe ne kadar büyük?", "cevap": "640 metrekare.", "kanit": ["Bahçe 640 metrekaredir."]},
    ],
}
ABSENT = {"soru": "Çınarlı İlkokulunun mimarı kimdir?", "eksik": "okulun mimarı"}
BACK = {"yonerge": "Kırşehir'in Mucur ilçesindeki Çınarlı İlkokulunu tanıtan kısa bir bilgi yazısı yaz.", "uygun": True}
SEEDED = {
    "yonerge": "Çınarlı İlkokulunun gelişimini zaman sırasıyla anlat.",
    "cevap": "Okul 1954'te iki derslikle açıldı, 1968'de pansiyonlu oldu.",
    "kanit": ["iki derslikle açıldı", "1968'de pansiyonlu oldu"],
}
EVOLVED = SEEDED | {
    "ilk": "Çınarlı İlkokulunu anlat.",
    "yonerge": "Çınarlı İlkokulunun açılışından pansiyonlu oluşuna kadar geçirdiği değişimi yıllarıyla anlat.",
}


def passage(text: str = TEXT) -> Passage:
    (found,) = passages(Document("doc-1", f"# Çınarlı İlkokulunun öyküsü\n\n{text}", "a.md", title=DOCUMENT.title), SynthesisConfig())
    return found


def ask(task: str, **keys: object) -> Prompt:
    (prompt,) = requests(passage(), SynthesisConfig(tasks={task: 1}, **keys), seed=1)
    return prompt


def read(task: str, item: object, **keys: object) -> tuple[list[Pair], list[Rejected]]:
    rejected: list[Rejected] = []
    reply = json.dumps([item], ensure_ascii=False)
    return list(accept(ask(task, **keys), passage(), reply, "qwen", rejected.append)), rejected


GOOD = {
    "aciklama": EXPLANATION,
    "siniflandirma": {"etiket": "Bilgi Yazısı", "kanit": "iki derslikle açıldı"},
    "adim-adim": STEPS,
    "cok-turlu": DIALOGUE,
    "metinde-yok": ABSENT,
    "geri-ceviri": BACK,
    "tohumdan": SEEDED,
    "evol": EVOLVED,
}


@pytest.mark.parametrize("task", sorted(GOOD))
def test_a_good_item_becomes_a_pair_that_rests_on_its_document(task):
    (pair,), rejected = read(task, GOOD[task])
    assert rejected == []
    assert pair.task == task
    assert all(TEXT.find(DOCUMENT.text[e.start : e.end]) >= 0 for e in pair.evidence)


@pytest.mark.parametrize(
    ("task", "change", "reason"),
    [
        ("aciklama", {"kanit": []}, "missing_key"),
        ("aciklama", {"kanit": ["Okul 1970'te büyüdü ve çok sevildi."]}, "evidence_not_found"),
        ("aciklama", {"cevap": EXPLANATION["cevap"].replace("1968", "1969")}, "claims_not_in_text"),
        ("aciklama", {"cevap": "Kışın yürüyemedikleri için."}, "too_short"),
        ("aciklama", {"cevap": TEXT}, "copied_passage"),
        ("aciklama", {"soru": "Bu okul neden pansiyonlu oldu?"}, "not_self_contained"),
        ("siniflandirma", {"etiket": "şiir"}, "unknown_label"),
        ("siniflandirma", {"kanit": "böyle bir söz yok"}, "evidence_not_found"),
        ("adim-adim", {"adimlar": ["140 + 60 = 210.", "Sonuç budur."], "sonuc": "210 fidan."}, "wrong_sum"),
        ("adim-adim", {"sonuc": "Bahçede 250 fidan oldu."}, "claims_not_in_text"),
        ("adim-adim", {"adimlar": ["Tek adım."]}, "missing_key"),
        ("cok-turlu", {"turlar": DIALOGUE["turlar"][:1]}, "missing_key"),
        ("cok-turlu", {"turlar": [DIALOGUE["turlar"][0], DIALOGUE["turlar"][0]]}, "repeated_items"),
        ("cok-turlu", {"turlar": [DIALOGUE["turlar"][1], DIALOGUE["turlar"][2]]}, None),
        ("cok-turlu", {"turlar": [DIALOGUE["turlar"][0], DIALOGUE["turlar"][2] | {"cevap": "650 metrekare."}]}, "claims_not_in_text"),
        ("metinde-yok", {"eksik": "iki derslikle açıldı"}, "stands_in_text"),
        ("metinde-yok", {"soru": "Ay'a ilk kim gitti?", "eksik": "astronotun adı"}, "off_topic"),
        ("geri-ceviri", {"uygun": False}, "not_an_answer"),
        ("geri-ceviri", {"yonerge": "Aşağıdaki metni tanıtan bir yazı yaz."}, "not_self_contained"),
        ("tohumdan", {"cevap": "Okul 1955'te açıldı."}, "claims_not_in_text"),
        ("evol", {"ilk": EVOLVED["yonerge"]}, "not_evolved"),
    ],
)
def test_a_bad_item_is_refused(task, change, reason):
    pairs, rejected = read(task, GOOD[task] | change)
    assert [one.reason for one in rejected] == ([reason] if reason else [])
    assert len(pairs) == (0 if reason else 1)


def test_the_steps_are_numbered_once():
    (pair,), _ = read("adim-adim", STEPS)
    assert pair.output.splitlines() == [
        "1. İlk yıl 140 fidan dikildi.",
        "2. Ertesi yıl 60 fidan eklendi.",
        "3. Toplam: 140 + 60 = 200.",
        "Sonuç: Bahçede 200 fidan oldu.",
    ]


def test_a_conversation_keeps_its_earlier_turns_before_the_last_question():
    (pair,), _ = read("cok-turlu", DIALOGUE, system="Kısa yanıt ver.")
    roles = [message.role for message in pair.prompt()]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]
    assert (pair.instruction, pair.output) == ("Bahçe ne kadar büyük?", "640 metrekare.")
    assert pair.turns[1] == Message("assistant", "Kırşehir'in Mucur ilçesinde açıldı.")


def test_with_context_a_conversation_opens_with_its_text():
    (pair,), _ = read("cok-turlu", DIALOGUE, context="passage")
    assert pair.prompt()[0].content.endswith(TEXT)
    assert pair.input == ""


def test_two_conversations_that_differ_before_the_last_turn_are_two_pairs():
    (one,), _ = read("cok-turlu", DIALOGUE)
    (other,), _ = read("cok-turlu", DIALOGUE | {"turlar": DIALOGUE["turlar"][::2]})
    assert (one.instruction, one.output) == (other.instruction, other.output)
    assert one.id != other.id


def test_what_is_not_in_the_text_is_answered_so():
    (pair,), _ = read("metinde-yok", ABSENT)
    assert pair.output in template_lines(PROMPTS, "metinde-yok", "cevap")
    assert pair.input == TEXT


def test_a_ready_answer_is_taken_word_for_word():
    (pair,), _ = read("geri-ceviri", BACK)
    assert (pair.output, pair.input) == (TEXT, "")


def test_a_passage_that_leans_on_another_is_no_ready_answer():
    leaning = passage("Bu yüzden " + TEXT[0].lower() + TEXT[1:])
    assert list(requests(leaning, SynthesisConfig(tasks={"geri-ceviri": 1}), seed=1)) == []


def test_a_text_that_addresses_its_reader_is_rewritten_in_the_other_register():
    spoken = passage(
        "Sen bu formu dikkatle doldurmalısın. Sonra imzanı atıp dilekçeni memura verirsen işin iki günde biter, sana haber verilir."
    )
    (prompt,) = requests(spoken, SynthesisConfig(tasks={"yeniden-yazma": 1}), seed=1)
    assert prompt.fields["bicim"] == "siz"
    polite = (
        "Bu formu dikkatle doldurmalısınız. Ardından imzalayıp dilekçenizi memura verirseniz işiniz iki günde biter, size haber verilir."
    )
    (pair,) = accept(prompt, spoken, json.dumps({"metin": polite}, ensure_ascii=False), "qwen", lambda _: None)
    assert (pair.input, pair.output) == (spoken.text, polite)
    assert "siz" in pair.instruction
    rejected: list[Rejected] = []
    familiar = json.dumps({"metin": "Sen formu doldur, sonra memura ver, işin iki günde biter."}, ensure_ascii=False)
    assert list(accept(prompt, spoken, familiar, "qwen", rejected.append)) == []
    assert rejected[0].reason == "other_register"


def test_simple_wording_may_not_lose_the_numbers():
    prompt = next(
        p
        for seed in range(20)
        for p in requests(passage(), SynthesisConfig(tasks={"yeniden-yazma": 1}), seed)
        if p.fields["bicim"] == "sade"
    )
    rejected: list[Rejected] = []
    text = "Çınarlı İlkokulu Mucur'da açıldı. Köylüler bahçeye fidan dikti. Hale Tuna orada öğretmenlik yaptı. Çocuklar kışın zor yürüyordu. Sonunda okula pansiyon yapıldı. Okulun bir de bahçesi vardı."
    assert list(accept(prompt, passage(), json.dumps({"metin": text}, ensure_ascii=False), "qwen", rejected.append)) == []
    assert rejected[0].reason == "numbers_left_out"


def test_a_pair_can_be_evolved_again():
    (pair,), _ = read("tohumdan", SEEDED)
    prompt = evolution(pair, passage(), SynthesisConfig(), seed=3)
    assert pair.instruction in prompt.messages[-1].content
    item = EVOLVED | {"ilk": ""}
    (evolved,) = accept(prompt, passage(), json.dumps(item, ensure_ascii=False), "qwen", lambda _: None)
    assert evolved.instruction == EVOLVED["yonerge"]


def test_the_seeds_of_the_recipe_stand_in_the_request():
    prompt = ask("tohumdan", seeds=("Bir türküyü öyküsüyle anlat.",))
    assert "Bir türküyü öyküsüyle anlat." in prompt.messages[-1].content


def test_the_labels_of_the_recipe_are_the_ones_that_count():
    (pair,), _ = read("siniflandirma", {"etiket": "okul", "kanit": ["iki derslikle açıldı"]}, labels=("okul", "spor"))
    assert pair.output == "okul"
    assert "okul ve spor" in pair.instruction


@pytest.mark.parametrize("task", NEW)
def test_the_embedded_writer_leaves_what_it_cannot_do(task):
    for prompt in requests(passage(), SynthesisConfig(tasks={task: 1}), seed=1):
        assert write(prompt) == "[]"


@pytest.mark.parametrize("task", sorted(TASKS))
def test_no_field_of_a_template_is_left_open(task):
    for context in ("none", "passage"):
        for prompt in requests(passage(), SynthesisConfig(tasks={task: 1}, context=context), seed=1):
            assert "{metin}" not in prompt.messages[-1].content
            assert TEXT in prompt.messages[-1].content


@pytest.mark.parametrize("task", sorted(TASKS))
def test_a_schema_is_strict(task):
    def check(schema: dict) -> None:
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])
            for inner in schema["properties"].values():
                check(inner)
        elif schema.get("type") == "array":
            check(schema["items"])

    check(schema_of(task))


@pytest.mark.parametrize("task", sorted(GOOD))
def test_a_reply_in_the_schemas_wrapping_reads_the_same(task):
    plain, wrapped = (
        list(accept(ask(task), passage(), json.dumps(reply, ensure_ascii=False), "qwen", lambda _: None))
        for reply in ([GOOD[task]], {"sonuclar": [GOOD[task]]})
    )
    assert plain == wrapped


def test_a_lone_conversation_without_its_topic_is_one_item():
    rejected: list[Rejected] = []
    reply = json.dumps({"turlar": DIALOGUE["turlar"]}, ensure_ascii=False)
    assert len(list(accept(ask("cok-turlu"), passage(), reply, "qwen", rejected.append))) == 1


def test_the_schemas_of_a_recipe_are_those_of_its_tasks():
    assert set(schemas_of(SynthesisConfig(tasks={"evol": 1, "ozet": 2}))) == {"evol", "ozet"}
