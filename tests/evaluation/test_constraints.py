"""The benchmark of constraints: its gold is independent of what is scored, and faults are seen."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from data.vocabulary import load_vocabulary
from evaluation.constraints.report import CAN_SHOW, evaluate_constraints, export_world
from evaluation.constraints.sentences import SentencesError, load_sentences, parse_sentences
from evaluation.constraints.tracks import reading_track, retrieval_track, score_verdicts
from evaluation.constraints.world import make_world
from evaluation.labels import load_labels
from matching.catalogue import FEASIBLE, INFEASIBLE, NEEDS_INFO
from models.reading.examples import load_examples

VOCABULARY = load_vocabulary()


def test_a_world_comes_from_its_seed_and_its_texts_say_what_is_true() -> None:
    world = make_world(1, 120, 10, VOCABULARY)
    assert world == make_world(1, 120, 10, VOCABULARY)
    assert world.postings != make_world(2, 120, 10, VOCABULARY).postings
    kinds = {s.kind for p in world.postings for s in p.sentences}
    assert kinds == {"explicit", "implicit", "hedged", "conditional", "negated", "absent"}
    for posting in world.postings:
        for sentence in posting.sentences:
            assert sentence.text in posting.text
            assert {f for f, _, _ in sentence.alternatives} <= set(VOCABULARY.facets)
        asked = [f for some in posting.asks() for f, _, _ in some]
        denied = {s.denies for s in posting.sentences if s.denies}
        assert not denied.intersection(asked)
    for person in world.people:
        for stated in person.jobseeker.capabilities:
            assert stated.interval.lo <= person.levels[stated.facet] <= stated.interval.hi


def test_verdicts_by_hand() -> None:
    truth = np.array([[True, True, False, False]])
    codes = np.array([[FEASIBLE, INFEASIBLE, FEASIBLE, NEEDS_INFO]], np.uint8)
    score = score_verdicts(codes, truth)
    assert (score.shown, score.leaks) == (2, 1)
    assert score.leak.mean == 0.5
    assert score.ruled_out.mean == 0.5
    assert score.found.mean == 0.5
    assert score.asks.mean == 0.25
    assert score.f1 == 0.5


def test_the_report_is_green_and_says_what_it_can_show() -> None:
    report = evaluate_constraints(3, 60, 30, 1500, VOCABULARY)
    assert not report.is_red, report.guards
    assert report.lead == CAN_SHOW
    verdicts = report.metrics["verdicts"]
    assert verdicts["一律说行"]["leaks"] > 0
    assert verdicts["一律说行"]["f1"] > verdicts["一律说不行"]["f1"]
    assert verdicts["单位确认后"]["leaks"] == 0
    kinds = report.metrics["reading"]["只用规则"]["recall_by_kind"]
    assert set(kinds) == {"explicit", "implicit", "conditional", "hedged"}
    for cell in report.metrics["retrieval"]["rengang"]:
        assert cell["mean"] == 1.0
    after = [c["mean"] for c in report.metrics["retrieval"]["先取前 100 再筛"]]
    assert min(after) < 0.2


def test_a_search_that_loses_answers_is_seen() -> None:
    vectors = np.random.default_rng(1).standard_normal((2000, 16)).astype(np.float32)
    found = retrieval_track(vectors, vectors[:5], 1)
    assert all(i.mean == 1.0 for i in found["rengang"].values())
    lost = found["先取前 100 再筛"]["against", 0.01].mean
    assert lost is not None
    assert lost < 1.0


def test_others_can_be_scored_on_it(tmp_path: Path) -> None:
    world = make_world(4, 20, 5, VOCABULARY)
    export_world(world, tmp_path)
    assert len(load_labels(tmp_path / "postings.jsonl")) == 20
    people = [json.loads(x) for x in (tmp_path / "people.jsonl").read_text("utf-8").splitlines()]
    assert [p["id"] for p in people] == [p.id for p in world.people]
    lines = (tmp_path / "verdicts.txt").read_text("utf-8").splitlines()
    assert len(lines) == 100
    for line in lines:
        person, _, posting, possible = line.split()
        i, j = int(person[1:]), int(posting[1:])
        assert int(possible) == world.is_possible(world.people[i], world.postings[j])


@pytest.mark.slow
def test_every_phrase_is_one_that_a_posting_may_hold() -> None:
    world = make_world(9, 3000, 0, VOCABULARY)
    told = {s.text for p in world.postings for s in p.sentences}
    assert len(told) > 150


def test_the_sentences_are_what_they_say_and_none_is_trained_on() -> None:
    facets = list(VOCABULARY.facets)
    sentences = load_sentences(facets)
    assert len(sentences) > 1500
    kinds = Counter(d["type"] for s in sentences for d in s["demands"])
    assert min(kinds[k] for k in ("explicit", "implicit", "conditional", "hedged")) > 300
    assert {d["facet"] for s in sentences for d in s["demands"]} == set(facets)
    assert sum(bool(s["not_demanded"]) for s in sentences) > 250
    assert sum(not s["demands"] and not s["not_demanded"] for s in sentences) > 250
    texts = [s["text"] for s in sentences]
    assert len(set(texts)) == len(texts)
    assert not set(texts) & {e.text for e in load_examples(facets)}


def test_a_sentence_that_cannot_be_understood_is_named() -> None:
    with pytest.raises(SentencesError, match="line 2: fly"):
        parse_sentences(["全程站立\tstand:4\t", "会飞\tfly:3\t"], list(VOCABULARY.facets))


def test_reading_sentences_is_scored_as_reading_labels_is() -> None:
    lines = ["全程站立\tstand:4\t", "无需夜班\t\tnight", "乘坐公交可达\t\t"]
    found = reading_track(parse_sentences(lines, list(VOCABULARY.facets)), "three")
    assert found["只用规则"].overall.f1.value == 1.0
    assert found["只用规则"].denied_asserted.value == 0.0
