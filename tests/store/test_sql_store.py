"""The contract of a store, over SQLite and over PostgreSQL.

A new database adds a subclass with its URL.
"""

import itertools
import sqlite3
import threading
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, get_args

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.exc import StatementError

from netkeep_sync.core.baseline import Baseline
from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.fact import (
    AnyFact,
    Held,
    Missed,
    Passed,
    Paused,
    Replanned,
    Resumed,
    Skipped,
    SlotName,
    Snoozed,
)
from netkeep_sync.core.identity import Known
from netkeep_sync.core.series import Cancelled, Moved, Rule, Series
from netkeep_sync.errors import StoreError
from netkeep_sync.store.empty_store import EmptyStore
from netkeep_sync.store.sql_store import SqlStore, good_text_of, open_store
from netkeep_sync.store.store import PassRecord, Publication, Store

NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
MONDAY = date(2026, 9, 14)

SERIES = Series(
    contact="john-doe",
    generation=1,
    uid="abc@netkeep-sync",
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
    clock_on=MONDAY,
    exceptions=(
        Moved(slot_on=date(2027, 3, 9), local_start=datetime(2027, 3, 11, 9), reason="holiday"),  # noqa: DTZ001
        Cancelled(slot_on=date(2027, 6, 8), reason="away"),
    ),
)
HELD = Held(contact="john-doe", noted_at=NOON, source="cli", held_on=MONDAY, note="Moved to Acme.")
JOHN = Known(key="john-doe", name="John Doe", email="john@example.com")
BASELINE = Baseline(
    uid="abc@netkeep-sync", fingerprint="f1", sequence=0, changed_at=NOON, body="BEGIN:VEVENT"
)

# PostgreSQL knows no U+0000, and no database has half of a surrogate pair.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
days = st.dates(min_value=date(1900, 1, 1))
wall_clocks = st.datetimes(min_value=datetime(1900, 1, 1))  # noqa: DTZ001
instants = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.timezones() | st.sampled_from([UTC, timezone(timedelta(hours=-11, minutes=-30))]),
    # A time that a change of the clocks doubles or leaves out equals none in another zone (PEP 495).
).filter(lambda at: at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset())
numbers = st.integers(min_value=0, max_value=2**31 - 1)
slots = st.builds(SlotName, uid=texts, slot_on=days)
exceptions = st.builds(Moved, slot_on=days, local_start=wall_clocks, reason=texts) | st.builds(
    Cancelled, slot_on=days, reason=texts
)
SERIES_FIELDS = {
    "contact": texts,
    "generation": numbers,
    "uid": texts,
    "summary": texts,
    "category": texts,
    "channel": texts,
    "cadence": st.builds(Cadence, unit=st.sampled_from(Unit), count=numbers),
    "minutes": numbers,
    "timezone": texts,
    "local_time": st.times(),
    "first_on": days,
    "rule": st.builds(
        Rule, unit=st.just(Unit.WEEK), interval=numbers, weekday=numbers, nth=st.none() | numbers
    ),
    "reason": texts,
    "clock_on": st.none() | days,
    "city": texts,
    "until_on": st.none() | days,
    "exceptions": st.lists(exceptions, max_size=3, unique_by=lambda one: one.slot_on).map(
        lambda found: tuple(sorted(found, key=lambda one: one.slot_on))
    ),
}
# The rule's unit is the cadence's.
any_series = st.builds(Series, **SERIES_FIELDS).map(
    lambda one: replace(one, rule=replace(one.rule, unit=one.cadence.unit))
)
many_series = st.lists(
    any_series,
    max_size=5,
    unique_by=(lambda one: one.uid, lambda one: (one.contact, one.generation)),
)
noted = {"contact": texts, "noted_at": instants, "source": texts}
FACT_FIELDS: dict[type[AnyFact], dict[str, Any]] = {
    Passed: {"slot": slots, "held_on": days, "is_presumed": st.booleans()},
    Held: {"slot": st.none() | slots, "held_on": days, "note": texts},
    Skipped: {"slot": slots, "note": texts},
    Missed: {"slot": slots, "note": texts},
    Snoozed: {"until_on": days},
    Paused: {"note": texts},
    Resumed: {},
    Replanned: {"from_on": days, "until_on": days, "generation": numbers},
}
any_fact = st.one_of([st.builds(kind, **noted, **own) for kind, own in FACT_FIELDS.items()])
any_known = st.builds(Known, key=texts, name=texts, email=texts)
any_baseline = st.builds(
    Baseline, uid=texts, fingerprint=texts, sequence=numbers, changed_at=instants, body=texts
)
roundtrips = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    # The database is shared on purpose; each example has a roster of its own.
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)

