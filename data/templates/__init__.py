"""The office's own spreadsheets: their columns, the empty templates, and filled ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from data.leads import LeadEvent
from data.records import (
    Assessment,
    Employer,
    EmployerId,
    Identity,
    JobPosting,
    Jobseeker,
    JobseekerId,
)
from data.templates.columns import Column, Sheet, SheetKind, sheets
from data.templates.filled import FilledRows, employers_by_id
from data.templates.workbook import write_sheet, write_workbook
from data.vocabulary import load_vocabulary
from data.vocabulary.tables import Vocabulary

__all__ = [
    "Column",
    "Sheet",
    "SheetKind",
    "sheets",
    "write_assessments",
    "write_jobseekers",
    "write_outcomes",
    "write_postings",
    "write_templates",
    "write_workbook",
]


def write_templates(
    folder: Path | str, fmt: str = "xlsx", *, vocabulary: Vocabulary | None = None
) -> tuple[Path, ...]:
    """Write the four empty templates, each with one example row that no import takes.

    `fmt` is "xlsx" (styled, with drop-downs and an explanation) or "csv". Returns the files.
    """
    if fmt not in ("xlsx", "csv"):
        raise ValueError("模板格式只有 xlsx 和 csv。")
    vocabulary = vocabulary or load_vocabulary()
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(
        write_sheet(folder / f"{sheet.title.zh}.{fmt}", sheet, [sheet.example_row], vocabulary)
        for sheet in sheets(vocabulary).values()
    )


def write_jobseekers(
    path: Path | str,
    jobseekers: Iterable[Jobseeker],
    identities: Iterable[Identity] | Mapping[JobseekerId, Identity] = (),
    *,
    vocabulary: Vocabulary | None = None,
) -> Path:
    """A filled sheet 求职人员 (.xlsx or .csv). Assessed capabilities are not part of it."""
    vocabulary = vocabulary or load_vocabulary()
    people = identities.values() if isinstance(identities, Mapping) else identities
    known = {i.jobseeker_id: i for i in people}
    rows = FilledRows(vocabulary)
    cells = (rows.person(p, known.get(p.id)) for p in jobseekers)
    return write_sheet(Path(path), sheets(vocabulary)[SheetKind.JOBSEEKERS], cells, vocabulary)


def write_postings(
    path: Path | str,
    postings: Iterable[JobPosting],
    employers: Iterable[Employer] | Mapping[EmployerId, Employer] = (),
    *,
    vocabulary: Vocabulary | None = None,
) -> Path:
    """A filled sheet 招聘岗位 (.xlsx or .csv). Only confirmed demands are written."""
    vocabulary = vocabulary or load_vocabulary()
    known = employers_by_id(employers)
    rows = FilledRows(vocabulary)
    cells = (rows.posting(p, known.get(p.employer_id) if p.employer_id else None) for p in postings)
    return write_sheet(Path(path), sheets(vocabulary)[SheetKind.POSTINGS], cells, vocabulary)


def write_assessments(
    path: Path | str, assessments: Iterable[Assessment], *, vocabulary: Vocabulary | None = None
) -> Path:
    """A filled sheet 职业能力评估 (.xlsx or .csv)."""
    vocabulary = vocabulary or load_vocabulary()
    rows = FilledRows(vocabulary)
    cells = (rows.assessment(a) for a in assessments)
    return write_sheet(Path(path), sheets(vocabulary)[SheetKind.ASSESSMENTS], cells, vocabulary)


def write_outcomes(
    path: Path | str, events: Iterable[LeadEvent], *, vocabulary: Vocabulary | None = None
) -> Path:
    """A filled sheet 推荐结果 (.xlsx or .csv): one row for every step of a lead."""
    vocabulary = vocabulary or load_vocabulary()
    rows = FilledRows(vocabulary)
    cells = (rows.outcome(e) for e in events)
    return write_sheet(Path(path), sheets(vocabulary)[SheetKind.OUTCOMES], cells, vocabulary)
