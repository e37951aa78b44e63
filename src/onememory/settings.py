"""The only reader of environment and settings file: one table of settings, every mistake told at once.

Each setting comes from `ONEMEMORY_<NAME>`, from the file that `ONEMEMORY_<NAME>_FILE` names (meant for secrets), or
from the TOML file that `ONEMEMORY_SETTINGS` names (default: settings.toml in the data directory); the first of these
that is there counts.
"""

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from onememory import setting_values as read
from onememory.domain.errors import InvalidInput
from onememory.domain.installation import MOST_DAYS, Choosable, OnSecret, Preset
from onememory.domain.quotas import MOST_BYTES, MOST_MEMORIES, Quota
from onememory.security.database_urls import place_of

PREFIX = "ONEMEMORY_"
SETTINGS_FILE = "settings.toml"


class SettingsError(InvalidInput):
    """Every mistake in the settings, a line each."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table."""

    name: str  # of the field below, of the TOML key and, in capitals behind the prefix, of the variable
    default: object
    read: Callable[[str], object]
    what: str  # for a person
    is_secret: bool = False
    aliases: tuple[str, ...] = ()  # variables under which other programs know the same

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name.upper()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can set; see SETTINGS for what each means."""

    data: Path
    database_url: str | None
    host: str
    port: int
    drain_seconds: int
    public_url: str | None
    browser_origins: tuple[str, ...] | None
    bootstrap_token: str | None
    embedder: str
    embedder_url: str | None
    embedder_key: str | None
    embedder_dimension: int | None
    index_memory_mb: int
    text_limit: int
    secrets: str
    upload_limit_mb: int
    rate_per_minute: int
    trash_days: int
    audit_days: int
    question_days: int
    client_documents: bool
    oidc_issuer: str | None
    oidc_client_id: str | None
    oidc_client_secret: str | None
    oidc_name: str
    oidc_inside: bool
    proxy_addresses: tuple[str, ...] | None
    proxy_header: str | None
    create_users: bool
    default_quota_memories: int | None
    default_quota_bytes: int | None
    metrics: bool
    log_format: str
    log_level: str
    url: str | None
    token: str | None
    said_by: Mapping[str, str]  # who says what is no default: the name of a variable or of a file

    @property
    def base_url(self) -> str:
        """The URL under which clients reach this installation, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def stores_in(self) -> str:
        """Where everything is stored, as a person knows it: without a password."""
        return str(self.data) if self.database_url is None else place_of(self.database_url)

    def with_embedder(self, name: str) -> "Settings":
        """The same with another embedder, whatever an administrator has chosen."""
        return replace(self, embedder=name, said_by={**self.said_by, "embedder": "this command"})

    @property
    def presets(self) -> dict[Choosable, Preset]:
        """What administrators may choose where nobody says so here."""
        names = [name for name in Choosable if name in _BY_NAME]
        return {name: Preset(str(getattr(self, name)), self.said_by.get(name)) for name in names}

    @property
    def default_quota(self) -> Quota:
        """What somebody new may keep, administrators apart."""
        return Quota(self.default_quota_memories, self.default_quota_bytes)


