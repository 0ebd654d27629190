"""`imbik publish`: a folder that datasets loads, a card with the run's own figures, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from typer.testing import CliRunner

from curation.config import PiiConfig
from curation.errors import ArtifactError, ImbikError, RecipeError
from curation.records import Document, Evidence, Message, Pair, Preference
from curation.storage import write_jsonl, write_text
from pipelines import dataset_hub
from pipelines.cli import app
from pipelines.manifest import made_from, write_manifest
from pipelines.publish import check_personal_data, publish
from pipelines.publish_command import published
from pipelines.recipe import load_recipe, recipe_yaml
from pipelines.stage import Stage
from pipelines.stages import CURATE
from pipelines.stages.pairs import PAIRS
from pipelines.stages.preferences import PREFERENCES
from pipelines.stages.review import REVIEW
from synthesis.formats import FORMATS, Format, pair_of, pair_row, preference_of

SECRET = "hf_gizli_anahtar"
DOCUMENTS = [
    Document("d-1", "Köprü 1974 yılında açıldı. <KİŞİ_1> açılışta konuştu.", "a.txt", license="CC-BY-4.0"),
    Document("d-2", "Pınar dağın eteğinden çıkar.", "b.txt", license="CC-BY-4.0"),
    Document("d-3", "Bu belgeden çift çıkmadı.", "c.txt"),
]


def pair(number: int, question: str, answer: str, document: str = "d-1", **more: Any) -> Pair:
    return Pair(f"pair-{number}", question, answer, more.pop("task", "soru-cevap"), (Evidence(document, 0, 20),), "rules", **more)


PAIRS_MADE = [
    pair(1, "Köprü ne zaman açıldı?", "1974'te açıldı."),
    pair(2, "Açılışta kim konuştu?", "<KİŞİ_1> konuştu.", task="tanim"),
    pair(3, "Pınar nereden çıkar?", "Dağın eteğinden çıkar.", "d-2", split="held_out"),
]


def preference(one: Pair, rejected: str) -> Preference:
    names = {"chosen_by": one.writer, "rejected_by": "other_date", "judged_by": "construction", "task": one.task, "split": one.split}
    return Preference(f"preference-{one.id}", one.id, one.instruction, one.output, rejected, margin=3.0, evidence=one.evidence, **names)  # type: ignore[arg-type]


def artifact(run: Path, stage: Stage, name: str, records: Sequence[Any], **figures: Any) -> None:
    """A finished artifact with its manifest."""
    recipe = load_recipe(run / "tarif.yaml")
    write_jsonl(run / stage.folder / name, records)
    facts = {"read": len(records) + 2, "kept": len(records), "rejected": {"too_short": 2}, "figures": figures}
    write_manifest(run / stage.folder, stage, made_from(stage, recipe, run, run), seed=42, seconds=1.0, **facts)


def made(folder: Path, pairs: Sequence[Pair] = PAIRS_MADE, documents: Sequence[Document] = DOCUMENTS) -> Path:
    """A run as far as its preferences."""
    run = folder / "kopru"
    write_text(run / "tarif.yaml", "name: kopru\ncurate: {inputs: [tarif.yaml], pii: {policies: {IBAN: mask}}}\n")
    write_text(run / "recipe.yaml", recipe_yaml(load_recipe(run / "tarif.yaml")))
    write_text(run / "recipe-folder.txt", f"{run}\n")
    artifact(run, CURATE, "documents.jsonl", documents, pii_covered={"PERSON": 1, "IBAN": 2}, sensitive={"ozel:saglik": 4})
    artifact(run, PAIRS, "pairs.jsonl", pairs)
    artifact(run, PREFERENCES, "preferences.jsonl", [preference(pairs[0], "1947'de açıldı."), preference(pairs[2], "Denizden çıkar.")])
    return run


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def card(folder: Path) -> tuple[dict[str, Any], str]:
    _, head, body = (folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


@pytest.mark.parametrize("form", FORMATS)
def test_datasets_loads_the_folder_with_its_configs_and_splits(form: Format, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    done = publish(made(tmp_path), tmp_path / "veri", form=form)
    pairs = datasets.load_dataset(str(done.folder), "pairs", cache_dir=str(tmp_path / "cache"))
    preferences = datasets.load_dataset(str(done.folder), "preferences", cache_dir=str(tmp_path / "cache"))
    assert {name: len(split) for name, split in pairs.items()} == {"train": 2, "held_out": 1}
    assert {name: len(split) for name, split in preferences.items()} == {"train": 1, "held_out": 1}
    assert pairs["held_out"][0] == pair_row(PAIRS_MADE[2], form)


def test_the_rows_come_back_as_the_pairs_they_were(tmp_path: Path) -> None:
    publish(made(tmp_path), tmp_path / "veri", form="alpaca", what="pairs")
    assert [pair_of(row, "alpaca") for row in rows(tmp_path / "veri" / "pairs" / "train.jsonl")] == PAIRS_MADE[:2]
    assert not (tmp_path / "veri" / "preferences").exists()


TURNS = (Message("user", "Köprü nerede?"), Message("assistant", "Irmağın üzerinde."))


@pytest.mark.parametrize("form", FORMATS)
def test_conversations_are_published_whole_in_every_format_and_counted(form: Format, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    talks = [PAIRS_MADE[0], replace(PAIRS_MADE[1], turns=TURNS), replace(PAIRS_MADE[2], turns=TURNS)]
    run = made(tmp_path, talks)
    folder = publish(run, tmp_path / "veri", form=form, what="pairs").folder
    loaded = datasets.load_dataset(str(folder), "pairs", cache_dir=str(tmp_path / "cache"))
    assert [pair_of(row, form).prompt() for row in loaded["train"]] == [one.prompt() for one in talks[:2]]
    assert pair_of(loaded["held_out"][0], form).turns == TURNS
    _, body = card(folder)
    assert [one for one in ("2 satır çok turlu", "2 rows with the last question") if one not in body] == []


def mixed_set() -> list[Pair]:
    """Pairs whose first rows have nothing where later rows, or another split, have something."""
    bare = [
        replace(pair(10 + n, f"Köprünün {n}. ayağı nerede?", "Kıyıda."), evidence=(Evidence("d-1", 0, 20),) * (n > 30)) for n in range(40)
    ]
    code = pair(
        3,
        "İki sayıyı topla.",
        "```python\ndef topla(a, b):\n    return a + b\n```",
        task="kod",
        split="held_out",
        tests="assert topla(1, 2) == 3",
    )
    return [
        *bare,
        pair(1, "Nereden geçilir?", "Irmağın üzerinden.", system="Kısa yaz.", turns=TURNS),
        pair(2, "Adı ne?", "Köprü.", split="validation"),
        code,
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_a_folder_loads_whatever_its_first_rows_and_splits_lack(form: Format, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    made_of = mixed_set()
    run = made(tmp_path, made_of)
    talks = [
        replace(preference(made_of[2], "Ortada."), evidence=()),
        replace(preference(made_of[40], "Gölden."), turns=TURNS, split="held_out"),
    ]
    artifact(run, PREFERENCES, "preferences.jsonl", talks)
    folder = publish(run, tmp_path / "veri", form=form, allow_unlicensed=True).folder
    loaded = datasets.load_dataset(str(folder), "pairs", cache_dir=str(tmp_path / "cache"))
    back = {one["id"]: pair_of(one, form) for split in loaded.values() for one in split}
    for one in made_of:
        assert (back[one.id].prompt(), back[one.id].evidence, back[one.id].tests) == (one.prompt(), one.evidence, one.tests)
    compared = datasets.load_dataset(str(folder), "preferences", cache_dir=str(tmp_path / "cache"))
    assert [preference_of(compared[split][0], form).turns for split in ("train", "held_out")] == [(), TURNS]


@pytest.mark.parametrize("form", FORMATS)
def test_the_declared_columns_are_those_of_the_rows(form: Format, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    folder = publish(made(tmp_path, mixed_set()), tmp_path / "veri", form=form, allow_unlicensed=True).folder
    head, _ = card(folder)
    assert "&id" not in (folder / "README.md").read_text("utf-8")  # readers of cards need not know YAML's anchors
    for declared in head["dataset_info"]:
        for file in sorted((folder / declared["config_name"]).iterdir()):
            assert [one["name"] for one in declared["features"]] == list(rows(file)[0])
        columns = datasets.Features._from_yaml_list(declared["features"])  # what the declaration is taken for
        assert columns._to_yaml_list() == declared["features"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_alone_loads_though_its_card_is_not_seen(form: Format, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    folder = publish(made(tmp_path, mixed_set()), tmp_path / "veri", form=form, allow_unlicensed=True).folder
    file = str(folder / "pairs" / "train.jsonl")
    loaded = datasets.load_dataset("json", data_files=file, split="train", cache_dir=str(tmp_path / "cache"), chunksize=2000)
    assert len(loaded) == 41


def test_only_a_set_with_code_has_a_column_of_tests(tmp_path: Path) -> None:
    publish(made(tmp_path), tmp_path / "sade", what="pairs")
    assert "tests" not in rows(tmp_path / "sade" / "pairs" / "train.jsonl")[0]
    code = mixed_set()[-1]
    artifact(tmp_path / "kopru", PAIRS, "pairs.jsonl", [*PAIRS_MADE, code])
    folder = publish(tmp_path / "kopru", tmp_path / "kodlu", what="pairs").folder
    found = {row["id"]: row["tests"] for split in ("train", "held_out") for row in rows(folder / "pairs" / f"{split}.jsonl")}
    assert found == {one.id: one.tests for one in (*PAIRS_MADE, code)}
    _, body = card(folder)
    assert [one for one in ("1 çiftin yanıtı koddur", "The answers of 1 pair are code") if one not in body] == []


def test_personal_data_in_tests_stops_the_publishing(tmp_path: Path) -> None:
    code = replace(mixed_set()[-1], tests='assert topla("ayse.yilmaz@ornek.com.tr", "") is None')
    with pytest.raises(ImbikError, match="1 EMAIL"):
        publish(made(tmp_path, [*PAIRS_MADE, code]), tmp_path / "veri")


def test_the_card_tells_of_further_answers(tmp_path: Path) -> None:
    run = made(tmp_path)
    artifact(run, PAIRS, "pairs.jsonl", PAIRS_MADE, answers={"questions": 12, "asked": 31, "pairs": 27})
    _, body = card(publish(run, tmp_path / "veri").folder)
    told = ("12 soru, kabul edildikten sonra", "31 istekten 27 çift", "12 accepted questions", "31 requests and 27 pairs")
    assert [one for one in told if one not in body] == []


def test_personal_data_in_an_earlier_turn_stops_the_publishing(tmp_path: Path) -> None:
    told = (Message("user", "Kime yazayım?"), Message("assistant", "ayse.yilmaz@ornek.com.tr adresine."))
    run = made(tmp_path, [*PAIRS_MADE, pair(4, "Peki ne zaman?", "Bugün.", turns=told)])
    with pytest.raises(ImbikError, match="1 EMAIL"):
        publish(run, tmp_path / "veri")


def test_the_card_holds_the_figures_of_the_run(tmp_path: Path) -> None:
    publish(made(tmp_path), tmp_path / "veri")
    head, body = card(tmp_path / "veri")
    assert head["license"] == "cc-by-4.0"
    assert [one["config_name"] for one in head["configs"]] == ["pairs", "preferences"]
    assert head["configs"][0]["data_files"][1] == {"split": "held_out", "path": "pairs/held_out.jsonl"}
    wanted = [
        "| soru-cevap | 1 | 0 | 1 |",
        "| tanim | 1 | 0 | 0 |",
        "| **Σ** | 2 | 0 | 1 |",
        "| other_date | 1 | 0 | 1 |",
        "| CC-BY-4.0 | 2 | 5 |",
        "| PERSON | 1 |",
        "IBAN `mask`",
        "söz eden belge: 4",
        "| curate | 5 | 3 | `too_short` 2 |",
        "imbik rules",
        "hiçbir satırı insanlarca denetlenmedi",
        "No row of this data was reviewed",
        "pairs from 2 of 3 training documents, 3 different instructions",
    ]
    assert [one for one in wanted if one not in body] == []


def test_the_card_tells_of_the_review_and_the_reviewed_records_are_taken(tmp_path: Path) -> None:
    run = made(tmp_path)
    write_jsonl(run / REVIEW.folder / "preferences.jsonl", [])
    people = [{"what": "pairs", "verdicts": 6, "reviewers": [{}, {}], "alpha": {"value": 0.713, "low": 0.5, "high": 0.9}}]
    figures = {"verdicts": 6, "reviewers": 2, "pairs_rejected": 1, "pairs_tied": 0, "people": people}
    artifact(run, REVIEW, "pairs.jsonl", PAIRS_MADE[1:], **figures)
    done = publish(run, tmp_path / "veri")
    _, body = card(done.folder)
    assert done.rows == {"pairs": {"train": 1, "held_out": 1}, "preferences": {}}
    assert [one for one in ("2 kişi 6 karar", "`pairs_rejected`: 1", "alfa 0.71", "alpha 0.71") if one not in body] == []
    assert "pairs_tied" not in body


def test_models_are_named_without_their_servers_or_folders(tmp_path: Path) -> None:
    run = made(tmp_path)
    recipe = load_recipe(run / "recipe.yaml").model_dump(mode="json")
    recipe["pairs"]["model"] = {"kind": "openai", "name": "Qwen3-32B", "base_url": "http://ic-sunucu.example:8000/v1"}
    recipe["preferences"]["model"] = {"kind": "gguf", "path": "/gizli/klasor/kumru.gguf"}
    write_text(run / "recipe.yaml", yaml.safe_dump(recipe))
    publish(run, tmp_path / "veri")
    text = (tmp_path / "veri" / "README.md").read_text(encoding="utf-8")
    assert "Qwen3-32B, kumru.gguf" in text
    assert "ic-sunucu" not in text
    assert "gizli" not in text
    assert str(tmp_path) not in text


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    run = made(tmp_path)
    one, other = publish(run, tmp_path / "bir").folder, publish(run, tmp_path / "iki").folder
    files = [path.relative_to(one) for path in sorted(one.rglob("*")) if path.is_file()]
    assert files == [path.relative_to(other) for path in sorted(other.rglob("*")) if path.is_file()]
    assert [path for path in files if (one / path).read_bytes() != (other / path).read_bytes()] == []


def test_a_source_without_a_licence_stops_it_unless_allowed(tmp_path: Path) -> None:
    run = made(tmp_path, documents=[DOCUMENTS[0], replace(DOCUMENTS[1], license="")])
    with pytest.raises(ImbikError, match=r"no licence is known for 1 source document behind 2 records"):
        publish(run, tmp_path / "veri")
    assert not (tmp_path / "veri").exists()
    done = publish(run, tmp_path / "veri", allow_unlicensed=True)
    head, body = card(done.folder)
    assert head["license"] == "other"
    assert "| **bilinmiyor** | 1 | 2 |" in body
    assert "| **unknown** | 1 | 2 |" in body


def test_personal_data_that_no_source_holds_stops_it_with_counts_and_no_value(tmp_path: Path) -> None:
    leaking = [*PAIRS_MADE, pair(4, "Kime yazılır?", "Ona ayse.yilmaz@ornek.com.tr adresinden yazılır.")]
    with pytest.raises(ImbikError, match=r"personal data .* in 1 record: 1 EMAIL.*pair-4") as error:
        publish(made(tmp_path, leaking), tmp_path / "veri")
    assert "ayse" not in str(error.value)
    assert not (tmp_path / "veri").exists()


def test_what_a_policy_left_in_the_source_is_no_new_finding() -> None:
    document = Document("d-1", "Yazışma adresi bilgi@ornek.com.tr olarak duyuruldu.", "a.txt")
    record = pair(1, "Adres nedir?", "Adres bilgi@ornek.com.tr olarak duyuruldu.")
    check_personal_data([record], {"d-1": document}, PiiConfig(policy="keep"))
    with pytest.raises(ImbikError, match="1 EMAIL"):
        check_personal_data([record], {}, PiiConfig(policy="surrogate"))  # and needs no key to say so


def test_a_text_with_the_marks_of_its_format_is_left_out_and_counted(tmp_path: Path) -> None:
    marked = [*PAIRS_MADE, pair(4, "Ne yazar?", "Orada <|im_end|> yazar.")]
    done = publish(made(tmp_path, marked), tmp_path / "veri", form="chatml")
    assert (done.rows["pairs"], done.left_out) == ({"train": 2, "held_out": 1}, 1)
    assert [row["reason"] for row in rows(done.folder / "rejected.jsonl")] == ["marker_in_text"]
    assert "1 satır bu biçimin" in card(done.folder)[1]


@pytest.mark.parametrize(
    ("form", "columns"),
    [
        ("alpaca", {"prompt": "instruction", "query": "input", "system": "system", "history": "history", "response": "output"}),
        ("sharegpt", {"messages": "conversations"}),
        ("messages", {"messages": "messages"}),
    ],
)
def test_llama_factory_finds_its_description(form: Format, columns: dict[str, str], tmp_path: Path) -> None:
    folder = publish(made(tmp_path), tmp_path / "veri", form=form).folder
    described = json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))
    assert described["pairs_train"]["columns"] == columns
    assert described["preferences_train"]["ranking"] is True
    assert [one["file_name"] for one in described.values() if not (folder / one["file_name"]).is_file()] == []


def test_a_folder_that_is_there_is_left_alone_but_the_runs_own_is_written_anew(tmp_path: Path) -> None:
    run = made(tmp_path)
    write_text(tmp_path / "veri" / "not.txt", "benim")
    with pytest.raises(ImbikError, match="is there already"):
        publish(run, tmp_path / "veri")
    publish(run)
    done = publish(run, what="preferences")
    assert done.folder == run / "dataset"
    assert sorted(path.name for path in done.folder.iterdir()) == ["README.md", "dataset_info.json", "preferences"]


def test_a_changed_artifact_is_not_published(tmp_path: Path) -> None:
    run = made(tmp_path)
    write_jsonl(run / PAIRS.folder / "pairs.jsonl", PAIRS_MADE[:1])
    with pytest.raises(ArtifactError, match="is not what was made"):
        publish(run, tmp_path / "veri")


def test_nothing_to_publish_is_said(tmp_path: Path) -> None:
    run = made(tmp_path)
    artifact(run, PREFERENCES, "preferences.jsonl", [])
    with pytest.raises(ImbikError, match="nothing to publish"):
        publish(run, tmp_path / "veri", what="preferences")


# --- the Hub -----------------------------------------------------------------------------------------------------------


class Api:
    """The Hub's API, written down."""

    calls: ClassVar[list[tuple[str, dict[str, Any]]]] = []
    refusal: ClassVar[Exception | None] = None

    def __init__(self, token: str) -> None:
        self.calls.append(("api", {"token": token}))

    def create_repo(self, name: str, **options: Any) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.calls.append(("create", {"name": name, **options}))

    def upload_folder(self, **options: Any) -> None:
        self.calls.append(("upload", {**options, "files": sorted(path.name for path in options["folder_path"].iterdir())}))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> type[Api]:
    """The Hub with its API replaced, and a token in the environment."""
    module = pytest.importorskip("huggingface_hub")
    monkeypatch.setattr(module, "HfApi", Api)
    monkeypatch.setattr(Api, "calls", [])
    monkeypatch.setattr(Api, "refusal", None)
    monkeypatch.setenv("HF_TOKEN", SECRET)
    return Api


