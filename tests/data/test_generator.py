"""The invented city is the same everywhere, holds everything, and looks plausible."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from data.generator import (
    BankError,
    City,
    generate_city,
    generate_jobseekers,
    generate_people,
    generate_postings,
)
from data.generator.banks import check_banks, load_banks
from data.generator.draws import Draws, Weighted
from data.generator.identity import UNASSIGNED_AREA, check_character
from data.records import (
    CapabilitySource,
    Category,
    DemandSource,
    Education,
    FactState,
    PayPeriod,
    ProvisionState,
    Track,
)
from data.vocabulary import Vocabulary, load_vocabulary

ON = date(2026, 11, 24)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="module")
def city(vocabulary: Vocabulary) -> City:
    return generate_city(20261124, jobseekers=300, postings=400, on=ON, vocabulary=vocabulary)


@pytest.fixture(scope="module")
def crowd(vocabulary: Vocabulary) -> City:
    return generate_city(5, jobseekers=3000, postings=2000, on=ON, vocabulary=vocabulary)


def test_same_seed_same_city(city: City, vocabulary: Vocabulary) -> None:
    again = generate_city(20261124, jobseekers=300, postings=400, on=ON, vocabulary=vocabulary)
    assert again == city


def test_different_seed_different_people(city: City, vocabulary: Vocabulary) -> None:
    other = generate_city(7, jobseekers=300, postings=400, on=ON, vocabulary=vocabulary)
    pairs = zip(city.jobseekers, other.jobseekers, strict=True)
    assert sum(a == b for a, b in pairs) == 0
    assert sum(a == b for a, b in zip(city.postings, other.postings, strict=True)) == 0


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_city_does_not_depend_on_hash_order(city: City, hash_seed: str) -> None:
    program = (
        "import hashlib\n"
        "from datetime import date\n"
        "from data.generator import generate_city\n"
        "city = generate_city(20261124, jobseekers=40, postings=60, on=date(2026, 11, 24))\n"
        "print(hashlib.sha256(repr((city.jobseekers, city.identities, city.employers,"
        " [p for p in city.postings])).encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env=environment,
    ).stdout  # fmt: skip
    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={**environment, "PYTHONHASHSEED": "1"},
    ).stdout  # fmt: skip
    assert shown == other


def test_a_person_does_not_depend_on_how_many_are_asked_for(vocabulary: Vocabulary) -> None:
    few = list(generate_people(3, 20, on=ON, vocabulary=vocabulary))
    many = list(generate_people(3, 50, on=ON, vocabulary=vocabulary))
    late = list(generate_people(3, 5, on=ON, vocabulary=vocabulary, start=45))
    assert many[:20] == few
    assert many[45:] == late


def test_a_posting_does_not_depend_on_how_many_are_asked_for(vocabulary: Vocabulary) -> None:
    many = list(generate_postings(3, 450, on=ON, vocabulary=vocabulary))
    assert list(generate_postings(3, 30, on=ON, vocabulary=vocabulary)) == many[:30]
    assert list(generate_postings(3, 9, on=ON, vocabulary=vocabulary, start=441)) == many[441:]


def test_streams_give_what_the_city_holds(city: City, vocabulary: Vocabulary) -> None:
    people = tuple(generate_jobseekers(city.seed, 12, on=ON, vocabulary=vocabulary))
    assert people == city.jobseekers[:12]


def test_every_family_track_and_district_occurs(city: City, vocabulary: Vocabulary) -> None:
    assert {p.family for p in city.postings if p.family} == set(vocabulary.families)
    assert {p.track for p in city.postings} == set(Track)
    assert {p.district for p in city.postings if p.district} == set(vocabulary.districts)
    assert {j.residence for j in city.jobseekers if j.residence} == set(vocabulary.districts)


def test_every_employer_kind_occurs(crowd: City, vocabulary: Vocabulary) -> None:
    assert {e.kind for e in crowd.employers} == set(vocabulary.employer_kinds)


def test_every_category_and_every_way_to_know_occurs(city: City) -> None:
    held = {c for j in city.jobseekers if j.certificate for c in j.certificate.categories}
    assert held == set(Category)
    assert any(j.certificate is None for j in city.jobseekers)
    sources = {c.source for j in city.jobseekers for c in j.capabilities}
    assert sources == {CapabilitySource.ASSESSED, CapabilitySource.SELF_REPORTED}
    assert any(not c.interval.is_exact for j in city.jobseekers for c in j.capabilities)


def test_postings_are_open_expired_and_not_yet_open(city: City) -> None:
    share_open = sum(p.is_open(ON) for p in city.postings) / len(city.postings)
    assert 0.8 <= share_open <= 0.97
    assert any(p.valid_until and p.valid_until < ON for p in city.postings)
    assert any(p.published and p.published > ON for p in city.postings)


def test_provisions_have_every_state(city: City) -> None:
    states = Counter(s for p in city.postings for s in p.provisions.values())
    assert set(states) == set(ProvisionState)
    assert states[ProvisionState.YES] > states[ProvisionState.OFFERED]


def test_fairs_hold_open_postings(city: City) -> None:
    booths = {p.id: p for p in city.postings}
    assert len(city.fairs) >= 1
    assert 35 <= len(city.fairs[0].postings) <= 45
    for fair in city.fairs:
        assert fair.held_on > ON
        assert all(booths[p].is_open(fair.held_on) for p in fair.postings)


def test_every_id_is_distinct_and_refers_to_something(crowd: City) -> None:
    people = [j.id for j in crowd.jobseekers]
    assert len(set(people)) == len(people)
    assert [i.jobseeker_id for i in crowd.identities] == people
    assert len({p.id for p in crowd.postings}) == len(crowd.postings)
    employers = {e.id: e for e in crowd.employers}
    assert len(employers) == len(crowd.employers)
    for posting in crowd.postings:
        assert posting.employer_id is not None
        assert employers[posting.employer_id].name == posting.employer_name
        assert employers[posting.employer_id].kind == posting.employer_kind
    assert {a.jobseeker_id for a in crowd.assessments} <= set(people)


def test_certificate_numbers_are_valid_distinct_and_nobodys(crowd: City) -> None:
    categories = list(Category)
    numbers = [i.certificate_number for i in crowd.identities if i.certificate_number]
    assert len(set(numbers)) == len(numbers)
    for jobseeker, identity in zip(crowd.jobseekers, crowd.identities, strict=True):
        number = identity.certificate_number
        assert (number == "") == (jobseeker.certificate is None)
        if jobseeker.certificate is None:
            continue
        assert len(number) == 20
        assert number.startswith(UNASSIGNED_AREA)
        assert number[17] == check_character(number[:17])
        assert identity.birth is not None
        assert number[6:14] == f"{identity.birth:%Y%m%d}"
        assert (int(number[16]) % 2 == 1) == (identity.sex == "男")
        held = jobseeker.certificate.categories
        certified = held[0] if len(held) == 1 else Category.MULTIPLE
        assert categories[int(number[18]) - 1] is certified
        assert int(number[19]) == jobseeker.certificate.grade


def test_the_documented_vector_has_its_check_character() -> None:
    assert check_character("44019919920101002") == "X"


def test_telephone_numbers_are_fillers(crowd: City) -> None:
    assert all(i.phone.startswith("1990000") and len(i.phone) == 11 for i in crowd.identities)


def test_ages_fit_the_day(crowd: City) -> None:
    for identity in crowd.identities:
        assert identity.birth is not None
        years = ON.year - identity.birth.year
        years -= (identity.birth.month, identity.birth.day) > (ON.month, ON.day)
        assert 16 <= years <= 63


def test_records_name_only_what_the_vocabulary_holds(crowd: City, vocabulary: Vocabulary) -> None:
    for person in crowd.jobseekers:
        assert set(person.aids) <= set(vocabulary.aids)
        assert set(person.restrictions) <= set(vocabulary.restrictions)
        assert {f.rule for f in person.facts} <= set(vocabulary.rules)
        assert set(person.musts.provisions) <= set(vocabulary.provisions)
        assert len({c.facet for c in person.capabilities}) == len(person.capabilities)
        assert all(c.dated and c.dated <= ON for c in person.capabilities)
        assert len(person.wishes.occupations) <= 3
    for posting in crowd.postings:
        assert set(posting.provisions) <= set(vocabulary.provisions)
        for clause in posting.demands or ():
            for alternative in clause.alternatives:
                assert {f for f, _ in alternative.levels} <= set(vocabulary.facets)


def test_assessments_stand_among_the_capabilities(crowd: City) -> None:
    people = {j.id: j for j in crowd.jobseekers}
    for assessment in crowd.assessments:
        known = people[assessment.jobseeker_id].capabilities
        assert assessment.findings == tuple(
            c for c in known if c.source is CapabilitySource.ASSESSED
        )


def test_pay_hours_and_headcount_are_possible(crowd: City) -> None:
    for posting in crowd.postings:
        assert 1 <= posting.headcount <= 10
        assert posting.hours_per_day is None or 3 <= posting.hours_per_day <= 10
        pay = posting.pay
        if pay and pay.monthly_yuan_low:
            least = 250 if posting.track is Track.SHELTERED else 1500
            assert pay.monthly_yuan_low >= least
            assert pay.monthly_yuan_high is not None
            assert pay.monthly_yuan_high <= 20_000


def shares(values: list[str]) -> dict[str, float]:
    return {k: n / len(values) for k, n in Counter(values).items()}


def test_how_much_is_known_of_people(crowd: City) -> None:
    known = shares(
        [
            j.capabilities[0].source.value if j.capabilities else "certificate"
            for j in crowd.jobseekers
        ]
    )
    assert 0.4 <= known["assessed"] <= 0.5
    assert 0.3 <= known["self_reported"] <= 0.4
    assert 0.15 <= known["certificate"] <= 0.27


def test_categories_are_spread_as_among_registered_people(crowd: City) -> None:
    share = shares(
        [
            "none"
            if j.certificate is None
            else "multiple"
            if len(j.certificate.categories) > 1
            else j.certificate.categories[0].value
            for j in crowd.jobseekers
        ]
    )
    assert 0.38 <= share["physical"] <= 0.55
    assert share["physical"] > share["hearing"] > share["speech"]
    for name, low, high in (
        ("hearing", 0.09, 0.18), ("vision", 0.06, 0.15), ("intellectual", 0.07, 0.15),
        ("mental", 0.06, 0.14), ("speech", 0.01, 0.05), ("multiple", 0.03, 0.09),
    ):  # fmt: skip
        assert low <= share[name] <= high, name


def test_schooling_follows_age_and_impairment(crowd: City) -> None:
    def mean(category: Category) -> float:
        levels = [
            int(j.education)
            for j in crowd.jobseekers
            if j.education is not None and j.certificate and j.certificate.categories == (category,)
        ]
        return sum(levels) / len(levels)

    assert mean(Category.INTELLECTUAL) < mean(Category.PHYSICAL)
    assert {j.education for j in crowd.jobseekers} >= {None, Education.NONE, Education.BACHELOR}


def test_capabilities_hang_together(crowd: City) -> None:
    """Who cannot stand does not climb stairs."""
    checked = 0
    for person in crowd.jobseekers:
        known = {str(c.facet): c.interval for c in person.capabilities}
        assessed = {c.source for c in person.capabilities} == {CapabilitySource.ASSESSED}
        if assessed and "stand" in known and "stairs" in known and known["stand"].hi == 0:
            checked += 1
            assert known["stairs"].lo <= 1
    assert checked > 10


def test_facts_are_mixed_and_some_have_lapsed(crowd: City) -> None:
    states = Counter(f.state for j in crowd.jobseekers for f in j.facts)
    assert states[FactState.TRUE] > 100
    assert states[FactState.FALSE] > 100
    assert any(not f.covers(ON) for j in crowd.jobseekers for f in j.facts)


def test_consent_is_given_refused_or_never_asked(crowd: City) -> None:
    answers = Counter(j.allows("match") for j in crowd.jobseekers)
    assert answers[True] > answers[None] > answers[False] > 0


def test_about_two_fifths_of_employers_confirm_demands(crowd: City, vocabulary: Vocabulary) -> None:
    confirmed = [p for p in crowd.postings if p.demands is not None]
    assert 0.33 <= len(confirmed) / len(crowd.postings) <= 0.47
    assert {p.demands_source for p in confirmed} == {DemandSource.CONFIRMED}
    templates = [vocabulary.families[p.family].demands for p in confirmed if p.family]
    varied = sum(p.demands != t for p, t in zip(confirmed, templates, strict=False))
    assert varied > len(confirmed) / 2


def test_a_few_postings_have_no_known_family(crowd: City) -> None:
    share = sum(p.family is None for p in crowd.postings) / len(crowd.postings)
    assert 0.04 <= share <= 0.15


def test_pay_periods_are_mixed(crowd: City) -> None:
    periods = shares([p.pay.period.value if p.pay else "open" for p in crowd.postings])
    assert set(periods) == {p.value for p in PayPeriod} | {"open"}
    assert periods["month"] > 0.45


def test_banks_report_every_unknown_name(vocabulary: Vocabulary) -> None:
    poorer = replace(
        vocabulary,
        families={k: v for k, v in vocabulary.families.items() if k != "JF01"},
        facets={k: v for k, v in vocabulary.facets.items() if k != "stairs"},
    )
    with pytest.raises(BankError) as caught:
        check_banks(load_banks(), poorer)
    assert any("JF01" in p for p in caught.value.problems)
    assert any("stairs" in p for p in caught.value.problems)


def test_draws_cover_their_range() -> None:
    draws = Draws(1, "die", 0)
    assert {draws.between(1, 6) for _ in range(200)} == {1, 2, 3, 4, 5, 6}
    assert sorted(draws.shuffled(range(9))) == list(range(9))
    weighted = Weighted([("a", 1.0), ("b", 0.0), ("c", 3.0)])
    drawn = Counter(draws.weighted(weighted) for _ in range(400))
    assert set(drawn) == {"a", "c"}
    assert drawn["c"] > drawn["a"]


def test_weights_need_a_value() -> None:
    with pytest.raises(ValueError, match="weight above 0"):
        Weighted([("a", 0.0)])
