import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.replies import items
from synthesis.schemas import FIELDS
from synthesis.tasks import TASKS

ITEM = {"soru": "Ne zaman?", "cevap": "1954'te.", "kanit": "1954'te açıldı."}
TEXT = '{"soru": "Ne zaman?", "cevap": "1954\'te.", "kanit": "1954\'te açıldı."}'


@pytest.mark.parametrize(
    "reply",
    [
        f"[{TEXT}]",
        TEXT,
        f"```json\n[{TEXT}]\n```",
        f"```\n{TEXT}\n```\nBaşka bir isteğiniz var mı?",
        f"Elbette! İşte istediğiniz sorular:\n\n[{TEXT}]\n\nUmarım işinize yarar.",
        f"[{TEXT},]",
        '[{"soru": "Ne zaman?", "cevap": "1954\'te.", "kanit": "1954\'te açıldı.",}]',
        f'{{"sorular": [{TEXT}]}}',
        f"<think>[1] Önce metne bakayım {{...}}</think>\n[{TEXT}]",
        f"```json\n[{TEXT}]",
        f"Metin [1] ve {{ süslü }} hakkında:\n[{TEXT}]",
        f'[{TEXT}, {{"soru": "Nere',
        f"\ufeff[{TEXT}]",
        f"[\n  {TEXT}\n]\n```",
    ],
)
def test_the_items_are_found_in_a_messy_reply(reply):
    assert items(reply) == [ITEM]


@pytest.mark.parametrize(
    "reply",
    [
        f'{{"sonuclar": [{TEXT}]}}',
        f'{{"sonuclar": [{TEXT}, {{"soru": "Nere',
        f"Önce metne bakayım.</think>\n[{TEXT}]",
        '[{soru: "Ne zaman?", cevap: "1954\'te.", kanit: "1954\'te açıldı."}]',
        "[{“soru”: “Ne zaman?”, “cevap”: “1954'te.”, “kanit”: “1954'te açıldı.”}]",
        f"[\n  // ilk soru\n  {TEXT}\n]",
        f"Toplam 1 soru hazırladım:\n\n1. {TEXT}\n",
        f'```json\n{{\n  "sonuclar": [\n    {TEXT},\n  ],\n}}\n```',
    ],
)
def test_the_items_are_found_where_the_json_itself_is_broken(reply):
    assert items(reply) == [ITEM]


def test_quotation_marks_inside_a_string_need_no_backslash():
    reply = '[{"soru": "Halk köprüye ne der?", "cevap": "Köylüler ona "Taş Köprü" der, kimse "Yeni" demez.", "kanit": "adı "Taş Köprü""}]'
    assert items(reply) == [
        {"soru": "Halk köprüye ne der?", "cevap": 'Köylüler ona "Taş Köprü" der, kimse "Yeni" demez.', "kanit": 'adı "Taş Köprü"'}
    ]


def test_a_missing_comma_between_objects_is_no_loss():
    assert items(f"[{TEXT}\n{TEXT}]") == [ITEM, ITEM]


def test_pythons_words_are_read_as_jsons():
    assert items('[{"yonerge": "Köprüyü anlat: True mu?", "uygun": True, "not": None}]') == [
        {"yonerge": "Köprüyü anlat: True mu?", "uygun": True, "not": None}
    ]


def test_an_address_inside_a_string_is_no_comment():
    assert items('[{"kaynak": "https://ornek.com.tr/a", "no": 1,}]') == [{"kaynak": "https://ornek.com.tr/a", "no": 1}]


def test_a_wrapped_empty_list_is_an_answer():
    assert items('{"sonuclar": []}') == []


def test_the_turns_of_one_conversation_stay_together():
    talk = {"turlar": [{"soru": "a?", "cevap": "b"}, {"soru": "c?", "cevap": "d"}]}
    assert items(json.dumps(talk)) == items(json.dumps([talk])) == items(json.dumps({"sonuclar": [talk]})) == [talk]


@given(st.lists(st.dictionaries(st.sampled_from(["soru", "cevap", "kanit"]), st.text(max_size=40), min_size=1), min_size=1, max_size=4))
def test_sound_json_is_read_as_it_is(found):
    assert items(json.dumps(found, ensure_ascii=False)) == found


