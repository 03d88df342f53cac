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
from sqlalchemy import event, update
from sqlalchemy.exc import StatementError

from netkeep_sync.core.baseline import Baseline, Cursor
from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.fact import (
    AnyFact,
    Asked,
    Dismissed,
    Gave,
    Held,
    Kept,
    Missed,
    Noted,
    Passed,
    Paused,
    Promised,
    Replanned,
    Rescheduled,
    Resumed,
    Rhythm,
    Skipped,
    SlotName,
    Snoozed,
)
from netkeep_sync.core.feed import FeedMilestones, FeedSpec, Fetch, default_feed
from netkeep_sync.core.identity import Known
from netkeep_sync.core.phrase import Day, DayForm, Phrase, phrase, phrases
from netkeep_sync.core.roster import Show
from netkeep_sync.core.series import Cancelled, Moved, Rule, Series
from netkeep_sync.errors import AnotherRoster, FeedError, StoreError
from netkeep_sync.store import tables
from netkeep_sync.store.empty_store import EmptyStore
from netkeep_sync.store.opening import good_text_of, open_scratch, open_store
from netkeep_sync.store.sql_store import SqlStore
from netkeep_sync.store.store import PassRecord, Publication, Store, Undo
from tests.core.builders import plain

NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
MONDAY = date(2026, 9, 14)
NO_INSTANT = datetime(2026, 9, 14)  # noqa: DTZ001  which no store takes

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
    reason=phrase(
        "{demand}; {many} on {weekday} at {time}",
        demand=phrase(
            "{cadence} from {day}",
            cadence=Cadence(unit=Unit.MONTH, count=3),
            day=Day(on=MONDAY, form=DayForm.SHORT),
        ),
        many=phrases("{number} day of {name}", "{number} days of {name}", 2, name="Łukasz {Ż}"),
        weekday=Day(on=MONDAY, form=DayForm.WEEKDAY),
        time=time(8, 30),
        share=0.125,
    ),
    clock_on=MONDAY,
    exceptions=(
        Moved(slot_on=date(2027, 3, 9), local_start=datetime(2027, 3, 11, 9), reason=plain("holiday")),  # noqa: DTZ001
        Cancelled(slot_on=date(2027, 6, 8), reason=plain("away")),
    ),
)
HELD = Held(contact="john-doe", noted_at=NOON, source="cli", held_on=MONDAY, note="Moved to Acme.")
RHYTHM = Rhythm(
    contact="john-doe",
    noted_at=NOON,
    source="google",
    uid=SERIES.uid,
    generation=2,
    from_on=MONDAY,
    start_at=LATER,
    timezone="Europe/Berlin",
    rule=Rule(unit=Unit.WEEK, interval=2, weekday=0),
    instead_of=Cadence(unit=Unit.MONTH, count=1),
)
JOHN = Known(key="john-doe", name="John Doe", email="john@example.com")
BASELINE = Baseline(
    uid="abc@netkeep-sync", fingerprint="f1", sequence=0, changed_at=NOON, body="BEGIN:VEVENT"
)
CURSOR = Cursor(token="t1", calendar="c1@google.com", full_at=NOON, heard_at=LATER)  # noqa: S106  opens nothing
NEXT_CURSOR = replace(CURSOR, token="t2", heard_at=LATER + timedelta(minutes=10))  # noqa: S106  opens nothing

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
cadences = st.builds(Cadence, unit=st.just(Unit.WEEK), count=st.integers(1, 104)) | st.builds(
    Cadence, unit=st.just(Unit.MONTH), count=st.integers(1, 60)
)
values = (
    texts
    | numbers
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.times().map(lambda at: at.replace(second=0, microsecond=0))
    | cadences
    | st.builds(Day, on=days, form=st.sampled_from(DayForm))
)
reasons = st.recursive(
    st.builds(Phrase, message=texts),
    lambda inner: st.builds(
        Phrase,
        message=texts,
        values=st.dictionaries(texts, values | inner, min_size=1, max_size=3).map(
            lambda told: (*told.items(),)
        ),
        many=texts,
    ),
    max_leaves=4,
)
exceptions = st.builds(Moved, slot_on=days, local_start=wall_clocks, reason=reasons) | st.builds(
    Cancelled, slot_on=days, reason=reasons
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
    "reason": reasons,
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
    Paused: {"note": texts, "from_on": st.none() | days},
    Resumed: {},
    Replanned: {"from_on": days, "until_on": days, "generation": numbers},
    Rescheduled: {"slot": slots, "start_at": instants},
    Noted: {"slot": slots, "note": texts},
    Rhythm: {
        "uid": texts,
        "generation": numbers,
        "from_on": days,
        "start_at": instants,
        "timezone": texts,
        "rule": st.builds(Rule.through, days, cadences),
        "instead_of": cadences,
    },
    Dismissed: {"meeting": texts, "found_on": days},
    Gave: {"held_on": days, "what": texts},
    Asked: {"held_on": days, "what": texts},
    Promised: {"held_on": days, "what": texts, "is_theirs": st.booleans(), "by_on": st.none() | days},
    Kept: {"what": texts, "is_theirs": st.booleans()},
}
any_fact = st.one_of([st.builds(kind, **noted, **own) for kind, own in FACT_FIELDS.items()])
any_known = st.builds(Known, key=texts, name=texts, email=texts)
any_feed = st.builds(
    FeedSpec,
    name=texts.filter(lambda name: name != "default"),
    show=st.sampled_from(Show),
    categories=st.lists(texts, max_size=3).map(tuple),
    contacts=st.lists(texts, max_size=3).map(tuple),
    milestones=st.sampled_from(FeedMilestones),
)
any_fetch = st.builds(Fetch, generation=numbers, at=instants, by=texts)
any_baseline = st.builds(
    Baseline, uid=texts, fingerprint=texts, sequence=numbers, changed_at=instants, body=texts
)
any_cursor = st.builds(Cursor, token=texts, calendar=texts, full_at=instants, heard_at=instants)
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
from netkeep_sync.store.opening import open_store
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
from netkeep_sync.core.phrase import Phrase
from netkeep_sync.core.series import Cancelled, Rule, Series
from netkeep_sync.store.opening import open_store
url, key = sys.argv[1:]
fact = Paused(contact="c", noted_at=datetime.now(UTC), source="cli")
series = Series(
    contact="c", generation=1, uid="", summary="", category="", channel="",
    cadence=Cadence(unit=Unit.WEEK, count=1), minutes=30, timezone="UTC", local_time=time(9),
    first_on=date(2026, 9, 14), rule=Rule(unit=Unit.WEEK, interval=1, weekday=0), reason=Phrase(message=""),
)
with open_store(url, key=key, source="s") as store:
    print("ready", flush=True)
    input()
    for number in itertools.count():
        store.add_facts([replace(fact, note=str(number))] * 20)
        cancelled = Cancelled(slot_on=date(2026, 9, 21), reason=Phrase(message=str(number)))
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
                one.cursors(),
                one.last_good_text(),
                one.last_pass(),
                one.last_good_pass(),
                one.feed_generation(),
                one.feeds(),
                one.fetches(),
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

    @roundtrips
    @given(cursors=st.dictionaries(texts, any_cursor, max_size=3))
    def test_cursors_come_back_equal(self, url, cursors):
        with open_store(url, key=f"roster {next(self.keys)}", source="s") as store:
            for target, cursor in cursors.items():
                store.save_heard(target, facts=[], series=[], put=[], cursor=cursor)
            assert store.cursors() == cursors

    @roundtrips
    @given(feeds=st.lists(any_feed, max_size=4, unique_by=lambda one: one.name))
    def test_feeds_come_back_equal_after_the_default_one(self, url, feeds):
        with open_store(url, key=f"roster {next(self.keys)}", source="s") as store:
            for feed in feeds:
                assert store.add_feed(feed) == feed
            assert store.feeds() == (default_feed(1), *sorted(feeds, key=lambda one: one.name))

    @roundtrips
    @given(fetches=st.dictionaries(texts, any_fetch, max_size=3))
    def test_fetches_come_back_equal(self, url, fetches):
        with open_store(url, key=f"roster {next(self.keys)}", source="s") as store:
            store.save_fetches(fetches)
            assert store.fetches() == fetches

    def test_every_field_of_a_series_is_tried(self):
        assert {field.name for field in fields(Series)} == set(SERIES_FIELDS)

    def test_every_field_of_every_fact_is_tried(self):
        assert {kind: {*noted, *own} for kind, own in FACT_FIELDS.items()} == {
            kind: {field.name for field in fields(kind)} for kind in get_args(AnyFact)
        }

    @pytest.mark.parametrize(
        ("change", "what"),
        [
            ({"kind": "danced"}, "'danced'"),
            ({"rrule": "FREQ=HOURLY"}, "'FREQ=HOURLY instead of monthly'"),
            ({"cadence": "hourly"}, "'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO instead of hourly'"),
        ],
    )
    def test_fact_of_a_newer_version_is_refused_in_plain_words(self, store, change, what):
        uid = f"only here {next(self.keys)}"
        store.add_facts([replace(RHYTHM, uid=uid)])
        with store.database.writing() as connection:
            connection.execute(update(tables.fact).where(tables.fact.c.uid == uid).values(change))
        with pytest.raises(StoreError, match=f"is unknown: {what}; upgrade netkeep-sync"):
            store.facts()

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

    def test_what_was_heard_is_added_to_what_is_known(self, store):
        other = replace(SERIES, generation=2, uid="other@netkeep-sync")
        second, third = replace(BASELINE, uid="2"), replace(BASELINE, uid="3")
        store.save_series([SERIES, other])
        store.add_facts([HELD])
        store.save_baselines("google", put=[BASELINE, second, third], removed=[])
        ended, changed = replace(SERIES, until_on=MONDAY, exceptions=()), replace(BASELINE, sequence=1)
        store.save_heard(
            "google",
            facts=[RHYTHM, HELD],
            series=[ended],
            put=[changed],
            removed=["2", "none"],
            cursor=CURSOR,
        )
        assert store.facts() == (HELD, RHYTHM, HELD)
        assert store.series() == (ended, other)
        assert store.baselines("google") == {BASELINE.uid: changed, "3": third}

    def test_hearing_nothing_moves_only_the_cursor(self, store):
        store.save_series([SERIES])
        store.save_baselines("google", put=[BASELINE], removed=[])
        for cursor in (CURSOR, NEXT_CURSOR):
            store.save_heard("google", facts=[], series=[], put=[], cursor=cursor)
            assert store.cursors() == {"google": cursor}
        assert store.facts() == ()
        assert store.series() == (SERIES,)
        assert store.baselines("google") == {BASELINE.uid: BASELINE}

    def test_hearing_without_a_cursor_drops_it(self, store):
        for cursor in (CURSOR, None, None):
            store.save_heard("google", facts=[HELD], series=[], put=[], cursor=cursor)
        assert store.cursors() == {}
        assert store.facts() == (HELD,) * 3

    def test_targets_have_cursors_and_baselines_of_their_own(self, store):
        for target, cursor in (("google", CURSOR), ("caldav", NEXT_CURSOR)):
            store.save_heard(target, facts=[], series=[], put=[BASELINE], cursor=cursor)
        store.save_heard("google", facts=[], series=[], put=[], removed=[BASELINE.uid], cursor=None)
        assert store.cursors() == {"caldav": NEXT_CURSOR}
        assert store.baselines("caldav") == {BASELINE.uid: BASELINE}

    def test_dropped_baselines_go_with_their_cursor_and_nothing_else(self, store):
        publication = Publication(digest="1", changed_at=NOON)
        for target in ("google", "ics"):
            store.save_heard(target, facts=[HELD], series=[SERIES], put=[BASELINE], cursor=CURSOR)
            store.save_baselines(target, put=[], removed=[], publication=publication)
        store.drop_baselines("google")
        store.drop_baselines("never there")
        assert store.baselines("google") == {}
        assert store.baselines("ics") == {BASELINE.uid: BASELINE}
        assert store.cursors() == {"ics": CURSOR}
        assert store.publication("google") == publication
        assert (store.facts(), store.series()) == ((HELD, HELD), (SERIES,))

    def test_what_can_be_undone_comes_back_equal_and_once(self, store):
        undo = Undo(text_before="a: 1\r\n", text_after="a: 2\n", series=(SERIES,), uids_made=("u2@n", "u3@n"))
        assert store.undo() is None
        store.save_series([SERIES], undo=undo)
        assert store.undo() == undo
        store.save_series([SERIES])
        assert store.undo() == undo
        later = replace(undo, series=(), uids_made=())
        store.save_series([SERIES], undo=later)
        assert store.undo() == later
        store.drop_undo([replace(SERIES, summary="Lunch")], facts=[HELD])
        assert (store.undo(), store.series()[0].summary, store.facts()) == (None, "Lunch", (HELD,))

    def test_a_copy_tells_the_same_and_lives_apart(self, open_roster, url):
        store = open_roster("one")
        open_roster("two").add_facts([HELD])
        store.save_known([JOHN])
        store.save_series([SERIES])
        store.add_facts([HELD, RHYTHM])
        publication = Publication(digest="1", changed_at=NOON)
        store.save_baselines("ics", put=[BASELINE], removed=[], publication=publication)
        store.save_heard("google", facts=[], series=[], put=[BASELINE], cursor=CURSOR)
        store.save_pass(PassRecord(finished_at=NOON, created=1), good_text="a: 1")
        copy = open_scratch(url, key="one", source="s")
        told = [
            [getattr(one, name)() for name in ("known", "series", "facts", "cursors", "last_good_text")]
            + [one.last_pass(), one.baselines("ics"), one.baselines("google"), one.publication("ics")]
            for one in (store, copy)
        ]
        assert told[0] == told[1]
        copy.add_facts([HELD])
        copy.drop_baselines("google")
        copy.save_series([replace(SERIES, until_on=MONDAY, exceptions=())])
        assert store.facts() == (HELD, RHYTHM)
        assert store.baselines("google") == {BASELINE.uid: BASELINE}
        assert store.series() == (SERIES,)
        copy.close()

    def test_a_copy_may_know_a_roster_that_the_store_does_not(self, url):
        with open_scratch(url, key="unknown", source="s") as copy:
            copy.add_facts([HELD])
            assert copy.facts() == (HELD,)
        with open_store(url, key="unknown", source="s") as store:
            assert store.facts() == ()

    def test_a_copy_refuses_the_key_that_the_store_would(self, url):
        with open_store(url, key="old email", source="my file"):
            pass
        with pytest.raises(AnotherRoster, match='write "roster: old email"'):
            open_scratch(url, key="new email", source="my file", is_key_given=False)

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

    def test_the_generation_of_links_rises_and_makes_due(self, store):
        lease = store.claim(now=NOON, until_at=NOON + timedelta(minutes=5))
        store.release(lease, next_due_at=NOON + timedelta(hours=1))
        assert store.link_generation() == 1
        assert [store.rotate_links(), store.rotate_links(), store.link_generation()] == [2, 3, 3]
        assert store.next_due_at() is None
        assert store.feed_generation() == 1

    def test_feeds_have_generations_of_their_own(self, store):
        store.add_feed(FeedSpec(name="team"))
        store.add_feed(FeedSpec(name="work"))
        assert [store.rotate_feed("team"), store.rotate_feed("team"), store.rotate_feed()] == [2, 3, 2]
        assert [one.generation for one in store.feeds()] == [2, 3, 1]

    def test_revoked_feed_is_gone_with_all_it_held(self, store):
        feed = store.add_feed(FeedSpec(name="team"))
        published = Publication(digest="1", changed_at=NOON)
        for name in (feed.target, feed.listing, "feed:work"):
            store.save_baselines(name, put=[BASELINE], removed=[], publication=published)
        store.revoke_feed("team")
        assert store.feeds() == (default_feed(1),)
        assert store.baselines(feed.target) == {}
        assert store.publication(feed.target) is store.publication(feed.listing) is None
        assert (store.publication("feed:work"), len(store.baselines("feed:work"))) == (published, 1)

    def test_revoked_feed_that_is_added_again_is_of_another_generation(self, store):
        store.add_feed(FeedSpec(name="team", show=Show.BUSY))
        store.rotate_feed("team")
        store.revoke_feed("team")
        added = store.add_feed(FeedSpec(name="team", categories=("peers",)))
        assert added == FeedSpec(name="team", categories=("peers",), generation=3)
        assert store.feeds()[1:] == (added,)

    @pytest.mark.parametrize("name", ["team", "default"])
    def test_feed_is_not_added_twice(self, store, name):
        store.add_feed(FeedSpec(name="team"))
        with pytest.raises(FeedError, match=f'there is a feed "{name}" already'):
            store.add_feed(FeedSpec(name=name, show=Show.BUSY))
        assert store.feeds()[1:] == (FeedSpec(name="team"),)

    @pytest.mark.parametrize("change", [SqlStore.rotate_feed, SqlStore.revoke_feed])
    def test_feed_that_is_not_offered_is_not_changed(self, store, change):
        store.add_feed(FeedSpec(name="team"))
        store.revoke_feed("team")
        for name in ("team", "work"):
            with pytest.raises(FeedError, match=f'there is no feed "{name}"'):
                change(store, name)

    def test_feed_of_a_newer_version_is_refused_rather_than_shown(self, store):
        name = f"only here {next(self.keys)}"
        store.add_feed(FeedSpec(name=name))
        with store.database.writing() as connection:
            connection.execute(update(tables.feed).where(tables.feed.c.name == name).values(show="initials"))
        with pytest.raises(StoreError, match="is of a newer version; upgrade netkeep-sync"):
            store.feeds()

    def test_newest_fetch_of_each_feed_is_kept(self, store):
        first, second = Fetch(generation=1, at=NOON, by="other"), Fetch(generation=1, at=LATER, by="Outlook")
        store.save_fetches({"default": first, "team": first})
        store.save_fetches({"team": second})
        store.save_fetches({})
        assert store.fetches() == {"default": first, "team": second}

    def test_text_that_is_no_text_is_refused_in_plain_words(self, store):
        with pytest.raises(StoreError, match="'Tea' goes on with what is no character"):
            store.add_facts([replace(HELD, note="Tea\udcff")])
        assert store.facts() == ()

    def test_ten_thousand_series_come_back_equal(self, store):
        planned = tuple(
            replace(SERIES, contact=f"contact {number:05}", uid=f"{number}@netkeep-sync")
            for number in range(10_000)
        )
        store.save_series(planned)
        assert store.series() == planned

    # Rosters apart

    def test_rosters_in_one_database_never_see_each_other(self, open_roster):
        ana, ben = open_roster(), open_roster()
        ana.save_known([JOHN])
        ana.save_series([SERIES])
        ana.add_facts([HELD])
        ana.save_baselines(
            "ics", put=[BASELINE], removed=[], publication=Publication(digest="1", changed_at=NOON)
        )
        ana.save_heard("google", facts=[], series=[], put=[], cursor=CURSOR)
        ana.save_pass(PassRecord(finished_at=NOON), good_text="ana")
        ana.rotate_feed()
        ana.add_feed(FeedSpec(name="team"))
        ana.save_fetches({"team": Fetch(generation=1, at=NOON, by="other")})
        ana.claim(now=NOON, until_at=LATER)
        assert ben.known() == ben.series() == ben.facts() == ()
        assert ben.baselines("ics") == ben.cursors() == {}
        assert ben.publication("ics") is ben.last_pass() is ben.last_good_text() is ben.next_due_at() is None
        assert ben.feed_generation() == 1
        assert (ben.feeds(), ben.fetches()) == ((default_feed(1),), {})
        assert ben.claim(now=NOON, until_at=LATER) is not None

    def test_writing_one_roster_leaves_the_other(self, open_roster):
        ana, ben = open_roster(), open_roster()
        theirs = replace(SERIES, summary="Ben's")
        for store, series in ((ana, SERIES), (ben, theirs)):
            store.save_known([JOHN])
            store.save_series([series])
            store.save_baselines("ics", put=[BASELINE], removed=[])
            store.save_heard("google", facts=[], series=[], put=[BASELINE], cursor=CURSOR)
        ana.save_known([replace(JOHN, name="John Smith")])
        ana.save_series([replace(SERIES, exceptions=())])
        ana.save_baselines("ics", put=[], removed=[BASELINE.uid])
        ana.drop_baselines("google")
        assert ben.known() == (JOHN,)
        assert ben.series() == (theirs,)
        assert ben.baselines("ics") == ben.baselines("google") == {BASELINE.uid: BASELINE}
        assert ben.cursors() == {"google": CURSOR}

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

    def test_lease_that_is_renewed_is_held_for_longer(self, store):
        lease = store.claim(now=NOON, until_at=LATER)
        assert store.renew(lease, until_at=LATER + timedelta(minutes=5))
        assert store.claim(now=LATER, until_at=LATER + timedelta(hours=1)) is None
        store.release(lease, next_due_at=LATER)
        assert store.claim(now=LATER, until_at=LATER + timedelta(hours=1)) is not None

    def test_lease_that_went_to_another_can_not_be_renewed(self, store):
        late = store.claim(now=NOON, until_at=LATER)
        store.claim(now=LATER, until_at=LATER + timedelta(hours=1))
        assert not store.renew(late, until_at=LATER + timedelta(hours=2))
        assert store.next_due_at() == LATER + timedelta(hours=1)

    def test_roster_made_due_while_a_lease_is_renewed_stays_due(self, store):
        lease = store.claim(now=NOON, until_at=LATER)
        store.make_due()
        store.renew(lease, until_at=LATER)
        assert store.next_due_at() is None

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

    def test_facts_that_were_heard_do_not_make_due(self, store):
        store.release(store.claim(now=NOON, until_at=LATER), next_due_at=LATER)
        store.save_heard("google", facts=[HELD], series=[], put=[], cursor=CURSOR)
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

    @pytest.mark.parametrize(
        "bad",
        [
            {"facts": [HELD, replace(HELD, noted_at=NO_INSTANT)]},
            {"series": [replace(SERIES, summary="Lunch"), replace(SERIES, uid="twin@netkeep-sync")]},
            {"put": [replace(BASELINE, sequence=1), replace(BASELINE, sequence=2)]},
            {"cursor": replace(CURSOR, heard_at=NO_INSTANT)},
        ],
        ids=lambda bad: next(iter(bad)),
    )
    def test_hearing_that_fails_halfway_leaves_nothing(self, store, bad):
        before: dict[str, Any] = {"facts": [HELD], "series": [SERIES], "put": [BASELINE], "cursor": CURSOR}
        store.save_heard("google", **before)
        heard = {
            "facts": [RHYTHM],
            "series": [replace(SERIES, summary="Lunch")],
            "put": [replace(BASELINE, uid="2")],
            "removed": [BASELINE.uid],
            "cursor": NEXT_CURSOR,
        }
        with pytest.raises((StoreError, StatementError)):
            store.save_heard("google", **heard | bad)
        assert (store.facts(), store.series()) == ((HELD,), (SERIES,))
        assert store.baselines("google") == {BASELINE.uid: BASELINE}
        assert store.cursors() == {"google": CURSOR}

    def test_cursor_is_stored_last(self, store):
        statements = []

        def note(_connection, _cursor, statement, *_more):
            statements.append(statement.split("(")[0])

        event.listen(store.database.engine, "after_cursor_execute", note)
        store.save_heard("google", facts=[HELD], series=[SERIES], put=[BASELINE], cursor=CURSOR)
        assert statements[-1] == "INSERT INTO cursor "

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
        assert {int(str(one.exceptions[0].reason)) for one in store.series()} == {summary}
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
