"""The learned part of the reader: it adds what rules miss, asks, and never excludes or lifts."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from data.records import FacetId, JobPosting, PostingId
from data.vocabulary import load_vocabulary
from models.encoder.store import DamagedModelError
from models.posting_reader import read_into
from models.reading import SAFETY_FACETS, read_posting, to_clauses
from models.reading.cues import load_tables
from models.reading.examples import load_examples
from models.reading.learned import BOX, LearnedReader, load_learned
from models.reading.network import FORMAT, Network, pack, unpack
from models.reading.nouns import DemandKind
from models.reading.rules import say
from models.reading.signals import KINDS, REMARKS, channels, signals_of

FACETS = tuple(str(f) for f in load_vocabulary().facets)
NEW_WORDS = "照着图纸一步步拼，漏一颗螺丝都不行；周末双休"


def test_a_demand_in_words_that_no_rule_knows_is_read_and_only_asks() -> None:
    """Small parts and care, told in other words: found by likeness, with their clause."""
    rules = {d.facet for d in read_posting("", NEW_WORDS, rules_only=True).demands}
    reading = read_posting("", NEW_WORDS)
    added = [d for d in reading.demands if d.facet not in rules]
    assert added
    for demand in added:
        assert demand.learned
        assert demand.evidence.text in NEW_WORDS
        clauses = [c for c in to_clauses(reading) if c.evidence == demand.evidence.text]
        for clause in clauses:
            own = [i for a in clause.alternatives for f, i in a.levels if f == demand.facet]
            assert all(i.lo == 0 for i in own), "a likeness may ask, never exclude"


@pytest.mark.parametrize("text", ["全程站立，需搬运二十公斤", "接听客户来电", "三班倒，户外巡查"])
def test_where_a_rule_speaks_clearly_its_words_stand(text: str) -> None:
    rules = read_posting("", text, rules_only=True)
    both = {d.facet: d for d in read_posting("", text).demands}
    stated = [d for d in rules.demands if d.kind is DemandKind.EXPLICIT]
    assert stated
    for demand in stated:
        assert both[demand.facet].evidence == demand.evidence
        assert not both[demand.facet].learned


@pytest.mark.parametrize("text", ["无需上夜班", "不用搬东西，也没有登高作业", "不打电话，全程文字"])
def test_what_a_rule_takes_for_denied_is_not_asserted_by_likeness(text: str) -> None:
    denied = {d.facet for d in read_posting("", text, rules_only=True).not_demanded}
    asserted = {d.facet for d in read_posting("", text).demands if d.learned}
    assert denied
    assert not denied & asserted


@pytest.mark.parametrize(
    "text", ["五险一金，节日礼金", "性格开朗，踏实肯干", "年底双薪，晋升通道清晰"]
)
def test_welfare_and_traits_ask_for_nothing_by_likeness(text: str) -> None:
    assert not [d for d in read_posting("", text).demands if d.learned]


def test_a_demand_at_the_end_of_a_long_text_is_read() -> None:
    """Beyond what the network sees at once: the text is read stretch by stretch."""
    filler = (
        "我们是一家做小家电的企业，产品销往各地。工资每月十五号发，缴五险，包午餐。厂区在地铁口旁边，"
        "宿舍四人一间。节日发礼品，生日有蛋糕。"
    ) * 24
    assert len(filler) > 3 * load_learned().network.longest
    reading = read_posting("店员", filler + NEW_WORDS)
    alone = {d.facet for d in read_posting("店员", NEW_WORDS).demands}
    assert alone & {d.facet for d in reading.demands}
    for demand in reading.demands:
        text = "店员" if demand.evidence.where == "title" else filler + NEW_WORDS
        assert text[demand.evidence.start : demand.evidence.end] == demand.evidence.text


def test_the_shipped_model_knows_its_examples_better_than_chance() -> None:
    right = asked = wrong = told = 0
    model, tables = load_learned(), load_tables()
    for example in [e for e in load_examples(FACETS) if e.title][::25]:
        said = say(example.title, example.text, tables)
        seen = {o.facet for o in model.opinions(example.title, example.text, said) if o.asked > 0.4}
        wanted = {d.facet for d in example.demands}
        asked, right = asked + len(wanted), right + len(wanted & seen)
        told, wrong = told + len(seen), wrong + len(seen - wanted)
    assert right / asked > 0.75
    assert wrong / told < 0.25


def test_what_is_said_depends_on_nothing_read_before() -> None:
    """Views of earlier stretches are kept for speed; they must not change an answer."""
    fresh = LearnedReader.load()
    texts = [e.text for e in load_examples(FACETS)[:40]]
    first = [read_posting("", t, learned=fresh) for t in texts]
    again = [read_posting("", t, learned=fresh) for t in reversed(texts)]
    assert first == again[::-1]


def test_the_light_path_sees_what_the_network_saw_in_teaching() -> None:
    torch = pytest.importorskip("torch")
    from models.reading.teaching.twin import LAYERS, Twin, named

    torch.manual_seed(3)
    twin = Twin(50, len(FACETS), channels(len(FACETS)), len(KINDS)).eval()
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    rng = np.random.default_rng(5)
    x = rng.integers(0, 50, 70)
    heard = (rng.random((70, channels(len(FACETS)))) < 0.02).astype(np.float32)
    with torch.no_grad():
        wanted = twin(
            torch.from_numpy(x)[None], torch.zeros(1, 70, dtype=torch.bool),
            torch.from_numpy(heard)[None],
        )  # fmt: skip
    view = Network(named(twin), LAYERS).see(x, heard)
    for name, ours in (("asked", view.asked), ("denied", view.denied), ("kinds", view.kinds),
                       ("levels", view.levels)):  # fmt: skip
        assert np.allclose(ours, wanted[name][0].numpy(), atol=2e-3), name
    assert (view.at == wanted["asked_at"][0].argmax(0).numpy()).mean() > 0.9


def test_packed_weights_are_the_weights_within_a_step() -> None:
    rng = np.random.default_rng(1)
    weights = {"a.weight": rng.normal(size=(7, 5)).astype(np.float32),
               "b.bias": rng.normal(size=9).astype(np.float32),
               "c": rng.normal(size=(3, 4, 2)).astype(np.float32)}  # fmt: skip
    arrays, shapes = pack(weights)
    back = unpack(arrays, shapes)
    assert set(back) == set(weights)
    assert np.array_equal(back["b.bias"], weights["b.bias"])
    for name in ("a.weight", "c"):
        step = np.abs(weights[name].reshape(len(weights[name]), -1)).max(axis=1) / 127
        gap = np.abs(back[name] - weights[name]).reshape(len(step), -1).max(axis=1)
        assert (gap <= step).all()


def test_the_network_hears_where_a_rule_speaks_and_what_it_denies() -> None:
    number = {f: i for i, f in enumerate(load_vocabulary().facets)}
    text = "全程站立，无需夜班"
    heard = signals_of("店员", text, say("店员", text, load_tables()), number)
    assert heard.shape == (len("店员\n" + text), channels(len(number)))
    stand, night = number[FacetId("stand")], number[FacetId("night")]
    assert heard[3:7, stand].all()
    assert not heard[:3, stand].any()
    assert heard[:, len(number) + night].any()
    assert not heard[:, night].any()


def test_the_network_hears_other_senses_polish_provisions_and_desk_work() -> None:
    number = {f: i for i, f in enumerate(load_vocabulary().facets)}
    title, text = "爬虫工程师", "爬虫开发，吃苦耐劳，可配高脚凳"
    heard = signals_of(title, text, say(title, text, load_tables()), number)[:, -len(REMARKS) :]
    body = heard[len(title) + 1 :]
    marked = {name: {text[k] for k in np.flatnonzero(body[:, i])} for i, name in enumerate(REMARKS)}
    assert set("爬虫") <= marked["other sense"]
    assert set("吃苦耐劳") <= marked["polish"]
    assert set("高脚凳") <= marked["provision"]
    assert not marked["desk title"]
    assert heard[: len(title), REMARKS.index("desk title")].all()


def test_a_changed_byte_or_another_format_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(BOX, tmp_path / "reader"))
    file = folder / "codes.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(DamagedModelError):
        LearnedReader.load(folder)
    file.write_bytes(BOX.joinpath("codes.npy").read_bytes())
    facts = folder / "index.json"
    facts.write_text(
        facts.read_text("utf-8").replace(f'"format": {FORMAT}', '"format": 1'), "utf-8"
    )
    with pytest.raises(DamagedModelError, match="another reader"):
        LearnedReader.load(folder)


def test_the_safety_facets_are_what_the_vocabulary_calls_critical() -> None:
    assert set(load_vocabulary().facets) > SAFETY_FACETS


@pytest.mark.parametrize("text", ["", "，，，", "\u3000", "\t", "：", "●", "！！"])
def test_signs_without_words_ask_for_nothing(text: str) -> None:
    for title in ("", text, "收银员"):
        reading = read_posting(title, text)
        assert all(d.evidence.text.strip() for d in reading.demands)
        if title != "收银员":
            assert not reading.demands


def test_what_only_the_network_saw_excludes_nobody_once_it_is_a_posting() -> None:
    """Also of the screen, where skilled use is widened to any interface."""
    vocabulary, checked = load_vocabulary(), 0
    for example in load_examples(FACETS)[:4000:40]:
        posting = JobPosting(id=PostingId("p"), title=example.title, duties=example.text)
        reading = read_posting(posting.title, posting.duties)
        learned = {d.facet for d in reading.demands if d.learned}
        by_rules = {d.facet for d in reading.demands if not d.learned}
        filled = read_into(posting, vocabulary).posting
        if filled.family is not None:
            continue
        for clause in filled.demands or ():
            for alternative in clause.alternatives:
                for facet, interval in alternative.levels:
                    if facet in learned - by_rules:
                        checked += 1
                        assert interval.lo == 0, (example.text, facet)
    assert checked > 20
