import dataclasses
import math
from pathlib import Path
from typing import Any

import pytest

from curation.records import Message, Pair, Preference, Rejected
from training.chat import Row, prompt_ids, sft_rows
from training.config import EvaluateConfig
from training.evaluate import Evaluation, answer_logps, asked_of, evaluate, greedy
from training.lora import load_base
from training.sft import SftReport

CONFIG = EvaluateConfig(answers=2, max_new_tokens=8, batch_size=4)


def never(record: Rejected) -> None:
    raise AssertionError(record)


@pytest.fixture(scope="module")
def evaluation(base: Path, sft: SftReport, pairs: list[Pair], preferences: list[Preference]) -> Evaluation:
    return evaluate(base, sft.adapter, sft.adapter, pairs, preferences, CONFIG)


def test_only_what_was_held_out_is_measured(evaluation: Evaluation) -> None:
    assert (evaluation.pairs, evaluation.preferences, evaluation.documents, evaluation.skipped) == (8, 8, 2, 0)
    assert {one.pair_id for one in evaluation.answers}.isdisjoint({"train"})


def test_the_tuned_model_is_better_on_what_it_has_not_seen(evaluation: Evaluation) -> None:
    base, sft, _ = evaluation.models
    assert sft.loss < base.loss
    assert sft.loss_change is not None
    assert sft.loss_change.value == pytest.approx(sft.loss - base.loss)
    assert sft.perplexity == pytest.approx(math.exp(sft.loss))


def test_the_same_adapter_twice_gives_the_same_figures(evaluation: Evaluation) -> None:
    _, sft, dpo = evaluation.models
    assert (sft.loss, sft.loss_change, sft.preferred) == (dpo.loss, dpo.loss_change, dpo.preferred)


def test_every_model_answers_the_prompts_for_people(evaluation: Evaluation) -> None:
    assert len(evaluation.answers) == 2
    assert all(one.expected and one.sft == one.dpo for one in evaluation.answers)


def test_a_question_of_a_conversation_is_shown_after_what_was_said_before(pairs: list[Pair]) -> None:
    assert asked_of(pairs[0]) == pairs[0].prompt()[-1].content
    talk = dataclasses.replace(pairs[0], system="Kısa yaz.", turns=(Message("user", "Merhaba."), Message("assistant", "Buyurun.")))
    assert asked_of(talk) == f"Kullanıcı: Merhaba.\n\nAsistan: Buyurun.\n\nKullanıcı: {asked_of(pairs[0])}"


def test_so_few_pairs_are_called_too_few(evaluation: Evaluation) -> None:
    assert "8 pairs from 2 documents are too few to tell" in evaluation.summary.english


def test_a_model_that_knows_nothing_loses_log_of_the_vocabulary_per_token(base: Path, tokenizer: Any, pairs: list[Pair]) -> None:
    model = load_base(base).eval()
    for parameter in model.parameters():
        parameter.data.zero_()
    rows = list(sft_rows(tokenizer, pairs[:5], 256, never))
    logps = answer_logps(model, rows, 2, tokenizer.pad_token_id)
    assert logps == pytest.approx([-len(row.answer) * math.log(model.config.vocab_size) for row in rows], rel=1e-5)


def test_padding_changes_no_log_probability(base: Path, tokenizer: Any) -> None:
    model = load_base(base).eval()
    short, long = Row("a", (5, 6), (7, 2)), Row("b", tuple(range(10, 60)), (7, 8, 2))
    alone = [answer_logps(model, [row], 1, tokenizer.pad_token_id)[0] for row in (short, long)]
    assert answer_logps(model, [short, long], 2, tokenizer.pad_token_id) == pytest.approx(alone, abs=1e-4)


def test_greedy_takes_the_likeliest_token_each_time(base: Path, tokenizer: Any, question: list[Message]) -> None:
    import torch

    model = load_base(base).eval()
    ids = prompt_ids(tokenizer, question)
    made = greedy(model, tokenizer, ids, 4)
    with torch.inference_mode():
        likeliest = model(input_ids=torch.tensor([ids + made[:-1]])).logits[0, len(ids) - 1 :].argmax(-1)
    assert made == likeliest.tolist()


def test_nothing_held_out_is_said_so(base: Path, sft: SftReport, pairs: list[Pair]) -> None:
    seen = [dataclasses.replace(one, split="train") for one in pairs]
    evaluation = evaluate(base, sft.adapter, None, seen, [], CONFIG)
    assert evaluation.pairs == 0
    assert evaluation.summary.english.startswith("Nothing was held out")


def test_rows_that_do_not_fit_are_counted(base: Path, sft: SftReport, pairs: list[Pair]) -> None:
    long = dataclasses.replace(pairs[-1], output="çok uzun " * 300)
    assert evaluate(base, sft.adapter, None, [*pairs[:-1], long], [], CONFIG).skipped == 1
