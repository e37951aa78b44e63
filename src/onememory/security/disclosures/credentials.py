"""Credentials known by their form or by the word before them; what `scanning` knows of single services adds to these.

Each form is one that its maker documents. What follows a word such as "password" counts only when it looks drawn by
lot, because memories are prose.
"""

import re
from collections.abc import Iterator

from onememory.security.disclosures.spans import Disclosure
from onememory.security.secrets import PREFIX

# What belongs to an id, where it follows within a few words.
_OTHER_HALF = r"(?:[^\w/+]{1,5}(?:[\w-]{1,30}[^\w/+]{1,5}){0,5}?[\w/+]{40}(?![\w/+=]))?"

# What it is, letters without which the form is not searched for, and the form.
_FORMS = tuple(
    (kind, cue, re.compile(form, re.ASCII))
    for kind, cue, form in (
        ("OneMemory token", PREFIX, rf"\b{PREFIX}[\w-]{{43}}(?![\w-])"),
        ("AWS access key", "IA", rf"\bA[KS]IA[A-Z2-7]{{16}}\b{_OTHER_HALF}"),
        ("API key", "sk-", r"\bsk-[A-Za-z0-9]{32,100}(?![\w-])"),  # of OpenAI, DeepSeek, Moonshot and others
        ("Anthropic key", "sk-ant-", r"\bsk-ant-[a-z]{3,10}\d\d-[\w-]{80,200}"),
        ("Google client secret", "GOCSPX-", r"\bGOCSPX-[\w-]{28}(?![\w-])"),
        ("Notion token", "ntn_", r"\bntn_[A-Za-z0-9]{40,50}\b"),
        ("Telegram bot token", ":AA", r"\b\d{8,10}:AA[\w-]{33}(?![\w-])"),
        ("Discord webhook", "/api/webhooks/", r"\bdiscord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,100}"),
        ("Azure storage key", "AccountKey=", r"\bAccountKey=[A-Za-z0-9+/]{86}=="),
        ("private key of a wallet", "prv", r"\b[xyzt]prv[1-9A-HJ-NP-Za-km-z]{107,108}\b"),
    )
)
_IN_LINK = re.compile(
    r"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@'\"<>]{0,100}:(?P<secret>[^\s/@'\"<>]{6,200})@[A-Za-z0-9\[]"
)
_EXAMPLES = frozenset({"password", "passwd", "secret", "changeme"})

_NAMED = re.compile(
    r"(?:pass(?:words?|wd|code|phrase)|pwd|secret|token|bearer|(?:api|access|private|secret|auth|account)[ _-]?keys?"
    r"|passwort|kennwort|contraseña|mot de passe|senha|parola|wachtwoord|hasło|пароль|密码|密碼|パスワード|비밀번호)"
    r"[\"'`*_]{0,3}(?:\s{0,3}(?::=|=>|[:=\uff1a]|is\b|ist\b|es\b|est\b|è\b)|\s)[\s\"'`*]{0,6}"
    r"(?P<secret>[!#%&+./0-9=?@A-Z^_a-z~:$*-]{10,500})",
    re.IGNORECASE,
)
_RUN = re.compile(r"[!#%&+./0-9=?@A-Z^_a-z~:$*-]{10,500}")
_BEFORE = 40  # characters before a run in which the word that names it stands
_MIXED = re.compile(r"[0-9](?:(?=[A-Za-z])|(?<=[A-Za-z][0-9]))")  # begins with a digit, so that prose is passed fast
_LETTER = re.compile("[A-Za-z]")
_NO_VALUE = re.compile(r"[$%/~*.]|\w+://")  # a variable, a path, a mask, a link
_SWITCH = re.compile(
    r"(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]|(?<=[a-z])[A-Z](?![a-z])"
    r"|(?<=[A-Za-z0-9])[!#%&+=?@^~$*](?=.)|(?<=[!#%&+=?@^~$*])[A-Za-z0-9]"
)
_DRAWN = 3  # switches between letters, digits and signs; words, versions, names of models and dates have fewer


def credentials(text: str) -> Iterator[Disclosure]:
    """Tokens of known form, passwords in links, and values named as passwords or keys that look drawn by lot."""
    for kind, cue, form in _FORMS:
        if cue in text:
            yield from (Disclosure(kind, *match.span()) for match in form.finditer(text))
    if "://" in text:
        yield from _passwords_in_links(text)
    if _MIXED.search(text):
        yield from _named(text)


def _passwords_in_links(text: str) -> Iterator[Disclosure]:
    for match in _IN_LINK.finditer(text):
        secret = match["secret"]
        if secret.lower() not in _EXAMPLES and not _NO_VALUE.match(secret) and not secret.isdecimal():
            yield Disclosure("password in a link", *match.span("secret"))


def _named(text: str) -> Iterator[Disclosure]:
    for run in _RUN.finditer(text):
        if _looks_drawn(run[0]):  # rare in prose, so that it comes before the dearer search for the word
            for match in _NAMED.finditer(text, max(0, run.start() - _BEFORE), run.end()):
                begin, value = match.start("secret"), match["secret"].rstrip(".,:!?")
                if not _NO_VALUE.match(value) and _looks_drawn(value):
                    yield Disclosure("password or key", begin, begin + len(value))


def _looks_drawn(value: str) -> bool:
    return (
        _MIXED.search(value) is not None and len(_SWITCH.findall(value)) >= _DRAWN and len(_LETTER.findall(value)) >= 3
    )
