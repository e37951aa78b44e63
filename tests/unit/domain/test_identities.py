import pytest

from onememory.domain.accounts import USER_NAME_LIMIT, checked_user_name
from onememory.domain.identities import numbered, user_name_of


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (["dora"], "dora"),
        (["dora@example.org", "Dora"], "dora"),
        (["Dora  Maar"], "Dora-Maar"),
        (["\u202e\x07", "Dora"], "Dora"),
        (["@", "  "], "user"),
        ([], "user"),
        (["x" * 200], "x" * USER_NAME_LIMIT),
    ],
)
def test_a_name_here_is_made_of_what_the_provider_says(names: list[str], name: str) -> None:
    assert user_name_of(names) == name == checked_user_name(name)


def test_a_numbered_name_keeps_to_the_limit() -> None:
    assert numbered("dora", 1) == "dora"
    assert numbered("dora", 2) == "dora-2"
    assert len(numbered("x" * USER_NAME_LIMIT, 12_345)) <= USER_NAME_LIMIT
