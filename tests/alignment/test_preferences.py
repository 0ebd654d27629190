import dataclasses
import json

import pytest

from alignment.config import PreferenceConfig
from alignment.corruptions import write
from alignment.kinds import KINDS
from alignment.preferences import accept, choose, length_bias, requests
from curation.errors import ArtifactError
from curation.records import Document, Evidence, Preference

ALL = PreferenceConfig(spare_kinds=9)


def made(pairs, documents, config, reject, seed=7):
    for pair, prompt in requests(pairs, documents, config, seed):
        preference = accept(prompt, pair, write(prompt), "rules", config, reject)
        if preference is not None:
            yield preference


def preference(number, chosen, rejected, kind="other_date"):
    return Preference(
        f"p{number}{kind}", f"pair{number}", "Ne zaman?", chosen, rejected, "rules", kind, 3.0, "construction", (), "soru-cevap"
    )


def test_the_same_pairs_give_the_same_prompts_and_preferences(pairs, documents, reject):
    assert list(made(pairs, documents, ALL, reject)) == list(made(pairs, documents, ALL, reject))


def test_another_seed_draws_other_kinds(pairs, documents):
    drawn = [[prompt.fields["tur"] for _, prompt in requests(pairs, documents, PreferenceConfig(), seed)] for seed in range(4)]
    assert len({tuple(kinds) for kinds in drawn}) > 1


def test_a_pair_is_asked_the_same_whatever_stands_beside_it(pairs, documents):
    alone = [prompt.id for _, prompt in requests(pairs[:1], documents, ALL, 7)]
    among = [prompt.id for pair, prompt in requests(reversed(pairs), documents, ALL, 7) if pair == pairs[0]]
    assert alone == among


def test_only_kinds_that_fit_the_task_are_asked(pairs, documents):
    for pair, prompt in requests(pairs, documents, ALL, 7):
        assert pair.task in KINDS[prompt.fields["tur"]].tasks


def test_no_more_kinds_are_asked_than_the_recipe_says(pairs, documents):
    asked = [pair.id for pair, _ in requests(pairs, documents, PreferenceConfig(per_pair=1, spare_kinds=1), 7)]
    assert max(map(asked.count, asked)) == 2


def test_kinds_below_the_margin_are_not_asked(pairs, documents):
    config = PreferenceConfig(min_margin=3.0, spare_kinds=9)
    assert {KINDS[prompt.fields["tur"]].margin for _, prompt in requests(pairs, documents, config, 7)} == {3.0}


def test_a_prompt_carries_evidence_the_text_around_it_and_another_document(pairs, documents):
    _, prompt = next(requests(pairs, documents, ALL, 7))
    assert prompt.fields["kanit"] == "Kuruluş 1983'te Ankara'da Nazlı Kıvırcıklı tarafından kuruldu."
    assert prompt.fields["kanit"] in prompt.fields["metin"]
    assert prompt.fields["baska"].startswith("Göl kıyısında bir sabah")
    assert prompt.fields["kanit"] not in prompt.fields["baska"]
    assert "1983'te Ankara'da kuruldu." in prompt.messages[-1].content


@pytest.mark.parametrize("head", ["Vezne önünde kuyruk\n\n", "# Vezne Önünde Kuyruk\n", ""])
def test_the_title_of_the_other_document_stands_in_the_prompt_once(pairs, documents, head):
    bank = Document("doc-other", f"{head}Banka mevduatı korur. Kuruluş hesabı telefondan açar.", "c.md", "Vezne önünde kuyruk")
    title = next(pair for pair in pairs if pair.task == "baslik")
    _, prompt = next(requests([title], [*documents, bank], ALL, 7))
    assert prompt.fields["baska"] == "Vezne önünde kuyruk\n\nBanka mevduatı korur. Kuruluş hesabı telefondan açar."


def test_a_pair_without_its_document_stops_the_run_with_a_hint(pairs, documents):
    lost = dataclasses.replace(pairs[0], evidence=(Evidence("doc-lost", 0, 3),))
    with pytest.raises(ArtifactError, match=r"doc-lost.*curate"):
        list(requests([lost], documents, ALL, 7))


def test_an_accepted_preference_copies_the_pair_and_names_its_origin(pairs, documents, reject):
    held = dataclasses.replace(pairs[0], split="held_out", system="Kısa yaz.")
    found = next(made([held], documents, PreferenceConfig(kinds={"other_date": 1.0}), reject))
    assert (found.chosen, found.split, found.system, found.evidence) == (held.output, "held_out", "Kısa yaz.", held.evidence)
    assert (found.chosen_by, found.rejected_by, found.judged_by, found.margin) == ("rules", "other_date", "construction", 3.0)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "reply_not_json"),
        ("Elbette, işte kötü cevap.", "reply_not_json"),
        ("[]", "reply_not_json"),
        ('{"suphe": "tarih yok"}', "cannot_be_made"),
        ('{"tur": "other_date"}', "missing_key"),
        ('{"cevap": ["1991"]}', "missing_key"),
        ('{"cevap": "", "tur": "other_date"}', "empty_answer"),
        ('{"cevap": "1991\'de Ankara\'da kuruldu.", "tur": "other_entity"}', "other_kind"),
        ('{"cevap": "1983’te ANKARA’DA kuruldu", "tur": "other_date"}', "same_as_chosen"),
        ('{"cevap": "Kuruluş tarihi 1983 yılıdır.", "tur": "other_date"}', "not_worse"),
    ],
)
def test_a_broken_reply_is_rejected_with_its_reason(pairs, documents, refused, reject, reply, reason):
    config = PreferenceConfig(kinds={"other_date": 1.0})
    pair, prompt = next(requests(pairs, documents, config, 7))
    assert accept(prompt, pair, reply, "some-model", config, reject) is None
    assert [(r.reason, r.source) for r in refused] == [(reason, pair.id)]
    assert "other_date by some-model" in refused[0].detail


