"""What has been noted and not yet written survives a database that is away for a while."""

import asyncio
from pathlib import Path

import pytest

from databases import PostgresServer, other_server
from onememory.domain.actors import Actor
from onememory.domain.errors import Unavailable
from onememory.domain.provenance import Channel
from onememory.domain.questions import QuestionQuery
from onememory.services.finding.recall import RecallAsk
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from servers import Installation, installed


async def _noted(there: Installation) -> Actor:
    user = await there.services.accounts.add_user("ada")
    ada = Actor(user.id, Channel.API, EVERYTHING_ALLOWED)
    await there.services.recall.find(ada, RecallAsk("tea"))
    return ada


async def _refused(there: Installation, server: PostgresServer) -> None:
    server.halt()
    for flush in (there.services.audit.flush, there.services.asked.flush):
        with pytest.raises(Unavailable):
            await flush()
    server.start()


@pytest.mark.postgresql
def test_reads_and_questions_are_written_once_the_database_is_back(data: Path) -> None:
    async def use(server: PostgresServer) -> None:
        async with installed(data, {"database_url": server.url("postgres")}) as there:
            ada = await _noted(there)
            await _refused(there, server)
            for _ in range(2):
                await there.services.audit.flush()
                await there.services.asked.flush()

            acts = [entry.action for entry in await there.services.audit.newest(ada, 99, 0)]
            assert acts == ["history.recall"]
            assert [q.text for q in await there.services.questions.newest(ada, QuestionQuery(), 9)] == ["tea"]

    with other_server() as server:
        asyncio.run(use(server))


def test_what_was_written_without_an_answer_is_not_written_twice(data: Path) -> None:
    async def use() -> None:
        async with installed(data) as there:
            ada = await _noted(there)
            await there.services.audit.flush()
            entries = await there.services.audit.newest(ada, 99, 0)
            await there.store.write(ada.scope, lambda tx: tx.audit.add(entries))
            assert await there.services.audit.newest(ada, 99, 0) == entries

    asyncio.run(use())
