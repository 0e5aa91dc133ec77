"""A catalogue as named arrays and a few facts, and back: the one form in which it lies on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.records import PostingId, ProvisionKey, RuleId
from data.vocabulary import Vocabulary
from matching.catalogue import Catalogue
from matching.clause_table import ClauseTable
from matching.verdict import Subject

Arrays = dict[str, NDArray[Any]]
_DERIVED = {"vocabulary", "row_of", "clauses"}
_LISTS = {"ids", "eligibility_sets", "provision_row", "version"}


def catalogue_columns(catalogue: Catalogue) -> tuple[Arrays, dict[str, Any]]:
    """Every column of a catalogue and of its clauses, and what is no array, fit for JSON."""
    arrays: Arrays = {
        f"catalogue.{f.name}": getattr(catalogue, f.name)
        for f in fields(Catalogue)
        if f.name not in _DERIVED | _LISTS
    }
    arrays |= {
        f"clauses.{f.name}": getattr(catalogue.clauses, f.name)
        for f in fields(ClauseTable)
        if f.name != "subjects"
    }
    facts = {
        "ids": catalogue.ids, "version": catalogue.version,
        "eligibility_sets": catalogue.eligibility_sets,
        "provision_row": catalogue.provision_row,
        "subjects": catalogue.clauses.subjects,
    }  # fmt: skip
    plain: dict[str, Any] = json.loads(json.dumps(facts))
    return arrays, plain


def catalogue_of_columns(
    arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any], vocabulary: Vocabulary
) -> Catalogue:
    """The catalogue that `catalogue_columns` took apart. KeyError, TypeError, ValueError: it is
    not one."""
    subjects = tuple((Subject(kind), str(key)) for kind, key in facts["subjects"])
    ids = tuple(PostingId(i) for i in facts["ids"])
    return Catalogue(
        vocabulary=vocabulary,
        ids=ids,
        row_of={posting_id: row for row, posting_id in enumerate(ids)},
        clauses=ClauseTable(**of_prefix(arrays, "clauses"), subjects=subjects),
        eligibility_sets=tuple(tuple(RuleId(r) for r in s) for s in facts["eligibility_sets"]),
        provision_row={ProvisionKey(k): int(v) for k, v in facts["provision_row"].items()},
        version=str(facts["version"]),
        **of_prefix(arrays, "catalogue"),
    )


def of_prefix(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Arrays:
    """The arrays named "prefix.name", by "name"."""
    start = f"{prefix}."
    return {
        name.removeprefix(start): np.asarray(array)
        for name, array in arrays.items()
        if name.startswith(start)
    }
