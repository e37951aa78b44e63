"""How sure an answer is."""

import pytest

from onememory.domain.search import Confidence
from onememory.retrieval.confidence import confidence, coverage

FREQUENCIES = {"dog": 5, "name": 40}


def test_a_hit_with_every_term_covers_the_query() -> None:
    assert coverage(["dog", "name"], FREQUENCIES, 100, ["dog", "pipoca", "name"]) == 1.0


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    rare = coverage(["dog", "name"], FREQUENCIES, 100, ["dog"])

    assert rare > 0.5 > coverage(["dog", "name"], FREQUENCIES, 100, ["name"])


def test_a_term_that_nobody_holds_weighs_most() -> None:
    assert coverage(["dog", "xylophone"], FREQUENCIES, 100, ["dog"]) < 0.5


@pytest.mark.parametrize(("terms", "held"), [([], ["dog"]), (["dog"], []), (["cat"], ["dog"])])
def test_nothing_shared_is_nothing_covered(terms: list[str], held: list[str]) -> None:
    assert coverage(terms, FREQUENCIES, 100, held) == 0.0


def test_a_frequency_beyond_the_total_is_no_error() -> None:
    assert coverage(["dog"], {"dog": 9}, 5, ["dog"]) == 1.0


@pytest.mark.parametrize(
    ("covered", "cosine", "expected"),
    [
        (0.0, None, "none"),
        (0.3, None, "weak"),
        (0.6, None, "strong"),
        (1.0, 0.1, "strong"),
        (0.5, 0.5, "strong"),
        (0.4, 0.3, "weak"),
        (0.0, 0.6, "weak"),
        (0.1, 0.95, "weak"),
        (0.2, 0.2, "none"),
        (0.2, -0.5, "none"),
    ],
)
def test_coverage_and_meaning_add_up_but_strong_needs_words(
    covered: float, cosine: float | None, expected: Confidence
) -> None:
    assert confidence(covered, cosine) == expected
