"""How often somebody may try to prove who they are; strangers' tries must not keep out whom they are about."""

import ipaddress

from onememory.domain.errors import RateLimited
from onememory.security.rate_limits import Limit, Rate
from onememory.services.limits import Limiting

BY_NETWORK = Limit("tries of a network", Rate(30, minutes=15))  # whatever names it tries
BY_NAME_AND_NETWORK = Limit("tries of a name there", Rate(10, minutes=15))
BY_NAME = Limit("tries of a name", Rate(300, minutes=60))  # from wherever: only a crowd of networks comes this far
BY_BROWSER = Limit("tries of a browser", Rate(10, minutes=15))  # one known from an earlier sign-in counts for itself
BY_PROVIDER = Limit("returns of a network", Rate(300, minutes=15))  # from an identity provider; a whole office may
CODES_BY_USER = Limit("codes", Rate(10, minutes=60))  # a code has six digits, and three of them are right at a time
CONFIRMATIONS = Limit("confirmations", Rate(10, minutes=15))  # by who is signed in already


class Tries:
    """Counts tries; each method raises RateLimited when there were too many."""

    def __init__(self, limiting: Limiting) -> None:
        self._limiting = limiting

    async def from_strange_browser(self, name: str, address: str) -> None:
        """A try with a name from a browser that is not known."""
        await self.from_network(address)
        await self._admit(BY_NAME_AND_NETWORK, _there(name, address))
        await self._admit(BY_NAME, name)

    async def from_known_browser(self, mark: str) -> None:
        """A try from a browser in which this person has signed in before."""
        await self._admit(BY_BROWSER, mark)

    async def from_network(self, address: str) -> None:
        """A try with anything."""
        await self._admit(BY_NETWORK, _network(address))

    async def from_provider(self, address: str) -> None:
        """A return from an identity provider, from a network."""
        await self._admit(BY_PROVIDER, _network(address))

    async def of_code(self, user_id: str) -> None:
        """A try with a code, by somebody who knows the password and whose browser is not known."""
        await self._admit(CODES_BY_USER, user_id)

    async def of_confirmation(self, user_id: str) -> None:
        """A try with a password, by somebody who is signed in."""
        await self._admit(CONFIRMATIONS, user_id)

    async def forgive(self, name: str, address: str, mark: str) -> None:
        """Forget the tries there, of one who has got in."""
        await self._limiting.forgive(BY_NAME_AND_NETWORK, _there(name, address))
        await self._limiting.forgive(BY_BROWSER, mark)

    async def forgive_user(self, user_id: str) -> None:
        """Forget the tries of one who has proved who they are."""
        await self._limiting.forgive(CODES_BY_USER, user_id)
        await self._limiting.forgive(CONFIRMATIONS, user_id)

    async def _admit(self, limit: Limit, caller: str) -> None:
        verdict = await self._limiting.admit(limit, caller)
        if not verdict.passes:
            minutes = -(-verdict.retry_after // 60)
            wait = f"{minutes} minutes" if minutes > 1 else "a minute"
            raise RateLimited(f"Too many tries. Wait {wait}, then try again.", verdict.retry_after)


def _there(name: str, address: str) -> str:
    return f"{_network(address)} {name}"


def _network(address: str) -> str:
    # Whoever has one address of version 6 has at least the other 2^64 beside it.
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