CLAIMING_SCRIPT = """
import sys
from datetime import datetime, timedelta
from netkeep_sync.store.sql_store import open_store
url, key, now = sys.argv[1:]
now = datetime.fromisoformat(now)
with open_store(url, key=key, source="s") as store:
    print("ready", flush=True)
    input()
    lease = store.claim(now=now, until_at=now + timedelta(minutes=1))
    print("taken" if lease else "refused")
"""

WRITING_SCRIPT = """
import itertools, sys
from dataclasses import replace
from datetime import UTC, date, datetime, time
from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.fact import Paused
from netkeep_sync.core.series import Cancelled, Rule, Series
from netkeep_sync.store.sql_store import open_store
url, key = sys.argv[1:]
fact = Paused(contact="c", noted_at=datetime.now(UTC), source="cli")
series = Series(
    contact="c", generation=1, uid="", summary="", category="", channel="",
    cadence=Cadence(unit=Unit.WEEK, count=1), minutes=30, timezone="UTC", local_time=time(9),
    first_on=date(2026, 9, 14), rule=Rule(unit=Unit.WEEK, interval=1, weekday=0), reason="",
)
with open_store(url, key=key, source="s") as store:
    print("ready", flush=True)
    input()
    for number in itertools.count():
        store.add_facts([replace(fact, note=str(number))] * 20)
        cancelled = Cancelled(slot_on=date(2026, 9, 21), reason=str(number))
        store.save_series([
            replace(series, contact=f"c{i}", uid=f"u{i}", summary=str(number), exceptions=(cancelled,))
            for i in range(20)
        ])
        print(number, flush=True)
"""


