"""Questions that were noted and are written a moment later."""

import asyncio
from pathlib import Path

import pytest

from onememory.domain.actors import Actor
from onememory.domain.provenance import Channel
from onememory.domain.questions import QuestionQuery
from onememory.services.finding.recall import RecallAsk
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from servers import installed

pytestmark = pytest.mark.usefixtures("database")


def test_questions_of_an_account_that_is_gone_keep_nobody_elses_from_being_written(tmp_path: Path) -> None:
    async def use() -> None:
        async with installed(tmp_path) as there:
            user = await there.services.accounts.add_user("ada")
            ada = Actor(user.id, Channel.API, EVERYTHING_ALLOWED)
            for user_id in ("ugone", user.id):
                actor = Actor(user_id, Channel.MCP, EVERYTHING_ALLOWED)
                await there.services.recall.find(actor, RecallAsk("tea"))
            await there.services.asked.flush()

            (question,) = await there.services.questions.newest(ada, QuestionQuery(), 9)
            assert question.text == "tea"

    asyncio.run(use())
