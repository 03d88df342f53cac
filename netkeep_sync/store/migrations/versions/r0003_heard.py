"""What a calendar was heard to say, how far it has been listened to, and what the last edit changed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fact", sa.Column("start_at", sa.DateTime(timezone=True)))
    op.add_column("fact", sa.Column("timezone", sa.Text()))
    op.add_column("fact", sa.Column("rrule", sa.Text()))
    op.add_column("fact", sa.Column("cadence", sa.Text()))
    op.create_table(
        "cursor",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("roster_id", "target", name="pk_cursor"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_cursor_roster"),
    )
    op.create_table(
        "undo",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("text_before", sa.Text(), nullable=False),
        sa.Column("text_after", sa.Text(), nullable=False),
        sa.Column("series_before", sa.Text(), nullable=False),
        sa.Column("uids_made", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("roster_id", name="pk_undo"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_undo_roster"),
    )
