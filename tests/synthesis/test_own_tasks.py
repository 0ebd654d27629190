import json
import re
import textwrap
from pathlib import Path

import pytest

from curation.errors import RecipeError
from curation.records import Rejected
from synthesis.config import SynthesisConfig
from synthesis.own_tasks import with_own
from synthesis.passages import Passage
from synthesis.tasks import TASKS, accept, requests, schema_of

DOCS = Path(__file__).parents[2] / "docs" / "tasks.md"
TEXT = "Damlaya damlaya göl olur, der büyükler. Köylü kadınlar her hafta 5 lira biriktirdi; sonunda köye bir çeşme yapıldı."
PASSAGE = Passage("p-1", "doc-1", "Köyün çeşmesi", TEXT, 0, len(TEXT))
PROMPT = '## sistem\nYalnızca JSON yazarsın.\n\n## kullanıcı\nBir ders çıkar. Biçim: [{"yonerge": "..."}]\n\n{metin}\n'
YAML = "reader: {reader}\nmax_tokens: 300\nprompt: |\n" + "".join(f"  {line}\n" for line in PROMPT.splitlines())


def config(tmp_path, text, name="ders.yaml", **keys):
    (tmp_path / "gorevler").mkdir(exist_ok=True)
    (tmp_path / "gorevler" / name).write_text(text, encoding="utf-8")
    return SynthesisConfig(task_files=(f"gorevler/{name}",), **{"tasks": {"ozet": 1}} | keys)


def asked(tmp_path, wanted):
    tasks = with_own(wanted, tmp_path)
    return tasks, next(p for p in requests(PASSAGE, wanted, 1, tasks) if p.task == "ders")


def test_a_task_file_asks_and_reads_like_our_own(tmp_path):
    tasks, prompt = asked(tmp_path, config(tmp_path, YAML.replace("{reader}", "open")))
    assert TEXT in prompt.messages[-1].content
    assert prompt.max_tokens == 300
    reply = json.dumps({"yonerge": "Birikim yapmanın yararını anlat.", "cevap": "Küçük birikimler zamanla büyür."}, ensure_ascii=False)
    (pair,) = accept(prompt, PASSAGE, reply, "qwen", lambda _: None, tasks)
    assert (pair.task, pair.instruction, pair.input) == ("ders", "Birikim yapmanın yararını anlat.", "")


def test_markdown_holds_the_keys_on_top_and_the_prompt_below(tmp_path):
    text = f"---\nreader: about_text\ninstructions: [Metindeki dersi tek cümleyle yaz.]\n---\n{PROMPT}"
    tasks, prompt = asked(tmp_path, config(tmp_path, text, "ders.md"))
    (pair,) = accept(prompt, PASSAGE, '{"cevap": "Küçük birikimler büyük işler görür."}', "qwen", lambda _: None, tasks)
    assert (pair.instruction, pair.input) == ("Metindeki dersi tek cümleyle yaz.", TEXT)


def test_an_answer_about_the_text_may_claim_nothing_else(tmp_path):
    text = f"---\nreader: about_text\ninstructions: [Metni özetle.]\n---\n{PROMPT}"
    tasks, prompt = asked(tmp_path, config(tmp_path, text, "ders.md"))
    rejected: list[Rejected] = []
    assert list(accept(prompt, PASSAGE, '{"cevap": "Her hafta 50 lira biriktirdiler."}', "qwen", rejected.append, tasks)) == []
    assert rejected[0].reason == "claims_not_in_text"


def test_a_task_file_weighs_one_unless_the_recipe_says_otherwise(tmp_path):
    text = YAML.replace("{reader}", "open")
    assert config(tmp_path, text).weights() == {"ozet": 1.0, "ders": 1.0}
    assert config(tmp_path, text, tasks={"ozet": 1, "ders": 3}).weights() == {"ozet": 1.0, "ders": 3.0}


def test_a_schema_of_its_own_is_used(tmp_path):
    text = YAML.replace("{reader}", "open") + "schema: {type: object, properties: {yonerge: {type: string}}}\n"
    tasks = with_own(config(tmp_path, text), tmp_path)
    assert schema_of("ders", tasks)["properties"]["sonuclar"]["items"] == {"type": "object", "properties": {"yonerge": {"type": "string"}}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (YAML.replace("{reader}", "opn"), "reader"),
        (YAML.replace("{reader}", "open").replace("{metin}", "{metinn}"), "{metinn}"),
        (YAML.replace("{reader}", "open").replace("## kullanıcı", "## user"), "## kullanıcı"),
        (YAML.replace("{reader}", "grounded").replace("{metin}", "Metin"), "a template with {metin}"),
        (YAML.replace("{reader}", "quoted").replace("{metin}", "{baslik}"), "(seen: {baslik})"),
        (YAML.replace("{reader}", "open").replace("{metin}", "{baglam} {yonerge} {bolum}"), "(seen: {baglam}, {bolum}, {yonerge})"),
        (YAML.replace("{reader}", "about_text"), "instructions"),
        ("reader: [", "invalid YAML"),
        ("yalnız söz", "keys such as"),
        ("reader: open\nprompt: x\nrenk: mavi\n", "renk"),
    ],
)
def test_a_wrong_file_is_told_with_its_place(tmp_path, text, told):
    with pytest.raises(RecipeError, match=r"pairs\.task_files\.0") as error:
        with_own(config(tmp_path, text), tmp_path)
    assert told in str(error.value)


def test_an_open_task_may_do_without_the_passage(tmp_path):
    _, prompt = asked(tmp_path, config(tmp_path, YAML.replace("{reader}", "open").replace("{metin}", "Konu: {baslik}, {adet} tane.")))
    assert "Konu: Köyün çeşmesi, 5 tane." in prompt.messages[-1].content


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(RecipeError, match=r"a task file; there is none at .*yok\.yaml"):
        with_own(SynthesisConfig(task_files=("yok.yaml",)), tmp_path)


@pytest.mark.parametrize("files", [("ozet.yaml",), ("a/ders.yaml", "b/ders.md")])
def test_a_name_that_is_taken_is_a_mistake(files):
    with pytest.raises(ValueError, match="is taken"):
        SynthesisConfig(task_files=files)


def test_the_example_in_the_docs_loads(tmp_path):
    text = DOCS.read_text(encoding="utf-8")
    example = re.search(r"(?:^    .*\n|^\n)+", text[text.index("    reader: about_text") :], re.MULTILINE)
    assert example is not None
    assert set(with_own(config(tmp_path, textwrap.dedent(example.group())), tmp_path)) > set(TASKS)


def test_every_task_stands_in_the_docs():
    text = DOCS.read_text(encoding="utf-8")
    assert [name for name in TASKS if f"`{name}`" not in text] == []