@pytest.mark.parametrize(
    "reply",
    [
        '```json\n{"cevap": "1991\'de Ankara\'da kuruldu.", "tur": "other_date", "not": "tarih"}\n```',
        'İşte istediğiniz:\n{"cevap": "1991\'de Ankara\'da kuruldu.",}',
        '<think>{"cevap": "x"}</think>[{"cevap": " 1991\'de Ankara\'da kuruldu. "}]',
    ],
)
def test_json_is_found_in_chatter(pairs, documents, reject, reply):
    config = PreferenceConfig(kinds={"other_date": 1.0})
    pair, prompt = next(requests(pairs, documents, config, 7))
    found = accept(prompt, pair, reply, "some-model", config, reject)
    assert found is not None
    assert found.rejected == "1991'de Ankara'da kuruldu."


def test_markup_in_a_worse_answer_stays_text(pairs, documents, reject):
    config = PreferenceConfig(kinds={"other_date": 1.0})
    pair, prompt = next(requests(pairs, documents, config, 7))
    worse = "1991'de Ankara'da kuruldu. <script>alert('x')</script>"
    found = accept(prompt, pair, json.dumps({"cevap": worse}), "some-model", config, reject)
    assert found is not None
    assert found.rejected == worse


def test_every_candidate_is_kept_or_surplus(pairs, documents, refused, reject):
    candidates = list(made(pairs, documents, ALL, reject))
    refused.clear()
    kept = list(choose(candidates, ALL, reject))
    assert len({p.pair_id for p in kept}) == len(kept) == len(pairs)
    assert {r.reason for r in refused} <= {"surplus", "same_as_other"}
    assert len(candidates) == len(kept) + len(refused)


def test_every_prompt_ends_kept_or_rejected(pairs, documents, refused, reject):
    prompts = list(requests(pairs, documents, ALL, 7))
    kept = list(choose(made(pairs, documents, ALL, reject), ALL, reject))
    assert len(prompts) == len(kept) + len(refused)


def test_a_candidate_in_the_same_words_is_rejected_with_its_reason(refused, reject):
    same = [preference(1, "1983'te.", "1991'de.", "other_date"), preference(1, "1983'te.", "1991’de", "other_number")]
    kept = list(choose([*same, preference(1, "1983'te.", "1983'te, 1983'te.", "repetition")], PreferenceConfig(per_pair=4), reject))
    assert [p.rejected_by for p in kept] == ["other_date", "repetition"]
    assert [(r.reason, r.id, r.detail) for r in refused] == [("same_as_other", same[1].id, "other_number: other_date says the same")]


def test_a_wrong_title_comes_from_the_document_most_alike(pairs, documents):
    bank = Document(
        "doc-other", "Banka mevduatı korur. Şubede müşteri çoktur. Kuruluş hesabı telefondan açar.", "c.md", "Vezne önünde kuyruk"
    )
    title = next(pair for pair in pairs if pair.task == "baslik")
    asked = [prompt.fields["baska"] for _, prompt in requests([title], [*documents, bank], ALL, 7)]
    assert all(text.startswith("Vezne önünde kuyruk") for text in asked)


def test_more_than_one_preference_of_a_pair_where_the_recipe_says_so(pairs, documents, reject):
    config = PreferenceConfig(per_pair=3, spare_kinds=9)
    kept = list(choose(made(pairs[:1], documents, config, reject), config, reject))
    assert len(kept) == 3
    assert len({p.rejected for p in kept}) == 3


def test_lengths_are_kept_in_balance_where_candidates_allow(refused, reject):
    config = PreferenceConfig(max_length_ratio=1.1)
    candidates = []
    for number in range(50):
        candidates.append(preference(number, "kısa bir cevap", "uzun mu uzun, lafı dolandıran bir cevap", "empty_talk"))
        candidates.append(preference(number, "kısa bir cevap", "kısa", "truncated"))
    assert length_bias(candidates[::2]).mean_ratio < 0.5
    assert 1 / 1.1 <= length_bias(list(choose(candidates, config, reject))).mean_ratio <= 1.1


def test_length_figures_are_worked_out_by_hand():
    figures = length_bias([preference(1, "abcd", "ab"), preference(2, "ab", "abcdefgh", "empty_talk"), preference(3, "abc", "xyz")])
    assert (figures.count, figures.chosen_longer, figures.same_length) == (3, 1 / 3, 1 / 3)
    assert figures.mean_ratio == pytest.approx((2 * 0.25) ** (1 / 3))
    assert figures.by_kind["empty_talk"] == pytest.approx(0.25)


def test_no_preferences_have_no_bias():
    assert length_bias([]).mean_ratio == 1.0
