"""The generation of the links in entries."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roster", sa.Column("link_generation", sa.Integer(), server_default="1", nullable=False))
