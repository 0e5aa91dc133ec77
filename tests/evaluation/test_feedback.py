"""What became of leads: silence apart, nobody on both sides, estimates that meet a known truth."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.importing import import_into
from data.leads import LeadEvent, LeadStep
from data.records import JobseekerId, PostingId
from data.store import Store
from data.templates import write_outcomes
from data.vocabulary import load_vocabulary
from evaluation.city import City, city_matcher, invent_city
from evaluation.feedback.evaluate import HAND, LEARNED, FeedbackResult, evaluate_log
from evaluation.feedback.off_policy import Session, compared, estimate, person_values
from evaluation.feedback.report import FeedbackError, evaluate_feedback
from evaluation.feedback.reweighting import learn_weights, reward_model
from evaluation.feedback.simulation import (
    SimulatedLog,
    draw_systematically,
    inclusion_probabilities,
    simulate_log,
)
from evaluation.feedback.splits import time_split, usual_split_day
from evaluation.feedback.stories import RIPE_DAYS, read_log
from matching.matcher import Matcher
from matching.signals import PENALTY, SIGNALS, signal_weights
from models.compose import build_matcher
from models.settings import Settings
from models.weights import RankingWeights, WeightsError, read_weights, weighed, write_weights
from tests.api.test_cli import rengang
from tests.matching.builders import TODAY

V = load_vocabulary()
DAY = date(2026, 1, 1)
Step = LeadStep


def event(
    step: LeadStep, after: int, person: str = "A", posting: str = "P", **more: object
) -> LeadEvent:
    return LeadEvent(
        JobseekerId(person),
        PostingId(posting),
        step,
        DAY + timedelta(days=after),
        **more,  # type: ignore[arg-type]
    )


def test_silence_is_an_answer_of_its_own() -> None:
    log = read_log([
        event(Step.SHOWN, 0, "silent"), event(Step.SHOWN, 0, "no"),
        event(Step.DECLINED, 3, "no", reason="pay"), event(Step.SHOWN, 0, "yes"),
        event(Step.INTERESTED, 3, "yes"), event(Step.HIRED, 40, "yes"),
    ])  # fmt: skip
    furthest = {s.jobseeker_id: s.furthest for s in log.stories}
    assert furthest == {"silent": None, "no": Step.DECLINED, "yes": Step.HIRED}
    yes = next(s for s in log.stories if s.jobseeker_id == "yes")
    assert yes.reached(Step.INTERVIEWED, DAY + timedelta(days=40))
    assert not yes.reached(Step.INTERVIEWED, DAY + timedelta(days=39))
    assert not yes.reached(Step.STAYED, DAY + timedelta(days=400))


def test_a_lead_shown_twice_is_two_stories_and_an_unshown_step_none() -> None:
    log = read_log([
        event(Step.SHOWN, 0), event(Step.SHOWN, 10), event(Step.INTERESTED, 12),
        event(Step.INTERESTED, 5, posting="never shown"),
    ])  # fmt: skip
    assert [s.furthest for s in log.stories] == [None, Step.INTERESTED]
    assert log.unshown == 1


steps = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 12), st.sampled_from("PQR"), st.booleans()),
    max_size=60,
)


@given(steps, st.integers(1, 200))
def test_nobody_is_on_both_sides_and_nothing_is_known_too_early(
    drawn: list[tuple[int, int, str, bool]], cut: int
) -> None:
    events = []
    for day, person, posting, answered in drawn:
        events.append(event(Step.SHOWN, day, f"A{person}", posting))
        if answered:
            events.append(event(Step.INTERESTED, day + 9, f"A{person}", posting))
    stories = read_log(events).stories
    on, end = DAY + timedelta(days=cut), DAY + timedelta(days=260)
    split = time_split(stories, on, end, Step.INTERESTED)
    assert not split.on_both_sides
    ripe = timedelta(days=RIPE_DAYS[Step.INTERESTED])
    assert all(s.shown_on + ripe <= on for s in split.train)
    assert all(s.shown_on >= on for s in split.test)
    left = sum(split.left_out.values())
    assert len(split.train) + len(split.test) + left == len(stories)
    before = {s.jobseeker_id for s in stories if s.shown_on < on}
    assert not before & {s.jobseeker_id for s in split.test}


def test_what_happened_after_the_split_is_not_learned_from() -> None:
    stories = read_log([event(Step.SHOWN, 0), event(Step.INTERESTED, 50)]).stories
    on = DAY + timedelta(days=40)
    split = time_split(stories, on, DAY + timedelta(days=99), Step.INTERESTED)
    (story,) = split.train
    assert not story.reached(Step.INTERESTED, split.known[0])


def test_systematic_sampling_has_the_probabilities_it_says() -> None:
    draws = np.random.default_rng(1)
    wanted = inclusion_probabilities(np.array([9.0, 3.0, 2.0, 1.0, 1.0, 0.5]), 3)
    assert wanted.sum() == pytest.approx(3)
    assert wanted.max() == 1
    counts = np.zeros(6)
    for _ in range(20_000):
        found = draw_systematically(wanted, draws)
        assert len(set(found.tolist())) == 3
        counts[found] += 1
    assert np.abs(counts / 20_000 - wanted).max() < 0.012
    assert inclusion_probabilities(np.ones(2), 5).tolist() == [1, 1]


def hand_made() -> tuple[list[Session], list[list[int]], list[dict[int, float]]]:
    sessions = [
        Session("a", np.array([0, 1]), np.array([1.0, 0.0]), np.array([0.5, 1.0])),
        Session("b", np.array([1, 2]), np.array([1.0, 1.0]), np.array([0.8, 0.25])),
    ]
    return sessions, [[0, 2], [2, 3]], [{0: 0.5, 1: 0.2, 2: 0.1}, {1: 0.5, 2: 0.5, 3: 0.4}]


def test_estimates_equal_what_is_worked_out_by_hand() -> None:
    """a: the new list meets row 0 (weight 2, success): IPS 2; DR .5 + .1 + 2 (1 - .5) = 1.6.
    b: meets row 2 (weight 4, success): IPS 4; DR .5 + .4 + 4 (1 - .5) = 2.9.
    SNIPS: (2 + 4) / (2 + 4) x 2 leads a list. Kish: 6^2 / (4 + 16) = 1.8."""
    sessions, chosen, guesses = hand_made()
    found = estimate(sessions, chosen, guesses, 1)
    assert found.ips.mean == pytest.approx(3.0)
    assert found.doubly_robust.mean == pytest.approx((1.6 + 2.9) / 2)
    assert found.snips == pytest.approx(2.0)
    assert found.effective == pytest.approx(1.8)
    assert (found.heaviest, found.met) == (4.0, 2)
    other = person_values(sessions, [[1], [1]], guesses)
    gain = compared(person_values(sessions, chosen, guesses), other, 1)
    # old: a .2 + 1 (0 - .2) = 0, b .5 + 1.25 (1 - .5) = 1.125
    assert gain.difference.mean == pytest.approx((1.6 + 2.9 - 0 - 1.125) / 2)
    unknown = replace(sessions[0], propensities=np.array([np.nan, 1.0]))
    with pytest.raises(ValueError, match="without probabilities"):
        estimate([unknown], [[0]], [{0: 0.0, 1: 0.0}], 1)


def world(seed: int, people: int = 250, rows: int = 30, k: int = 4):  # type: ignore[no-untyped-def]
    """Lists drawn by text, answers that follow another signal: (sessions, new lists, the truth)."""
    draws = np.random.default_rng(seed)
    sessions, chosen, tables, asked, asked_for, truth = [], [], [], [], [], []
    for i in range(people):
        values = draws.random((rows, len(SIGNALS)))
        chance = np.clip(0.05 + 0.6 * values[:, 3], 0, 1)
        probabilities = inclusion_probabilities(0.1 + values[:, 0], k)
        shown = draw_systematically(probabilities, draws)
        new = np.argsort(-values[:, 3], kind="stable")[:k]
        answers = (draws.random(k) < chance[shown]).astype(float)
        sessions.append(Session(f"p{i:03d}", shown, answers, probabilities[shown]))
        chosen.append(new.tolist())
        everything = np.array(sorted({*shown.tolist(), *new.tolist()}))
        tables.append(values[shown])
        asked.append(everything)
        asked_for.append(values[everything])
        truth.append(chance[new].sum())
    return sessions, chosen, tables, asked, asked_for, float(np.mean(truth))


def test_estimates_meet_the_truth_as_often_as_they_say_and_counting_does_not() -> None:
    hits = {"ips": 0, "robust": 0}
    apart: dict[str, list[float]] = {"ips": [], "robust": [], "shown": []}
    worlds = 25
    for seed in range(worlds):
        sessions, chosen, tables, asked, asked_for, truth = world(seed)
        guessed = reward_model(
            tables, [s.rewards for s in sessions], [s.person for s in sessions], asked_for, seed
        )
        guesses = [dict(zip(a.tolist(), g.tolist(), strict=True))
                   for a, g in zip(asked, guessed, strict=True)]  # fmt: skip
        found = estimate(sessions, chosen, guesses, seed)
        for name, one in (("ips", found.ips), ("robust", found.doubly_robust)):
            assert one.mean is not None
            assert one.low is not None
            assert one.high is not None
            hits[name] += one.low <= truth <= one.high
            apart[name].append(one.mean - truth)
        apart["shown"].append(float(np.mean([s.rewards.sum() for s in sessions])) - truth)
    assert hits["ips"] >= worlds * 0.8
    assert hits["robust"] >= worlds * 0.8
    assert abs(np.mean(apart["ips"])) < 0.1
    assert abs(np.mean(apart["robust"])) < 0.1
    assert np.mean(apart["shown"]) < -0.5
    assert np.std(apart["robust"]) < np.std(apart["ips"])


def test_learned_weights_never_turn_a_signal_round() -> None:
    draws = np.random.default_rng(2)
    tables = [draws.random((6, len(SIGNALS))) for _ in range(200)]
    against = [0.5 * t[:, 3] - t[:, 4] for t in tables]  # the better paid, the fewer answers
    found = learn_weights(tables, against)
    assert found is not None
    assert found["pay"] == 0
    assert found["distance"] > 0.7
    assert sum(v for s, v in found.items() if s != PENALTY) == pytest.approx(1)
    assert -1 <= found[PENALTY] <= 0
    assert learn_weights(tables, [np.zeros(6) for _ in tables]) is None


@pytest.fixture(scope="module")
def city() -> City:
    return invent_city(7, 700, 700, TODAY, V)


@pytest.fixture(scope="module")
def matcher(city: City) -> Matcher:
    return city_matcher(city)


END = TODAY + timedelta(days=110)


def evaluated(
    city: City, matcher: Matcher, truth: Mapping[str, float], seed: int
) -> tuple[FeedbackResult, SimulatedLog]:
    log = simulate_log(city, matcher, truth, 5, seed)
    stories = read_log(log.events).stories
    day = usual_split_day(stories, END, Step.INTERESTED)
    assert day is not None
    split = time_split(stories, day, END, Step.INTERESTED)
    people = {p.id: p for p in city.willing}
    return evaluate_log(split, Step.INTERESTED, people, matcher, 5, seed), log


def test_another_taste_is_learned_and_the_truth_agrees(city: City, matcher: Matcher) -> None:
    result, log = evaluated(city, matcher, {"pay": 0.6, "distance": 0.4}, 1)
    assert result.is_accepted
    assert log.value(result.lists[LEARNED]) > log.value(result.lists[HAND])
    learned = result.weights[LEARNED]
    assert learned["pay"] + learned["distance"] > 0.5


def test_weights_that_prove_nothing_are_not_accepted(city: City, matcher: Matcher) -> None:
    """People who answer by chance, and people who want just what the hand-set weights rank by."""
    for truth in ({}, signal_weights(V)):
        accepted = [evaluated(city, matcher, truth, seed)[0].is_accepted for seed in range(3)]
        assert sum(accepted) <= 1


def test_the_lists_of_a_weighing_are_those_of_the_matcher(city: City, matcher: Matcher) -> None:
    for someone in city.willing[:40]:
        rows = matcher.signals(someone, TODAY).best(signal_weights(V), 10)
        matches = matcher.match(someone, on=TODAY, limit=10).matches
        assert [matcher.catalogue.ids[r] for r in rows] == [m.posting_id for m in matches]


def proven(points: Mapping[str, float], low: float = 0.1) -> RankingWeights:
    return RankingWeights(points, low, {})


def only(**points: float) -> dict[str, float]:
    return {s: points.get(s, 0.0) for s in SIGNALS}


def test_a_file_of_weights_is_used_and_told_and_only_if_it_is_proven(
    tmp_path: Path, city: City
) -> None:
    file = tmp_path / "w.json"
    write_weights(file, proven(only(pay=1.0, condition=-0.1)))
    settings = Settings(weights=file)
    matcher = build_matcher(city.postings, V, settings, data_version="x")
    assert matcher.versions.rules != V.version
    assert matcher.versions.rules.startswith(V.version)
    assert signal_weights(matcher.vocabulary)["pay"] == 1
    someone = next(p for p in city.willing if p.wishes.monthly_pay_yuan_min)
    found = matcher.match(someone, on=TODAY).matches
    assert all({c.signal for c in m.contributions} <= {"pay", "condition"} for m in found)
    assert weighed(V, proven(signal_weights(V))).parameters["weight_text"].value == 0.5
    for change in ({"gain_low": 0.0}, {"gain_low": -1}, {"points": {"pay": 1}}, {"kind": "x"},
                   {"points": only(pay=2.0, text=-1.0)}):  # fmt: skip
        told = {**json.loads(file.read_text("utf-8")), **change}
        broken = tmp_path / "broken.json"
        broken.write_text(json.dumps(told), "utf-8")
        with pytest.raises(WeightsError):
            read_weights(broken)
    with pytest.raises(WeightsError):
        read_weights(tmp_path / "none.json")


def report_of(city: City, matcher: Matcher, events: Sequence[LeadEvent], **more: object):  # type: ignore[no-untyped-def]
    options: dict[str, object] = {
        "success": Step.INTERESTED, "k": 5, "end": END, "split_day": None, "seed": 1,
        "command": "c",
    }  # fmt: skip
    people = {p.id: p for p in city.willing}
    return evaluate_feedback(events, people, matcher, V, **{**options, **more})  # type: ignore[arg-type]


def test_a_log_without_probabilities_is_counted_and_not_estimated(
    city: City, matcher: Matcher
) -> None:
    log = simulate_log(city, matcher, {"pay": 1.0}, 5, 3)
    bare = [replace(e, propensity=None) for e in log.events]
    feedback = report_of(city, matcher, bare)
    assert feedback.weights is None
    assert feedback.report.metrics["estimates"] == {}
    assert "显示概率" in feedback.report.metrics["why"]
    shown = sum(e.step is Step.SHOWN for e in bare)
    assert feedback.report.metrics["leads"] == shown
    declined = sum(e.step is Step.DECLINED for e in bare)
    assert feedback.report.metrics["furthest"]["declined"] == declined
    assert feedback.report.metrics["unanswered"] > declined


def test_what_cannot_be_told_is_said(city: City, matcher: Matcher) -> None:
    with pytest.raises(FeedbackError, match="已推荐"):
        report_of(city, matcher, [])
    with pytest.raises(FeedbackError, match="还没有等够"):
        report_of(city, matcher, [event(Step.SHOWN, 0)], end=DAY)


def test_an_offices_outcomes_go_from_its_sheet_to_a_report(
    tmp_path: Path, city: City, matcher: Matcher
) -> None:
    log = simulate_log(city, matcher, {"pay": 0.6, "distance": 0.4}, 5, 1)
    sheet = write_outcomes(tmp_path / "推荐结果.xlsx", log.events)
    with Store.open(str(tmp_path / "o.db")) as store:
        store.upsert_jobseekers(city.people)
        store.upsert_postings([replace(p, employer_id=None) for p in city.postings])
        assert import_into(store, sheet, vocabulary=V).problems == ()
    done = rengang(
        "evaluate", "feedback", "--db", "o.db", "--on", END.isoformat(), "--out", "r",
        "--weights", "w.json", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    metrics = json.loads((tmp_path / "r" / "metrics.json").read_text("utf-8"))
    assert metrics["accepted"]
    assert (tmp_path / "w.json").exists()
    page = (tmp_path / "r" / "report.html").read_text("utf-8")
    assert "没有答复（不等于不要）" in page
    assert not any(str(p.id) in page for p in city.willing[:50])
    again = rengang("evaluate", "feedback", "--db", "o.db", "--weights", "w.json", cwd=tmp_path)
    assert again.returncode == 3
    assert "已经有了" in again.stderr
