"""The manifests keep to the schemas of Kubernetes and to what the Dockerfile promises."""

import shutil
import subprocess
from typing import Any

import kubernetes_validate
import pytest
import yaml
from dockerfiles import ROOT, stages

from onememory.server import GRACE

FOLDER = ROOT / "deploy" / "kubernetes"
NAMES: list[str] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
MANIFESTS: dict[str, dict[str, Any]] = {name: yaml.safe_load((FOLDER / name).read_text()) for name in NAMES}
POD: dict[str, Any] = MANIFESTS["deployment.yaml"]["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]


@pytest.mark.parametrize("version", ["1.29", kubernetes_validate.latest_version()])
@pytest.mark.parametrize("name", NAMES)
def test_it_keeps_to_the_schema(name: str, version: str) -> None:
    kubernetes_validate.validate(MANIFESTS[name], version, strict=True)


def test_the_schema_finds_a_mistake() -> None:
    service = MANIFESTS["service.yaml"]

    with pytest.raises(kubernetes_validate.ValidationError, match="port"):
        kubernetes_validate.validate(service | {"spec": {"port": 80}}, "1.29", strict=True)


def test_every_manifest_is_named_in_the_kustomization() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*NAMES, "kustomization.yaml"}


def test_there_is_one_writer_at_a_time() -> None:
    deployment = MANIFESTS["deployment.yaml"]["spec"]

    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})


def test_the_pod_may_do_no_more_than_it_must() -> None:
    user, group = map(int, stages()[-1].one("USER").split(":"))
    rights = POD["securityContext"]

    assert (rights["runAsUser"], rights["runAsGroup"], rights["fsGroup"]) == (user, group, group)
    assert rights["runAsNonRoot"]
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert POD["automountServiceAccountToken"] is False


def test_no_link_to_a_service_is_taken_for_a_setting() -> None:
    assert POD["enableServiceLinks"] is False


def test_what_is_mounted_is_there_and_the_volume_is_the_data_directory() -> None:
    mounts = {mount["name"]: mount["mountPath"] for mount in CONTAINER["volumeMounts"]}
    claim = next(volume["persistentVolumeClaim"]["claimName"] for volume in POD["volumes"] if volume["name"] == "data")

    assert mounts.keys() == {volume["name"] for volume in POD["volumes"]}
    assert mounts["data"] == stages()[-1].environment["ONEMEMORY_DATA"]
    assert claim == MANIFESTS["volume.yaml"]["metadata"]["name"]


def test_the_service_finds_the_pod_and_the_probes_its_port() -> None:
    deployment, service = MANIFESTS["deployment.yaml"]["spec"], MANIFESTS["service.yaml"]["spec"]
    probes = [CONTAINER[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")]

    assert service["selector"].items() <= deployment["template"]["metadata"]["labels"].items()
    assert service["ports"][0]["targetPort"] == CONTAINER["ports"][0]["name"]
    assert [(probe["path"], probe["port"]) for probe in probes] == [
        ("/readyz", "http"), ("/readyz", "http"), ("/healthz", "http"),
    ]  # fmt: skip
    assert str(CONTAINER["ports"][0]["containerPort"]) == stages()[-1].one("EXPOSE")


@pytest.fixture(scope="module")
def several() -> dict[str, dict[str, Any]]:
    """What is applied for two processes with PostgreSQL, by its kind."""
    if not (kubectl := shutil.which("kubectl")):
        pytest.skip("kubectl is not here")
    overlay = FOLDER.with_name("kubernetes-postgres")
    made = subprocess.run([kubectl, "kustomize", overlay], capture_output=True, text=True, timeout=60, check=True)
    return {manifest["kind"]: manifest for manifest in yaml.safe_load_all(made.stdout)}


def test_several_keep_to_the_schema_and_have_no_volume_in_common(several: dict[str, dict[str, Any]]) -> None:
    assert several.keys() == {"Deployment", "Service"}
    for manifest in several.values():
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def test_of_several_one_is_replaced_after_the_other_and_drains_in_time(several: dict[str, dict[str, Any]]) -> None:
    deployment = several["Deployment"]["spec"]
    pod = deployment["template"]["spec"]
    (drain,) = (int(v["value"]) for v in pod["containers"][0]["env"] if v["name"] == "ONEMEMORY_DRAIN_SECONDS")

    assert deployment["replicas"] == 2
    assert deployment["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
    }
    assert drain + GRACE < pod["terminationGracePeriodSeconds"]


def test_several_differ_from_one_only_in_what_they_must(several: dict[str, dict[str, Any]]) -> None:
    (container,) = several["Deployment"]["spec"]["template"]["spec"]["containers"]
    added = {variable["name"] for variable in container["env"]} - {variable["name"] for variable in CONTAINER["env"]}

    assert container | {"env": CONTAINER["env"]} == CONTAINER
    assert added == {"ONEMEMORY_DATABASE_URL_FILE", "ONEMEMORY_DRAIN_SECONDS"}
