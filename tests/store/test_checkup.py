"""A look at a database that changes nothing, on both systems."""

import pytest
from sqlalchemy import text

from netkeep_sync.errors import StoreError
from netkeep_sync.store.checkup import check_up
from netkeep_sync.store.database import open_database, open_server
from netkeep_sync.store.tables import HEAD


def test_one_that_is_of_today(fresh_url):
    open_database(fresh_url).close()
    found = check_up(fresh_url)

    assert (found.revision, found.faults, found.is_of_today, found.is_newer) == (HEAD, (), True, False)


@pytest.mark.parametrize(("revision", "is_newer"), [("0001", False), ("9999", True)])
def test_one_of_another_time_stays_as_it_is(fresh_url, revision, is_newer):
    database = open_database(fresh_url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    database.close()
    found = [check_up(fresh_url) for _ in range(2)]

    assert [one.revision for one in found] == [revision] * 2
    assert (found[0].is_of_today, found[0].is_newer) == (False, is_newer)


def test_a_server_that_holds_nothing_yet_is_left_so(make_postgresql_url):
    url = make_postgresql_url()
    assert check_up(url).revision == ""

    database = open_server(url)
    with database.reading() as connection:
        tables = connection.exec_driver_sql(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).scalar()
    database.close()
    assert tables == 0


def test_a_file_of_another_program_has_no_revision(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE letters (words TEXT)")
    connection.close()

    assert check_up(f"sqlite:///{tmp_path / 'other.db'}").revision == ""


def test_a_file_that_is_none_is_told_and_not_made(tmp_path):
    with pytest.raises(StoreError, match="can't be read"):
        check_up(f"sqlite:///{tmp_path / 'none.db'}")

    assert list(tmp_path.iterdir()) == []
