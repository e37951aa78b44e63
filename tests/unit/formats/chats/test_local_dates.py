import pytest

from onememory.formats.chats.local_dates import local_moment, looks_like_date

DATES = {
    "Jan 3, 2026, 10:05:00 AM UTC": "2026-01-03T10:05:00",
    "Jan 3, 2026, 10:05:00\u202fPM GMT": "2026-01-03T22:05:00",
    "Jan 3, 2026, 12:05:00 AM UTC": "2026-01-03T00:05:00",
    "Jan 3, 2026, 12:05:00 PM EST": "2026-01-03T17:05:00",
    "03.01.2026, 11:05:00 MEZ": "2026-01-03T10:05:00",
    "13 juin 2026, 12:05:00 CEST": "2026-06-13T10:05:00",
    "13 juil. 2026, 12:05:00 CEST": "2026-07-13T10:05:00",
    "3 ene 2026, 11:05:00 CET": "2026-01-03T10:05:00",
    "3 de jan. de 2026, 10:05:00 BRT": "2026-01-03T13:05:00",
    "3 янв. 2026 г., 13:05:00 GMT+03:00": "2026-01-03T10:05:00",
    "2026/01/03 19:05:00 JST": "2026-01-03T10:05:00",
    "2026年1月3日 10:05:00": "2026-01-03T10:05:00",
    "2026. 1. 3. 오후 10:05:00": "2026-01-03T22:05:00",
    "3.1.2026 klo 12.05.00 UTC+2": "2026-01-03T10:05:00",
    "17:05:00 3 thg 1, 2026 GMT+07:00": "2026-01-03T10:05:00",
    "1/3/2026, 10:05:00 PM": "2026-01-03T22:05:00",
    "3/1/2026 10:05": "2026-01-03T10:05:00",
    "1/13/2026 10:05": "2026-01-13T10:05:00",
}


@pytest.mark.parametrize("text", DATES)
def test_dates_of_many_places_are_read(text: str) -> None:
    moment = local_moment(text)
    assert moment is not None
    assert moment.isoformat() == f"{DATES[text]}+00:00"


@pytest.mark.parametrize(
    "text",
    ["", "2026", "at 10:05", "We meet on 3 May 2026 at 10:05 in town", "31.02.2026 10:05", "3.1.2026", "a" * 1_000],
)
def test_other_lines_are_no_dates(text: str) -> None:
    assert local_moment(text) is None


def test_a_date_in_an_unknown_language_is_known_for_one() -> None:
    assert looks_like_date("٣ يناير ٢٠٢٦، ١٠:٠٥:٠٠ ص")
    assert not looks_like_date("See you at 10:05")
