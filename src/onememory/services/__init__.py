"""The use cases: one method for each thing a user wants done; permission and transaction are decided here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from onememory.domain.installation import Choosable, Preset
from onememory.domain.memories import DEFAULT_TEXT_LIMIT
from onememory.ports import Clock, Embedders, Store, TokenCounter
from onememory.ports.backups import Backups
from onememory.ports.fetching import Fetcher
from onememory.ports.identity_provider import IdentityProvider
from onememory.ports.imports import KeyValueFiles, Uploads
from onememory.ports.models import ModelShelf
from onememory.ports.scanning import SecretScanner
from onememory.services.activity import Activity
from onememory.services.audit import Audit
from onememory.services.background import Background
from onememory.services.conversations.archive import Archive
from onememory.services.conversations.history import History
from onememory.services.conversations.links import ConversationLinks
from onememory.services.conversations.reading import ConversationReading
from onememory.services.finding.answers import Answers
from onememory.services.finding.asked import Asked
from onememory.services.finding.conversations import ConversationSearch
from onememory.services.finding.maps import Maps
from onememory.services.finding.profile import Profiles
from onememory.services.finding.questions import Questions
from onememory.services.finding.recall import Recall
from onememory.services.finding.search import Search
from onememory.services.index.backlog import Backlog
from onememory.services.index.indexing import Indexing
from onememory.services.index.meaning import Meaning
from onememory.services.index.model_switch import ModelSwitch
from onememory.services.index.rebuild import Rebuild
from onememory.services.limits import Limiting
from onememory.services.notebook.browsing import Browsing
from onememory.services.notebook.buckets import Buckets
from onememory.services.notebook.changes import Changes
from onememory.services.notebook.duplicates import NearDuplicates
from onememory.services.notebook.inbox import Inbox
from onememory.services.notebook.memories import Makers, Memories
from onememory.services.notebook.memory_files import MemoryFiles
from onememory.services.notebook.moves import Moves
from onememory.services.notebook.proposals import Proposals
from onememory.services.notebook.reviews import Reviews
from onememory.services.notebook.trash import Trash
from onememory.services.notebook.undo import Undo
from onememory.services.notebook.versions import Versions
from onememory.services.programs.authorization import Authorization
from onememory.services.programs.connections import Connections
from onememory.services.programs.oauth_clients import OAuthClients
from onememory.services.programs.token_care import TokenCare
from onememory.services.reach import Reach
from onememory.services.screening import Screening
from onememory.services.shared_buckets.authors import Authors
from onememory.services.shared_buckets.joining import Joining
from onememory.services.shared_buckets.sharing import Sharing
from onememory.services.signing_in.password_links import PasswordLinks
from onememory.services.signing_in.provider_sign_in import ProviderRules, ProviderSignIn
from onememory.services.signing_in.proxy_sign_in import ProxySignIn
from onememory.services.signing_in.second_factors import SecondFactors
from onememory.services.signing_in.sessions import Sessions
from onememory.services.signing_in.set_up import SetUp
from onememory.services.signing_in.sign_in import SignIn
from onememory.services.transfers.chat_files import ChatFiles
from onememory.services.transfers.chat_imports import ChatImports
from onememory.services.transfers.chat_restore import ChatRestore
from onememory.services.transfers.exports import Exports
from onememory.services.transfers.handed_files import HandedFiles
from onememory.services.transfers.handed_in import HandedIn
from onememory.services.transfers.held_imports import HeldImports
from onememory.services.transfers.import_care import ImportCare
from onememory.services.transfers.imports import Imports
from onememory.services.upkeep.backups import BackupCare
from onememory.services.upkeep.installation import InForce, Installation
from onememory.services.upkeep.jobs import Jobs
from onememory.services.upkeep.model_fetching import ModelFetching
from onememory.services.upkeep.overviews import Overviews
from onememory.services.upkeep.retention import Retention
from onememory.services.upkeep.status import Status
from onememory.services.users.accounts import Accounts
from onememory.services.users.erasure import Erasure
from onememory.services.users.identities import Identities
from onememory.services.users.newcomers import UNLIMITED, Newcomers
from onememory.services.users.own_account import OwnAccount
from onememory.services.users.passwords import Passwords
from onememory.services.users.people import People
from onememory.services.users.tries import Tries


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a door can ask for."""

    accounts: Accounts
    activity: Activity
    answers: Answers
    archive: Archive
    asked: Asked
    audit: Audit
    authorization: Authorization
    authors: Authors
    background: Background
    backlog: Backlog
    backups: BackupCare
    browsing: Browsing
    buckets: Buckets
    chat_imports: ChatImports
    connections: Connections
    conversation_links: ConversationLinks
    conversation_reading: ConversationReading
    conversation_search: ConversationSearch
    duplicates: NearDuplicates
    exports: Exports
    handed_in: HandedIn
    held_imports: HeldImports
    history: History
    identities: Identities
    import_care: ImportCare
    imports: Imports
    inbox: Inbox
    indexing: Indexing
    installation: Installation
    jobs: Jobs
    joining: Joining
    limiting: Limiting
    maps: Maps
    memories: Memories
    memory_files: MemoryFiles
    model_fetching: ModelFetching
    model_switch: ModelSwitch
    oauth_clients: OAuthClients
    overviews: Overviews
    own_account: OwnAccount
    password_links: PasswordLinks
    people: People
    profiles: Profiles
    provider_sign_in: ProviderSignIn
    proxy_sign_in: ProxySignIn
    questions: Questions
    rebuild: Rebuild
    recall: Recall
    retention: Retention
    reviews: Reviews
    search: Search
    second_factors: SecondFactors
    sessions: Sessions
    set_up: SetUp
    sharing: Sharing
    sign_in: SignIn
    status: Status
    token_care: TokenCare
    tokens: TokenCounter
    trash: Trash
    undo: Undo
    versions: Versions


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside of the rows."""

    embedders: Embedders
    tokens: TokenCounter
    models: ModelShelf
    backups: Backups
    uploads: Uploads
    databases: KeyValueFiles
    scanner: SecretScanner
    clock: Clock
    link_key: bytes = field(repr=False)  # signs links
    fetcher: Fetcher | None = None  # None: nothing is fetched for strangers
    provider: IdentityProvider | None = None  # None: people sign in with passwords alone


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say about use cases."""

    presets: Mapping[Choosable, Preset]  # what administrators may choose, where no setting says so
    text_limit: int = DEFAULT_TEXT_LIMIT
    newcomers: Newcomers = UNLIMITED
    creates_users: bool = False  # for whom the identity provider or a proxy vouches, where nobody knows them yet


