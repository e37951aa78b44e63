"""Moments as they are written in forms and addresses: what comes later is not decided on unseen."""

from datetime import UTC, datetime

from onememory.web.forms.numbers import number_of


def stamp_of(moment: datetime) -> str:
    """The moment in milliseconds."""
    return str(int(moment.timestamp() * 1000))


def moment_of(stamp: str) -> datetime | None:
    """The moment; none where the text is something else."""
    milliseconds = number_of(stamp, digits=13)
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
