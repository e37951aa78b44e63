"""Numbers as they are written in forms and addresses."""


def number_of(text: str, digits: int = 15) -> int | None:
    """A whole number of at most so many digits; none where the text is something else.

    15 digits hold every id, and nothing that a database refuses.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
