"""What became of leads: shown, interested, declined, interviewed, hired, stayed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    person = sa.ForeignKey("jobseekers.id", name="fk_lead_events_jobseeker_id", ondelete="CASCADE")
    op.create_table(
        "lead_events",
        sa.Column("jobseeker_id", sa.String(120), person, primary_key=True),
        sa.Column("posting_id", sa.String(120), primary_key=True),
        sa.Column("step", sa.String(20), primary_key=True),
        sa.Column("dated", sa.Date, primary_key=True),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
    )
