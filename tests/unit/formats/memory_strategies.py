"""Domain objects for property tests, as they could stand in a store."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from onememory.domain.buckets import GENERAL, Bucket
from onememory.domain.memories import Change, ContentType, Memory, MemoryState, Version
from onememory.domain.provenance import Channel, Provenance, Trust

NOW = datetime(2026, 3, 4, 5, 6, 7, 890_000, tzinfo=UTC)
ORIGIN = Provenance(Channel.API, Trust.STATED)

storable = st.characters(codec="utf-8", exclude_characters="\x00")
texts = st.text(storable, max_size=40).map(lambda text: text + "x")
names = st.none() | st.text(storable, max_size=10)
ids = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=26, max_size=26)
moments = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
origins = st.builds(
    Provenance,
    st.sampled_from(Channel),
    st.sampled_from(Trust),
    names,
    names,
    names,
    names,
    st.lists(ids, max_size=2).map(tuple),
)


def memory(text: str, *, about: date | None = None, source: str | None = None, created_at: datetime = NOW) -> Memory:
    origin = Provenance(Channel.API, Trust.STATED, source=source)
    return Memory("m1", 7, text, ContentType.TEXT, MemoryState.ACTIVE, about, created_at, NOW, 1, origin)


def general(bucket_id: int = 7) -> Bucket:
    return Bucket(bucket_id, GENERAL, None, is_general=True, created_at=NOW)


@st.composite
def memories_with_versions(draw: st.DrawFn) -> tuple[Memory, tuple[Version, ...]]:
    memory_id, bucket_id = draw(ids), draw(st.sampled_from([7, 8]))
    numbers = range(1, draw(st.integers(1, 3)) + 1)
    versions = tuple(draw(_versions(memory_id, number)) for number in numbers)
    present = st.builds(
        Memory,
        id=st.just(memory_id),
        bucket_id=st.just(bucket_id),
        text=texts,
        about=st.none() | st.dates(),
        created_at=moments,
        updated_at=moments,
        version=st.just(numbers[-1]),
        provenance=origins,
        supersedes=st.none() | ids,
        superseded_by=st.none() | ids,
        merged_into=st.none() | ids,
    )
    return draw(present), versions


def _versions(memory_id: str, number: int) -> st.SearchStrategy[Version]:
    return st.builds(
        Version,
        memory_id=st.just(memory_id),
        number=st.just(number),
        change=st.sampled_from(Change),
        text=st.none() | texts,
        bucket_id=st.integers(1, 2**31),
        at=moments,
        provenance=origins,
        redacted_at=st.none() | moments,
    )
