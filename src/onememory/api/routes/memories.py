"""Memories and buckets: the contract's operations first, under its ids; ours in the same style."""

from onememory.api import (
    browsing,
    buckets,
    details,
    memories,
    memory_tool,
    review,
    search,
    wire,
)
from onememory.api.operations import Operation

MEMORIES: tuple[Operation, ...] = (
    Operation(
        "POST", "/api/memory", memories.add_memory, "AddNewMemory", "Store a new memory",
        takes=wire.NewMemory, answers=wire.Stored, is_published=True,
    ),
    Operation(
        "GET", "/api/v2/memory", memories.list_memories_and_buckets, "GetMemoriesAndBuckets",
        "Find or list memories, with every bucket beside them",
        takes=memories.ListMemoriesAndBuckets, answers=wire.MemoriesAndBuckets, is_published=True,
    ),
    Operation(
        "GET", "/api/memory", memories.list_memories, "GetMemories", "Find or list memories",
        takes=memories.ListMemories, answers=wire.MemoryList | list[str], is_published=True,
    ),
    Operation(
        "POST", "/api/v2/memory/update", memories.update_memory, "UpdateMemory",
        "Edit or move one memory, or move up to 100",
        takes=memories.UpdateMemory, answers=memories.Updated, is_published=True,
    ),
    Operation(
        "POST", "/api/memories/bulk-delete", memories.bulk_delete_memories, "BulkDeleteMemories",
        "Put many memories into the trash",
        takes=memories.ManyIds, answers=memories.Deleted, is_published=True,
    ),
    Operation(
        "GET", "/api/buckets", buckets.list_buckets, "ListBuckets", "List the buckets",
        takes=buckets.ListBuckets, answers=list[wire.BucketBody], is_published=True,
    ),
    Operation(
        "POST", "/api/buckets", buckets.create_bucket, "CreateBucket", "Make a bucket",
        takes=buckets.NewBucket, answers=buckets.BucketCreated, is_published=True,
    ),
    Operation(
        "GET", "/api/search", search.search_memories, "SearchMemories",
        "Find memories by words and meaning, with reasons and confidence",
        takes=search.SearchMemories, answers=search.SearchAnswer, is_published=True,
    ),
    Operation(
        "POST", "/api/memories", memories.add_memory, "AddMemoryToo", "Store a new memory, as some scripts call it",
        takes=wire.NewMemory, answers=wire.Stored,
    ),
    Operation(
        "GET", "/api/memories", browsing.browse_memories, "BrowseMemories",
        "List memories with every filter, newest first, part by part",
        takes=browsing.BrowseMemories, answers=browsing.MemoryPart,
    ),
    Operation(
        "GET", "/api/memories/sources", browsing.list_sources, "ListSources", "List the clients that wrote memories",
        answers=browsing.Sources,
    ),
    Operation(
        "POST", "/api/memories/export", browsing.export_memories, "ExportMemories",
        "Export the memories that are named as one file", takes=browsing.ExportMemories,
    ),
    Operation(
        "POST", "/api/memories/undo", browsing.undo_changes, "UndoChanges",
        "Take back the caller's own last change of each memory",
        takes=browsing.UndoChanges, answers=browsing.Undone,
    ),
    Operation(
        "POST", "/api/memories/erase", browsing.erase_memories, "EraseMemories",
        "Erase for good memories that are in the trash",
        takes=browsing.ChosenMemories, answers=wire.Shifted,
    ),
    Operation("DELETE", "/api/memories", memories.delete_nothing, "DeleteNothing", "Says that an id is required"),
    Operation("DELETE", "/api/memories/", memories.delete_nothing, "DeleteNothingToo", "Says that an id is required"),
    Operation(
        "POST", "/api/memories/bulk", details.add_many, "AddManyMemories",
        "Store up to 1,000 memories; each succeeds or fails by itself",
        takes=details.ManyMemories, answers=details.ManyStored,
    ),
    Operation(
        "POST", "/api/memories/restore", review.restore_memories, "RestoreMemories", "Take memories out of the trash",
        takes=memories.ManyIds, answers=review.Restored,
    ),
    Operation(
        "POST", "/api/memories/purge", review.purge_memories, "PurgeMemories",
        "Take away everything of one origin or time",
        takes=review.Purge, answers=review.Purged,
    ),
    Operation(
        "GET", "/api/memories/as-of", details.list_as_of, "ListMemoriesAsOf", "List what was known at a moment",
        takes=details.AsOf, answers=details.PastMemories,
    ),
    Operation(
        "DELETE", "/api/memories/{memoryId}", memories.delete_memory, "DeleteMemory", "Put one memory into the trash",
        takes=memories.DeleteOne, answers=wire.Requested, is_published=True,
    ),
    Operation(
        "GET", "/api/memories/{memoryId}", details.get_memory, "GetMemory", "Get one memory in full",
        takes=details.OneMemory, answers=details.MemoryDetails,
    ),
    Operation(
        "GET", "/api/memories/{memoryId}/versions", details.list_versions, "ListVersions",
        "List a memory's versions with what changed",
        takes=details.OneMemory, answers=details.Versions,
    ),
    Operation(
        "GET", "/api/memories/{memoryId}/duplicates", browsing.list_duplicates, "ListDuplicates",
        "List the memories that say what this one says",
        takes=details.OneMemory, answers=browsing.Duplicates,
    ),
    Operation(
        "POST", "/api/memories/{memoryId}/versions/{number}/redact", details.redact_version, "RedactVersion",
        "Remove an old version's text for good",
        takes=details.OneVersion, answers=details.Redacted,
    ),
    Operation(
        "POST", "/api/memories/{memoryId}/restore", review.restore_memory, "RestoreMemory",
        "Take one memory out of the trash",
        takes=review.OneShifted, answers=wire.Requested,
    ),
    Operation(
        "GET", "/api/trash", review.list_trash, "ListTrash", "List the trash",
        takes=review.ListPart, answers=review.Trash,
    ),
    Operation(
        "DELETE", "/api/trash", browsing.empty_trash, "EmptyTrash", "Erase all that is in the trash",
        takes=browsing.EmptyTrash, answers=browsing.Emptied,
    ),
    Operation(
        "POST", "/api/memory-tool", memory_tool.run_memory_tool, "RunMemoryTool",
        "Run a command of Anthropic's memory tool",
        takes=memory_tool.MemoryToolCommand, answers=memory_tool.MemoryToolResult,
    ),
    Operation(
        "GET", "/api/inbox", review.list_inbox, "ListInbox",
        "List what waits for review: memories and proposed changes",
        takes=review.ListInbox, answers=review.Waiting,
    ),
    Operation(
        "POST", "/api/inbox/approve", review.approve, "ApproveMemories",
        "Let memories of the inbox be recalled, and make proposed changes",
        takes=review.Review, answers=review.Reviewed,
    ),
    Operation(
        "POST", "/api/inbox/reject", review.reject, "RejectMemories",
        "Put memories of the inbox into the trash, and drop proposed changes",
        takes=review.Review, answers=review.Reviewed,
    ),
    Operation(
        "GET", "/api/inbox/senders", review.list_senders, "ListSenders", "List who wrote how much of what waits",
        answers=list[review.SenderBody],
    ),
    Operation(
        "POST", "/api/inbox/approve-all", review.approve_all, "ApproveAll",
        "Approve all that waits, or all of one sender", takes=review.ApproveAll, answers=review.SweptBody,
    ),
    Operation(
        "POST", "/api/inbox/reject-all", review.reject_all, "RejectAll",
        "Reject all that waits, or all of one sender", takes=review.Sweep, answers=review.SweptBody,
    ),
    Operation(
        "POST", "/api/inbox/{itemId}/approve", review.approve_corrected, "ApproveCorrected",
        "Approve a memory or a proposed edit with another text", takes=review.Corrected, answers=details.MemoryDetails,
    ),
    Operation(
        "PATCH", "/api/buckets/{bucketId}", buckets.change_bucket, "ChangeBucket", "Rename or describe a bucket",
        takes=buckets.ChangeBucket, answers=wire.BucketBody,
    ),
    Operation(
        "DELETE", "/api/buckets/{bucketId}", buckets.delete_bucket, "DeleteBucket",
        "Delete a bucket; its memories go to another bucket or to the trash",
        takes=buckets.DeleteBucket, answers=buckets.BucketDeleted,
    ),
)  # fmt: skip
