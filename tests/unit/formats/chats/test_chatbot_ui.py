import pytest
from importing import imported, imported_sample

from onememory.formats.chats.found import LeftOut

CHAT: dict[str, object] = {
    "id": "h1",
    "name": "Hello",
    "model": {"id": "gpt-4"},
    "prompt": "Be kind",
    "messages": [{"role": "user", "content": "Hi"}],
}
FOLDERS = [{"id": "f1", "name": "Cars", "type": "chat"}, {"id": "f2", "name": "Prompts", "type": "prompt"}]


def test_the_history_is_read_with_names_and_models() -> None:
    found = imported_sample("librechat/synthetic-chatbotui-v4.json")
    assert (found.format_id, found.one.title) == ("chatbot-ui", "Hello")
    assert found.dialogue == [("user", "My car is a blue Fiat."), ("assistant", "Noted.")]
    assert [message.model for message in found.one.messages] == [None, "gpt-4"]


def test_ids_do_not_clash_with_those_of_other_tools() -> None:
    chat = imported_sample("librechat/synthetic-chatbotui-v4.json").one
    assert (chat.platform, chat.platform_id) == ("custom", "chatbot-ui:h1")


def test_the_first_version_is_the_history_alone() -> None:
    found = imported([CHAT])
    assert (found.format_id, found.dialogue) == ("chatbot-ui", [("user", "Hi")])


@pytest.mark.parametrize(("folder", "project"), [("f1", "Cars"), ("f2", None), (None, None), ("gone", None)])
def test_a_folder_is_the_project(folder: str | None, project: str | None) -> None:
    found = imported({"version": 4, "history": [CHAT | {"folderId": folder}], "folders": FOLDERS, "prompts": []})
    assert found.one.project == project


def test_a_history_without_folders_is_read() -> None:
    assert imported({"version": 2, "history": [CHAT]}).dialogue == [("user", "Hi")]


def test_system_messages_are_left_out() -> None:
    messages = [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "Hi"}]
    found = imported({"version": 4, "history": [CHAT | {"messages": messages}], "folders": []})
    assert (found.dialogue, found.tally.left_out) == ([("user", "Hi")], {LeftOut.SYSTEM: 1})


@pytest.mark.parametrize("message", [None, {}, {"role": None, "content": "x"}, {"role": 7}])
def test_messages_that_make_no_sense_are_counted(message: object) -> None:
    found = imported({"version": 4, "history": [CHAT | {"messages": [{"role": "user", "content": "Hi"}, message]}]})
    assert (found.dialogue, found.tally.unrecognised) == ([("user", "Hi")], 1)
