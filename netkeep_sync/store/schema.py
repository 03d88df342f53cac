"""The schema of a database: is it ours, is it of today, and how it gets there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from netkeep_sync.errors import StoreError
from netkeep_sync.store.tables import HEAD

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from netkeep_sync.store.database import Database

__all__ = ["ensure_schema"]

_LOCK = 0x6E65746B656570  # "netkeep"; any number will do that no other program takes


def ensure_schema(database: Database) -> None:
    """Bring the schema up to date. Raises StoreError for one that is newer than this program."""
    with database.reading() as connection:
        if _revision(connection) == HEAD:
            return
    with database.writing() as connection:
        # Of several processes that start at once, one migrates and the others find it done. On SQLite
        # the transaction alone sees to that.
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        revision = _revision(connection)
        if revision is None:
            _refuse_strangers(connection, database.name)
        if revision != HEAD:
            _upgrade(connection, database.name, revision=revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _refuse_strangers(connection: Connection, name: str) -> None:
    """Refuse an SQLite file that another program made; servers are often shared by several."""
    if connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
        raise StoreError(f"the database {name} belongs to another program; name another file")


def _upgrade(connection: Connection, name: str, *, revision: str | None) -> None:
    # Imported here, for it takes longer than a whole pass that has nothing to migrate.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "netkeep_sync.store:migrations")
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError(
            f"the database {name} was written by a newer netkeep-sync (schema {revision}, this one knows "
            f"{HEAD}); bring your clone of it up to date"
        )
    command.upgrade(config, HEAD)
