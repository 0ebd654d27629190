import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.argilla_server.query import Group, Leaf, Not, condition, leaves, parse
from alignment.argilla_server.store import Document, Store, text_key

TEXTS = {
    "a": "İSTANBUL'da kurulan kooperatif",
    "b": "Işık Kooperatifi Ankara'da",
    "c": "ığdır ve ISPARTA",
    "d": "kart ödemesi reddedildi, kart-ödemesi",
}


def document(identity, text):
    return Document(identity, None, "pending", "", "", {}, [text], {}, {}, (), {})


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    found = Store(tmp_path_factory.mktemp("index") / "index.sqlite")
    found.create("ds", ["text"])
    found.put("ds", [document(identity, text) for identity, text in TEXTS.items()])
    yield found
    found.db.close()


def find(store, query):
    tree = parse(query)
    if tree is None:
        return ""
    arguments = []

    def matches(expression):
        arguments.append(expression)
        return "row IN (SELECT rowid FROM text_1 WHERE text_1 MATCH ?)"

    return "".join(one for (one,) in store.rows(f"SELECT id FROM records WHERE {condition(tree, matches)} ORDER BY id", arguments))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("istanbul", "a"),
        ("ISTANBUL", "a"),
        ("İstanbul'da", "a"),
        ("istanbul’da", "a"),
        ("ışık", "b"),
        ("IŞIK", "b"),
        ("isik", "b"),
        ("Iğdır", "c"),
        ("ısparta", "c"),
        ("kooperatif", "a"),
        ("kooperatif*", "ab"),
        ("işık | ığdır", "bc"),
        ("kart + ödemesi", "d"),
        ("-(istanbul | ankara)", "cd"),
        ('"kart ödemesi"', "d"),
        ('"ödemesi kart"', ""),
        ("kart-ödemesi", "d"),
        ("kooperatif~1", "a"),
        ("ödeme", ""),
    ],
)
def test_turkish_words_are_found_however_they_are_typed(store, query, found):
    assert find(store, query) == found


def test_words_are_joined_by_and_and_brackets_nest():
    assert parse("a b") == Group(True, (Leaf('"a"'), Leaf('"b"')))
    assert parse("a | (b -c)") == Group(False, (Leaf('"a"'), Group(True, (Leaf('"b"'), Not(Leaf('"c"'))))))


def test_only_what_ought_to_match_ranks_a_hit():
    assert leaves(parse("a -b (c | -d)")) == ['"a"', '"c"']


@pytest.mark.parametrize("query", ["", " ", "()", "(((", ")|(", "-", "--", '"', "\\", "+", "|", "*", "-(", "😀"])
def test_signs_alone_find_nothing_and_break_nothing(store, query):
    assert find(store, query) == ""


@given(st.text(alphabet=st.sampled_from('abıİ ()|+-"\\*~:^{}NEAR AND OR NOT 0123'), max_size=60))
def test_no_query_breaks_the_search(store, query):
    assert set(find(store, query)) <= TEXTS.keys()


@given(st.text(max_size=200))
def test_any_text_can_be_asked_for(store, query):
    assert set(find(store, query)) <= TEXTS.keys()


def test_deep_brackets_end_before_pythons_stack_does(store):
    assert find(store, "(" * 5000 + "istanbul") in {"", "a"}


@given(st.text())
def test_a_key_is_the_key_of_itself(text):
    assert text_key(text_key(text)) == text_key(text)


def test_a_record_that_is_put_again_is_there_once(tmp_path):
    store = Store(tmp_path / "index.sqlite")
    store.create("ds", ["text"])
    for text in ("ilk hali", "son hali"):
        store.put("ds", [document("a", text)])
    assert (find(store, "ilk"), find(store, "son")) == ("", "a")
    store.delete("ds", ["a", "yok"])
    assert find(store, "son") == ""
    store.drop("ds")
    assert store.text_fields("ds") is None
    store.db.close()


def test_a_change_that_fails_leaves_nothing_behind(tmp_path):
    store = Store(tmp_path / "index.sqlite")
    store.create("ds", ["text"])
    broken = Document("b", None, "pending", "", "", {}, ["metin"], {}, {}, (("r1", "u1", None, "{}"),), {})
    with pytest.raises(Exception, match="NOT NULL"):
        store.put("ds", [document("a", "metin"), broken])
    assert store.rows("SELECT count(*) FROM records") == [(0,)]
    store.db.close()
