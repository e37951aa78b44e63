"""Whether a user is as the first start of an installation made it, so that nothing is lost with it."""

from onememory.ports.moving import UserRows
from onememory.services.users.accounts import FIRST_TOKENS

_MADE = {"users", "search_state", "archive_state", "token_owners", "tokens", "buckets", "quotas"}  # one row at most
_CHOSEN = ("password_hash", "totp_secret")  # by a person


def is_unused(rows: UserRows) -> bool:
    """Whether there is nothing but the first bucket and the first token: nothing stored, imported, set or shared."""
    columns = rows.columns()
    pages = {table: rows.page(table, None) for table in columns}
    if any(len(page) > (table in _MADE) for table, page in pages.items()) or rows.memberships():
        return False
    user = dict(zip(columns["users"], pages["users"][0], strict=True))
    name = columns["tokens"].index("name")
    return not any(user[column] for column in _CHOSEN) and all(row[name] in FIRST_TOKENS for row in pages["tokens"])
