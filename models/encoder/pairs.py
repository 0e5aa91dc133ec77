"""What belongs together: pairs of texts from which the encoder learns that they mean one job.

Three kinds of evidence: a posting with itself (title, tags, duties, halves of the duties),
invented profiles with a posting of the occupation they name, and our own table of the words in
which people tell their work with postings of that occupation. The last is what no posting
contains: nobody advertises for someone to 回旺旺.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from models.encoder.corpus import TrainingPosting
from models.retrieval.task_words import Occupation, TaskWords

_YEARS = ("半年", "一年", "一年半", "两年", "三年", "四年", "五年", "六年", "八年", "十年")
_DID = (
    "做过{y}{t}", "干了{y}{t}", "{t}{y}", "以前是{t}", "在公司当{t}{y}", "有{y}{t}的经验", "做{t}",
)  # fmt: skip
_CAN = ("会{s}", "{s}都做过", "熟悉{s}", "懂{s}", "平时就是{s}", "用过{s}", "{s}比较熟")
_WANT = ("想找{t}", "希望继续做{t}", "找{t}类的工作", "想做{t}", "应聘{t}", "{t}都可以", "")
_TELL = (
    "在{p}做过,{s}", "平时{s}", "以前天天{s}", "老板叫我{s}", "{s}", "{s}这些都做过", "帮人{s}",
)  # fmt: skip
_PLACE = ("朋友店里", "老家", "一家小公司", "厂里", "公司", "亲戚那里", "市场", "外包公司", "学校")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of one job. `label`: equal labels are never each other's negatives."""

    left: str
    right: str
    label: str


def document_text(posting: TrainingPosting, *, body: bool = True) -> str:
    """A posting as one text, as short as it is for most: title, tags, duties."""
    parts = [posting.title, " ".join(posting.tags)]
    if body:
        parts.append(posting.body[:240])
    return " ".join(p for p in parts if p)


def make_pairs(
    postings: Sequence[TrainingPosting], words: TaskWords, *, seed: int, told_per_occupation: int
) -> list[Pair]:
    """All training pairs in a fixed order, drawn with one seed."""
    draw = random.Random(seed)
    pairs = _own_pairs(postings, draw)
    pairs += _profile_pairs(postings, draw)
    pairs += _told_pairs(postings, words, draw, told_per_occupation)
    return [p for p in pairs if len(p.left) > 1 and len(p.right) > 1 and p.left != p.right]


def _own_pairs(postings: Sequence[TrainingPosting], draw: random.Random) -> list[Pair]:
    pairs: list[Pair] = []
    by_title: dict[str, list[TrainingPosting]] = defaultdict(list)
    for posting in postings:
        by_title[posting.title].append(posting)
        tags = " ".join(posting.tags)
        if len(posting.body) > 40:
            pairs.append(Pair(posting.title, posting.body[:300], posting.title))
            cut = min(len(posting.body), 500) // 2
            pairs.append(Pair(posting.body[:cut], posting.body[cut : 2 * cut], posting.title))
            if tags:
                pairs.append(Pair(f"{posting.title} {tags}", posting.body[:300], posting.title))
        elif len(posting.tags) >= 2:
            pairs.append(Pair(posting.title, tags, posting.title))
    for title, group in by_title.items():
        told = [g for g in group if g.body or len(g.tags) > 1]
        if len(told) < 2:
            continue
        for _ in range(min(len(told) // 2, 20)):
            one, two = draw.sample(told, 2)
            pairs.append(Pair(_without_title(one), _without_title(two), title))
    return pairs


def _without_title(posting: TrainingPosting) -> str:
    return posting.body[:240] or " ".join(posting.tags)


def _profile_pairs(postings: Sequence[TrainingPosting], draw: random.Random) -> list[Pair]:
    pairs: list[Pair] = []
    for posting in postings:
        if len(posting.tags) < 2 and not posting.body:
            continue
        if draw.random() > (0.9 if posting.body else 0.4):
            continue
        skills = list(posting.tags) or posting.body[:60].replace("。", "，").split("，")
        chosen = draw.sample(skills, min(len(skills), draw.randint(1, 3)))
        profile = "，".join(
            (
                draw.choice(_DID).format(y=draw.choice(_YEARS), t=posting.title),
                draw.choice(_CAN).format(s="、".join(chosen)),
                draw.choice(_WANT).format(t=posting.title),
            )
        )
        pairs.append(Pair(profile, document_text(posting), posting.title))
    return pairs


def _told_pairs(
    postings: Sequence[TrainingPosting], words: TaskWords, draw: random.Random, per_occupation: int
) -> list[Pair]:
    by_occupation: dict[str, list[TrainingPosting]] = defaultdict(list)
    for posting in postings:
        for name in words.occupations_of_title(posting.title):
            by_occupation[name].append(posting)
    pairs: list[Pair] = []
    for occupation in words.occupations:
        offered = by_occupation.get(occupation.name, [])
        for _ in range(per_occupation):
            told = tell(occupation, draw)
            if offered and draw.random() < 0.8:
                right = document_text(draw.choice(offered))
            else:
                right = draw.choice(occupation.names).replace("…", "")
            pairs.append(Pair(told, right, occupation.name))
    return pairs


def tell(occupation: Occupation, draw: random.Random) -> str:
    """How somebody might tell this work, from two to four of its expressions."""
    told = [t.replace("…", "") for t in occupation.tasks] or list(occupation.titles)
    chosen = draw.sample(told, min(len(told), draw.randint(1, 4)))
    text = draw.choice(_TELL).format(p=draw.choice(_PLACE), s="，".join(chosen))
    if draw.random() < 0.25:
        name = draw.choice(occupation.names).replace("…", "")
        text = f"{text}，{draw.choice(_WANT).format(t=name)}"
    return text
