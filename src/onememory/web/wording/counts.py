"""Numbers, and how many there are of what, as people read them."""


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """How many of what."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def number(value: float) -> str:
    """A number with its thousands told apart."""
    return f"{value:,}"
