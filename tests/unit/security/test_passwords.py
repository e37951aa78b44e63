import subprocess
import sys

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from onememory.domain.errors import InvalidInput
from onememory.security.passwords import hash_password, is_password


def test_a_password_is_known_by_its_hash_alone() -> None:
    kept = hash_password("correct horse")

    assert kept.startswith("$argon2id$")
    assert "correct horse" not in kept
    assert (is_password("correct horse", kept), is_password("correct house", kept)) == (True, False)


def test_a_password_is_as_costly_to_guess_as_rfc_9106_says() -> None:
    code = "from onememory.security.passwords import hash_password; print(hash_password('correct horse'))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert extract_parameters(printed.strip()) == RFC_9106_LOW_MEMORY


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1_001])
def test_a_password_of_a_wrong_length_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match="8 to 1,000 characters"):
        hash_password(password)


def test_nobody_has_the_password_of_an_account_without_one() -> None:
    assert not is_password("", None)
    assert not is_password("correct horse", None)
