"""The database: one SQLite file, or a schema on a PostgreSQL server.

It gives out transactions that happen whole or not at all, and is the only place that meets the failures
of SQLAlchemy and its drivers; from here on they are StoreErrors in plain words.

SQLite runs in WAL mode with synchronous=FULL: WAL with NORMAL may lose the last commits when the power
goes. The driver stays in autocommit and we begin transactions ourselves, those that write with BEGIN
IMMEDIATE: two that had both begun by reading could not both go on to write, and one would fail at once
however long its busy timeout. On PostgreSQL nothing here lives longer than a transaction except harmless
settings, so a pooler between us and the server does no harm.
"""

from __future__ import annotations

import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from netkeep_sync.errors import StoreError, install_words
from netkeep_sync.store import tables
from netkeep_sync.store.schema import ensure_schema
from netkeep_sync.store.url import sqlite_path

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

__all__ = ["Database", "open_database", "open_server", "scratch_database"]

_PATIENCE_S = 30
"""How long one transaction waits for another."""

_POSTGRESQL_DEFAULTS = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""Parameters of libpq; those in the user's URL go first."""

_SQLITE_FAILURES = {
    "SQLITE_NOTADB": "is no SQLite database; name another file",
    "SQLITE_CANTOPEN": "can't be opened; it must be a file, in a folder that you may write to",
    "SQLITE_READONLY": "can't be written; make the file and its folder writable",
    "SQLITE_PERM": "can't be written; make the file and its folder writable",
    "SQLITE_FULL": "can't be written, the disk is full; make room and run this again",
    "SQLITE_BUSY": f"was locked by another program for {_PATIENCE_S} s; close that and run this again",
    "SQLITE_IOERR": "can't be read or written, the disk failed; look at the disk, then run this again",
    "SQLITE_CORRUPT": "is damaged; put a backup in its place",
}


class Database:
    """An open database. `name` is what messages call it; it holds no password.

    May be shared by threads. `close` it when done.
    """

    def __init__(self, engine: Engine, *, name: str) -> None:
        self.name = name
        self.engine = engine
        self._reader = self._writer = engine
        if engine.dialect.name == "sqlite":
            self._writer = engine.execution_options(begin="BEGIN IMMEDIATE")
        else:
            # All queries of one reading see the same moment, as they do on SQLite.
            self._reader = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one moment and changes nothing."""
        with self._in_plain_words(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is committed at the end, or rolled back by an exception."""
        with self._in_plain_words(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"the database {self.name} {_failure(error)}") from error
        except PoolTimeout as error:
            raise StoreError(f"the database {self.name} is too busy; run this again") from error
        except UnicodeEncodeError as error:
            raise StoreError(
                f"{error.object[: error.start]!r} goes on with what is no character, which no database "
                "can hold; write it again"
            ) from error


def _failure(error: DBAPIError) -> str:
    """Return what is wrong, and what to do about it where that is known."""
    # The lines below the first may hold the values of a row.
    return _known_failure(error.orig) or f"failed: {str(error.orig).partition(chr(10))[0]}"


def _known_failure(error: object) -> str:
    name = getattr(error, "sqlite_errorname", "")
    # SQLITE_READONLY_DIRECTORY is a kind of SQLITE_READONLY.
    return _SQLITE_FAILURES.get("_".join(name.split("_")[:2]), "")


def open_database(url: str) -> Database:
    """Open a database, make it first if it is an SQLite file, and bring its schema up to date."""
    path = sqlite_path(url)
    database = open_server(url) if path is None else _sqlite(path)
    try:
        ensure_schema(database)
    except BaseException:
        database.close()
        raise
    return database


def _sqlite(path: Path) -> Database:
    try:
        _make_private(path)
    except OSError as error:
        raise StoreError(
            f"the database {path} can't be made ({error.strerror}); "
            "make its folder writable, or name another file"
        ) from error
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": _PATIENCE_S, "isolation_level": None},
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, name=str(path))


def scratch_database(path: Path | None) -> Database:
    """Return a copy of an SQLite file in the memory of this process, an empty one where there is no file. The
    schema of the copy is of today.
    """
    engine = create_engine(
        "sqlite://",
        poolclass=StaticPool,  # each further connection would have a database of its own
        connect_args={"check_same_thread": False, "isolation_level": None},
    )
    event.listen(engine, "connect", _follow_foreign_keys)
    event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine, name=str(path or "in memory"))
    if path is None or not path.exists():
        tables.metadata.create_all(engine)
        return database
    try:
        _copy_sqlite(path, engine)
        ensure_schema(database)
    except BaseException:
        database.close()
        raise
    return database


def _copy_sqlite(path: Path, engine: Engine) -> None:
    import sqlite3  # noqa: PLC0415  with SQLAlchemy's own

    copy = engine.raw_connection()
    connection: Any = copy.driver_connection
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE_S)) as file:
            file.backup(connection)
    except sqlite3.Error as error:
        raise StoreError(f"the database {path} {_known_failure(error) or f'failed: {error}'}") from error
    finally:
        copy.close()


def _make_private(path: Path) -> None:
    """Make the file and the folders that are missing for its owner only, whatever the umask.

    Who wrote them with other modes meant it. An existing file is not even opened: on closing it, the
    system would drop every lock that SQLite holds on it in this process (POSIX, fcntl).
    """
    for folder in reversed(path.parents):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)


def _follow_foreign_keys(connection: sqlite3.Connection, _record: object) -> None:
    """Make a deleted series take its exceptions with it."""
    connection.execute("PRAGMA foreign_keys=ON")


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    _follow_foreign_keys(connection, _record)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL, which lasts; a file that is switched already is only read.

    Of several processes that do so at once one may be told "locked" without any wait, so we wait.
    """
    give_up_at = time.monotonic() + _PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except connection.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > give_up_at:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def open_server(url: str) -> Database:
    """Open a database on a PostgreSQL server, whatever its schema."""
    try:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "the database URL can't be read; write postgresql://USER@HOST/NAME, "
            "with %40 for an @ and %2F for a / in the password"
        ) from error
    defaults = {key: value for key, value in _POSTGRESQL_DEFAULTS.items() if key not in parsed.query}
    try:
        engine = create_engine(
            parsed,
            pool_pre_ping=True,  # a server that was restarted is no failure
            # Statements prepared in one connection of a pooler are unknown to the next.
            connect_args=defaults | {"prepare_threshold": None},
        )
    except ImportError as error:
        raise StoreError(
            f"PostgreSQL needs a driver that is not installed; {install_words('postgres')}"
        ) from error
    event.listen(engine, "connect", _set_up_postgresql)
    return Database(engine, name=f"{parsed.database} on {parsed.host or 'this machine'}")


def _set_up_postgresql(connection: Any, _record: object) -> None:
    """Limit every wait, so that a process that hangs blocks no other for long.

    Set here and not in the start-up packet, which poolers refuse. Times come in UTC because the last
    hours of year 9999 would not fit in other zones.
    """
    connection.execute(
        f"SET statement_timeout = '{_PATIENCE_S}s'; "
        f"SET idle_in_transaction_session_timeout = '{2 * _PATIENCE_S}s'; "
        "SET timezone = 'UTC'"
    )
    connection.commit()
