"""URLs of databases: what can be read is shown without its password, and what cannot is never quoted."""

import psycopg.conninfo
import pytest

from onememory.security.database_urls import place_of
from onememory.settings import SettingsError, load


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:pw@db.example.org:5432/one", "postgresql://db.example.org:5432/one"),
        ("postgres://u:p%40ss%2Fw@[::1]:5432/one?sslmode=verify-full", "postgresql://[::1]:5432/one"),
        ("postgresql://u:hun#ter2@localhost/x", "postgresql://localhost/x"),
        ("postgresql://u:[hun?t:er2@localhost/x", "postgresql://localhost/x"),
        ("postgresql://u:pw@a,b:6432/x?target_session_attrs=primary", "postgresql://a,b:6432/x"),
        ("postgresql:///x?host=/run/postgresql&port=5433&password=pw", "postgresql:///run/postgresql:5433/x"),
        ("postgresql://", "postgresql://"),
    ],
)
def test_a_url_is_shown_as_host_port_and_name_alone(url: str, shown: str) -> None:
    assert psycopg.conninfo.conninfo_to_dict(url) is not None, "the driver reads it, too"
    assert place_of(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:50%off@localhost/x",
        "postgresql://u:se%ZZcret@localhost/x",
        "postgresql://u:p@ssw0rd@localhost:1/x",
        "postgresql://u:top/secret@localhost/x",
        "postgresql://u:1/secret@localhost/x",
        "postgresql://u:1/s?ecret=x@localhost/x",
        "postgresql://u:[hun@ter2@localhost/x",
        "postgresql:/u:secret@localhost/x",
        "mysql://u:secret@localhost/x",
    ],
)
def test_what_cannot_be_read_for_certain_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(ValueError, match="in a password") as refused:
        place_of(url)

    assert all(part not in str(refused.value) for part in ("off", "cret", "ssw0rd", "top", "ter2"))


def test_the_setting_says_how_a_password_is_written() -> None:
    with pytest.raises(SettingsError, match=r"ONEMEMORY_DATABASE_URL must be a URL .* are written %40") as refused:
        load(environment={"ONEMEMORY_DATABASE_URL": "postgresql://u:p@secret@localhost:1/x"})
    assert "secret" not in str(refused.value)
