"""The same duty, now asked for and now denied: sentences composed anew in every epoch of teaching.

A small network that has met "不用搬货" and "爬高由同事做" does not yet know "搬货由同事做": it
takes the duty for the demand and overlooks the words around it. So duties are put into frames,
some of which ask and some of which deny, each duty both ways (contrast sets: Gardner et al. 2020;
counterfactual augmentation: Kaushik, Hovy & Lipton 2020). Two tables in `data/vocabulary/reading`,
columns parted by tabs, all invented; a line that begins with # is a remark:

* duties.tsv: what sort of duty (`T` a task that others could do, `C` a circumstance that is there
  or not, `S` a skill, `B` a posture or what the body bears); its words; what it asks for, as
  `facet:low-high`, the facet that it names first.
* frames.tsv: the sorts that fit; `d` denies, `e` `h` `c` ask (explicit, hedged, conditional); the
  frame, with X where the words go.

    T<TAB>搬桶装水<TAB>lift:3-3
    TB<TAB>d<TAB>X由同事代劳
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import TypeVar

import numpy as np

from data.records import LEVEL_MAX
from models.reading.examples import Denied, Example, ExamplesError, Labelled
from models.reading.nouns import DemandKind

T = TypeVar("T")
DUTIES, FRAMES = "duties.tsv", "frames.tsv"
SORTS, PLACE = "TCSB", "X"
LISTED = 0.2
"""So often a frame takes two duties of a sort at once ("搬货、登梯由同事代劳")."""
_BETWEEN = ("、", "和", "、", "及")
_ASK = re.compile(r"([a-z_]+):([1-4])-([1-4])")
_WAYS = {
    "d": None, "e": DemandKind.EXPLICIT, "h": DemandKind.HEDGED, "c": DemandKind.CONDITIONAL,
}  # fmt: skip
_OCCASIONAL_NIGHTS = 3


@dataclass(frozen=True, slots=True)
class Duty:
    """Words of a duty and what they ask for: facet, lowest and highest level."""

    sort: str
    words: str
    asks: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Words around a duty. `way`: of which kind the demand is; None where they deny it."""

    sorts: str
    way: DemandKind | None
    before: str
    after: str

    def fill(self, duties: Sequence[Duty], between: str = "") -> Example:
        """The sentence, with its labels.

        >>> frame = Frame("T", None, "", "由同事代劳")
        >>> said = frame.fill([Duty("T", "搬桶装水", (("lift", 3, 3),))])
        >>> said.text, [d.facet for d in said.denied]
        ('搬桶装水由同事代劳', ['lift'])
        """
        words = between.join(duty.words for duty in duties)
        text = f"{self.before}{words}{self.after}"
        if self.way is None:
            facets = dict.fromkeys(facet for duty in duties for facet, _, _ in duty.asks)
            return Example("", text, (), tuple(Denied(f, 1, len(text) + 1) for f in facets))
        found: dict[str, Labelled] = {}
        start = len(self.before) + 1
        for duty in duties:
            end = start + len(duty.words)
            for n, (facet, low, high) in enumerate(duty.asks):
                # What a duty needs besides is not in its words.
                kind = DemandKind.IMPLICIT if n and self.way is DemandKind.EXPLICIT else self.way
                least = min(low, _OCCASIONAL_NIGHTS) if _may_be_rare(facet, kind) else low
                found.setdefault(facet, Labelled(facet, least, high, kind, start, end))
            start = end + len(between)
        return Example("", text, tuple(found.values()), ())


def _may_be_rare(facet: str, kind: DemandKind) -> bool:
    """A night now and then asks for less than nights do."""
    return facet == "night" and kind is DemandKind.HEDGED


@dataclass(frozen=True)
class Contrasts:
    """Duties and the frames that fit them."""

    duties: tuple[Duty, ...]
    frames: tuple[Frame, ...]

    def draw(self, rng: np.random.Generator, pairs: int) -> list[Example]:
        """So many duties, each in a frame that denies it and in one that asks for it."""
        drawn = []
        for _ in range(pairs if self.duties else 0):
            duty = self.duties[int(rng.integers(len(self.duties)))]
            for denying in (True, False):
                fitting = self._fitting[duty.sort, denying]
                frame = fitting[int(rng.integers(len(fitting)))]
                listed = [duty]
                if rng.random() < LISTED:
                    others = self._of_sort[duty.sort]
                    listed.append(others[int(rng.integers(len(others)))])
                drawn.append(frame.fill(listed, _BETWEEN[int(rng.integers(len(_BETWEEN)))]))
        return drawn

    @cached_property
    def _of_sort(self) -> dict[str, list[Duty]]:
        return {sort: [d for d in self.duties if d.sort == sort] for sort in SORTS}

    @cached_property
    def _fitting(self) -> dict[tuple[str, bool], list[Frame]]:
        return {
            (sort, denying): [
                f for f in self.frames if sort in f.sorts and (f.way is None) is denying
            ]
            for sort in SORTS
            for denying in (True, False)
        }


def parse_duties(lines: Iterable[str], facets: Sequence[str]) -> tuple[Duty, ...]:
    """Read duties, one a line; every mistake is told together."""

    def read(columns: list[str]) -> Duty:
        sort, words, asks = columns
        found = [_ASK.fullmatch(ask) for ask in asks.split()]
        if sort not in SORTS or len(sort) != 1 or not words or not found:
            raise ValueError(f"needs one of {SORTS}, words, and what they ask for")
        levels = []
        for match in found:
            if match is None or match[1] not in facets:
                raise ValueError(f"{asks!r} is not facet:low-high with a known facet")
            low, high = int(match[2]), int(match[3])
            if not low <= high <= LEVEL_MAX:
                raise ValueError(f"{asks!r}: the lower level stands first")
            levels.append((match[1], low, high))
        return Duty(sort, words, tuple(levels))

    return _read(lines, 3, read)


def parse_frames(lines: Iterable[str]) -> tuple[Frame, ...]:
    """Read frames, one a line; every mistake is told together."""

    def read(columns: list[str]) -> Frame:
        sorts, way, words = columns
        if not sorts or set(sorts) - set(SORTS) or way not in _WAYS or words.count(PLACE) != 1:
            raise ValueError(f"needs some of {SORTS}, one of {'/'.join(_WAYS)}, and one {PLACE}")
        before, _, after = words.partition(PLACE)
        return Frame(sorts, _WAYS[way], before, after)

    return _read(lines, 3, read)


def _read(lines: Iterable[str], width: int, read: Callable[[list[str]], T]) -> tuple[T, ...]:
    found, problems = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.rstrip("\n").split("\t")
        try:
            if len(columns) != width:
                raise ValueError(f"has {len(columns)} columns, not {width}")
            found.append(read(columns))
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    if problems:
        raise ExamplesError("\n".join(problems))
    return tuple(found)


def load_contrasts(facets: Sequence[str]) -> Contrasts:
    """The duties and frames that ship with the project."""
    folder = resources.files("data.vocabulary") / "reading"

    def lines(name: str) -> list[str]:
        return (folder / name).read_text(encoding="utf-8").splitlines()

    return Contrasts(parse_duties(lines(DUTIES), facets), parse_frames(lines(FRAMES)))
