from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from netkeep_sync.core.baseline import Baseline
from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.fact import Held, Replanned, SlotName, Snoozed
from netkeep_sync.core.identity import Known
from netkeep_sync.core.series import Cancelled, Moved, Rule, Series
from netkeep_sync.errors import StoreError
from netkeep_sync.store.database import open_database
from netkeep_sync.store.sql_store import open_store
from netkeep_sync.store.store import PassRecord, Publication
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


NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)

ROWS_OF_0001 = """
INSERT INTO roster VALUES (1, 'ana', '/netkeep.yaml', '2026-09-14 12:00:00', NULL, 7, 3, 'contacts: []');
INSERT INTO series VALUES (1, 'u1', 'john-doe', 1, 'Coffee with John Doe', 'recruiters', 'coffee', 'month', 3,
    45, 'Europe/Berlin', '08:30:00', '2026-12-08', 3, 1, 2, 'quarterly from 14 Sep', '2026-09-14', NULL);
INSERT INTO slot_exception VALUES (1, 'u1', '2027-03-09', '2027-03-11 09:00:00', 'holiday');
INSERT INTO slot_exception VALUES (1, 'u1', '2027-06-08', NULL, 'away');
INSERT INTO fact (roster_id, kind, contact, noted_at, source, uid, slot_on, held_on, note)
    VALUES (1, 'held', 'john-doe', '2026-09-14 12:00:00', 'cli', 'u1', '2026-12-08', '2026-12-09', 'Well.');
INSERT INTO fact (roster_id, kind, contact, noted_at, source, until_on)
    VALUES (1, 'snoozed', 'john-doe', '2026-09-14 12:00:00', 'cli', '2026-10-01');
INSERT INTO baseline VALUES (1, 'ics', 'u1', 'f1', 2, '2026-09-14 12:00:00', 'BEGIN:VEVENT');
INSERT INTO publication VALUES (1, 'ics', 'd1', '2026-09-14 12:00:00');
INSERT INTO pass (roster_id, finished_at, created, updated, removed, problem)
    VALUES (1, '2026-09-14 12:00:00', 3, 2, 1, '')
"""


@pytest.fixture
def database(fresh_url):
    database = open_database(fresh_url)
    yield database
    database.close()


def revisions(database):
    with database.reading() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()


def migrations():
    config = Config()
    config.set_main_option("script_location", "netkeep_sync.store:migrations")
    return config


def set_revision(database, revision):
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_head_is_the_newest_revision():
    config = migrations()
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
    # A table in the way of the last revision.
    with database.writing() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("CREATE TABLE contact (id integer)"))
    with pytest.raises(StoreError):
        open_database(fresh_url)
    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version", "contact"}


def test_database_of_a_newer_version_is_refused(fresh_url, database):
    set_revision(database, "9999")
    with pytest.raises(
        StoreError, match=r"written by a newer netkeep-sync .* pip install --upgrade netkeep-sync"
    ):
        open_database(fresh_url)
    assert revisions(database) == ["9999"]


@pytest.fixture
def url_of_0001(fresh_url, database):
    """Return the URL of a database as the first version left it, with a row or more in every table."""
    config = migrations()
    with database.writing() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DELETE FROM alembic_version"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in ROWS_OF_0001.split(";\n"):
            connection.exec_driver_sql(statement)
    return fresh_url


def test_upgrade_from_0001_keeps_everything(url_of_0001):
    with open_store(url_of_0001, key="ana", source="/netkeep.yaml") as store:
        assert store.series() == (
            Series(
                contact="john-doe",
                generation=1,
                uid="u1",
                summary="Coffee with John Doe",
                category="recruiters",
                channel="coffee",
                cadence=Cadence(unit=Unit.MONTH, count=3),
                minutes=45,
                timezone="Europe/Berlin",
                local_time=time(8, 30),
                first_on=date(2026, 12, 8),
                rule=Rule(unit=Unit.MONTH, interval=3, weekday=1, nth=2),
                reason="quarterly from 14 Sep",
                clock_on=date(2026, 9, 14),
                exceptions=(
                    Moved(
                        slot_on=date(2027, 3, 9),
                        local_start=datetime(2027, 3, 11, 9),  # noqa: DTZ001
                        reason="holiday",
                    ),
                    Cancelled(slot_on=date(2027, 6, 8), reason="away"),
                ),
            ),
        )
        noted: dict[str, Any] = {"contact": "john-doe", "noted_at": NOON, "source": "cli"}
        slot = SlotName(uid="u1", slot_on=date(2026, 12, 8))
        assert store.facts() == (
            Held(**noted, slot=slot, held_on=date(2026, 12, 9), note="Well."),
            Snoozed(**noted, until_on=date(2026, 10, 1)),
        )
        assert store.baselines("ics") == {
            "u1": Baseline(uid="u1", fingerprint="f1", sequence=2, changed_at=NOON, body="BEGIN:VEVENT")
        }
        assert store.publication("ics") == Publication(digest="d1", changed_at=NOON)
        assert store.last_good_pass() == PassRecord(finished_at=NOON, created=3, updated=2, removed=1)
        assert store.last_good_text() == "contacts: []"
        assert (store.feed_generation(), store.next_due_at()) == (3, NOON)
        assert store.known() == ()


def test_upgrade_from_0001_makes_the_tables_of_today(url_of_0001):
    database = open_database(url_of_0001)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert revisions(database) == [HEAD]
    database.close()


def test_upgraded_database_takes_what_is_new(url_of_0001):
    john = Known(key="john-doe", name="John Doe", email="john@example.com")
    replanned = Replanned(
        contact="john-doe",
        noted_at=NOON,
        source="cli",
        from_on=date(2026, 9, 21),
        until_on=date(2026, 9, 27),
        generation=2,
    )
    with open_store(url_of_0001, key="ana", source="/netkeep.yaml") as store:
        store.save_known([john])
        store.add_facts([replanned])
        assert store.known() == (john,)
        assert store.facts()[-1] == replanned


def test_roster_keeps_its_newest_source(fresh_url):
    for source in ("/old/netkeep.yaml", "/new/netkeep.yaml"):
        with open_store(fresh_url, key="k", source=source) as store, store.database.reading() as connection:
            assert connection.execute(text("SELECT source FROM roster")).scalars().all() == [source]