@given(st.text(alphabet='{}[]",:“” abç\\\n/', max_size=80))
def test_no_reply_breaks_the_reading(reply):
    found = items(reply)
    assert found is None or all(isinstance(item, dict) for item in found)


def test_objects_one_after_another_all_count():
    assert items(f"{TEXT}\n{TEXT}") == [ITEM, ITEM]


def test_a_line_break_inside_a_string_is_kept():
    assert items('[{"ozet": "Bir.\nİki."}]') == [{"ozet": "Bir.\nİki."}]


def test_a_comma_before_a_bracket_inside_a_string_is_kept():
    assert items('[{"soru": "a,] b,}"}]') == [{"soru": "a,] b,}"}]


def test_an_object_with_lists_of_strings_is_an_item_itself():
    assert items('{"tarihler": ["1954"], "yerler": []}') == [{"tarihler": ["1954"], "yerler": []}]


def test_an_empty_list_is_an_answer():
    assert items("[]") == []


@pytest.mark.parametrize(
    "reply",
    ["", "Üzgünüm, bu metinden soru çıkaramam.", "soru: ne zaman? cevap: 1954", "[[[[", '{"soru": ', "<html>502 Bad Gateway</html>"],
)
def test_a_reply_without_json_gives_none(reply):
    assert items(reply) is None


def test_absurd_nesting_gives_none():
    assert items("[" * 20000) is None


@pytest.mark.parametrize("key", ["kanıt", "Kanıt", "KANIT", "kanit "])
def test_keys_in_turkish_letters_or_capitals_are_the_keys_of_the_prompt(key):
    assert items(json.dumps([{"soru": "Ne zaman?", "cevap": "1954'te.", key: "1954'te açıldı."}])) == [ITEM]


def test_keys_of_turns_are_folded_too():
    talk = {"konu": "köprü", "turlar": [{"soru": "a?", "cevap": "b", "kanit": ["b"]}]}
    assert items('{"konu": "köprü", "Turlar": [{"Soru": "a?", "Cevap": "b", "kanıt": ["b"]}]}') == [talk]


def test_a_key_in_both_spellings_stays_in_both():
    assert items('[{"kanit": "a", "kanıt": "b"}]') == [{"kanit": "a", "kanıt": "b"}]


@pytest.mark.parametrize(
    "reply",
    [
        f'{{"baslik": "Köprü", "sorular": [{TEXT}]}}',
        f'{{"adet": 1, "sorular": [{TEXT}], "not": "bitti"}}',
        "[{'soru': 'Ne zaman?', 'cevap': '1954'te.', 'kanit': '1954'te açıldı.'}]",
        "[{'soru': 'Ne zaman?', 'cevap': '1954'te.', 'kanit': '1954'te açıldı.'}]",
        """[{'soru': 'Ne zaman?', 'cevap': "1954'te.", 'kanit': "1954'te açıldı."}]""",
        '[{"soru": "Ne zaman?" "cevap": "1954\'te.", "kanit": "1954\'te açıldı."}]',
        '[{"soru": "Ne zaman?"\n "cevap": "1954\'te."\n "kanit": "1954\'te açıldı."}]',
        "[{„soru“: „Ne zaman?“, „cevap“: „1954'te.“, „kanit“: „1954'te açıldı.“}]",
        "[{„soru”: „Ne zaman?”, „cevap”: „1954'te.”, „kanit”: „1954'te açıldı.”}]",
        "[{”soru”: ”Ne zaman?”, ”cevap”: ”1954'te.”, ”kanit”: ”1954'te açıldı.”}]",
        "[{«soru»: «Ne zaman?», «cevap»: «1954'te.», «kanit»: «1954'te açıldı.»}]",
        '[{\u00a0"soru": "Ne zaman?",\u00a0"cevap": "1954\'te.", "kanit": "1954\'te açıldı."}]',
        '[{"soru": "Ne zaman?", "cevap": "1954\\\'te.", "kanit": "1954\'te açıldı."}]',
    ],
)
def test_the_items_are_found_behind_a_second_key_and_other_marks(reply):
    assert items(reply) == [ITEM]


