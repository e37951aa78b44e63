import base64
import json

import pytest

from onememory.security.round_trips import Trip, nonce_of, opened, sealed, verifier_of
from onememory.security.signed_links import signature

KEY, VISITOR, TRIP = b"k" * 32, "om_visitor", Trip("u1", 1_000)


def test_the_browser_that_was_sent_away_is_known_again() -> None:
    assert opened(KEY, VISITOR, sealed(KEY, VISITOR, TRIP), 999) == TRIP


def test_a_state_is_worth_nothing_to_another_browser_under_another_key_or_too_late() -> None:
    state = sealed(KEY, VISITOR, TRIP)

    assert opened(KEY, "om_another", state, 999) is None
    assert opened(b"x" * 32, VISITOR, state, 999) is None
    assert opened(KEY, VISITOR, state, 1_000) is None


@pytest.mark.parametrize("state", ["", ".", "x.y", "é.é", "x" * 10_000])
def test_what_was_never_a_state_is_none(state: str) -> None:
    assert opened(KEY, VISITOR, state, 0) is None


def test_a_state_that_was_changed_is_none() -> None:
    payload, _, signed = sealed(KEY, VISITOR, TRIP).partition(".")
    others = base64.urlsafe_b64encode(json.dumps([9_999, "u2", "x"]).encode()).decode()

    assert opened(KEY, VISITOR, f"{others}.{signed}", 0) is None
    assert opened(KEY, VISITOR, f"{payload}.{signature(KEY, VISITOR, payload)}", 0) is None


def test_no_two_trips_share_anything() -> None:
    first, second = sealed(KEY, VISITOR, TRIP), sealed(KEY, VISITOR, TRIP)
    made = {make(KEY, who, state) for make in (nonce_of, verifier_of) for who in "ab" for state in (first, second)}

    assert first != second
    assert len(made) == 8
