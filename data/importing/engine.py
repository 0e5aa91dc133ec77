"""From a file to records and a report. Pure: it touches no store.

Good rows become records, bad rows never do, and everything wrong is reported at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from data.importing.files import RawSheet, json_lines, open_sheets, suffix_of
from data.importing.findings import FindingsReader
from data.importing.header import SEARCHED_ROWS, Header, find_header
from data.importing.mapping import ColumnMapping, load_mapping
from data.importing.numbers import credit_code_is_valid
from data.importing.outcomes import OutcomesReader
from data.importing.people import PeopleReader
from data.importing.posts import PostReader, Recogniser
from data.importing.problems import Problem, has_errors, problem
from data.importing.rows import Row
from data.leads import LeadEvent
from data.records import Assessment, Employer, EmployerId, Identity, JobPosting, Jobseeker
from data.templates.cells import CellError, clean, is_blank
from data.templates.columns import EXAMPLE_PREFIX, SheetKind, header_key, sheets
from data.vocabulary.tables import Vocabulary

Progress = Callable[[int], None]
"""Called now and then with the number of rows read so far."""

EXPLANATION_SHEETS = frozenset({"说明", "选项"})
_PROGRESS_STEP = 200
_NOTE_STARTS = ("合计", "小计", "总计", "共计", "注", "备注", "说明", "填表", "制表", "审核")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a file held. `places` tells the sheet and row of each record by its id."""

    file_name: str
    jobseekers: tuple[Jobseeker, ...] = ()
    identities: tuple[Identity, ...] = ()
    postings: tuple[JobPosting, ...] = ()
    employers: tuple[Employer, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    lead_events: tuple[LeadEvent, ...] = ()
    problems: tuple[Problem, ...] = ()
    rows: int = 0
    rejected: int = 0
    skipped: int = 0
    kinds: tuple[SheetKind, ...] = ()
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def records(self) -> tuple[Jobseeker | JobPosting | Assessment | LeadEvent, ...]:
        return (*self.jobseekers, *self.postings, *self.assessments, *self.lead_events)

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows read, landed, rejected and skipped (examples, notes), and records by kind."""
        return {
            "rows": self.rows,
            "landed": len(self.records),
            "rejected": self.rejected,
            "skipped": self.skipped,
            "jobseekers": len(self.jobseekers),
            "postings": len(self.postings),
            "employers": len(self.employers),
            "assessments": len(self.assessments),
            "lead_events": len(self.lead_events),
            "errors": sum(p.is_error for p in self.problems),
            "warnings": sum(not p.is_error for p in self.problems),
        }


def assessment_place(assessment: Assessment) -> str:
    """The key of an assessment in `ImportResult.places`."""
    return f"{assessment.jobseeker_id}|{assessment.instrument}|{assessment.dated}"


def event_place(event: LeadEvent) -> str:
    """The key of a lead's step in `ImportResult.places`."""
    return f"{event.jobseeker_id}|{event.posting_id}|{event.step}|{event.dated}"


def import_file(
    path: Path | str,
    *,
    vocabulary: Vocabulary,
    kind: SheetKind | str | None = None,
    mapping: str | Path | ColumnMapping | None = None,
    recognise: Recogniser | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Read one file of any supported form.

    `kind` forces what its sheets are taken for; otherwise headers tell. `mapping` (a built-in name,
    a YAML file, or a ColumnMapping) reads a file with other columns. `recognise` fills the job
    family of postings that state none.

    Raises MappingError for an unusable mapping and OSError when the file cannot be read at all;
    everything else is a problem in the result.
    """
    path = Path(path)
    run = _Run(vocabulary, SheetKind(kind) if kind else None, recognise, progress)
    if mapping is not None and not isinstance(mapping, ColumnMapping):
        mapping = load_mapping(mapping, run.sheets)
    try:
        if suffix_of(path).startswith(".jsonl"):
            run.records(json_lines(path), mapping)
        else:
            with open_sheets(path) as found:
                for sheet in found:
                    run.sheet(sheet, mapping)
        if not run.kinds and not has_errors(run.problems):
            run.problems.append(problem("NO_HEADER", sheet=""))
    except CellError as error:
        return ImportResult(path.name, problems=(problem(error.code, sheet=""),))
    return run.result(path.name)


class _Run:
    """One import while it goes on."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        kind: SheetKind | None,
        recognise: Recogniser | None,
        progress: Progress | None,
    ) -> None:
        self.sheets = sheets(vocabulary)
        self.problems: list[Problem] = []
        self.kinds: dict[SheetKind, None] = {}
        self._kind = kind
        self._progress = progress
        self._people = PeopleReader(vocabulary)
        self._posts = PostReader(vocabulary, recognise)
        self._findings = FindingsReader(vocabulary)
        self._outcomes = OutcomesReader(vocabulary)
        self._jobseekers: list[Jobseeker] = []
        self._identities: list[Identity] = []
        self._postings: list[JobPosting] = []
        self._assessments: list[Assessment] = []
        self._events: list[LeadEvent] = []
        self._employers: dict[EmployerId, tuple[int, Employer]] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._documents: dict[str, int] = {}
        self._rows = self._rejected = self._skipped = 0

    def result(self, file_name: str) -> ImportResult:
        return ImportResult(
            file_name, tuple(self._jobseekers), tuple(self._identities), tuple(self._postings),
            tuple(e for _, e in self._employers.values()), tuple(self._assessments),
            tuple(self._events), tuple(self.problems), self._rows, self._rejected, self._skipped,
            tuple(self.kinds), self._places,
        )  # fmt: skip

    def sheet(self, raw: RawSheet, mapping: ColumnMapping | None) -> None:
        if raw.name in EXPLANATION_SHEETS:
            return
        rows = iter(raw.rows)
        first = list(itertools.islice(rows, SEARCHED_ROWS + 1))
        if mapping is not None:
            self._mapped(raw.name, first, rows, mapping)
            return
        header = find_header(raw.name, first, self.sheets, self._kind)
        if header is None:
            self._no_header(raw.name, first)
            return
        self.kinds[header.sheet.kind] = None
        self.problems.extend(header.problems)
        if has_errors(header.problems):
            return
        for number, cells in itertools.chain(first, rows):
            if number > header.last_row:
                self._sheet_row(raw.name, number, cells, header)

    def _no_header(self, name: str, first: list[tuple[int, list[object]]]) -> None:
        if all(is_blank(clean(cell)) for _, cells in first for cell in cells):
            return
        other = self._kind is not None and find_header(name, first, self.sheets) is not None
        code = "KIND_MISMATCH" if other else "SHEET_SKIPPED"
        self.problems.append(problem(code, sheet=name))

    def _sheet_row(self, name: str, number: int, cells: list[object], header: Header) -> None:
        filled = [t for t in map(clean, cells) if not is_blank(t)]
        if not filled:
            return
        by_field = {f: cells[i] for i, f in header.fields.items() if i < len(cells)}
        key = clean(by_field.get("id"))
        note = filled[0].startswith(_NOTE_STARTS) and len(filled) <= 4
        repeated = bool(key) and header_key(key) == header_key(header.names["id"])
        if key.startswith(EXAMPLE_PREFIX) or note or repeated:
            self._skipped += 1
            return
        self._row(header.sheet.kind, name, number, by_field, header.names, mapped=False)

    def _mapped(
        self,
        name: str,
        first: list[tuple[int, list[object]]],
        rest: Iterator[tuple[int, list[object]]],
        mapping: ColumnMapping,
    ) -> None:
        titles = [clean(cell) for cell in first[0][1]] if first else []
        self._check_columns(name, titles, mapping)
        if mapping.missing(titles):
            return
        for number, cells in itertools.chain(first[1:], rest):
            if any(not is_blank(clean(c)) for c in cells):
                record = dict(zip(titles, cells, strict=False))
                self._mapped_row(name, number, record, mapping)

    def _check_columns(self, name: str, titles: list[str], mapping: ColumnMapping) -> None:
        self.kinds[mapping.kind] = None
        missing = mapping.missing(titles)
        for column in missing:
            self.problems.append(problem("MISSING_COLUMN", sheet=name, column=column))
        if missing:
            return  # the first row may be no header at all: it is not quoted
        for title in titles:
            if title and title not in mapping.used() and title not in mapping.ignore:
                self.problems.append(problem("UNKNOWN_COLUMN", sheet=name, column=title[:40]))

    def _mapped_row(
        self, name: str, number: int, record: Mapping[str, object], mapping: ColumnMapping
    ) -> None:
        headers = mapping.headers()
        self._row(mapping.kind, name, number, mapping.cells(record), headers, mapped=True)

    def records(
        self,
        lines: Iterator[tuple[int, Mapping[str, object] | None]],
        mapping: ColumnMapping | None,
    ) -> None:
        """JSON lines: keys are headers; without a mapping each line is told by its own keys."""
        checked: set[str] = set()
        for number, record in lines:
            if record is None:
                self._rows += 1
                self._rejected += 1
                self.problems.append(problem("LINE_NOT_JSON", sheet="", row=number))
                continue
            if mapping is not None:
                fresh = [k for k in record if k not in checked]
                checked.update(fresh)
                self.kinds[mapping.kind] = None
                known = mapping.used() | mapping.ignore
                for key in fresh:
                    if key not in known:
                        found = problem("UNKNOWN_COLUMN", sheet="", row=number, column=key[:40])
                        self.problems.append(found)
                self._mapped_row("", number, record, mapping)
            else:
                self._json_row(number, record, checked)

    def _json_row(self, number: int, record: Mapping[str, object], checked: set[str]) -> None:
        header = find_header("", [(number, list(record))], self.sheets, self._kind)
        if header is None:
            self._rows += 1
            self._rejected += 1
            self.problems.append(problem("NO_HEADER", sheet="", row=number))
            return
        for found in header.problems:
            if found.is_error or found.column not in checked:
                checked.add(found.column)
                self.problems.append(found)
        if has_errors(header.problems):
            self._rows += 1
            self._rejected += 1
            return
        self._sheet_row("", number + 1, list(record.values()), replace(header, last_row=0))

    def _row(
        self,
        kind: SheetKind,
        name: str,
        number: int,
        cells: Mapping[str, object],
        headers: Mapping[str, str],
        *,
        mapped: bool,
    ) -> None:
        self.kinds[kind] = None
        self._rows += 1
        if self._progress is not None and self._rows % _PROGRESS_STEP == 0:
            self._progress(self._rows)
        personal = kind is not SheetKind.POSTINGS
        row = Row(name, number, cells, headers, personal=personal)
        try:
            landed = self._land(kind, row, mapped=mapped)
        except ValueError:
            # A record refuses to be built when it contradicts itself.
            row.report("CONTRADICTION")
            landed = False
        self.problems.extend(row.problems)
        self._rejected += not landed

    def _land(self, kind: SheetKind, row: Row, *, mapped: bool) -> bool:
        if kind is SheetKind.JOBSEEKERS:
            person = self._people.read(row)
            if person is None or not self._is_new(row, f"person:{person[0].id}"):
                return False
            self._note_same_person(row, person[1])
            self._jobseekers.append(person[0])
            self._identities.append(person[1])
        elif kind is SheetKind.POSTINGS:
            posting = self._posts.read(row, employer_required=not mapped)
            if posting is None or not self._is_new(row, f"posting:{posting[0].id}"):
                return False
            if posting[1] is not None:
                self._keep_employer(row, posting[1])
            self._postings.append(posting[0])
        elif kind is SheetKind.OUTCOMES:
            event = self._outcomes.read(row)
            if event is None or not self._is_new(row, event_place(event)):
                return False
            self._events.append(event)
        else:
            assessment = self._findings.read(row)
            if assessment is None or not self._is_new(row, assessment_place(assessment)):
                return False
            self._assessments.append(assessment)
        return True

    def _is_new(self, row: Row, key: str) -> bool:
        if key in self._places:
            row.report("DUPLICATE_ID", "id", other=self._places[key][1])
            return False
        self._places[key] = (row.sheet, row.number)
        return True

    def _note_same_person(self, row: Row, identity: Identity) -> None:
        number = identity.id_number or identity.certificate_number[:18]
        if not number:
            return
        if number in self._documents:
            field_name = "id_number" if identity.id_number else "certificate_number"
            row.report("SAME_PERSON", field_name, other=self._documents[number])
        self._documents.setdefault(number, row.number)

    def _keep_employer(self, row: Row, employer: Employer) -> None:
        """One employer stands in many rows: blanks are filled, contradictions reported."""
        if employer.id not in self._employers:
            if employer.credit_code and not credit_code_is_valid(employer.credit_code):
                row.report("CREDIT_CODE_CHECK", "credit_code")
            self._employers[employer.id] = (row.number, employer)
            return
        first, known = self._employers[employer.id]
        merged = Employer(
            known.id, known.name or employer.name, known.kind or employer.kind,
            known.credit_code or employer.credit_code, known.industry or employer.industry,
        )  # fmt: skip
        self._employers[employer.id] = (first, merged)
        stated = replace(
            employer, name=employer.name or merged.name, kind=employer.kind or merged.kind,
            credit_code=employer.credit_code or merged.credit_code,
            industry=employer.industry or merged.industry,
        )  # fmt: skip
        if stated != merged:
            row.report("EMPLOYER_CONFLICT", "employer_name", other=first)
