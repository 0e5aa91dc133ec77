"""The learned part of the reader: it widens the rules, asks, and never excludes or lifts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data.vocabulary import load_vocabulary
from models.encoder.store import DamagedModelError
from models.reading import SAFETY_FACETS, read_posting, to_clauses
from models.reading.examples import ExamplesError, examples_of_labels, load_examples, parse_examples
from models.reading.learned import BOX, LearnedReader, load_learned
from models.reading.nouns import DemandKind, Where
from models.reading.passage import Passage
from models.reading.train import label_units, train_reader
from models.reading.units import units_of

FACETS = tuple(str(f) for f in load_vocabulary().facets)


@pytest.fixture(scope="module")
def retrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader") / "weights"
    train_reader(load_examples(FACETS), FACETS, folder)
    return folder


def test_a_demand_in_words_that_no_rule_knows_is_read_and_only_asks() -> None:
    """Traffic to be heard, told in other words: found by likeness, with its clause."""
    text = "公司氛围好；要反应敏捷躲开来往的铲车；周末双休"
    rules = {d.facet for d in read_posting("", text, rules_only=True).demands}
    reading = read_posting("", text)
    added = [d for d in reading.demands if d.facet not in rules]
    assert "hear_alert" in {d.facet for d in added}
    for demand in added:
        assert demand.learned
        assert demand.evidence.text in text
        clauses = [c for c in to_clauses(reading) if c.evidence == demand.evidence.text]
        for clause in clauses:
            own = [i for a in clause.alternatives for f, i in a.levels if f == demand.facet]
            assert all(i.lo == 0 for i in own), "a likeness may ask, never exclude"


def test_where_a_rule_speaks_the_learned_part_is_silent() -> None:
    for text in ("全程站立，需搬运二十公斤", "接听热线，录入工单", "三班倒，户外巡查"):
        rules = read_posting("", text, rules_only=True)
        both = {d.facet: d for d in read_posting("", text).demands}
        for demand in rules.demands:
            assert both[demand.facet] == demand


@pytest.mark.parametrize("text", ["无需上夜班", "不用搬东西，也没有登高作业", "不打电话，全程文字"])
def test_what_a_rule_takes_for_denied_is_not_asserted_by_likeness(text: str) -> None:
    denied = {d.facet for d in read_posting("", text, rules_only=True).not_demanded}
    asserted = {d.facet for d in read_posting("", text).demands if d.learned}
    assert denied
    assert not denied & asserted


def test_welfare_and_traits_ask_for_nothing_by_likeness() -> None:
    for text in ("五险一金，节日礼金", "性格开朗，踏实肯干", "年底双薪，晋升通道清晰"):
        assert not [d for d in read_posting("", text).demands if d.learned]


def test_the_shipped_model_knows_its_examples_better_than_chance() -> None:
    model, right, asked, wrong, told = load_learned(), 0, 0, 0, 0
    for example in load_examples(FACETS):
        units = list(units_of(Passage.of(Where.TEXT, example.text)))
        wanted = {d.facet for d in example.demands}
        for opinion in model.opinions(units):
            told += 1
            seen = {FACETS[i] for i in (opinion.topics > 0.5).nonzero()[0].tolist()}
            wrong += bool(seen - wanted - {d.facet for d in example.denied})
        asked += len(wanted)
        best = {
            FACETS[i]
            for o in model.opinions(units)
            for i in (o.topics > 0.25).nonzero()[0].tolist()
        }
        right += len(wanted & best)
    assert right / asked > 0.85
    assert wrong / told < 0.1


def test_training_gives_the_same_bytes_twice(retrained: Path, tmp_path: Path) -> None:
    train_reader(load_examples(FACETS), FACETS, tmp_path / "again")
    for file in retrained.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_the_examples_hold_every_safety_facet_and_denials() -> None:
    table = label_units(load_examples(FACETS), FACETS)
    for facet in SAFETY_FACETS:
        assert table.topics[:, FACETS.index(str(facet))].sum() >= 10
    assert table.denies.sum() >= 50


def test_labels_of_postings_become_examples_with_their_places() -> None:
    item = {
        "title": "库工",
        "text": "搬箱子，不上夜班",
        "demands": [
            {"facet": "lift", "level_lo": 2, "level_hi": 3, "type": "explicit",
             "evidence": "搬箱子"}
        ],
        "not_demanded": [{"facet": "night", "evidence": "不上夜班"}],
    }  # fmt: skip
    table = label_units(examples_of_labels([item]), FACETS)
    lift, night = FACETS.index("lift"), FACETS.index("night")
    words = [u.clause for u in table.units]
    assert table.topics[words.index("搬箱子"), lift]
    assert not table.topics[words.index("搬箱子"), night]
    assert table.denies[words.index("不上夜班")]
    assert table.levels[words.index("搬箱子"), lift] == 2.5


def test_mistakes_in_examples_are_told_together() -> None:
    lines = [
        "站着\tstand:9",
        "站着\tflying:3",
        "站着\tstand:3@坐着",
        "站着\t\tflying",
        "好\tstand:3",
    ]
    with pytest.raises(ExamplesError) as problem:
        parse_examples(lines, FACETS)
    told = str(problem.value)
    assert [f"line {n}" in told for n in range(1, 6)] == [True, True, True, True, False]


def test_an_example_line_says_facet_range_kind_and_words() -> None:
    [example] = parse_examples(["偶尔搬箱，坐班\tlift:2-3:h@搬箱\tnight"], FACETS)
    [demand] = example.demands
    assert (demand.facet, demand.level, demand.kind) == ("lift", 2.5, DemandKind.HEDGED)
    assert example.text[demand.start : demand.end] == "搬箱"
    assert [d.facet for d in example.denied] == ["night"]


def test_a_changed_byte_or_another_encoder_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(BOX, tmp_path / "reader")
    file = folder / "keys.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(DamagedModelError):
        LearnedReader.load(folder)
    file.write_bytes(BOX.joinpath("keys.npy").read_bytes())
    facts = folder / "index.json"
    facts.write_text(facts.read_text("utf-8").replace("static-", "other-"), "utf-8")
    with pytest.raises(DamagedModelError, match="another encoder"):
        LearnedReader.load(folder)


def test_the_command_trains_a_folder_that_reads(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from api.commands.train import train

    done = CliRunner().invoke(train, ["reader", "--out", str(tmp_path / "reader")])
    assert done.exit_code == 0, done.output
    assert LearnedReader.load(tmp_path / "reader").facets == FACETS
    bad = tmp_path / "labels.jsonl"
    bad.write_text("not json\n", "utf-8")
    refused = CliRunner().invoke(
        train, ["reader", "--out", str(tmp_path / "x"), "--labels", str(bad)]
    )
    assert refused.exit_code != 0
    assert "不能用" in refused.output
    assert not (tmp_path / "x").exists()
