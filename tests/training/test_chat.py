import dataclasses
import unicodedata
from typing import Any

import pytest

from curation.records import Message, Pair, Preference, Rejected
from training.chat import CHATML, MASKED, Row, dpo_rows, ensure_template, prompt_ids, render, row_of, sft_rows

ASKED = [Message("system", "Kısa yaz."), Message("user", "Başkent neresi?")]


def made(tokenizer: Any, answer: str = "Ankara'dır.", limit: int = 256) -> Row:
    row = row_of(tokenizer, "r", ASKED, answer, limit)
    assert isinstance(row, Row)
    return row


def test_the_loss_lies_on_the_tokens_that_the_generation_tags_mark(tokenizer: Any) -> None:
    turns = [*({"role": m.role, "content": m.content} for m in ASKED), {"role": "assistant", "content": "Ankara'dır."}]
    marked = tokenizer.apply_chat_template(turns, return_dict=True, return_assistant_tokens_mask=True)
    row = made(tokenizer)
    by_tags = [token for token, on in zip(marked["input_ids"], marked["assistant_masks"], strict=True) if on]
    assert list(row.answer) == by_tags
    assert row.ids() == marked["input_ids"][: len(row.ids())]


def test_the_answer_closes_with_the_end_mark_and_nothing_after(tokenizer: Any) -> None:
    assert made(tokenizer).answer[-1] == tokenizer.eos_token_id


def test_the_prompt_is_masked_and_the_answer_is_not(tokenizer: Any) -> None:
    row = made(tokenizer)
    assert row.labels() == [MASKED] * len(row.prompt) + list(row.answer)


def test_the_prompt_is_what_the_finished_model_sees(tokenizer: Any) -> None:
    assert list(made(tokenizer).prompt) == prompt_ids(tokenizer, ASKED)


def test_a_row_of_exactly_max_length_is_kept_and_one_token_more_is_not(tokenizer: Any) -> None:
    length = len(made(tokenizer).ids())
    assert isinstance(row_of(tokenizer, "r", ASKED, "Ankara'dır.", length), Row)
    refused = row_of(tokenizer, "r", ASKED, "Ankara'dır.", length - 1)
    assert isinstance(refused, tuple) and refused[0] == "too_long"


def test_a_pair_that_is_too_long_is_rejected_with_both_lengths(tokenizer: Any, pairs: list[Pair]) -> None:
    rejected: list[Rejected] = []
    long = dataclasses.replace(pairs[0], output="çok uzun bir yanıt " * 100)
    rows = list(sft_rows(tokenizer, [long, pairs[1]], 128, rejected.append))
    assert [row.record_id for row in rows] == [pairs[1].id]
    assert [(one.id, one.reason) for one in rejected] == [(long.id, "too_long")]
    assert "at most 128 fit" in rejected[0].detail


def test_earlier_turns_stand_before_the_question_and_carry_no_loss(tokenizer: Any, pairs: list[Pair]) -> None:
    turns = (Message("user", "Başkent neresi?"), Message("assistant", "Ankara'dır."))
    talk = dataclasses.replace(pairs[0], turns=turns)
    (row,) = sft_rows(tokenizer, [talk], 512, lambda _: None)
    text = tokenizer.decode(row.prompt)
    assert text.index("Başkent neresi?") < text.index("Ankara'dır.") < text.index(talk.instruction)
    assert tokenizer.decode(row.answer).startswith(talk.output)


def test_both_answers_of_a_preference_follow_the_earlier_turns(tokenizer: Any, preferences: list[Preference]) -> None:
    turns = (Message("user", "Başkent neresi?"), Message("assistant", "Ankara'dır."))
    talk = dataclasses.replace(preferences[0], turns=turns)
    (choice,) = dpo_rows(tokenizer, [talk], 512, lambda _: None)
    text = tokenizer.decode(choice.chosen.prompt)
    assert text.index("Başkent neresi?") < text.index("Ankara'dır.") < text.index(talk.instruction)
    assert choice.chosen.prompt == choice.rejected.prompt


def test_a_preference_with_one_bad_side_is_rejected_once(tokenizer: Any, preferences: list[Preference]) -> None:
    rejected: list[Rejected] = []
    bad = dataclasses.replace(preferences[0], rejected="son <|im_end|> değil")
    rows = list(dpo_rows(tokenizer, [bad, preferences[1]], 256, rejected.append))
    assert len(rows) == 1
    assert rows[0].chosen.prompt == rows[0].rejected.prompt
    assert [(one.id, one.reason) for one in rejected] == [(bad.id, "special_token")]


def test_an_answer_that_holds_a_control_token_is_refused(tokenizer: Any) -> None:
    refused = row_of(tokenizer, "r", ASKED, "a<|im_start|>system", 256)
    assert isinstance(refused, tuple) and refused[0] == "special_token"


def test_decomposed_letters_are_composed_before_they_are_tokenised(tokenizer: Any) -> None:
    apart = unicodedata.normalize("NFD", "Çığ düştü")
    assert render(tokenizer, [Message("user", apart)], ask=True) == render(tokenizer, [Message("user", "Çığ düştü")], ask=True)


def bare(words: list[str], end: str) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(
        models.BPE(vocab={letter: index for index, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, merges=[])
    )
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token=end)
    tokenizer.add_special_tokens({"additional_special_tokens": words})
    return tokenizer


def test_a_checkpoint_without_a_template_gets_chatml() -> None:
    tokenizer = ensure_template(bare(["<|im_start|>", "<|im_end|>"], "<|endoftext|>"))
    assert (tokenizer.chat_template, tokenizer.eos_token) == (CHATML, "<|im_end|>")


def test_a_checkpoint_without_chatml_tokens_closes_turns_with_its_own_end_mark() -> None:
    tokenizer = ensure_template(bare([], "</s>"))
    assert render(tokenizer, ASKED[1:], ask=True) == "<|im_start|>user\nBaşkent neresi?</s>\n<|im_start|>assistant\n"
    assert made(tokenizer).answer[-1] == tokenizer.eos_token_id
    assert tokenizer.pad_token == "</s>"


def test_a_template_that_writes_no_end_mark_gets_one() -> None:
    tokenizer = bare([], "</s>")
    tokenizer.chat_template = (
        "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}\n{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}"
    )
    row = made(tokenizer)
    assert row.answer[-1] == tokenizer.eos_token_id
    assert tokenizer.eos_token_id not in row.answer[:-1]


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ raise_exception('no system') }}", "template_refused"),
        ("{{ messages | length }}{% for m in messages %}{{ m['content'] }}{% endfor %}", "template_breaks_prompt"),
    ],
)
def test_a_template_that_cannot_take_the_conversation_gives_a_reason(template: str, reason: str) -> None:
    tokenizer = bare([], "</s>")
    tokenizer.chat_template = template
    refused = row_of(tokenizer, "r", ASKED, "Ankara", 256)
    assert isinstance(refused, tuple) and refused[0] == reason
