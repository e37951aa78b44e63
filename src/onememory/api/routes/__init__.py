"""The only list of paths, in parts."""

from onememory.api.operations import Operation
from onememory.api.routes.account import ACCOUNT
from onememory.api.routes.archive import ARCHIVE
from onememory.api.routes.memories import MEMORIES
from onememory.api.routes.sharing import SHARING

OPERATIONS: tuple[Operation, ...] = (*MEMORIES, *SHARING, *ACCOUNT, *ARCHIVE)
