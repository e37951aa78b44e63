"""How often somebody may try to prove who they are; strangers' tries must not keep out whom they are about."""

import ipaddress

from onememory.domain.errors import RateLimited
from onememory.ports import Clock
from onememory.security.rate_limits import Rate, Throttle

BY_NETWORK = Rate(30, minutes=15)  # whatever names it tries
BY_NAME_AND_NETWORK = Rate(10, minutes=15)
BY_NAME = Rate(300, minutes=60)  # from wherever: only a crowd of networks comes this far
BY_BROWSER = Rate(10, minutes=15)  # one that is known from an earlier sign-in counts for itself alone
BY_PROVIDER = Rate(300, minutes=15)  # who comes back from an identity provider; a whole office may
CODES_BY_USER = Rate(10, minutes=60)  # a code has six digits, and three of them are right at a time
CONFIRMATIONS = Rate(10, minutes=15)  # by who is signed in already


class Tries:
    """Counts tries; each method raises RateLimited when there were too many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._networks = Throttle(BY_NETWORK)
        self._names_there = Throttle(BY_NAME_AND_NETWORK)
        self._names = Throttle(BY_NAME)
        self._browsers = Throttle(BY_BROWSER)
        self._providers = Throttle(BY_PROVIDER)
        self._codes = Throttle(CODES_BY_USER)
        self._confirmations = Throttle(CONFIRMATIONS)

    def from_strange_browser(self, name: str, address: str) -> None:
        """A try with a name from a browser that is not known."""
        self.from_network(address)
        self._admit(self._names_there, _there(name, address))
        self._admit(self._names, name)

    def from_known_browser(self, mark: str) -> None:
        """A try from a browser in which this person has signed in before."""
        self._admit(self._browsers, mark)

    def from_network(self, address: str) -> None:
        """A try with anything."""
        self._admit(self._networks, _network(address))

    def from_provider(self, address: str) -> None:
        """A return from an identity provider, from a network."""
        self._admit(self._providers, _network(address))

    def of_code(self, user_id: str) -> None:
        """A try with a code, by somebody who knows the password and whose browser is not known."""
        self._admit(self._codes, user_id)

    def of_confirmation(self, user_id: str) -> None:
        """A try with a password, by somebody who is signed in."""
        self._admit(self._confirmations, user_id)

    def forgive(self, name: str, address: str, mark: str) -> None:
        """Forget the tries there, of one who has got in."""
        self._names_there.forgive(_there(name, address))
        self._browsers.forgive(mark)

    def forgive_user(self, user_id: str) -> None:
        """Forget the tries of one who has proved who they are."""
        self._codes.forgive(user_id)
        self._confirmations.forgive(user_id)

    def _admit(self, throttle: Throttle, caller: str) -> None:
        verdict = throttle.admit(caller, self._clock.now().timestamp())
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
