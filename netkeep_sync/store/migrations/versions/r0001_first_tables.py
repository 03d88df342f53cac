"""The first tables.

A revision says what the tables were then; it never imports what they are now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True)),
        sa.Column("lease_until_at", sa.DateTime(timezone=True)),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("feed_generation", sa.Integer(), nullable=False),
        sa.Column("good_text", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_roster"),
        sa.UniqueConstraint("key", name="uq_roster_key"),
    )
    op.create_table(
        "series",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("cadence_unit", sa.Text(), nullable=False),
        sa.Column("cadence_count", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("local_time", sa.Time(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("rule_interval", sa.Integer(), nullable=False),
        sa.Column("rule_weekday", sa.Integer(), nullable=False),
        sa.Column("rule_nth", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("clock_on", sa.Date()),
        sa.Column("until_on", sa.Date()),
        sa.PrimaryKeyConstraint("roster_id", "uid", name="pk_series"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_series_roster"),
        sa.UniqueConstraint(
            "roster_id", "contact", "generation", name="uq_series_roster_id_contact_generation"
        ),
    )
    op.create_table(
        "slot_exception",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("slot_on", sa.Date(), nullable=False),
        sa.Column("local_start", sa.DateTime()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("roster_id", "uid", "slot_on", name="pk_slot_exception"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_slot_exception_roster"),
        sa.ForeignKeyConstraint(
            ["roster_id", "uid"],
            ["series.roster_id", "series.uid"],
            name="fk_slot_exception_series",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text()),
        sa.Column("slot_on", sa.Date()),
        sa.Column("held_on", sa.Date()),
        sa.Column("until_on", sa.Date()),
        sa.Column("is_presumed", sa.Boolean()),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_fact"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_fact_roster"),
    )
    op.create_index("ix_fact_roster_id_id", "fact", ["roster_id", "id"])
    op.create_table(
        "baseline",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("roster_id", "target", "uid", name="pk_baseline"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_baseline_roster"),
    )
    op.create_table(
        "publication",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("roster_id", "target", name="pk_publication"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_publication_roster"),
    )
    op.create_table(
        "pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pass"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_pass_roster"),
    )
    op.create_index("ix_pass_roster_id_id", "pass", ["roster_id", "id"])
