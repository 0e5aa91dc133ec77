"""A row of the assessments' sheet becomes one dated assessment."""

from __future__ import annotations

from data.importing.people import read_id
from data.importing.rows import Row
from data.records import Assessment, Capability, CapabilitySource, JobseekerId
from data.templates.cells import read_interval
from data.templates.columns import FACET_PREFIX
from data.templates.dates import read_date
from data.vocabulary.tables import Vocabulary


class FindingsReader:
    """Reads rows of the sheet 职业能力评估."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._facets = tuple(vocabulary.facets)

    def read(self, row: Row) -> Assessment | None:
        """The assessment, or None where the row is bad."""
        jobseeker_id = JobseekerId(read_id(row))
        instrument = row.required("instrument")
        if not row.text("dated"):
            row.report("REQUIRED", "dated")
        dated = row.read("dated", read_date)
        levels = [(f, row.read(f"{FACET_PREFIX}{f}", read_interval)) for f in self._facets]
        if not row.bad and all(interval is None for _, interval in levels):
            row.report("NO_FINDINGS")
        if row.bad or dated is None:
            return None
        source = CapabilitySource.ASSESSED
        findings = tuple(
            Capability(facet, interval, source, dated, instrument)
            for facet, interval in levels
            if interval is not None
        )
        return Assessment(jobseeker_id, instrument, dated, findings)
