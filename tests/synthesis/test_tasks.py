import json
from dataclasses import replace

import pytest

from curation.records import Document, Pair, Rejected
from synthesis import grounding
from synthesis.config import SynthesisConfig
from synthesis.passages import Passage, passages
from synthesis.prompt import Prompt
from synthesis.rules import write
from synthesis.tasks import TASKS, accept, requests

TEXT = (
    "Çınarlı İlkokulu 27 Eylül 1954 tarihinde Kırşehir'in Mucur ilçesinde iki derslikle açıldı. Okulun bahçesine köylüler 140 fidan dikti. "
    "Birleştirilmiş sınıf, farklı sınıflardaki öğrencilerin tek derslikte okuduğu düzendir. Öğretmen Hale Tuna 1961’de Mucur’a atandı. "
    "Okul bugün üç bölümden oluşuyor: derslikler, kütüphane ve bahçe. Bahçe 640 metrekaredir."
)
DOCUMENT = Document("doc-1", f"# Çınarlı İlkokulunun öyküsü\n\n{TEXT}", "a.md", title="Çınarlı İlkokulunun öyküsü")
CONFIG = SynthesisConfig()


def passage() -> Passage:
    (found,) = passages(DOCUMENT, CONFIG)
    return found


def ask(task: str, config: SynthesisConfig = CONFIG) -> Prompt:
    return next(p for p in requests(passage(), config, seed=1) if p.task == task)


def read(task: str, reply: object, config: SynthesisConfig = CONFIG) -> tuple[list[Pair], list[Rejected]]:
    rejected: list[Rejected] = []
    text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
    return list(accept(ask(task, config), passage(), text, "qwen", rejected.append)), rejected


GOOD = {
    "soru": "Çınarlı İlkokulu hangi tarihte açıldı?",
    "cevap": "27 Eylül 1954 tarihinde açıldı.",
    "kanit": "Çınarlı İlkokulu 27 Eylül 1954 tarihinde Kırşehir'in Mucur ilçesinde iki derslikle açıldı.",
}


def test_every_passage_is_asked_for_the_heaviest_task():
    config = SynthesisConfig(tasks={"soru-cevap": 3, "ozet": 1e-9})
    assert [p.task for p in requests(passage(), config, seed=1)] == ["soru-cevap"]


def test_the_request_says_how_many_and_carries_text_and_title():
    prompt = ask("soru-cevap", SynthesisConfig(pairs_per_passage=3))
    user = prompt.messages[-1].content
    assert "en çok 3 soru" in user
    assert TEXT in user
    assert DOCUMENT.title in user
    assert "özel adıyla" in user


def test_the_request_changes_with_the_context():
    assert "özel adıyla" not in ask("soru-cevap", SynthesisConfig(context="passage")).messages[-1].content


def test_requests_are_the_same_twice_and_differ_by_seed():
    first, again, other = (list(requests(passage(), CONFIG, seed=seed)) for seed in (1, 1, 2))
    assert first == again
    assert {p.id for p in first}.isdisjoint(p.id for p in other)


def test_a_good_item_becomes_a_pair_with_offsets_in_the_document():
    (pair,), rejected = read("soru-cevap", [GOOD])
    (evidence,) = pair.evidence
    assert rejected == []
    assert DOCUMENT.text[evidence.start : evidence.end] == GOOD["kanit"]
    assert (pair.instruction, pair.output, pair.input, pair.writer, pair.task) == (GOOD["soru"], GOOD["cevap"], "", "qwen", "soru-cevap")


