import os
import sqlite3
import stat
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from netkeep_sync.errors import StoreError
from netkeep_sync.store.database import open_database

NOBODY = 65534


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/netkeep.db"


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@contextmanager
def without_privileges():
    """Give up root's right to write everywhere, if we have it."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def pragma(database, name):
    with database.reading() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


# SQLite


@pytest.mark.usefixtures("open_umask")
def test_file_and_missing_folders_are_for_their_owner_only(tmp_path):
    path = tmp_path / "share" / "netkeep" / "netkeep.db"
    with closing(open_database(f"sqlite:///{path}")) as database, database.reading():
        assert [mode(one) for one in (path, *path.parents[:2])] == [0o600, 0o700, 0o700]
        assert {mode(one) for one in path.parent.iterdir()} == {0o600}
        assert {one.name for one in path.parent.iterdir()} > {"netkeep.db-wal"}


def test_file_that_its_owner_opened_to_others_stays_so(tmp_path, url):
    open_database(url).close()
    (tmp_path / "netkeep.db").chmod(0o640)
    open_database(url).close()
    assert mode(tmp_path / "netkeep.db") == 0o640


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_sqlite_is_set_up_to_lose_nothing(url, name, value):
    with closing(open_database(url)) as database:
        assert pragma(database, name) == value


def test_writer_locks_out_other_writers_from_its_start(url, tmp_path):
    with closing(open_database(url)) as database, database.writing():
        other = sqlite3.connect(tmp_path / "netkeep.db", timeout=0, isolation_level=None)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_readers_do_not_wait_for_a_writer(url):
    with closing(open_database(url)) as database, database.writing(), database.reading() as reader:
        assert reader.scalar(text("SELECT count(*) FROM roster")) == 0


def test_file_that_is_no_database_is_told_and_kept(tmp_path, url):
    (tmp_path / "netkeep.db").write_text("contacts:\n" * 200)
    with pytest.raises(StoreError, match=r"netkeep\.db is no SQLite database; name another file") as caught:
        open_database(url)
    assert caught.value.__cause__ is not None
    assert (tmp_path / "netkeep.db").read_text() == "contacts:\n" * 200


def test_database_of_another_program_is_told_and_kept(tmp_path, url):
    with closing(sqlite3.connect(tmp_path / "netkeep.db")) as other:
        other.execute("CREATE TABLE bookmarks (id integer)")
        with pytest.raises(StoreError, match="belongs to another program"):
            open_database(url)
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


def test_folder_in_place_of_the_file_is_told(tmp_path):
    with pytest.raises(StoreError, match="can't be opened; it must be a file"):
        open_database(f"sqlite:///{tmp_path}")


def test_file_in_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "share").touch()
    with pytest.raises(StoreError, match=r"can't be made \(.+\); make its folder writable") as caught:
        open_database(f"sqlite:///{tmp_path}/share/netkeep.db")
    assert isinstance(caught.value.__cause__, OSError)


def test_folder_that_may_not_be_written_is_told():
    # Not below pytest's own folder, which only its owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        with without_privileges(), pytest.raises(StoreError, match="Permission denied"):
            open_database(f"sqlite:///{folder}/netkeep.db")


def test_file_that_may_not_be_written_is_told():
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/netkeep.db"
        open_database(url).close()
        Path(folder, "netkeep.db").chmod(0o444)
        Path(folder).chmod(0o555)
        with (
            without_privileges(),
            pytest.raises(StoreError, match="make the file and its folder writable"),
        ):
            open_database(url)


def test_full_disk_is_told_and_loses_nothing(url):
    def fill(database):
        with database.writing() as connection:
            connection.execute(text("CREATE TABLE large (body text)"))
            connection.execute(text("INSERT INTO large VALUES (:body)"), {"body": "x" * 1_000_000})

    with closing(open_database(url)) as database:
        event.listen(database.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA max_page_count=1"))
        with pytest.raises(StoreError, match="the disk is full; make room"):
            fill(database)
        with database.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'large'")) == 0


def test_damaged_file_is_told(tmp_path, url):
    open_database(url).close()
    path = tmp_path / "netkeep.db"
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 20_000)
    with pytest.raises(StoreError, match="is damaged; put a backup in its place"):
        open_database(url)


# PostgreSQL


def test_missing_driver_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"run `.*pip install .*'.*\[postgres\]'`"):
        open_database("postgresql://ana@db.example.com/netkeep")


def test_server_out_of_reach_is_told_without_the_password(tmp_path):
    with pytest.raises(StoreError, match="the database netkeep on this machine failed: connection") as caught:
        open_database(f"postgresql://ana:secret@/netkeep?host={tmp_path}")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql://ana:secret@db:port/netkeep", "postgresql://[::1/netkeep"])
def test_url_that_makes_no_sense_is_told_without_the_password(url):
    with pytest.raises(StoreError, match="write postgresql://USER@HOST/NAME") as caught:
        open_database(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "1min"), ("timezone", "UTC")],
)
def test_no_wait_on_postgresql_is_endless(make_postgresql_url, name, value):
    with closing(open_database(make_postgresql_url())) as database, database.writing() as connection:
        assert connection.scalar(text(f"SHOW {name}")) == value


def test_parameters_in_the_url_go_before_ours(make_postgresql_url):
    url = make_postgresql_url()
    with closing(open_database(f"{url}&keepalives_idle=7")) as database, database.reading() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        parameters = raw.info.get_parameters()
    assert parameters["keepalives_idle"] == "7"
    assert parameters["keepalives_count"] == "3"


def test_reading_on_postgresql_changes_nothing(make_postgresql_url):
    with (
        closing(open_database(make_postgresql_url())) as database,
        pytest.raises(StoreError, match="read-only transaction"),
        database.reading() as connection,
    ):
        connection.execute(text("DELETE FROM fact"))
