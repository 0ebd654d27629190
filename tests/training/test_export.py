import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from curation.errors import ArtifactError
from curation.records import Message, Pair, Rejected
from training.ask import answer, main
from training.config import ExportConfig, OllamaConfig, SftConfig
from training.export.card import CardFacts, model_card
from training.export.files import ExportReport, export
from training.export.gguf_file import plain_template, write_gguf
from training.export.parity import STRESS, divergence
from training.export.probe import probe
from training.sft import SftReport, train_sft

CONFIG = ExportConfig(quantize=("Q4_K_M", "Q8_0"), parity_tokens=16, keep_merged=True, ollama=OllamaConfig(name="deneme"))


def never(record: Rejected) -> None:
    raise AssertionError(record)


@pytest.fixture(scope="module")
def prompts(pairs: list[Pair]) -> list[tuple[Message, ...]]:
    return [one.prompt() for one in pairs if one.split == "held_out"]


@pytest.fixture(scope="module")
def exported(base: Path, sft: SftReport, prompts: list[tuple[Message, ...]], tmp_path_factory: pytest.TempPathFactory) -> ExportReport:
    return export(base, sft.adapter, tmp_path_factory.mktemp("export"), CONFIG, seed=1, prompts=prompts)


def test_the_f16_file_answers_as_transformers_does(exported: ExportReport) -> None:
    f16 = exported.parity[0]
    assert (f16.kind, f16.texts_equal, f16.prompts_equal, f16.answers_equal) == ("F16", len(STRESS), 5, 5)
    assert f16.kl < 1e-6
    assert f16.answers == exported.expected
    assert all(exported.expected)


def test_quantised_files_are_smaller_and_further_away(exported: ExportReport) -> None:
    f16, q4, q8 = exported.parity
    assert q4.bytes < q8.bytes < f16.bytes
    assert f16.kl < q8.kl < q4.kl < 0.5


def test_q4_quantises_every_matrix_without_falling_back(exported: ExportReport) -> None:
    import gguf

    q4 = next(one.path for one in exported.files if one.kind == "Q4_K_M")
    kinds = {tensor.tensor_type.name for tensor in gguf.GGUFReader(str(q4)).tensors if len(tensor.shape) > 1}
    assert kinds <= {"Q4_K", "Q6_K"}


def test_a_second_architecture_with_biases_passes_the_same_gate(
    qwen: Path, pairs: list[Pair], prompts: list[tuple[Message, ...]], tmp_path: Path
) -> None:
    config = SftConfig(rank=8, alpha=16, max_steps=4, eval_steps=2, batch_size=4, learning_rate=2e-3, precision="float32")
    report = train_sft(qwen, pairs, tmp_path / "out", tmp_path / "work", config, seed=5, reject=never)
    done = export(qwen, report.adapter, tmp_path / "export", CONFIG, seed=1, prompts=prompts)
    assert done.parity[0].answers_equal + done.parity[0].near_ties == 5
    assert done.parity[0].kl < 1e-4


def test_the_merged_checkpoint_is_kept_when_asked_for(exported: ExportReport) -> None:
    assert exported.merged is not None
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {path.name for path in exported.merged.iterdir()}


def test_the_modelfile_names_the_first_quantisation_asked_for(exported: ExportReport) -> None:
    assert exported.modelfile.read_text().startswith("FROM ./model-Q4_K_M.gguf\n")
    assert "PARAMETER num_ctx 256\n" in exported.modelfile.read_text()


def test_the_f16_file_goes_when_it_is_not_to_be_kept(base: Path, sft: SftReport, tmp_path: Path) -> None:
    config = ExportConfig(quantize=("Q8_0",), keep_f16=False, parity_prompts=0)
    done = export(base, sft.adapter, tmp_path, config, seed=1)
    assert [one.kind for one in done.files] == ["Q8_0"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Modelfile", "model-Q8_0.gguf"]


def test_the_same_adapter_gives_the_same_file(exported: ExportReport, base: Path, sft: SftReport, tokenizer: Any, tmp_path: Path) -> None:
    write_gguf(base, sft.adapter, tokenizer, tmp_path / "again.gguf", name="deneme")
    first = next(one.path for one in exported.files if one.kind == "F16")
    assert (tmp_path / "again.gguf").read_bytes() == first.read_bytes()


def test_a_wrong_merge_does_not_pass_the_gate(
    base: Path, sft: SftReport, prompts: list[tuple[Message, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.export import files

    monkeypatch.setattr(files, "write_gguf", lambda base, adapter, *rest, **more: write_gguf(base, None, *rest, **more))
    with pytest.raises(ArtifactError, match="the trained model"):
        export(base, sft.adapter, tmp_path, CONFIG, seed=1, prompts=prompts)


def test_a_file_that_llama_cpp_cannot_read_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 64)
    with pytest.raises(ArtifactError, match=r"llama\.cpp failed on it"):
        probe(broken, [], [], 1)


def test_a_question_is_answered_through_the_template_in_the_file(exported: ExportReport, prompts: list[tuple[Message, ...]]) -> None:
    f16 = next(one.path for one in exported.files if one.kind == "F16")
    assert answer(f16, prompts[0], 16) == exported.expected[0]


def test_asking_a_file_that_is_not_there_fails_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "yok.gguf"), "Soru?"]) == 1
    assert "run the export stage first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("a {% generation %}b{% endgeneration %} c", "a b c"),
        ("a {%- generation -%} b {%- endgeneration %} c", "ab c"),
    ],
)
def test_generation_tags_go_and_their_whitespace_control_stays(template: str, text: str) -> None:
    from jinja2 import Environment

    assert Environment().from_string(plain_template(template)).render() == text


def test_the_divergence_of_two_coins_is_that_of_the_book() -> None:
    fair, biased = np.log([[0.5, 0.5]]), np.log([[0.9, 0.1]])
    assert divergence([fair], [biased]) == pytest.approx(0.5 * np.log(0.5 / 0.9) + 0.5 * np.log(0.5 / 0.1))


def test_the_card_names_base_figures_and_a_place_for_the_licence(exported: ExportReport) -> None:
    card = model_card(CardFacts("deneme", "tohum", documents=10, pairs=40, parity=exported.parity))
    assert card.startswith("---\nlanguage: tr\nbase_model: tohum\nlicense: other\n")
    assert "lisansı buraya yazın" in card
    assert re.search(r"\| F16 \| \d+\.\d \| 14/14 \| 5/5 \|", card)
    assert "Ayrılmış örnek üzerinde ölçüm yapılmadı." in card
