"""What the use cases need from outside, as small protocols written for the use case and not for the vendor."""

from onememory.ports.outside import Clock, Embedder, Embedders, TokenCounter
from onememory.ports.rows import (
    EVERYTHING,
    AuditQuery,
    AuditRows,
    BucketRows,
    JobRows,
    MemoryQuery,
    MemoryRows,
    Place,
    TokenRows,
    UserQuery,
)
from onememory.ports.search import IndexEntry, Nominated, Probe, SearchIndex
from onememory.ports.store import Directory, Store, Transaction
from onememory.retrieval.vectors import Vectors

__all__ = [
    "EVERYTHING",
    "AuditQuery",
    "AuditRows",
    "BucketRows",
    "Clock",
    "Directory",
    "Embedder",
    "Embedders",
    "IndexEntry",
    "JobRows",
    "MemoryQuery",
    "MemoryRows",
    "Nominated",
    "Place",
    "Probe",
    "SearchIndex",
    "Store",
    "TokenCounter",
    "TokenRows",
    "Transaction",
    "UserQuery",
    "Vectors",
]
