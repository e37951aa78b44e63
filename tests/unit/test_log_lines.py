"""Lines of the log, into which strangers may have written."""

import logging

import pytest

from onememory.logs import JsonFormatter, TextFormatter

FORGED = "no\n2026-01-01T00:00:00.000Z info    all is well\r\x1b[2J\u2028\u202e"


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
@pytest.mark.parametrize("fields", [{"msg": FORGED}, {"msg": "refused", "reason": FORGED}])
def test_what_strangers_put_into_a_line_ends_none(formatter: logging.Formatter, fields: dict[str, str]) -> None:
    line = formatter.format(logging.makeLogRecord(fields))

    assert line.isprintable()
    assert r"\n2026-01-01" in line


def test_a_line_is_read_in_every_script() -> None:
    line = TextFormatter().format(logging.makeLogRecord({"msg": "refused", "reason": "Gr\u00fc\u00dfe \u65e5\u672c"}))

    assert line.endswith("refused reason=Gr\u00fc\u00dfe \u65e5\u672c")
