"""The cue tables: which words of a posting ask for what.

Everything that could be argued about stands in data/vocabulary/reading/*.yaml; this module only
reads it, refuses what it cannot understand (all mistakes together), and prepares it for search.
In patterns `…` stands for a short gap inside one clause and `№` for a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from importlib import resources
from typing import Any

from data.records import FacetId, Interval, ProvisionKey, ProvisionState
from data.strict_yaml import parse_yaml
from models.reading.nouns import Concern, DemandKind, Where
from models.reading.scope import Scope
from models.reading.screens import Screen, screen_words

GAP = r"[^,。;!?\n]{0,6}?"
NUMBER = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十半]+)"
_KINDS = {
    "states": DemandKind.EXPLICIT,
    "implies": DemandKind.IMPLICIT,
    "hedges": DemandKind.HEDGED,
    "allows": DemandKind.CONDITIONAL,
}
_CUE_KEYS = {*_KINDS, "text", "unless", "near", "where", "own_scope", "either", "provided", "weak"}


class CueTableError(ValueError):
    """One or more cues cannot be understood; the message lists every place."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern with the words that must occur before it is worth trying."""

    regex: re.Pattern[str]
    words: tuple[str, ...]

    @classmethod
    def of(cls, written: str) -> Pattern:
        full = expand(written)
        return cls(re.compile(full), screen_words(full))

    def find(self, text: str, possible: set[int]) -> Iterator[re.Match[str]]:
        """Where the pattern stands in the text, if the screen thinks it can stand there."""
        return self.regex.finditer(text) if id(self) in possible else iter(())


@dataclass(frozen=True, slots=True)
class Ask:
    """One facet that a cue asks for."""

    facet: FacetId
    interval: Interval
    kind: DemandKind
    group: str | None = None
    provided: tuple[ProvisionKey, ...] = ()
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """Words and what they ask for. `own_scope`: the pattern carries its own negation."""

    pattern: Pattern
    asks: tuple[Ask, ...]
    where: Where | None = None
    unless: re.Pattern[str] | None = None
    near: re.Pattern[str] | None = None
    own_scope: bool = False


@dataclass(frozen=True, slots=True)
class DenialCue:
    """Words that deny facets outright."""

    pattern: Pattern
    facets: tuple[FacetId, ...]


@dataclass(frozen=True, slots=True)
class ProvisionCue:
    """Words that speak of a provision. `frees`: demands that it makes conditional when it is
    offered, and lifts when it is there."""

    pattern: Pattern
    key: ProvisionKey
    state: ProvisionState | None
    unless: re.Pattern[str] | None
    frees: tuple[FacetId, ...]
    own_scope: bool = False


@dataclass(frozen=True, slots=True)
class PhraseCue:
    """Words to set aside: quarantine with its concern, a licence, or a question to ask."""

    pattern: Pattern
    unless: re.Pattern[str] | None
    concern: Concern | None = None
    own_scope: bool = False


@dataclass(frozen=True, slots=True)
class CueTables:
    """All tables of the reader, and a fingerprint of their words."""

    senses: tuple[Pattern, ...]
    cues: tuple[Cue, ...]
    denials: tuple[DenialCue, ...]
    provisions: tuple[ProvisionCue, ...]
    quarantine: tuple[PhraseCue, ...]
    licences: tuple[PhraseCue, ...]
    ask: tuple[PhraseCue, ...]
    scope: Scope
    desk_titles: re.Pattern[str] | None
    fingerprint: str
    screen: Screen


def expand(written: str) -> str:
    """A pattern with its shorthand written out.

    >>> expand("录入…工单")
    '录入[^,。;!?\\\\n]{0,6}?工单'
    """
    return written.replace("…", GAP).replace("№", NUMBER)


def _optional(written: object) -> re.Pattern[str] | None:
    return re.compile(expand(str(written))) if written else None


def _interval(raw: object) -> Interval:
    if isinstance(raw, list) and len(raw) == 2:
        return Interval(int(raw[0]), int(raw[1]))
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Interval.exactly(raw)
    raise ValueError(f"a level is 0 to 4 or [low, high], not {raw!r}")


