"""Dates at the head of a text and periods in a query."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.retrieval.dates import leading_date, periods_in

TODAY = date(2026, 11, 23)  # a Monday
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
DATE_WORDS = (
    *("last", "next", "this", "past", "in", "of", "the", "since", "after", "before", "until", "between", "and", "from"),
    *("to", "few", "5", "31", "29", "999", "2024", "9999-12-31", "0001-01-01", "90s", "Q1", "May", "March", "winter"),
    *("Monday", "days", "weeks", "months", "years", "year", "ago"),
)
DAWN, DUSK = date.min.isoformat(), date.max.isoformat()


@pytest.mark.parametrize("head", ["{} ", "[{}] ", "({}) ", "{}: ", "{} - ", "{} \u2013 ", "[{}]: ", " {}\n"])
def test_a_leading_date_is_taken_off_however_it_is_set_off(head: str) -> None:
    assert leading_date(head.format("2023-05-07") + "Met Ana") == (date(2023, 5, 7), "Met Ana")


@pytest.mark.parametrize(
    "text", ["2023-13-07 x", "2023-05-071 x", "2023-05-07-a", "on 2023-05-07", "2023-05 x", "", "[x]"]
)
def test_a_text_without_a_true_leading_date_comes_back_whole(text: str) -> None:
    assert leading_date(text) == (None, text)


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("2023-05-07", "2023-05-07", "2023-05-07"),
        ("on 5 May 2023", "2023-05-05", "2023-05-05"),
        ("May 5th, 2023", "2023-05-05", "2023-05-05"),
        ("the 5th of May", "2026-05-05", "2026-05-05"),
        ("on 24 December", "2025-12-24", "2025-12-24"),
        ("25.12.2022", "2022-12-25", "2022-12-25"),
        ("in May 2023", "2023-05-01", "2023-05-31"),
        ("2023-05", "2023-05-01", "2023-05-31"),
        ("in March", "2026-03-01", "2026-03-31"),
        ("in December", "2025-12-01", "2025-12-31"),
        ("last March", "2026-03-01", "2026-03-31"),
        ("last November", "2025-11-01", "2025-11-30"),
        ("next November", "2027-11-01", "2027-11-30"),
        ("this March", "2026-03-01", "2026-03-31"),
        ("in 2023", "2023-01-01", "2023-12-31"),
        ("early 2023", "2023-01-01", "2023-12-31"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("last night", "2026-11-22", "2026-11-22"),
        ("the day before yesterday", "2026-11-21", "2026-11-21"),
        ("today", "2026-11-23", "2026-11-23"),
        ("tomorrow", "2026-11-24", "2026-11-24"),
        ("the day after tomorrow", "2026-11-25", "2026-11-25"),
        ("3 days ago", "2026-11-20", "2026-11-20"),
        ("a few days ago", "2026-11-20", "2026-11-20"),
        ("two weeks ago", "2026-11-06", "2026-11-12"),
        ("a month ago", "2026-10-08", "2026-11-07"),
        ("two years ago", "2024-01-01", "2024-12-31"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("last weekend", "2026-11-21", "2026-11-22"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("next year", "2027-01-01", "2027-12-31"),
        ("the past 10 days", "2026-11-13", "2026-11-23"),
        ("in the next two weeks", "2026-11-23", "2026-12-07"),
        ("over the last month", "2026-10-23", "2026-11-23"),
        ("last summer", "2026-06-01", "2026-08-31"),
        ("last autumn", "2025-09-01", "2025-11-30"),
        ("in the summer of 2021", "2021-06-01", "2021-08-31"),
        ("in winter", "2025-12-01", "2026-02-28"),
        ("next winter", "2026-12-01", "2027-02-28"),
        ("Q3 2024", "2024-07-01", "2024-09-30"),
        ("Q4", "2026-10-01", "2026-12-31"),
        ("last Monday", "2026-11-16", "2026-11-16"),
        ("on Friday", "2026-11-20", "2026-11-20"),
        ("next Friday", "2026-11-27", "2026-11-27"),
        ("in the 90s", "1990-01-01", "1999-12-31"),
        ("in the 1980s", "1980-01-01", "1989-12-31"),
        ("since March", "2026-03-01", DUSK),
        ("after 2020", "2021-01-01", DUSK),
        ("before last summer", DAWN, "2026-05-31"),
        ("until June", DAWN, "2026-06-30"),
        ("between March and May", "2026-03-01", "2026-05-31"),
        ("from March to June 2024", "2024-03-01", "2024-06-30"),
        ("between November and February 2024", "2023-11-01", "2024-02-29"),
        ("from Monday to Friday", "2026-11-20", "2026-11-23"),
        ("5 May 2023 - 9 May 2023", "2023-05-05", "2023-05-09"),
        ("2023年5月", "2023-05-01", "2023-05-31"),
        ("2023年5月7日", "2023-05-07", "2023-05-07"),
        ("2023年", "2023-01-01", "2023-12-31"),
        ("2023년 5월 7일", "2023-05-07", "2023-05-07"),
        ("昨天", "2026-11-22", "2026-11-22"),
        ("先月", "2026-10-01", "2026-10-31"),
        ("작년", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_period_is_understood_and_taken_out_of_the_query(query: str, start: str, end: str) -> None:
    periods, rest = periods_in(f"trips {query}", TODAY)

    assert [(period.start.isoformat(), period.end.isoformat()) for period in periods] == [(start, end)]
    assert rest == "trips"


@pytest.mark.parametrize(
    "query",
    [
        "may I go",
        "march on Rome",
        "march 10 miles",
        "room 5 may be free",
        "room 2023",
        "1984 by Orwell",
        "walked in 2000 steps",
        "a second opinion",
        "who will fall",
        "spring onions",
        "June said hello",
        "a gift for April",
        "written by May",
        "in May's garden",
        "the last time we met",
        "31 February",
        "2024-13-45",
        "version 1.2.2020-rc",
        "an hour ago",
    ],
)
def test_words_that_only_look_like_dates_are_left_in_the_query(query: str) -> None:
    assert periods_in(query, TODAY) == ([], query)


def test_a_numeric_day_that_reads_two_ways_gives_both() -> None:
    periods, _ = periods_in("5/7/2023", TODAY)

    assert {period.start for period in periods} == {date(2023, 7, 5), date(2023, 5, 7)}


def test_several_periods_are_all_named() -> None:
    periods, rest = periods_in("Did we meet in May 2021, or in June 2022?", TODAY)

    assert [period.start for period in periods] == [date(2021, 5, 1), date(2022, 6, 1)]
    assert rest == "Did we meet , or ?"


@given(query=st.text(max_size=40), today=DAYS)
def test_any_query_on_any_day_is_read_without_failing(query: str, today: date) -> None:
    periods, _ = periods_in(query, today)

    assert all(period.start <= period.end for period in periods)


@given(words=st.lists(st.sampled_from(DATE_WORDS), max_size=8), today=DAYS)
def test_any_heap_of_date_words_is_read_without_failing(words: list[str], today: date) -> None:
    periods, _ = periods_in(" ".join(words), today)

    assert all(period.start <= period.end for period in periods)
