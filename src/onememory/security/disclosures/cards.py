"""Numbers of payment cards: what an issuer would have printed, with a right check digit.

Prefixes and lengths as ISO/IEC 7812 issuers publish them; the check digit is that of ISO/IEC 7812-1, Annex B (Luhn).
"""

import re
from collections.abc import Iterator

from onememory.security.disclosures.spans import Disclosure

KIND = "card number"

# As printed on cards: in one piece, in fours, and as 4-6-5 or 4-6-4. It begins with a digit, so that prose is passed
# fast; longer rows of fours are lists or an IBAN.
_WRITTEN = re.compile(
    r"[2-6](?<![A-Za-z0-9_./#+-][2-6])(?<![0-9]{4}[ -][2-6])(?<![A-Z]{2}[0-9]{2} [2-6])"
    r"(?:[0-9]{13,18}"
    r"|[0-9]{3}([ \u00a0-])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?"
    r"|[0-9]{3}([ \u00a0-])[0-9]{6}\2[0-9]{4,5})"
    r"(?![A-Za-z0-9_]|[-.][0-9]|[ -][0-9]{4}(?![0-9]))"
)
_ISSUED = re.compile(
    r"4[0-9]{15}"  # Visa
    r"|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"  # Mastercard
    r"|(?:5018|5020|5038|6304|6759|676[1-3])[0-9]{12}"  # Maestro
    r"|3[47][0-9]{13}"  # American Express
    r"|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}"  # Discover
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}"  # JCB
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}"  # Diners Club
    r"|62[0-9]{14,17}"  # UnionPay
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # the digit sum of twice each digit


def card_numbers(text: str) -> Iterator[Disclosure]:
    """Each card number in the text."""
    for match in _WRITTEN.finditer(text):
        digits = "".join(filter(str.isdecimal, match[0]))
        if _ISSUED.fullmatch(digits) and _is_checked(digits):
            yield Disclosure(KIND, match.start(), match.end())


def _is_checked(digits: str) -> bool:
    backwards = [int(digit) for digit in reversed(digits)]
    return (sum(backwards[0::2]) + sum(_DOUBLED[digit] for digit in backwards[1::2])) % 10 == 0
