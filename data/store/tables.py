"""The tables of the store.

A record travels as one JSON payload; the columns beside it exist only to be searched. `digest` is
the SHA-256 of the payload, from which the content version of a table is summed. Identities stand
alone: no table that matching reads holds a name, a number, a sex or a date of birth.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

DIGEST_BYTES = 32


def _payload() -> tuple[Column[str], Column[bytes]]:
    return (
        Column("payload", Text, nullable=False),
        Column("digest", LargeBinary(DIGEST_BYTES), nullable=False),
    )


jobseekers = Table(
    "jobseekers", metadata,
    Column("id", String(120), primary_key=True),
    *_payload(),
)  # fmt: skip

identities = Table(
    "identities", metadata,
    Column(
        "jobseeker_id", String(120), ForeignKey("jobseekers.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("sealed", LargeBinary, nullable=False),
)  # fmt: skip

employers = Table(
    "employers", metadata,
    Column("id", String(120), primary_key=True),
    *_payload(),
)  # fmt: skip

postings = Table(
    "postings", metadata,
    Column("id", String(120), primary_key=True),
    Column("employer_id", String(120), ForeignKey("employers.id"), index=True),
    Column("district", String(12), index=True),
    Column("track", String(30), nullable=False),
    Column("family", String(30), index=True),
    Column("published", Date),
    Column("valid_until", Date, index=True),
    Column("demands", Text),
    *_payload(),
)  # fmt: skip

fairs = Table(
    "fairs", metadata,
    Column("id", String(120), primary_key=True),
    Column("held_on", Date, nullable=False),
    *_payload(),
)  # fmt: skip

assessments = Table(
    "assessments", metadata,
    Column(
        "jobseeker_id", String(120), ForeignKey("jobseekers.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("instrument", String(200), primary_key=True),
    Column("dated", Date, primary_key=True),
    *_payload(),
)  # fmt: skip

lead_events = Table(
    "lead_events", metadata,
    Column(
        "jobseeker_id", String(120), ForeignKey("jobseekers.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("posting_id", String(120), primary_key=True),
    Column("step", String(20), primary_key=True),
    Column("dated", Date, primary_key=True),
    *_payload(),
)  # fmt: skip
"""What became of leads. No key to postings: what was shown stays true when a posting is gone."""

imports = Table(
    "imports", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False),
    Column("file_name", String(300), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("counts", Text, nullable=False),
    Column("vocabulary_version", String(64), nullable=False),
)  # fmt: skip

content_versions = Table(
    "content_versions", metadata,
    Column("name", String(60), primary_key=True),
    Column("digest_sum", String(64), nullable=False),
)  # fmt: skip

Index("ix_imports_at", imports.c.at)
