"""The invented texts are varied, complete and lawful, and agree with the fields beside them."""

from __future__ import annotations

from datetime import date

import pytest

from data.generator import City, generate_city
from data.records import ProvisionKey, ProvisionState
from data.vocabulary import load_vocabulary

ON = date(2026, 11, 24)


@pytest.fixture(scope="module")
def crowd() -> City:
    vocabulary = load_vocabulary()
    return generate_city(11, jobseekers=1500, postings=1500, on=ON, vocabulary=vocabulary)


def test_texts_are_varied(crowd: City) -> None:
    told = [j.experience for j in crowd.jobseekers if j.experience]
    assert len(told) > 0.8 * len(crowd.jobseekers)
    assert len(set(told)) > 0.8 * len(told)
    assert len({p.requirements for p in crowd.postings}) > 0.9 * len(crowd.postings)


def test_blanks_are_filled(crowd: City) -> None:
    texts = [p.duties + p.requirements + p.address for p in crowd.postings]
    texts += [j.experience + j.wishes.note for j in crowd.jobseekers]
    texts += [e.name for e in crowd.employers]
    assert not [t for t in texts if "{" in t or "}" in t or "None" in t]


@pytest.mark.parametrize(
    "word",
    ["残疾", "聋", "盲人", "截瘫", "偏瘫", "脑瘫", "智障", "精神", "级残", "肢残", "听障", "视障"],
)
def test_no_person_names_an_impairment(crowd: City, word: str) -> None:
    assert not [j for j in crowd.jobseekers if word in j.experience + j.wishes.note]


@pytest.mark.parametrize(
    "phrase",
    ["身体健康", "四肢健全", "五官端正", "无残疾", "限男", "限女", "岁以下", "押金", "挂靠"],
)
def test_no_posting_is_unlawful(crowd: City, phrase: str) -> None:
    assert not [p for p in crowd.postings if phrase in p.duties + p.requirements]


def test_circumstances_do_not_contradict_the_fields(crowd: City) -> None:
    elevator, remote = ProvisionKey("elevator"), ProvisionKey("remote")
    for posting in crowd.postings:
        text = posting.requirements
        if posting.provisions.get(elevator) is ProvisionState.YES:
            assert "无电梯" not in text
        if posting.provisions.get(remote) is ProvisionState.NO:
            assert "可居家" not in text
            assert "在家就能做" not in text
        assert not ("固定白班" in text and "三班" in text)


def test_titles_let_most_families_be_recognised(crowd: City) -> None:
    """As in life not all: cues prefer precision, and the reader of the text has the rest."""
    vocabulary = load_vocabulary()
    hits = 0
    named = [p for p in crowd.postings if p.family]
    for posting in named:
        assert posting.family is not None
        cues = vocabulary.families[posting.family].cues
        hits += any(c.search(posting.title) for c in cues.title)
    assert hits / len(named) > 0.7
