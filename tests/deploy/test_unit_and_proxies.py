"""The systemd unit and the configurations of proxies, read by the programs for which they are written."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dockerfiles import ROOT

from onememory.settings import SETTINGS

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "onememory.service"
CADDYFILES = ["Caddyfile", "Caddyfile-several"]
PROGRAM = "/opt/onememory/bin/onememory"
MOST_EXPOSED = 20  # tenths, of what `systemd-analyze security` counts from 0 (closed) to 100
NAMED = re.compile(r"\bONEMEMORY_([A-Z_]*[A-Z])\b")


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, env=environment or None, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace(PROGRAM, sys.executable))  # which must be there

    verified = run("systemd-analyze", "verify", "--man=no", unit)

    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_the_unit_is_closed_where_it_can_be() -> None:
    judged = run("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", UNIT)

    assert judged.returncode == 0, judged.stdout


def test_the_unit_writes_where_its_data_is_and_nowhere_else() -> None:
    lines = UNIT.read_text().splitlines()

    assert {"ProtectSystem=strict", "StateDirectory=onememory", "Environment=ONEMEMORY_DATA=/var/lib/onememory"} <= {
        *lines
    }
    assert not [line for line in lines if line.startswith(("ReadWritePaths=", "User=root"))]


@pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not here")
@pytest.mark.parametrize("file", CADDYFILES)
def test_caddy_understands_its_file(file: str, tmp_path: Path) -> None:
    own = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    verified = run(shutil.which("caddy"), "validate", "--config", DEPLOY / file, "--adapter", "caddyfile", **own)

    assert verified.returncode == 0, verified.stderr


@pytest.mark.parametrize("file", [*CADDYFILES, "nginx.conf"])
def test_a_proxy_lets_through_what_the_server_takes(file: str) -> None:
    limit = re.search(r"(?:max_size|client_max_body_size) (\d+)(?:MiB|m;)", (DEPLOY / file).read_text())
    taken = next(setting.default for setting in SETTINGS if setting.name == "upload_limit_mb")

    assert limit
    assert int(limit[1]) > int(str(taken))


def test_every_setting_that_is_named_is_one() -> None:
    known = {setting.name.upper() for setting in SETTINGS}
    pages = [ROOT / "docs" / "how-to" / name for name in ("deploy.md", "postgresql.md")]
    files = [path for path in [*DEPLOY.rglob("*"), *pages] if path.is_file()]
    named = {name.removesuffix("_FILE") for path in files for name in NAMED.findall(path.read_text(encoding="utf-8"))}

    assert named - known == set()
    assert {"DATA", "HOST", "PORT", "PUBLIC_URL", "BOOTSTRAP_TOKEN"} <= named
