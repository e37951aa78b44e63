"""What a tool is: its name, what it takes and answers, and who may call it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from onememory.domain.actors import Action, Actor
from onememory.services import Services


@dataclass(frozen=True, slots=True)
class ToolCall:
    """Who calls, and what there is to call."""

    actor: Actor
    services: Services
    public_url: str  # under which clients reach this installation
    client: str | None = None  # the calling program, as it names itself
    serves_links: bool = True  # this process is the server at that URL


Given = Any  # a Struct of the tool's own; the table in catalogue.py is where both are joined
Handler = Callable[[ToolCall, Given], Awaitable[msgspec.Struct]]


class Effect(NamedTuple):
    """What calling a tool does, in the terms of the protocol's hints."""

    is_reader: bool
    is_destructive: bool
    is_idempotent: bool


READS = Effect(is_reader=True, is_destructive=False, is_idempotent=True)
ADDS = Effect(is_reader=False, is_destructive=False, is_idempotent=False)
OVERWRITES = Effect(is_reader=False, is_destructive=True, is_idempotent=True)
RESTORES = Effect(is_reader=False, is_destructive=False, is_idempotent=True)


class Nothing(msgspec.Struct):
    """A tool that takes no arguments."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One line of the catalogue."""

    name: str
    title: str
    description: str
    handler: Handler
    answers: type[msgspec.Struct]
    takes: type[msgspec.Struct] = Nothing
    effect: Effect = READS
    needs: Action = Action.READ  # who may not do this is not shown the tool
    in_archive: bool = False  # not for tokens that are limited to buckets


Arguments = Mapping[str, Any]
