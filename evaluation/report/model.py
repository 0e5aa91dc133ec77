"""What a report holds, before anything is drawn.

The first screen is the answer: the guards (numbers that must be what they must be), then one table.
Everything that is drawn as a plot stands in a table, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Guard:
    """A number that must hold for the run to count. `explanation`: what it means when it does not,
    or what could not be measured; `ok` None: not measurable here, and why."""

    name: str
    value: float | int | None
    must_be: str
    ok: bool | None
    explanation: str = ""

    def as_facts(self) -> dict[str, Any]:
        return {"name": self.name, "value": self.value, "must_be": self.must_be, "ok": self.ok,
                "explanation": self.explanation}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; the first column names the row. `strong` rows are ours."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture as SVG. `alt` says what it shows to whoever cannot see it."""

    title: str
    svg: str
    alt: str


Block = Table | Plot | str


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One evaluation. `lead`: one or two sentences that say what it can and cannot show; `metrics`:
    the figures for programs; `manifest`: what they were made of."""

    kind: str
    title: str
    lead: str
    guards: tuple[Guard, ...]
    main: Table
    sections: tuple[Section, ...]
    metrics: Mapping[str, Any]
    manifest: Mapping[str, Any]
    runs: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    @property
    def is_red(self) -> bool:
        """Whether a guard is broken."""
        return any(g.ok is False for g in self.guards)
