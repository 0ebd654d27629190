import json

import pytest

from curation.records import Evidence, Message, Pair, Preference, decode, encode

TURNS = (Message("user", "Okul nerede?"), Message("assistant", "Mucur'da."))
TALK = Pair("pair-1", "Ne zaman açıldı?", "1954'te.", "cok-turlu", (Evidence("doc-1", 0, 9),), "qwen", system="Kısa yaz.", turns=TURNS)


def test_a_conversation_survives_the_way_to_json_and_back():
    assert decode(Pair, json.loads(json.dumps(encode(TALK)))) == TALK


def test_earlier_turns_stand_between_the_system_message_and_the_question():
    assert [m.content for m in TALK.prompt()] == ["Kısa yaz.", "Okul nerede?", "Mucur'da.", "Ne zaman açıldı?"]


def test_a_pair_written_before_turns_were_known_still_reads():
    values = encode(TALK)
    del values["turns"]
    assert decode(Pair, values).turns == ()


def test_a_preference_keeps_the_turns_of_its_pair_in_its_prompt():
    values = {"chosen": "1954'te.", "rejected": "1955'te.", "chosen_by": "qwen", "rejected_by": "other_date", "judged_by": "construction"}
    one = Preference("pref-1", "pair-1", "Ne zaman açıldı?", margin=3.0, evidence=(), task="cok-turlu", turns=TURNS, **values)
    assert [m.role for m in one.prompt()] == ["user", "assistant", "user"]
    assert decode(Preference, json.loads(json.dumps(encode(one)))) == one


def test_a_turn_of_an_unknown_role_is_no_turn():
    with pytest.raises(ValueError, match=r"Message\.role"):
        decode(Pair, encode(TALK) | {"turns": [{"role": "bot", "content": "x"}]})