class StoreContract:
    """What every store keeps. A subclass has a class-scoped fixture `url`, of one database for all."""

    keys = itertools.count()

    @pytest.fixture
    def open_roster(self, url):
        """Return a function that opens the store of a roster; all are closed at the end."""

        def open_one(key=None):
            stores.append(
                open_store(url, key=key or f"roster {next(self.keys)}", source="/home/ana/netkeep.yaml")
            )
            return stores[-1]

        stores: list[SqlStore] = []
        yield open_one
        for store in stores:
            store.close()

    @pytest.fixture
    def store(self, open_roster):
        store: Store = open_roster()
        return store

    # What is kept

    def test_new_roster_tells_what_the_empty_store_tells(self, store):
        def told(one):
            return (
                one.known(),
                one.series(),
                one.facts(),
                one.baselines("ics"),
                one.publication("ics"),
                one.last_good_text(),
                one.last_pass(),
                one.last_good_pass(),
                one.feed_generation(),
                one.next_due_at(),
            )

        assert told(store) == told(EmptyStore())

    def test_old_passes_leave_the_journal(self, store):
        old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
        store.save_pass(PassRecord(finished_at=old))
        store.save_pass(PassRecord(finished_at=new, problem="the disk is full"))
        assert store.last_pass() == PassRecord(finished_at=new, problem="the disk is full")
        assert store.last_good_pass() is None

    def test_roster_is_remembered_by_its_key(self, open_roster):
        open_roster("known by key").add_facts([HELD])
        assert open_roster("known by key").facts() == (HELD,)

    @roundtrips
    @given(known=st.lists(any_known, max_size=5, unique_by=lambda one: one.key))
    def test_known_people_come_back_equal(self, url, known):
        with open_store(url, key=f"roster {next(self.keys)}", source="s") as store:
            store.save_known(known)
            assert store.known() == tuple(sorted(known, key=lambda one: one.key))

    @roundtrips
    @given(series=many_series)
    @example(series=[SERIES])
    def test_series_come_back_equal(self, url, series):
        with open_store(url, key=f"roster {next(self.keys)}", source="s") as store:
            store.save_series(series)
            assert store.series() == tuple(sorted(series, key=lambda one: (one.contact, one.generation)))

    @roundtrips
    @given(facts=st.lists(any_fact, max_size=8))
    @example(facts=[HELD])
    def test_facts_come_back_equal_and_in_order(self, url, facts):
        with open_store(url, key=f"roster {next(self.keys)}", source="s") as store:
            store.add_facts(facts)
            assert store.facts() == tuple(facts)

    @roundtrips
    @given(baselines=st.lists(any_baseline, max_size=5, unique_by=lambda one: one.uid), target=texts)
    def test_baselines_come_back_equal(self, url, baselines, target):
        with open_store(url, key=f"roster {next(self.keys)}", source="s") as store:
            store.save_baselines(target, put=baselines, removed=[])
            assert store.baselines(target) == {one.uid: one for one in baselines}

    def test_every_field_of_a_series_is_tried(self):
        assert {field.name for field in fields(Series)} == set(SERIES_FIELDS)

    def test_every_kind_of_fact_is_tried(self):
        assert set(FACT_FIELDS) == set(get_args(AnyFact))

    def test_instants_come_back_in_utc(self, store):
        noted_at = datetime(2026, 9, 14, 14, tzinfo=timezone(timedelta(hours=2)))
        store.add_facts([replace(HELD, noted_at=noted_at)])
        (fact,) = store.facts()
        assert fact.noted_at.isoformat() == "2026-09-14T12:00:00+00:00"

    def test_instant_without_a_zone_is_refused(self, store):
        with pytest.raises(StatementError, match="has no time zone"):
            store.add_facts([replace(HELD, noted_at=datetime(2026, 9, 14))])  # noqa: DTZ001

    def test_series_are_sorted_by_contact_and_generation(self, store):
        wanted = [("B", 2), ("B", 10), ("a", 1), ("ä", 1)]
        store.save_series(
            [
                replace(SERIES, contact=contact, generation=generation, uid=f"{contact}{generation}")
                for contact, generation in reversed(wanted)
            ]
        )
        assert [(one.contact, one.generation) for one in store.series()] == wanted

    def test_saving_a_series_replaces_it_with_its_exceptions(self, store):
        store.save_series([SERIES])
        changed = replace(SERIES, until_on=date(2027, 6, 9), exceptions=SERIES.exceptions[1:])
        store.save_series([changed])
        assert store.series() == (changed,)

    def test_saving_a_series_leaves_all_others(self, store):
        other = replace(SERIES, generation=2, uid="other@netkeep-sync")
        store.save_series([SERIES, other])
        store.save_series([replace(other, summary="Lunch")])
        assert store.series() == (SERIES, replace(other, summary="Lunch"))

    def test_saving_people_replaces_them_and_leaves_all_others(self, store):
        ada = Known(key="ada", name="Ada")
        store.save_known([JOHN, ada])
        store.save_known([replace(JOHN, name="John Smith")])
        store.save_known([])
        assert store.known() == (ada, replace(JOHN, name="John Smith"))

    def test_saving_nothing_changes_nothing(self, store):
        store.save_series([SERIES])
        store.save_series([])
        store.save_baselines("ics", put=[], removed=[])
        assert store.series() == (SERIES,)
        assert store.baselines("ics") == {}

    def test_facts_are_appended(self, store):
        paused = Paused(contact="john-doe", noted_at=LATER, source="web")
        store.add_facts([HELD])
        store.add_facts([paused, HELD])
        assert store.facts() == (HELD, paused, HELD)

    def test_baselines_are_replaced_and_dropped(self, store):
        second, third = replace(BASELINE, uid="2"), replace(BASELINE, uid="3")
        store.save_baselines("ics", put=[BASELINE, second, third], removed=[])
        changed = replace(BASELINE, sequence=1, changed_at=LATER)
        store.save_baselines("ics", put=[changed], removed=["2", "never there"])
        assert store.baselines("ics") == {BASELINE.uid: changed, "3": third}

    def test_targets_hold_baselines_of_their_own(self, store):
        store.save_baselines("ics", put=[BASELINE], removed=[])
        store.save_baselines("google", put=[], removed=[BASELINE.uid])
        assert store.baselines("ics") == {BASELINE.uid: BASELINE}
        assert store.baselines("google") == {}

    def test_publication_stays_until_the_next(self, store):
        first, second = Publication(digest="1", changed_at=NOON), Publication(digest="2", changed_at=LATER)
        store.save_baselines("ics", put=[], removed=[], publication=first)
        store.save_baselines("ics", put=[BASELINE], removed=[])
        assert store.publication("ics") == first
        store.save_baselines("ics", put=[], removed=[], publication=second)
        assert store.publication("ics") == second
        assert store.publication("google") is None

    def test_latest_pass_and_latest_good_pass_are_told_apart(self, store):
        good = PassRecord(finished_at=LATER, created=3, updated=2, removed=1)
        # The clock was set back; the later one is still the one saved later.
        bad = PassRecord(finished_at=NOON, problem="netkeep.yaml:3:1: no contacts; add one")
        store.save_pass(good, good_text="contacts: []\n")
        store.save_pass(bad)
        assert store.last_pass() == bad
        assert store.last_good_pass() == good
        assert store.last_good_text() == "contacts: []\n"

    def test_good_text_is_replaced(self, store):
        for text in ("one", "two"):
            store.save_pass(PassRecord(finished_at=NOON), good_text=text)
        assert store.last_good_text() == "two"

    def test_good_text_is_found_by_the_path_of_its_file(self, url):
        source = f"/home/ana/{next(self.keys)}.yaml"
        assert good_text_of(url, source=source) is None
        for key, text in (("before", "one"), ("after its key changed", "two")):
            with open_store(url, key=f"{source} {key}", source=source) as store:
                store.save_pass(PassRecord(finished_at=NOON), good_text=text)
        assert good_text_of(url, source=source) == "two"

    def test_feed_generation_rises(self, store):
        assert [store.rotate_feed(), store.rotate_feed(), store.feed_generation()] == [2, 3, 3]

    def test_text_that_is_no_text_is_refused_in_plain_words(self, store):
        with pytest.raises(StoreError, match="'Tea' goes on with what is no character"):
            store.add_facts([replace(HELD, note="Tea\udcff")])
        assert store.facts() == ()

    def test_ten_thousand_series_load_in_two_seconds(self, store, cpu_time):
        planned = tuple(
            replace(SERIES, contact=f"contact {number:05}", uid=f"{number}@netkeep-sync")
            for number in range(10_000)
        )
        store.save_series(planned)
        with cpu_time(at_most_s=2):
            found = store.series()
        assert found == planned

    # Rosters apart

    def test_rosters_in_one_database_never_see_each_other(self, open_roster):
        ana, ben = open_roster(), open_roster()
        ana.save_known([JOHN])
        ana.save_series([SERIES])
        ana.add_facts([HELD])
        ana.save_baselines(
            "ics", put=[BASELINE], removed=[], publication=Publication(digest="1", changed_at=NOON)
        )
        ana.save_pass(PassRecord(finished_at=NOON), good_text="ana")
        ana.rotate_feed()
        ana.claim(now=NOON, until_at=LATER)
        assert ben.known() == ben.series() == ben.facts() == ()
        assert ben.baselines("ics") == {}
        assert ben.publication("ics") is ben.last_pass() is ben.last_good_text() is ben.next_due_at() is None
        assert ben.feed_generation() == 1
        assert ben.claim(now=NOON, until_at=LATER) is not None

    def test_writing_one_roster_leaves_the_other(self, open_roster):
        ana, ben = open_roster(), open_roster()
        theirs = replace(SERIES, summary="Ben's")
        for store, series in ((ana, SERIES), (ben, theirs)):
            store.save_known([JOHN])
            store.save_series([series])
            store.save_baselines("ics", put=[BASELINE], removed=[])
        ana.save_known([replace(JOHN, name="John Smith")])
        ana.save_series([replace(SERIES, exceptions=())])
        ana.save_baselines("ics", put=[], removed=[BASELINE.uid])
        assert ben.known() == (JOHN,)
        assert ben.series() == (theirs,)
        assert ben.baselines("ics") == {BASELINE.uid: BASELINE}

    # When a pass is due, and whose it is

    def test_new_roster_may_be_claimed(self, store):
        lease = store.claim(now=NOON, until_at=LATER)
        assert lease is not None
        assert (lease.epoch, lease.until_at) == (1, LATER)

    def test_claimed_roster_may_not_be_claimed_again(self, store):
        store.claim(now=NOON, until_at=LATER)
        store.make_due()
        assert store.claim(now=NOON + timedelta(minutes=1), until_at=LATER) is None

    def test_lease_that_ran_out_may_be_claimed_with_a_higher_epoch(self, store):
        store.claim(now=NOON, until_at=LATER)
        lease = store.claim(now=LATER, until_at=LATER + timedelta(minutes=10))
        assert lease is not None
        assert lease.epoch == 2

    def test_released_roster_is_due_when_it_was_said(self, store):
        lease = store.claim(now=NOON, until_at=LATER)
        due_at = NOON + timedelta(hours=1)
        store.release(lease, next_due_at=due_at)
        assert store.next_due_at() == due_at
        assert store.claim(now=due_at - timedelta(microseconds=1), until_at=due_at) is None
        assert store.claim(now=due_at, until_at=due_at + timedelta(minutes=1)) is not None

    def test_roster_may_be_released_as_due_at_once(self, store):
        store.release(store.claim(now=NOON, until_at=LATER), next_due_at=None)
        assert store.next_due_at() is None
        assert store.claim(now=NOON, until_at=LATER) is not None

    def test_holder_whose_lease_went_to_another_releases_nothing(self, store):
        late = store.claim(now=NOON, until_at=LATER)
        store.claim(now=LATER, until_at=LATER + timedelta(hours=1))
        store.release(late, next_due_at=NOON)
        assert store.next_due_at() == LATER + timedelta(hours=1)
        assert store.claim(now=LATER + timedelta(minutes=1), until_at=LATER + timedelta(hours=2)) is None

    def test_second_release_does_nothing(self, store):
        lease = store.claim(now=NOON, until_at=LATER)
        store.release(lease, next_due_at=LATER)
        store.release(lease, next_due_at=NOON)
        assert store.next_due_at() == LATER

    @pytest.mark.parametrize(
        "make_due", [lambda store: store.add_facts([HELD]), lambda store: store.make_due()]
    )
    def test_roster_is_made_due_at_once(self, store, make_due):
        store.release(store.claim(now=NOON, until_at=LATER), next_due_at=LATER)
        make_due(store)
        assert store.next_due_at() is None

    @pytest.mark.parametrize(
        "make_due", [lambda store: store.add_facts([HELD]), lambda store: store.make_due()]
    )
    def test_roster_made_due_during_a_pass_stays_due_after_it(self, store, make_due):
        lease = store.claim(now=NOON, until_at=LATER)
        make_due(store)
        store.release(lease, next_due_at=LATER)
        assert store.next_due_at() is None
        assert store.claim(now=NOON, until_at=LATER) is not None

    def test_adding_no_facts_does_not_make_due(self, store):
        store.release(store.claim(now=NOON, until_at=LATER), next_due_at=LATER)
        store.add_facts([])
        assert store.next_due_at() == LATER

    def test_facts_that_a_pass_tells_do_not_make_due(self, store):
        lease = store.claim(now=NOON, until_at=LATER)
        store.add_facts([HELD], makes_due=False)
        store.release(lease, next_due_at=LATER)
        assert store.facts() == (HELD,)
        assert store.next_due_at() == LATER

    def test_lease_of_a_dead_holder_counts_for_nothing_to_who_is_alone(self, store):
        dead = store.claim(now=NOON, until_at=LATER)
        until_at = LATER + timedelta(minutes=10)
        lease = store.claim(now=NOON, until_at=until_at, is_alone=True)
        assert lease is not None
        assert lease.epoch == dead.epoch + 1
        store.release(dead, next_due_at=NOON)
        assert store.next_due_at() == until_at

    def test_who_is_alone_still_waits_for_the_due_date(self, store):
        store.release(store.claim(now=NOON, until_at=LATER), next_due_at=LATER)
        assert store.claim(now=NOON, until_at=LATER, is_alone=True) is None

    def test_roster_whose_holder_died_is_due_when_its_lease_ends(self, store):
        store.claim(now=NOON, until_at=LATER)
        assert store.next_due_at() == LATER

    def test_of_many_threads_one_takes_the_lease(self, store):
        threads_count = 8
        barrier = threading.Barrier(threads_count)
        leases = []

        def claim():
            barrier.wait()
            leases.append(store.claim(now=NOON, until_at=LATER))

        threads = [threading.Thread(target=claim) for _ in range(threads_count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(leases) == threads_count
        assert [lease.epoch for lease in leases if lease] == [1]

    def test_of_two_processes_one_takes_the_lease(self, url, scripts):
        arguments = [url, f"roster {next(self.keys)}", NOON.isoformat()]
        answers = scripts.run_at_once(CLAIMING_SCRIPT, arguments, count=2)
        assert sorted(answers) == ["refused", "taken"]

    def test_threads_that_write_at_once_all_get_through(self, store):
        errors = []

        def write(number):
            try:
                for _ in range(10):
                    store.add_facts([replace(HELD, note=str(number))] * 2)
                    store.save_series([replace(SERIES, summary=str(number))])
            except StoreError as error:
                errors.append(error)

        threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        notes = [fact.note for fact in store.facts()]
        assert len(notes) == 80
        assert notes[::2] == notes[1::2]

    # Whole or not at all

    def test_reader_sees_one_moment(self, open_roster):
        reader, writer = open_roster("one moment"), open_roster("one moment")
        writer.save_series([SERIES])

        statements = []

        def change(_connection, _cursor, statement, *_more):
            statements.append(statement)
            if "FROM slot_exception" in statement:
                writer.save_series([replace(SERIES, summary="Lunch", exceptions=())])

        event.listen(reader.database.engine, "after_cursor_execute", change)
        assert reader.series() == (SERIES,)
        assert len([one for one in statements if one.startswith("SELECT")]) == 2

    def test_write_that_fails_halfway_leaves_nothing(self, store):
        store.save_series([SERIES])
        twin = replace(SERIES, uid="twin@netkeep-sync")
        with pytest.raises(StoreError, match="failed"):
            store.save_series([replace(SERIES, summary="Lunch"), twin])
        assert store.series() == (SERIES,)

    @pytest.mark.parametrize("acknowledged_count", [1, 7])
    def test_killed_writer_leaves_whole_transactions_and_all_it_told(
        self, url, scripts, open_roster, acknowledged_count
    ):
        key = f"roster {next(self.keys)}"
        writer = scripts.start(WRITING_SCRIPT, url, key)
        assert writer.stdout.readline() == "ready\n"
        writer.stdin.write("go\n")
        writer.stdin.flush()
        for _ in range(acknowledged_count):
            writer.stdout.readline()
        writer.kill()
        told = [-1, *map(int, writer.stdout.read().split())][-1]
        writer.wait()
        self.check_integrity(url)
        store = open_roster(key)
        notes = [int(fact.note) for fact in store.facts()]
        assert notes == [number for number in range(len(notes) // 20) for _ in range(20)]
        (summary,) = {int(one.summary) for one in store.series()}
        assert {int(one.exceptions[0].reason) for one in store.series()} == {summary}
        assert max(told, acknowledged_count - 1) <= summary <= notes[-1] <= summary + 1

    def check_integrity(self, url):
        """Assert that the database itself finds nothing wrong."""


class TestSqliteStore(StoreContract):
    @pytest.fixture(scope="class")
    @classmethod
    def url(cls, tmp_path_factory):
        return f"sqlite:///{tmp_path_factory.mktemp('store')}/netkeep.db"

    def check_integrity(self, url):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()


class TestPostgresqlStore(StoreContract):
    @pytest.fixture(scope="class")
    @classmethod
    def url(cls, make_postgresql_url):
        return make_postgresql_url()

    def test_connection_that_the_server_ended_is_made_anew(self, store, url):
        store.add_facts([HELD])
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert store.facts() == (HELD,)
