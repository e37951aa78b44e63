import pytest

from onememory.storage.postgres.dialect import translated


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT 1", "SELECT 1"),
        ("a = :user_id AND b IN (:id0, :id1)", "a = %(user_id)s AND b IN (%(id0)s, %(id1)s)"),
        ("a LIKE :title ESCAPE '!' OR b % 2", "a LIKE %(title)s ESCAPE '!' OR b %% 2"),
        ("a = ':no' AND b = 'it''s :not' AND c = :yes", "a = ':no' AND b = 'it''s :not' AND c = %(yes)s"),
        ("a::text = '100%'", "a::text = '100%%'"),
    ],
)
def test_parameters_are_renamed_outside_of_quotes_alone(ours: str, theirs: str) -> None:
    assert translated(ours) == theirs
