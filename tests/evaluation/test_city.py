"""A city's report: green as it is, red for every fault that is planted, and gaps where they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data.records import (
    Capability,
    CapabilitySource,
    Category,
    Certificate,
    FacetId,
    FamilyId,
    Interval,
    JobPosting,
    Jobseeker,
    JobseekerId,
)
from data.store import Store
from data.vocabulary import load_vocabulary
from evaluation.city import City, CityRun, Lead, city_matcher, invent_city, match_city, stages
from evaluation.city_report import evaluate_city
from evaluation.fairness.decomposition import PARTS, decompose, losses
from evaluation.fairness.groups import SMALLEST, crossed, group_rows
from evaluation.fairness.probe import probe_category
from evaluation.fairness.twins import twin_violations, twins_of
from evaluation.guards import (
    direction_guard,
    dropped_guard,
    filtered_recall,
    label_guard,
    leak_guard,
    order_guard,
)
from evaluation.trec import read_qrels, write_run
from matching.catalogue import NEEDS_INFO
from matching.ports import ProfileReader, ProfileText
from models.compose import build_meaning
from models.search.block import VectorBlock
from models.search.living import LivingIndex
from models.settings import RankerKind, Settings
from tests.api.test_cli import rengang
from tests.matching.builders import TODAY, person, posting

VOCABULARY = load_vocabulary()


@pytest.fixture(scope="module")
def run() -> CityRun:
    city = invent_city(3, 60, 120, TODAY, VOCABULARY)
    return match_city(city, city_matcher(city), 10)


def planted(run: CityRun, change: Callable[[tuple[Lead, ...]], tuple[Lead, ...]]) -> CityRun:
    """The same run with the leads of somebody changed, who has several and is refused some."""
    somebody = next(
        i for i, g in run.got.items() if len(g.leads) > 3 and (g.codes > NEEDS_INFO).any()
    )
    got = dict(run.got)
    got[somebody] = replace(got[somebody], leads=change(got[somebody].leads))
    return replace(run, got=got)


def test_an_inadmissible_pair_turns_the_run_red(run: CityRun) -> None:
    assert leak_guard(run).ok
    matcher = run.matcher

    def forbidden(leads: tuple[Lead, ...]) -> tuple[Lead, ...]:
        somebody = next(i for i, g in run.got.items() if g.leads == leads)
        row = int(np.flatnonzero(run.got[somebody].codes > NEEDS_INFO)[0])
        return (replace(leads[0], posting_id=matcher.catalogue.ids[row]), *leads[1:])

    found = leak_guard(planted(run, forbidden))
    assert (found.value, found.ok) == (1, False)
    closed = next(p for p in run.city.postings if not p.is_open(run.city.on))
    found = leak_guard(
        planted(run, lambda leads: (replace(leads[0], posting_id=closed.id), *leads[1:]))
    )
    assert found.value == 1


def test_a_dropped_person_and_a_matched_refusal_turn_the_run_red(run: CityRun) -> None:
    assert dropped_guard(run).ok
    somebody = next(iter(run.got))
    without = {i: g for i, g in run.got.items() if i != somebody}
    assert dropped_guard(replace(run, got=without)).value == 1
    refused = next(p.id for p in run.city.people if p.allows("match") is False)
    both = {**run.got, refused: run.got[somebody]}
    assert dropped_guard(replace(run, got=both)).value == 1


@dataclass(frozen=True, slots=True)
class TellingReader:
    """A reader that forgets to strip one word."""

    inner: ProfileReader

    def text_of(self, jobseeker: Jobseeker) -> ProfileText:
        text = self.inner.text_of(jobseeker)
        if jobseeker.id.endswith("7"):
            return replace(text, note=f"{text.note} 肢体残疾")
        return text

    def families_of(self, jobseeker: Jobseeker) -> frozenset[FamilyId]:
        return self.inner.families_of(jobseeker)


def test_a_leaked_category_word_turns_the_run_red(run: CityRun) -> None:
    assert label_guard(run).ok
    telling = replace(run.matcher, reader=TellingReader(run.matcher.reader))
    found = label_guard(replace(run, matcher=telling))
    assert found.value == sum(p.id.endswith("7") for p in run.city.willing)
    assert not found.ok


def test_a_shuffled_order_turns_the_run_red(run: CityRun) -> None:
    assert order_guard(run).ok
    assert order_guard(planted(run, lambda leads: leads[::-1])).value == 1
    assert order_guard(planted(run, lambda leads: (leads[0], *leads))).value == 1


@dataclass(frozen=True, slots=True)
class OneWayRanker:
    """Scores a posting for a person otherwise than a person for a posting."""

    inner: object

    @property
    def version(self) -> str:
        return "one way"

    def rank(self, profile: ProfileText, allowed: NDArray[np.bool_]) -> object:
        return self.inner.rank(profile, allowed)  # type: ignore[attr-defined]

    def similarity(self, profile: ProfileText, row: int) -> float:
        del profile
        return row % 7 / 7


def test_two_directions_that_disagree_turn_the_run_red(run: CityRun) -> None:
    assert direction_guard(run).ok
    broken = replace(run.matcher, ranker=OneWayRanker(run.matcher.ranker))  # type: ignore[arg-type]
    assert direction_guard(replace(run, matcher=broken)).ok is False


def test_a_shuffled_direction_of_the_index_turns_the_recall_red(run: CityRun) -> None:
    meaning = build_meaning(VOCABULARY, Settings())
    index = LivingIndex.build(
        run.city.postings, meaning.of_postings(run.city.postings), VOCABULARY, meaning.version
    )
    assert filtered_recall(run, index, meaning) == 1.0
    segment = index.state.parts[0].segment
    vectors = segment.block.vectors
    wrong = vectors[:, np.random.default_rng(1).permutation(vectors.shape[1])]
    broken = LivingIndex.of_segment(
        replace(segment, block=VectorBlock(np.ascontiguousarray(wrong))),
        VOCABULARY, meaning.version, replace(index.plan, gather_before_heads=0.0),
    )  # fmt: skip
    found = recall_against(run, broken, index, meaning)
    assert found < 1.0


def recall_against(run: CityRun, broken: LivingIndex, index: LivingIndex, meaning: object) -> float:
    """As the guard does, the truth taken from the sound index."""
    from evaluation.bench_churn import long_way
    from matching.person import compile_person

    found = []
    for someone in run.city.willing:
        query = meaning.of_people([run.matcher.reader.text_of(someone)])[0]  # type: ignore[attr-defined]
        compiled = compile_person(someone, VOCABULARY, run.city.on)
        right = long_way(index.state, compiled, query)
        got = broken.search(compiled, query, 10).ids
        if right:
            found.append(len(set(right).intersection(got)) / len(right))
    return float(np.mean(found))


def test_twins_get_the_same_and_a_telling_reader_is_found_out(run: CityRun) -> None:
    people = run.city.willing[:6]
    asked, violations = twin_violations(people, run.matcher, run.city.on, 1)
    assert asked == 24
    assert violations == []

    class Naive(TellingReader):
        def text_of(self, jobseeker: Jobseeker) -> ProfileText:
            return ProfileText(experience=jobseeker.experience, wishes="仓库分拣")

    naive = replace(run.matcher, reader=Naive(run.matcher.reader))
    _, violations = twin_violations(people, naive, run.city.on, 1)
    assert violations
    assert {v.changed.split(":")[0] for v in violations} == {"story"}
    changed = dict(twins_of(people[0], 1))
    assert len(changed) == 4
    assert changed["grade"].certificate != people[0].certificate


def test_small_groups_are_counted_and_not_shown() -> None:
    groups = ["a"] * 12 + ["b"] * (SMALLEST - 1)
    values: list[float | None] = [*[1.0] * 6, *[0.0] * 6, *[1.0] * (SMALLEST - 1)]
    rows = {r.group: r for r in group_rows("sex", groups, {"led": values}, 1)}
    assert rows["b"].measures is None
    assert rows["a"].measures is not None
    led = rows["a"].measures["led"]
    assert led.mean.mean == 0.5
    assert led.ratio.mean == pytest.approx(0.5 / (15 / 21))
    assert led.ratio.low is not None
    assert led.ratio.high is not None
    assert led.ratio.low < 0.5 / (15 / 21) < led.ratio.high < 1
    assert crossed({"x": ["1", "2"], "y": ["a", "b"]})["x × y"] == ["1 × a", "2 × b"]


def test_losses_sum_to_what_is_lacking() -> None:
    assert losses({"supply": 1, "constraints": 1, "information": 1, "ranker": 1}) == (0, 0, 0, 0)
    assert losses({"supply": 0, "constraints": 0, "information": 0, "ranker": 0}) == (1, 0, 0, 0)
    with pytest.raises(ValueError, match="later stage"):
        losses({"supply": 0, "constraints": 1, "information": 0, "ranker": 0})
    with pytest.raises(ValueError, match="both sides"):
        decompose("g", [], [{"supply": 1}], 1)


def simulated(share: float, cause: str, seed: int) -> tuple[CityRun, list[bool]]:
    """A city in which a share of group X, drawn at random, meets one obstacle and nobody else any:
    the posts they look for do not exist, are out of reach, ask what nobody wrote down, or are
    not ranked among the first."""
    draw = np.random.default_rng(seed)
    families = list(VOCABULARY.families)[:2]
    here, missing = families
    people: list[Jobseeker] = []
    in_group: list[bool] = []
    wanted: dict[JobseekerId, frozenset[FamilyId]] = {}
    for i in range(240):
        inside = i % 2 == 0
        hit = inside and draw.random() < share
        levels = {"stand": 4}
        if hit and cause == "constraints":
            levels = {"stand": 1}
        someone = person(levels, id=f"S{i:03d}")
        if hit and cause == "information":
            someone = replace(
                someone,
                capabilities=(Capability(FacetId("stand"), Interval(0, 4),
                                         CapabilitySource.ASSESSED),),
            )  # fmt: skip
        people.append(replace(someone, certificate=Certificate((Category.PHYSICAL,))))
        in_group.append(inside)
        wanted[someone.id] = frozenset({missing if hit and cause == "supply" else here})
    postings: list[JobPosting] = [
        replace(posting([{"levels": {"stand": 3}}], id=f"D{i:02d}", title="岗位"), family=here)
        for i in range(3)
    ]
    city = City(
        tuple(people), {}, tuple(postings), wanted, {p.id: p.family for p in postings},
        VOCABULARY, TODAY, "simulated", None,
    )  # fmt: skip
    run = match_city(city, city_matcher(city, Settings(ranker=RankerKind.LEXICAL)), 10)
    if cause == "ranker":
        got = {
            i: replace(g, leads=()) if inside and draw.random() < share else g
            for (i, g), inside in zip(run.got.items(), in_group, strict=True)
        }
        run = replace(run, got=got)
    return run, in_group


@pytest.mark.parametrize("cause", PARTS)
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_planted_gap_is_recovered_and_no_other_is_seen(cause: str, share: float) -> None:
    run, in_group = simulated(share, cause, 11)
    reached = [stages(run, p.id) for p in run.city.people]
    inside = [s for s, g in zip(reached, in_group, strict=True) if g]
    outside = [s for s, g in zip(reached, in_group, strict=True) if not g]
    found = decompose("X", inside, outside, 1)
    assert found.parts[cause].low <= share <= found.parts[cause].high
    assert found.parts[cause].is_clear
    for part in PARTS:
        if part != cause:
            assert found.parts[part].gap == 0.0
    assert sum(p.gap for p in found.parts.values()) == pytest.approx(found.total.gap)


def test_no_gap_is_reported_where_none_was_planted() -> None:
    """Obstacles that fall on both groups alike: intervals hold 0, as often as they say."""
    false_alarms = 0
    for seed in range(20):
        draw = np.random.default_rng(seed)
        reached = [
            dict(zip(PARTS, np.minimum.accumulate(draw.random(4) < 0.8).astype(float), strict=True))
            for _ in range(200)
        ]
        found = decompose("X", reached[:80], reached[80:], seed)
        false_alarms += found.total.is_clear
    assert false_alarms <= 3


def test_the_probe_finds_a_planted_label_and_none_in_noise() -> None:
    draw = np.random.default_rng(5)
    names = ["a", "b"] * 60
    noise = draw.standard_normal((120, 24)).astype(np.float32)
    blind = probe_category(noise, names, 1)
    assert blind is not None
    assert blind.advantage.low is not None
    assert blind.advantage.low <= 0.05
    telling = noise.copy()
    telling[::2, 3] += 3
    seen = probe_category(telling, names, 1)
    assert seen is not None
    assert seen.advantage.low is not None
    assert seen.advantage.low > 0.2
    assert probe_category(noise[:5], ["a", "b", "a", "b", "a"], 1) is None


def test_the_whole_report_of_a_city(tmp_path: Path) -> None:
    report = evaluate_city(invent_city(5, 60, 120, TODAY, VOCABULARY), seed=5)
    assert not report.is_red, [g for g in report.guards if g.ok is False]
    assert list(report.metrics["systems"]) == ["random", "newest", "lexical", "dense", "hybrid"]
    for gap in report.metrics["gaps"]:
        parts = sum(p["gap"] for p in gap["parts"].values())
        assert parts == pytest.approx(gap["total"]["gap"])
    for row in report.metrics["groups"]:
        assert row["people"] == f"<{SMALLEST}" or row["people"] >= SMALLEST
    assert json.loads(json.dumps(report.metrics)) is not None


def test_an_offices_own_records_are_evaluated(tmp_path: Path) -> None:
    from data.generator import generate_city

    made = generate_city(4, on=TODAY, jobseekers=40, postings=60, vocabulary=VOCABULARY)
    with Store.open(str(tmp_path / "o.db")) as store:
        store.upsert_jobseekers(made.jobseekers)
        store.upsert_employers(made.employers)
        store.identities.upsert(made.identities)
        store.upsert_postings(made.postings)
    done = rengang("evaluate", "city", "--db", "o.db", "--on", TODAY.isoformat(), "--out", "r",
                   cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Leak@10 = 0" in done.stdout
    page = (tmp_path / "r" / "report.html").read_text("utf-8")
    for identity in made.identities:
        assert identity.name not in page
        assert identity.id_number not in page


def test_others_take_the_city_and_are_scored_on_it(tmp_path: Path) -> None:
    """Out as JSON lines that import takes back; a run that ignores the filter is seen to leak."""
    options = ("evaluate", "city", "--people", "60", "--postings", "80", "--seed", "6")
    done = rengang(*options, "--export", "city", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    files = [tmp_path / "city" / f"{n}.jsonl" for n in ("people", "postings", "assessments")]
    done = rengang("import", *files, "--db", "o.db", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    counts = [f["counts"] for f in json.loads(done.stdout)["files"]]
    assert [c["rejected"] for c in counts] == [0, 0, 0]
    assert (counts[0]["jobseekers"], counts[1]["postings"]) == (60, 80)
    wanted = read_qrels(tmp_path / "city" / "qrels.wanted.txt")
    everything = [json.loads(x)["岗位编号"] for x in files[1].read_text("utf-8").splitlines()]
    write_run(tmp_path / "careless.run", dict.fromkeys(wanted, everything[:10]), "careless")
    done = rengang(*options, "--run", "careless.run", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["leaks"]["hybrid"]["leaks"] == 0
    assert figures["leaks"]["careless"]["leaks"] > 100
    refused = rengang(*options, "--db", "o.db", "--export", "out", cwd=tmp_path)
    assert refused.returncode == 2
    assert not (tmp_path / "out").exists()