SETTINGS: tuple[Setting, ...] = (
    Setting("data", Path("onememory-data"), read.path, "The data directory; made on first run."),
    Setting(
        "database_url",
        None,
        read.database,
        "A PostgreSQL database to store in, such as postgresql://user:password@host/name; else SQLite.",
        is_secret=True,
    ),
    Setting("host", "127.0.0.1", read.text, "The address to listen on."),
    Setting("port", 8787, read.whole(0, 65_535), "The port to listen on; 0 takes a free one."),
    Setting(
        "drain_seconds",
        0,
        read.whole(0, 600),
        "For how long it still answers after SIGTERM, while /readyz says no already.",
    ),
    Setting("public_url", None, read.base_url, "The URL under which clients reach it, where that is another one."),
    Setting(
        "browser_origins", None, read.origins, "Web pages that may call the REST interface, such as a chat page's."
    ),
    Setting("bootstrap_token", None, read.token, "The first token, for containers and tests.", is_secret=True),
    Setting(
        "embedder", "wordllama", read.embedder, "wordllama, onnx:DIRECTORY, fastembed:MODEL, openai:MODEL or none."
    ),
    Setting("embedder_url", None, read.url, "For openai: the base URL of the API, such as http://127.0.0.1:11434/v1."),
    Setting("embedder_key", None, read.text, "For openai: the API key.", is_secret=True),
    Setting("embedder_dimension", None, read.whole(1, 8_192), "For openai: the dimension to ask for."),
    Setting(
        "index_memory_mb",
        512,
        read.whole(16, 1_000_000),
        "How much memory the indexes of recently active people may take, in MiB; the next search reads anew what went.",
    ),
    Setting("text_limit", 20_000, read.whole(100, 1_000_000), "The most characters that a memory's text may have."),
    Setting("secrets", "block", read.one_of(*OnSecret), "Keys, card numbers and the like: block, mask or allow."),
    Setting("upload_limit_mb", 512, read.whole(1, 10_240), "The largest file that may be uploaded, in MiB."),
    Setting(
        "rate_per_minute", 0, read.whole(0, 1_000_000), "Requests a minute that a token may make; 0 means no limit."
    ),
    Setting("trash_days", 30, read.whole(0, MOST_DAYS), "For how many days the trash is kept; 0 means for ever."),
    Setting(
        "question_days",
        30,
        read.whole(0, MOST_DAYS),
        "For how many days it is kept what tools asked; 0 means not at all.",
    ),
    Setting("audit_days", 365, read.whole(0, MOST_DAYS), "For how many days the audit log is kept; 0 means for ever."),
    Setting(
        "client_documents", True, read.switch, "Whether AI tools may sign in by a document that is fetched from them."
    ),
    Setting("oidc_issuer", None, read.issuer, "The OpenID provider at which people may sign in, as it calls itself."),
    Setting("oidc_client_id", None, read.text, "As what that provider knows onememory."),
    Setting("oidc_client_secret", None, read.text, "The secret that belongs to it, if there is one.", is_secret=True),
    Setting("oidc_name", "single sign-on", read.text, "What people call the provider: Sign in with ..."),
    Setting("oidc_inside", False, read.switch, "Whether the provider may be in your own network."),
    Setting(
        "proxy_addresses", None, read.networks, "Proxies in front of onememory; else only those on the same machine."
    ),
    Setting("proxy_header", None, read.header, "The header in which a proxy names whom it has signed in."),
    Setting("create_users", False, read.switch, "Whether whoever the provider or the proxy lets in gets an account."),
    Setting(
        "default_quota_memories",
        None,
        read.whole(0, MOST_MEMORIES),
        "How many memories somebody new may keep; else any.",
    ),
    Setting(
        "default_quota_bytes",
        None,
        read.whole(0, MOST_BYTES),
        "How many bytes of text somebody new may keep; else any.",
    ),
    Setting("metrics", False, read.switch, "Whether /metrics answers, for Prometheus."),
    Setting("log_format", "text", read.one_of("text", "json"), "How the log is written."),
    Setting("log_level", "info", read.one_of("debug", "info", "warning", "error"), "How much is logged."),
    Setting(
        "url",
        None,
        read.server,
        "For commands: the server to speak to, if there is one.",
        aliases=("MEMORY_PLUGIN_URL",),
    ),
    Setting("token", None, read.token, "For commands: who asks.", is_secret=True, aliases=("MEMORY_PLUGIN_TOKEN",)),
)

_TOGETHER = (("oidc_issuer", "oidc_client_id"), ("oidc_client_id", "oidc_issuer"), ("proxy_header", "proxy_addresses"))
_ANYBODY = "proxy_header needs the addresses of the proxies alone as proxy_addresses; else anybody could be anybody."
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one setting is, and where that was said."""

    setting: Setting
    value: object
    origin: str  # "default", "environment", "settings file" or "command line"

    @property
    def said_by(self) -> str | None:
        """Who says so, as a person finds it; None for a default."""
        return {"default": None, "environment": self.setting.variable}.get(self.origin, f"the {self.origin}")


def load(overrides: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force; `overrides` come from the command line. Raises SettingsError with every mistake."""
    explained = explain(overrides, environment)
    values: dict[str, Any] = {chosen.setting.name: chosen.value for chosen in explained}
    for name, other in _TOGETHER:
        if values[name] is not None and values[other] is None:
            raise SettingsError(f"The settings cannot be used:\n- {name} needs {other}, too.")
    if values["proxy_header"] is not None and read.are_everybody(values["proxy_addresses"]):
        raise SettingsError(f"The settings cannot be used:\n- {_ANYBODY}")
    return Settings(**values, said_by={c.setting.name: c.said_by for c in explained if c.said_by is not None})


