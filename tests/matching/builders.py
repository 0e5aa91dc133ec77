"""Short ways to say a person and a posting in a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.clauses import parse_clauses, parse_interval
from data.records import (
    Capability,
    CapabilitySource,
    Category,
    Certificate,
    DemandSource,
    FacetId,
    JobPosting,
    Jobseeker,
    JobseekerId,
    PostingId,
    ProvisionKey,
    ProvisionState,
)
from data.vocabulary import load_vocabulary

TODAY = date(2026, 11, 24)
VOCABULARY = load_vocabulary()


def person(
    levels: Mapping[Any, Any] | None = None,
    *categories: Category,
    id: str = "p1",
    source: CapabilitySource = CapabilitySource.ASSESSED,
    **fields: Any,
) -> Jobseeker:
    capabilities = tuple(
        Capability(FacetId(f), parse_interval(v, f), source) for f, v in (levels or {}).items()
    )
    return Jobseeker(JobseekerId(id), Certificate(categories), capabilities, **fields)


def posting(
    demands: list[dict[str, Any]] | None = None,
    workplace: dict[str, str] | None = None,
    id: str = "j1",
    title: str = "岗位",
    **fields: Any,
) -> JobPosting:
    source = DemandSource.MISSING if demands is None else DemandSource.CONFIRMED
    return JobPosting(
        PostingId(id),
        title,
        demands=None if demands is None else parse_clauses(demands),
        demands_source=source,
        provisions={ProvisionKey(k): ProvisionState(v) for k, v in (workplace or {}).items()},
        **fields,
    )
