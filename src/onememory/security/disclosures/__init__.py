"""Secrets that a text gives away: recognised by their form, told without repeating them, and masked. No I/O."""

from onememory.security.disclosures.cards import card_numbers
from onememory.security.disclosures.credentials import credentials
from onememory.security.disclosures.passages import without_private
from onememory.security.disclosures.spans import Disclosure, Find, described, masked, merged

__all__ = ["Disclosure", "Find", "by_form", "described", "masked", "merged", "without_private"]


def by_form(text: str) -> list[Disclosure]:
    """The card numbers, passwords and credentials in a text, in no order."""
    return [*card_numbers(text), *credentials(text)]
