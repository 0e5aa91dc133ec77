from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clauses import (
    WrittenClauseError,
    parse_clause,
    parse_clauses,
    parse_interval,
    write_clauses,
)
from data.records import Alternative, Clause, FacetId, Interval, ProvisionKey


@pytest.mark.parametrize(
    "raw",
    [
        None, True, False, -1, 5, 2.0, "3", [], [2, 3], {}, {"between": [3, 2]},
        {"between": [0, 5]}, {"between": [1]}, {"between": [1, 2, 3]}, {"between": [True, 3]},
        {"between": [1, 2], "or": 4}, {"between": "12"}, {"between": None},
    ],
)  # fmt: skip
def test_what_is_no_level_is_refused_with_its_place(raw: object) -> None:
    with pytest.raises(WrittenClauseError, match=r"^speak: "):
        parse_interval(raw, "speak")


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ("stairs", r"d\[0\]"),
        ({}, r"d\[0\]: needs a level or a provision"),
        ({"level": {"stairs": 2}}, r"d\[0\]: does not know \['level'\]"),
        ({"levels": ["stairs"]}, r"d\[0\]\.levels"),
        ({"levels": {"stairs": 9}}, r"d\[0\]\.levels\.stairs"),
        ({"provided": "remote"}, r"d\[0\]\.provided"),
        ({"any_of": []}, r"d\[0\]\.any_of"),
        ({"any_of": {"levels": {"stairs": 2}}}, r"d\[0\]\.any_of"),
        ({"any_of": [{"levels": {"stairs": 2}}, {}]}, r"d\[0\]\.any_of\[1\]"),
        ({"any_of": [{"levels": {"a": 1}}], "levels": {"b": 1}}, r"d\[0\]: `any_of` stands alone"),
        ({"levels": {"stairs": 2}, "critical": "yes"}, r"d\[0\]\.critical"),
    ],
)
def test_a_clause_that_cannot_be_read_says_where(raw: object, place: str) -> None:
    with pytest.raises(WrittenClauseError, match=place):
        parse_clauses([raw], "d")


@pytest.mark.parametrize("raw", [None, "levels", 3, {"levels": {"stairs": 2}}])
def test_demands_that_are_no_list_are_refused(raw: object) -> None:
    with pytest.raises(WrittenClauseError, match="expected a list of clauses"):
        parse_clauses(raw)


def test_an_alternative_may_need_levels_and_provisions_together() -> None:
    clause = parse_clause({"levels": {"sit": 3}, "provided": ["seated_station"]}, "d")
    assert clause == Clause((Alternative(((FacetId("sit"), Interval(3, 3)),),
                                         (ProvisionKey("seated_station"),)),))  # fmt: skip


intervals = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda e: Interval(min(e), max(e)))
levels = st.dictionaries(st.sampled_from("abcd").map(FacetId), intervals, max_size=3)
provided = st.lists(st.sampled_from("xyz").map(ProvisionKey), unique=True, max_size=2)
alternatives = (
    st.tuples(levels, provided)
    .filter(lambda pair: bool(pair[0] or pair[1]))
    .map(lambda pair: Alternative(tuple(pair[0].items()), tuple(pair[1])))
)
clauses = st.builds(
    Clause,
    st.lists(alternatives, min_size=1, max_size=3).map(tuple),
    st.booleans(),
    st.sampled_from(["", "须能上下楼梯"]),
)


@given(st.lists(clauses, max_size=4).map(tuple))
def test_what_is_written_reads_back_as_the_same(written: tuple[Clause, ...]) -> None:
    assert parse_clauses(write_clauses(written)) == written
