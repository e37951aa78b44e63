"""Pictures for the camera of a phone, as a path of an SVG."""

from dataclasses import dataclass

import segno

MARGIN = 4  # modules that must stay empty around it (ISO/IEC 18004)


@dataclass(frozen=True, slots=True)
class QrCode:
    """Dark squares on light ground, whatever the page's colours are: many cameras need it so."""

    side: int  # of the viewBox
    path: str


def qr_code(text: str) -> QrCode:
    """The picture of this text."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    squares = [
        f"M{x + MARGIN} {y + MARGIN}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    ]
    return QrCode(len(rows) + 2 * MARGIN, "".join(squares))
