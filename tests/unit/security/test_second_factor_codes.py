from datetime import UTC, datetime, timedelta

import pytest

from onememory.security.recovery_codes import COUNT, hash_code, mint_codes
from onememory.security.rfc6238_totp import enrolment_uri, is_key, mint_key, step_of

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the one of RFC 6238, appendix B


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert step_of(KEY, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize(("late", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_of_the_step_beside_fits_and_one_further_off_does_not(late: int, fits: bool) -> None:
    moment = datetime.fromtimestamp(1111111109, UTC) + timedelta(seconds=late)

    assert (step_of(KEY, "081 804", moment) is not None) is fits


@pytest.mark.parametrize("typed", ["", "81804", "0818040", "٠٨١٨٠٤", "08180a", "-81804"])
def test_what_is_no_code_never_fits(typed: str) -> None:
    assert step_of(KEY, typed, datetime.fromtimestamp(1111111109, UTC)) is None


def test_a_key_is_new_each_time_and_known_as_one() -> None:
    keys = {mint_key() for _ in range(10)}

    assert len(keys) == 10
    assert all(map(is_key, keys))
    assert not any(map(is_key, ["", "A" * 31, "a" * 32, "1" * 32, "A" * 33]))


def test_an_app_is_told_whose_key_it_is() -> None:
    assert enrolment_uri(KEY, "Ada B") == f"otpauth://totp/onememory:Ada%20B?secret={KEY}&issuer=onememory"


def test_recovery_codes_differ_and_are_known_however_they_are_typed() -> None:
    codes = mint_codes()
    code = codes[0]

    assert len(set(codes)) == COUNT
    assert [len(part) for part in code.split("-")] == [4, 4, 4, 4]
    assert hash_code(code) == hash_code(f" {code.upper().replace('-', ' ')} ") != hash_code(codes[1])
