"""Labels of real postings, kept by id and position: the words themselves stay where they belong.

Real postings teach what invented ones cannot, above all how much of a posting asks for nothing.
Their texts carry no licence and are not in the repository. So a label says only that in the posting
of this id, in this stretch of its text, the characters from here to there ask for this:

    == 12345 0-280 9f3a01c2
    D: lift 2-3 explicit | 17-21
    N: night | 40-46

Positions count in `joined(title, stretch)`. The checksum tells whether the posting at hand is the
one that was labelled; one that is not is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from zlib import crc32

from models.reading.examples import Denied, Example, ExamplesError, Labelled, joined
from models.reading.nouns import DemandKind

FILE = "standoff.txt"
_HEAD = re.compile(r"== (\S+) (\d+)-(\d+) ([0-9a-f]{8})")
_LINE = re.compile(
    r"(?:D: ([a-z_]+) ([0-4])-([0-4]) (explicit|implicit|conditional|hedged)|N: ([a-z_]+))"
    r" \| (\d+)-(\d+)"
)


@dataclass(frozen=True, slots=True)
class Standoff:
    """Labels of one stretch of one posting."""

    posting: str
    start: int
    end: int
    checksum: int
    demands: tuple[Labelled, ...]
    denied: tuple[Denied, ...]


def parse_standoff(lines: Iterable[str], facets: Sequence[str]) -> tuple[Standoff, ...]:
    """Read labels; every mistake is told together."""
    found: list[tuple[re.Match[str], list[Labelled], list[Denied]]] = []
    problems = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        if head := _HEAD.fullmatch(line):
            found.append((head, [], []))
            continue
        label = _LINE.fullmatch(line)
        if label is None or not found:
            problems.append(f"line {number}: {line!r} is neither a head nor a label")
            continue
        facet, low, high, kind, lifted, start, end = label.groups()
        if (facet or lifted) not in facets:
            problems.append(f"line {number}: no facet is called {facet or lifted!r}")
        elif facet:
            found[-1][1].append(
                Labelled(facet, int(low), int(high), DemandKind(kind), int(start), int(end))
            )
        else:
            found[-1][2].append(Denied(lifted, int(start), int(end)))
    if problems:
        raise ExamplesError("\n".join(problems))
    return tuple(
        Standoff(h[1], int(h[2]), int(h[3]), int(h[4], 16), tuple(demands), tuple(denied))
        for h, demands, denied in found
    )


def write_standoff(entries: Iterable[Standoff]) -> str:
    """The text that `parse_standoff` reads."""
    lines = []
    for e in entries:
        lines.append(f"== {e.posting} {e.start}-{e.end} {e.checksum:08x}")
        lines += [
            f"D: {d.facet} {d.low}-{d.high} {d.kind.value} | {d.start}-{d.end}" for d in e.demands
        ]
        lines += [f"N: {d.facet} | {d.start}-{d.end}" for d in e.denied]
    return "\n".join(lines) + "\n"


def checksum(title: str, stretch: str) -> int:
    """What tells that a posting is the one that was labelled."""
    return crc32(joined(title, stretch).encode())


def examples_of_postings(
    entries: Sequence[Standoff], rows: Iterable[Mapping[str, object]]
) -> tuple[Example, ...]:
    """The labelled stretches of the postings at hand, in the order of the labels.

    A posting without a text is read by its tags.
    """
    wanted = {e.posting for e in entries}
    texts: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if (name := str(row.get("job_id") or "")) in wanted:
            text = str(row.get("text") or "").strip()
            text = text if len(text) >= SHORTEST_TEXT else str(row.get("tags") or "").strip()
            texts.setdefault(name, []).append((str(row.get("title") or ""), text))
    examples = []
    for e in entries:
        for title, text in texts.get(e.posting, ()):
            stretch = text[e.start : e.end]
            if checksum(title, stretch) == e.checksum:
                examples.append(Example(title, stretch, e.demands, e.denied))
                break
    return tuple(examples)


SHORTEST_TEXT = 24
"""A text shorter than this says less than the tags do."""


def load_standoff(facets: Sequence[str]) -> tuple[Standoff, ...]:
    """The labels that ship with the project."""
    file = resources.files("data.vocabulary") / "reading" / FILE
    return parse_standoff(file.read_text(encoding="utf-8").splitlines(), facets)
