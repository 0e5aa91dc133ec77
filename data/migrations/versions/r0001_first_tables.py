"""First tables: people, identities apart from them, employers, postings, fairs, assessments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

PEOPLE = "jobseekers.id"


def _payload() -> list[sa.Column[object]]:
    return [
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
    ]


def _person_key(table: str) -> sa.Column[str]:
    foreign = sa.ForeignKey(PEOPLE, name=f"fk_{table}_jobseeker_id", ondelete="CASCADE")
    return sa.Column("jobseeker_id", sa.String(120), foreign, primary_key=True)


def upgrade() -> None:
    op.create_table("jobseekers", sa.Column("id", sa.String(120), primary_key=True), *_payload())
    op.create_table(
        "identities",
        _person_key("identities"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table("employers", sa.Column("id", sa.String(120), primary_key=True), *_payload())
    op.create_table(
        "postings",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column(
            "employer_id",
            sa.String(120),
            sa.ForeignKey("employers.id", name="fk_postings_employer_id"),
        ),
        sa.Column("district", sa.String(12)),
        sa.Column("track", sa.String(30), nullable=False),
        sa.Column("family", sa.String(30)),
        sa.Column("published", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("demands", sa.Text),
        *_payload(),
    )
    for column in ("employer_id", "district", "family", "valid_until"):
        op.create_index(f"ix_postings_{column}", "postings", [column])
    op.create_table(
        "fairs",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("held_on", sa.Date, nullable=False),
        *_payload(),
    )
    op.create_table(
        "assessments",
        _person_key("assessments"),
        sa.Column("instrument", sa.String(200), primary_key=True),
        sa.Column("dated", sa.Date, primary_key=True),
        *_payload(),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("file_name", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("vocabulary_version", sa.String(64), nullable=False),
    )
    op.create_index("ix_imports_at", "imports", ["at"])
    op.create_table(
        "content_versions",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("digest_sum", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    for table in (
        "content_versions", "imports", "assessments", "fairs", "postings", "employers",
        "identities", "jobseekers",
    ):  # fmt: skip
        op.drop_table(table)
