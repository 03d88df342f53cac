"""A backup holds all of a roster, goes from one database to another, and is believed only if it is whole."""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from netkeep_sync.core.baseline import Baseline, Cursor
from netkeep_sync.core.fact import Gave, Held, SlotName
from netkeep_sync.core.feed import FeedSpec, Fetch
from netkeep_sync.core.identity import Known
from netkeep_sync.errors import SettingsError
from netkeep_sync.store import backup as backup_module
from netkeep_sync.store import tables
from netkeep_sync.store.backup import Backup, packed, read_backup
from netkeep_sync.store.opening import open_store
from netkeep_sync.store.store import PassRecord, Publication, Undo
from tests.store.test_schema import OLD_ROWS
from tests.store.test_sql_store import MONDAY, NOON, SERIES

KEY = bytes(range(32))


@pytest.fixture
def store(fresh_url):
    """Return a store with something in every table, and another roster beside it."""
    with open_store(fresh_url, key="other", source="/o.yaml") as other:
        other.add_facts([Held(contact="eve", noted_at=NOON, source="cli", held_on=MONDAY)])
    with open_store(fresh_url, key="ana", source="/netkeep.yaml") as store:
        fill(store)
        yield store


def fill(store):
    slot = SlotName(uid=SERIES.uid, slot_on=SERIES.first_on)
    store.save_known([Known(key=key, name=f"{key} Żak", email="") for key in ("b", "ä", "a", "B")])
    store.save_series(
        [SERIES], undo=Undo(text_before="x", text_after="y", series=(SERIES,), uids_made=("u",))
    )
    store.add_facts(
        [Held(contact="b", noted_at=NOON, source="cli", held_on=MONDAY, slot=slot, note="ü\n")] * 2
    )
    store.add_facts([Gave(contact="b", noted_at=NOON, source="cli", held_on=MONDAY, what="=1+1")])
    held = Baseline(uid="u", fingerprint="f", sequence=3, changed_at=NOON, body="BEGIN")
    publication = Publication(digest="d", changed_at=NOON)
    store.save_baselines("ics", put=[held], removed=[], publication=publication)
    cursor = Cursor(token="t", calendar="c", full_at=NOON, heard_at=NOON)  # noqa: S106  opens nothing
    store.save_heard("google", facts=[], series=[], put=[held], cursor=cursor)
    store.add_feed(FeedSpec(name="family"))
    store.rotate_feed()
    store.save_fetches({"family": Fetch(generation=1, at=NOON, by="other")})
    store.save_pass(PassRecord(finished_at=NOON, created=3), good_text="contacts: []")


def backup_of(store, *, feed_key=None):
    text = "contacts: []\n# é\n"
    return Backup(
        made_at=NOON, version="0.1.0", roster="ana", text=text, dump=store.dump(), feed_key=feed_key
    )


def write(tmp_path, backup):
    path = tmp_path / "state.backup"
    path.write_bytes(packed(backup))
    return path


def test_every_table_is_in_it(store):
    dump = store.dump()
    assert set(dump.rows) | {"roster"} == set(tables.metadata.tables)
    assert all(dump.rows.values())


@pytest.mark.parametrize("feed_key", [None, KEY])
def test_it_is_read_as_it_was_written(store, tmp_path, feed_key):
    backup = backup_of(store, feed_key=feed_key)
    assert read_backup(write(tmp_path, backup)) == backup


def test_it_holds_nothing_of_other_rosters(store, tmp_path):
    assert b"eve" not in write(tmp_path, backup_of(store)).read_bytes()


def test_without_the_key_it_is_not_in_it(store, tmp_path):
    assert KEY.hex().encode() not in write(tmp_path, backup_of(store)).read_bytes()


@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
def test_it_goes_from_each_database_into_each(store, tmp_path, request, system):
    backup = read_backup(write(tmp_path, backup_of(store)))
    url = f"sqlite:///{tmp_path}/new.db"
    if system == "postgresql":
        url = request.getfixturevalue("make_postgresql_url")()
    with open_store(url, key="ana", source="/netkeep.yaml") as new:
        new.load(backup.dump)
        assert new.dump() == store.dump()
        assert (new.series(), new.facts(), new.feeds()) == (store.series(), store.facts(), store.feeds())
        new.add_facts([Held(contact="b", noted_at=NOON, source="cli", held_on=MONDAY)])
        assert len(new.facts()) == 4


def test_loading_takes_the_place_of_what_was_there_and_of_nothing_else(store, fresh_url):
    before = store.dump()
    store.add_facts([Held(contact="b", noted_at=NOON, source="cli", held_on=MONDAY)])
    store.rotate_feed()
    store.load(before)
    assert store.dump() == before
    with open_store(fresh_url, key="other", source="/o.yaml") as other:
        assert len(other.facts()) == 1


def test_the_lease_of_who_loads_stays(store):
    lease = store.claim(now=NOON, until_at=NOON.replace(hour=13))
    store.load(store.dump())
    store.release(lease, next_due_at=NOON.replace(hour=18))
    assert store.next_due_at() == NOON.replace(hour=18)


def old_backup(path, newest):
    """Write a backup as a program of that revision would have."""
    config = Config()
    config.set_main_option("script_location", "netkeep_sync.store:migrations")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        for revision, statements in OLD_ROWS.items():
            if revision <= newest:
                command.upgrade(config, revision)
                for statement in statements.split(";\n"):
                    connection.exec_driver_sql(statement)
        connection.exec_driver_sql(backup_module._TABLE)
        values = (1, NOON.isoformat(), "0.0.9", "ana", "contacts: []", None, "")
        connection.exec_driver_sql("INSERT INTO backup VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE backup SET sum = ?", (backup_module._sum(connection),))
        connection.commit()


