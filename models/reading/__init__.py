"""Reading demands from a posting's words: what the text states or forces, with its evidence.

`read_posting` reads; `to_clauses` turns a reading into the clauses that the matcher judges.
"""

from models.reading.clauses import to_clauses
from models.reading.cues import CueTableError, load_tables
from models.reading.nouns import (
    Concern,
    DemandKind,
    Denial,
    Quarantined,
    ReadDemand,
    Reading,
    ReadProvision,
    Span,
    Where,
)
from models.reading.reader import SAFETY_FACETS, read_posting, version

__all__ = [
    "SAFETY_FACETS",
    "Concern",
    "CueTableError",
    "DemandKind",
    "Denial",
    "Quarantined",
    "ReadDemand",
    "ReadProvision",
    "Reading",
    "Span",
    "Where",
    "load_tables",
    "read_posting",
    "to_clauses",
    "version",
]
