from dataclasses import dataclass

from training.intervals import Interval, Share, wilson
from training.wording import summary


@dataclass(frozen=True)
class Seen:
    model: str
    loss_change: Interval | None
    preferred: Share


BASE = Seen("base", None, wilson(40, 100))


def test_a_clear_gain_is_stated_with_its_interval() -> None:
    said = summary(100, 20, [BASE, Seen("sft", Interval(-0.5, -0.6, -0.4), wilson(90, 100))])
    assert "SFT lowers the answer loss of the base model by 0.500 nats (95 % 0.400 to 0.600)" in said.english
    assert "0,500 nat (%95: 0,400 ile 0,600 arası) düşürüyor" in said.turkish
    assert "too few" not in said.english


def test_an_interval_around_zero_is_too_few_to_tell() -> None:
    said = summary(100, 20, [BASE, Seen("sft", Interval(-0.1, -0.3, 0.1), wilson(90, 100))])
    assert "too few to tell" in said.english
    assert "karar vermek için çok az" in said.turkish


def test_overlapping_preference_intervals_cannot_be_told_apart() -> None:
    said = summary(100, 20, [BASE, Seen("dpo", Interval(-0.5, -0.6, -0.4), wilson(45, 100))])
    assert "45 of 100 (base 40), too few to tell apart" in said.english


def test_few_pairs_are_too_few_however_clear_the_interval() -> None:
    said = summary(12, 3, [BASE, Seen("sft", Interval(-0.5, -0.6, -0.4), wilson(90, 100))])
    assert "12 pairs from 3 documents are too few to tell" in said.english


def test_a_loss_that_rises_is_called_so() -> None:
    assert "SFT raises" in summary(100, 20, [BASE, Seen("sft", Interval(0.5, 0.4, 0.6), wilson(90, 100))]).english


def test_nothing_held_out_says_nothing() -> None:
    assert summary(0, 0, []).english.startswith("Nothing was held out")


def test_one_pair_from_one_document_stands_in_the_singular() -> None:
    said = summary(1, 1, [BASE, Seen("sft", Interval(-0.5, -0.6, -0.4), wilson(90, 100))])
    assert said.english.startswith("On 1 held-out pair from 1 document, ")
    assert "; 1 pair from 1 document is too few to tell." in said.english
