"""The tables: one schema for SQLite and PostgreSQL.

Every table but `roster` names its roster, first in its key, and so does every query. Times are `*_at`, in
UTC; `local_*` is wall clock in the zone beside it; `*_on` is a day. A column holds what the field of the
same name holds in the record that its table is named after; `rows.py` goes between the two.

Who changes a table adds a revision in `migrations/versions` and makes it the HEAD.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

__all__ = [
    "HEAD",
    "UtcDateTime",
    "baseline",
    "contact",
    "cursor",
    "fact",
    "feed",
    "fetch",
    "metadata",
    "passes",
    "publication",
    "roster",
    "series",
    "slot_exception",
    "undo",
]

HEAD = "0005"
"""The newest revision. Said here too, so that opening a database need not import Alembic (300 ms)."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware going in, in UTC coming out.

    PostgreSQL keeps the instant, SQLite a wall clock without a zone, which is UTC's.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn to UTC. Raises ValueError for a naive time: nobody knows which instant that is."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return what was stored, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Only what has a name can be changed by a later migration.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _roster_id(*, is_key: bool = True) -> Column[int]:
    return Column("roster_id", ForeignKey("roster.id"), primary_key=is_key, nullable=False)


# One row a roster, and with it the truth about when its next pass is due and who may run it.
# `source` is the path of the roster's file, `good_text` that file as of the last complete pass.
roster = Table(
    "roster",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("next_due_at", UtcDateTime),
    Column("lease_until_at", UtcDateTime),
    Column("epoch", Integer, nullable=False),
    Column("feed_generation", Integer, nullable=False),
    Column("link_generation", Integer, server_default="1", nullable=False),
    Column("good_text", Text),
    UniqueConstraint("key"),
)

# Everybody the roster has ever named, as it named them last: the record is `Known`.
contact = Table(
    "contact",
    metadata,
    _roster_id(),
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
)

# The rule's unit is the cadence's.
series = Table(
    "series",
    metadata,
    _roster_id(),
    Column("uid", Text, primary_key=True),
    Column("contact", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("summary", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("cadence_unit", Text, nullable=False),
    Column("cadence_count", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("local_time", Time, nullable=False),
    Column("first_on", Date, nullable=False),
    Column("rule_interval", Integer, nullable=False),
    Column("rule_weekday", Integer, nullable=False),
    Column("rule_nth", Integer),
    Column("reason", Text, nullable=False),
    Column("clock_on", Date),
    Column("city", Text, server_default="", nullable=False),
    Column("until_on", Date),
    UniqueConstraint("roster_id", "contact", "generation"),
)

# A moved occurrence has a `local_start`, a cancelled one has none.
slot_exception = Table(
    "slot_exception",
    metadata,
    _roster_id(),
    Column("uid", Text, primary_key=True),
    Column("slot_on", Date, primary_key=True),
    Column("local_start", DateTime),
    Column("reason", Text, nullable=False),
    ForeignKeyConstraint(["roster_id", "uid"], ["series.roster_id", "series.uid"], ondelete="CASCADE"),
)

# A row fills the columns that its kind of fact has; the others stay empty. `rrule` is a rule and `cadence`
# a cadence in their own words. What was given, asked for or promised is a `note`, due on `until_on`.
fact = Table(
    "fact",
    metadata,
    Column("id", Integer, primary_key=True),
    _roster_id(is_key=False),
    Column("kind", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("uid", Text),
    Column("slot_on", Date),
    Column("held_on", Date),
    Column("from_on", Date),
    Column("until_on", Date),
    Column("generation", Integer),
    Column("is_presumed", Boolean),
    Column("note", Text),
    Column("start_at", UtcDateTime),
    Column("timezone", Text),
    Column("rrule", Text),
    Column("cadence", Text),
    Index(None, "roster_id", "id"),
)

# No key to `series`: what a target holds may outlive what we know.
baseline = Table(
    "baseline",
    metadata,
    _roster_id(),
    Column("target", Text, primary_key=True),
    Column("uid", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("body", Text, nullable=False),
)

publication = Table(
    "publication",
    metadata,
    _roster_id(),
    Column("target", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    _roster_id(),
    Column("target", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("full_at", UtcDateTime, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False),
)

# The feeds but the default one. `categories` and `contacts` are JSON. A revoked feed stays for its
# generation: one that is added under its name later must not have its address.
feed = Table(
    "feed",
    metadata,
    _roster_id(),
    Column("name", Text, primary_key=True),
    Column("show", Text, nullable=False),
    Column("categories", Text, nullable=False),
    Column("contacts", Text, nullable=False),
    Column("milestones", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("is_revoked", Boolean, nullable=False),
)

# Apart from `feed`, for the default feed is fetched too, and so that who notes this overwrites nothing else.
fetch = Table(
    "fetch",
    metadata,
    _roster_id(),
    Column("feed", Text, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("fetched_by", Text, nullable=False),
)

# What the last pass from an edited file changed: one row a roster. `series_before` is JSON, `uids_made` are
# words.
undo = Table(
    "undo",
    metadata,
    _roster_id(),
    Column("text_before", Text, nullable=False),
    Column("text_after", Text, nullable=False),
    Column("series_before", Text, nullable=False),
    Column("uids_made", Text, nullable=False),
)

# The journal. `pass` is a word of Python's, so only the table has that name.
passes = Table(
    "pass",
    metadata,
    Column("id", Integer, primary_key=True),
    _roster_id(is_key=False),
    Column("finished_at", UtcDateTime, nullable=False),
    Column("created", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Index(None, "roster_id", "id"),
)
