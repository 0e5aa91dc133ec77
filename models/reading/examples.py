"""What the learned part of the reader is taught with: sentences and whole passages with labels.

Everything that ships is invented for this purpose; none comes from a real posting. Three shapes:

* sentences (examples.tsv), one a line in three columns parted by tabs: the sentence; what it asks
  for, as `facet:level` or `facet:low-high` with a letter for the kind when it is not explicit
  (`i` implicit, `c` conditional, `h` hedged) and, after `@`, the words that carry it when these
  are not the whole sentence; the facets that it denies. A line that begins with # is a remark.
* passages (passages.txt), a block each: `== id | title`, `T: text`, then one line per label:
  `D: facet low-high kind | words` for a demand, `N: facet … | words` for a denial.
* files of labelled postings in the shape that `evaluate reading` takes (JSON lines).

    大促时要搬几箱样品<TAB>lift:2-3:h<TAB>

    == k1 | 便利店夜班收银
    T: 收银、补货，晚上十点到早上六点，重货由配送员搬。
    D: numeracy 3 | 收银
    D: night 4 | 晚上十点到早上六点
    N: lift | 重货由配送员搬

All are labelled by one guideline: what title and text say or force, the least level with which it
can be done, the shortest words that carry it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from data.records import LEVEL_MAX, LEVEL_MIN
from models.reading.nouns import DemandKind

SENTENCES, PASSAGES = "examples.tsv", "passages.txt"
_ASK = re.compile(r"([a-z_]+):([0-4])(?:-([0-4]))?(?::([eich]))?(?:@(\S+))?")
_DEMAND = re.compile(
    r"([a-z_]+) ([0-4])(?:-([0-4]))?(?: (explicit|implicit|conditional|hedged))?(?: .*)?"
)
_LETTERS = {
    None: DemandKind.EXPLICIT, "e": DemandKind.EXPLICIT, "i": DemandKind.IMPLICIT,
    "c": DemandKind.CONDITIONAL, "h": DemandKind.HEDGED,
}  # fmt: skip


class ExamplesError(ValueError):
    """Examples that cannot be used; the message lists every line and how to mend it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One demand of an example: the range of levels a careful reader would accept, and where in
    `Example.words` its words stand."""

    facet: str
    low: int
    high: int
    kind: DemandKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Denied:
    """A facet that an example denies, and where its words stand."""

    facet: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence (without a title) or a posting with its labels."""

    title: str
    text: str
    demands: tuple[Labelled, ...]
    denied: tuple[Denied, ...]

    @property
    def words(self) -> str:
        """Title and text as one string: the positions of labels count in it."""
        return joined(self.title, self.text)


def joined(title: str, text: str) -> str:
    """The one string that the learned part reads.

    >>> joined("收银员", "站着收银")
    '收银员\\n站着收银'
    """
    return f"{title}\n{text}"


def parse_examples(lines: Iterable[str], facets: Sequence[str]) -> tuple[Example, ...]:
    """Read sentences, one a line; every mistake is told together."""
    examples, problems = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        text, asks, denied = (*line.split("\t"), "", "")[:3]
        try:
            demands = tuple(_labelled(ask, text, facets) for ask in asks.split())
            lifted = tuple(_denied(facet, text, "", text, facets) for facet in denied.split())
            examples.append(Example("", text, demands, lifted))
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    if problems:
        raise ExamplesError("\n".join(problems))
    return tuple(examples)


def _labelled(written: str, text: str, facets: Sequence[str]) -> Labelled:
    found = _ASK.fullmatch(written)
    if found is None:
        raise ValueError(f"{written!r} is not facet:level or facet:low-high:letter@words")
    facet, low, high, letter, words = found.groups()
    start, end = _place(words or text, "", text)
    return Labelled(_known(facet, facets), int(low), int(high or low), _LETTERS[letter], start, end)


def parse_passages(lines: Iterable[str], facets: Sequence[str]) -> tuple[Example, ...]:
    """Read passages, a block each; every mistake is told together."""
    examples, problems = [], []
    for number, head, body in _blocks(lines):
        try:
            examples.append(_passage(head, body, facets))
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    if problems:
        raise ExamplesError("\n".join(problems))
    return tuple(examples)


