"""Codes that an app on a person's phone makes from a key and the time (RFC 6238: SHA-1, six digits, 30 seconds)."""

import re
from datetime import datetime

import pyotp

KEY_LENGTH = 32  # characters of base32, which are the 160 bits that RFC 4226 recommends
STEPS_ASIDE = 1  # clocks may differ by so many steps, and people type slowly (RFC 6238, section 5.2)
ISSUER = "onememory"

_KEY = re.compile(f"[A-Z2-7]{{{KEY_LENGTH}}}")
_CODE = re.compile(r"\d{6}", re.ASCII)


def mint_key() -> str:
    """A new random key in base32."""
    return pyotp.random_base32(KEY_LENGTH)


def is_key(text: str) -> bool:
    """Whether this is a key as they are made here."""
    return _KEY.fullmatch(text) is not None


def enrolment_uri(key: str, name: str) -> str:
    """What an app reads from a picture, in the layout that Google Authenticator has made usual."""
    return pyotp.TOTP(key).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(key: str, code: str, moment: datetime) -> int | None:
    """The step whose code this is, among the present one and its neighbours; the newest one where several fit."""
    code = "".join(code.split())
    if not _CODE.fullmatch(code):
        return None
    codes, present = pyotp.TOTP(key), int(moment.timestamp()) // 30
    steps = range(present + STEPS_ASIDE, present - STEPS_ASIDE - 1, -1)
    return next((step for step in steps if pyotp.utils.strings_equal(codes.generate_otp(step), code)), None)
