"""The Dockerfile as a list of instructions."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"


@dataclass(frozen=True)
class Stage:
    """What lies between one FROM and the next: keywords in capitals and what follows each."""

    instructions: tuple[tuple[str, str], ...]

    def all(self, keyword: str) -> list[str]:
        return [rest for word, rest in self.instructions if word == keyword]

    def one(self, keyword: str) -> str:
        (rest,) = self.all(keyword)
        return rest

    def command(self, keyword: str) -> list[str]:
        """The list of words of ENTRYPOINT, CMD or VOLUME."""
        words: list[str] = json.loads(self.one(keyword))
        return words

    @property
    def health(self) -> list[str]:
        words: list[str] = json.loads(self.one("HEALTHCHECK").partition("CMD ")[2])
        return words

    @property
    def environment(self) -> Mapping[str, str]:
        return dict(pair.split("=", 1) for line in self.all("ENV") for pair in line.split())


def stages() -> list[Stage]:
    """The stages of the image, the last of which runs."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found: list[list[tuple[str, str]]] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        keyword, _, rest = line.partition(" ")
        if keyword == "FROM":
            found.append([])
        if keyword:
            found[-1].append((keyword, rest))
    return [Stage(tuple(instructions)) for instructions in found]
