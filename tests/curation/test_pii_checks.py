from __future__ import annotations

import pytest

from curation.pii.checks import is_card, is_iban, is_mersis, is_tckn, is_vkn


@pytest.mark.parametrize("digits", ["10000000146", "11111111110", "12345678950"])
def test_test_numbers_of_the_registry_are_valid_tckn(digits: str) -> None:
    assert is_tckn(digits)


@pytest.mark.parametrize("digits", ["10000000147", "00000000000", "01234567890", "1000000014", "1000000014x"])
def test_wrong_tckn_are_not(digits: str) -> None:
    assert not is_tckn(digits)


def test_the_last_digit_of_a_vkn_follows_from_the_others() -> None:
    assert [last for last in range(10) if is_vkn(f"454053692{last}")] == [0]


def test_a_mersis_number_holds_a_tax_number_or_a_tckn() -> None:
    assert is_mersis("0454053692000001")
    assert is_mersis("1000000014600001")
    assert not is_mersis("0454053692100001")


def test_the_iban_of_the_standard_is_valid_and_a_changed_digit_is_not() -> None:
    assert is_iban("TR330006100519786457841326")
    assert not is_iban("TR330006100519786457841327")


@pytest.mark.parametrize("digits", ["4111111111111111", "5555555555554444", "2223003122003222", "378282246310005", "9792000000000003"])
def test_cards_are_known_by_prefix_length_and_luhn(digits: str) -> None:
    assert is_card(digits)


@pytest.mark.parametrize("digits", ["4111111111111112", "1111111111111117", "411111111111111", "0454053692000001"])
def test_other_long_numbers_are_no_cards(digits: str) -> None:
    assert not is_card(digits)
