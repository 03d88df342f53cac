"""Database URLs: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`.

Read here without SQLAlchemy, whose import takes longer than a whole `plan` on a machine that holds no
state yet. As everywhere, `sqlite:///a.db` lies in the working folder and `sqlite:////a.db` at the root.
"""

from __future__ import annotations

from pathlib import Path

from netkeep_sync.errors import StoreError

__all__ = ["exists", "sqlite_path"]


def sqlite_path(url: str) -> Path | None:
    """Return the file of an SQLite database, None for a PostgreSQL server.

    Raises StoreError for every other URL. That includes `sqlite://`, a database in memory: a program
    that forgot everything between passes would double what it wrote.
    """
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and rest:
        return None
    if scheme == "sqlite" and rest.startswith("/") and rest not in {"/", "/:memory:"}:
        return Path(rest[1:]).expanduser()
    # Only the scheme is repeated: the rest may hold a password.
    raise StoreError(
        f'the database URL that starts with "{scheme}:" is none that can be used; '
        "write sqlite:///FILE or postgresql://USER@HOST/NAME"
    )


def exists(url: str) -> bool:
    """Tell whether there may be state: the SQLite file is there, or it is for a server to say."""
    path = sqlite_path(url)
    return path is None or path.exists()
