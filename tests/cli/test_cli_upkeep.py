import json
import threading
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from commands import Commands
from databases import DATABASES
from providers import Provider, identity_provider
from servers import serving


def test_doctor_finds_nothing_wrong_with_what_is_well(commands: Commands) -> None:
    commands.ask("add", "Likes tea")

    answer = commands.ask("doctor")

    assert answer["ok"]
    assert [check["name"] for check in answer["checks"]] == ["settings", "directory", "data", "model", "user owner"]


def test_doctor_sees_a_lost_index_and_reindex_mends_it(commands: Commands, data: Path) -> None:
    commands.ask("add", "Likes tea")
    with DATABASES.connect(data) as database:
        database.run("DELETE FROM search_documents")

    broken = json.loads(commands.run("doctor", "--json").out)
    assert "onememory reindex" in next(check["remedy"] for check in broken["checks"] if not check["ok"])

    assert commands.ask("reindex") == [{"user": "owner", "memories": 1, "withoutVector": 0}]
    assert commands.ask("doctor")["ok"]
    assert len(commands.ask("search", "tea")["hits"]) == 1


@pytest.mark.sqlite
def test_doctor_says_what_is_wrong_with_a_damaged_file(commands: Commands, data: Path) -> None:
    data.mkdir()
    (data / "onememory.db").write_bytes(b"no database at all" * 500)

    ran = commands.run("doctor", "--json")

    assert ran.code == 1
    assert "restore-backup" in json.loads(ran.out)["checks"][-1]["remedy"]


@pytest.mark.postgresql
def test_doctor_says_how_the_tables_lie(commands: Commands) -> None:
    commands.ask("add", "Likes tea")

    assert commands.ask("doctor")["checks"][2]["detail"].endswith("Its tables are in one piece.")


@pytest.mark.postgresql
def test_doctor_says_what_to_do_about_a_database_that_cannot_be_reached(commands: Commands, data: Path) -> None:
    data.mkdir()
    name = DATABASES.url_for(data).rpartition("/")[2]
    DATABASES.server.run(f"DROP DATABASE {name}")

    last = json.loads(commands.run("doctor", "--json").out)["checks"][-1]

    assert f'database "{name}" does not exist' in last["detail"]
    assert last["remedy"] == "Start PostgreSQL, and check the URL in ONEMEMORY_DATABASE_URL."


def test_doctor_says_what_to_do_about_a_newer_schema(commands: Commands, data: Path, database: str) -> None:
    commands.ask("add", "Likes tea")
    with DATABASES.connect(data) as connection:
        postgresql = "INSERT INTO schema_versions (number, name, works_with) VALUES (900, '0900_later.sql', 900)"
        connection.run("PRAGMA user_version = 900" if database == "sqlite" else postgresql)

    remedy = json.loads(commands.run("doctor", "--json").out)["checks"][-1]["remedy"]

    assert remedy.startswith("Start the newer version.")
    assert ("restore-backup" if database == "sqlite" else "pg_restore") in remedy


@pytest.mark.parametrize("embedder", ["fastembed:nonsense", "onnx:/nowhere"])
def test_doctor_says_what_is_wrong_with_the_model(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, embedder: str
) -> None:
    commands.ask("add", "Likes tea")
    monkeypatch.setenv("ONEMEMORY_EMBEDDER", embedder)

    ran = commands.run("doctor", "--json")

    last = json.loads(ran.out)["checks"][-1]
    assert (ran.code, last["name"], last["ok"]) == (1, "model", False)


