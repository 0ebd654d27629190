"""Stage `pairs` at a model: repairs with what was wrong, exactly n pairs, costs before the first request, a stop before the budget is passed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ModelError
from curation.progress import silent
from curation.records import Message, Rejected, content_id
from pipelines.costs import Asking, costs, words
from pipelines.models.behind import gguf_files, placed
from pipelines.models.config import GgufConfig, OpenAIConfig
from pipelines.recipe import PreferencesConfig, load_recipe
from pipelines.run import run_recipe
from pipelines.stage import Context, Outcome
from pipelines.stages import pairs as stage
from pipelines.stages.files import JOURNAL, PAIRS_FOLDER
from pipelines.stages.writing import Request, endless, requests_of, sampled
from pipelines.status import recipe_of
from synthesis.prompt import Prompt
from synthesis.tasks import schema_of
from tests.static_model import save_static_model

TEXT = """Değirmen köyünün okulu

Değirmen köyünün okulu {year} yılında {rooms} derslikle açıldı. Okulun ilk öğretmeni köye atla geldi.

Bugün okulda 84 öğrenci okuyor. Bahçedeki ceviz ağacını ilk mezunlar dikti.
"""


def laid_out(folder: Path, server: str, pairs: str = "", model: str = "", mark: str = "", count: int = 6) -> Path:
    """A recipe over `count` documents, each good for one pair; the first holds `mark`."""
    (folder / "belgeler").mkdir()
    for number in range(count):
        text = TEXT.replace("Değirmen", f"Değirmen {number}").format(year=1950 + number, rooms=2 + number)
        text = text.replace("84 öğrenci", f"84 öğrenci {mark}") if number == 0 else text
        (folder / "belgeler" / f"okul-{number}.txt").write_text(text, encoding="utf-8")
    recipe = folder / "tarif.yaml"
    recipe.write_text(
        "name: sunucu\n"
        "curate: {inputs: [belgeler], dedup: {threshold: 1.0}}\n"
        f"pairs: {{tasks: {{soru-cevap: 1}}, {pairs} model: {{kind: openai, name: m, base_url: '{server}', {model}}}}}\n",
        encoding="utf-8",
    )
    return recipe


def made(run: Path, name: str = "pairs.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / PAIRS_FOLDER / name).read_text("utf-8").splitlines()]


def count_of(run: Path) -> Any:
    return json.loads((run / PAIRS_FOLDER / "manifest.json").read_text("utf-8"))["figures"]["count"]


def asked_in_all(server: Any) -> int:
    return sum(server.seen()["seen"].values())


def without_mark(prompt: Prompt, reply: str, rejected: Any) -> Prompt | None:
    """Asks again without the mark that broke the reply, and says what was wrong."""
    assert reply
    user = prompt.messages[-1]
    messages = (
        *prompt.messages[:-1],
        Message("user", user.content.replace("[[broken_json]]", "") + f"\n\nGeri çevrildi: {rejected[0].reason}"),
    )
    return replace(prompt, id=content_id("q", prompt.id, "repair"), messages=messages)


def ran_stage(recipe: Path, runs: Path, retry: Any) -> tuple[Outcome, Path]:
    """The stage run by hand over a curated run, with a retry of our own."""
    run = run_recipe(recipe, runs, last="curate")
    out = run / PAIRS_FOLDER
    out.mkdir()
    return stage.run(Context(load_recipe(recipe), recipe.parent, run, out, run / ".work", silent), retry), run


def test_a_rejected_reply_is_asked_for_once_more_with_what_was_wrong(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, model="retries: 0", mark="[[broken_json]]")
    outcome, run = ran_stage(recipe, tmp_path / "runs", without_mark)
    assert (outcome.kept, outcome.rejected, outcome.read) == (6, {"reply_not_json": 1}, 7)
    assert outcome.figures["repairs"] == {"asked": 1, "pairs": 1}
    (repair,) = [one for one in made(run, "asked.jsonl") if one["repairs"]]
    assert repair["messages"][-1]["content"].endswith("Geri çevrildi: reply_not_json")
    assert any("Geri çevrildi: reply_not_json" in text for text in chat_server.seen()["seen"])


def test_json_that_stays_broken_under_a_schema_gets_the_validators_message(chat_server: Any, tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, chat_server.base_url, model="retries: 1", mark="[[broken_json]]"), tmp_path / "runs", last="pairs")
    (repair,) = [one for one in made(run, "asked.jsonl") if one["repairs"]]
    assert "okunabilir bir JSON değil" in repair["messages"][-1]["content"]
    assert repair["messages"][-2]["content"] == '{"soru": "Kim",'
    assert [one["reason"] for one in made(run, "rejected.jsonl")] == ["reply_not_json"]


def test_of_a_reply_that_was_cut_off_the_whole_items_are_kept(chat_server: Any, tmp_path: Path) -> None:
    outcome, run = ran_stage(laid_out(tmp_path, chat_server.base_url, mark="[[cut_json]]"), tmp_path / "runs", None)
    assert (outcome.kept, outcome.rejected, outcome.read) == (6, {"model_cut_off": 1}, 7)
    (cut,) = made(run, "rejected.jsonl")
    assert cut["text"].endswith("Okulun ilk öğr")


def test_a_reply_cut_before_its_first_item_is_one_rejection(chat_server: Any, tmp_path: Path) -> None:
    outcome, _ = ran_stage(laid_out(tmp_path, chat_server.base_url, mark="[[cut]]"), tmp_path / "runs", None)
    assert (outcome.kept, outcome.rejected, outcome.read) == (5, {"model_cut_off": 1}, 6)


def test_a_repair_is_not_repaired_again(chat_server: Any, tmp_path: Path) -> None:
    def in_vain(prompt: Prompt, reply: str, rejected: Any) -> Prompt | None:
        return replace(prompt, id=content_id("q", prompt.id, "repair"), seed=prompt.seed + 1)

    recipe = laid_out(tmp_path, chat_server.base_url, model="retries: 0", mark="[[broken_json]]")
    outcome, _ = ran_stage(recipe, tmp_path / "runs", in_vain)
    assert outcome.figures["repairs"] == {"asked": 1, "pairs": 0}
    assert outcome.rejected["reply_not_json"] == 2


def test_repairs_can_be_switched_off(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, "repair: false,", "retries: 0", mark="[[broken_json]]")
    outcome, _ = ran_stage(recipe, tmp_path / "runs", without_mark)
    assert (outcome.kept, outcome.figures["repairs"]) == (5, {"asked": 0, "pairs": 0})


def test_exactly_as_many_pairs_are_made_as_are_wanted_and_no_more_asked_than_needed(chat_server: Any, tmp_path: Path) -> None:
    before = asked_in_all(chat_server)
    run = run_recipe(laid_out(tmp_path, chat_server.base_url, "count: 9,", count=30), tmp_path / "runs", last="pairs")
    assert len(made(run)) == 9
    assert asked_in_all(chat_server) - before < 30
    assert count_of(run) == {"wanted": 9, "reached": 9, "why": ""}
    surplus = [one["reason"] for one in made(run, "rejected.jsonl")]
    assert set(surplus) <= {"over_count"}


def test_a_count_out_of_reach_says_why(chat_server: Any, tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, chat_server.base_url, "count: 50,"), tmp_path / "runs", last="pairs")
    reached = count_of(run)
    assert (len(made(run)), reached["wanted"], reached["reached"]) == (6, 50, 6)
    assert "brought no new pair" in reached["why"]


def test_questions_that_mean_the_same_do_not_count_twice(chat_server: Any, tmp_path: Path) -> None:
    pytest.importorskip("model2vec")
    schools = {"okulu": 1950, "mektebi": 1961, "dersliği": 1972}
    save_static_model(tmp_path / "anlam", dict.fromkeys(("Köyün", "açıldı", *schools), (1.0, 0.0)))
    recipe = laid_out(tmp_path, chat_server.base_url, "count: 3, selection: {semantic: {model: anlam, threshold: 0.9}},", count=0)
    for word, year in schools.items():
        text = TEXT.format(year=year, rooms=2).replace("Değirmen köyünün okulu 1", "Köyün {word} 1").replace(" 2 derslikle", "")
        (tmp_path / "belgeler" / f"{word}.txt").write_text(text.format(word=word), encoding="utf-8")
    run = run_recipe(recipe, tmp_path / "runs", last="pairs")
    assert len(made(run)) == count_of(run)["reached"] == 1
    assert "brought no new pair" in count_of(run)["why"]


def test_a_count_the_rules_cannot_reach_says_so_after_one_sample(tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, "http://localhost/v1")
    text = recipe.read_text("utf-8").split("pairs:")[0] + "pairs: {count: 100000}\n"
    recipe.write_text(text, encoding="utf-8")
    for path in sorted((Path(__file__).parents[2] / "samples" / "belgeler").rglob("*.txt"))[:6]:
        (tmp_path / "belgeler" / path.name).write_bytes(path.read_bytes())
    run = run_recipe(recipe, tmp_path / "runs", last="pairs")
    assert "every passage was asked once" in count_of(run)["why"]
    assert len(made(run)) == count_of(run)["reached"] > 0


def test_the_rules_leave_a_file_of_gathered_sentences_alone_and_account_for_it(tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, "http://localhost/v1", count=3)
    recipe.write_text(recipe.read_text("utf-8").split("pairs:")[0] + "pairs: {tasks: {soru-cevap: 1}}\n", encoding="utf-8")
    rows = [
        f"Arıcılar {n} kovanın bakımını da yapmak zorundadır. Gemi ise {n} günlük bakımını limanda tamamladı. Hastanın bakımını ve evini kızı üstlendi. "
        f"Belediye bu parkların bakımını {n} hafta erteledi. Makinelerin bakımını da Selim Usta denetler."
        for n in range(30, 55)
    ]
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in rows]
    (tmp_path / "belgeler" / "arama.jsonl").write_text("\n".join(lines), encoding="utf-8")
    run = run_recipe(recipe, tmp_path / "runs", last="pairs")
    manifest = json.loads((run / PAIRS_FOLDER / "manifest.json").read_text("utf-8"))
    assert manifest["rejected"]["source_gathered"] == 25
    assert manifest["read"] == manifest["kept"] + sum(manifest["rejected"].values())
    assert manifest["rejected"].keys() - {"source_gathered"}, "the other files are asked about"


def test_a_repeated_run_to_a_count_asks_nothing_and_makes_the_same_bytes(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, "count: 9,", count=30)
    run = run_recipe(recipe, tmp_path / "runs", last="pairs")
    first, before = (run / PAIRS_FOLDER / "pairs.jsonl").read_bytes(), asked_in_all(chat_server)
    run_recipe(recipe, tmp_path / "runs", first="pairs", last="pairs")
    assert asked_in_all(chat_server) == before
    assert (run / PAIRS_FOLDER / "pairs.jsonl").read_bytes() == first


def test_the_order_of_a_count_is_drawn_by_the_seed(tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, "http://localhost/v1"), tmp_path / "runs", last="curate")
    requests = requests_of_run(run)
    ids = [[one.prompt.id for one in endless(requests, 2, seed)] for seed in (1, 1, 2)]
    assert ids[0] == ids[1] != ids[2]
    assert len(set(ids[0])) == 2 * len(requests)
    assert sorted(ids[0][: len(requests)]) == sorted(one.prompt.id for one in requests)


def requests_of_run(run: Path) -> list[Request]:
    from pipelines.stages.files import documents_of

    recipe, root = recipe_of(run)
    return list(requests_of(documents_of(run), recipe.pairs, recipe.seed, root))


def test_another_sample_is_the_same_words_with_another_seed(tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, "http://localhost/v1"), tmp_path / "runs", last="curate")
    first = requests_of_run(run)[0]
    second = sampled(first, 1)
    assert second.prompt.messages == first.prompt.messages
    assert (second.prompt.id != first.prompt.id, second.prompt.seed != first.prompt.seed) == (True, True)


def test_the_costs_are_said_before_the_first_request(chat_server: Any, tmp_path: Path) -> None:
    said: list[str] = []
    asked: list[int] = []
    before = asked_in_all(chat_server)

    def say(line: str) -> None:
        said.append(line)
        asked.append(asked_in_all(chat_server) - before)

    recipe = laid_out(tmp_path, chat_server.base_url, model="prices: {input_usd: 1, output_usd: 4}")
    run_recipe(recipe, tmp_path / "runs", last="pairs", say=say)
    run_recipe(recipe, tmp_path / "runs", first="pairs", last="pairs", say=said.append)
    assert asked == [0, 0]
    assert said[0].startswith("pairs: 6 requests to m, about ")
    assert "US dollars" in said[0]
    assert said[1].startswith("pairs: later up to 6 requests to m for repairs, about ")
    assert said[2:] == ["pairs: nothing to ask m (6 more are answered in the journal)"]


def test_a_budget_that_would_be_passed_stops_the_run_before_it_asks(chat_server: Any, tmp_path: Path) -> None:
    before = asked_in_all(chat_server)
    recipe = laid_out(tmp_path, chat_server.base_url, model="budget: {tokens: 40}")
    with pytest.raises(ModelError, match=r"40 are allowed by `budget\.tokens`; nothing was asked"):
        run_recipe(recipe, tmp_path / "runs", last="pairs")
    assert asked_in_all(chat_server) == before


def test_a_budget_may_be_spent_to_its_end(chat_server: Any, tmp_path: Path) -> None:
    recipe = laid_out(tmp_path, chat_server.base_url, model="max_tokens: 200, budget: {tokens: 1600, when_spent: finish}")
    said: list[str] = []
    run = run_recipe(recipe, tmp_path / "runs", last="pairs", say=said.append)
    reasons = {one["reason"] for one in made(run, "rejected.jsonl")}
    assert "over the budget" in said[0] or reasons == set()
    assert len(made(run)) + len(made(run, "rejected.jsonl")) == 6


def test_an_estimate_makes_no_journal(tmp_path: Path) -> None:
    prompt = Prompt("q-1", "deneme", {}, (Message("user", "Kim?"),), seed=1, max_tokens=100)
    config = OpenAIConfig(kind="openai", name="m", base_url="http://localhost/v1", concurrency=1)
    found = costs(Asking("pairs", "", config, "x", [prompt] * 48), tmp_path / JOURNAL)
    assert not (tmp_path / JOURNAL).exists()
    assert found.minutes == 1.0  # 48 replies of about 50 tokens at 40 tokens a second
    assert "no price named, about 1 minute" in words(found)


def test_a_gguf_lies_where_the_recipe_says_it_does(tmp_path: Path) -> None:
    config = GgufConfig(kind="gguf", path="model/kucuk.gguf")
    assert placed(config, tmp_path) == config.model_copy(update={"path": str(tmp_path / "model" / "kucuk.gguf")})


def test_every_gguf_of_a_part_of_a_recipe_is_placed_and_named(tmp_path: Path) -> None:
    def gguf(name: str) -> dict[str, Any]:
        return {"kind": "gguf", "path": f"{name}.gguf"}

    asked = PreferencesConfig(
        model=gguf("bozan"),
        candidates=[{"model": gguf("aday"), "n": 2}],
        unsourced={"model": gguf("kaynaksiz")},
        judge={"model": gguf("yargic"), "judges": [gguf("ikinci"), {"kind": "openai", "name": "m"}]},
    )
    files = [tmp_path / f"{name}.gguf" for name in ("bozan", "aday", "kaynaksiz", "yargic", "ikinci")]
    assert gguf_files(asked, tmp_path) == files
    assert [one.path for _, one in placed(asked, tmp_path).models() if isinstance(one, GgufConfig)] == list(map(str, files))
    assert gguf_files(PreferencesConfig(), tmp_path) == []


def test_schemas_of_the_tasks_reach_the_server(chat_server: Any, tmp_path: Path) -> None:
    run = run_recipe(laid_out(tmp_path, chat_server.base_url), tmp_path / "runs", last="pairs")
    assert len(made(run)) == 6
    bodies = [one for one in chat_server.seen()["bodies"] if "response_format" in one]
    assert bodies[-1]["response_format"]["json_schema"]["schema"] == schema_of("soru-cevap")


def test_every_candidate_is_kept_or_rejected_under_faults(chat_server: Any, tmp_path: Path) -> None:
    outcome, run = ran_stage(laid_out(tmp_path, chat_server.base_url, mark="[[http_400]]"), tmp_path / "runs", None)
    assert (outcome.kept, outcome.rejected) == (5, {"model_http_400": 1})
    assert outcome.read == outcome.kept + sum(outcome.rejected.values())
    (failed,) = [one for one in made(run, "asked.jsonl") if one["failure"]]
    assert failed["made"] == [failed["id"]]


def test_rejections_carry_reasons_that_a_retry_can_read() -> None:
    assert {"reason", "detail", "text"} <= set(Rejected.__slots__)
