"""How the contract names those who speak."""

from typing import Literal

from onememory.domain.conversations import Role

Sender = Literal["human", "assistant"]

SENDERS: dict[Role, Sender] = {Role.USER: "human", Role.ASSISTANT: "assistant"}
ROLES: dict[Sender, Role] = {"human": Role.USER, "assistant": Role.ASSISTANT}
