"""The REST and MCP contracts as a list of promises; each has at least one test, which names it.

`source` is a passage of the contract, word for word. Images have no promise here before they exist.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """One promise."""

    id: str
    promise: str
    source: str


def _rest(id_: str, promise: str, source: str) -> Requirement:
    return Requirement(f"rest:{id_}", promise, source)


def _mcp(id_: str, promise: str, source: str) -> Requirement:
    return Requirement(f"mcp:{id_}", promise, source)


GENERAL = (
    _rest("token", "Every operation needs a bearer token; 401 without.", "Missing or wrong token: 401."),
    _rest("errors:body", "Every failure answers `error` with a sentence.", 'Errors: JSON `{"error":'),
    _rest("errors:status", "Failures have the contract's status codes.", "400 bad request, 401 unauthorised, 404 not"),
    _rest("errors:own-shape", "No framework's error shape, no stack trace.", "never a framework's own error shape"),
    _rest("unknown-fields", "Unknown query and body fields are ignored.", "Unknown query and body fields are ignored"),
    _rest("bucket-id-forms", "`bucketId` may be a digit string.", "`bucketId` is accepted as integer or digit string."),
    _rest("boolean-forms", "Booleans may be true, 1, True.", 'Booleans as `true`, `1`, `"true"`, `True`.'),
    _rest("ids", "Ids are URL-safe strings.", "Ids are opaque, URL-safe strings."),
    _rest("request-id", "Every response carries `x-request-id`.", "Every response carries `x-request-id`."),
    _rest("rates:off", "No rate limit by default.", "Rate limits are off by default"),
    _rest("rates:retry-after", "429 says when to come back.", "429 with `Retry-After`"),
    _rest("text-limit", "Over 20,000 characters is a 413.", "at most 20,000 characters (a setting), more is 413."),
    _rest("chatgpt-size", "`source=chatgpt` gets under 100,000 characters.", "stays under 100,000 characters"),
)
OPENAPI = (
    _rest("openapi:version", "/openapi.json is OpenAPI 3.1.", "`/openapi.json` is OpenAPI 3.1"),
    _rest("openapi:operation-ids", "It has the named operationIds.", "the operationIds named below"),
    _rest("openapi:consequential", "No operation is consequential.", "`x-openai-isConsequential: false`"),
    _rest("openapi:servers", "`servers` is the public URL.", "`servers` = this installation's public URL"),
    _rest("openapi:limits", "It keeps the limits of GPT Actions.", "endpoint descriptions"),
    _rest("openapi:full", "Every operation is in /openapi-full.json.", "Every operation, ours included"),
)
MEMORIES = (
    _rest("memory:add", "Storing answers done, memoryId and dbId.", "plus `dbId` = memoryId (older clients read it)"),
    _rest("memory:add:text", "`text` is required.", "body `text` string required; `bucketId` int; `source` string"),
    _rest("memory:add:bucket", "`bucketId` chooses the bucket, General without.", "body `text` string required"),
    _rest(
        "memory:seed", "The client of the seed page works unchanged.", "`seed/create-memory.openapi.md` is the official"
    ),
    _rest(
        "memory:list:v2", "By default an object of Memory objects.", '**Decision** `v=2` (default): `{"data":[Memory'
    ),
    _rest("memory:list:v1", "`v=1` answers an array of strings.", "`v=1`: array of strings"),
    _rest("memory:list:query", "A query answers the 5 most relevant.", "`query` string (5 most relevant)"),
    _rest("memory:both:strings", "Text memories are bare strings by default.", "a text memory is a bare string unless"),
    _rest(
        "memory:both:objects",
        "Objects with includeIds or an explicit v=2.",
        "`includeIds=true` or the client sent `v=2`",
    ),
    _rest("memory:both:buckets", "Buckets are listed with integer ids.", 'serve there `{"id":int,"name","memoryCount"'),
    _rest("memory:both:filters", "bucketId and contentType filter.", "`contentType` `text`/`image` · `source`"),
    _rest("memory:both:count", "A query answers `count` memories.", "(v1 answers 5, v2 `count`)"),
    _rest("memory:update:one", "Text or bucket of one memory.", "at least one of `text`, `bucketId`, `bucketName`"),
    _rest("memory:update:version", "Editing re-embeds and appends a version.", "re-embeds and appends a version"),
    _rest("memory:update:bulk", "Up to 100 memories can be moved.", "bulk: `memoryIds[]` (<= 100) + `bucketId` or"),
    _rest(
        "memory:update:all-or-nothing", "One unknown id moves none.", "bulk is all or nothing: 404 with `rejectedIds`"
    ),
    _rest("memory:delete", "Deleting answers a message.", '`{"message":"Memory deleted"}`; 404 unknown; 400'),
    _rest("memory:delete:no-id", "Deleting without an id is a 400.", "400 `Memory ID is required`"),
    _rest("memory:bulk-delete", "Bulk delete counts both ways.", '`{"deleted":int,"failed":int}`'),
    _rest("lists:newest", "Without a question, the newest ones.", "the `count` newest; `latest` the `count` newest"),
    _rest("lists:all", "`all` gives everything, 1,000 at a time.", "`all` everything, newest first, at most 1,000"),
    _rest("lists:skip", "`skip` goes on without gap or repetition.", "`skip` goes on from there"),
    _rest("lists:skip-query", "`skip` goes on in the same ranking.", "the same ranking (v1 answers 5, v2 `count`)"),
    _rest("lists:count", "`count` is the number over all pages.", "the number of memories in that list over all pages"),
    _rest("lists:numbers", "Negative or non-numeric numbers are a 400.", "Negative or non-numeric numbers: 400."),
    _rest("memory:object", "The Memory object has its shape.", '"metadata":{"text","createdAt":ISO 8601,"bucketId"'),
    _rest(
        "memory:date", "A leading date is kept and understood.", "it is kept verbatim and understood as the memory's"
    ),
)
BUCKETS = (
    _rest("buckets:list", "Buckets with string ids and counts.", 'array of `{"id":string,"name","memoryCount":int'),
    _rest("buckets:create", "Creating answers message, id and name.", "plus `id`, `name`"),
    _rest("buckets:general", "General always exists and stays.", '"General" always exists, is the default, cannot be'),
    _rest("buckets:unique", "Names are unique without regard to case.", "names are unique without regard to case"),
    _rest("buckets:names", "Not digits only, not General.", 'not digits only, not "General"'),
    _rest("buckets:unknown", "An unknown bucket is a 404.", "an unknown bucket is a 404 and never creates one"),
)
CLIENTS = (
    _rest("clients:connector", "The connector's calls work.", "One connector calls `GET /api/v2/memory` with"),
    _rest("clients:probe", "The connector's probe works.", "probes with `latest=true&count=1&v=2`"),
    _rest("clients:client", "`client=` beside `source=`.", "Several send `client=` beside `source=`."),
    _rest("clients:content", "`content` stands for `text`.", "Some scripts send `content` for `text`"),
    _rest("clients:memories", "`POST /api/memories` stores too.", "or call `POST /api/memories`: accept both."),
)

RECALL = (
    _rest("inject", "Passages with their sources, as one text.", '`{"content":string,"sources":[{"conversationId"'),
    _rest("inject:cited", "Every passage is cited.", "the most relevant passages, extracted, cited and cut"),
    _rest("inject:no-model", "It works without a language model.", 'cut to the token budget (`model: "none"`)'),
    _rest("inject:tokens", "The answer keeps to `maxTokens`.", "extracted, cited and cut to the token budget"),
    _rest("inject:default", "600 tokens by default.", "`maxTokens` int 600 (cap 2000)"),
    _rest("inject:cap", "Never more than 2,000 tokens.", "`maxTokens` int 600 (cap 2000)"),
    _rest("inject:queries", "Several queries with budgets of their own.", "(<= 15, run in parallel)"),
    _rest("inject:platform", "A platform keeps to its chats.", "`maxTokens` int 600 (cap 2000) · `platform`"),
    _rest("inject:dates", "before and after bound the answer.", "**Ours too**: `before`, `after` ISO dates"),
    _rest("inject:mode", "speed and quality are taken.", "`mode` `speed`/`quality`"),
    _rest("inject:context", "The conversation is accepted.", "`conversationHistory[{role,content}]`"),
    _rest("inject:nothing", "Nothing found has no sources.", "the most relevant passages, extracted"),
    _rest("recall:errors", "A wrong argument is a 400.", "400 bad request"),
    _rest("search", "Messages with those around them.", '"sender":"human"\\|"assistant","context":[{"text"'),
    _rest("search:limit", "1 to 100 results, 20 by default.", "`limit` 20 (1..100)"),
    _rest("search:provider", "A provider keeps to its chats.", "`provider` `all`"),
    _rest("search:context", "So many messages around a hit.", "`contextChunks` 4"),
    _rest("search:rerank", "skipRerank is accepted.", "`skipRerank` false"),
)
CHATS = (
    _rest("ingest", "A chat is taken and answered as queued.", '"messageCount","status":"queued"}}`'),
    _rest("ingest:indexed", "It is recalled soon.", "indexed in the background, usually within seconds"),
    _rest("ingest:upsert", "One chat for user, platform and id.", "upsert by (user, platform, conversation.id)"),
    _rest("ingest:replaces", "Other text replaces the first.", "with other text replaces it, whatever its times."),
    _rest("ingest:too-long", "Over 100,000 tokens is rejected.", "over 100,000 tokens is rejected by the job"),
    _rest("ingest:platform", "A platform keeps to the pattern.", "`platform` `^[a-zA-Z0-9\\-_.]{1,100}$` = `custom`"),
    _rest("ingest:errors", "A chat of the wrong shape is a 400.", "400 bad request"),
    _rest("ingest:size", "Over 50 MB is a 413.", "payload <= 50 MB"),
    _rest("ingest:any", "No chat makes the server fail.", "Never a stack trace"),
    _rest("chats", "Conversations are listed.", '`{"items":[{"id","title","platform","messageCount","tokenCount"'),
    _rest("chats:pages", "In pages of up to 100.", "`page` 1 · `pageSize` 25 (<= 100)"),
    _rest("chats:filters", "Filters; dates are inclusive.", "`dateFrom`, `dateTo` inclusive on creation"),
    _rest("chats:pinned", "Pinned ones alone.", "`pinnedOnly` · `importId`"),
    _rest("conversation", "A conversation with its messages.", '"messages":[{"message_index","sender","text"'),
    _rest("conversation:branches", "The current branch, or all.", "show the current branch (`branches=all` shows"),
    _rest("conversation:unknown", "An unknown id is a 404.", "404 not found"),
    _rest("count", "The count leaves out excluded ones.", '`{"count":int}` (without excluded ones)'),
    _rest("chats:delete", "Deleted chats are gone.", "messages, chunks and vectors are gone"),
    _rest("chats:delete:errors", "A wrong deletion is a 400.", "400 bad request"),
    _rest("platforms", "Every platform has its id.", "Platform ids: chatgpt, claude, gemini, grok"),
)

TOOLS = (
    _mcp("names", "Tools and arguments have the fixed names.", "names are fixed: published agent skills call them"),
    _mcp("forms", "Ids and numbers may be text.", "| `store_memory` | `text`, `bucketId?` |"),
    _mcp("aliases", "Older names are understood.", "`get_memories`, `get_memory_categories`, `smart_search_memories`"),
    _mcp("store", "Storing names near-duplicates.", "returns the id, the bucket, and near-duplicates if any"),
    _mcp("search", "No match is said.", 'hybrid search; ids and dates in the answer; "no match" is said plainly'),
    _mcp("list", "Memories are listed with buckets.", "`bucketId?`, `count?`, `latest?`, `all?`, `skip?`, `query?`"),
    _mcp("update", "Memories are edited and moved.", "or `memoryIds[]` (1..100) + bucket | rejected ids come back |"),
    _mcp("trash", "Memories go to the trash and back.", "(`memoryIds[]`, 1..100; to and from the trash)"),
    _mcp("categories", "Categories are listed.", "each category has a summary and when to open it"),
    _mcp("recall", "Recall is cited.", "cited answer; says plainly when nothing was found"),
    _mcp("overview", "What there is of chats.", "| `chat_history_overview` | - | sources, volume, time range |"),
    _mcp("conversation", "A chat in short and in full.", "`get_conversation_summary`, `get_full_conversation`"),
    _mcp("export", "A chat as a link.", "signed URL, 15 minutes, no login, structured JSON"),
    _mcp("files", "Files are searched.", "| `search_uploaded_files` | `query` |"),
    _mcp("research", "search and fetch have their shapes.", '`{"id","title","text","url","metadata"}`'),
    _mcp("described", "Tools carry titles, schemas and hints.", "Each tool: `title`, `outputSchema` with"),
    _mcp("errors", "Failures are results.", "Errors a model can act on are results with `isError`."),
    _mcp("profile", "There are a prompt and a resource.", "A `context` prompt and a `memory://profile` resource."),
    _mcp("items", "Items carry source, date and trust.", "each item carries its source, date and trust"),
    _mcp("paths", "The paths over HTTP.", "streamable HTTP at `/api/mcp/mcp` and `/mcp`; the older HTTP+SSE"),
    _mcp("eras", "Old and new clients use one URL.", "Both protocol eras on one URL"),
    _mcp("one-catalogue", "Every transport offers the same.", "One catalogue of tools for every transport."),
    _mcp("stdio", "stdio takes its token and URL from the environment.", "a base-URL variable when it fronts a remote"),
    _mcp("bearer", "Tokens made by hand work.", "Static bearer tokens work on the same endpoint."),
    _mcp("challenge", "A 401 leads to the metadata.", "named in `WWW-Authenticate` of the 401"),
    _mcp("harmless", "Text of others draws nothing.", "no Markdown images or links are rendered"),
)

REQUIREMENTS = (*GENERAL, *OPENAPI, *MEMORIES, *BUCKETS, *CLIENTS, *RECALL, *CHATS, *TOOLS)
