from training.order import RowOrder

LENGTHS = [7 * n % 101 for n in range(203)]


def order(epoch: int, seed: int = 1) -> list[int]:
    rows = RowOrder(LENGTHS, 8, seed)
    rows.set_epoch(epoch)
    return list(rows)


def test_an_epoch_sees_every_row_once() -> None:
    assert sorted(order(0)) == list(range(203))


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    assert order(3) == order(3)
    assert order(3) != order(4) != order(3, seed=2)


def test_rows_of_a_batch_are_of_like_length() -> None:
    def padding(indices: list[int]) -> int:
        batches = [[LENGTHS[i] for i in indices[start : start + 8]] for start in range(0, 203, 8)]
        return sum(max(batch) * len(batch) - sum(batch) for batch in batches)

    assert padding(order(0)) < 0.3 * padding(list(range(203)))


def test_long_batches_do_not_all_come_first() -> None:
    firsts = [LENGTHS[i] for i in order(0)[::8]]
    assert firsts != sorted(firsts) and firsts != sorted(firsts, reverse=True)