def _blocks(lines: Iterable[str]) -> Iterator[tuple[int, str, list[str]]]:
    head, body, began = "", list[str](), 0
    for number, line in enumerate(lines, 1):
        if line.startswith("== "):
            if began:
                yield began, head, body
            head, body, began = line[3:].strip(), [], number
        elif line.strip() and not line.startswith("#"):
            body.append(line.rstrip("\n"))
    if began:
        yield began, head, body


def _passage(head: str, body: Sequence[str], facets: Sequence[str]) -> Example:
    title = head.partition("|")[2].strip()
    texts = [line[2:].strip() for line in body if line.startswith("T:")]
    if len(texts) != 1:
        raise ValueError(f"{head!r} needs one line that begins with T:")
    demands, denied = [], []
    for line in body:
        label, _, words = line[2:].partition("|")
        label, words = label.strip(), words.strip()
        if line.startswith("D:"):
            found = _DEMAND.fullmatch(label)
            if found is None:
                raise ValueError(f"{line!r} is not 'D: facet low-high kind | words'")
            facet, low, high, kind = found.groups()
            where = _place(words, title, texts[0])
            demands.append(
                _demand(facet, low, high or low, DemandKind(kind or "explicit"), where, facets)
            )
        elif line.startswith("N:"):
            denied += [_denied(f, words, title, texts[0], facets) for f in label.split()]
        elif not line.startswith("T:"):
            raise ValueError(f"{line!r} begins with none of T: D: N:")
    return Example(title, texts[0], tuple(demands), tuple(denied))


def _demand(
    facet: str,
    low: object,
    high: object,
    kind: DemandKind,
    where: tuple[int, int],
    facets: Sequence[str],
) -> Labelled:
    least, most = int(str(low)), int(str(high))
    if not LEVEL_MIN <= least <= most <= LEVEL_MAX:
        raise ValueError(f"levels go from {LEVEL_MIN} to {LEVEL_MAX}, not {low} to {high}")
    return Labelled(_known(facet, facets), least, most, kind, *where)


def _known(facet: str, facets: Sequence[str]) -> str:
    if facet not in facets:
        raise ValueError(f"no facet is called {facet!r}")
    return facet


def _denied(facet: str, words: str, title: str, text: str, facets: Sequence[str]) -> Denied:
    return Denied(_known(facet, facets), *_place(words, title, text))


def _place(words: str, title: str, text: str) -> tuple[int, int]:
    """Where words stand in `joined(title, text)`; the text goes before the title."""
    start = text.find(words) if words else -1
    start = start + len(title) + 1 if start >= 0 else title.find(words) if words else -1
    if start < 0:
        raise ValueError(f"{words!r} does not stand in the sentence")
    return start, start + len(words)


def examples_of_labels(
    items: Iterable[Mapping[str, Any]], facets: Sequence[str]
) -> tuple[Example, ...]:
    """Labelled postings (the shape that `evaluate reading` takes) as examples.

    Real postings teach what most words say: nothing. Only numbers learned from them are kept.
    """
    examples = []
    for item in items:
        title, text = str(item["title"]), str(item["text"])
        demands = tuple(
            _demand(
                d["facet"], d["level_lo"], d["level_hi"], DemandKind(d["type"]),
                _place(d["evidence"], title, text), facets,
            )
            for d in item["demands"]
        )  # fmt: skip
        denied = tuple(
            _denied(d["facet"], d["evidence"], title, text, facets)
            for d in item.get("not_demanded", ())
        )
        examples.append(Example(title, text, demands, denied))
    return tuple(examples)


def load_examples(facets: Sequence[str]) -> tuple[Example, ...]:
    """The sentences and passages that ship with the project."""
    folder = resources.files("data.vocabulary") / "reading"

    def lines(name: str) -> list[str]:
        return (folder / name).read_text(encoding="utf-8").splitlines()

    return (
        *parse_examples(lines(SENTENCES), facets),
        *parse_passages(lines(PASSAGES), facets),
    )
