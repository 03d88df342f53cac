"""Feeds beside the default one, and when each was last fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("show", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("milestones", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("roster_id", "name", name="pk_feed"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_feed_roster"),
    )
    op.create_table(
        "fetch",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("roster_id", "feed", name="pk_fetch"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_fetch_roster"),
    )
