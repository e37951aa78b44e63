import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from export_readings import EXPORTS, Reading
from importing import Imported

from onememory.formats.chats.finishing import finished
from onememory.formats.chats.found import LeftOut
from onememory.formats.chats.tools.cursor import ALL_COMPOSERS, LEGACY_PANEL, rows_to_conversations

Row = tuple[str, bytes | str | None]

DIALOGUE = [("user", "We use pnpm, not npm."), ("assistant", "Understood, pnpm.")]
USER = {"bubbleId": "b1", "type": 1, "text": "We use pnpm, not npm."}
ANSWER = {"bubbleId": "b2", "type": 2, "text": "Understood, pnpm."}
HEADERS = [{"bubbleId": "b1", "type": 1}, {"bubbleId": "b2", "type": 2}]
COMPOSER: dict[str, object] = {"composerId": "c1", "name": "Fix tests", "fullConversationHeadersOnly": HEADERS}


def converted(rows: Iterable[Row]) -> Imported:
    found = Imported()
    whole = (finished(chat, found.tally) for chat in rows_to_conversations(rows, found.tally))
    found.conversations += [chat for chat in whole if chat]  # type: ignore[misc]
    found.skipped += found.tally.take_skipped()
    return found


def stored(composer: object, *bubbles: object) -> list[Row]:
    keys = [f"bubbleId:c1:{bubble['bubbleId']}" for bubble in bubbles if isinstance(bubble, dict)]
    values = [json.dumps(bubble) for bubble in bubbles]
    return [("composerData:c1", json.dumps(composer)), *zip(keys, values, strict=True)]


LAYOUTS: dict[str, list[Row]] = {
    "headers and bubbles": stored(COMPOSER, USER, ANSWER),
    "bubbles before their composer": stored(COMPOSER, ANSWER, USER)[::-1],
    "messages within the composer": stored({"conversation": [USER, ANSWER]}),
    "no headers": stored({"name": "x"}, USER, ANSWER),
    "bytes": [(key, str(value).encode()) for key, value in stored(COMPOSER, USER, ANSWER)],
    "encoded twice": [(key, json.dumps(value)) for key, value in stored(COMPOSER, USER, ANSWER)],
    "all composers in one row": [
        (ALL_COMPOSERS, json.dumps({"allComposers": [COMPOSER | {"conversation": [USER, ANSWER]}]}))
    ],
    "the panel of the first versions": [
        (
            LEGACY_PANEL,
            json.dumps(
                {
                    "tabs": [
                        {
                            "tabId": "t",
                            "bubbles": [
                                {"type": "user", "text": USER["text"]},
                                {"type": "ai", "rawText": ANSWER["text"]},
                            ],
                        }
                    ]
                }
            ),
        )
    ],
}
LEFT_OUT = [
    ({"type": 2, "text": "", "toolFormerData": {"name": "edit_file"}}, {LeftOut.TOOL: 1}),
    ({"type": 2, "text": "", "thinking": {"text": "hm"}}, {LeftOut.THINKING: 1}),
    ({"type": 2, "text": "hm", "isThought": True}, {LeftOut.THINKING: 1}),
    ({"type": 2, "text": "Let me look."}, {LeftOut.HIDDEN: 1}),
]


def test_a_database_is_a_conversation_for_each_composer_that_was_used() -> None:
    database = sqlite3.connect(f"file:{EXPORTS / 'cursor' / 'synthetic-state.vscdb'}?mode=ro", uri=True)
    rows = database.execute("SELECT key, value FROM cursorDiskKV").fetchall()
    database.close()
    found = converted(rows)
    assert (found.one.platform, found.one.platform_id, found.one.title) == ("cursor", "c1", "Fix tests")
    assert (found.dialogue, found.one.messages[1].model) == (DIALOGUE, "claude")
    assert found.one.created_at == datetime.fromtimestamp(1_767_300_000, UTC)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_gives_the_same_conversation(layout: str) -> None:
    assert converted(LAYOUTS[layout]).dialogue == DIALOGUE


@pytest.mark.parametrize(("fields", "left_out"), LEFT_OUT)
def test_only_the_final_answer_of_a_turn_is_kept(fields: dict[str, object], left_out: dict[LeftOut, int]) -> None:
    headers = [HEADERS[0], {"bubbleId": "b0", "type": 2}, HEADERS[1]]
    rows = stored(COMPOSER | {"fullConversationHeadersOnly": headers}, USER, {"bubbleId": "b0"} | fields, ANSWER)
    found = converted(rows)
    assert (found.dialogue, found.tally.left_out) == (DIALOGUE, left_out)


@pytest.mark.parametrize("value", [None, '{"name": null, "fullConversationHeadersOnly": []}', "{}"])
def test_composers_that_were_never_used_are_passed_over(value: str | None) -> None:
    found = converted([*stored(COMPOSER, USER, ANSWER), ("composerData:empty", value)])
    assert (found.dialogue, found.skipped, found.tally.unrecognised) == (DIALOGUE, [], 0)


@pytest.mark.parametrize("value", ["", "{", "7", "[]", '"x"', b"\xff\xfe"])
def test_values_that_make_no_sense_are_counted(value: bytes | str) -> None:
    found = converted([*stored(COMPOSER, USER, ANSWER), ("composerData:c2", value)])
    assert (found.dialogue, found.tally.unrecognised) == (DIALOGUE, 1)


def test_a_message_whose_text_is_gone_is_reported() -> None:
    found: Reading = converted([*stored(COMPOSER, USER), ("bubbleId:c1:b2", None)])
    assert [(skipped.where, skipped.reason) for skipped in found.skipped] == [
        ("Fix tests", "A message has no text any more.")
    ]


def test_the_composer_of_a_sub_agent_is_skipped_with_the_reason() -> None:
    found = converted(stored(COMPOSER | {"subagentInfo": {"parent": "c0"}}, USER, ANSWER))
    assert found.conversations == []
    assert "sub-agent" in found.reasons


def test_the_workspace_is_the_project() -> None:
    place = {"workspaceIdentifier": {"uri": {"fsPath": "/home/ines/shop"}}}
    assert converted(stored(COMPOSER | place, USER, ANSWER)).one.project == "/home/ines/shop"


@pytest.mark.parametrize("key", ["messageRequestContext:c1", "checkpointId:c1:x", "inlineDiffs", ""])
def test_other_keys_are_passed_over(key: str) -> None:
    found = converted([*stored(COMPOSER, USER, ANSWER), (key, "{")])
    assert (found.dialogue, found.tally.unrecognised) == (DIALOGUE, 0)
