from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curation.dedup.cluster_rows import cluster_of, groups
from curation.dedup.clusters import Choice, Edges, Ranks, choose, first_copies

Pair = tuple[int, int, float]


def edges(pairs: list[Pair]) -> Edges:
    packed = [(min(one, other) << 32) | max(one, other) for one, other, _ in pairs]
    return Edges(np.array(packed, np.uint64), np.array([value for _, _, value in pairs], np.float64))


def choice_of(count: int, pairs: list[Pair], copies: dict[int, int] | None = None, follow: bool = True, **ranks: list[float]) -> Choice:
    first = np.arange(count)
    for copy, original in (copies or {}).items():
        first[copy] = original
    scores = np.array(ranks.get("scores", [0.0] * count))
    repairs, lengths = (np.array(ranks.get(name, [0] * count), np.int64) for name in ("repairs", "lengths"))
    return choose(first, lambda: (edges(pairs[:1]), edges(pairs[1:])), Ranks(scores, repairs, lengths), follow_chains=follow)


CHAIN: list[Pair] = [(0, 1, 0.9), (1, 2, 0.85), (2, 3, 0.8)]


def test_the_highest_score_stays_then_the_least_repaired_then_the_longest_then_the_first() -> None:
    pair: list[Pair] = [(0, 1, 0.9)]
    assert choice_of(2, pair, scores=[0.4, 0.6]).kept.tolist() == [1, 1]
    assert choice_of(2, pair, scores=[0.401, 0.402], repairs=[1, 0]).kept.tolist() == [1, 1]
    assert choice_of(2, pair, repairs=[1, 0], lengths=[9, 5]).kept.tolist() == [1, 1]
    assert choice_of(2, pair, lengths=[5, 9]).kept.tolist() == [1, 1]
    assert choice_of(2, pair).kept.tolist() == [0, 0]


def test_a_followed_chain_keeps_one_and_names_the_neighbour_each_is_like() -> None:
    choice = choice_of(4, CHAIN)
    assert choice.kept.tolist() == [0, 0, 0, 0]
    assert choice.match.tolist() == [0, 0, 1, 2]
    assert choice.jaccard.tolist() == [1.0, 0.9, 0.85, 0.8]


def test_a_cut_chain_drops_only_what_is_like_the_one_that_stays() -> None:
    choice = choice_of(4, CHAIN, follow=False)
    assert choice.kept.tolist() == [0, 0, 2, 2]
    assert choice.match.tolist() == [0, 0, 2, 2]


def test_a_copy_of_a_dropped_document_names_what_that_one_is_like() -> None:
    choice = choice_of(4, [(0, 1, 0.9)], copies={2: 1, 3: 0})
    assert choice.kept.tolist() == [0, 0, 0, 0]
    assert choice.jaccard.tolist() == [1.0, 0.9, 0.9, 1.0]
    assert choice.exact.tolist() == [False, False, False, True]


def test_the_best_of_equal_texts_stays_though_another_came_first() -> None:
    choice = choice_of(3, [(0, 2, 0.9)], copies={1: 0}, repairs=[1, 0, 0])
    assert choice.kept.tolist() == [1, 1, 1]
    assert choice.match.tolist() == [1, 1, 1]
    assert choice.exact.tolist() == [True, False, False]


GRAPHS = st.integers(1, 12).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1), st.sampled_from([0.8, 0.9, 1.0])).filter(
                lambda p: p[0] != p[1]
            ),
            max_size=20,
            unique_by=lambda p: (min(p[:2]), max(p[:2])),
        ),
        st.lists(st.sampled_from([0.1, 0.5, 0.9]), min_size=count, max_size=count),
    )
)


@given(GRAPHS, st.booleans())
def test_whatever_is_dropped_is_like_its_match_and_what_stays_stays(graph: tuple[int, list[Pair], list[float]], follow: bool) -> None:
    count, pairs, scores = graph
    choice = choice_of(count, pairs, follow=follow, scores=scores)
    alike = {frozenset(pair[:2]): pair[2] for pair in pairs}
    for number in choice.dropped().tolist():
        assert choice.kept[choice.kept[number]] == choice.kept[number]
        assert alike[frozenset((number, int(choice.match[number])))] == choice.jaccard[number]
        assert scores[choice.kept[number]] >= scores[number]
        assert follow or choice.match[number] == choice.kept[number]


@given(GRAPHS)
def test_followed_clusters_are_the_connected_documents(graph: tuple[int, list[Pair], list[float]]) -> None:
    count, pairs, scores = graph
    root = list(range(count))
    for _ in range(count):
        for one, other, _ in pairs:
            root[one] = root[other] = min(root[one], root[other])
    kept = choice_of(count, pairs, scores=scores).kept
    assert all((kept[one] == kept[other]) == (root[one] == root[other]) for one in range(count) for other in range(count))


@given(GRAPHS)
def test_no_two_that_stay_of_a_cut_cluster_are_alike(graph: tuple[int, list[Pair], list[float]]) -> None:
    count, pairs, scores = graph
    choice = choice_of(count, pairs, follow=False, scores=scores)
    stay = set(np.flatnonzero(choice.kept == np.arange(count)).tolist())
    assert not any(one in stay and other in stay for one, other, _ in pairs)


def test_copies_name_the_first_of_their_text() -> None:
    keys = np.array([[5, 1], [2, 2], [5, 1], [5, 2], [5, 1]], np.uint64)
    copies, firsts = first_copies(keys, np.array([10, 11, 12, 13, 14]))
    assert (copies.tolist(), firsts.tolist()) == ([12, 14], [10, 10])


def test_a_cluster_row_names_size_members_and_matches() -> None:
    choice = choice_of(5, [(0, 1, 0.9), (1, 2, 0.85)])
    ((kept, group),) = groups(choice)
    row = cluster_of(choice, kept, group, lambda number: (f"d-{number}", f"{number}.txt"))
    assert (row.kept, row.size) == ("d-0", 3)
    assert [(one.id, one.source, one.match, one.jaccard) for one in row.members] == [
        ("d-1", "1.txt", "d-0", 0.9),
        ("d-2", "2.txt", "d-1", 0.85),
    ]
    assert row.id.startswith("c-")