def make_services(store: Store, outside: Outside, rules: Rules) -> Services:
    """The use cases over one store."""
    embedders, clock = outside.embedders, outside.clock
    background = Background(store, clock)
    in_force = InForce(rules.presets)
    audit = Audit(store, clock)
    reach = Reach(store)
    meaning = Meaning(embedders)
    indexing = Indexing(meaning, clock)
    backlog = Backlog(store, meaning, indexing)
    switch = ModelSwitch(embedders, outside.models, backlog)
    installation = Installation(store, in_force, switch, audit, clock)
    changes = Changes(indexing, clock)
    proposals = Proposals(changes, audit)
    limiting = Limiting(store, clock)
    clients = OAuthClients(store, outside.fetcher, limiting, clock)
    screening = Screening(in_force.on_secret, rules.text_limit, outside.scanner)
    archive = Archive(store, indexing, outside.tokens, clock, screening)
    handed_files = HandedFiles(store, outside.uploads)
    chat_files = ChatFiles(handed_files, outside.databases)
    chat_imports = ChatImports(store, archive, chat_files, audit, clock, screening)
    imports = Imports(store, changes, audit, clock, screening)
    handed_in = HandedIn(store, handed_files, chat_imports, ChatRestore(archive, outside.uploads), imports, clock)
    inbox = Inbox(store, changes, proposals, indexing, audit)
    history = History(store, archive, audit)
    moves = Moves(store, changes, proposals, indexing, audit)
    memories = Memories(store, reach, Makers(changes, proposals, moves, indexing, screening), audit)
    asked = Asked(store, screening, clock, lambda: in_force.periods().questions)
    authors = Authors(store)
    status = Status(store, embedders)
    tries = Tries(limiting)
    passwords = Passwords(store, tries)
    sessions = Sessions(store, audit, clock)
    recall = Recall(store, meaning, audit, clock, asked)
    search = Search(reach, meaning, audit, clock, asked)
    answers = Answers(recall, outside.tokens, asked)
    accounts = Accounts(store, rules.newcomers, reach, audit, clock)
    identities = Identities(store, rules.newcomers, audit, clock)
    sign_in = SignIn(store, passwords, sessions, tries, clock, outside.link_key)
    provider = ProviderRules(outside.provider, rules.creates_users, outside.link_key)
    erasure = Erasure(store, outside.uploads, [audit.forget, asked.forget_unwritten])
    return Services(
        accounts=accounts,
        activity=Activity(store, authors),
        answers=answers,
        archive=archive,
        asked=asked,
        audit=audit,
        authorization=Authorization(store, clients, clock),
        authors=authors,
        background=background,
        backlog=backlog,
        backups=BackupCare(store, outside.backups, audit, clock),
        browsing=Browsing(reach, audit),
        buckets=Buckets(store, reach, changes, screening, audit, clock),
        chat_imports=chat_imports,
        connections=Connections(store, clients, audit, clock),
        conversation_links=ConversationLinks(store, history, audit, clock, outside.link_key),
        conversation_reading=ConversationReading(store, audit),
        conversation_search=ConversationSearch(history, recall),
        duplicates=NearDuplicates(store, reach, memories, indexing, audit),
        exports=Exports(store, audit, clock),
        handed_in=handed_in,
        held_imports=HeldImports(store, handed_files, chat_imports, handed_in, clock, background),
        history=history,
        identities=identities,
        import_care=ImportCare(store, archive, memories, imports, audit, background),
        imports=imports,
        inbox=inbox,
        indexing=indexing,
        installation=installation,
        jobs=Jobs(store, backlog, chat_imports, switch, clock),
        joining=Joining(store, reach, audit, clock),
        limiting=limiting,
        maps=Maps(store, meaning, audit, clock),
        memories=memories,
        memory_files=MemoryFiles(store, changes, indexing, audit, clock, screening),
        model_fetching=ModelFetching(outside.models, installation),
        model_switch=switch,
        oauth_clients=clients,
        overviews=Overviews(store, status, clock),
        own_account=OwnAccount(store, passwords, erasure, audit),
        password_links=PasswordLinks(store, passwords, tries, audit, clock),
        people=People(store, erasure, outside.backups, audit, clock),
        profiles=Profiles(store, audit, clock),
        provider_sign_in=ProviderSignIn(provider, identities, sign_in, passwords, tries, clock),
        proxy_sign_in=ProxySignIn(store, accounts, creates_users=rules.creates_users),
        questions=Questions(store, reach, search, recall, answers, asked),
        rebuild=Rebuild(store, indexing, backlog),
        recall=recall,
        retention=Retention(store, outside.uploads, clock, in_force.periods),
        reviews=Reviews(store, inbox, memories, changes, proposals, audit),
        search=search,
        second_factors=SecondFactors(store, passwords, audit, clock),
        sessions=sessions,
        set_up=SetUp(store, passwords, sessions, tries, clock, outside.link_key),
        sharing=Sharing(store, reach, audit, clock),
        sign_in=sign_in,
        status=status,
        token_care=TokenCare(store, reach, audit, clock),
        tokens=outside.tokens,
        trash=Trash(store, audit, clock),
        undo=Undo(store, reach, proposals, indexing),
        versions=Versions(store, reach, changes, audit, clock),
    )
