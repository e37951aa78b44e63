"""Sentences of the services as pages say them."""

import pytest

from onememory.domain.errors import InvalidInput, NoBucket
from onememory.web.wording.sentences import sentence_of, worded


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("`text` has 20,001 characters.", "The text has 20,001 characters."),
        ("All of `text` is marked.", "All of the text is marked."),
        ("A token's `name` has 1 to 64 characters.", "A token&#39;s name has 1 to 64 characters."),
        ("It ends. `expiresAt` lies in the past.", "It ends. The last day lies in the past."),
        ("Make one with `onememory token create`.", "Make one with <code>onememory token create</code>."),
        ("It begins with `om_` and", "It begins with <code>om_</code> and"),
        ("`embedder` is no <choice>.", "embedder is no &lt;choice&gt;."),
        ("A lone ` stays", "A lone ` stays"),
        ("", ""),
    ],
)
def test_names_of_programs_become_words_of_the_page(sentence: str, expected: str) -> None:
    assert worded(sentence) == expected
    assert sentence_of(InvalidInput(sentence)) == expected


def test_a_bucket_is_not_named_by_its_number() -> None:
    assert "There is no bucket 7" not in sentence_of(NoBucket("There is no bucket 7; list the buckets."))
