"""Who is asking, and the one rule that says what they may do."""

from dataclasses import dataclass, replace
from enum import StrEnum

from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.errors import Forbidden
from onememory.domain.memories import Memory, MemoryState
from onememory.domain.provenance import Channel, Provenance, Trust
from onememory.domain.sharing import Guest, Role, Share


class Action(StrEnum):
    """Everything that needs permission."""

    READ = "read"
    ADD = "add"
    CHANGE = "change"  # or propose to
    DELETE = "delete"  # into the trash, or propose to
    ERASE = "erase"  # a past text, or all that came from one source
    REVIEW = "review"
    DELETE_CHATS = "delete_chats"
    KEEP_FILES = "keep_files"  # an assistant's own
    DELETE_FILES = "delete_files"
    CREATE_BUCKETS = "create_buckets"
    MANAGE_BUCKETS = "manage_buckets"
    SHARE = "share"  # a bucket with others, or join one of theirs
    MANAGE_TOKENS = "manage_tokens"
    KEEP_ACCOUNT = "keep_account"  # one's own: a new password by who knows the present one, browsers, codes
    ERASE_ACCOUNT = "erase_account"
    SET_PASSWORD = "set_password"  # noqa: S105 - an action: without knowing the present one
    MANAGE_USERS = "manage_users"
    MANAGE_INSTALLATION = "manage_installation"


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that a query may touch: one owner's, and only these buckets' where a token is limited to some.

    Where somebody else asks, it holds for as long as they are a member of the one bucket, in this very role.
    """

    user_id: str
    bucket_ids: frozenset[int] | None = None
    guest: Guest | None = None

    def covers(self, bucket_id: int) -> bool:
        """Whether this bucket may be touched."""
        return self.bucket_ids is None or bucket_id in self.bucket_ids


@dataclass(frozen=True, slots=True)
class Actor:
    """A user acting through one token and one door; in the house of another where they are a guest."""

    user_id: str
    channel: Channel
    permissions: frozenset[Permission]
    policy: WritePolicy = WritePolicy.FULL
    token_id: str | None = None
    bucket_ids: frozenset[int] | None = None
    is_admin: bool = False
    guest: Guest | None = None  # then `user_id` is the owner's, whose bucket is shared with this one

    @property
    def scope(self) -> Scope:
        """The only place where the scope of a query is made."""
        return Scope(self.user_id, self.bucket_ids, self.guest)

    @property
    def person_id(self) -> str:
        """The user who acts, wherever."""
        return self.guest.user_id if self.guest else self.user_id

    def covers(self, bucket_id: int) -> bool:
        """Whether the token's limit leaves this bucket within reach."""
        return self.scope.covers(bucket_id)

    def as_guest(self, share: Share) -> "Actor":
        """The same user in a bucket that is shared with them."""
        guest = Guest(self.user_id, share.role)
        buckets = frozenset({share.bucket_id})
        return replace(self, user_id=share.owner_id, bucket_ids=buckets, is_admin=False, guest=guest)

    @property
    def holds_data(self) -> bool:
        """Whether this is somebody at the data directory itself, whom no password could keep out."""
        return self.token_id is None and self.channel is Channel.CLI

    @property
    def trust(self) -> Trust:
        """Who vouches for what this actor writes: the user, unless an assistant writes or the user is to review it."""
        is_users_own = self.policy is WritePolicy.FULL and self.channel is not Channel.MCP
        return Trust.STATED if is_users_own else Trust.ASSISTANT

    def provenance(self, source: str | None = None, trust: Trust | None = None) -> Provenance:
        """The origin of what this actor writes now; a guest's token is none of the owner's business."""
        guest = self.guest
        return Provenance(
            channel=self.channel,
            trust=trust or self.trust,
            token_id=None if guest else self.token_id,
            source=source,
            author_id=guest.user_id if guest else None,
        )

    def has_made(self, what: Provenance) -> bool:
        """Whether this person has done that through this very connection, as far as the rows tell."""
        own = self.provenance()
        return (own.author_id, own.token_id, own.channel) == (what.author_id, what.token_id, what.channel)