@pytest.fixture
def provider(commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A running one that the settings name."""
    commands.run("add", "tea")
    with identity_provider(tmp_path) as provider:
        for name, value in {"ISSUER": provider.issuer, "CLIENT_ID": "onememory", "INSIDE": "true"}.items():
            monkeypatch.setenv(f"ONEMEMORY_OIDC_{name}", value)
        monkeypatch.setenv("SSL_CERT_FILE", str(provider.authorities))
        yield provider


@pytest.mark.once
def test_doctor_speaks_to_the_identity_provider(commands: Commands, provider: Provider) -> None:
    told = {check["name"]: check["detail"] for check in commands.ask("doctor")["checks"]}

    back = "http://127.0.0.1:8787/sign-in/provider"
    assert told["provider"] == f"{provider.issuer} answers. It must know the redirect URI {back}."


@pytest.mark.once
@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("ONEMEMORY_OIDC_INSIDE", "false", "the setting oidc_inside must be true"),
        ("ONEMEMORY_OIDC_ISSUER", "https://localhost:1", "localhost cannot be reached over https"),
        ("SSL_CERT_FILE", "/dev/null", "localhost cannot be reached over https"),
    ],
)
@pytest.mark.usefixtures("provider")
def test_doctor_says_what_is_wrong_with_the_identity_provider(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, told: str
) -> None:
    monkeypatch.setenv(setting, value)
    ran = commands.run("doctor", "--json")

    [wrong] = [check for check in json.loads(ran.out)["checks"] if not check["ok"]]
    assert (ran.code, wrong["name"], told in wrong["detail"]) == (1, "provider", True)


@pytest.mark.sqlite
def test_doctor_says_that_there_is_nothing(commands: Commands, data: Path) -> None:
    assert commands.run("doctor", "--json").code == 1
    assert not data.exists()


def test_settings_are_listed_with_their_origin_and_without_secrets(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    monkeypatch.setenv("ONEMEMORY_EMBEDDER_KEY", "sk-very-secret")
    data.mkdir()
    (data / "settings.toml").write_text("trash_days = 7\n")

    settings = {setting["name"]: setting for setting in commands.ask("doctor", "--settings")}

    assert (settings["data"]["from"], settings["port"]["from"]) == ("command line", "default")
    assert (settings["trash_days"]["value"], settings["trash_days"]["from"]) == (7, "settings file")
    assert (settings["embedder_key"]["value"], settings["embedder_key"]["from"]) == ("(hidden)", "environment")


def test_what_was_chosen_on_the_page_is_listed_as_that(commands: Commands, data: Path) -> None:
    commands.ask("add", "Likes tea")
    with serving(data) as server:
        admin = server.person("Root", is_admin=True)
        admin.patch("/api/installation", secrets="mask", trashDays=7)

    settings = {setting["name"]: setting for setting in commands.ask("doctor", "--settings")}

    assert (settings["secrets"]["value"], settings["secrets"]["from"]) == ("mask", "settings page")
    assert (settings["trash_days"]["value"], settings["trash_days"]["from"]) == (7, "settings page")


def test_every_mistake_in_the_settings_is_told_at_once(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEMEMORY_PORT", "eighty")
    monkeypatch.setenv("ONEMEMORY_LOG_LEVEL", "loud")

    error = commands.run("list", "--json").error

    assert "ONEMEMORY_PORT" in error
    assert "ONEMEMORY_LOG_LEVEL" in error


def test_doctor_names_a_variable_that_is_no_setting(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.ask("add", "Likes tea")
    monkeypatch.setenv("ONEMEMORY_HOTS", "x")

    settings = commands.ask("doctor")["checks"][0]

    assert settings["ok"]
    assert "ONEMEMORY_HOTS" in settings["remedy"]


def test_status_tells_how_many_there_are(commands: Commands) -> None:
    commands.ask("add", "Likes tea")

    assert commands.ask("status")["memories"] == 1
    assert commands.run("status").out.startswith("owner: 1 memory in 1 bucket,")


def test_who_only_reads_where_nobody_is_makes_nobody(commands: Commands, tmp_path: Path) -> None:
    commands.ask("add", "Likes tea")
    commands.ask("move", "--user", "owner", "--to", tmp_path / "elsewhere", "--remove")

    assert "There is nothing in" in commands.run("status", "--json").error


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[str]:
    """A place with the files of one model."""
    folder = tmp_path / "hub" / "qdrant" / "all-MiniLM-L6-v2-onnx" / "resolve" / "main"
    folder.mkdir(parents=True)
    for name in ("tokenizer.json", "model.onnx"):
        (folder / name).write_bytes(b"some bytes")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(tmp_path / "hub"))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def test_a_model_is_fetched_with_its_hashes(commands: Commands, data: Path, hub: str) -> None:
    ran = commands.run("model", "fetch", "sentence-transformers/all-MiniLM-L6-v2", "--mirror", hub, "--json")

    answer = json.loads(ran.out)
    assert (ran.code, answer["isNew"]) == (0, True)
    assert answer["sha256"] == dict.fromkeys(("tokenizer.json", "model.onnx"), sha256(b"some bytes").hexdigest())
    assert "about 90 MB" in ran.err
    assert Path(answer["folder"]).is_relative_to(data)


def test_an_unknown_model_is_refused(commands: Commands) -> None:
    assert "is not in the catalogue" in commands.run("model", "fetch", "nobody/nothing", "--json").error
