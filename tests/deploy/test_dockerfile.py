"""The promises of the Dockerfile."""

import shutil
import subprocess

import pytest
from dockerfiles import DOCKERFILE, ROOT, stages

BUILDERS = ("docker", "podman", "buildah")
BASE = stages()[0].one("FROM").partition(" ")[0]


def test_it_builds_in_one_stage_and_runs_in_another() -> None:
    build, image = stages()

    assert build.one("FROM") == f"{image.one('FROM')} AS build"
    assert image.all("COPY") == ["--from=build /opt/onememory /opt/onememory"]


def test_it_runs_as_a_user_with_a_number_and_owns_its_volume() -> None:
    (_, image) = stages()
    user, _, group = image.one("USER").partition(":")

    assert int(user) >= 10_000
    assert f"install --directory --owner {user} --group {group} --mode 0700 /data" in image.one("RUN")


def test_it_has_one_volume_which_is_the_data_directory() -> None:
    (_, image) = stages()

    assert image.command("VOLUME") == ["/data"]
    assert image.environment["ONEMEMORY_DATA"] == "/data"


def test_it_asks_whether_it_is_ready_at_the_port_that_it_shows() -> None:
    (_, image) = stages()

    assert "/readyz" in image.health[-1]
    assert image.environment["ONEMEMORY_PORT"] == image.one("EXPOSE")


def test_nothing_secret_is_in_it() -> None:
    assert not [name for stage in stages() for name in stage.environment if "TOKEN" in name or "KEY" in name]


def test_only_locked_packages_are_installed() -> None:
    _, locked, _ = stages()[0].all("RUN")

    assert "--require-hashes" in locked
    assert "--only-binary :all:" in locked


def test_docker_is_shown_nothing_but_what_is_copied() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    shown = {rule[1:] for rule in rules if rule.startswith("!")}

    assert rules[0] == "*"
    assert shown == {source for line in stages()[0].all("COPY") for source in line.split()[:-1]}


def _builder() -> str | None:
    for builder in filter(shutil.which, BUILDERS):
        question = [builder, "info"]
        if subprocess.run(question, capture_output=True, timeout=60, check=False).returncode == 0:
            return builder
    return None


def test_it_can_be_built() -> None:
    if (builder := _builder()) is None:
        pytest.skip(f"none of {', '.join(BUILDERS)} works here")
    if subprocess.run([builder, "pull", BASE], capture_output=True, timeout=300, check=False).returncode != 0:
        pytest.skip(f"{BASE} cannot be fetched here")

    built = subprocess.run(
        [builder, "build", "--file", DOCKERFILE, "--tag", "onememory:tested", ROOT], timeout=1_800, check=False
    )

    assert built.returncode == 0