def test_an_item_with_a_list_of_objects_beside_its_own_keys_stays_an_item():
    whole = {**ITEM, "notlar": [{"kaynak": "metin"}]}
    assert items(json.dumps(whole)) == [whole]


def test_two_lists_of_objects_are_no_wrapper():
    both = {"sorular": [ITEM], "yedekler": [ITEM]}
    assert items(json.dumps(both)) == [both]


def test_a_missing_comma_before_turns_does_not_scatter_them():
    talk = {"konu": "köprü", "turlar": [{"soru": "a?", "cevap": "b"}, {"soru": "c?", "cevap": "d"}]}
    assert items('[{"konu": "köprü" "turlar": [{"soru": "a?", "cevap": "b"}, {"soru": "c?", "cevap": "d"}]}]') == [talk]


@pytest.mark.parametrize(
    "reply",
    [
        '[{"maddeler": ["elma" "armut"]}]',
        '[{"maddeler": ["ona "deli", "veli" derlerdi", "kiraz"]}]',
        '[{"cevap": "Formda "ad", "soyad": "x" vardı."}]',
        '[{"soru": "12" "soru": "13", "cevap": "Bir"}]',
    ],
)
def test_what_has_two_readings_is_not_guessed(reply):
    assert not items(reply)


def test_a_mark_without_its_fellow_is_kept_where_the_string_cannot_end_there():
    assert items('[{"soru": "Ne denir?", "kanit": "Köprü" adıyla anılır."}]') == [{"soru": "Ne denir?", "kanit": 'Köprü" adıyla anılır.'}]


@pytest.mark.parametrize("tag", ["think", "thinking", "THINK", "Thought", "reasoning"])
def test_a_draft_inside_a_thought_is_no_item(tag):
    assert items(f'<{tag}>Taslak: {{"soru": "X?", "cevap": "Y"}} olmadı.</{tag}>\n[{TEXT}]') == [ITEM]


def test_a_thought_that_never_ends_is_no_answer():
    assert items(f"<think>Taslak: [{TEXT}] ama emin değilim") is None


def test_the_fields_of_every_task_are_known():
    assert set().union(*(task.schema["properties"] for task in TASKS.values())) <= FIELDS


_WORDS = [
    "köprü",
    "Ankara'da",
    "1954'te",
    '"Taş',
    'Köprü"',
    '"deli",',
    '"veli"',
    "dedi:",
    '5"',
    "(x)",
    "ad:",
    "[1]",
    "{a}",
    "gel,",
    "?",
    "“eski”",
]
_SAID = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=7).map(" ".join)
_ITEMS = st.lists(
    st.fixed_dictionaries({"soru": _SAID, "kanit": _SAID | st.lists(_SAID, min_size=1, max_size=3), "cevap": _SAID}), min_size=1, max_size=3
)


@given(_ITEMS, st.sampled_from(["bare", "python", "single", "low", "comma"]))
def test_what_is_mended_is_what_was_meant(meant, fault):
    sound = json.dumps(meant, ensure_ascii=False)
    broken = {
        "bare": sound.replace('\\"', '"'),
        "python": repr(meant),
        "single": re.sub(r'(?<!\\)"', "'", sound).replace('\\"', '"'),
        "low": re.sub(r'(?<!\\)"(.*?)(?<!\\)"', r"„\1“", sound).replace('\\"', '"'),
        "comma": sound.replace(', "cevap":', ' "cevap":'),
    }[fault]
    found = items(broken) or []
    assert all(item in meant for item in found)
    assert found == meant or fault in ("bare", "low")  # “ inside „…“ may end it


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("kim \\ud83d", "kim \ufffd"), ("\\uDE00 mi", "\ufffd mi"), ("\\ud83d\\ude00", "😀"), ("\\ud83d\\ud83d\\ude00", "\ufffd😀"),
        ("kim \ud83d", "kim \ufffd"), ("\\\\ud83d", "\\ud83d"), ("\\u00e7ay 😀", "çay 😀"),
    ],
)  # fmt: skip
def test_half_of_a_surrogate_pair_is_read_as_what_a_file_can_hold(written, read):
    assert items(f'[{{"soru": "{written}"}}]') == [{"soru": read}]
