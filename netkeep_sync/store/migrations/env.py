"""Alembic's entry: runs the revisions over the connection that `schema.py` hands it.

The caller has begun the transaction and commits it, so a migration happens whole or not at all, on SQLite
too. There is no alembic.ini; to try Alembic's own commands, make a Config as `schema.py` does.
"""

from alembic import context

from netkeep_sync.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can alter next to nothing in place
)
context.run_migrations()
