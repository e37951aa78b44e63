"""Structured logs: one line an event, as text or JSON, never with the text of a memory."""

import json
import logging
import sys
import time
from collections.abc import Sequence

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_MCP = "mcp"  # the SDK's loggers


def configure_logging(form: str, level: str, quiet: Sequence[str] = ()) -> None:
    """Write the log to standard error; `form` is text or json. Of `quiet` loggers only what is wrong is told."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    handler.addFilter(_without_messages)
    for chatty in ("httpx", "httpcore", "httpx2", "httpcore2", "sse_starlette", *quiet):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger(_MCP).setLevel(logging.ERROR)  # below that it names sessions, and quotes what was sent


def _without_messages(record: logging.LogRecord) -> bool:
    """Take the exception from a record of the MCP SDK's that complains of a message, because it quotes the message."""
    if record.name.startswith(_MCP) and record.exc_info and isinstance(record.exc_info[1], ValueError):
        record.exc_info = None
    return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with the fields given as `extra`."""
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_extras(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """For people: time, level, event and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with the fields given as `extra`."""
        fields = " ".join(f"{name}={_on_one_line(value)}" for name, value in _extras(record).items())
        line = f"{_time(record)} {record.levelname.lower():<7} {_on_one_line(record.getMessage())} {fields}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _time(record: logging.LogRecord) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{record.msecs:03.0f}Z"


def _on_one_line(value: object) -> str:
    """What strangers have put into it must not end the line, or they could write lines of their own."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(value))


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}