def test_the_evidence_is_found_when_the_model_changed_the_apostrophes():
    item = {
        "soru": "Hale Tuna ne zaman Mucur'a atandı?",
        "cevap": "1961'de atandı.",
        "kanit": "Öğretmen Hale Tuna 1961'de  Mucur'a atandı.",
    }
    (pair,), _ = read("soru-cevap", [item])
    assert DOCUMENT.text[pair.evidence[0].start : pair.evidence[0].end] == "Öğretmen Hale Tuna 1961’de Mucur’a atandı."


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kanit": "Çınarlı İlkokulu 1955'te açıldı."}, "evidence_not_found"),
        ({"cevap": "28 Eylül 1954 tarihinde açıldı."}, "answer_not_in_evidence"),
        ({"soru": "Bu okul hangi tarihte açıldı?"}, "not_self_contained"),
        ({"soru": "Ne zaman açıldı?"}, "not_self_contained"),
        ({"soru": "Çınarlı İlkokulu açıldı mı, ne zaman?"}, "several_questions"),
        ({"soru": "Çınarlı İlkokulu 27 Eylül 1954 tarihinde açıldı mı?", "cevap": "27 Eylül 1954"}, "answer_in_question"),
        ({"soru": "Çınarlı İlkokulu açıldı."}, "no_question_mark"),
        ({"soru": "Çınarlı " * 41 + "ne zaman açıldı?"}, "too_long"),
        ({"soru": "Kayseri'deki Çınarlı İlkokulu hangi tarihte açıldı?"}, "question_claims_not_in_text"),
        ({"soru": "1950'de kurulan Çınarlı İlkokulu hangi tarihte açıldı?"}, "question_claims_not_in_text"),
        ({"cevap": ""}, "missing_key"),
        ({"cevap": ["27 Eylül 1954"]}, "missing_key"),
        ({"kanit": None}, "missing_key"),
        ({"suphe": "generic_subject: okul"}, "doubt_generic_subject"),
    ],
)
def test_a_bad_item_is_rejected_with_its_reason(change, reason):
    pairs, (rejected,) = read("soru-cevap", [GOOD | change])
    assert pairs == []
    assert rejected.reason == reason


def test_one_bad_item_does_not_spoil_the_others():
    pairs, rejected = read("soru-cevap", [GOOD | {"cevap": ""}, GOOD])
    assert (len(pairs), len(rejected)) == (1, 1)


def test_a_reply_that_is_no_json_is_one_rejected_row():
    pairs, (rejected,) = read("soru-cevap", "Üzgünüm, bu konuda yardımcı olamam.")
    assert (pairs, rejected.reason) == ([], "reply_not_json")


def test_with_context_the_passage_goes_along_and_the_question_may_lean():
    (pair,), _ = read("soru-cevap", [GOOD | {"soru": "Bu okul hangi tarihte açıldı?"}], SynthesisConfig(context="passage"))
    assert pair.input == TEXT


def test_the_system_message_of_the_recipe_goes_into_every_pair():
    (pair,), _ = read("soru-cevap", [GOOD], SynthesisConfig(system="Kısa yanıt ver."))
    assert pair.system == "Kısa yanıt ver."


def test_a_summary_carries_its_text():
    (pair,), _ = read("ozet", {"ozet": "Çınarlı İlkokulu 1954 yılında Mucur'da iki derslikle açıldı."})
    assert pair.input == TEXT


@pytest.mark.parametrize(
    ("summary", "astray"),
    [
        ("Çınarlı İlkokulu 1955 yılında Mucur'da iki derslikle açıldı.", "1955"),
        ("Çınarlı İlkokulu 1954 yılında Mucur'da on iki derslikle açıldı.", "on iki"),
        ("Çınarlı İlkokulu 1954 yılında Fransız mimarın eliyle Mucur'da açıldı.", "Fransız"),
        ("Atatürk, Çınarlı İlkokulu'nu 1954 yılında Mucur'da açtı.", "Atatürk"),
    ],
)
def test_a_summary_invents_no_number_and_no_name(summary, astray):
    _, (rejected,) = read("ozet", {"ozet": summary})
    assert (rejected.reason, rejected.detail) == ("claims_not_in_text", astray)


def test_a_summary_as_long_as_its_text_is_rejected():
    _, (rejected,) = read("ozet", {"ozet": TEXT})
    assert rejected.reason == "too_long"


def test_a_title_is_stripped_of_marks():
    (pair,), _ = read("baslik", {"baslik": "“Mucur'da bir köy okulu.”"})
    assert pair.output == "Mucur'da bir köy okulu"


def titled(text: str, rest: str) -> tuple[Prompt, list[Pair]]:
    found = Passage("p-1", "doc-1", "Köyün okulu", text, 40, 40 + len(text), rest)
    (asked,) = [prompt for prompt in requests(found, CONFIG, seed=1) if prompt.task == "baslik"]
    return asked, list(accept(asked, found, '[{"baslik": "Köyün okulu"}]', "qwen", lambda _: None))


