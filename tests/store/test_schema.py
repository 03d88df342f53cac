from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from netkeep_sync.core.baseline import Baseline, Cursor
from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.fact import Held, Replanned, Rhythm, SlotName, Snoozed
from netkeep_sync.core.feed import FeedSpec, Fetch, default_feed
from netkeep_sync.core.identity import Known
from netkeep_sync.core.phrase import phrase
from netkeep_sync.core.series import BOOKED, KEPT_FREE, NO_ROOM, Cancelled, Moved, Rule, Series
from netkeep_sync.errors import StoreError
from netkeep_sync.store.database import open_database
from netkeep_sync.store.opening import open_store
from netkeep_sync.store.store import PassRecord, Publication, Undo
from netkeep_sync.store.tables import HEAD, metadata
from tests.core.builders import plain

OPENING_SCRIPT = """
import sys
from netkeep_sync.store.opening import open_store
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
INSERT INTO slot_exception VALUES (1, 'u1', '2027-09-14', NULL,
    'Tue 14 Sep is full, and no other day near it has room');
INSERT INTO slot_exception VALUES (1, 'u1', '2027-12-14', NULL,
    'you are booked at 08:30, and every other day near it is kept free');
INSERT INTO fact (roster_id, kind, contact, noted_at, source, uid, slot_on, held_on, note)
    VALUES (1, 'held', 'john-doe', '2026-09-14 12:00:00', 'cli', 'u1', '2026-12-08', '2026-12-09', 'Well.');
INSERT INTO fact (roster_id, kind, contact, noted_at, source, until_on)
    VALUES (1, 'snoozed', 'john-doe', '2026-09-14 12:00:00', 'cli', '2026-10-01');
INSERT INTO baseline VALUES (1, 'ics', 'u1', 'f1', 2, '2026-09-14 12:00:00', 'BEGIN:VEVENT');
INSERT INTO publication VALUES (1, 'ics', 'd1', '2026-09-14 12:00:00');
INSERT INTO pass (roster_id, finished_at, created, updated, removed, problem)
    VALUES (1, '2026-09-14 12:00:00', 3, 2, 1, '')
"""


ROWS_OF_0002 = """
INSERT INTO contact VALUES (1, 'john-doe', 'John Doe', 'john@example.com');
UPDATE series SET city = 'Lisbon';
INSERT INTO fact (roster_id, kind, contact, noted_at, source, from_on, until_on, generation)
    VALUES (1, 'replanned', 'john-doe', '2026-09-14 12:00:00', 'cli', '2026-09-21', '2026-09-27', 2)
"""


ROWS_OF_0003 = """
INSERT INTO fact (roster_id, kind, contact, noted_at, source, uid, generation, from_on, start_at, timezone,
    rrule, cadence) VALUES (1, 'rhythm', 'john-doe', '2026-09-14 12:00:00', 'google', 'u1', 2, '2026-12-08',
    '2026-09-14 12:00:00', 'Europe/Berlin', 'FREQ=WEEKLY;INTERVAL=6;BYDAY=TU', 'quarterly');
INSERT INTO cursor VALUES (1, 'google', 't', 'c', '2026-09-14 12:00:00', '2026-09-14 12:00:00');
INSERT INTO undo VALUES (1, 'contacts: []', 'contacts: [a]', '[]', 'u1')
"""

OLD_ROWS = {"0001": ROWS_OF_0001, "0002": ROWS_OF_0002, "0003": ROWS_OF_0003}

JOHN = Known(key="john-doe", name="John Doe", email="john@example.com")
CURSOR = Cursor(token="t", calendar="c", full_at=NOON, heard_at=NOON)  # noqa: S106  opens nothing
RHYTHM = Rhythm(
    contact="john-doe",
    noted_at=NOON,
    source="google",
    uid="u1",
    generation=2,
    from_on=date(2026, 12, 8),
    start_at=NOON,
    timezone="Europe/Berlin",
    rule=Rule(unit=Unit.WEEK, interval=6, weekday=1),
    instead_of=Cadence(unit=Unit.MONTH, count=3),
)
REPLANNED = Replanned(
    contact="john-doe",
    noted_at=NOON,
    source="cli",
    from_on=date(2026, 9, 21),
    until_on=date(2026, 9, 27),
    generation=2,
)


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