_NEEDED = {
    Action.READ: Permission.READ,
    Action.ADD: Permission.WRITE,
    Action.CHANGE: Permission.WRITE,
    Action.DELETE: Permission.DELETE,
    Action.ERASE: Permission.DELETE,
    Action.REVIEW: Permission.WRITE,
    Action.DELETE_CHATS: Permission.DELETE,
    Action.KEEP_FILES: Permission.WRITE,
    Action.DELETE_FILES: Permission.DELETE,
    Action.CREATE_BUCKETS: Permission.WRITE,
    Action.MANAGE_BUCKETS: Permission.WRITE,
    Action.SHARE: Permission.WRITE,
    Action.MANAGE_TOKENS: Permission.WRITE,
    Action.KEEP_ACCOUNT: Permission.WRITE,
    Action.ERASE_ACCOUNT: Permission.DELETE,
    Action.SET_PASSWORD: Permission.ADMIN,
    Action.MANAGE_USERS: Permission.ADMIN,
    Action.MANAGE_INSTALLATION: Permission.ADMIN,
}
_BY_POLICY = {
    WritePolicy.FULL: frozenset(Action),
    WritePolicy.PROPOSE: frozenset(
        {
            Action.READ,
            Action.ADD,
            Action.CHANGE,
            Action.DELETE,
            Action.KEEP_FILES,
            Action.DELETE_FILES,
            Action.CREATE_BUCKETS,
        }
    ),
    WritePolicy.INBOX: frozenset({Action.READ, Action.ADD}),
    WritePolicy.READ: frozenset({Action.READ}),
}
_LIMITS = {
    WritePolicy.PROPOSE: "add, and change or propose to change memories",
    WritePolicy.INBOX: "read and add to the inbox",
    WritePolicy.READ: "read",
}
_NOT_BY_BUCKET_TOKENS = {
    Action.CREATE_BUCKETS,
    Action.MANAGE_BUCKETS,
    Action.SHARE,
    Action.MANAGE_TOKENS,
    Action.KEEP_ACCOUNT,
    Action.ERASE_ACCOUNT,
    Action.SET_PASSWORD,
    Action.MANAGE_USERS,
    Action.MANAGE_INSTALLATION,
}
_BY_ADMINISTRATORS = {Action.MANAGE_USERS: "manage users", Action.MANAGE_INSTALLATION: "look after the installation"}
_MEMBERS_DO = frozenset({Action.READ, Action.ADD, Action.CHANGE, Action.DELETE})
_BY_ROLE = {Role.VIEWER: frozenset({Action.READ}), Role.CONTRIBUTOR: _MEMBERS_DO, Role.EDITOR: _MEMBERS_DO}
_ROLE_NAMES = {Role.VIEWER: "a viewer", Role.CONTRIBUTOR: "a contributor", Role.EDITOR: "an editor"}
_ROLE_LIMITS = {
    Role.VIEWER: "read it",
    Role.CONTRIBUTOR: "read it, add to it, and change or delete what you wrote yourself",
    Role.EDITOR: "read it, add to it, and change or delete what is in it",
}
_USERS_OWN = {Trust.STATED, Trust.IMPORTED}


def require(actor: Actor, action: Action) -> None:
    """Pass, or raise Forbidden with what is missing; every use case asks here and nowhere else."""
    if action in _BY_ADMINISTRATORS and not actor.is_admin:  # first: no scope would help
        raise Forbidden(
            f"Only an administrator may {_BY_ADMINISTRATORS[action]}; ask the one who looks after this installation."
        )
    if actor.guest and action not in _BY_ROLE[actor.guest.role]:
        raise Forbidden(_beyond(actor.guest.role))
    needed = _NEEDED[action]
    if needed not in actor.permissions:
        if actor.token_id is None:
            raise Forbidden("Only an administrator may do this; ask the one who looks after this installation.")
        raise Forbidden(f'This token lacks the scope "{needed}"; use a token that has it.')
    if actor.bucket_ids is not None and action in _NOT_BY_BUCKET_TOKENS:
        raise Forbidden("This token is limited to some buckets; use one without that limit.")
    if action not in _BY_POLICY[actor.policy]:
        raise Forbidden(
            f'This connection may only {_LIMITS[actor.policy]}: its policy is "{actor.policy}". '
            "The user can give it another one, or do this themselves."
        )


def require_on(actor: Actor, memory: Memory, action: Action) -> None:
    """As `require`, for this memory: a contributor changes and deletes only what they wrote themselves."""
    require(actor, action)
    guest = actor.guest
    if guest and guest.role is Role.CONTRIBUTOR and memory.provenance.author_id != guest.user_id:
        raise Forbidden(_beyond(guest.role))


def _beyond(role: Role) -> str:
    limit = _ROLE_LIMITS[role]
    return f"You are {_ROLE_NAMES[role]} of this shared bucket: you may {limit}. Ask its owner for another role."


def may(actor: Actor, action: Action) -> bool:
    """Whether `require` would pass, for doors that show only what can be done."""
    try:
        require(actor, action)
    except Forbidden:
        return False
    return True


def must_propose(actor: Actor, memory: Memory) -> bool:
    """Whether the actor's change of this memory waits for the user: it is the user's own, or under review already."""
    is_users = memory.provenance.trust in _USERS_OWN or memory.state is MemoryState.INBOX
    return actor.policy is WritePolicy.PROPOSE and is_users
