"""What one answer or one change would decide: the work list behind "one file, one plan".

Counted on the whole catalogue: a posting counts for a question only when nothing else is open
about it, so that a clerk can trust "this one answer decides 37 posts".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data.records import ProvisionKey
from matching.catalogue import INFEASIBLE, NEEDS_INFO, Catalogue, Verdicts
from matching.clause_table import ClauseTable
from matching.explanation import Unlock
from matching.person import CompiledPerson
from matching.verdict import Status, Subject

_MIXED = -2
Found = dict[tuple[Subject, str, bool], int]
"""(what, which, is it a question) -> postings that hang on it alone."""


def _sole_subject(
    table: ClauseTable, subject: NDArray[np.int32], bad: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """For every signature the one subject of all its bad instances, -1 none, _MIXED several."""
    items = table.signature_items
    low = np.where(bad, np.where(subject < 0, _MIXED, subject), np.iinfo(np.int32).max)[items]
    high = np.where(bad, np.where(subject < 0, np.iinfo(np.int32).max - 1, subject), -1)[items]
    least = np.minimum.reduceat(low, table.signature_start)
    most = np.maximum.reduceat(high, table.signature_start)
    sole: NDArray[np.int32] = np.where(most == -1, -1, np.where(least == most, most, _MIXED))
    return sole


def find_unlocks(
    person: CompiledPerson, catalogue: Catalogue, verdicts: Verdicts, limit: int = 5
) -> tuple[Unlock, ...]:
    """The answers that would decide most open questions, and then the changes that would open
    most closed posts, each with the number of postings that hang on it alone."""
    table = catalogue.clauses
    status = table.instance_status(person.lo, person.hi)
    subject = table.deciding_subject(person.lo, person.hi, status)
    law = catalogue.law_status(person)
    must = catalogue.must_status(person)
    clear = (law == Status.OK) & (must <= Status.CONDITION) & verdicts.open
    found: Found = {}
    signature_status = table.signature_status(status)
    worst = signature_status[catalogue.signature]
    sole = _sole_subject(table, subject, status >= Status.UNKNOWN)[catalogue.signature]
    for code, bad_status in ((NEEDS_INFO, Status.UNKNOWN), (INFEASIBLE, Status.FAIL)):
        rows = clear & (verdicts.codes == code) & (sole >= 0) & (worst == bad_status)
        counts = np.bincount(sole[rows], minlength=len(table.subjects))
        for i in np.flatnonzero(counts).tolist():
            kind, key = table.subjects[i]
            found[(kind, key, code == NEEDS_INFO)] = int(counts[i])
    _count_rules(found, person, catalogue, verdicts, law, must, signature_status)
    _count_musts(found, person, catalogue, verdicts, law, signature_status)
    touches = _touches(table, subject, status, catalogue, verdicts)
    for kind, key in touches:
        found.setdefault((kind, key, True), 0)
    ordered = sorted(
        found.items(),
        key=lambda f: (not f[0][2], -f[1], -touches.get(f[0][:2], 0), f[0][0], f[0][1]),
    )
    questions = [f for f in ordered if f[0][2]]
    changes = [f for f in ordered if not f[0][2]]
    kept = [*questions[: max(limit - len(changes), limit - 2)], *changes][:limit]
    return tuple(
        Unlock(str(kind), key, is_question, count, max(count, touches.get((kind, key), 0)))
        for (kind, key, is_question), count in kept
    )


def _touches(
    table: ClauseTable,
    subject: NDArray[np.int32],
    status: NDArray[np.uint8],
    catalogue: Catalogue,
    verdicts: Verdicts,
) -> dict[tuple[Subject, str], int]:
    """In how many undecided postings each open question of function matters."""
    rows = np.bincount(catalogue.signature[verdicts.askable], minlength=table.signature_count)
    ends = np.append(table.signature_start[1:], len(table.signature_items))
    owner = np.repeat(np.arange(table.signature_count), ends - table.signature_start)
    items = table.signature_items
    open_items = (status[items] == Status.UNKNOWN) & (subject[items] >= 0)
    width = len(table.subjects)
    pairs = np.unique(owner[open_items] * width + subject[items[open_items]])
    counts = np.bincount(pairs % width, weights=rows[pairs // width], minlength=width)
    return {table.subjects[i]: int(counts[i]) for i in np.flatnonzero(counts).tolist()}


def _count_rules(
    found: Found,
    person: CompiledPerson,
    catalogue: Catalogue,
    verdicts: Verdicts,
    law: NDArray[np.uint8],
    must: NDArray[np.uint8],
    signature_status: NDArray[np.uint8],
) -> None:
    function = signature_status[catalogue.signature]
    rows = verdicts.open & (law == Status.UNKNOWN)
    rows &= (function <= Status.CONDITION) & (must <= Status.CONDITION)
    unknown = {
        rule: person.rule_status[i] == Status.UNKNOWN
        for i, rule in enumerate(catalogue.vocabulary.rules)
    }
    waiting = rows & catalogue.review
    if waiting.any():
        clean = catalogue.eligibility_status(person)[catalogue.eligibility] == Status.OK
        found[(Subject.REVIEW, "review", True)] = int(np.count_nonzero(waiting & clean))
    rows &= ~catalogue.review
    counts = np.bincount(catalogue.eligibility[rows], minlength=len(catalogue.eligibility_sets))
    for i in np.flatnonzero(counts).tolist():
        open_rules = [r for r in catalogue.eligibility_sets[i] if unknown[r]]
        if len(open_rules) == 1:
            key = (Subject.RULE, str(open_rules[0]), True)
            found[key] = found.get(key, 0) + int(counts[i])


def _count_musts(
    found: Found,
    person: CompiledPerson,
    catalogue: Catalogue,
    verdicts: Verdicts,
    law: NDArray[np.uint8],
    signature_status: NDArray[np.uint8],
) -> None:
    function = signature_status[catalogue.signature]
    ready = verdicts.open & (law == Status.OK) & (function <= Status.CONDITION)
    statuses = (
        {
            (Subject.MUST_PROVISION, str(key)): catalogue.provision_status(ProvisionKey(key))
            for key in person.must_provisions
        }
        | {
            (Subject.MUST, str(kind)): catalogue.wish_status(kind, person)
            for kind in person.must_wishes
        }
        | {(Subject.REFUSED, str(duty)): catalogue.refused_status(duty) for duty in person.refused}
    )
    for (kind, name), status in statuses.items():
        others = [s for k, s in statuses.items() if k != (kind, name)]
        alone = np.all([s <= Status.CONDITION for s in others], axis=0) if others else True
        for bad, is_question in ((Status.UNKNOWN, True), (Status.FAIL, False)):
            count = int(np.count_nonzero(ready & (status == bad) & alone))
            if count:
                found[(kind, name, is_question)] = count
