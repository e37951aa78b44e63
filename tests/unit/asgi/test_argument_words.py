"""What is told of an argument that cannot be used: which one, and what would be right."""

from typing import Literal

import msgspec
import pytest

from onememory.asgi.arguments import in_words


class Asked(msgspec.Struct, rename="camel"):
    """Arguments of many kinds."""

    recall_mode: Literal["speed", "quality"] | None = None
    bucket_id: int | None = None
    names: list[str] = []


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ('{"recallMode": "fast"}', "`recallMode`: it is none of quality, speed."),
        ('{"bucketId": "General"}', "`bucketId`: Expected a whole number, got text."),
        ('{"names": "Ada"}', "`names`: Expected a list, got text."),
        ('{"names": [1]}', "`names[0]`: Expected text, got a whole number."),
        ('{"names": null}', "`names`: Expected a list, got null."),
        ("[]", "Expected an object, got a list."),
    ],
)
def test_kinds_and_choices_are_told_in_words(sent: str, told: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(sent, type=Asked)
    assert in_words(caught.value, Asked) == told