def _asks(raw: Mapping[str, Any]) -> Iterator[Ask]:
    provided = tuple(ProvisionKey(str(p)) for p in raw.get("provided", ()))
    weak = bool(raw.get("weak"))
    for name, kind in _KINDS.items():
        for facet, level in (raw.get(name) or {}).items():
            yield Ask(FacetId(str(facet)), _interval(level), kind, None, provided, weak)
    for letter, branch in zip("abcdef", raw.get("either", ()), strict=False):
        for facet, level in branch.items():
            yield Ask(
                FacetId(str(facet)), _interval(level), DemandKind.CONDITIONAL, letter, provided
            )


def _cue(raw: Mapping[str, Any]) -> Cue:
    if extra := set(raw) - _CUE_KEYS:
        raise ValueError(f"does not know {sorted(extra)}")
    asks = tuple(_asks(raw))
    if not asks:
        raise ValueError("asks for nothing")
    return Cue(
        Pattern.of(str(raw["text"])),
        asks,
        Where(raw["where"]) if raw.get("where") else None,
        _optional(raw.get("unless")),
        _optional(raw.get("near")),
        bool(raw.get("own_scope")),
    )


def _denial(raw: Mapping[str, Any]) -> DenialCue:
    return DenialCue(Pattern.of(str(raw["text"])), tuple(FacetId(f) for f in raw["denies"]))


def _provision(raw: Mapping[str, Any]) -> ProvisionCue:
    return ProvisionCue(
        Pattern.of(str(raw["text"])),
        ProvisionKey(str(raw["key"])),
        ProvisionState(raw["state"]) if raw.get("state") else None,
        _optional(raw.get("unless")),
        tuple(FacetId(f) for f in raw.get("frees", ())),
        bool(raw.get("own_scope")),
    )


def _phrase(raw: Mapping[str, Any]) -> PhraseCue:
    return PhraseCue(
        Pattern.of(str(raw["text"])),
        _optional(raw.get("unless")),
        Concern(raw["concern"]) if raw.get("concern") else None,
        bool(raw.get("own_scope")),
    )


class _Collector:
    """Builds entries one by one and keeps every mistake with its place."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def build(self, file: str, entries: Iterable[Any], make: Any) -> list[Any]:
        built = []
        for number, raw in enumerate(entries, start=1):
            try:
                built.append(make({"text": raw} if isinstance(raw, str) else raw))
            except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
                self.problems.append(f"{file}: entry {number} ({raw!r:.60}): {error}")
        return built


def parse_tables(files: Mapping[str, str]) -> CueTables:
    """Build the tables from the text of their YAML files, by file name."""
    collector = _Collector()
    sections: dict[str, list[Any]] = {
        "senses": [], "cues": [], "denials": [], "provisions": [],
        "quarantine": [], "licences": [], "ask": [],
    }  # fmt: skip
    makers: dict[str, Any] = {
        "senses": lambda raw: Pattern.of(str(raw["text"])),
        "cues": _cue,
        "denials": _denial,
        "provisions": _provision,
        "quarantine": _phrase,
        "licences": _phrase,
        "ask": _phrase,
    }
    digest = blake2b(digest_size=4)
    single: dict[str, Any] = {"desk_titles": None, "scope": {}}
    for name in sorted(files):
        digest.update(files[name].encode())
        for section, entries in (parse_yaml(files[name]) or {}).items():
            if section in single:
                single[section] = entries
            elif section in sections:
                sections[section] += collector.build(name, entries, makers[section])
            else:
                collector.problems.append(f"{name}: nothing is called {section!r}")
    try:
        scope = Scope.of(single["scope"])
    except (ValueError, re.error) as error:
        collector.problems.append(str(error))
    if collector.problems:
        raise CueTableError("\n".join(collector.problems))
    built = {section: tuple(entries) for section, entries in sections.items()}
    patterns = (getattr(entry, "pattern", entry) for entries in built.values() for entry in entries)
    return CueTables(
        **built,
        scope=scope,
        desk_titles=_optional(single["desk_titles"]),
        fingerprint=digest.hexdigest(),
        screen=Screen((id(pattern), pattern.words) for pattern in patterns),
    )


@lru_cache(maxsize=1)
def load_tables() -> CueTables:
    """The tables that ship with the project."""
    folder = resources.files("data.vocabulary") / "reading"
    files = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    }
    return parse_tables(files)
