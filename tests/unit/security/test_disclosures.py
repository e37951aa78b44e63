"""What is recognised by its form, what is not, and what is left when it has been taken out."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up import ALNUM, CARD, GITHUB, HEX, OURS, URLSAFE, drawn
from onememory.security.disclosures import Disclosure, by_form, described, masked, merged, without_private

CARDS = [
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111111111111111",
    "5555 5555 5555 4444",
    "2223 0031 2200 3222",
    "3782 822463 10005",
    "378282246310005",
    "6011 1111 1111 1117",
    "3530 1113 3330 0000",
    "3056 930902 5904",
    "6759 6498 2643 8453",
    "6200 0000 0000 0005",
]

CREDENTIALS = {
    OURS: "OneMemory token",
    f"AKIA{drawn(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}": "AWS access key",
    f"sk-{drawn(48)}": "API key",
    f"sk-ant-api03-{drawn(93, URLSAFE)}AA": "Anthropic key",
    f"GOCSPX-{drawn(28, URLSAFE)}": "Google client secret",
    f"ntn_{drawn(46)}": "Notion token",
    f"123456789:AA{drawn(33, URLSAFE)}": "Telegram bot token",
    f"discord.com/api/webhooks/123456789012345678/{drawn(68, URLSAFE)}": "Discord webhook",
    f"AccountKey={drawn(86)}==": "Azure storage key",
    f"xprv{drawn(107, ALNUM.replace('0', '').replace('O', '').replace('I', '').replace('l', ''))}": (
        "private key of a wallet"
    ),
}

NAMED = {
    "password: {}": drawn(16),
    "The wifi password is {}.": drawn(14, seed=3),
    'DB_PASSWORD="{}"': drawn(20),
    '{{"api_key": "{}"}}': drawn(32, HEX),
    "**Password:** `{}`": "Tr0ub4dor&3x",
    "Das Passwort ist {}": drawn(12, seed=3),
    "Mot de passe : {}": drawn(16),
    "Пароль: {}": drawn(16),
    "パスワード\uff1a{}": drawn(16),
    "Authorization: Bearer {}": drawn(40),
    "The private key of my wallet's secret key 0x{}": drawn(64, HEX),
    "https://api.example.org/v1?access_token={}&page=2": drawn(32),
    "postgres://ada:{}@db.example.org:5432/app": "correct-horse",
}

INNOCENT = [
    "I met Anna in Lisbon on 2026-05-03; she likes espresso and works for the railway.",
    "Мой любимый цвет синий, а пароль я забыл. 私は東京に住んでいます。我住在北京。",
    "550e8400-e29b-41d4-a716-446655440000 is the id of the ticket",
    "fixed in d76b67740c95a17e66138415ff2a3b93571278f1",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "ISBN 978-3-16-148410-0 and 9783161484100",
    "Call +49 30 901820 or (030) 4111 1111, in the US +1 415 555 2671",
    "Order 4711-0815-2026-1123, parcel 00340434161094042557",
    "IBAN DE89 3704 0044 0532 0130 00, GB29NWBK60161331926819, BE68 5390 0754 7034, AT61 1904 3002 3457 3201",
    "IBAN DE12 5105 1051 0510 5100 00",  # its fours look like a card of Mastercard's
    "4111 1111 1111 1112 has a wrong check digit",
    "2019 2020 2021 2022 2023 2024",
    "https://example.org/orders/4111111111111111/items",
    "a timestamp: 1764064800000, in microseconds 1764064800000000",
    "IMG_20260503_101500_HDR.jpg and data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
    "password: hunter2",
    "My password manager is 1Password-8 and the passwords are in it.",
    "The token budget is 100000, the secret ingredient 2-tablespoons-of-vinegar.",
    "max tokens: gpt-4o-2024-08-06 and ERC-20/BEP-20 token",
    "secret: 2026-05-03T10:00:00Z",
    "export API_KEY=$MY_OTHER_KEY1a2b and token: ${{ secrets.TOKEN1a2b3c }}",
    "password: /run/secrets/db1_pass2word3",
    "postgres://ada:password@db.example.org and https://example.org:8080/@ada",
    "The API key is in the vault, the access key under the mat.",
    "om_nom_nom and sk-learn, ghp_ is the prefix of GitHub's tokens",
    "Use the key A4-B5-C6 to open it",
]


def kinds(text: str) -> list[str]:
    return [each.kind for each in merged(by_form(text))]


@pytest.mark.parametrize("number", CARDS)
@pytest.mark.parametrize(
    "around", ["{}", "My card is {}, valid until 12/29.", "カード番号{}です", "Ada,{},0129", "({})"]
)
def test_a_card_number_is_found_as_people_write_it(number: str, around: str) -> None:
    text = around.format(number)
    assert masked(text, by_form) == (around.format("[card number removed]"), 1)


@pytest.mark.parametrize(("secret", "kind"), CREDENTIALS.items())
@pytest.mark.parametrize("around", ["{}", "Use {} for the demo.", "鍵は {} です", "key={}", "'{}'\n"])
def test_a_credential_is_found_by_its_form(secret: str, kind: str, around: str) -> None:
    assert masked(around.format(secret), by_form) == (around.format(f"[{kind} removed]"), 1)


def test_the_secret_of_a_pair_goes_with_its_id() -> None:
    pair = f"AKIA{drawn(16, 'ABCDEFG')} with the secret key {drawn(40, ALNUM + '/+')}"
    assert masked(f"Use {pair}.", by_form) == ("Use [AWS access key removed].", 1)


@pytest.mark.parametrize(("around", "secret"), NAMED.items())
def test_what_is_named_as_a_password_is_found_where_it_looks_drawn(around: str, secret: str) -> None:
    text, count = masked(around.format(secret), by_form)
    assert count == 1
    assert secret not in text
    assert text.startswith(around.format("\0").partition("\0")[0].removesuffix("0x"))


@pytest.mark.parametrize("text", INNOCENT)
def test_ordinary_texts_hold_nothing(text: str) -> None:
    assert kinds(text) == []


def test_a_description_says_what_and_where_and_never_the_secret() -> None:
    text = f"{CARD} and {OURS}"
    assert described(merged(by_form(text))) == "card number (characters 1 to 19), OneMemory token (characters 25 to 70)"


def test_findings_that_overlap_are_one_under_the_name_of_the_longest() -> None:
    found = [Disclosure("b", 3, 5), Disclosure("a", 0, 4), Disclosure("whole", 2, 9), Disclosure("c", 9, 10)]
    assert merged(found) == [Disclosure("whole", 0, 9), Disclosure("c", 9, 10)]


secrets = st.sampled_from([CARD, OURS, "password: k3X9-f2Qp7", "https://a:b1c2d3e4@x.org", *CREDENTIALS])
pieces = st.lists(st.one_of(st.text(max_size=12), secrets, st.sampled_from(["password: ", "://", "@", "1", " "])))


@given(pieces.map("".join))
def test_a_masked_text_holds_nothing_more(text: str) -> None:
    found = merged(by_form(text))
    left, count = masked(text, by_form)
    assert merged(by_form(left)) == []
    assert count >= len(found)
    assert (left == text) == (not found)


@given(st.text(), st.data())
def test_masking_leaves_all_else_as_it_is(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    finds = iter([[Disclosure("x", start, end)]])

    def find(_: str) -> Iterable[Disclosure]:
        return next(finds, [])

    assert masked(text, find) == (f"{text[:start]}[x removed]{text[end:]}", 1)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no tags", "no tags"),
        ("  kept as it is  ", "  kept as it is  "),
        ("a <private>b</private> c", "a c"),
        ("a<private>b</private>c", "ac"),
        ("<private>a</private> b <PRIVATE >c</Private> d", "b d"),
        ("a <private>b <private>c</private> d</private> e", "a e"),
        ('a <private reason="x">b</private> c', "a c"),
        ("a < private >b< / private > c", "a c"),
        ("a <private>b", "a"),
        ("a\n<private>\nb\n</private>\nc", "a\n\nc"),
        ("<private>a</private>", ""),
        ("a </private> b", "a </private> b"),
        ("List<privateer> and <private", "List<privateer> and <private"),
    ],
)
def test_private_passages_are_taken_out(text: str, left: str) -> None:
    assert without_private(text) == left


def test_a_key_of_a_service_is_no_matter_of_form() -> None:
    assert kinds(GITHUB) == []
