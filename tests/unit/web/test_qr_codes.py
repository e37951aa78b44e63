import re

import segno

from onememory.web.pictures.qr_codes import MARGIN, qr_code

TEXT = "otpauth://totp/onememory:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=onememory"


def test_the_path_holds_the_dark_squares_of_the_code_and_no_others() -> None:
    picture = qr_code(TEXT)
    drawn = {(int(x) - MARGIN, int(y) - MARGIN) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", picture.path)}

    matrix = segno.make(TEXT, error="m", micro=False).matrix
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark}
    assert picture.side == len(matrix) + 2 * MARGIN
