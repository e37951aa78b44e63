from typing import Any

import pytest
from export_readings import Reading, reading_at, reading_of

from onememory.formats.chats.found import LeftOut

NEWEST_FIRST = ["my son Tomas started cello", "How nice!", "what gift fits a cello player"]


def record(
    title: str, time: str, answer: str = "<p>Yes.</p>", header: str = "Gemini Apps", **values: Any
) -> dict[str, Any]:
    html = {"safeHtmlItem": [{"html": answer}]} if answer else {}
    return {"header": header, "title": title, "time": time, "products": [header], **html, **values}


def page(*cells: str, header: str = "Gemini Apps") -> bytes:
    """Activity as a web page, of cells as `prompt<br>date<br>answer`."""
    body = "".join(
        '<div class="outer-cell mdl-cell"><div class="mdl-grid"><div class="header-cell">'
        f'<p class="mdl-typography--title">'
        f'{header}<br></p></div><div class="content-cell mdl-cell--6-col mdl-typography--body-1">{cell}</div>'
        '<div class="content-cell mdl-cell--6-col mdl-typography--body-1 mdl-typography--text-right"></div>'
        '<div class="content-cell mdl-typography--caption"><b>Products:</b><br></div></div></div>'
        for cell in cells
    )
    return f'<!DOCTYPE html><html><body><div class="mdl-grid">{body}</div></body></html>'.encode()


def test_turns_are_put_in_order_by_the_address_of_their_chat() -> None:
    found = reading_at("gemini/synthetic-MyActivity.json").conversations
    assert found[0].platform_id == "aaaa1111"
    assert [message.text for message in found[0].messages] == [*NEWEST_FIRST, "A rosin set & a metronome.\n\n- Rosin"]


def test_another_language_is_read() -> None:
    found = reading_at("gemini/synthetic-MyActivity.json").conversations[1]
    assert [message.text for message in found.messages] == ["Wie lange üben Anfänger?", "20 Minuten."]


def test_activity_that_is_no_prompt_is_reported() -> None:
    assert (
        "2 synthetic-MyActivity.json: Activity that is no prompt"
        in reading_at("gemini/synthetic-MyActivity.json").reasons
    )


def test_attached_files_are_kept_by_name() -> None:
    found = reading_at("gemini/synthetic-MyActivity.json").conversations[0]
    assert found.messages[0].attachments == ("cello-abc.jpg",)


def test_the_web_page_is_read() -> None:
    found = reading_at("gemini/synthetic-MyActivity.html")
    assert found.said == [*NEWEST_FIRST, "A rosin set"]
    assert str(found.only.created_at) == "2026-01-03 10:00:00+00:00"


def test_without_an_address_a_long_silence_begins_another_conversation() -> None:
    times = ["2026-01-03T12:00:00Z", "2026-01-03T10:20:00Z", "2026-01-03T10:00:00Z"]
    found = reading_of([record(f"Prompted {number}", time) for number, time in enumerate(times)])
    assert [[m.text for m in chat.messages if m.role == "user"] for chat in found.conversations] == [["0"], ["2", "1"]]


def test_turns_of_one_chat_are_gathered_from_afar() -> None:
    url = {"titleUrl": "https://gemini.google.com/app/abcd1234"}
    records = [record("Prompted b", "2026-03-01T10:00:00Z", **url), record("Prompted x", "2026-02-01T10:00:00Z")]
    found = reading_of([*records, record("Prompted a", "2026-01-01T10:00:00Z", **url)]).conversations
    assert [[m.text for m in chat.messages if m.role == "user"] for chat in found] == [["a", "b"], ["x"]]


LANGUAGES = {
    "verb first": ("Gemini アプリ", "Demandé : {}"),
    "verb last": ("Gemini アプリ", "「{}」と入力しました"),
    "verb around": ("Aplikacje Gemini", "Wysłano „{}” do Gemini"),
}


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_words_around_prompts_are_learned_from_the_file(name: str) -> None:
    header, form = LANGUAGES[name]
    prompts = ["alpha one", "beta two", "gamma three", "delta four", "epsilon five", "zeta six"]
    found = reading_of(
        [record(form.format(text), f"2026-01-03T10:0{n}:00Z", header=header) for n, text in enumerate(prompts)]
    )
    assert set(found.said[::2]) == set(prompts)


def test_a_prompt_without_an_answer_is_kept() -> None:
    assert reading_of([record("Prompted hello", "2026-01-03T10:00:00Z", answer="")]).said == ["hello"]


