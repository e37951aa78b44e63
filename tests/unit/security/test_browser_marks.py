import pytest

from onememory.security.browser_marks import is_mark, mint_mark

KEY = b"a key of this test"


def test_a_mark_is_known_as_that_of_its_user() -> None:
    mark = mint_mark(KEY, "ada")

    assert is_mark(KEY, "ada", mark)
    assert mint_mark(KEY, "ada") != mark


@pytest.mark.parametrize(("key", "user"), [(KEY, "ben"), (b"another key", "ada")])
def test_a_mark_of_somebody_else_or_of_elsewhere_is_none(key: bytes, user: str) -> None:
    assert not is_mark(KEY, "ada", mint_mark(key, user))


@pytest.mark.parametrize("made_up", ["", ".", "a", "a.b", "a.b.c", "\udc80.\udc80", "é.é"])
def test_what_was_made_up_is_no_mark(made_up: str) -> None:
    assert not is_mark(KEY, "ada", made_up)
