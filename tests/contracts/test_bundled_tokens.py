"""The tokenizer in the wheel of wordllama, which counts and embeds."""

import subprocess
import sys

import pytest

from onememory.embedding.tokens import BundledTokens

COUNTING = """
import resource
from onememory.embedding.tokens import BundledTokens

def count(first, last):
    tokens = BundledTokens()
    for number in range(first, last):
        tokens.count([f"The note {number} says that a blue suitcase took the train to Lisbon at {number} o'clock."])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = count(0, 100)
print((count(100, 8_000) - before) / before)
"""


def test_a_text_without_words_has_no_tokens() -> None:
    assert BundledTokens().count(["", "cat"]) == [0, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process its peak of memory this way")
def test_texts_that_were_counted_are_not_kept_in_memory() -> None:
    grown = subprocess.run([sys.executable, "-c", COUNTING], check=True, capture_output=True, text=True).stdout

    assert float(grown) < 0.1
