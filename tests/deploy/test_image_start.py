"""The very command of the image: read-only program, empty volume, another user, no network."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from containers import USER, Container, install, owners
from dockerfiles import stages

TOKEN = "a-token-from-a-file"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("container") / "volume"


@pytest.fixture(scope="module")
def container(program: Path, volume: Path) -> Iterator[Container]:
    secret = volume.with_name("bootstrap-token")
    secret.write_text(f"{TOKEN}\n")
    settings = {"ONEMEMORY_BOOTSTRAP_TOKEN_FILE": str(secret)}
    container = Container(program, volume, volume.with_name("temporary"), **settings)
    yield container
    container.stop()


def test_it_starts_and_is_healthy(container: Container) -> None:
    health = container.run(*stages()[-1].health)

    assert "is ready at" in container.announced
    assert (health.returncode, health.stderr) == (0, "")


def test_it_is_unhealthy_where_nothing_answers(container: Container) -> None:
    assert container.run(*stages()[-1].health, ONEMEMORY_PORT="1").returncode == 1


def test_the_model_is_inside(container: Container) -> None:
    container.run("onememory", "add", "My dog is afraid of thunder")

    found = container.run("onememory", "search", "what frightens my pet", "--json")

    assert [hit["text"] for hit in json.loads(found.stdout)["hits"]] == ["My dog is afraid of thunder"]
    assert json.loads(container.run("onememory", "status", "--json").stdout)["model"].startswith("wordllama")


def test_a_backup_is_restored_into_a_volume_beside_which_nothing_can_be(program: Path, tmp_path: Path) -> None:
    volume, temporary = tmp_path / "volume", tmp_path / "temporary"
    (volume / "lost+found").mkdir(parents=True)
    server = Container(program, volume, temporary)
    backup = json.loads(server.run("onememory", "backup", f"{server.data}/backups", "--json").stdout)["path"]
    server.run("onememory", "add", "Said after the backup")
    server.stop()

    restored = Container(program, volume, temporary, ["restore-backup", backup, "--force"])

    assert restored.announced.startswith(f"Restored {server.data} from ")
    assert restored.end()[0] == 0
    (aside,) = (path for path in volume.iterdir() if ".before-restore-" in path.name)
    assert {path.name for path in volume.iterdir()} - {aside.name, "links.key"} == {"lost+found", "onememory.db"}
    assert (aside / "backups").is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a container's walls")
@pytest.mark.parametrize("place", ["/opt", "/var/tmp", "/usr/lib"])
def test_the_root_is_read_only_and_the_user_another(container: Container, place: str) -> None:
    refused = container.run("touch", f"{place}/onememory-was-here")

    assert "Read-only file system" in refused.stderr
    assert container.run("id", "-u").stdout == f"{USER}\n"


def test_all_that_it_keeps_is_in_the_volume_and_its_own(container: Container, volume: Path) -> None:
    container.run("onememory", "status")
    kept = owners(volume)

    assert "onememory.db" in kept
    assert set(kept.values()) == {USER}
    assert owners(volume.with_name("temporary")) == {}


def test_the_program_has_what_its_pages_are_made_of_and_cannot_be_written(program: Path) -> None:
    files = [path for path in (program / "onememory").rglob("*") if path.is_file()]

    assert {".html", ".css", ".js", ".sql"} <= {path.suffix for path in files}
    assert not [path for path in files if path.stat().st_mode & 0o222]


def test_a_token_from_a_file_is_not_printed_and_a_stop_is_heard(program: Path, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    settings = {"ONEMEMORY_BOOTSTRAP_TOKEN_FILE": str(tmp_path / "token")}
    container = Container(program, tmp_path / "volume", tmp_path / "temporary", **settings)
    taken = container.run("onememory", "list", ONEMEMORY_TOKEN=TOKEN)

    assert taken.returncode == 0, taken.stderr
    assert container.stop() == (0, "")
