"""Settings of sign-in for teams: what cannot work is said at the start, and the process builds what they name."""

import asyncio
from pathlib import Path

import pytest

from databases import DATABASES
from onememory import settings
from onememory.bootstrap import running

OIDC = {"oidc_issuer": "https://login.example.org", "oidc_client_id": "onememory"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"oidc_issuer": "http://login.example.org"}, "https URL"),
        ({"oidc_issuer": "https://login.example.org?x=1"}, "https URL"),
        ({"oidc_issuer": "https://login.example.org"}, "oidc_issuer needs oidc_client_id"),
        ({"oidc_client_id": "x"}, "oidc_client_id needs oidc_issuer"),
        ({"proxy_header": "Remote-User"}, "proxy_header needs proxy_addresses"),
        ({"proxy_header": "Remote User", "proxy_addresses": "10.0.0.5"}, "name of a header"),
        ({"proxy_addresses": "the proxy"}, "addresses or networks"),
        ({"proxy_header": "Remote-User", "proxy_addresses": "10.0.0.5,0.0.0.0/0"}, "anybody could be anybody"),
        ({"proxy_header": "Remote-User", "proxy_addresses": "::/0"}, "anybody could be anybody"),
    ],
)
def test_a_mistake_is_told_in_words(tmp_path: Path, given: dict[str, str], told: str) -> None:
    with pytest.raises(settings.SettingsError, match=told):
        settings.load({"data": tmp_path, **given}, {})


def test_a_secret_may_come_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("a secret\n", encoding="utf-8")
    loaded = settings.load({"data": tmp_path, **OIDC}, {"ONEMEMORY_OIDC_CLIENT_SECRET_FILE": str(file)})

    assert loaded.oidc_client_secret == "a secret"
    assert next(s for s in settings.SETTINGS if s.name == "oidc_client_secret").is_secret


@pytest.mark.parametrize(("given", "name"), [({}, None), ({**OIDC, "oidc_name": "Example"}, "Example")])
def test_the_process_offers_the_provider_of_the_settings(data: Path, given: dict[str, str], name: str | None) -> None:
    async def run() -> str | None:
        own = {"embedder": "none", "data": data, **DATABASES.overrides(data)}
        async with running(settings.load({**own, **given}, {})) as (services, _):
            return services.provider_sign_in.name

    assert asyncio.run(run()) == name
