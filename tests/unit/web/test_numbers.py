"""Numbers of forms and addresses: digits and nothing else, and no more of them than an id has."""

import pytest

from onememory.web.forms.numbers import number_of


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 15, 10**15 - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.5", " 1", "1_000", "²", "٣", "one", "9" * 16])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_of(text) is None


def test_a_number_may_be_kept_short() -> None:
    assert (number_of("12345", digits=5), number_of("123456", digits=5)) == (12345, None)