def test_the_folder_goes_to_the_hub_as_a_private_dataset(hub: type[Api], tmp_path: Path) -> None:
    done = published(made(tmp_path), to=None, hub="ekip/kopru", form="messages", what="both", allow_unlicensed=False)
    assert done.address == "https://huggingface.co/datasets/ekip/kopru"
    assert [name for name, _ in hub.calls] == ["api", "create", "upload"]
    assert hub.calls[0][1]["token"] == SECRET
    assert hub.calls[1][1] == {"name": "ekip/kopru", "repo_type": "dataset", "private": True, "exist_ok": True}
    assert hub.calls[2][1]["files"] == ["README.md", "dataset_info.json", "pairs", "preferences"]
    assert SECRET not in str(done) + json.dumps(done.values())
    assert [path for path in done.made.folder.rglob("*") if path.is_file() and SECRET in path.read_text(encoding="utf-8")] == []


def test_a_refusal_of_the_hub_is_told_without_the_token(hub: type[Api], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hub, "refusal", OSError(f"401 for {SECRET}"))
    with pytest.raises(ImbikError, match="did not take ekip/kopru") as error:
        dataset_hub.upload(tmp_path, "ekip/kopru")
    assert SECRET not in str(error.value)
    assert error.value.__cause__ is None


def test_without_a_token_nothing_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    run = made(tmp_path)
    with pytest.raises(ImbikError, match="HF_TOKEN"):
        published(run, to=None, hub="ekip/kopru", form="messages", what="both", allow_unlicensed=False)
    assert not (run / "dataset").exists()


