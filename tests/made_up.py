"""Secrets that nobody has, put together when tests run, so that no scanner of this repository finds one."""

import random
import string
from base64 import urlsafe_b64encode

from mnemonic import Mnemonic

LETTERS = string.ascii_letters
ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
URLSAFE = ALNUM + "-_"


def drawn(length: int, letters: str = ALNUM, seed: int = 7) -> str:
    """As many letters drawn by lot, the same ones each time."""
    return "".join(random.Random(f"{seed} {length} {letters}").choices(letters, k=length))


def _segment(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def phrase(language: str = "english", words: int = 12) -> str:
    """A seed phrase with a right check sum."""
    entropy = random.Random(f"{language} {words}").randbytes(words * 4 // 3)
    return Mnemonic(language).to_mnemonic(entropy)


GITHUB = f"ghp_{drawn(36)}"
STRIPE = f"sk_live_{drawn(24)}"
OURS = f"om_{drawn(43, URLSAFE)}"
CARD = "4111 1111 1111 1111"  # a number for tests, as issuers publish them

SERVICE_KEYS = {
    "GitHub personal access token": GITHUB,
    "GitHub fine grained personal access token": f"github_pat_{drawn(22)}_{drawn(59)}",
    "GitLab personal access token": f"glpat-{drawn(20)}",
    "Slack bot token": f"xoxb-{drawn(12, '123456789')}-{drawn(12, '987654321')}-{drawn(24)}",
    "Stripe access token": STRIPE,
    "OpenAI API key": f"sk-proj-{drawn(74)}T3BlbkFJ{drawn(74, seed=8)}",
    "Google Cloud API key": f"AIza{drawn(35)}",
    "npm Access Token": f"npm_{drawn(36)}",
    "PyPI upload token": f"pypi-AgEIcHlwaS5vcmc{drawn(120)}",
    "SendGrid API Key": f"SG.{drawn(22)}.{drawn(43)}",
    "Twilio API key": f"SK{drawn(32, HEX)}",
    "Hugging Face access token": f"hf_{drawn(34, LETTERS)}",
    "login token (JWT)": ".".join(
        [_segment('{"alg":"HS256","typ":"JWT"}'), _segment('{"sub":"1234567890","iat":1516239022}'), drawn(43, URLSAFE)]
    ),
    "private key": f"-----BEGIN RSA PRIVATE KEY-----\n{drawn(64)}\n{drawn(64, seed=9)}\n-----END RSA PRIVATE KEY-----",
}
