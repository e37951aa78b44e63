"""The text of a file that is none of JSON, within the same limit of size."""

from onememory.domain.errors import InvalidInput
from onememory.formats.chats.json_splitter import ITEM_LIMIT, TOO_LARGE
from onememory.formats.chats.members import Member, read_fully
from onememory.formats.content import decoded


def text_of(member: Member) -> str:
    r"""The text, its lines ended by \n.

    Raises InvalidInput for what is empty, binary, wrongly encoded or too large.
    """
    with member.open() as stream:
        data = read_fully(stream, ITEM_LIMIT + 1)
    if len(data) > ITEM_LIMIT:
        raise InvalidInput(TOO_LARGE)
    return decoded(data).replace("\r\n", "\n").replace("\r", "\n")