@pytest.mark.parametrize("name", ["kopru", "ekip/kopru/veri", "https://huggingface.co/ekip/kopru", ""])
def test_a_name_that_the_hub_cannot_have_is_refused(name: str, hub: type[Api]) -> None:
    with pytest.raises(ImbikError, match="owner/name"):
        dataset_hub.check_hub(name)


def test_a_data_set_that_personal_data_stops_never_reaches_the_hub(hub: type[Api], tmp_path: Path) -> None:
    run = made(tmp_path, [*PAIRS_MADE, pair(4, "Kime?", "ayse.yilmaz@ornek.com.tr adresine.")])
    with pytest.raises(ImbikError, match="EMAIL"):
        published(run, to=None, hub="ekip/kopru", form="messages", what="both", allow_unlicensed=False)
    assert hub.calls == []


# --- the command -------------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_made(tmp_path: Path) -> None:
    made(tmp_path)
    arguments = ["publish", "kopru", "--runs", str(tmp_path), "--to", str(tmp_path / "veri"), "--format", "alpaca"]
    done = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    values = json.loads(done.stdout)
    assert values["rows"] == {"pairs": {"train": 2, "held_out": 1}, "preferences": {"train": 1, "held_out": 1}}
    assert (values["hub"], values["folder"]) == ("", str(tmp_path / "veri"))


def test_wrong_options_are_all_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as error:
        published(made(tmp_path), to=None, hub=None, form="csv", what="belgeler", allow_unlicensed=False)
    assert [mistake.key for mistake in error.value.mistakes] == ["--format", "--what"]


def test_one_of_a_kind_stands_in_the_singular_on_the_card(tmp_path: Path) -> None:
    run, first = made(tmp_path), PAIRS_MADE[0]
    artifact(run, CURATE, "documents.jsonl", DOCUMENTS[:1], pii_covered={}, sensitive={})
    artifact(run, PAIRS, "pairs.jsonl", [first])
    artifact(run, PREFERENCES, "preferences.jsonl", [preference(first, "1947'de açıldı.")])
    _, body = card(publish(run, tmp_path / "veri").folder)
    assert "pairs from 1 of 1 training document, 1 different instruction." in body
    assert "çift çıkan eğitim belgesi sayısı 1/1; 1 farklı yönerge" in body
    assert [one for one in ("1 rows", "1 pairs", "1 documents", "1 tanesinden") if one in body] == []
