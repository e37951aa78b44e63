"""What a benchmark says: figures with their spread, the reference of the same run, and how they were taken."""

import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from os import cpu_count
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table."""

    name: str
    value: float
    unit: str
    protocol: str
    spread: tuple[float, float] | None = None  # the least and the greatest round
    target: str = ""  # such as "<= 4" or ">= 400"
    reference: str = ""  # what was measured beside it in the same run
    reference_value: float | None = None

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of the reference."""
        return self.value / self.reference_value if self.reference_value else None

    @property
    def verdict(self) -> str:
        """Whether the target holds, in a word."""
        if not self.target:
            return ""
        sign, _, bound = self.target.partition(" ")
        limit = float(bound.replace(",", ""))
        holds = self.value <= limit if sign == "<=" else self.value >= limit
        return "holds" if holds else "missed"


@dataclass(frozen=True, slots=True)
class Report:
    """What one benchmark measured."""

    measures: Sequence[Measure]
    notes: Sequence[str] = ()
    not_shown: str = ""  # what the figures do not say


def median(values: Sequence[float]) -> tuple[float, tuple[float, float]]:
    """The median of the rounds, and the least and the greatest."""
    return statistics.median(values), (min(values), max(values))


def figure(value: float) -> str:
    """A number with three digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def markdown(name: str, report: Report) -> str:
    """The report as Markdown."""
    lines = [
        f"## {name}",
        "",
        "| measure | figure | rounds | target | | reference, same run | ratio | protocol |",
        "|---|---|---|---|---|---|---|---|",
        *map(_line, report.measures),
        "",
    ]
    lines += [f"- {note}" for note in report.notes]
    if report.not_shown:
        lines += ["", f"Not shown: {report.not_shown}", ""]
    return "\n".join(lines)


def _line(measure: Measure) -> str:
    spread = f"{figure(measure.spread[0])} to {figure(measure.spread[1])}" if measure.spread else ""
    reference = f"{measure.reference} {figure(measure.reference_value)}" if measure.reference_value else ""
    ratio = f"{measure.ratio:.2f}" if measure.ratio else ""
    value = f"**{figure(measure.value)} {measure.unit}**"
    cells = [measure.name, value, spread, measure.target, measure.verdict, reference, ratio, measure.protocol]
    return f"| {' | '.join(cells)} |"


def machine() -> str:
    """The machine and the software that was measured, in a line."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    packages = ", ".join(f"{name} {version(name)}" for name in ("apsw", "numpy", "faiss-cpu", "uvicorn", "starlette"))
    return f"{cpu_count()} cores ({model}), Python {platform.python_version()}, {platform.system()}, {packages}"
