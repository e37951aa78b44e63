"""Fails when a file has over 400 lines or over 4 % of the functions have over 50."""

import ast
import sys
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 50
LONG_FUNCTIONS_SHARE = 0.04


def main() -> int:
    """Print each breach and return the exit code."""
    files = sorted(p for root in ("src", "tests", "bench", "scripts") for p in Path(root).rglob("*.py"))
    breaches: list[str] = []
    functions: list[tuple[int, str]] = []
    for path in files:
        text = path.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > FILE_LINES:
            breaches.append(f"{path}: {lines} lines; the budget is {FILE_LINES}")
        functions += [
            ((node.end_lineno or 0) - node.lineno + 1, f"{path}:{node.lineno} {node.name}")
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    long = sorted((f for f in functions if f[0] > FUNCTION_LINES), reverse=True)
    if len(long) > LONG_FUNCTIONS_SHARE * len(functions):
        breaches += [f"{where}: {lines} lines; the budget is {FUNCTION_LINES}" for lines, where in long]
    print("\n".join(breaches) or f"size budget kept: {len(files)} files, {len(functions)} functions, {len(long)} long")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