@pytest.mark.parametrize("table", ["contact", "cursor"])
def test_migration_that_fails_leaves_nothing(fresh_url, database, table):
    # A table in the way of a later revision.
    with database.writing() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text(f"CREATE TABLE {table} (id integer)"))
    with pytest.raises(StoreError):
        open_database(fresh_url)
    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version", table}


def test_database_of_a_newer_version_is_refused(fresh_url, database):
    set_revision(database, "9999")
    with pytest.raises(
        StoreError, match=r"written by a newer netkeep-sync .* bring your clone of it up to date"
    ):
        open_database(fresh_url)
    assert revisions(database) == ["9999"]


@pytest.fixture
def make_old(fresh_url, database):
    """Return a function that makes the database as a program of that revision left it that had gone through
    the older ones, with a row or more in every table and every new column. It returns its URL.
    """

    def make(newest):
        config = migrations()
        with database.writing() as connection:
            metadata.drop_all(connection)
            connection.execute(text("DELETE FROM alembic_version"))
            config.attributes["connection"] = connection
            for revision, statements in OLD_ROWS.items():
                if revision <= newest:
                    command.upgrade(config, revision)
                    for statement in statements.split(";\n"):
                        connection.exec_driver_sql(statement)
        assert revisions(database) == [newest]
        return fresh_url

    return make


def test_upgrade_from_0001_keeps_everything(make_old):
    with open_store(make_old("0001"), key="ana", source="/netkeep.yaml") as store:
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
                reason=plain("quarterly from 14 Sep"),
                clock_on=date(2026, 9, 14),
                exceptions=(
                    Moved(
                        slot_on=date(2027, 3, 9),
                        local_start=datetime(2027, 3, 11, 9),  # noqa: DTZ001
                        reason=plain("holiday"),
                    ),
                    Cancelled(slot_on=date(2027, 6, 8), reason=plain("away")),
                    Cancelled(
                        slot_on=date(2027, 9, 14),
                        reason=phrase(NO_ROOM, why="Tue 14 Sep is full"),
                    ),
                    Cancelled(
                        slot_on=date(2027, 12, 14),
                        reason=phrase(KEPT_FREE, why=phrase(BOOKED, time=time(8, 30))),
                    ),
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
        assert store.cursors() == {}


def test_upgrade_from_0002_keeps_what_is_new_there(make_old):
    with open_store(make_old("0002"), key="ana", source="/netkeep.yaml") as store:
        (series,) = store.series()
        assert (series.city, len(series.exceptions)) == ("Lisbon", 4)
        assert [type(fact) for fact in store.facts()] == [Held, Snoozed, Replanned]
        assert store.facts()[-1] == REPLANNED
        assert store.known() == (JOHN,)
        assert set(store.baselines("ics")) == {"u1"}


def test_upgrade_from_0003_keeps_what_is_new_there(make_old):
    with open_store(make_old("0003"), key="ana", source="/netkeep.yaml") as store:
        assert store.facts()[-1] == RHYTHM
        assert store.cursors() == {"google": CURSOR}
        assert store.undo() == Undo(
            text_before="contacts: []", text_after="contacts: [a]", series=(), uids_made=("u1",)
        )
        assert store.feeds() == (default_feed(3),)


@pytest.mark.parametrize("revision", OLD_ROWS)
def test_upgrade_makes_the_tables_of_today(make_old, revision):
    database = open_database(make_old(revision))
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert revisions(database) == [HEAD]
    database.close()


@pytest.mark.parametrize("revision", OLD_ROWS)
def test_upgraded_database_takes_what_is_new(make_old, revision):
    team, fetch = FeedSpec(name="team"), Fetch(generation=1, at=NOON, by="other")
    with open_store(make_old(revision), key="ana", source="/netkeep.yaml") as store:
        store.save_known([JOHN])
        store.save_heard("google", facts=[REPLANNED, RHYTHM], series=[], put=[], cursor=CURSOR)
        assert store.known() == (JOHN,)
        assert store.facts()[-2:] == (REPLANNED, RHYTHM)
        assert store.cursors() == {"google": CURSOR}
        store.add_feed(team)
        store.save_fetches({"team": fetch})
        assert (store.feeds()[1:], store.fetches()) == ((team,), {"team": fetch})


def test_roster_keeps_its_newest_source(fresh_url):
    for source in ("/old/netkeep.yaml", "/new/netkeep.yaml"):
        with open_store(fresh_url, key="k", source=source) as store, store.database.reading() as connection:
            assert connection.execute(text("SELECT source FROM roster")).scalars().all() == [source]
