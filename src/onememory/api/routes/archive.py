"""Past chats, and everything in and out."""

from onememory.api import (
    conversations,
    history,
    imports,
    links,
    recall,
    transfers,
    wire,
)
from onememory.api.operations import Operation

ARCHIVE: tuple[Operation, ...] = (
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
        "GET", "/api/chat-history/projects", conversations.list_projects, "ListProjects",
        "List the projects of conversations", answers=list[conversations.ProjectBody],
    ),
    Operation(
        "GET", "/api/chat-history/conversations", conversations.find_conversations, "FindConversations",
        "Find conversations by words of their titles or of what was said",
        takes=conversations.FindConversations, answers=conversations.FoundChats,
    ),
    Operation(
        "GET", "/api/chat-history/conversations/{conversationId}/messages", conversations.read_messages,
        "ReadMessages", "Read part of a conversation, along any of its branches, and look for words in it",
        takes=conversations.ReadMessages, answers=conversations.MessagesPart,
    ),
    Operation(
        "GET", "/api/chat-history/conversations/{conversationId}/memories", conversations.list_made_memories,
        "ListMadeMemories", "List the memories that were made from a conversation",
        takes=history.OneConversation, answers=conversations.MadeMemories,
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
        "GET", "/api/imports", transfers.list_imports, "ListImports", "List imports, newest first",
        takes=transfers.ListImports, answers=list[transfers.ImportAnswer],
    ),
    Operation(
        "GET", "/api/imports/{importId}", transfers.get_import, "GetImport", "Say how far an import is",
        takes=transfers.OneImport, answers=transfers.ImportAnswer,
    ),
    Operation(
        "POST", "/api/imports/{importId}/start", imports.start_import, "StartImport", "Import a file that is held",
        takes=imports.StartImport, answers=transfers.ImportAnswer,
    ),
    Operation(
        "POST", "/api/imports/{importId}/stop", imports.stop_import, "StopImport",
        "Drop a file that waits, or stop an import of chats",
        takes=transfers.OneImport, answers=imports.Stopped,
    ),
    Operation(
        "POST", "/api/imports/{importId}/undo", imports.undo_import, "UndoImport", "Take away what an import brought",
        takes=transfers.OneImport, answers=transfers.ImportAnswer,
    ),
    Operation(
        "POST", "/api/imports/{importId}/suggestions", imports.take_suggestions, "TakeSuggestions",
        "Keep what an import suggests as memories",
        takes=imports.TakeSuggestions, answers=imports.SuggestionsTaken,
    ),
)  # fmt: skip
