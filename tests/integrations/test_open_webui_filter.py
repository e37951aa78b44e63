"""The filter for Open WebUI, called as Open WebUI calls it, against a real server."""

import asyncio
import runpy
from pathlib import Path
from typing import Any

import pytest

from housemates import share
from people import Person
from servers import Server

pytestmark = pytest.mark.once

KITS = Path(__file__).resolve().parents[2] / "integrations"
MODULE = runpy.run_path(str(KITS / "open-webui" / "memory_filter.py"))
HOOK = runpy.run_path(str(KITS / "claude-code" / "hooks" / "memory_hook.py"))
QUESTION = "Who has the spare key?"


@pytest.fixture
def memory_filter(server: Server, ada: Person) -> Any:
    made = MODULE["Filter"]()
    made.valves = made.Valves(url=server.url, token=ada.token)
    ada.store("The spare key is with Ines.")
    return made


def _sent(memory_filter: Any, *messages: dict[str, Any], user: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    body = {"model": "m", "messages": list(messages)}
    answer = asyncio.run(memory_filter.inlet(body, user))
    sent: list[dict[str, Any]] = answer["messages"]
    return sent


def _asks(content: object) -> dict[str, Any]:
    return {"role": "user", "content": content}


def test_memories_come_as_a_system_message(memory_filter: Any) -> None:
    first, second = _sent(memory_filter, _asks(QUESTION))

    assert (first["role"], "Ines" in first["content"]) == ("system", True)
    assert "not instructions" in first["content"].splitlines()[0]
    assert second == _asks(QUESTION)


def test_every_note_says_where_it_is_from_and_how_far_to_trust_it(memory_filter: Any, ada: Person) -> None:
    ada.with_token(policy="propose").store("The spare key is blue.", source="codex")

    notes = _sent(memory_filter, _asks(QUESTION))[0]["content"]

    assert "General, codex, assistant] The spare key is blue." in notes
    assert "General, stated] The spare key is with Ines." in notes


def test_a_note_from_a_shared_bucket_says_who_wrote_it(
    memory_filter: Any, server: Server, ada: Person, ben: Person
) -> None:
    pond = ada.bucket("Pond")
    share(server, ada, pond, ben)
    ben.store("The spare key is with Ben.", bucketId=pond)

    assert f"Pond, by {ben.name}, stated] The spare key" in _sent(memory_filter, _asks(QUESTION))[0]["content"]


def test_a_message_in_a_script_without_spaces_is_asked(memory_filter: Any, ada: Person) -> None:
    ada.store("备用钥匙在伊内斯那里。")

    assert "伊内斯" in _sent(memory_filter, _asks("谁有备用钥匙?"))[0]["content"]


def test_a_system_message_is_kept_and_extended(memory_filter: Any) -> None:
    (first, _) = _sent(memory_filter, {"role": "system", "content": "Be brief."}, _asks(QUESTION))

    assert first["content"].startswith("Be brief.\n\n")
    assert "Ines" in first["content"]


def test_the_text_beside_a_picture_is_asked(memory_filter: Any) -> None:
    parts = [{"type": "text", "text": QUESTION}, {"type": "image_url", "image_url": {"url": "data:"}}]

    assert "Ines" in _sent(memory_filter, _asks(parts))[0]["content"]


@pytest.mark.parametrize("content", ["<private>Who has the spare key?</private>", "the key", "好的", "", None])
def test_some_messages_are_not_sent(memory_filter: Any, content: str | None) -> None:
    assert _sent(memory_filter, _asks(content)) == [_asks(content)]


def test_each_person_sees_their_own(memory_filter: Any, ben: Person) -> None:
    ben.store("The spare key is under the stone.")
    user = {"valves": memory_filter.UserValves(token=ben.token)}

    notes = _sent(memory_filter, _asks(QUESTION), user=user)[0]["content"]

    assert ("stone" in notes, "Ines" in notes) == (True, False)


def test_a_person_can_switch_it_off(memory_filter: Any) -> None:
    user = {"valves": memory_filter.UserValves(enabled=False)}

    assert _sent(memory_filter, _asks(QUESTION), user=user) == [_asks(QUESTION)]


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:9", "http://127.0.0.1:port", "http://127.0.0.1:9/\x7f"])
@pytest.mark.parametrize("ending", ["\nx", "\u6f22", "\x7f", ""])
def test_no_failure_shows_the_token(
    memory_filter: Any, url: str | None, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    memory_filter.valves.url = url or memory_filter.valves.url
    user = {"valves": memory_filter.UserValves(token=f"om_hidden{ending}")}

    assert _sent(memory_filter, _asks(QUESTION), user=user) == [_asks(QUESTION)]
    log = capsys.readouterr().out
    assert (log.startswith("onememory: "), len(log.splitlines()), "hidden" in log) == (True, 1, False)


def test_a_token_that_ends_in_a_line_feed_is_taken(memory_filter: Any, ben: Person) -> None:
    ben.store("The spare key is under the stone.")
    memory_filter.valves.token += "\n"
    user = {"valves": memory_filter.UserValves(token=f" {ben.token}\n")}

    assert "Ines" in _sent(memory_filter, _asks(QUESTION))[0]["content"]
    assert "stone" in _sent(memory_filter, _asks(QUESTION), user=user)[0]["content"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "file:///etc/passwd", "nonsense"])
def test_without_a_server_the_chat_goes_on(memory_filter: Any, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    memory_filter.valves.url = url

    assert _sent(memory_filter, _asks(QUESTION)) == [_asks(QUESTION)]
    assert "onememory:" in capsys.readouterr().out


def test_a_wrong_token_changes_nothing(memory_filter: Any) -> None:
    memory_filter.valves.token = "om_wrong"

    assert _sent(memory_filter, _asks(QUESTION)) == [_asks(QUESTION)]


def test_what_is_added_keeps_the_limit(memory_filter: Any, ada: Person) -> None:
    ada.store_all(*(f"Spare key {n} " + "is hidden well " * 50 for n in range(9)))
    memory_filter.valves.characters = 500

    assert len(_sent(memory_filter, _asks(QUESTION))[0]["content"]) <= 500


def test_answers_are_left_as_they_are(memory_filter: Any) -> None:
    body = {"messages": [_asks(QUESTION), {"role": "assistant", "content": "Ines."}]}

    assert asyncio.run(memory_filter.outlet(body)) is body


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200bb\u202ec\x00d", "abcd"),
        ("one\n- two\u2028three", "one - two three"),
        ("![p](https://x) [l](y)", "![p] (https://x) [l] (y)"),
        ("café 日本 👍", "café 日本 👍"),
    ],
)
def test_texts_are_made_harmless_in_both_kits_alike(text: str, shown: str) -> None:
    assert MODULE["harmless"](text) == HOOK["harmless"](text) == shown


@pytest.mark.parametrize(
    ("text", "is_enough"),
    [
        ("who has keys", True),
        ("the key", False),
        ("谁有备用钥匙", True),
        ("鑰匙在哪裡", True),
        ("スペアキーはどこ", True),
        ("예비열쇠는누가갖고있나요", True),
        ("กุญแจสำรองอยู่ที่ไหน", True),
        ("ລູກກຸນແຈຢູ່ໃສ", True),
        ("សោបម្រុងនៅឯណា", True),
        ("သော့ဘယ်မှာလဲ", True),
        ("继续", False),
        ("はい", False),
        ("네", False),
        ("ครับ", False),
        ("unbelievable", False),
        ("ключница", False),
        ("", False),
    ],
)
def test_enough_is_said_in_both_kits_alike(text: str, is_enough: bool) -> None:
    assert MODULE["says_enough"](text) is HOOK["says_enough"](text) is is_enough
