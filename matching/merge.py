"""Catalogues joined from their columns, without the postings they were made of.

Postings come and go one by one, and columns are only cheap when there are few sets of them. So
small catalogues are joined to larger ones; clauses, legal conditions and provisions that several
of them know are known once afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import PostingId, ProvisionKey, RuleId
from matching.catalogue import Catalogue
from matching.clause_table import ClauseTable, InstanceKey
from matching.verdict import Status

Kept = tuple[Catalogue, NDArray[np.intp]]
"""A catalogue and the rows of it that are wanted, ascending."""
_BY_ROW = (
    "district", "monthly_low", "monthly_high", "hours", "opens", "closes", "headcount", "review",
    "family", "track", "education_min", "experience_min", "provisional", "duties",
)  # fmt: skip
_JOINED = {
    "vocabulary", "ids", "row_of", "clauses", "signature", "eligibility_sets", "eligibility",
    "provisions", "provision_row", "version",
}  # fmt: skip
if {f.name for f in fields(Catalogue)} != _JOINED | set(_BY_ROW):
    raise TypeError("a column of Catalogue is joined nowhere")


def merge_catalogues(
    parts: Sequence[Kept], *, data_version: str
) -> tuple[Catalogue, NDArray[np.intp]]:
    """One catalogue of the wanted rows of several, in the order of ids, and that order: row i of
    it is row `order[i]` of the wanted rows one after the other.

    ValueError: an id in two parts, or parts of different rules.
    """
    vocabulary = parts[0][0].vocabulary
    if any(c.vocabulary.version != vocabulary.version for c, _ in parts):
        raise ValueError("catalogues of different rules cannot be joined")
    loose: list[PostingId] = [c.ids[row] for c, rows in parts for row in rows.tolist()]
    order = np.array(sorted(range(len(loose)), key=loose.__getitem__), np.intp)
    ids = tuple(loose[i] for i in order.tolist())
    row_of = {posting_id: row for row, posting_id in enumerate(ids)}
    if len(row_of) != len(ids):
        raise ValueError("posting ids must be distinct")
    clauses, signature = _clauses(parts)
    sets: dict[tuple[RuleId, ...], int] = {}
    keys: dict[ProvisionKey, int] = {}
    eligibility: list[NDArray[Any]] = []
    for c, rows in parts:
        number = np.array([sets.setdefault(s, len(sets)) for s in c.eligibility_sets], np.int32)
        eligibility.append(number[c.eligibility[rows]])
        for key in c.provision_row:
            keys.setdefault(key, len(keys))
    provisions = np.full((len(keys), len(ids)), Status.UNKNOWN, np.uint8)
    start = 0
    for c, rows in parts:
        for key, row in c.provision_row.items():
            provisions[keys[key], start : start + len(rows)] = c.provisions[row][rows]
        start += len(rows)
    columns = {
        name: np.concatenate([getattr(c, name)[rows] for c, rows in parts])[order]
        for name in _BY_ROW
    }
    merged = Catalogue(
        vocabulary=vocabulary, ids=ids, row_of=row_of, clauses=clauses,
        signature=signature[order], eligibility_sets=tuple(sets),
        eligibility=np.concatenate(eligibility)[order].astype(np.int32),
        provisions=np.ascontiguousarray(provisions[:, order]), provision_row=keys,
        version=data_version, **columns,
    )  # fmt: skip
    return merged, order


def _clauses(parts: Sequence[Kept]) -> tuple[ClauseTable, NDArray[np.int32]]:
    """The clauses that wanted rows still have, and the signature of each wanted row."""
    instances: dict[InstanceKey, int] = {}
    signatures: dict[tuple[int, ...], int] = {}
    of_row: list[NDArray[np.int32]] = []
    for c, rows in parts:
        known, told = c.clauses.keys()
        used, place = np.unique(c.signature[rows], return_inverse=True)
        number = np.zeros(len(used), np.int32)
        for i, old in enumerate(used.tolist()):
            members = {instances.setdefault(known[n], len(instances)) for n in told[old]}
            number[i] = signatures.setdefault(tuple(sorted(members)), len(signatures))
        of_row.append(number[place].astype(np.int32))
    table = ClauseTable.from_keys(list(instances), list(signatures), parts[0][0].vocabulary)
    return table, np.concatenate(of_row)
