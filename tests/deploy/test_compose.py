"""The compose files keep to the Compose Specification and to what the Dockerfile promises."""

import re
from typing import Any

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from dockerfiles import ROOT, stages

from onememory.server import GRACE
from onememory.settings import SETTINGS

DEPLOY = ROOT / "deploy"
FILES = sorted(DEPLOY.glob("compose*.yaml"))
ALONE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
SEVERAL: dict[str, Any] = yaml.safe_load((DEPLOY / "compose-postgres.yaml").read_text())["services"]
SERVERS = (SEVERAL["one"], SEVERAL["two"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_keeps_to_the_specification(file: Any) -> None:
    jsonschema.Draft7Validator(get_builtin_schema("vendor.compose-spec")).validate(yaml.safe_load(file.read_text()))


def test_what_the_guide_for_teams_adds_is_a_compose_file_of_known_settings() -> None:
    guide = (ROOT / "docs" / "how-to" / "teams.md").read_text(encoding="utf-8")
    [added] = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)]
    jsonschema.Draft7Validator(get_builtin_schema("vendor.compose-spec")).validate(added)

    assert added["services"].keys() <= ALONE.keys()
    for service in added["services"].values():
        assert {name.removesuffix("_FILE") for name in service["environment"]} <= {s.variable for s in SETTINGS}
        assert set(service["secrets"]) == added["secrets"].keys()


def test_the_schema_finds_a_mistake() -> None:
    with pytest.raises(jsonschema.ValidationError, match="restarts"):
        jsonschema.validate({"services": {"a": {"restarts": "always"}}}, get_builtin_schema("vendor.compose-spec"))


@pytest.mark.parametrize("service", [*ALONE.values(), *SEVERAL.values()], ids=[*ALONE, *SEVERAL])
def test_a_service_may_do_no_more_than_it_must(service: dict[str, Any]) -> None:
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert service["restart"] == "unless-stopped"


def test_its_data_is_in_a_named_volume_and_its_port_is_this_machines() -> None:
    port = stages()[-1].one("EXPOSE")

    assert ALONE["onememory"]["volumes"] == [f"data:{stages()[-1].environment['ONEMEMORY_DATA']}"]
    assert ALONE["onememory"]["ports"] == [f"127.0.0.1:{port}:{port}"]


@pytest.mark.parametrize("services", [ALONE, SEVERAL], ids=["alone", "several"])
def test_only_caddy_may_say_for_whom_it_asks(services: dict[str, Any]) -> None:
    believed = {service.get("environment", {}).get("ONEMEMORY_PROXY_ADDRESSES") for service in services.values()}

    assert believed - {None} == {services["caddy"]["networks"]["inside"]["ipv4_address"]}


def test_caddy_comes_only_when_asked_for_and_once_the_server_is_healthy() -> None:
    assert ALONE["caddy"]["profiles"] == ["https"]
    assert ALONE["caddy"]["depends_on"] == {"onememory": {"condition": "service_healthy"}}


def test_two_servers_differ_in_their_volume_alone_and_wait_for_the_database() -> None:
    one, two = ({name: part for name, part in server.items() if name != "volumes"} for server in SERVERS)

    assert one == two
    assert [server["volumes"] for server in SERVERS] == [["one:/data"], ["two:/data"]]
    assert one["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_caddy_sends_to_both_servers_and_nobody_else_can_come_in() -> None:
    port = stages()[-1].one("EXPOSE")

    assert SEVERAL["caddy"]["environment"]["UPSTREAMS"] == f"one:{port} two:{port}"
    assert [name for name, service in SEVERAL.items() if "ports" in service] == ["caddy"]


def test_what_is_secret_comes_from_files() -> None:
    given = [pair for service in SEVERAL.values() for pair in service.get("environment", {}).items()]

    assert all(value.startswith("/run/secrets/") for name, value in given if name.endswith("_FILE"))
    assert not [
        name for name, _ in given if re.search("PASSWORD|URL|TOKEN", name) and not re.search("_FILE|PUBLIC", name)
    ]


def test_a_server_drains_for_longer_than_caddy_takes_to_see_it_and_stops_in_time() -> None:
    (interval,) = re.findall(r"health_interval (\d+)s", (DEPLOY / "Caddyfile-several").read_text())
    drain, grace = SERVERS[0]["environment"]["ONEMEMORY_DRAIN_SECONDS"], SERVERS[0]["stop_grace_period"]

    assert int(interval) < int(drain)
    assert int(drain) + GRACE < int(grace.removesuffix("s"))
