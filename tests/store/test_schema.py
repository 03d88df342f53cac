import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from netkeep_sync.errors import StoreError
from netkeep_sync.store.database import open_database
from netkeep_sync.store.sql_store import open_store
from netkeep_sync.store.tables import HEAD, metadata

OPENING_SCRIPT = """
import sys
from netkeep_sync.store.sql_store import open_store
print("ready", flush=True)
input()
with open_store(sys.argv[1], key="k", source="s") as store:
    store.make_due()
print("alembic" in sys.modules)
"""


@pytest.fixture
def database(fresh_url):
    database = open_database(fresh_url)
    yield database
    database.close()


def revisions(database):
    with database.reading() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()


def set_revision(database, revision):
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_head_is_the_newest_revision():
    config = Config()
    config.set_main_option("script_location", "netkeep_sync.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_migrations_make_the_tables(database):
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrations_give_every_constraint_its_name(database):
    def names(inspector, table):
        return {
            inspector.get_pk_constraint(table)["name"],
            *(one["name"] for one in inspector.get_unique_constraints(table)),
            *(one["name"] for one in inspector.get_foreign_keys(table)),
            *(one["name"] for one in inspector.get_indexes(table) if "duplicates_constraint" not in one),
        }

    with database.reading() as connection:
        inspector = inspect(connection)
        made = {table: names(inspector, table) for table in metadata.tables}
    assert made == {
        name: {one.name for one in table.constraints} | {one.name for one in table.indexes}
        for name, table in metadata.tables.items()
    }


def test_second_start_migrates_nothing(fresh_url, database):
    open_database(fresh_url).close()
    assert revisions(database) == [HEAD]


def test_up_to_date_database_is_opened_without_alembic(fresh_url, database, scripts):
    assert scripts.run_at_once(OPENING_SCRIPT, [fresh_url], count=1) == ["False"]


def test_processes_that_start_at_once_migrate_once(fresh_url, scripts):
    answers = scripts.run_at_once(OPENING_SCRIPT, [fresh_url], count=4)
    assert answers.count("True") == 1
    with open_store(fresh_url, key="k", source="s") as store:
        assert revisions(store.database) == [HEAD]
        with store.database.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM roster")) == 1


def test_migration_that_fails_leaves_nothing(fresh_url, database):
    # A table in the way of the last one.
    with database.writing() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("CREATE TABLE pass (id integer)"))
    with pytest.raises(StoreError):
        open_database(fresh_url)
    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version", "pass"}


def test_database_of_a_newer_version_is_refused(fresh_url, database):
    set_revision(database, "9999")
    with pytest.raises(
        StoreError, match=r"written by a newer netkeep-sync .* pip install --upgrade netkeep-sync"
    ):
        open_database(fresh_url)
    assert revisions(database) == ["9999"]


def test_roster_keeps_its_newest_source(fresh_url):
    for source in ("/old/netkeep.yaml", "/new/netkeep.yaml"):
        with open_store(fresh_url, key="k", source=source) as store, store.database.reading() as connection:
            assert connection.execute(text("SELECT source FROM roster")).scalars().all() == [source]
