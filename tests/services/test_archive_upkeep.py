"""The archive when chats change, models change and the index is made again."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from archives import Asked, using

from chats import START, chat
from fakes import HashingEmbedder
from onememory.domain.conversations import Conversation, Message, Role
from onememory.ports import Vectors
from onememory.services.conversations.archive import Outcome

pytestmark = pytest.mark.usefixtures("database")

CHATS = tuple(
    chat(f"c{n}", f"I water plant number{n} on day {n}", f"Plant number{n} needs {kind} water", at=START)
    for n, kind in enumerate(["much", "little", "no"] * 10)
)
ASKED = "Plant number7 needs little water?"


async def _keep(ada: Asked) -> None:
    await ada.keep(*CHATS)
    await ada.work()


async def _best(ada: Asked) -> str:
    return (await ada.said(ASKED))[0]


def test_the_old_model_answers_until_the_new_one_is_ready(tmp_path: Path) -> None:
    old, new = HashingEmbedder("1"), HashingEmbedder("2", dimension=32)

    async def change(ada: Asked) -> None:
        assert await _best(ada) == CHATS[7].messages[1].text
        assert await ada.meaning(ASKED) == pytest.approx(1, abs=0.1)
        assert CHATS[7].messages[1].text not in new.embedded
        await ada.work()
        assert await _best(ada) == CHATS[7].messages[1].text
        assert await ada.meaning(ASKED) == pytest.approx(1, abs=0.1)
        old.is_broken = True
        assert await ada.meaning(ASKED) == pytest.approx(1, abs=0.1)
        assert await ada.there.store.check() == []

    using(tmp_path, _keep, old)
    using(tmp_path, change, new, old)


def test_chats_that_come_during_the_change_are_found_and_get_their_vectors(tmp_path: Path) -> None:
    async def change(ada: Asked) -> None:
        await ada.keep(chat("new", "My saxophone is golden.", "Polish the saxophone."))
        assert "saxophone" in (await ada.said("golden saxophone"))[0]
        await ada.work()
        assert await ada.meaning("golden saxophone") == pytest.approx(1, abs=0.1)

    using(tmp_path, _keep, HashingEmbedder("1"))
    using(tmp_path, change, HashingEmbedder("2", dimension=32), HashingEmbedder("1"))


def test_a_model_that_is_gone_leaves_the_words(tmp_path: Path) -> None:
    async def change(ada: Asked) -> None:
        assert await _best(ada) == CHATS[7].messages[1].text

    using(tmp_path, _keep, HashingEmbedder("1"))
    using(tmp_path, change, HashingEmbedder("2"))
    using(tmp_path, change)


def test_a_broken_model_stops_neither_keeping_nor_recalling(tmp_path: Path) -> None:
    model = HashingEmbedder()
    model.is_broken = True

    async def use(ada: Asked) -> None:
        await _keep(ada)
        assert await _best(ada) == CHATS[7].messages[1].text
        assert (await ada.services.status.of(ada.actor)).jobs[0].error

    using(tmp_path, use, model)


def test_vectors_of_a_text_that_has_changed_meanwhile_are_not_kept(tmp_path: Path) -> None:
    class Slow(HashingEmbedder):
        """Lets the text be replaced while it is embedded."""

        async def embed(self, texts: Sequence[str]) -> Vectors:
            if "My walrus sings." in texts:
                began.set()
                await goes_on.wait()
            return await super().embed(texts)

    began, goes_on = asyncio.Event(), asyncio.Event()

    async def use(ada: Asked) -> None:
        await ada.keep(chat("c", "My walrus sings.", "Fine."))
        working = asyncio.create_task(ada.work())
        await began.wait()
        await ada.keep(chat("c", "My giraffe dances.", "Fine."))
        goes_on.set()
        await working
        assert await ada.meaning("giraffe dances") == pytest.approx(1, abs=0.1)

    using(tmp_path, use, Slow())


async def _answers(ada: Asked) -> list[list[tuple[str, int, float]]]:
    queries = (ASKED, "plants without water", "What did I water?", "day 12", "saxophone")
    found = [await ada.ask(query) for query in queries]
    return [[(hit.conversation.id, hit.number, hit.score) for hit in each.hits] for each in found]


@pytest.mark.parametrize("embedders", [(), (HashingEmbedder(),)])
def test_a_rebuilt_index_gives_the_same_answers(tmp_path: Path, embedders: tuple[HashingEmbedder, ...]) -> None:
    picture = Message("p", Role.USER, "", START, attachments=("garden.png",))
    with_picture = replace(CHATS[0], platform_id="p", messages=(*CHATS[0].messages, picture))
    steps: list[tuple[int, int]] = []

    async def on_progress(done: int, total: int) -> None:
        steps.append((done, total))

    async def use(ada: Asked) -> None:
        await ada.keep(with_picture)
        await _keep(ada)
        before = await _answers(ada)
        await ada.services.rebuild.run(ada.actor.scope, on_progress)
        after = await _answers(ada)
        assert [[hit[:2] for hit in hits] for hits in after] == [[hit[:2] for hit in hits] for hits in before]
        for new, old in zip(after, before, strict=True):
            np.testing.assert_allclose([hit[2] for hit in new], [hit[2] for hit in old], atol=1e-3)
        assert (len(CHATS) + 1, len(CHATS) + 1) in steps
        assert await ada.there.store.check() == []

    using(tmp_path, use, *embedders)


def test_a_rebuilt_index_leaves_out_what_was_excluded_and_deleted(tmp_path: Path) -> None:
    async def use(ada: Asked) -> None:
        ids = await ada.keep(*CHATS)
        await ada.services.history.exclude(ada.actor, ids[:1])
        await ada.services.history.delete(ada.actor, ids[1:2])
        await ada.services.rebuild.run(ada.actor.scope, _ignore)
        found = {hit.conversation.id for hit in (await ada.ask("water", limit=100)).hits}
        assert found == set(ids[2:])

    using(tmp_path, use)


async def _ignore(done: int, total: int) -> None:
    assert done <= total


def test_chats_that_come_during_a_rebuild_are_kept_and_found(tmp_path: Path) -> None:
    async def use(ada: Asked) -> None:
        await _keep(ada)
        extra = [chat(f"new{n}", f"My saxophone number{n} is golden.") for n in range(5)]

        async def on_progress(done: int, total: int) -> None:
            if extra and done <= total:
                await ada.keep(extra.pop())

        await ada.services.rebuild.run(ada.actor.scope, on_progress)
        assert len(await ada.said("saxophone")) == 5 - len(extra) > 0
        assert len(await ada.said("water", limit=100)) == 2 * len(CHATS)

    using(tmp_path, use)


def test_a_chat_of_many_changes_is_found_by_its_last_words_only(tmp_path: Path) -> None:
    async def use(ada: Asked) -> None:
        for n in range(40):
            await ada.keep(chat("c", f"My word is word{n}x.", "Fine."))
        await ada.work()
        assert await ada.said("word39x", limit=100) == ["My word is word39x.", "Fine."]
        assert (await ada.ask("word38x")).frequencies == {"word38x": 0}

    using(tmp_path, use, HashingEmbedder())


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        (CHATS[0], Outcome.UNCHANGED),
        (replace(CHATS[0], updated_at=None, created_at=None, project="Garden"), Outcome.UNCHANGED),
        (replace(CHATS[0], title="Other"), Outcome.UPDATED),
        (replace(CHATS[0], messages=CHATS[0].messages[:1]), Outcome.UPDATED),
        (replace(CHATS[0], messages=(*CHATS[0].messages, Message("x", Role.USER, "x"))), Outcome.UPDATED),
        (replace(CHATS[0], platform_id="other"), Outcome.NEW),
        (replace(CHATS[0], platform="claude"), Outcome.NEW),
    ],
)
def test_a_chat_is_known_again_and_what_has_changed_is_seen(
    tmp_path: Path, changed: Conversation, outcome: Outcome
) -> None:
    async def use(ada: Asked) -> None:
        await ada.keep(CHATS[0])
        (kept,) = await ada.services.archive.keep(ada.actor.scope, [changed])
        assert kept.outcome is outcome

    using(tmp_path, use)


def test_many_small_imports_answer_as_one_great_one(tmp_path: Path) -> None:
    async def one(ada: Asked) -> None:
        await ada.keep(*CHATS)
        answers.append([[(n, round(s, 3)) for _, n, s in hits] for hits in await _answers(ada)])

    async def many(ada: Asked) -> None:
        for each in CHATS:
            await ada.keep(each)
        for _ in range(2):
            answers.append([[(n, round(s, 3)) for _, n, s in hits] for hits in await _answers(ada)])
            await ada.work()

    answers: list[object] = []
    using(tmp_path / "one", one)
    using(tmp_path / "many", many)
    assert answers[0] == answers[1] == answers[2]