@pytest.mark.parametrize("revision", OLD_ROWS)
def test_an_older_one_is_migrated_and_stays_as_it_is(tmp_path, revision):
    path = tmp_path / "old.backup"
    old_backup(path, revision)
    content = path.read_bytes()
    backup = read_backup(path)
    assert (backup.roster, backup.version) == ("ana", "0.0.9")
    with open_store(f"sqlite:///{tmp_path}/new.db", key="ana", source="/n.yaml") as store:
        store.load(backup.dump)
        assert [one.uid for one in store.series()] == ["u1"]
        assert len(store.facts()) >= 2
    assert path.read_bytes() == content


@pytest.fixture
def path(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/a.db", key="ana", source="/n.yaml") as store:
        fill(store)
        return write(tmp_path, backup_of(store))


def changed(path, *statements):
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.execute("UPDATE backup SET sum = ?", (backup_module._sum(connection),))
        connection.commit()
    return path


@pytest.mark.parametrize(
    "statement", ["UPDATE alembic_version SET version_num = '9999'", "UPDATE backup SET format = 2"]
)
def test_one_of_a_newer_program_is_refused(path, statement):
    with pytest.raises(SettingsError, match=r"made by a newer netkeep-sync .*bring your clone of it"):
        read_backup(changed(path, statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact SET note = 'another' WHERE id = 1",
        "DELETE FROM fact WHERE id = 2",
        "UPDATE backup SET text = ''",
        "DROP TABLE fetch",
    ],
)
def test_one_that_was_changed_is_refused(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    with pytest.raises(SettingsError, match="is damaged, and nothing of it was used"):
        read_backup(path)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE backup SET made_at = 'yesterday'",
        "UPDATE fact SET held_on = 'yesterday'",
        "DELETE FROM backup",
        "DELETE FROM alembic_version",
        "ALTER TABLE backup RENAME COLUMN format TO kind",
        "DROP TABLE fetch",
    ],
)
def test_one_whose_sum_is_right_and_whose_content_is_not_is_refused(path, statement):
    with pytest.raises(SettingsError, match="damaged"):
        read_backup(changed(path, statement))


@pytest.mark.parametrize("content", [b"", b"contacts: []\n" * 400, b"SQLite format 3\0" + bytes(4000)])
def test_what_is_no_backup_is_refused(tmp_path, content):
    path = tmp_path / "a.backup"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"no backup|damaged"):
        read_backup(path)


def test_a_database_is_no_backup(tmp_path):
    open_store(f"sqlite:///{tmp_path}/a.db", key="ana", source="/n.yaml").close()
    with pytest.raises(SettingsError, match="is no backup"):
        read_backup(tmp_path / "a.db")


def test_a_file_that_is_missing_is_told(tmp_path):
    with pytest.raises(SettingsError, match="there is no file"):
        read_backup(tmp_path / "a.backup")


def test_whatever_byte_is_wrong_nothing_wrong_is_read(path, tmp_path):
    whole = read_backup(path)
    content, chance = path.read_bytes(), random.Random(1)
    broken = tmp_path / "broken.backup"
    refused = 0
    for _ in range(60):
        at = chance.randrange(len(content))
        broken.write_bytes(content[:at] + bytes([content[at] ^ chance.randrange(1, 256)]) + content[at + 1 :])
        try:
            assert read_backup(broken) == whole
        except SettingsError:
            refused += 1
    for size in range(0, len(content), len(content) // 8):
        broken.write_bytes(content[:size])
        with pytest.raises(SettingsError):
            read_backup(broken)
    assert refused


def test_times_come_back_in_utc(path):
    backup = read_backup(path)
    assert backup.made_at == datetime(2026, 9, 14, 12, tzinfo=UTC)
    assert backup.dump.rows["fact"][0]["noted_at"].tzinfo is UTC
    assert replace(backup, text="") != backup


@pytest.mark.parametrize("is_first_there", [False, True])
def test_the_commands_take_a_roster_from_one_system_to_the_other(
    world, make_postgresql_url, monkeypatch, is_first_there
):
    first, second = make_postgresql_url(), f"sqlite:///{world.folder}/other.db"
    if not is_first_there:
        first, second = second, first
    monkeypatch.setenv("NETKEEP_DATABASE", first)
    world.ok("export", "-o", "a.ics")
    world.ok("done", "john", "--on", "2026-11-20", "--gave", "A book")
    world.ok("export", "-o", "a.ics")
    before, feed = world.ok("plan", "--json"), (world.folder / "a.ics").read_bytes()
    world.ok("backup", "b.backup")

    monkeypatch.setenv("NETKEEP_DATABASE", second)
    assert world.ok("plan", "--json") != before
    assert "restored" in world.ok("restore", "b.backup")
    assert world.ok("plan", "--json") == before
    world.ok("export", "-o", "a.ics")
    assert (world.folder / "a.ics").read_bytes() == feed

    world.ok("skip", "john")
    assert world.run("restore", "b.backup").status == 3
    assert "restored" in world.ok("restore", "b.backup", "--replace")
    assert world.ok("plan", "--json") == before