def explain(
    overrides: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> list[Chosen]:
    """Every setting in force and where it was said, in the order of the table. Raises SettingsError as `load` does."""
    environment = os.environ if environment is None else environment  # noqa: TID251 - the one place that may
    mistakes: list[str] = []
    given = _from_command_line(overrides or {}, mistakes)
    values = _from_environment(environment, mistakes)
    data = given.get("data", values.get("data", SETTINGS[0].default))
    from_file = _from_file(environment.get(PREFIX + "SETTINGS"), Path(str(data)), mistakes)
    if mistakes:
        raise SettingsError("\n".join(["The settings cannot be used:", *(f"- {mistake}" for mistake in mistakes)]))
    places = (("command line", given), ("environment", values), ("settings file", from_file))
    return [_chosen(setting, places) for setting in SETTINGS]


def _chosen(setting: Setting, places: Sequence[tuple[str, Mapping[str, object]]]) -> Chosen:
    for origin, values in places:
        if setting.name in values:
            return Chosen(setting, values[setting.name], origin)
    return Chosen(setting, setting.default, "default")


def _from_command_line(overrides: Mapping[str, object], mistakes: list[str]) -> dict[str, object]:
    values = {name: value for name, value in overrides.items() if value is not None}
    for setting in SETTINGS:
        if isinstance(given := values.get(setting.name), str | int):
            _take(values, setting, str(given), f"--{setting.name.replace('_', '-')}", mistakes)
    return values


def _from_environment(environment: Mapping[str, str], mistakes: list[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for setting in SETTINGS:
        if said := _variable(setting, environment, mistakes):
            name, text = said
            _take(values, setting, text, name, mistakes)
    return values


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """Names in the environment that look like settings and are none: told, but no reason to stop."""
    environment = os.environ if environment is None else environment  # noqa: TID251 - the one place that may
    known = {s.variable for s in SETTINGS} | {s.variable + "_FILE" for s in SETTINGS} | {PREFIX + "SETTINGS"}
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def _variable(setting: Setting, environment: Mapping[str, str], mistakes: list[str]) -> tuple[str, str] | None:
    """The variable that counts, and what it says."""
    if text := environment.get(setting.variable):
        return setting.variable, text
    if file := environment.get(setting.variable + "_FILE"):
        try:
            return setting.variable, Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            mistakes.append(f"{setting.variable}_FILE names {file}, which cannot be read: {error}.")
            return None
    return next(((alias, environment[alias]) for alias in setting.aliases if environment.get(alias)), None)


def _from_file(named: str | None, data: Path, mistakes: list[str]) -> dict[str, object]:
    path = Path(named) if named else data / SETTINGS_FILE
    if not named and not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        mistakes.append(f"{path} cannot be read as TOML: {error}.")
        return {}
    values: dict[str, object] = {}
    for name, value in table.items():
        if name in _BY_NAME:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            _take(values, _BY_NAME[name], text, f"`{name}` in {path}", mistakes)
        else:
            mistakes.append(f"`{name}` in {path} is no setting; `onememory doctor --settings` lists them all.")
    return values


def _take(values: dict[str, object], setting: Setting, text: str, where: str, mistakes: list[str]) -> None:
    try:
        values[setting.name] = setting.read(text)
    except ValueError as error:
        instead = "" if setting.is_secret else f", not {text!r}"
        mistakes.append(f"{where} must be {error}{instead}.")


assert {f.name for f in fields(Settings)} - {"said_by"} == {s.name for s in SETTINGS}  # noqa: S101 - the table is the dataclass
