"""Records to JSON and back. Equal records give equal bytes, so a digest speaks for the content."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from data.leads import LeadEvent
from data.records import (
    Assessment,
    Clause,
    DemandSource,
    Employer,
    Identity,
    JobPosting,
    Jobseeker,
    RecruitmentFair,
)

Record = TypeVar("Record")
Parts = tuple[str | None, ...]


class Codec(Generic[Record]):
    """Reads and writes one kind of record.

    >>> from data.records import EmployerId
    >>> codec = employer_codec()
    >>> codec.load(codec.parts(Employer(EmployerId("E1"), "某单位"))).name
    '某单位'
    """

    columns: tuple[str, ...] = ("payload",)

    def __init__(self, cls: type[Record]) -> None:
        self._one: TypeAdapter[Record] = TypeAdapter(cls)
        self._many: TypeAdapter[tuple[Record, ...]] = TypeAdapter(tuple[cls, ...])  # type: ignore[valid-type]

    def parts(self, record: Record) -> Parts:
        """The texts to store, one per name in `columns`."""
        return (self._one.dump_json(record).decode(),)

    def load(self, parts: Parts) -> Record:
        return self.load_many([parts])[0]

    def load_many(self, rows: Sequence[Parts]) -> tuple[Record, ...]:
        """One pass of the JSON parser over all rows: about twice as fast as row by row."""
        with paused_collector():
            return self._many.validate_json(f"[{','.join(str(row[0]) for row in rows)}]")


class PostingCodec(Codec[JobPosting]):
    """Demands stand in a column of their own: thousands of postings share a few texts of them.

    Every distinct text is read once and the postings share the one value that it gives, which is
    several times faster and smaller than reading it again for every posting.
    """

    columns = ("payload", "demands")

    def __init__(self) -> None:
        super().__init__(JobPosting)
        self._demands: TypeAdapter[tuple[DemandSource, tuple[Clause, ...]]] = TypeAdapter(
            tuple[DemandSource, tuple[Clause, ...]]
        )

    def parts(self, record: JobPosting) -> Parts:
        keys = list(record.provisions)
        if keys != sorted(keys):
            record = replace(record, provisions=dict(sorted(record.provisions.items())))
        body = self._one.dump_json(record, exclude={"demands", "demands_source"}).decode()
        if record.demands is None:
            return (body, None)
        stated = self._demands.dump_json((record.demands_source, record.demands))
        return (body, stated.decode())

    def load_many(self, rows: Sequence[Parts]) -> tuple[JobPosting, ...]:
        postings = super().load_many(rows)
        shared: dict[str, tuple[DemandSource, tuple[Clause, ...]]] = {}
        with paused_collector():
            for posting, (_, text) in zip(postings, rows, strict=True):
                if text is None:
                    continue
                if text not in shared:
                    shared[text] = self._demands.validate_json(text)
                # The record is just read and nobody else holds it: it is still being built.
                object.__setattr__(posting, "demands_source", shared[text][0])
                object.__setattr__(posting, "demands", shared[text][1])
        return postings


@contextmanager
def paused_collector() -> Iterator[None]:
    """Records hold no cycles: the collector would spend half of a big load looking for some."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def digest_of(parts: Parts) -> bytes:
    return hashlib.sha256("\0".join(part or "" for part in parts).encode()).digest()


@cache
def jobseeker_codec() -> Codec[Jobseeker]:
    return Codec(Jobseeker)


@cache
def posting_codec() -> PostingCodec:
    return PostingCodec()


@cache
def employer_codec() -> Codec[Employer]:
    return Codec(Employer)


@cache
def fair_codec() -> Codec[RecruitmentFair]:
    return Codec(RecruitmentFair)


@cache
def assessment_codec() -> Codec[Assessment]:
    return Codec(Assessment)


@cache
def lead_event_codec() -> Codec[LeadEvent]:
    return Codec(LeadEvent)


@cache
def identity_codec() -> Codec[Identity]:
    return Codec(Identity)
