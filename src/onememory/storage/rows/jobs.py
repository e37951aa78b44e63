"""Jobs as rows."""

from onememory.domain.jobs import Job, JobKind, JobState
from onememory.storage.scoped import Row, Scoped, from_ms, optional_ms, optional_time, to_ms

JOB_COLUMNS = "job_id, user_id, kind, state, run_at, claimed_at, attempts, done, total, error"


class JobTable:
    """The jobs of one user; implements the port JobRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def enqueue(self, job: Job) -> None:
        """Insert, unless a job of this kind waits already."""
        self._db.rows(
            f"INSERT INTO jobs ({JOB_COLUMNS}) VALUES (:job_id, :user_id, :kind, :state, :run_at, :claimed_at, "
            ":attempts, :done, :total, :error) "
            "ON CONFLICT (user_id, kind) WHERE state = 'waiting' DO NOTHING",
            kind=job.kind,
            **_values(job),
        )

    def update(self, job: Job) -> None:
        """Replace state, progress and error; a job that would wait beside another of its kind is dropped."""
        self._db.rows(
            "DELETE FROM jobs WHERE user_id = :user_id AND kind = :kind AND state = 'waiting' "
            "AND :state = 'waiting' AND job_id <> :job_id",
            job_id=job.id,
            kind=job.kind,
            state=job.state,
        )
        self._db.rows(
            "UPDATE jobs SET state = :state, run_at = :run_at, claimed_at = :claimed_at, attempts = :attempts, "
            "done = :done, total = :total, error = :error WHERE user_id = :user_id AND job_id = :job_id",
            **_values(job),
        )

    def newest(self, limit: int) -> list[Job]:
        """Newest first."""
        sql = f"SELECT {JOB_COLUMNS} FROM jobs WHERE user_id = :user_id ORDER BY job_id DESC LIMIT :limit"
        return [job_of(row) for row in self._db.rows(sql, limit=limit)]


def job_of(row: Row) -> Job:
    """The job in a row of JOB_COLUMNS."""
    job_id, user_id, kind, state, run_at, claimed_at, attempts, done, total, error = row
    times = from_ms(run_at), optional_time(claimed_at)
    return Job(job_id, user_id, JobKind(kind), JobState(state), *times, attempts, done, total, error)


def _values(job: Job) -> dict[str, object]:
    return {
        "job_id": job.id,
        "state": job.state,
        "run_at": to_ms(job.run_at),
        "claimed_at": optional_ms(job.claimed_at),
        "attempts": job.attempts,
        "done": job.done,
        "total": job.total,
        "error": job.error,
    }
