import pytest

from training.losses import Loss, Verdict, losses_of, overfit


def curve(*points: tuple[float, float]) -> list[Loss]:
    return [Loss(step, 0.0, train, validation) for step, (train, validation) in enumerate(points)]


@pytest.mark.parametrize(
    ("points", "verdict"),
    [
        ([(3.0, 3.0), (2.0, 2.5), (1.0, 2.9)], "overfit"),
        ([(3.0, 3.0), (2.0, 2.5), (1.0, 2.505)], "none"),
        ([(3.0, 3.0), (2.0, 2.5), (2.5, 2.9)], "none"),
        ([(3.0, 3.0), (2.0, 2.5), (1.0, 2.0)], "still_falling"),
        ([(3.0, 3.0), (2.0, 9.0)], "too_few"),
    ],
)
def test_the_verdict_compares_the_end_with_the_lowest_validation_loss(points: list[tuple[float, float]], verdict: Verdict) -> None:
    assert overfit(curve(*points)) == verdict


def test_training_and_validation_of_one_step_become_one_point() -> None:
    history = [{"step": 2, "epoch": 0.5, "loss": 3.0}, {"step": 2, "epoch": 0.5, "eval_loss": 4.0}, {"step": 2, "train_runtime": 1.0}]
    assert losses_of(history) == [Loss(2, 0.5, 3.0, 4.0)]