SHAPES: dict[str, dict[str, Any]] = {
    "details": {"details": [{"Request": "q", "Response": "<b>a</b>"}]},
    "interactions": {"userInteractions": [{"userInteraction": {"request": "q", "response": "a"}}]},
}


@pytest.mark.parametrize("name", SHAPES)
def test_rarer_shapes_are_read(name: str) -> None:
    shape = {"header": "Gemini Apps", "title": "x", "time": "2026-01-03T10:00:00Z", **SHAPES[name]}
    assert reading_of([shape]).said == ["q", "a"]


def test_the_activity_of_other_products_is_not_taken_for_chats() -> None:
    found = reading_of([record("Searched for cats", "2026-01-03T10:00:00Z", header="Search")])
    assert (found.conversations, found.tally.unrecognised) == ([], 1)


DATES = [
    "Jan 3, 2026, 10:05:00\u202fAM UTC",
    "03.01.2026, 11:05:00 MEZ",
    "2026. 1. 3. 오전 10:05:00",
    "3 janv. 2026, 11:05:00 CET",
]


@pytest.mark.parametrize("date", DATES)
def test_dates_of_the_page_are_read_in_many_languages(date: str) -> None:
    found = reading_of(page(f"Prompted&nbsp;one<br>two<br>{date}<br><p>A</p>B<br>C"))
    assert found.said == ["one\ntwo", "A\n\nB\nC"]
    assert str(found.only.created_at) == "2026-01-03 10:05:00+00:00"


def test_a_date_of_another_calendar_leaves_the_time_open() -> None:
    found = reading_of(page("Prompted one<br>٣ يناير ٢٠٢٦، ١٠:٠٥:٠٠ ص<br>A"))
    assert (found.said, found.only.created_at) == (["one", "A"], None)


def test_a_cell_without_a_date_is_counted() -> None:
    assert reading_of(page("Prompted one<br>Jan 3, 2026, 10:05:00 AM UTC<br>A", "nothing")).tally.unrecognised == 1


def test_a_page_of_another_product_is_not_read() -> None:
    assert reading_of(page("Searched for cats<br>Jan 3, 2026, 10:05:00 AM UTC", header="Search")).conversations == []


def test_a_conversation_of_workspace_is_read() -> None:
    found = reading_at("gemini/synthetic-workspace-conversation_1.txt")
    assert (found.only.title, found.said) == ("Budget draft", ["Draft a budget for the choir", "Here is a draft."])


def studio() -> Reading:
    chunks = [
        {"role": "user", "text": "", "driveDocument": {"id": "d1"}},
        {"role": "user", "text": "q", "createTime": "2026-01-03T10:00:00Z"},
        {"role": "model", "text": "t", "isThought": True},
        {"role": "model", "text": "a", "finishReason": "STOP"},
    ]
    about = {"runSettings": {"model": "models/gemini-3"}, "systemInstruction": {"parts": [{"text": "Be brief"}]}}
    return reading_of({**about, "chunkedPrompt": {"chunks": chunks}}, "Google AI Studio/My prompt")


def test_a_prompt_of_ai_studio_is_read_and_called_by_its_file() -> None:
    found = studio()
    assert (found.only.title, found.said) == ("My prompt", ["", "q", "a"])
    assert (found.only.messages[0].attachments, found.only.messages[2].model) == (("d1",), "gemini-3")


def test_thoughts_and_instructions_of_ai_studio_are_left_out_and_counted() -> None:
    assert dict(studio().tally.left_out) == {LeftOut.THINKING: 1, LeftOut.SYSTEM: 1}


def test_a_session_of_the_command_line_is_read() -> None:
    said = [("1", "user", "q"), ("2", "gemini", "a"), ("3", "info", "Update available")]
    messages = [{"id": number, "type": kind, "content": text, "model": "m"} for number, kind, text in said]
    found = reading_of(
        {"sessionId": "s", "projectHash": "h", "startTime": "2026-01-03T10:00:00Z", "messages": messages}
    )
    assert (found.said, found.only.platform_id, found.only.project) == (["q", "a"], "s", "h")


def test_a_page_that_breaks_off_gives_what_is_complete() -> None:
    whole = [record(f"Prompted {number}", "2026-01-03T10:00:00Z") for number in range(3)]
    text = str(whole).replace("'", '"').encode()
    found = reading_of(text[:-40])
    assert (found.said[0::2], "breaks off" in found.reasons) == (["1", "0"], True)
