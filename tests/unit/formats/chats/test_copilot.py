from datetime import UTC, datetime

import pytest
from importing import imported, imported_sample

HISTORY = "copilot/synthetic-copilot-activity-history.csv"
HEADER = "Conversation,Time,Author,Message\n"

TIMES = [
    ("1/6/2026 10:00:00 +00:00", datetime(2026, 1, 6, 10, tzinfo=UTC)),
    ("1/6/2026 10:00:00 -05:00", datetime(2026, 1, 6, 15, tzinfo=UTC)),
    ("12/31/2025 11:30:00 PM +00:00", datetime(2025, 12, 31, 23, 30, tzinfo=UTC)),
    ("1/6/2026 10:00:00", datetime(2026, 1, 6, 10, tzinfo=UTC)),
    ("2026-01-06T10:00:00Z", datetime(2026, 1, 6, 10, tzinfo=UTC)),
    ("yesterday", None),
    ("", None),
]


def test_rows_with_equal_times_put_the_user_first() -> None:
    chat = imported_sample(HISTORY).conversations[0]
    assert chat.title == "Bike repair"
    assert [str(message.role) for message in chat.messages] == ["user", "assistant"]


def test_quotes_and_line_breaks_belong_to_a_message() -> None:
    answer = imported_sample(HISTORY).conversations[0].messages[1]
    assert answer.text == 'Check the "derailleur",\nthen the cable.'


def test_a_formula_is_a_title_like_any_other() -> None:
    assert imported_sample(HISTORY).conversations[1].title == '=HYPERLINK("http://x")'


def test_the_work_account_has_other_columns_and_names() -> None:
    found = imported_sample("copilot/synthetic-copilot-chat-activity.csv")
    assert (found.format_id, found.one.title) == ("copilot", "Work")
    assert found.dialogue == [("user", "Summarise the meeting"), ("assistant", "Three points…")]


def test_windows_apps_have_prompts_alone_which_are_kept_by_app_and_day() -> None:
    found = imported_sample("copilot/synthetic-windows-apps-copilot-activity-history.csv")
    assert (found.one.title, found.dialogue) == ("Photos, 2026-01-07", [("user", "remove background")])


@pytest.mark.parametrize(("text", "time"), TIMES)
def test_times_are_read_in_each_of_their_forms(text: str, time: datetime | None) -> None:
    found = imported(f"CreatedAt,MessageContent,Author,ChatName\n{text},Hello,user,Work")
    assert found.one.messages[0].created_at == time


@pytest.mark.parametrize("author", ["Human", "user", "User"])
def test_the_user_has_several_names(author: str) -> None:
    assert imported(f"{HEADER}a,2026-01-05,{author},Hello").dialogue == [("user", "Hello")]


def test_rows_are_newest_first_and_come_out_in_order() -> None:
    rows = ["a,2026-01-05T10:01:00,AI,4", "a,2026-01-05T10:01:00,Human,3", "a,2026-01-05T10:00:00,AI,2"]
    found = imported("\r\n".join([HEADER.strip(), *rows, "a,2026-01-05T10:00:00,Human,1"]))
    assert [text for _, text in found.dialogue] == ["1", "2", "3", "4"]


def test_at_one_moment_user_and_assistant_take_turns() -> None:
    rows = "".join(
        f"a,2026-01-05T10:00:00,{author},{n}\n" for author, n in [("AI", 4), ("Human", 3), ("AI", 2), ("Human", 1)]
    )
    assert [text for _, text in imported(HEADER + rows).dialogue] == ["1", "2", "3", "4"]


def test_the_same_topic_has_the_same_id_when_it_has_grown() -> None:
    before = imported(f"{HEADER}a,2026-01-05,Human,Hello").one
    after = imported(f"{HEADER}a,2026-01-06,Human,Again\na,2026-01-05,Human,Hello").one
    assert (before.platform_id, len(after.messages)) == (after.platform_id, 2)


@pytest.mark.parametrize("row", ["a,2026-01-05,Human,", "a", "a,2026-01-05,Nobody,Hi", ",,,"])
def test_rows_that_make_no_sense_are_counted(row: str) -> None:
    found = imported(f"{HEADER}a,2026-01-05,Human,Hello\n{row}")
    assert (found.dialogue, found.tally.unrecognised) == ([("user", "Hello")], 1)


def test_a_message_may_be_longer_than_a_usual_cell() -> None:
    assert len(imported(f"{HEADER}a,2026-01-05,Human,{'x' * 200_000}").dialogue[0][1]) == 200_000


def test_more_columns_in_another_order_are_no_hindrance() -> None:
    found = imported("Id,Message,Author,Time,Conversation\n1,Hello,Human,2026-01-05,a")
    assert found.dialogue == [("user", "Hello")]
