"""Lands what a file held in the store: one transaction, all good rows or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from data.importing.engine import (
    ImportResult,
    Progress,
    assessment_place,
    event_place,
    import_file,
)
from data.importing.mapping import ColumnMapping
from data.importing.posts import Recogniser
from data.importing.problems import Problem, problem
from data.leads import LeadEvent
from data.store import Store
from data.templates.columns import SheetKind
from data.vocabulary.tables import Vocabulary


def import_into(
    store: Store,
    path: Path | str,
    *,
    vocabulary: Vocabulary,
    kind: SheetKind | str | None = None,
    mapping: str | Path | ColumnMapping | None = None,
    recognise: Recogniser | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Read a file and land its good rows; the answer is the report of what happened.

    Whatever interrupts it leaves the store as it was. Rows that are in the store already are
    replaced by what the file says now.
    """
    result = import_file(
        path, vocabulary=vocabulary, kind=kind, mapping=mapping, recognise=recognise,
        progress=progress,
    )  # fmt: skip
    return land(store, result, vocabulary=vocabulary)


def land(store: Store, result: ImportResult, *, vocabulary: Vocabulary) -> ImportResult:
    """Land an import that was read before. Assessments and outcomes of unknown people are reported
    and stay out; outcomes of unknown postings are reported and land: a posting may be gone."""
    with store.transaction():
        result = _without_strangers(store, result)
        if result.records:
            store.upsert_jobseekers(result.jobseekers)
            store.identities.upsert(result.identities)
            store.upsert_employers(result.employers)
            store.upsert_postings(result.postings)
            store.upsert_assessments(result.assessments)
            store.upsert_lead_events(result.lead_events)
        store.log_import(
            file_name=result.file_name,
            kind="+".join(result.kinds),
            counts=result.counts,
            vocabulary_version=vocabulary.version,
        )
    return result


def _without_strangers(store: Store, result: ImportResult) -> ImportResult:
    if not result.assessments and not result.lead_events:
        return result
    known = store.jobseeker_ids() | {p.id for p in result.jobseekers}
    strangers = [
        *(assessment_place(a) for a in result.assessments if a.jobseeker_id not in known),
        *(event_place(e) for e in result.lead_events if e.jobseeker_id not in known),
    ]
    problems: list[Problem] = []
    for key in strangers:
        sheet, row = result.places.get(key, ("", 0))
        problems.append(problem("UNKNOWN_JOBSEEKER", sheet=sheet, row=row, column="编号"))
    events = tuple(e for e in result.lead_events if e.jobseeker_id in known)
    problems += _gone_postings(store, result, events)
    return replace(
        result,
        assessments=tuple(a for a in result.assessments if a.jobseeker_id in known),
        lead_events=events,
        problems=(*result.problems, *problems),
        rejected=result.rejected + len(strangers),
    )


def _gone_postings(
    store: Store, result: ImportResult, events: tuple[LeadEvent, ...]
) -> list[Problem]:
    if not events:
        return []
    known = store.posting_ids() | {p.id for p in result.postings}
    found: list[Problem] = []
    for event in events:
        if event.posting_id not in known:
            sheet, row = result.places.get(event_place(event), ("", 0))
            found.append(problem("UNKNOWN_POSTING", sheet=sheet, row=row, column="岗位编号"))
    return found
