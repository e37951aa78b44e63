import pytest

from onememory.security.signed_links import KEY_BYTES, is_signed, signature

KEY = bytes(range(KEY_BYTES))
PARTS = ("conversation", "u1", "c1", "1800000000")


def test_a_signature_is_that_of_its_parts() -> None:
    assert is_signed(KEY, signature(KEY, *PARTS), *PARTS)


def test_a_signature_can_stand_in_a_url() -> None:
    assert signature(KEY, *PARTS).replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "parts",
    [
        ("conversation", "u2", "c1", "1800000000"),
        ("conversation", "u1", "c2", "1800000000"),
        ("conversation", "u1", "c1", "1800000001"),
        ("conversation", "u1", "c11", "800000000"),
        ("conversation", "u1", "c11800000000", ""),
        ("conversation", "u1", "c1"),
        ("conversation", "u1", "c1", "1800000000", ""),
        ("", "", "", ""),
        ("\ud800", "\x00", "é", "1800000000"),
    ],
)
def test_no_other_parts_have_it(parts: tuple[str, ...]) -> None:
    assert not is_signed(KEY, signature(KEY, *PARTS), *parts)


@pytest.mark.parametrize("given", ["", "x", "é", "\ud800", "=" * 43])
def test_what_is_no_signature_is_none(given: str) -> None:
    assert not is_signed(KEY, given, *PARTS)


def test_another_key_signs_otherwise() -> None:
    assert not is_signed(KEY[::-1], signature(KEY, *PARTS), *PARTS)
