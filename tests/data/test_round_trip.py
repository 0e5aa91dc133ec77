"""What the writers write, the importer reads back: records of the generator, and drawn ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.generator import City, generate_city
from data.importing import import_into, with_derived_facts
from data.records import (
    Alternative,
    Capability,
    Clause,
    DemandSource,
    Fact,
    FactState,
    Interval,
    JobPosting,
    Pay,
    PayPeriod,
    RuleId,
)
from data.store import Store
from data.templates import write_assessments, write_jobseekers, write_postings
from data.templates.cells import clean, join_list, safe_text, split_list
from data.templates.demands import DemandNotation
from data.templates.pay import read_pay, with_monthly, write_pay
from data.templates.statements import StatementNotation
from data.vocabulary import load_vocabulary

V = load_vocabulary()
ON = date(2026, 11, 24)


@pytest.fixture(scope="module")
def city() -> City:
    made = generate_city(11, on=ON, jobseekers=250, postings=350)
    duties = tuple(V.duties)
    refusing = (
        replace(p, musts=replace(p.musts, refused=duties[i % 9 : i % 9 + i % 4]))
        for i, p in enumerate(made.jobseekers)
    )
    return replace(made, jobseekers=tuple(refusing))


def _as_sheets_hold_it(posting: JobPosting) -> JobPosting:
    """Demands that nobody confirmed are not written, and evidence spans neither."""
    if posting.demands is None or posting.demands_source is not DemandSource.CONFIRMED:
        return replace(posting, demands=None, demands_source=DemandSource.MISSING)
    return replace(posting, demands=tuple(replace(c, evidence="") for c in posting.demands))


def _facets(found: tuple[Capability, ...]) -> list[tuple[str, str]]:
    return sorted((c.facet, str(c)) for c in found)


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "jsonl"])
def test_a_generated_city_survives_its_spreadsheets(
    tmp_path: Path, city: City, suffix: str
) -> None:
    files = (
        write_jobseekers(tmp_path / f"求职人员.{suffix}", city.jobseekers, city.identities),
        write_postings(tmp_path / f"招聘岗位.{suffix}", city.postings, city.employers),
        write_assessments(tmp_path / f"评估.{suffix}", city.assessments),
    )
    with Store.open(":memory:") as store:
        for file in files:
            result = import_into(store, file, vocabulary=V)
            assert [p.text() for p in result.problems if p.is_error] == []
        identities = {i.jobseeker_id: i for i in city.identities}
        wanted = [with_derived_facts(p, identities[p.id]) for p in city.jobseekers]
        for person, want in zip(store.jobseekers(), wanted, strict=True):
            assert replace(person, capabilities=()) == replace(want, capabilities=())
            assert _facets(person.capabilities) == _facets(want.capabilities)
        assert dict(store.identities.all()) == identities
        assert store.employers() == tuple(sorted(city.employers, key=lambda e: e.id))
        postings = sorted(map(_as_sheets_hold_it, city.postings), key=lambda p: p.id)
        assert list(store.postings()) == postings
        assert store.assessments() == tuple(
            sorted(city.assessments, key=lambda a: (a.jobseeker_id, a.dated, a.instrument))
        )


intervals = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda p: Interval(min(p), max(p)))
alternatives = st.builds(
    Alternative,
    st.lists(st.tuples(st.sampled_from(list(V.facets)), intervals), min_size=1, max_size=3).map(
        tuple
    ),
    st.lists(st.sampled_from(list(V.provisions)), max_size=2).map(tuple),
)
clauses = st.builds(
    Clause, st.lists(alternatives, min_size=1, max_size=3).map(tuple), st.booleans()
)


@given(st.lists(clauses, max_size=4).map(tuple))
def test_demands(demands: tuple[Clause, ...]) -> None:
    notation = DemandNotation(V)
    assert notation.read(notation.write(demands)) == demands


days = st.none() | st.dates(date(1950, 1, 1), date(2100, 12, 31))


@given(
    st.lists(
        st.tuples(st.sampled_from(list(V.rules)), st.sampled_from(FactState), days, days),
        max_size=4,
    )
)
def test_statements(drawn: list[tuple[RuleId, FactState, date | None, date | None]]) -> None:
    facts = tuple(
        Fact(rule, state, start, None if start and end and end < start else end)
        for rule, state, start, end in drawn
    )
    notation = StatementNotation(V)
    assert notation.read(notation.write(facts)) == facts


amounts = st.integers(100, 900_000)


@given(st.sampled_from(PayPeriod), amounts, amounts, st.sampled_from(["low", "high", "both"]))
def test_pay(period: PayPeriod, one: int, other: int, ends: str) -> None:
    low = None if ends == "high" else float(min(one, other))
    high = None if ends == "low" else float(max(one, other))
    pay = with_monthly(Pay(period, low, high), 8)
    assert read_pay(write_pay(pay), period=period, hours_per_day=8) == pay


words = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=";；'"), min_size=1)


@given(st.lists(words, unique=True).map(tuple))
def test_lists(items: tuple[str, ...]) -> None:
    assert split_list(join_list(items)) == items


@given(st.text(st.characters(exclude_categories=["C", "Z"])))
def test_texts_in_csv_are_never_formulas(text: str) -> None:
    written = safe_text(text)
    assert clean(written) == text
    assert not written.startswith(("=", "+", "-", "@"))
