"""The compose files keep to the Compose Specification and to what the Dockerfile promises."""

from typing import Any

import jsonschema
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from dockerfiles import ROOT, stages

FILES = sorted((ROOT / "deploy").glob("compose*.yaml"))
SERVICE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]["onememory"]
CADDY: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]["caddy"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_keeps_to_the_specification(file: Any) -> None:
    jsonschema.Draft7Validator(get_builtin_schema("vendor.compose-spec")).validate(yaml.safe_load(file.read_text()))


def test_the_schema_finds_a_mistake() -> None:
    with pytest.raises(jsonschema.ValidationError, match="restarts"):
        jsonschema.validate({"services": {"a": {"restarts": "always"}}}, get_builtin_schema("vendor.compose-spec"))


@pytest.mark.parametrize("service", [SERVICE, CADDY], ids=["onememory", "caddy"])
def test_a_service_may_do_no_more_than_it_must(service: dict[str, Any]) -> None:
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert service["restart"] == "unless-stopped"


def test_its_data_is_in_a_named_volume_and_its_port_is_this_machines() -> None:
    port = stages()[-1].one("EXPOSE")

    assert SERVICE["volumes"] == [f"data:{stages()[-1].environment['ONEMEMORY_DATA']}"]
    assert SERVICE["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_only_caddy_may_say_for_whom_it_asks() -> None:
    assert SERVICE["environment"]["ONEMEMORY_PROXY_ADDRESSES"] == CADDY["networks"]["inside"]["ipv4_address"]


def test_caddy_comes_only_when_asked_for_and_once_the_server_is_healthy() -> None:
    assert CADDY["profiles"] == ["https"]
    assert CADDY["depends_on"] == {"onememory": {"condition": "service_healthy"}}
