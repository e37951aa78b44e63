"""The sums in the accounts of imports."""

from collections.abc import Sequence
from datetime import datetime

from onememory.domain.conversations import Conversation, MemorySuggestion, Skipped
from onememory.domain.imports import SHOWN, SKIPPED_KEPT, SUGGESTIONS_KEPT, ImportAccount
from onememory.services.conversations.archive import Kept, Outcome
from onememory.services.transfers.imports import ImportReport

TOKEN_LIMIT = 100_000  # of one conversation that is sent by itself
EXCLUDED = "It was excluded from the archive before."
NO_CHATS = "It holds no chats of a known form."
TOO_LONG = f"It has more than {TOKEN_LIMIT:,} tokens."


def count(report: ImportAccount, conversations: Sequence[Conversation]) -> None:
    """Add what these conversations hold."""
    for conversation in conversations:
        report.read += 1
        report.platforms[conversation.platform] = report.platforms.get(conversation.platform, 0) + 1
        report.messages += sum(m.is_current for m in conversation.messages)
        times = [m.created_at for m in conversation.messages if m.created_at]
        times += [t for t in (conversation.created_at, conversation.updated_at) if t]
        report.first = _earliest([report.first, *times])
        report.last = max([t for t in (report.last, *times) if t], default=None)


def suggest(report: ImportAccount, suggestions: Sequence[MemorySuggestion]) -> None:
    """Add texts that may be worth a memory."""
    report.suggestions += suggestions[: SUGGESTIONS_KEPT - len(report.suggestions)]


def close(report: ImportAccount, file_name: str) -> None:
    """Say so where nothing was found."""
    if not (report.read or report.suggestions or report.skipped):
        skip(report, [Skipped(file_name, NO_CHATS)])


def skip(report: ImportAccount, skipped: Sequence[Skipped]) -> None:
    """Add what was not taken."""
    report.skipped += skipped[: SKIPPED_KEPT - len(report.skipped)]


def _earliest(times: list[datetime | None]) -> datetime | None:
    return min([t for t in times if t], default=None)


def judge(report: ImportAccount, kept: Sequence[Kept], conversations: Sequence[Conversation]) -> None:
    """Add what became of these conversations."""
    for each, conversation in zip(kept, conversations, strict=True):
        report.secrets += each.secrets
        match each.outcome:
            case Outcome.NEW:
                report.new += 1
            case Outcome.UPDATED:
                report.updated += 1
            case Outcome.UNCHANGED:
                report.unchanged += 1
            case Outcome.EXCLUDED:
                skip(report, [Skipped(conversation.title, EXCLUDED)])
            case Outcome.TOO_LONG:
                skip(report, [Skipped(conversation.title, TOO_LONG)])


def account_of(report: ImportReport) -> ImportAccount:
    """What became of memories, as the records of imports keep it."""
    skipped = [Skipped(f"no. {p.position}" if p.position else "", p.reason) for p in report.problems[:SKIPPED_KEPT]]
    return ImportAccount(
        platforms={report.format: report.read},
        read=report.read,
        new=report.new,
        unchanged=report.unchanged,
        repeated=report.repeated,
        chats=report.chats.new,
        labels=list(report.labels),
        skipped=skipped,
        expected=report.read,
        shown=[item.text for item in report.shown[:SHOWN]],
        new_buckets=list(report.new_buckets),
    )
