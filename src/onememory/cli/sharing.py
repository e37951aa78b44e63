"""`onememory buckets` for what several people share: invitations, roles, links."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from onememory.cli.buckets import Bucket
from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import Api, at, connected, is_called
from onememory.cli.moments import now, relative
from onememory.cli.output import present, print_table, say, show_link
from onememory.domain.buckets import name_key
from onememory.domain.errors import InvalidInput, NotFound
from onememory.domain.sharing import Role

Name = Annotated[str, typer.Argument(help="The person's name or id.", show_default=False)]
Owner = Annotated[
    str | None, typer.Option("--of", help="Whose bucket, by name, where several people share one.", show_default=False)
]
AsRole = Annotated[Role, typer.Option("--role", help="What they may do there.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of buckets."""
    for name, work in (
        ("share", share),
        ("role", role),
        ("unshare", unshare),
        ("members", members),
        ("link", link),
        ("links", links),
        ("unlink", unlink),
        ("invitations", invitations),
        ("accept", accept),
        ("decline", decline),
        ("join", join),
        ("leave", leave),
    ):
        command(app, name)(work)


async def share(target: Target, bucket: Bucket, name: Name, as_role: AsRole = Role.CONTRIBUTOR) -> None:
    """Invite a user into one of your buckets."""
    async with connected(target) as api:
        path = at("buckets", str(await api.bucket_id(bucket)), "members")
        answer = await api.send("POST", path, name=name, role=as_role.value)
    present(target, answer, lambda made: say(f"{made['name']} is invited as {made['role']}."))


async def role(
    target: Target,
    bucket: Bucket,
    name: Name,
    new: Annotated[Role, typer.Argument(metavar="ROLE", help="What they may do from now on.", show_default=False)],
) -> None:
    """Give somebody another role in one of your buckets."""
    async with connected(target) as api:
        answer = await api.send("PATCH", await _member(api, bucket, name), role=new.value)
    present(target, answer, lambda changed: say(f"The role of {changed['name']} is {changed['role']} now."))


async def unshare(target: Target, bucket: Bucket, name: Name) -> None:
    """Take somebody's access to one of your buckets away at once, or an invitation back."""
    async with connected(target) as api:
        answer = await api.delete(await _member(api, bucket, name))
    present(target, answer, _say_message)


async def members(target: Target, bucket: Bucket, of: Owner = None) -> None:
    """List with whom a bucket is shared, and who is invited."""
    async with connected(target) as api:
        bucket_id = str(await api.bucket_id(bucket)) if of is None else (await _joined(api, bucket, of))["id"]
        answer = await api.get(at("buckets", bucket_id, "members"))
    present(target, answer, _show_members)


async def link(
    target: Target,
    bucket: Bucket,
    as_role: AsRole = Role.CONTRIBUTOR,
    days: Annotated[int | None, typer.Option(help="How long it lets people in; else 7.", show_default=False)] = None,
) -> None:
    """Make a link that lets whoever has it and an account here into one of your buckets."""
    async with connected(target) as api:
        path = at("buckets", str(await api.bucket_id(bucket)), "links")
        answer = await api.send("POST", path, role=as_role.value, days=days)
    present(target, answer, show_link)


async def links(target: Target, bucket: Bucket) -> None:
    """List the links that let people into a bucket."""
    async with connected(target) as api:
        answer = await api.get(at("buckets", str(await api.bucket_id(bucket)), "links"))
    present(target, answer, _show_links)


async def unlink(target: Target, bucket: Bucket) -> None:
    """Make every link of a bucket useless; who came in by one stays."""
    async with connected(target) as api:
        answer = await api.delete(at("buckets", str(await api.bucket_id(bucket)), "links"))
    present(target, answer, _say_message)


async def invitations(target: Target) -> None:
    """List the buckets into which you are invited."""
    async with connected(target) as api:
        answer = await api.get(at("invitations"))
    present(target, answer, _show_invitations)


async def accept(target: Target, bucket: Bucket, of: Owner = None) -> None:
    """Come into a bucket into which you are invited."""
    answer = await _answer(target, bucket, of, "accept")
    present(target, answer, _say_joined)


async def decline(target: Target, bucket: Bucket, of: Owner = None) -> None:
    """Decline an invitation."""
    answer = await _answer(target, bucket, of, "decline")
    present(target, answer, _say_message)


