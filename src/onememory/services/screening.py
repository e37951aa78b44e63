"""Which text may be kept: one rule for everything that writes.

Private passages are never stored. What is done about secrets is a setting.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from onememory.domain.conversations import Conversation
from onememory.domain.errors import HoldsSecret, InvalidInput, OneMemoryError
from onememory.domain.installation import OnSecret
from onememory.domain.memories import checked_text
from onememory.ports.scanning import SecretScanner
from onememory.security.disclosures import Disclosure, by_form, described, masked, merged, without_private

PRIVATE = "[private passage removed]"  # what is kept of a message that was nothing else
_BETWEEN = "\n~\n"  # a secret does not reach across it


LEFT_OUT = "Not all of it was kept: private passages and secrets were left out."


class Screening:
    """Looks at every text before it is kept."""

    def __init__(self, on_secret: Callable[[], OnSecret], text_limit: int, scanner: SecretScanner) -> None:
        self._asked_on_secret = on_secret  # each time anew, for it may be chosen while we run
        self._scanner = scanner
        self.text_limit = text_limit

    @property
    def _on_secret(self) -> OnSecret:
        return self._asked_on_secret()

    async def passed(self, text: str) -> str:
        """As `checked`, without holding up others while rules are loaded."""
        if self._on_secret is not OnSecret.ALLOW and self._scanner.is_slow(text):
            return await asyncio.to_thread(self.checked, text)
        return self.checked(text)

    async def outcomes(self, texts: Sequence[str]) -> list[str | OneMemoryError]:
        """For each text, in order, what may be kept of it or why nothing may."""
        return await asyncio.to_thread(lambda: [self._outcome(text) for text in texts])

    def _outcome(self, text: str) -> str | OneMemoryError:
        try:
            return self.checked(text)
        except OneMemoryError as error:
            return error

    def checked(self, text: str) -> str:
        """The text of a memory as it may be kept.

        Raises InvalidInput for empty, unstorable or wholly private text, TooLarge, and HoldsSecret.
        """
        public = without_private(checked_text(text, self.text_limit))
        if public != text and not public.strip():
            raise InvalidInput("All of `text` is marked as private, so nothing of it was stored.")
        return self._let_through(public)

    async def label(self, text: str) -> str:
        """A name or a description as it may be kept; raises HoldsSecret."""
        if self._scanner.is_slow(text):
            return await asyncio.to_thread(self._let_through, text)
        return self._let_through(text)

    def _let_through(self, public: str) -> str:
        if self._on_secret is not OnSecret.BLOCK:
            return self._masked(public)[0]
        if found := merged(self._found(public)):
            raise HoldsSecret(
                f"This text seems to hold a secret: {described(found)}. It was not stored. "
                "Take the secret out and store the rest."
            )
        return public

    def cleaned(self, text: str) -> tuple[str, int]:
        """What is kept of a text that comes with others and must not hold them up, and how many secrets it lost."""
        public = without_private(text)
        return self._masked(public if public.strip() or public == text else PRIVATE)

    def conversation(self, said: Conversation) -> tuple[Conversation, int]:
        """What is kept of a conversation, and how many secrets it lost."""
        whole = _BETWEEN.join([said.title, *(message.text for message in said.messages)])
        if without_private(whole) == whole and not self._holds_secret(whole):
            return said, 0  # as nearly all are; one look at the whole takes half of the time
        title, count = self.cleaned(said.title)
        messages = []
        for message in said.messages:
            text, lost = self.cleaned(message.text)
            messages.append(replace(message, text=text))
            count += lost
        return replace(said, title=title, messages=tuple(messages)), count

    def _holds_secret(self, text: str) -> bool:
        return self._on_secret is not OnSecret.ALLOW and any(True for _ in self._found(text))

    def _masked(self, text: str) -> tuple[str, int]:
        return (text, 0) if self._on_secret is OnSecret.ALLOW else masked(text, self._found)

    def _found(self, text: str) -> Iterator[Disclosure]:
        yield from by_form(text)
        yield from self._scanner.find(text)
