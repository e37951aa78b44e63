"""Keys of services, as the library knows them, told in words and in places of ours."""

import pytest

from made_up import GITHUB, SERVICE_KEYS, drawn
from onememory.scanning import LibraryScanner
from onememory.security.disclosures import Disclosure, masked

SCANNER = LibraryScanner()


@pytest.mark.parametrize(("kind", "secret"), SERVICE_KEYS.items())
@pytest.mark.parametrize("around", ["My key is {} for the demo.", "鍵は「 {} 」です、よ", "\ufeffé {}\n"])
def test_a_key_of_a_service_is_found_and_named(kind: str, secret: str, around: str) -> None:
    text = around.format(secret)
    assert [(d.kind, text[d.start : d.end].strip()) for d in SCANNER.find(text)] == [(kind, secret)]


def test_the_secret_key_of_aws_is_found_without_its_id() -> None:
    text = f"aws_secret_access_key={drawn(40)}"
    assert list(SCANNER.find(text)) == [Disclosure("AWS secret access key", 22, 62)]


@pytest.mark.parametrize(
    "text",
    [
        "My datadog commit was 9ba87427327aa5474297d3f9091827647c4ed452",
        "wakatime, heroku and snyk wrote of 550e8400-e29b-41d4-a716-446655440000",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ and spotify:37i9dQZF1DXcBWIGoYBM5M",
        "git fetch http://user:pass@host.example.org/repository",
        "AnExtremelyLongWordWithoutAnyMeaning 4111111111111111111",
        "ghp_ is the prefix, sk_live_… the other",
    ],
)
def test_ordinary_texts_hold_no_key(text: str) -> None:
    assert list(SCANNER.find(text)) == []


def test_a_masked_text_holds_no_key() -> None:
    left, count = masked(" ".join(SERVICE_KEYS.values()), SCANNER.find)
    assert count == len(SERVICE_KEYS)
    assert list(SCANNER.find(left)) == []


def test_nothing_has_to_be_loaded_for_prose_nor_twice() -> None:
    assert not SCANNER.is_slow("She likes espresso, and works for the railway.")
    list(SCANNER.find(GITHUB))
    assert not SCANNER.is_slow(GITHUB)
