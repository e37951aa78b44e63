"""JSON from strangers: read into plain values, within a limit of depth, with the place of an error in words."""

import json
import math
import re
from itertools import accumulate

from onememory.domain.errors import InvalidInput

DEPTH_LIMIT = 64
_DIGITS = 40  # an integer with more is no id, no date and no count

_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_ALL_BUT_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def decode_json(text: str) -> object:
    """The value of a JSON text; of duplicate keys the last counts.

    Raises InvalidInput for malformed or too deeply nested JSON.
    """
    check_depth(text)
    try:
        return json.loads(text, parse_int=_bounded)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno:,}, column {error.colno:,}"
        raise InvalidInput(f"This is not valid JSON: {error.msg} at {where}.") from error


def check_depth(text: str) -> None:
    """Refuse nesting that would exhaust a parser's stack.

    Raises InvalidInput above DEPTH_LIMIT.
    """
    brackets = _STRINGS.sub(b"", text.encode()).translate(None, _ALL_BUT_BRACKETS)
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > DEPTH_LIMIT:
        raise InvalidInput(f"This JSON is nested more than {DEPTH_LIMIT} levels deep, which no list of memories is.")


def _bounded(digits: str) -> float:
    return int(digits) if len(digits) <= _DIGITS else math.inf
