"""The store: records in, records out, and a version that changes whenever the content does."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from data.leads import LeadEvent, LeadStep
from data.records import (
    Assessment,
    Capability,
    CapabilitySource,
    Employer,
    EmployerId,
    FairId,
    JobPosting,
    Jobseeker,
    JobseekerId,
    PostingId,
    RecruitmentFair,
)
from data.store import tables
from data.store.codec import (
    Codec,
    assessment_codec,
    digest_of,
    employer_codec,
    fair_codec,
    jobseeker_codec,
    lead_event_codec,
    posting_codec,
)
from data.store.connection import Transactions, migrate, open_engine
from data.store.errors import StoreError
from data.store.rows import CHUNK, Key, digests, is_key, shift_version
from data.store.vault import IdentityVault

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Landed:
    """What an upsert did: rows that are new, changed, and the same as before."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """One line of the import log: when, which file, what kind, how many; never a cell's value."""

    at: datetime
    file_name: str
    kind: str
    counts: Mapping[str, int]
    vocabulary_version: str


class Store:
    """The office's records. Open it with `Store.open`, close it, or use it in a `with` block.

    >>> with Store.open(":memory:") as store:
    ...     _ = store.upsert_employers([Employer(EmployerId("E1"), "某单位")])
    ...     store.counts()["employers"]
    1
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._transactions = Transactions(engine)
        self.identities = IdentityVault(self._transactions)

    @classmethod
    def open(cls, url_or_path: str | os.PathLike[str]) -> Store:
        """Open or create a store and bring its schema up to date.

        A path is a SQLite file (created with mode 0600); a URL may name any SQL database.
        Raises StoreError when the place cannot be used or a newer program wrote the file.
        """
        engine = open_engine(url_or_path)
        try:
            migrate(engine)
        except DatabaseError as error:
            engine.dispose()
            raise StoreError("数据库打不开：文件不是本程序的数据库，或正被占用。") from error
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside lands together, or not at all."""
        with self._transactions.writing():
            yield

    # -- jobseekers ------------------------------------------------------------------------

    def upsert_jobseekers(self, people: Iterable[Jobseeker]) -> Landed:
        codec = jobseeker_codec()
        return self._upsert(tables.jobseekers, people, codec, lambda p: {"id": p.id})

    def jobseeker(self, jobseeker_id: JobseekerId) -> Jobseeker | None:
        """The person as the matcher may know them, assessments merged in."""
        found = self._get(tables.jobseekers, jobseeker_codec(), jobseeker_id)
        return with_assessments(found, self.assessments(jobseeker_id)) if found else None

    def jobseekers(self) -> tuple[Jobseeker, ...]:
        """Everybody by id, assessments merged into their capabilities."""
        by_person: dict[JobseekerId, list[Assessment]] = {}
        for assessment in self.assessments():
            by_person.setdefault(assessment.jobseeker_id, []).append(assessment)
        people = self._all(tables.jobseekers, jobseeker_codec())
        return tuple(with_assessments(p, by_person.get(p.id, ())) for p in people)

    def some_jobseekers(self, ids: Iterable[JobseekerId]) -> tuple[Jobseeker, ...]:
        """Those of these people who are there, by id, assessments merged: for work that goes
        through a city's people without holding them all."""
        wanted = list(ids)
        codec, table = jobseeker_codec(), tables.jobseekers
        people: list[tuple[Any, ...]] = []
        by_person: dict[JobseekerId, list[Assessment]] = {}
        with self._transactions.reading() as connection:
            for start in range(0, len(wanted), CHUNK):
                some = wanted[start : start + CHUNK]
                query = select(*(table.c[name] for name in codec.columns)).where(
                    table.c.id.in_(some)
                )
                people += [tuple(row) for row in connection.execute(query)]
                theirs = select(tables.assessments.c.payload).where(
                    tables.assessments.c.jobseeker_id.in_(some)
                )
                found = [tuple(row) for row in connection.execute(theirs)]
                for assessment in assessment_codec().load_many(found):
                    by_person.setdefault(assessment.jobseeker_id, []).append(assessment)
        for assessments in by_person.values():
            assessments.sort(key=lambda a: (a.jobseeker_id, a.dated, a.instrument))
        loaded = sorted(codec.load_many(people), key=lambda p: p.id)
        return tuple(with_assessments(p, by_person.get(p.id, ())) for p in loaded)

    def jobseeker_ids(self) -> frozenset[JobseekerId]:
        with self._transactions.reading() as connection:
            return frozenset(
                JobseekerId(i) for i in connection.scalars(select(tables.jobseekers.c.id))
            )

    def delete_jobseekers(self, ids: Iterable[JobseekerId]) -> int:
        """Forget people altogether: identity, assessments and what became of leads go, too."""
        wanted = list(ids)
        with self._transactions.writing() as connection:
            mine = [a for a in self.assessments() if a.jobseeker_id in set(wanted)]
            self._delete(connection, tables.assessments, [_assessment_key(a) for a in mine])
            told = [e for e in self.lead_events() if e.jobseeker_id in set(wanted)]
            self._delete(connection, tables.lead_events, [_event_key(e) for e in told])
            return self._delete(connection, tables.jobseekers, [(i,) for i in wanted])

    def jobseekers_version(self) -> str:
        """Changes whenever a jobseeker or an assessment does; equal content, equal version."""
        return self._version("jobseekers", "assessments")

    # -- assessments -----------------------------------------------------------------------

    def upsert_assessments(self, assessments: Iterable[Assessment]) -> Landed:
        return self._upsert(
            tables.assessments,
            assessments,
            assessment_codec(),
            lambda a: {
                "jobseeker_id": a.jobseeker_id,
                "instrument": a.instrument,
                "dated": a.dated,
            },
        )

    def assessments(self, jobseeker_id: JobseekerId | None = None) -> tuple[Assessment, ...]:
        """All assessments (of one person), by person, day and instrument."""
        query = select(tables.assessments.c.payload)
        if jobseeker_id is not None:
            query = query.where(tables.assessments.c.jobseeker_id == jobseeker_id)
        with self._transactions.reading() as connection:
            found = assessment_codec().load_many([tuple(row) for row in connection.execute(query)])
        return tuple(sorted(found, key=lambda a: (a.jobseeker_id, a.dated, a.instrument)))

    def delete_assessments(self, assessments: Iterable[Assessment]) -> int:
        with self._transactions.writing() as connection:
            keys = [_assessment_key(a) for a in assessments]
            return self._delete(connection, tables.assessments, keys)

    # -- what became of leads --------------------------------------------------------------

    def upsert_lead_events(self, events: Iterable[LeadEvent]) -> Landed:
        """Steps of leads, of people who are in the store."""
        return self._upsert(
            tables.lead_events,
            events,
            lead_event_codec(),
            lambda e: dict(zip(_EVENT_KEY, _event_key(e), strict=True)),
        )

    def lead_events(self) -> tuple[LeadEvent, ...]:
        """All steps of all leads, by person, posting, day and step."""
        query = select(tables.lead_events.c.payload)
        with self._transactions.reading() as connection:
            found = lead_event_codec().load_many([tuple(row) for row in connection.execute(query)])
        order = list(LeadStep)
        return tuple(
            sorted(
                found,
                key=lambda e: (e.jobseeker_id, e.posting_id, e.dated, order.index(e.step)),
            )
        )

    # -- employers, postings, fairs ----------------------------------------------------------

    def upsert_employers(self, employers: Iterable[Employer]) -> Landed:
        return self._upsert(tables.employers, employers, employer_codec(), lambda e: {"id": e.id})

    def employer(self, employer_id: EmployerId) -> Employer | None:
        return self._get(tables.employers, employer_codec(), employer_id)

    def employers(self) -> tuple[Employer, ...]:
        return self._all(tables.employers, employer_codec())

    def delete_employers(self, ids: Iterable[EmployerId]) -> int:
        """Employers with postings cannot go: delete the postings first."""
        with self._transactions.writing() as connection:
            return self._delete(connection, tables.employers, [(i,) for i in ids])

    def upsert_postings(self, postings: Iterable[JobPosting]) -> Landed:
        """Postings whose employer is in the store (or that name none)."""
        return self._upsert(
            tables.postings,
            postings,
            posting_codec(),
            lambda p: {
                "id": p.id,
                "employer_id": p.employer_id,
                "district": p.district,
                "track": str(p.track),
                "family": p.family,
                "published": p.published,
                "valid_until": p.valid_until,
            },
        )

    def posting(self, posting_id: PostingId) -> JobPosting | None:
        return self._get(tables.postings, posting_codec(), posting_id)

    def postings(self, *, open_on: date | None = None) -> tuple[JobPosting, ...]:
        """All postings by id, or only those to which a person may be sent on a day."""
        found = self._all(tables.postings, posting_codec())
        return found if open_on is None else tuple(p for p in found if p.is_open(open_on))

    def posting_ids(self) -> frozenset[PostingId]:
        with self._transactions.reading() as connection:
            return frozenset(PostingId(i) for i in connection.scalars(select(tables.postings.c.id)))

    def delete_postings(self, ids: Iterable[PostingId]) -> int:
        with self._transactions.writing() as connection:
            return self._delete(connection, tables.postings, [(i,) for i in ids])

    def postings_version(self) -> str:
        """Changes whenever a posting does; equal content gives an equal version."""
        return self._version("postings")

    def upsert_fairs(self, fairs: Iterable[RecruitmentFair]) -> Landed:
        return self._upsert(
            tables.fairs, fairs, fair_codec(), lambda f: {"id": f.id, "held_on": f.held_on}
        )

    def fair(self, fair_id: FairId) -> RecruitmentFair | None:
        return self._get(tables.fairs, fair_codec(), fair_id)

    def fairs(self) -> tuple[RecruitmentFair, ...]:
        return self._all(tables.fairs, fair_codec())

    def delete_fairs(self, ids: Iterable[FairId]) -> int:
        with self._transactions.writing() as connection:
            return self._delete(connection, tables.fairs, [(i,) for i in ids])

    # -- the log, and counting ---------------------------------------------------------------

    def log_import(
        self, *, file_name: str, kind: str, counts: Mapping[str, int], vocabulary_version: str
    ) -> None:
        with self._transactions.writing() as connection:
            connection.execute(
                insert(tables.imports).values(
                    at=datetime.now(UTC).replace(tzinfo=None),
                    file_name=file_name[-300:],
                    kind=kind,
                    counts=json.dumps(dict(counts), ensure_ascii=False, sort_keys=True),
                    vocabulary_version=vocabulary_version,
                )
            )

    def imports(self) -> tuple[ImportEntry, ...]:
        """The import log, oldest first; times are UTC."""
        t = tables.imports.c
        query = select(t.at, t.file_name, t.kind, t.counts, t.vocabulary_version).order_by(t.id)
        with self._transactions.reading() as connection:
            return tuple(
                ImportEntry(at.replace(tzinfo=UTC), name, kind, json.loads(counts), version)
                for at, name, kind, counts, version in connection.execute(query)
            )

    def counts(self) -> Mapping[str, int]:
        """How many rows each table holds."""
        names = (
            "jobseekers", "identities", "employers", "postings", "fairs", "assessments",
            "lead_events",
        )  # fmt: skip
        with self._transactions.reading() as connection:
            return {
                name: connection.scalar(
                    select(func.count()).select_from(tables.metadata.tables[name])
                )
                or 0
                for name in names
            }

    # -- how it is done ----------------------------------------------------------------------

    def _get(self, table: Table, codec: Codec[Record], key: str) -> Record | None:
        with self._transactions.reading() as connection:
            query = select(*(table.c[name] for name in codec.columns)).where(table.c.id == key)
            row = connection.execute(query).first()
        return None if row is None else codec.load(tuple(row))

    def _all(self, table: Table, codec: Codec[Record]) -> tuple[Record, ...]:
        """Sorted here, because databases disagree on the order of Chinese text."""
        with self._transactions.reading() as connection:
            query = select(table.c.id, *(table.c[name] for name in codec.columns))
            rows = sorted(connection.execute(query), key=lambda row: str(row[0]))
        return codec.load_many([tuple(row[1:]) for row in rows])

    def _upsert(
        self,
        table: Table,
        records: Iterable[Record],
        codec: Codec[Record],
        columns: Callable[[Record], dict[str, Any]],
    ) -> Landed:
        names = [c.name for c in table.primary_key]
        rows: dict[Key, dict[str, Any]] = {}
        for record in records:
            row = columns(record)
            parts = codec.parts(record)
            row.update(zip(codec.columns, parts, strict=True))
            row["digest"] = digest_of(parts)
            key = tuple(row[n] for n in names)
            if key in rows and rows[key]["digest"] != row["digest"]:
                raise ValueError(f"{table.name}: two different records have one key")
            rows[key] = row
        if not rows:
            return Landed()
        with self._transactions.writing() as connection:
            before = digests(connection, table, list(rows))
            new = [row for key, row in rows.items() if key not in before]
            changed = [
                (key, row)
                for key, row in rows.items()
                if key in before and before[key] != row["digest"]
            ]
            if new:
                connection.execute(insert(table), new)
            for key, row in changed:
                connection.execute(update(table).where(is_key(table, key)).values(**row))
            shift_version(
                connection,
                table.name,
                minus=[before[key] for key, _ in changed],
                plus=[row["digest"] for row in (*new, *(row for _, row in changed))],
            )
        return Landed(len(new), len(changed), len(rows) - len(new) - len(changed))

    def _delete(self, connection: Connection, table: Table, keys: Sequence[Key]) -> int:
        gone = digests(connection, table, keys)
        for key in gone:
            connection.execute(delete(table).where(is_key(table, key)))
        shift_version(connection, table.name, minus=list(gone.values()), plus=[])
        return len(gone)

    def _version(self, *names: str) -> str:
        t = tables.content_versions.c
        with self._transactions.reading() as connection:
            found = connection.execute(select(t.name, t.digest_sum).where(t.name.in_(names)))
            sums = {name: total for name, total in found}  # noqa: C416 - rows, not pairs
        zero = f"{0:064x}"
        joined = ":".join(sums.get(name, zero) for name in names)
        return hashlib.sha256(joined.encode()).hexdigest()[:16]


def with_assessments(person: Jobseeker, assessments: Iterable[Assessment]) -> Jobseeker:
    """The person with what their assessments found, each finding dated and named by its source."""
    found = [
        Capability(f.facet, f.interval, CapabilitySource.ASSESSED, a.dated, a.instrument)
        for a in assessments
        for f in a.findings
    ]
    fresh = tuple(c for c in found if c not in person.capabilities)
    return replace(person, capabilities=(*person.capabilities, *fresh)) if fresh else person


def _assessment_key(assessment: Assessment) -> Key:
    return (assessment.jobseeker_id, assessment.instrument, assessment.dated)


_EVENT_KEY = ("jobseeker_id", "posting_id", "step", "dated")


def _event_key(event: LeadEvent) -> Key:
    return (event.jobseeker_id, event.posting_id, str(event.step), event.dated)