def test_a_short_document_is_named_whole():
    asked, (pair,) = titled(TEXT, "\n\nKöyün suyu azdır.")
    assert asked.fields["metin"] == pair.input == f"{TEXT}\n\nKöyün suyu azdır."
    assert [(e.start, e.end) for e in pair.evidence] == [(40, 40 + len(pair.input))]


def test_of_a_long_document_the_first_passage_is_named():
    rest = "\n\nKöyün suyu azdır." + " Yolu uzundur." * 200
    asked, (pair,) = titled(TEXT, rest)
    assert (pair.input, asked.fields["kalan"]) == (TEXT, rest)


def test_the_wording_for_facts_reads_well():
    for item in ({"tarihler": ["1954", "2019"]}, {"tarihler": ["1954"], "yerler": ["Mucur"]}):
        for seed in range(12):
            prompt = next(p for p in requests(passage(), CONFIG, seed=seed) if p.task == "bilgi-cikarma")
            for pair in accept(prompt, passage(), json.dumps([item], ensure_ascii=False), "qwen", lambda _: None):
                assert "geçen yıl" not in pair.instruction
                assert " bul ve “" not in pair.instruction


def test_a_list_needs_every_item_in_its_evidence():
    item = {
        "soru": "Okul hangi bölümlerden oluşuyor?",
        "maddeler": ["derslikler", "kütüphane", "bahçe"],
        "kanit": "Okul bugün üç bölümden oluşuyor: derslikler, kütüphane ve bahçe.",
    }
    (pair,), _ = read("liste", [item])
    assert pair.output == "- derslikler\n- kütüphane\n- bahçe"
    _, (rejected,) = read("liste", [item | {"maddeler": ["derslikler", "yüzme havuzu"]}])
    assert rejected.reason == "answer_not_in_evidence"
    _, (rejected,) = read("liste", [item | {"maddeler": ["bahçe", "Bahçe"]}])
    assert rejected.reason == "repeated_items"


def test_facts_ask_only_for_the_keys_that_came_back():
    (pair,), _ = read("bilgi-cikarma", {"tarihler": ["27 Eylül 1954"], "yerler": ["Kırşehir", "Mucur"]})
    assert json.loads(pair.output) == {"tarihler": ["27 Eylül 1954"], "yerler": ["Kırşehir", "Mucur"]}
    assert "“tarihler” ve “yerler” anahtarlarını" in pair.instruction
    assert "ölçüleri" not in pair.instruction
    assert len(pair.evidence) == 3


def test_a_fact_that_is_not_in_the_text_is_rejected():
    _, (rejected,) = read("bilgi-cikarma", {"tarihler": ["1955"]})
    assert rejected.reason == "evidence_not_found"


def test_a_definition_must_be_more_than_a_word():
    item = {
        "soru": "Birleştirilmiş sınıf nedir?",
        "cevap": "düzendir",
        "kanit": "Birleştirilmiş sınıf, farklı sınıflardaki öğrencilerin tek derslikte okuduğu düzendir.",
    }
    _, (rejected,) = read("tanim", [item])
    assert rejected.reason == "too_short"


@pytest.mark.parametrize("context", ["none", "passage"])
def test_every_pair_of_the_rules_rests_on_its_document(context):
    config = SynthesisConfig(context=context)
    text = DOCUMENT.text.replace("1961’de Mucur’a", "Mucur’a 1961’de")  # behind a name the rules take no number for a year
    document = replace(DOCUMENT, text=text)
    (about,) = passages(document, config)
    rejected: list[Rejected] = []
    pairs = [pair for prompt in requests(about, config, seed=1) for pair in accept(prompt, about, write(prompt), "rules", rejected.append)]
    assert {pair.task for pair in pairs} >= {"soru-cevap", "tanim", "liste", "baslik", "bilgi-cikarma"}
    for pair in pairs:
        slices = [text[e.start : e.end] for e in pair.evidence]
        assert all(slices)
        if pair.task in {"soru-cevap", "tanim"}:
            assert grounding.holds(slices[0], pair.output)


