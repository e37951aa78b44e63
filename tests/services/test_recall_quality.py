"""A guard on how well recall does, on one conversation; bench/recall.py holds the measurement."""

from pathlib import Path

import pytest
from archives import Asked, using
from bench.recall import LOCOMO, talks

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.skipif(not LOCOMO.exists(), reason="the development set is not beside the checkout")
def test_three_quarters_of_the_evidence_are_among_the_first_ten_by_words_alone(tmp_path: Path) -> None:
    talk = talks()[0]
    shares: list[float] = []

    async def use(ada: Asked) -> None:
        await ada.keep(*talk.sessions)
        await ada.work()
        for question, evidence in talk.questions:
            found = {hit.message.id for hit in (await ada.ask(question, limit=10)).hits}
            shares.append(len(found & evidence) / len(evidence))

    using(tmp_path, use)
    assert len(shares) > 100
    assert sum(shares) / len(shares) >= 0.75
