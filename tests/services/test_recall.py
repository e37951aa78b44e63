"""What was said in chats is recalled: by words, by meaning, by date, by who said it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from archives import Asked, Use, using

from chats import chat
from onememory.domain.conversations import Message, Role
from onememory.domain.errors import InvalidInput
from onememory.embedding import EmbedderOptions, build_embedder
from onememory.ports.archive import ArchiveFilters
from onememory.services.finding.answers import Budgeted
from servers import MovedClock

pytestmark = pytest.mark.usefixtures("database")

FILLER = tuple(
    chat(f"filler{n}", f"Please explain topic {n} of botany.", f"Topic {n} concerns leaves and roots.")
    for n in range(30)
)
BICYCLE = chat("bicycle", "I bought a bicycle and called it Rosinante.", "A fine name for a bicycle!")


def words_only(tmp_path: Path, use: Use) -> None:
    using(tmp_path, use)


def test_a_fact_is_recalled_by_its_words_by_the_very_next_request(tmp_path: Path) -> None:
    async def use(ada: Asked) -> None:
        await ada.keep(*FILLER)
        await ada.keep(BICYCLE)
        found = await ada.ask("What is my bicycle called?")
        assert found.hits[0].message.text == BICYCLE.messages[0].text
        assert found.hits[0].conversation.title == "Chat bicycle"
        assert found.confidence == "strong"

    words_only(tmp_path, use)


def test_after_the_job_a_fact_is_recalled_by_its_meaning(tmp_path: Path) -> None:
    async def use(ada: Asked) -> None:
        await ada.keep(*FILLER, chat("dog", "My puppy chewed the sofa again.", "Give the puppy a toy."))
        assert await ada.said("naughty dogs damaging furniture") == []
        await ada.work()
        assert "puppy" in (await ada.said("naughty dogs damaging furniture"))[0]
        assert (await ada.services.status.of(ada.actor)).jobs[0].error is None

    using(tmp_path, use, build_embedder("wordllama", EmbedderOptions(tmp_path)))


def test_a_date_in_the_question_is_understood_from_the_day_it_is_asked(tmp_path: Path) -> None:
    clock = MovedClock()
    march = clock.now().replace(month=3, day=14)
    march = march if march < clock.now() - timedelta(days=40) else march.replace(year=march.year - 1)
    months = [march.replace(month=month) for month in (1, 2, 3)]

    async def use(ada: Asked) -> None:
        talks = [
            chat(f"trip{at.month}", f"We planned trip number {at.month} by train.", "Good.", at=at) for at in months
        ]
        await ada.keep(*FILLER, *talks)
        assert "number 3" in (await ada.said("Which trip did we plan last March?"))[0]
        assert "number 1" in (await ada.said(f"Which trip did we plan in January {march.year}?"))[0]
        clock.advance(timedelta(days=400))
        newer = march.replace(year=march.year + 1)
        await ada.keep(chat("newer", "We planned trip number 9 by train.", "Good.", at=newer))
        assert "number 9" in (await ada.said("Which trip did we plan last March?"))[0]

    using(tmp_path, use, clock=clock)


def test_days_and_platforms_keep_to_what_they_say(tmp_path: Path) -> None:
    days = [datetime(2025, 5, day, 12, tzinfo=UTC) for day in (1, 2, 3)]
    chats = [chat(f"c{at.day}", f"tea on day {at.day}", at=at, platform=f"p{at.day}") for at in days]

    async def use(ada: Asked) -> None:
        await ada.keep(*chats, chat("undated", "tea on no day", at=None))

        async def found(filters: ArchiveFilters) -> set[str]:
            return {text[-1] for text in await ada.said("tea", filters=filters)}

        assert await found(ArchiveFilters()) == {"1", "2", "3", "y"}
        assert await found(ArchiveFilters(after=date(2025, 5, 2))) == {"2", "3"}
        assert await found(ArchiveFilters(before=date(2025, 5, 2))) == {"1", "2"}
        assert await found(ArchiveFilters(after=date(2025, 5, 2), before=date(2025, 5, 2))) == {"2"}
        assert await found(ArchiveFilters(platforms=frozenset({"p1", "p3", "none"}))) == {"1", "3"}
        assert await found(ArchiveFilters(platforms=frozenset())) == set()

    words_only(tmp_path, use)


def test_messages_without_a_time_have_that_of_their_chat(tmp_path: Path) -> None:
    untimed = chat("c", "tea without an hour", at=None, created_at=datetime(2025, 5, 2, tzinfo=UTC))

    async def use(ada: Asked) -> None:
        await ada.keep(untimed)
        day = ArchiveFilters(after=date(2025, 5, 2), before=date(2025, 5, 2))
        assert await ada.said("tea", filters=day) == ["tea without an hour"]
        (answer,) = await ada.services.answers.give(ada.actor, [Budgeted("tea hour")], day)
        assert answer.sources[0].date == "2025-05-02"

    words_only(tmp_path, use)


@pytest.mark.parametrize(
    ("query", "role"),
    [
        ("What did I say about the garden fence?", Role.USER),
        ("what was my opinion on the garden fence", Role.USER),
        ("What did you recommend about the garden fence?", Role.ASSISTANT),
        ("your advice on the garden fence", Role.ASSISTANT),
    ],
)
def test_the_one_who_is_meant_is_preferred(tmp_path: Path, query: str, role: Role) -> None:
    fence = chat("fence", "The garden fence is brown and old.", "The garden fence is brown and old.")

    async def use(ada: Asked) -> None:
        await ada.keep(*FILLER, fence)
        assert (await ada.ask(query)).hits[0].message.role is role

    words_only(tmp_path, use)


@pytest.mark.parametrize(("context", "around"), [(0, []), (1, [2, 4]), (2, [1, 2, 4, 5]), (50, [0, 1, 2, 4, 5, 6])])
def test_the_turns_around_a_hit_come_with_it(tmp_path: Path, context: int, around: list[int]) -> None:
    async def use(ada: Asked) -> None:
        await ada.keep(chat("c", *(f"turn {n}" if n != 3 else "the giraffe turn" for n in range(7))), *FILLER)
        hit = (await ada.ask("giraffe", context=context)).hits[0]
        assert hit.number == 3
        assert [number for number, _ in hit.context] == around

    words_only(tmp_path, use)


def test_the_question_of_an_answer_is_shown_with_it(tmp_path: Path) -> None:
    async def use(ada: Asked) -> None:
        await ada.keep(*FILLER, chat("c", "Shall I take the red one?", "Take the giraffe one."))
        (answer,) = await ada.services.answers.give(ada.actor, [Budgeted("giraffe")], ArchiveFilters())
        assert "User: Shall I take the red one?\nAssistant: Take the giraffe one." in answer.content

    words_only(tmp_path, use)


def test_what_was_said_twice_is_shown_once(tmp_path: Path) -> None:
    twice = [chat(f"c{n}", "The giraffe eats forty leaves an hour in spring.") for n in range(6)]

    async def use(ada: Asked) -> None:
        await ada.keep(*FILLER, *twice)
        (answer,) = await ada.services.answers.give(ada.actor, [Budgeted("giraffe leaves", 2_000)], ArchiveFilters())
        assert answer.content.count("giraffe eats") == 1
        titles = [source.title for source in answer.sources]
        assert sum(not title.startswith("Chat filler") for title in titles) == 1

    words_only(tmp_path, use)


def test_a_long_turn_is_cut_to_its_sentences_about_the_question(tmp_path: Path) -> None:
    sentences = [f"Sentence {n} speaks of weather and wind." for n in range(200)]
    sentences[120] = "The giraffe of Basel is called Xindra."

    async def use(ada: Asked) -> None:
        await ada.keep(*FILLER, chat("c", "Tell me everything", " ".join(sentences)))
        asked = Budgeted("What is the giraffe of Basel called?", 200)
        (answer,) = await ada.services.answers.give(ada.actor, [asked], ArchiveFilters())
        assert sentences[120] in answer.content
        assert answer.tokens <= 200
        (line,) = [line for line in answer.content.splitlines() if "Xindra" in line]
        shown = line.removeprefix("Assistant: ").removeprefix("… ").removesuffix(" …")
        assert shown in " ".join(sentences)
        assert shown.startswith(("Sentence", "The giraffe"))
        assert shown.endswith(".")

    words_only(tmp_path, use)


def test_a_branch_that_was_left_is_not_recalled(tmp_path: Path) -> None:
    left = Message("x", Role.ASSISTANT, "The walrus answer.", is_current=False, parent_id="m0")
    kept = chat("c", "A question about giraffes?", "The giraffe answer.")
    branched = type(kept)(
        kept.platform, kept.platform_id, kept.title, kept.created_at, kept.updated_at, (*kept.messages, left)
    )

    async def use(ada: Asked) -> None:
        await ada.keep(branched)
        assert await ada.said("walrus") == []
        hit = (await ada.ask("giraffe answer", context=3)).hits[0]
        assert "walrus" not in str(hit.context)

    words_only(tmp_path, use)


def test_the_names_of_those_who_are_gone_are_forgotten(tmp_path: Path) -> None:
    async def use(ada: Asked) -> None:
        (talk,) = await ada.keep(chat("c", "I paint.", "I sing.", speakers=("Caroline", "Melanie")))
        assert (await ada.ask("What did Caroline paint?")).terms == ("paint",)
        await ada.services.history.delete(ada.actor, [talk])
        await ada.keep(*FILLER)
        assert (await ada.ask("What did Caroline paint?")).terms == ("carolin", "paint")

    words_only(tmp_path, use)


@pytest.mark.parametrize("query", ["", " \n"])
def test_an_empty_question_is_refused(tmp_path: Path, query: str) -> None:
    async def use(ada: Asked) -> None:
        with pytest.raises(InvalidInput):
            await ada.ask(query)

    words_only(tmp_path, use)


@pytest.mark.parametrize("query", ["?!", "the of and", "🦒", "x" * 100_000, "a b " * 30_000, "茶", "\ufeff"])
def test_an_odd_question_is_answered(tmp_path: Path, query: str) -> None:
    async def use(ada: Asked) -> None:
        await ada.keep(*FILLER)
        assert (await ada.ask(query)).confidence in {"none", "weak", "strong"}

    words_only(tmp_path, use)


def test_words_of_another_script_are_found(tmp_path: Path) -> None:
    async def use(ada: Asked) -> None:
        await ada.keep(*FILLER, chat("c", "我的自行车叫罗西南特。", "好名字。"))
        assert (await ada.said("我的自行车叫什么"))[0] == "我的自行车叫罗西南特。"

    words_only(tmp_path, use)


def test_a_thorough_recall_holds_what_a_quick_one_does(tmp_path: Path) -> None:
    async def use(ada: Asked) -> None:
        await ada.keep(*FILLER, BICYCLE)
        quick, thorough = [await ada.said("bicycle name", is_thorough=flag) for flag in (False, True)]
        assert quick[0] == thorough[0]
        assert set(quick) <= set(thorough)

    words_only(tmp_path, use)
