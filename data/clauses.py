"""Demand clauses in their written form, as placement officers write them in YAML and JSON.

One notation serves the family templates, acceptance scenarios and the HTTP interface::

    - levels: {read_zh: 3, type: 2}          # all of these
    - any_of:                                # the best alternative counts
      - levels: {stairs: 2}
      - provided: [step_free_entry]          # all of these provisions
    - levels: {balance: {between: [2, 4]}}   # a level that is only known as a range
      critical: true                         # safety facets here need more than presumption
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.records import Alternative, Clause, FacetId, Interval, ProvisionKey

_ALTERNATIVE_KEYS = {"levels", "provided"}
_CLAUSE_KEYS = _ALTERNATIVE_KEYS | {"any_of", "critical", "evidence"}


class WrittenClauseError(ValueError):
    """A clause that cannot be read; the message says where and how to write it."""


def parse_interval(raw: object, where: str) -> Interval:
    """A level as `3` or `{between: [2, 3]}`.

    >>> parse_interval({"between": [2, 3]}, "speak")
    Interval(lo=2, hi=3)
    """
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= 4:
        return Interval.exactly(raw)
    if isinstance(raw, Mapping) and set(raw) == {"between"}:
        ends = raw["between"]
        if (
            isinstance(ends, Sequence)
            and len(ends) == 2
            and all(isinstance(e, int) and not isinstance(e, bool) and 0 <= e <= 4 for e in ends)
            and ends[0] <= ends[1]
        ):
            return Interval(ends[0], ends[1])
    raise WrittenClauseError(
        f"{where}: a level is 0 to 4, or {{between: [low, high]}}, not {raw!r}"
    )


def parse_alternative(raw: object, where: str) -> Alternative:
    if not isinstance(raw, Mapping):
        raise WrittenClauseError(f"{where}: expected `levels:` and/or `provided:`")
    extra = set(raw) - _ALTERNATIVE_KEYS
    if extra:
        raise WrittenClauseError(f"{where}: does not know {sorted(map(str, extra))}")
    levels_raw, provided_raw = raw.get("levels") or {}, raw.get("provided") or []
    if not isinstance(levels_raw, Mapping):
        raise WrittenClauseError(f"{where}.levels: expected facet: level")
    if isinstance(provided_raw, str) or not isinstance(provided_raw, Sequence):
        raise WrittenClauseError(f"{where}.provided: expected a list of provisions")
    levels = tuple(
        (FacetId(str(f)), parse_interval(v, f"{where}.levels.{f}")) for f, v in levels_raw.items()
    )
    if not levels and not provided_raw:
        raise WrittenClauseError(f"{where}: needs a level or a provision")
    return Alternative(levels, tuple(ProvisionKey(str(p)) for p in provided_raw))


def parse_clause(raw: object, where: str) -> Clause:
    if not isinstance(raw, Mapping):
        raise WrittenClauseError(f"{where}: expected `levels:`, `provided:` or `any_of:`")
    extra = set(raw) - _CLAUSE_KEYS
    if extra:
        raise WrittenClauseError(f"{where}: does not know {sorted(map(str, extra))}")
    critical = raw.get("critical", False)
    if not isinstance(critical, bool):
        raise WrittenClauseError(f"{where}.critical: true or false")
    if "any_of" in raw:
        branches = raw["any_of"]
        if isinstance(branches, str) or not isinstance(branches, Sequence) or not branches:
            raise WrittenClauseError(f"{where}.any_of: expected a list of alternatives")
        if set(raw) & _ALTERNATIVE_KEYS:
            raise WrittenClauseError(f"{where}: `any_of` stands alone, without levels beside it")
        alternatives = tuple(
            parse_alternative(b, f"{where}.any_of[{i}]") for i, b in enumerate(branches)
        )
    else:
        body = {k: v for k, v in raw.items() if k in _ALTERNATIVE_KEYS}
        alternatives = (parse_alternative(body, where),)
    return Clause(alternatives, critical, str(raw.get("evidence", "")))


def parse_clauses(raw: object, where: str = "demands") -> tuple[Clause, ...]:
    """Read a list of clauses.

    >>> parse_clauses([{"levels": {"speak": 3}}])[0].alternatives[0].levels
    (('speak', Interval(lo=3, hi=3)),)
    """
    if isinstance(raw, str) or not isinstance(raw, Sequence):
        raise WrittenClauseError(f"{where}: expected a list of clauses")
    return tuple(parse_clause(c, f"{where}[{i}]") for i, c in enumerate(raw))


def write_interval(interval: Interval) -> int | dict[str, list[int]]:
    return interval.lo if interval.is_exact else {"between": [interval.lo, interval.hi]}


def write_clauses(clauses: Sequence[Clause]) -> list[dict[str, Any]]:
    """The written form again; `parse_clauses(write_clauses(c)) == c`."""
    written: list[dict[str, Any]] = []
    for clause in clauses:
        branches: list[dict[str, Any]] = []
        for alternative in clause.alternatives:
            branch: dict[str, Any] = {}
            if alternative.levels:
                branch["levels"] = {f: write_interval(v) for f, v in alternative.levels}
            if alternative.provided:
                branch["provided"] = list(alternative.provided)
            branches.append(branch)
        entry: dict[str, Any] = {"any_of": branches} if len(branches) > 1 else dict(branches[0])
        if clause.critical:
            entry["critical"] = True
        if clause.evidence:
            entry["evidence"] = clause.evidence
        written.append(entry)
    return written
