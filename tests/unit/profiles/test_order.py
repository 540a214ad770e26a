"""Entries by their dates, wherever they stand."""

from hypothesis import given
from hypothesis import strategies as st

from db.profiles import WorkRecord
from services.profiles.dates import newest_first


def job(position: str, start: str | None = None, end: str | None = None) -> WorkRecord:
    return WorkRecord(position=position, start_date=start, end_date=end)


def test_what_goes_on_comes_first_then_what_ended_last() -> None:
    jobs = [job("waiter", "2001", "2004"), job("director", "2016"), job("manager", "2010", "2016-03")]
    assert [each.position for each in newest_first(jobs)] == ["director", "manager", "waiter"]


def test_without_dates_the_order_of_the_document_stays() -> None:
    jobs = [job("first"), job("second"), job("third")]
    assert newest_first(jobs) == jobs


def test_one_without_dates_stays_behind_the_one_before_it() -> None:
    jobs = [job("old", "2001", "2004"), job("beside"), job("new", "2010")]
    assert [each.position for each in newest_first(jobs)] == ["new", "old", "beside"]


@given(st.permutations([job(str(year), str(year), str(year + 2)) for year in range(2000, 2012, 2)]))
def test_the_order_of_dated_entries_does_not_matter(jobs: list[WorkRecord]) -> None:
    assert [each.position for each in newest_first(jobs)] == ["2010", "2008", "2006", "2004", "2002", "2000"]
