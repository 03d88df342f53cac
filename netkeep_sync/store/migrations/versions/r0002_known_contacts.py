"""Who is known by which key, where a check-in of a trip takes place, and what is planned anew."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("roster_id", "key", name="pk_contact"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_contact_roster"),
    )
    op.add_column("series", sa.Column("city", sa.Text(), server_default="", nullable=False))
    op.add_column("fact", sa.Column("from_on", sa.Date()))
    op.add_column("fact", sa.Column("generation", sa.Integer()))
