from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import turkish
from curation.config import LinesConfig
from curation.dedup import lines
from curation.dedup.folding import words
from curation.dedup.lines import LineCounts, count_lines, left_too_short, shared_lines, shared_lines_of, without_shared_lines, write_counts

CONFIG = LinesConfig(enabled=True, min_documents=3, min_words=3)
FOOTER = "Bu sayfa size yardımcı oldu mu?"
BODIES = ["Modemi kapatıp açın.", "Şifrenizi yenileyin.", "Faturanızı uygulamadan görün.", "Kargo kodunu saklayın."]


def trimmed(texts: list[str], config: LinesConfig = CONFIG) -> list[str]:
    return [one.text for one in without_shared_lines(texts, shared_lines_of(texts, config), config)]


def test_a_line_of_many_documents_is_taken_out_of_all_of_them() -> None:
    assert trimmed([f"{body}\n{FOOTER}" for body in BODIES]) == BODIES


def test_a_line_of_too_few_documents_stays_however_often_it_stands_in_one() -> None:
    texts = [f"{FOOTER}\n{FOOTER}\n{FOOTER}\n{BODIES[0]}", f"{FOOTER}\n{BODIES[1]}", BODIES[2]]
    assert trimmed(texts) == texts


def test_short_lines_stay() -> None:
    texts = [f"{body}\nDevamını oku" for body in BODIES]
    assert trimmed(texts) == texts


def test_case_and_spelling_do_not_hide_a_shared_line() -> None:
    forms = [FOOTER, turkish.upper(FOOTER), turkish.ascii_letters(FOOTER), f"  {FOOTER} »"]
    assert trimmed([f"{body}\n{form}" for body, form in zip(BODIES, forms, strict=True)]) == BODIES


def test_what_was_removed_is_told_in_characters() -> None:
    texts = [f"Çağrı açıldı.\n\n{FOOTER}\n\n{body} ✓" for body in BODIES]
    for text, one in zip(texts, without_shared_lines(texts, shared_lines_of(texts, CONFIG), CONFIG), strict=True):
        assert [text[start:end] for start, end in one.removed] == [FOOTER]
        assert one.text == f"Çağrı açıldı.\n\n{text.rpartition(chr(10))[2]}"


def test_paragraphs_are_compared_whole() -> None:
    config = CONFIG.model_copy(update={"unit": "paragraph"})
    block = "Bize ulaşın.\nHafta içi dokuz ile altı arasında\naçığız."
    texts = [f"{body}\n\n{block}" for body in BODIES]
    assert trimmed(texts, config) == BODIES
    texts = [f"{body}\n\n{block}\n{body}" for body in BODIES]
    assert trimmed(texts, config) == texts


def test_only_a_document_that_lost_lines_can_be_too_short() -> None:
    texts = [f"{body}\n{FOOTER}" for body in BODIES] + ["İki sözcük"]
    told = without_shared_lines(texts, shared_lines_of(texts, CONFIG), CONFIG)
    assert [left_too_short(one, CONFIG) for one in told] == [True, True, True, True, False]
    assert not any(left_too_short(one, CONFIG.model_copy(update={"min_words_left": 2})) for one in told)


def test_counting_over_shards_gives_what_counting_at_once_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_PART", 5)
    texts = [f"{body} {number}\n{FOOTER}\n{BODIES[number % 4]} Sonra bekleyin." for number, body in enumerate(BODIES * 5)]
    folders = []
    for number in range(4):
        folders.append(tmp_path / str(number))
        write_counts(count_lines(texts[number::4], CONFIG), folders[-1])
    at_once, added = shared_lines_of(texts, CONFIG), shared_lines(folders, CONFIG)
    assert len(at_once.keys) == 5
    assert np.array_equal(at_once.keys, added.keys)
    assert np.array_equal(at_once.documents, added.documents)
    assert sorted(added.documents.tolist()) == [5, 5, 5, 5, 20]


def test_no_texts_share_nothing() -> None:
    assert trimmed([]) == []
    assert trimmed(["", "\n\n", " "]) == ["", "\n\n", " "]
    assert len(shared_lines([], CONFIG).keys) == 0


LINES = st.sampled_from(["", "  ", FOOTER, FOOTER.upper(), "Kısa.", "Yağmur dün gece durdu.", "İpin ucu kaçtı gitti.", "a b c", "é ü\tş"])


@given(st.lists(st.lists(LINES, max_size=8).map("\n".join), max_size=8))
def test_counts_are_those_of_plain_python(texts: list[str]) -> None:
    expected: dict[tuple[str, ...], int] = {}
    for text in texts:
        for line in {tuple(words(line)) for line in text.split("\n")}:
            if len(line) >= CONFIG.min_words:
                expected[line] = expected.get(line, 0) + 1
    counts: LineCounts = count_lines(texts, CONFIG)
    assert sorted(counts.documents.tolist()) == sorted(expected.values())
    shared = {line for line, count in expected.items() if count >= CONFIG.min_documents}
    for text, one in zip(texts, without_shared_lines(texts, shared_lines_of(texts, CONFIG), CONFIG), strict=True):
        assert [text[start:end] for start, end in one.removed] == [line for line in text.split("\n") if tuple(words(line)) in shared]
        left = [line for line in text.split("\n") if tuple(words(line)) not in shared and line.strip()]
        assert [line for line in one.text.split("\n") if line.strip()] == left
