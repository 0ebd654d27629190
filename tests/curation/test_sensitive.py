from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from curation.config import PiiConfig
from curation.pii.scrub import scrub, scrub_many
from curation.pii.sensitive import CATEGORIES, sensitive_sentences

GOLD = [
    tuple(line.split("|", 1))
    for line in Path(__file__).with_name("sensitive_gold.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
# Floors a little under what was measured (precision 0.98, recall 0.99 on these sentences, which the cues were completed on); docs/kvkk.md has the figures.
MIN_PRECISION, MIN_RECALL = 0.95, 0.95


def judged() -> dict[str, tuple[int, int, int]]:
    """Right, wrong and missed tags of each category on the gold sentences, each in a document that makes its names private."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    results = scrub_many([[f"{sentence}\nİletişim: 0532 123 45 67"] for _, sentence in GOLD], PiiConfig())
    for (expected, _), result in zip(GOLD, results, strict=True):
        wanted = set() if expected == "-" else set(expected.split("+"))
        given = {one.removeprefix("ozel:") for one in result.sensitive}
        right.update(wanted & given)
        wrong.update(given - wanted)
        missed.update(wanted - given)
    return {category: (right[category], wrong[category], missed[category]) for category in CATEGORIES}


def test_the_gold_sentences_are_judged_well_in_every_category() -> None:
    counts = judged()
    right, wrong, missed = (sum(one[place] for one in counts.values()) for place in range(3))
    assert right / (right + wrong) >= MIN_PRECISION
    assert right / (right + missed) >= MIN_RECALL
    for category, (hits, false, lost) in counts.items():
        assert hits / (hits + false) >= 0.8, category
        assert hits / (hits + lost) >= 0.75, category


def test_the_gold_holds_every_category_and_hard_negatives() -> None:
    categories = Counter(one for expected, _ in GOLD for one in expected.split("+"))
    assert set(categories) == {*CATEGORIES, "-"}
    assert len(GOLD) >= 120
    assert categories["-"] >= 60


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Kanserim yeniden başladı.", "saglik"),
        ("KANSER TEDAVİSİ GÖRÜYORUM.", "saglik"),
        ("kanser tedavisi goruyorum", "saglik"),
        ("Annemin hastalığından kimseye söz etmedik.", "saglik"),
        ("Babam Alevidir.", "inanc"),
        ("Ben bir Aleviyim.", "inanc"),
        ("Dedem Kürt'tü.", "irk-koken"),
    ],
)
def test_cues_are_known_with_suffixes_capitals_and_without_turkish_letters(text: str, category: str) -> None:
    assert [one.category for one in sensitive_sentences(text, ())] == [category]


def test_a_sentence_counts_only_by_someone_in_it() -> None:
    text = "Annem pazara gitti. Kanser, hücrelerin denetimsiz çoğalmasıdır."
    assert sensitive_sentences(text, ()) == []


def test_a_name_counts_only_where_it_is_private() -> None:
    text = "Ahmet Yılmaz astım hastası."
    assert scrub([text], PiiConfig()).sensitive == ()
    assert scrub([f"{text} Tel: 0532 123 45 67"], PiiConfig()).sensitive == ("ozel:saglik",)


def test_a_statute_speaks_of_nobody() -> None:
    assert sensitive_sentences("Hükümlü hakkında 5275 sayılı Kanunun 110 uncu maddesine göre hapis cezasına karar verilmiştir.", ()) == []


def test_the_place_of_a_sentence_is_told_in_the_written_text() -> None:
    result = scrub(["Telefonu 0532 123 45 67'dir. Müşterimiz Ayşe Kaya'nın astımı var. Teşekkürler."], PiiConfig())
    (one,) = result.sentences
    assert result.texts[0][one.start : one.end] == "Müşterimiz <KİŞİ_1>'in astımı var."


@pytest.mark.parametrize(
    ("policy", "drop", "tags"), [("tag", False, ("ozel:saglik",)), ("drop", True, ("ozel:saglik",)), ("ignore", False, ())]
)
def test_the_recipe_says_what_becomes_of_such_documents(policy: str, drop: bool, tags: tuple[str, ...]) -> None:
    result = scrub(["Üç yıldır kanser tedavisi görüyorum."], PiiConfig.model_validate({"sensitive": policy}))
    assert (result.drop, result.sensitive) == (drop, tags)
    assert result.drop_reason == ("special_category" if drop else "")