def test_an_item_that_needs_its_text_carries_it_and_may_lean():
    (pair,), _ = read("soru-cevap", [GOOD | {"soru": "Bu okul hangi tarihte açıldı?", "metinli": True}])
    assert pair.input == TEXT
    _, (rejected,) = read("soru-cevap", [GOOD | {"soru": "Bu okul hangi tarihte açıldı?", "metinli": "evet"}])
    assert rejected.reason == "not_self_contained"


def test_a_summary_of_one_paragraph_carries_that_paragraph_only():
    first = "Çınarlı İlkokulu 27 Eylül 1954 tarihinde Kırşehir'in Mucur ilçesinde iki derslikle açıldı."
    paragraph = f"{first} Okulun bahçesine köylüler 140 fidan dikti."
    (pair,), _ = read("ozet", {"ozet": "Çınarlı İlkokulu 1954 tarihinde iki derslikle açıldı.", "kanit": paragraph})
    assert pair.input == paragraph
    assert "tek cümle" in pair.instruction


@pytest.mark.parametrize("task", ["soru-cevap", "liste", "baslik", "ozet"])
def test_nobody_is_asked_for_what_a_tag_hides(task):
    text = "Başvuran <KİŞİ_1> 1954 yılında Mucur'da üç belge getirdi: kimlik, dilekçe ve <IBAN_1>."
    found = Passage("p-1", "doc-1", "Başvuru", text, 0, len(text))
    items = {
        "soru-cevap": {"soru": "Mucur'da üç belgeyi 1954 yılında kim getirdi?", "cevap": "<KİŞİ_1> getirdi.", "kanit": text},
        "liste": {"soru": "<KİŞİ_1> hangi belgeleri getirdi?", "maddeler": ["kimlik", "dilekçe"], "kanit": text},
        "baslik": {"baslik": "<KİŞİ_1> ve üç belge"},
        "ozet": {"ozet": "Başvuran <KİŞİ_1> Mucur'da üç belge getirdi."},
    }
    rejected: list[Rejected] = []
    prompt = next(p for p in requests(found, CONFIG, seed=1) if p.task == task)
    assert list(accept(prompt, found, json.dumps([items[task]], ensure_ascii=False), "qwen", rejected.append)) == []
    assert rejected[0].reason == "masked_data"


@pytest.mark.parametrize("task", ["baslik", "ozet"])
@pytest.mark.parametrize("text", ["baharında okul Mucur'da iki derslikle açıldı.", "Okul Mucur'da açıldı. Bahçesi 640 metrekaredir. 12"])
def test_a_text_cut_by_a_page_gets_no_title_and_no_summary(task, text):
    found = Passage("p-1", "doc-1", "Bir köy okulu", text, 0, len(text))
    item = {"baslik": "Mucur'da bir okul", "ozet": "Okul Mucur'da iki derslikle açıldı."}
    rejected: list[Rejected] = []
    prompt = next(p for p in requests(found, CONFIG, seed=1) if p.task == task)
    assert list(accept(prompt, found, json.dumps([item], ensure_ascii=False), "qwen", rejected.append)) == []
    assert rejected[0].reason == "passage_cut_off"


def test_a_text_without_turkish_letters_gets_no_pair():
    text = "Sevgili kardesim, sana bu mektubu yurt disindaki bir internet kafeden yaziyorum. Klavyede bizim harfler yok."
    found = Passage("p-1", "doc-1", "Eski klavyeyle yazilan mektup", text, 0, len(text))
    rejected: list[Rejected] = []
    prompt = next(p for p in requests(found, CONFIG, seed=1) if p.task == "baslik")
    assert list(accept(prompt, found, '[{"baslik": "Klavyeyle yazilan mektup"}]', "qwen", rejected.append)) == []
    assert rejected[0].reason == "not_turkish"


def test_the_rules_give_the_same_pairs_twice():
    def once() -> list[Pair]:
        return [p for q in requests(passage(), CONFIG, seed=1) for p in accept(q, passage(), write(q), "rules", lambda _: None)]

    assert once() == once()


def test_every_task_has_its_limits():
    assert all(task.max_tokens > 0 and 0 <= task.temperature <= 2 for task in TASKS.values())