async def join(
    target: Target, address: Annotated[str, typer.Argument(help="The link, or its last part.", show_default=False)]
) -> None:
    """Come into a bucket by a link."""
    secret = urlsplit(address).path.rstrip("/").rpartition("/")[2]
    if not secret:
        raise WrongUse("Give the link as you got it.")
    async with connected(target) as api:
        answer = await api.send("POST", at("share-links", secret))
    present(target, answer, _say_joined)


async def leave(target: Target, bucket: Bucket, of: Owner = None) -> None:
    """Leave a bucket that somebody shares with you."""
    async with connected(target) as api:
        left = await _joined(api, bucket, of)
        user_id = (await api.get(at("account")))["user"]["id"]
        answer = await api.delete(at("buckets", left["id"], "members", user_id), ownerId=left["ownerId"])
    present(target, answer, _say_message)


async def _member(api: Api, bucket: str, name: str) -> str:
    """The path of one person of a bucket; raises NotFound."""
    bucket_id = str(await api.bucket_id(bucket))
    for member in await api.get(at("buckets", bucket_id, "members")):
        if name == member["userId"] or name.casefold() == member["name"].casefold():
            return at("buckets", bucket_id, "members", member["userId"])
    raise NotFound(f'This bucket is not shared with "{name}"; `onememory buckets members` shows with whom it is.')


async def _answer(target: Target, bucket: str, owner: str | None, act: str) -> Any:
    """Accept or decline one invitation; raises NotFound and InvalidInput."""
    async with connected(target) as api:
        offered = [i | {"id": i["bucketId"], "name": i["bucketName"]} for i in await api.get(at("invitations"))]
        named = _of_owner(bucket, owner, offered)
        if not named:
            raise NotFound(
                f'There is no invitation into "{bucket}"; `onememory buckets invitations` shows which there are.'
            )
        meant = _only(named, f'Several people invite you into a bucket "{bucket}"')
        return await api.send("POST", at("invitations", meant["id"], act), ownerId=meant["ownerId"])


async def _joined(api: Api, bucket: str, owner: str | None) -> dict[str, Any]:
    """The bucket of somebody else that is named; raises NotFound and InvalidInput."""
    shared = [each for each in await api.get(at("buckets")) if "ownerId" in each]
    named = _of_owner(bucket, owner, shared)
    if not named:
        whose = "Nobody shares" if owner is None else f"{owner} does not share"
        raise NotFound(f'{whose} a bucket "{bucket}" with you; `onememory buckets list` shows which there are.')
    return _only(named, f'Several people share a bucket "{bucket}" with you')


def _of_owner(bucket: str, owner: str | None, theirs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the buckets of others that are called so, of this owner where one is named."""
    named = [each for each in theirs if is_called(each, bucket)]
    return named if owner is None else [each for each in named if name_key(owner) == name_key(each["sharedBy"])]


def _only(named: list[dict[str, Any]], problem: str) -> dict[str, Any]:
    if len(named) > 1:
        told = ", ".join(f"{each['id']} of {each['sharedBy']}" for each in named)
        raise InvalidInput(f"{problem}; give its id, or `--of NAME`: {told}.")
    return named[0]


def _say_message(done: dict[str, Any]) -> None:
    say(f"{done['message']}.")


def _say_joined(joined: dict[str, Any]) -> None:
    say(f"{joined['name']} ({joined['id']}) of {joined['sharedBy']} is yours to use, as {joined['role']}.")


def _show_members(people: list[dict[str, Any]]) -> None:
    moment = now()
    rows = [
        (p["name"], p["userId"], p["role"], p["state"], relative(p["acceptedAt"] or p["invitedAt"], moment))
        for p in people
    ]
    print_table(("name", "id", "role", "", "since"), rows)


def _show_links(made: list[dict[str, Any]]) -> None:
    moment = now()
    rows = [(each["role"], relative(each["madeAt"], moment), relative(each["expiresAt"], moment)) for each in made]
    print_table(("role", "made", "ends"), rows)


def _show_invitations(given: list[dict[str, Any]]) -> None:
    print_table(
        ("bucket", "id", "of", "as"), [(i["bucketName"], i["bucketId"], i["sharedBy"], i["role"]) for i in given]
    )
