import pytest

from synthesis.replies import items

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
