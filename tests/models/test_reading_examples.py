"""What the reader is taught with: sentences, passages, labels without words; and the teaching."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from api.commands.train import train
from data.records import FacetId
from data.vocabulary import load_vocabulary
from models.reading import SAFETY_FACETS
from models.reading.examples import (
    Denied,
    ExamplesError,
    Labelled,
    examples_of_labels,
    load_examples,
    parse_examples,
    parse_passages,
)
from models.reading.learned import BOX, LearnedReader
from models.reading.network import pack, unpack
from models.reading.nouns import DemandKind
from models.reading.rules import Said
from models.reading.standoff import (
    Standoff,
    checksum,
    examples_of_postings,
    load_standoff,
    parse_standoff,
    write_standoff,
)
from models.reading.train import KnownReaderError, mean, train_reader

FACETS = tuple(str(f) for f in load_vocabulary().facets)
PASSAGE = """== k1 | 便利店夜班收银
T: 收银、补货，晚上十点到早上六点，重货由配送员搬。
D: numeracy 2-3 | 收银
D: night 4 implicit | 夜班
N: lift reach | 重货由配送员搬
"""


def test_an_example_line_says_facet_range_kind_and_words() -> None:
    [example] = parse_examples(["偶尔搬箱，坐班\tlift:2-3:h@搬箱\tnight"], FACETS)
    [demand] = example.demands
    assert (demand.facet, demand.low, demand.high) == ("lift", 2, 3)
    assert demand.kind is DemandKind.HEDGED
    assert example.words[demand.start : demand.end] == "搬箱"
    assert [d.facet for d in example.denied] == ["night"]


def test_a_passage_says_what_title_and_text_ask_for_and_deny() -> None:
    [example] = parse_passages(PASSAGE.splitlines(), FACETS)
    words = {d.facet: example.words[d.start : d.end] for d in example.demands}
    assert words == {"numeracy": "收银", "night": "夜班"}
    assert [d.facet for d in example.denied] == ["lift", "reach"]
    assert example.demands[0].kind is DemandKind.EXPLICIT


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
    broken = ["== a | 甲", "T: 站着", "D: flying 3 | 站着", "== b | 乙", "D: stand 3 | 站着",
              "== c | 丙", "T: 站着", "D: stand 3 | 坐着", "== d | 丁", "T: 站着"]  # fmt: skip
    with pytest.raises(ExamplesError) as problem:
        parse_passages(broken, FACETS)
    assert [f"line {n}:" in str(problem.value) for n in (1, 4, 6, 9)] == [True, True, True, False]


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
    [example] = examples_of_labels([item], FACETS)
    [demand], [denial] = example.demands, example.denied
    assert example.words[demand.start : demand.end] == "搬箱子"
    assert example.words[denial.start : denial.end] == "不上夜班"


def test_labels_without_words_find_their_posting_again_or_leave_it_out() -> None:
    row = {"job_id": "p1", "title": "库工", "text": "公司简介若干。" * 4 + "搬箱子，不上夜班。"}
    start, stretch = 28, row["text"][28:]
    entry = Standoff(
        "p1", start, start + len(stretch), checksum("库工", stretch),
        (Labelled("lift", 2, 3, DemandKind.EXPLICIT, 3, 6),), (Denied("night", 7, 11),),
    )  # fmt: skip
    written = write_standoff([entry])
    assert "搬" not in written
    assert parse_standoff(written.splitlines(), FACETS) == (entry,)
    [example] = examples_of_postings([entry], [row])
    assert [example.words[d.start : d.end] for d in example.demands] == ["搬箱子"]
    assert [example.words[d.start : d.end] for d in example.denied] == ["不上夜班"]
    assert examples_of_postings([entry], [{**row, "text": row["text"].replace("箱", "筐")}]) == ()
    assert examples_of_postings([entry], []) == ()
    with pytest.raises(ExamplesError) as problem:
        parse_standoff(
            ["D: lift 2-3 explicit | 1-2", *written.splitlines(), "N: fly | 1-2"], FACETS
        )
    assert "line 1" in str(problem.value)
    assert "fly" in str(problem.value)


def test_the_labels_that_ship_hold_no_words_of_a_posting() -> None:
    entries = load_standoff(FACETS)
    assert len(entries) > 1000
    # Wide sight is asked for by hardly any real posting.
    assert {d.facet for e in entries for d in e.demands} >= SAFETY_FACETS - {FacetId("vis_field")}
    text = write_standoff(entries)
    assert not any("\u4e00" <= c <= "\u9fff" for c in text)


def test_the_examples_hold_every_safety_facet_and_denials() -> None:
    examples = load_examples(FACETS)
    for facet in SAFETY_FACETS:
        assert sum(d.facet == facet for e in examples for d in e.demands) >= 100
    assert sum(bool(e.denied) for e in examples) >= 500
    assert sum(not e.demands and not e.denied for e in examples) >= 100
    words = [e.words for e in examples]
    assert len(set(words)) > 0.99 * len(words)


def test_teaching_gives_the_same_bytes_twice_and_a_folder_that_reads(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    examples = load_examples(FACETS)
    few = [*examples[:60], *[e for e in examples if e.title][:40]]
    stages: list[str] = []
    for name in ("one", "two"):
        train_reader(
            FACETS, tmp_path / name, examples=few, language_steps=3, epochs=1,
            progress=lambda stage, done, total: stages.append(stage),
        )  # fmt: skip
    assert list(dict.fromkeys(stages)) == ["language", "labels", "labels again"]
    for file in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes()
    assert LearnedReader.load(tmp_path / "one").facets == FACETS


def test_a_network_goes_to_the_teacher_and_back_unchanged() -> None:
    pytest.importorskip("torch")
    from models.reading.teaching.twin import named, twin_of

    weights = LearnedReader.load().network.weights
    back = named(twin_of(weights))
    assert set(back) == set(weights)
    assert all(np.array_equal(back[name], weights[name]) for name in weights)
    with pytest.raises(ValueError, match="another shape"):
        twin_of({**weights, "4.norm1.bias": weights["3.norm1.bias"]})
    with pytest.raises(ValueError, match="another shape"):
        twin_of({**weights, "position": weights["position"][:-1]})


def test_what_is_written_is_the_mean_of_before_and_after_the_last_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    from models.reading.teaching import teach
    from models.reading.teaching.twin import Twin, named

    after: list[dict[str, Any]] = []
    real = teach.teach

    def kept(*arguments: Any, **options: Any) -> Twin:
        taught = real(*arguments, **options)
        after.append({name: value.copy() for name, value in named(taught).items()})
        return taught

    monkeypatch.setattr(teach, "teach", kept)
    few = [e for e in load_examples(FACETS) if e.title][:40]
    train_reader(FACETS, tmp_path / "one", examples=few, language_steps=3, epochs=1)
    assert len(after) == 2
    expected = unpack(*pack(mean(after[1], after[0])))
    written = LearnedReader.load(tmp_path / "one").network.weights
    assert all(np.array_equal(written[name], expected[name]) for name in expected)


def test_a_reader_that_goes_on_learning_learns_and_keeps_what_it_knew(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    # Nobody would ask for hands because of this; only the lesson says so.
    few = parse_examples([f"{word}的紫薯派\thand_both:3" for word in "甲乙丙丁戊己庚辛"], FACETS)
    for name in ("one", "two"):
        facts = train_reader(FACETS, tmp_path / name, examples=few, known=BOX, epochs=60)
    for file in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes()
    box, taught = LearnedReader.load(), LearnedReader.load(tmp_path / "one")
    assert facts["known"] == box.version
    assert asked(taught, "壬的紫薯派", "hand_both") > asked(box, "壬的紫薯派", "hand_both") + 0.2
    assert asked(taught, "戴耳机接听热线", "hear_phone") > 0.5


def asked(reader: LearnedReader, text: str, facet: str) -> float:
    return {o.facet: o.asked for o in reader.opinions("", text, Said())}[FacetId(facet)]


def test_a_reader_that_cannot_go_on_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    with pytest.raises(KnownReaderError, match="other facets"):
        train_reader(FACETS[::-1], tmp_path / "x", known=BOX)
    arguments = ["reader", "--out", str(tmp_path / "x"), "--known"]
    refused = CliRunner().invoke(train, [*arguments, str(tmp_path)])
    assert "不能接着学" in refused.output
    assert refused.exit_code == 3
    refused = CliRunner().invoke(train, [*arguments, str(BOX), "--language-steps", "3"])
    assert "只用一个" in refused.output
    assert refused.exit_code == 2
    assert not (tmp_path / "x").exists()
    refused = CliRunner().invoke(train, ["reader", "--out", str(BOX), "--known", str(BOX)])
    assert "同一个文件夹" in refused.output
    assert refused.exit_code == 2


def test_the_command_refuses_what_it_cannot_read_before_it_works(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    bad = tmp_path / "labels.jsonl"
    bad.write_text("not json\n", "utf-8")
    refused = CliRunner().invoke(
        train, ["reader", "--out", str(tmp_path / "x"), "--labels", str(bad)]
    )
    assert refused.exit_code != 0
    assert "不能用" in refused.output
    bad.write_text(json.dumps({"title": "x"}) + "\n", "utf-8")
    refused = CliRunner().invoke(
        train, ["reader", "--out", str(tmp_path / "x"), "--labels", str(bad)]
    )
    assert refused.exit_code != 0
    assert not (tmp_path / "x").exists()
