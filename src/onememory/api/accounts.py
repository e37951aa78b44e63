"""The account and how it is doing."""

from msgspec import Struct

from onememory.api.operations import Call
from onememory.api.users import UserBody, user_body
from onememory.domain.jobs import Job, JobKind, JobState


class JobBody(Struct, rename="camel"):
    """Work in the background."""

    id: str
    kind: JobKind
    state: JobState
    done: int
    total: int
    error: str | None


class AccountBody(Struct, rename="camel"):
    """The account and how it is doing."""

    user: UserBody
    memories: int
    inbox: int
    proposals: int
    trash: int
    buckets: int
    model: str
    answering_model: str | None
    without_vector: int
    bytes_on_disk: int
    jobs: list[JobBody]


def job_body(job: Job) -> JobBody:
    """A job as JSON."""
    return JobBody(job.id, job.kind, job.state, job.done, job.total, job.error)


async def get_account(call: Call, given: object) -> AccountBody:
    """Get the account and how it is doing."""
    user = await call.services.accounts.user(call.actor)
    status = await call.services.status.of(call.actor)
    return AccountBody(
        user=user_body(user),
        memories=status.memories,
        inbox=status.inbox,
        proposals=status.proposals,
        trash=status.trash,
        buckets=status.buckets,
        model=status.model,
        answering_model=status.answering_model,
        without_vector=status.without_vector,
        bytes_on_disk=status.bytes_on_disk,
        jobs=[job_body(job) for job in status.jobs],
    )
