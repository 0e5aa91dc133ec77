"""Labelled sentences from which the learned part of the reader is made.

Every sentence is invented for this purpose; none comes from a real posting. They are labelled by
the same guideline as a posting. One line each, in three columns parted by tabs: the sentence; what
it asks for, as `facet:level` or `facet:low-high` with a letter for the kind when it is not explicit
(`i` implicit, `c` conditional, `h` hedged) and, after `@`, the words that carry it when these are
not the whole sentence; and the facets that it denies. A line that begins with # is a remark.

    大促时要搬几箱样品<TAB>lift:2-3:h<TAB>
    接电话，做简单登记<TAB>hear_phone:3@接电话 speak:3-4:i@接电话 write_zh:2-3@做简单登记<TAB>
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from models.reading.nouns import DemandKind

FILE = "examples.tsv"
_ASK = re.compile(r"([a-z_]+):([0-4])(?:-([0-4]))?(?::([eich]))?(?:@(\S+))?")
_LETTERS = {
    None: DemandKind.EXPLICIT, "e": DemandKind.EXPLICIT, "i": DemandKind.IMPLICIT,
    "c": DemandKind.CONDITIONAL, "h": DemandKind.HEDGED,
}  # fmt: skip


class ExamplesError(ValueError):
    """Examples that cannot be used; the message lists every line and how to mend it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One demand of an example: where its words stand, and the middle of its level range."""

    facet: str
    level: float
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
    """A sentence, or a whole title or text, with its labels."""

    text: str
    demands: tuple[Labelled, ...]
    denied: tuple[Denied, ...]


def parse_examples(lines: Iterable[str], facets: Sequence[str]) -> tuple[Example, ...]:
    """Read examples, one a line; every mistake is told together."""
    examples, problems = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        text, asks, denied = (*line.split("\t"), "", "")[:3]
        try:
            demands = tuple(_labelled(ask, text, facets) for ask in asks.split())
            if unknown := set(denied.split()) - set(facets):
                raise ValueError(f"no facet is called {sorted(unknown)}")
            lifted = tuple(Denied(facet, 0, len(text)) for facet in denied.split())
            examples.append(Example(text, demands, lifted))
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
    start = text.find(words or text)
    if facet not in facets:
        raise ValueError(f"no facet is called {facet!r}")
    if start < 0:
        raise ValueError(f"{words!r} does not stand in the sentence")
    level = (int(low) + int(high or low)) / 2
    return Labelled(facet, level, _LETTERS[letter], start, start + len(words or text))


def examples_of_labels(items: Iterable[Mapping[str, Any]]) -> tuple[Example, ...]:
    """Titles and texts of labelled postings (the shape that `evaluate reading` takes) as examples.

    Real postings teach what most clauses say: nothing. Only numbers learned from them are kept.
    """
    examples = []
    for item in items:
        for text in (str(item["title"]), str(item["text"])):
            demands = tuple(
                Labelled(
                    d["facet"], (d["level_lo"] + d["level_hi"]) / 2, DemandKind(d["type"]),
                    text.find(d["evidence"]), text.find(d["evidence"]) + len(d["evidence"]),
                )
                for d in item["demands"]
                if d["evidence"] in text
            )  # fmt: skip
            denied = tuple(
                Denied(
                    d["facet"], text.find(d["evidence"]),
                    text.find(d["evidence"]) + len(d["evidence"]),
                )
                for d in item.get("not_demanded", ())
                if d["evidence"] in text
            )  # fmt: skip
            examples.append(Example(text, demands, denied))
    return tuple(examples)


def load_examples(facets: Sequence[str]) -> tuple[Example, ...]:
    """The examples that ship with the project."""
    file = resources.files("data.vocabulary") / "reading" / FILE
    return parse_examples(file.read_text(encoding="utf-8").splitlines(), facets)
