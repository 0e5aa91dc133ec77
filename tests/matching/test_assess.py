"""The refusals first: what must never come out of a judgement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.records import (
    CapabilitySource,
    Category,
    Certificate,
    DemandSource,
    DutyId,
    Education,
    Fact,
    FactState,
    FamilyId,
    Interval,
    JobPosting,
    Jobseeker,
    JobseekerId,
    MustKind,
    Musts,
    Pay,
    PayPeriod,
    ProvisionKey,
    RestrictionId,
    RuleId,
    Track,
    Wishes,
)
from data.vocabulary import Language
from evaluation.worlds import World
from matching.assess import assess
from matching.verdict import Outcome, Verdict
from matching.wording import question_for
from tests.matching.builders import TODAY, VOCABULARY, person, posting

ORDER = [
    Outcome.FEASIBLE,
    Outcome.CONDITIONAL,
    Outcome.NEEDS_INFO,
    Outcome.INFEASIBLE,
    Outcome.INELIGIBLE,
]


def judge(who: Jobseeker, job: JobPosting, on: date = TODAY) -> Verdict:
    return assess(who, job, on=on, vocabulary=VOCABULARY)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_certificate_alone_never_refuses_and_never_admits_what_is_unknown(seed: int) -> None:
    """Whatever the category: with nothing else known, no clause on function is failed."""
    world = World(seed)
    for i in range(10):
        job = replace(world.posting(i), eligibility=(), licences=())
        for category in Category:
            bare = Jobseeker(JobseekerId("p"), Certificate((category,), 1))
            levels_only = not any(b.subject == "provision" for b in judge(bare, job).barriers)
            if levels_only:
                assert judge(bare, job).outcome is not Outcome.INFEASIBLE


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_another_category_with_all_levels_stated_changes_nothing(seed: int) -> None:
    world = World(seed)
    levels = {f: world.random.randint(0, 4) for f in VOCABULARY.facets}
    for i in range(6):
        job = world.posting(i)
        verdicts = {
            (v.outcome, v.binding) for c in Category for v in [judge(person(levels, c), job)]
        }
        assert len(verdicts) == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_higher_capability_never_worsens_and_a_higher_demand_never_improves(seed: int) -> None:
    world = World(seed)
    levels = {f: world.random.randint(0, 3) for f in VOCABULARY.facets}
    for i in range(6):
        job = world.posting(i)
        before = ORDER.index(judge(person(levels, Category.PHYSICAL), job).outcome)
        for facet in world.facets:
            better = {**levels, facet: levels[facet] + 1}
            after = ORDER.index(judge(person(better, Category.PHYSICAL), job).outcome)
            assert after <= before


@pytest.mark.parametrize("category", list(Category))
def test_deleting_the_assessment_turns_feasible_into_a_question(category: Category) -> None:
    suspended = VOCABULARY.categories[category].suspends
    facet = next(f for f in suspended if VOCABULARY.facets[f].kind != "S")
    job = posting([{"levels": {facet: 2}}])
    assert judge(person({facet: 2}, category), job).outcome is Outcome.FEASIBLE
    assert judge(person({}, category), job).outcome is Outcome.NEEDS_INFO


def test_without_any_certificate_on_record_everything_touched_is_a_question() -> None:
    job = posting([{"levels": {"hear_speech": 1}}])
    unrecorded = Jobseeker(JobseekerId("p"))
    assert judge(unrecorded, job).outcome is Outcome.NEEDS_INFO
    assert judge(person({}), job).outcome is Outcome.FEASIBLE  # known to hold none


def test_a_critical_safety_clause_wants_more_than_presumption_or_the_persons_word() -> None:
    critical = posting([{"levels": {"balance": 3}, "critical": True}])
    assert judge(person({}), critical).outcome is Outcome.NEEDS_INFO
    said = person({"balance": 4}, source=CapabilitySource.SELF_REPORTED)
    assert judge(said, critical).outcome is Outcome.NEEDS_INFO
    assert judge(person({"balance": 4}), critical).outcome is Outcome.FEASIBLE
    said_no = person({"balance": 1}, source=CapabilitySource.SELF_REPORTED)
    assert judge(said_no, critical).outcome is Outcome.INFEASIBLE
    ordinary = posting([{"levels": {"balance": 3}}])
    assert judge(person({}), ordinary).outcome is Outcome.FEASIBLE


def test_schooling_shows_reading_unless_the_category_bears_on_learning() -> None:
    job = posting([{"levels": {"read_zh": 2}}])
    for category, expected in (
        (Category.HEARING, Outcome.FEASIBLE),
        (Category.INTELLECTUAL, Outcome.NEEDS_INFO),
    ):
        graduate = person({}, category, education=Education.COLLEGE)
        assert judge(graduate, job).outcome is expected


def test_an_assessment_beats_a_later_self_report() -> None:
    measured = person({"lift": 1}).capabilities
    said = person({"lift": 4}, source=CapabilitySource.SELF_REPORTED).capabilities
    both = replace(person({}), capabilities=(*said, *measured))
    assert judge(both, posting([{"levels": {"lift": 2}}])).binding == ("lift:1<2",)


def test_an_interval_demand_is_met_only_by_its_upper_end() -> None:
    job = posting([{"levels": {"stand": {"between": [2, 3]}}}])
    outcomes = [judge(person({"stand": level}), job).outcome for level in range(5)]
    assert outcomes == [
        Outcome.INFEASIBLE, Outcome.INFEASIBLE, Outcome.NEEDS_INFO,
        Outcome.FEASIBLE, Outcome.FEASIBLE,
    ]  # fmt: skip
    assert judge(person({"stand": 2}), job).binding == ("stand:2<2-3",)


def test_a_template_is_provisional_and_no_template_is_a_question() -> None:
    able = dict.fromkeys(VOCABULARY.facets, 4)
    recognised = posting(family=FamilyId("JF01"), workplace={"remote": "yes"})
    verdict = judge(person(able), recognised)
    assert verdict.outcome is Outcome.FEASIBLE
    assert verdict.provisional and verdict.demands_source is DemandSource.TEMPLATE
    assert judge(person(able), posting()).binding == ("demands=unknown",)
    stated_none = posting([])
    assert judge(person({}, Category.MULTIPLE), stated_none).outcome is Outcome.FEASIBLE


def test_law_comes_before_function_and_names_only_the_law() -> None:
    job = posting([{"levels": {"lift": 4}}], eligibility=(RuleId("working_age"),))
    retired = person({"lift": 0}, facts=(Fact(RuleId("working_age"), FactState.FALSE),))
    assert judge(retired, job).outcome is Outcome.INELIGIBLE
    assert judge(retired, job).binding == ("working_age",)


def test_a_fact_outside_its_dates_is_a_question_and_contradicting_facts_are_too() -> None:
    job = posting([], eligibility=(RuleId("employment_hardship_certified"),))
    expired = Fact(
        RuleId("employment_hardship_certified"), FactState.TRUE, valid_until=date(2026, 1, 31)
    )
    verdict = judge(person({}, facts=(expired,)), job)
    assert verdict.binding == ("elig.employment_hardship_certified=?",)
    assert judge(person({}, facts=(expired,)), job, date(2026, 1, 31)).outcome is Outcome.FEASIBLE
    both = (
        Fact(RuleId("employment_hardship_certified"), FactState.TRUE),
        Fact(RuleId("employment_hardship_certified"), FactState.FALSE),
    )
    assert judge(person({}, facts=both), job).outcome is Outcome.NEEDS_INFO


def test_nobody_under_sixteen_is_sent_anywhere() -> None:
    child = person({}, facts=(Fact(RuleId("under_16"), FactState.TRUE),))
    assert judge(child, posting([])).outcome is Outcome.INELIGIBLE


def test_a_public_welfare_post_asks_for_certification_though_the_employer_wrote_nothing() -> None:
    job = posting([], track=Track.PUBLIC_WELFARE)
    assert judge(person({}), job).binding == ("elig.employment_hardship_certified=?",)


@pytest.mark.parametrize(
    ("kind", "wishes", "job", "code"),
    [
        (MustKind.PAY, {"monthly_pay_yuan_min": 4000}, {"pay": (3000, 3500)}, "must.pay=no"),
        (MustKind.PAY, {"monthly_pay_yuan_min": 4000}, {"pay": (3000, 5000)}, "must.pay=unknown"),
        (MustKind.PAY, {"monthly_pay_yuan_min": 4000}, {}, "must.pay=unknown"),
        (MustKind.HOURS, {"hours_per_day_max": 4}, {"hours_per_day": 8}, "must.hours=no"),
        (MustKind.HOURS, {"hours_per_day_max": 4}, {}, "must.hours=unknown"),
        (MustKind.DISTRICTS, {"districts": ("440106",)}, {"district": "440117"},
         "must.districts=no"),
        (MustKind.DISTRICTS, {"districts": ("440106",)}, {}, "must.districts=unknown"),
        (MustKind.COMMUTE, {"commute_minutes_max": 30}, {"district": "440117"},
         "must.commute=no"),
        (MustKind.COMMUTE, {"commute_minutes_max": 30}, {"district": "440104"},
         "must.commute=unknown"),
    ],
)  # fmt: skip
def test_a_must_refuses_what_breaks_it_and_asks_what_is_silent(
    kind: MustKind, wishes: dict[str, Any], job: dict[str, Any], code: str
) -> None:
    if isinstance(job.get("pay"), tuple):
        low, high = job["pay"]
        job = {"pay": Pay(PayPeriod.MONTH, low, high, low, high)}
    who = person(
        {},
        residence="440106",
        wishes=Wishes(**wishes),
        musts=Musts(wishes=(kind,)),
    )
    assert judge(who, posting([], **job)).binding == (code,)
    only_a_wish = replace(who, musts=Musts())
    assert judge(only_a_wish, posting([], **job)).outcome is Outcome.FEASIBLE
    if kind in (MustKind.DISTRICTS, MustKind.COMMUTE):
        from_home = posting([], {"remote": "yes"}, **job)
        assert judge(who, from_home).outcome is Outcome.FEASIBLE


def test_a_doctors_restriction_only_excludes() -> None:
    night = posting([{"any_of": [{"levels": {"night": 3}}, {"provided": ["fixed_day"]}]}])
    able = person({"night": 4})
    assert judge(able, night).outcome is Outcome.FEASIBLE
    advised = replace(able, restrictions=(RestrictionId("no_night"),))
    assert judge(advised, night).outcome in (Outcome.NEEDS_INFO, Outcome.INFEASIBLE)
    driver = posting([], licences=(RuleId("driving_licence"),))
    licensed = person({}, facts=(Fact(RuleId("driving_licence"), FactState.TRUE),))
    assert judge(licensed, driver).outcome is Outcome.FEASIBLE
    told_not_to = replace(licensed, restrictions=(RestrictionId("no_driving"),))
    assert judge(told_not_to, driver).binding == ("restriction.no_driving",)


def refuses(*duties: str) -> Jobseeker:
    return person({"hear_phone": 4, "night": 4, "commute": 4}, musts=Musts(
        refused=tuple(DutyId(d) for d in duties)
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("duty", "title", "words", "outcome"),
    [
        ("sales", "销售代表", "", Outcome.INFEASIBLE),
        ("sales", "文员", "协助完成销售指标", Outcome.NEEDS_INFO),
        ("sales", "销售助理", "录入订单", Outcome.FEASIBLE),
        ("phone", "在线客服", "打字回复顾客，偶尔拨打电话", Outcome.NEEDS_INFO),
        ("phone", "文员", "录入，无需接听电话", Outcome.FEASIBLE),
        ("coding", "档案员", "", Outcome.NEEDS_INFO),
        ("coding", "档案员", "整理档案", Outcome.FEASIBLE),
    ],
)
def test_what_a_person_refuses_is_never_shown(
    duty: str, title: str, words: str, outcome: Outcome
) -> None:
    """The title rules out, the text asks, and silence about the work is no permission."""
    job = posting([], title=title, duties=words)
    verdict = judge(refuses(duty), job)
    assert verdict.outcome is outcome
    assert judge(refuses(), job).outcome is Outcome.FEASIBLE
    if outcome is Outcome.INFEASIBLE:
        assert verdict.binding == (f"refused.{duty}",)


def test_a_refused_duty_is_found_in_the_demands_whatever_the_words() -> None:
    calls = [{"levels": {"hear_phone": 3}}]
    answering = posting(calls, title="综合岗", duties="见附件")
    assert judge(refuses("phone"), answering).outcome is Outcome.INFEASIBLE
    either = posting(
        [{"any_of": [{"levels": {"hear_phone": 3}}, {"levels": {"type": 0}}]}],
        title="综合岗", duties="见附件",
    )  # fmt: skip
    verdict = judge(refuses("phone"), either)
    assert verdict.outcome is Outcome.NEEDS_INFO
    (barrier,) = verdict.barriers
    assert barrier.is_for_employer
    assert question_for(barrier, VOCABULARY, Language.ZH) == (
        "请问单位：这个岗位要不要做“打电话、接电话”？能不能不安排？"
    )


def test_a_failing_clause_names_the_cheapest_change() -> None:
    kiosk = posting(
        [{"any_of": [{"levels": {"stairs": 2}}, {"provided": ["step_free_entry"]}]}],
        {"step_free_entry": "no"},
    )
    verdict = judge(person({"stairs": 0}), kiosk)
    assert verdict.binding == ("stairs:0<2",)
    assert verdict.deciding[0].remedies[0].provisions == (ProvisionKey("step_free_entry"),)


def test_what_is_relied_on_is_named() -> None:
    job = posting(
        [{"any_of": [{"levels": {"stairs": 2}}, {"provided": ["elevator"]}]}], {"elevator": "yes"}
    )
    verdict = judge(person({"stairs": 0}), job)
    assert [(str(k), str(s)) for k, s in verdict.relied_on] == [("elevator", "yes")]
    assert judge(person({"stairs": 4}), job).relied_on == ()


def test_known_intervals_stay_inside_the_scale() -> None:
    with pytest.raises(ValueError, match="0 to 4"):
        Interval(3, 2)


def test_what_was_read_in_part_may_exclude_but_never_admits() -> None:
    read = replace(
        posting([{"levels": {"lift": 3}}]),
        demands_source=DemandSource.READ,
        demands_complete=False,
    )
    assert judge(person({"lift": 1}), read).outcome is Outcome.INFEASIBLE
    verdict = judge(person({"lift": 4}), read)
    assert verdict.outcome is Outcome.NEEDS_INFO
    assert verdict.binding == ("demands=unknown",)


def test_a_posting_whose_wording_awaits_review_is_never_recommended() -> None:
    waiting = posting([], quarantine=("限男性",))
    verdict = judge(person({}), waiting)
    assert verdict.outcome is Outcome.NEEDS_INFO
    assert verdict.binding == ("posting.review=pending",)
    assert judge(person({}), replace(waiting, reviewed=True)).outcome is Outcome.FEASIBLE


def test_a_demand_known_only_as_a_range_is_the_employers_question() -> None:
    job = posting([{"levels": {"stand": {"between": [0, 3]}}}])
    barrier = judge(person({"stand": 1}), job).question
    assert barrier is not None and barrier.is_for_employer
    text = question_for(barrier, VOCABULARY, Language.ZH)
    assert "单位" in text and "站" in text
    persons = judge(person({}, Category.PHYSICAL), posting([{"levels": {"stand": 3}}])).question
    assert persons is not None and not persons.is_for_employer
