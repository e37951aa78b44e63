"""What the image starts, run as a container would: a user of its own, a root that is read only, no network."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dockerfiles import ROOT, stages

PATIENCE = 60
IMAGE = stages()[-1]
ENTRYPOINT, CMD = IMAGE.command("ENTRYPOINT"), IMAGE.command("CMD")
IS_ROOT = os.geteuid() == 0
USER = int(IMAGE.one("USER").partition(":")[0]) if IS_ROOT else os.geteuid()

# It may read the interpreter wherever that lies, such as in root's home, and write nowhere but where its user may.
AS_USER = (
    "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups",
    "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search", "--bounding-set=-all,+dac_read_search",
    "--no-new-privs",
)  # fmt: skip
LOOPBACK = "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sH22x', b'lo', 0x41))"
SEALED = f"""set -eu
{sys.executable} -c "{LOOPBACK}"
mount --bind "$VOLUME" "$ONEMEMORY_DATA"
mount --bind "$TMPDIR" "$TMPDIR"
mount -o remount,bind,ro /
exec "$@"
"""


def install(folder: Path) -> Path:
    """Install what the Dockerfile copies into its build, as it does, and take every right to write from it."""
    context = folder / "context"
    for line in stages()[0].all("COPY"):
        *sources, target = line.split()
        for source in sources:
            _copy(ROOT / source, context / target / ("" if Path(target) == Path(source) else source.split("/")[-1]))
    program = folder / "program"
    arguments = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--root-user-action=ignore"]
    subprocess.run([sys.executable, "-m", "pip", "install", *arguments, "--target", program, context], check=True)
    for path in [program, *program.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    return program


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


class Container:
    """The entry point of the image over one volume; `run` is `docker exec`."""

    def __init__(
        self, program: Path, volume: Path, temporary: Path, command: Sequence[str] = CMD, **settings: str
    ) -> None:
        for place in (volume, temporary):
            place.mkdir(exist_ok=True)
            if IS_ROOT:
                os.chown(place, USER, USER)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.data = "/mnt" if IS_ROOT else str(volume)  # where the volume is inside
        given = {"ONEMEMORY_DATA": self.data, "ONEMEMORY_PORT": port, "PYTHONPATH": str(program)}
        path = f"{program}/bin:{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin"
        own = {"PATH": path, "HOME": self.data, "VOLUME": str(volume), "TMPDIR": str(temporary)}
        self._environment = {**IMAGE.environment, **given, **own, **settings}
        sealed = ("unshare", "--mount", "--net", "sh", "-c", SEALED, "sh", *AS_USER) if IS_ROOT else ()
        self._process = subprocess.Popen(
            [*sealed, *ENTRYPOINT, *command],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self.announced = self._process.stdout.readline()

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the server."""
        entered = ("nsenter", f"--target={self._process.pid}", "--mount", "--net", *AS_USER) if IS_ROOT else ()
        return subprocess.run(
            [*entered, *command],
            env=self._environment | settings,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def stop(self) -> tuple[int, str]:
        """Tell it to stop, as `docker stop` does; its exit code and what else it printed."""
        self._process.terminate()
        return self.end()

    def end(self) -> tuple[int, str]:
        """Wait until it has ended; its exit code and what else it printed."""
        printed, _ = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, printed


def owners(folder: Path) -> Mapping[str, int]:
    """Who owns each file of a folder."""
    return {str(path.relative_to(folder)): path.stat().st_uid for path in folder.rglob("*")}
