import pytest

from onememory.web.rendering import on_one_line
from onememory.web.visits import HOME, own_path
from onememory.web.wording.counts import counted


@pytest.mark.parametrize(
    "path", ["/", "/connections", "/connections?done=x", "/oauth/authorize?state=%2F%2Fevil&a=//b"]
)
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "connections",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /connections",
        "https://evil.example/",
        "https:/evil.example",
        "javascript:alert(1)",
        "/\u2215evil.example",
    ],
)
def test_what_a_browser_could_take_for_another_site_becomes_the_home_page(elsewhere: str) -> None:
    assert own_path(elsewhere) == HOME


def test_what_is_invisible_or_turns_the_text_round_is_left_out() -> None:
    assert on_one_line("Cl\u200baude \u202egnp.\u2066x\u2069\n\x07 !") == "Claude gnp.x !"


@pytest.mark.parametrize(("number", "said"), [(0, "0 tools"), (1, "1 tool"), (1_200, "1,200 tools")])
def test_things_are_counted_in_words(number: int, said: str) -> None:
    assert counted(number, "tool") == said
