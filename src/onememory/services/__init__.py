"""The use cases: one method for each thing a user wants done; permission and transaction are decided here."""

from dataclasses import dataclass, field

from onememory.domain.memories import DEFAULT_TEXT_LIMIT
from onememory.ports import Clock, Embedders, Store, TokenCounter
from onememory.ports.fetching import Fetcher
from onememory.ports.imports import KeyValueFiles, Uploads
from onememory.ports.scanning import SecretScanner
from onememory.services.accounts import Accounts
from onememory.services.answers import Answers
from onememory.services.archive import Archive
from onememory.services.audit import Audit
from onememory.services.authorization import Authorization
from onememory.services.backlog import Backlog
from onememory.services.buckets import Buckets
from onememory.services.changes import Changes
from onememory.services.chat_files import ChatFiles
from onememory.services.chat_imports import ChatImports
from onememory.services.chat_restore import ChatRestore
from onememory.services.connections import Connections
from onememory.services.conversation_links import ConversationLinks
from onememory.services.duplicates import NearDuplicates
from onememory.services.exports import Exports
from onememory.services.handed_in import HandedIn
from onememory.services.history import History
from onememory.services.imports import Imports
from onememory.services.inbox import Inbox
from onememory.services.indexing import Indexing
from onememory.services.jobs import Jobs
from onememory.services.meaning import Meaning
from onememory.services.memories import Memories
from onememory.services.memory_files import MemoryFiles
from onememory.services.oauth_clients import OAuthClients
from onememory.services.profile import Profiles
from onememory.services.proposals import Proposals
from onememory.services.rebuild import Rebuild
from onememory.services.recall import Recall
from onememory.services.retention import Periods, Retention
from onememory.services.screening import OnSecret, Screening
from onememory.services.search import Search
from onememory.services.sign_in import SignIn
from onememory.services.status import Status
from onememory.services.versions import Versions


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a door can ask for."""

    accounts: Accounts
    answers: Answers
    archive: Archive
    audit: Audit
    authorization: Authorization
    backlog: Backlog
    buckets: Buckets
    chat_imports: ChatImports
    connections: Connections
    conversation_links: ConversationLinks
    duplicates: NearDuplicates
    exports: Exports
    handed_in: HandedIn
    history: History
    imports: Imports
    inbox: Inbox
    indexing: Indexing
    jobs: Jobs
    memories: Memories
    memory_files: MemoryFiles
    oauth_clients: OAuthClients
    profiles: Profiles
    rebuild: Rebuild
    recall: Recall
    retention: Retention
    search: Search
    sign_in: SignIn
    status: Status
    tokens: TokenCounter
    versions: Versions


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside of the rows."""

    embedders: Embedders
    tokens: TokenCounter
    uploads: Uploads
    databases: KeyValueFiles
    scanner: SecretScanner
    clock: Clock
    link_key: bytes = field(repr=False)  # signs links
    fetcher: Fetcher | None = None  # None: nothing is fetched for strangers


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say about use cases."""

    periods: Periods
    text_limit: int = DEFAULT_TEXT_LIMIT
    on_secret: OnSecret = OnSecret.BLOCK


def make_services(store: Store, outside: Outside, rules: Rules) -> Services:
    """The use cases over one store."""
    embedders, clock = outside.embedders, outside.clock
    audit = Audit(store, clock)
    meaning = Meaning(embedders)
    indexing = Indexing(meaning, clock)
    backlog = Backlog(store, meaning, indexing)
    changes = Changes(indexing, clock)
    proposals = Proposals(changes, audit)
    clients = OAuthClients(store, outside.fetcher, clock)
    screening = Screening(rules.on_secret, rules.text_limit, outside.scanner)
    archive = Archive(store, indexing, outside.tokens, clock, screening)
    chat_files = ChatFiles(outside.uploads, outside.databases)
    chat_imports = ChatImports(store, archive, chat_files, audit, clock, screening)
    imports = Imports(store, changes, audit, clock, screening)
    history = History(store, archive, audit)
    memories = Memories(store, changes, proposals, indexing, screening, audit)
    recall = Recall(store, meaning, audit, clock)
    return Services(
        accounts=Accounts(store, audit, clock),
        answers=Answers(recall, outside.tokens),
        archive=archive,
        audit=audit,
        authorization=Authorization(store, clients, clock),
        backlog=backlog,
        buckets=Buckets(store, changes, screening, audit, clock),
        chat_imports=chat_imports,
        connections=Connections(store, clients, audit, clock),
        conversation_links=ConversationLinks(store, history, audit, clock, outside.link_key),
        duplicates=NearDuplicates(store, memories, indexing, audit),
        exports=Exports(store, audit, clock),
        handed_in=HandedIn(outside.uploads, chat_imports, ChatRestore(archive, outside.uploads), imports, clock),
        history=history,
        imports=imports,
        inbox=Inbox(store, changes, proposals, indexing, audit),
        indexing=indexing,
        jobs=Jobs(store, backlog, chat_imports, clock),
        memories=memories,
        memory_files=MemoryFiles(store, changes, indexing, audit, clock, screening),
        oauth_clients=clients,
        profiles=Profiles(store, audit, clock),
        rebuild=Rebuild(store, indexing, backlog),
        recall=recall,
        retention=Retention(store, outside.uploads, clock, rules.periods),
        search=Search(store, meaning, audit, clock),
        sign_in=SignIn(store, audit, clock),
        status=Status(store, embedders),
        tokens=outside.tokens,
        versions=Versions(store, changes, audit, clock),
    )
