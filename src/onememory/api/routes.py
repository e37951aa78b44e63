"""The only list of paths. The first ten and their ids are the contract's; the others are ours, in the same style."""

from onememory.api import (
    accounts,
    buckets,
    details,
    history,
    links,
    memories,
    memory_tool,
    recall,
    review,
    search,
    transfers,
    wire,
)
from onememory.api.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
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
        "POST", "/api/memory-tool", memory_tool.run_memory_tool, "RunMemoryTool",
        "Run a command of Anthropic's memory tool",
        takes=memory_tool.MemoryToolCommand, answers=memory_tool.MemoryToolResult,
    ),
    Operation(
        "GET", "/api/inbox", review.list_inbox, "ListInbox",
        "List what waits for review: memories and proposed changes",
        takes=review.ListPart, answers=review.Waiting,
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
        "PATCH", "/api/buckets/{bucketId}", buckets.change_bucket, "ChangeBucket", "Rename or describe a bucket",
        takes=buckets.ChangeBucket, answers=wire.BucketBody,
    ),
    Operation(
        "DELETE", "/api/buckets/{bucketId}", buckets.delete_bucket, "DeleteBucket",
        "Delete a bucket; its memories go to another bucket or to the trash",
        takes=buckets.DeleteBucket, answers=buckets.BucketDeleted,
    ),
    Operation(
        "GET", "/api/account", accounts.get_account, "GetAccount", "Get the account", answers=accounts.AccountBody,
    ),
    Operation(
        "PUT", "/api/account/password", accounts.set_password, "SetPassword", "Set the account's password",
        takes=accounts.NewPassword, answers=wire.Message,
    ),
    Operation(
        "GET", "/api/tokens", accounts.list_tokens, "ListTokens", "List the tokens", answers=list[accounts.TokenBody],
    ),
    Operation(
        "POST", "/api/tokens", accounts.create_token, "CreateToken", "Make a token",
        takes=accounts.NewToken, answers=accounts.TokenCreated,
    ),
    Operation(
        "DELETE", "/api/tokens/{tokenId}", accounts.revoke_token, "RevokeToken", "Make a token useless",
        takes=accounts.OneToken, answers=wire.Message,
    ),
    Operation("GET", "/api/users", accounts.list_users, "ListUsers", "List the users", answers=list[accounts.UserBody]),
    Operation(
        "POST", "/api/users", accounts.create_user, "CreateUser", "Make a user",
        takes=accounts.NewUser, answers=accounts.UserBody,
    ),
    Operation(
        "GET", "/api/audit", accounts.list_audit, "ListAudit", "List who read or wrote what",
        takes=accounts.ListAudit, answers=list[accounts.AuditBody],
    ),
    Operation(
        "POST", "/api/chat-history/inject", recall.inject, "ChatHistoryInject",
        "Recall passages of past chats, cited and cut to a budget",
        takes=recall.Inject, answers=recall.Injected, is_published=True,
    ),
    Operation(
        "POST", "/api/chat-history/search", recall.search_history, "SearchChatHistory", "Find messages of past chats",
        takes=recall.SearchHistory, answers=recall.HistoryFound, is_published=True,
    ),
    Operation(
        "POST", "/api/chat-history/ingest/custom-online", history.ingest, "IngestConversation",
        "Keep one conversation; the same id again replaces it",
        takes=history.Ingest, answers=history.Ingested, body_limit=50 * 1024 * 1024,
    ),
    Operation(
        "GET", "/api/chat-history/chats", history.list_chats, "ListConversations", "List conversations",
        takes=history.ListChats, answers=history.Chats, is_published=True,
    ),
    Operation(
        "GET", "/api/chat-history/conversation", history.read_conversation, "GetConversation", "Read a conversation",
        takes=history.ReadConversation, answers=history.ConversationBody, is_published=True,
    ),
    Operation(
        "GET", "/api/chat-history/count", history.count_conversations, "GetConversationCount",
        "Count the conversations", answers=history.Counted, is_published=True,
    ),
    Operation(
        "DELETE", "/api/chat-history/chats", history.delete_chats, "DeleteConversations",
        "Remove conversations with all that was said in them",
        takes=history.ManyChats, answers=history.ChatsDeleted, deletes_by_body=True,
    ),
    Operation(
        "POST", "/api/chat-history/exclude", history.exclude_chats, "ExcludeConversations",
        "Remove what was said and never import it again",
        takes=history.ManyChats, answers=wire.Shifted,
    ),
    Operation(
        "POST", "/api/chat-history/pin", history.pin_chats, "PinConversations", "Pin conversations",
        takes=history.ManyChats, answers=wire.Shifted,
    ),
    Operation(
        "POST", "/api/chat-history/unpin", history.unpin_chats, "UnpinConversations", "Unpin conversations",
        takes=history.ManyChats, answers=wire.Shifted,
    ),
    Operation(
        "GET", "/api/chat-history/overview", history.overview, "GetChatHistoryOverview",
        "Say how much there is of each platform", answers=list[history.Volume],
    ),
    Operation(
        "GET", "/api/chat-history/conversations/{conversationId}/summary", history.summarise,
        "GetConversationSummary", "Give the most central sentences of a conversation",
        takes=history.OneConversation, answers=history.Summary,
    ),
    Operation(
        "POST", "/api/chat-history/conversations/{conversationId}/export", links.link_conversation,
        "ExportConversation", "Make a link to a conversation as JSON, valid for 15 minutes and without a login",
        takes=history.OneConversation, answers=links.Linked,
    ),
    Operation(
        "GET", "/api/export", transfers.export_everything, "ExportEverything", "Export the account as one stream",
        takes=transfers.ExportEverything,
    ),
    Operation(
        "POST", "/api/import", transfers.import_file, "ImportFile",
        "Import chats or memories from a file, or preview it",
        takes=transfers.ImportFile, answers=transfers.ImportAnswer, takes_file=True,
    ),
    Operation(
        "GET", "/api/imports", transfers.list_imports, "ListImports", "List imports of chats, newest first",
        answers=list[transfers.ImportAnswer],
    ),
    Operation(
        "GET", "/api/imports/{importId}", transfers.get_import, "GetImport", "Say how far an import of chats is",
        takes=transfers.OneImport, answers=transfers.ImportAnswer,
    ),
)  # fmt: skip
