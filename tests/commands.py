"""The command line as a person and a script use it, in this process."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from databases import DATABASES
from onememory.cli.main import main

NOBODY = "http://127.0.0.1:1"  # where no server answers


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer of a command that was done."""
        assert (self.code, self.err) == (0, "")
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The sentence of a command with --json that was not done."""
        assert self.code in {1, 2}
        sentence: str = json.loads(self.err)["error"]
        return sentence


class Commands:
    """Runs commands on one data directory, or on what their arguments name."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._data = data
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def run(self, *arguments: object, piped: str | None = None) -> Ran:
        """Run one; `piped` is what it reads from standard input."""
        words = [str(argument) for argument in arguments]
        if piped is not None:
            self._monkeypatch.setattr("sys.stdin", io.StringIO(piped))
        where = [] if "--url" in words or "--data" in words else ["--data", str(self._data)]
        if "--url" not in words:
            self._choose_database(Path(words[words.index("--data") + 1]) if "--data" in words else self._data)
        self._capsys.readouterr()
        code = main([*words, *where])
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def _choose_database(self, data: Path) -> None:
        for name, value in DATABASES.variables(data).items():
            self._monkeypatch.setenv(name, value)

    def ask(self, *arguments: object, piped: str | None = None) -> Any:
        """Run one that must be done; its answer."""
        return self.run(*arguments, "--json", piped=piped).json
