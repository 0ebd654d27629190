import json

import pytest

from curation.records import Rejected
from synthesis.config import SynthesisConfig
from synthesis.drafts import Refusal
from synthesis.passages import Passage
from synthesis.prompt import PROMPTS, template_lines
from synthesis.retry import repairable, retry_prompt
from synthesis.tasks import accept, requests

TEXT = "Çınarlı İlkokulu 27 Eylül 1954 tarihinde Kırşehir'in Mucur ilçesinde iki derslikle açıldı."
PASSAGE = Passage("p-1", "doc-1", "Bir köy okulu", TEXT, 0, len(TEXT))
(PROMPT,) = requests(PASSAGE, SynthesisConfig(tasks={"soru-cevap": 1}), seed=1)
WRONG = [{"soru": "Çınarlı İlkokulu hangi tarihte açıldı?", "cevap": "28 Eylül 1954", "kanit": TEXT}]


def test_the_model_sees_its_reply_and_what_was_wrong_with_it():
    rejected: list[Rejected] = []
    reply = json.dumps(WRONG, ensure_ascii=False)
    assert list(accept(PROMPT, PASSAGE, reply, "qwen", rejected.append)) == []
    again = retry_prompt(PROMPT, reply, rejected)
    assert [m.role for m in again.messages] == ["system", "user", "assistant", "user"]
    assert again.messages[2].content == reply
    assert "28 Eylül 1954" in again.messages[3].content
    assert (again.task, again.fields, again.seed) == (PROMPT.task, PROMPT.fields, PROMPT.seed)
    assert again.id != PROMPT.id


def test_the_second_reply_is_read_like_the_first():
    again = retry_prompt(PROMPT, "[]", [Refusal("missing_key", "kanit")])
    right = json.dumps([WRONG[0] | {"cevap": "27 Eylül 1954"}], ensure_ascii=False)
    (pair,) = accept(again, PASSAGE, right, "qwen", lambda _: None)
    assert pair.output == "27 Eylül 1954"


def test_the_same_complaints_give_the_same_prompt_and_others_another():
    one, same, other = (retry_prompt(PROMPT, "x", [Refusal("missing_key", detail)]) for detail in ("kanit", "kanit", "soru"))
    assert one == same
    assert one.id != other.id


def test_an_empty_reply_still_gives_a_message_that_servers_take():
    assert retry_prompt(PROMPT, " ", [Refusal("reply_not_json")]).messages[2].content == "[]"


def test_one_complaint_is_made_once_and_many_are_cut():
    again = retry_prompt(PROMPT, "x", [Refusal("missing_key", f"{number % 20}") for number in range(60)])
    assert again.messages[-1].content.count("\n- ") == 12


@pytest.mark.parametrize("reason", ["masked_data", "passage_cut_off", "doubt_refers", "no_facts", "not_an_answer"])
def test_what_no_model_can_mend_is_not_asked_again(reason):
    assert not repairable(reason)
    with pytest.raises(ValueError, match="nothing to repair"):
        retry_prompt(PROMPT, "x", [Refusal(reason)])


def test_every_complaint_has_one_line():
    heads = [line[3:].strip() for line in (PROMPTS / "duzeltme.md").read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert all(len(template_lines(PROMPTS, "duzeltme", head)) == 1 for head in heads)
    assert len(set(heads)) == len(heads)
