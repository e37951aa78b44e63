"""The tables of one scope over one connection."""

from onememory.domain.actors import Scope
from onememory.ports import AuditRows, BucketRows, JobRows, MemoryRows, SearchIndex, TokenRows
from onememory.ports.archive import ArchiveIndex, ConversationRows
from onememory.ports.authorization import GrantRows
from onememory.ports.claims import ClaimRows
from onememory.ports.days import DayRows
from onememory.ports.imports import ImportRows, UploadRows
from onememory.ports.memory_files import MemoryFileRows
from onememory.ports.proposals import ProposalRows
from onememory.ports.questions import QuestionRows
from onememory.ports.quotas import QuotaRows
from onememory.ports.sharing import MemberRows
from onememory.storage.rows.audit import AuditTable
from onememory.storage.rows.authorization import GrantTable
from onememory.storage.rows.buckets import BucketTable
from onememory.storage.rows.claims import ClaimTable
from onememory.storage.rows.conversations import ConversationTable
from onememory.storage.rows.days import DayTable
from onememory.storage.rows.guests import Veil, admitted
from onememory.storage.rows.imports import ImportTable
from onememory.storage.rows.jobs import JobTable
from onememory.storage.rows.memories import MemoryTable
from onememory.storage.rows.memory_files import MemoryFileTable
from onememory.storage.rows.proposals import ProposalTable
from onememory.storage.rows.questions import QuestionTable
from onememory.storage.rows.quotas import QuotaTable
from onememory.storage.rows.sharing import MemberTable
from onememory.storage.rows.tokens import TokenTable
from onememory.storage.rows.uploads import UploadTable
from onememory.storage.scoped import Scoped


class ScopeTables:
    """The tables of one scope, and the two indexes that a dialect gives; implements the port Transaction.

    Raises AccessChanged for a guest who is let in no more.
    """

    def __init__(self, db: Scoped, index: SearchIndex, archive: ArchiveIndex) -> None:
        self.scope: Scope = db.scope
        veil = Veil(db, admitted(db))
        self.index = index
        self.archive = archive
        self.memories: MemoryRows = MemoryTable(db, veil)
        self.buckets: BucketRows = BucketTable(db)
        self.tokens: TokenRows = TokenTable(db)
        self.audit: AuditRows = AuditTable(db)
        self.jobs: JobRows = JobTable(db)
        self.conversations: ConversationRows = ConversationTable(db)
        self.imports: ImportRows = ImportTable(db)
        self.uploads: UploadRows = UploadTable(db)
        self.claims: ClaimRows = ClaimTable(db)
        self.grants: GrantRows = GrantTable(db)
        self.memory_files: MemoryFileRows = MemoryFileTable(db)
        self.proposals: ProposalRows = ProposalTable(db)
        self.days: DayRows = DayTable(db)
        self.questions: QuestionRows = QuestionTable(db)
        self.quotas: QuotaRows = QuotaTable(db)
        self.members: MemberRows = MemberTable(db)
