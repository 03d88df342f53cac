from __future__ import annotations

import json
import os
import re
from copy import deepcopy
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netkeep_sync.config.roster_file import parse_roster, read_roster
from netkeep_sync.config.starter import starter
from netkeep_sync.config.yaml_source import MAX_PROBLEMS, read_yaml
from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.channel import Channel, Hours
from netkeep_sync.core.contact import Category, ClockFrom, Contact, Milestone
from netkeep_sync.core.phrase import Day, DayForm, phrase, phrases
from netkeep_sync.core.roster import (
    Assumption,
    Availability,
    Avoided,
    CaldavCalendar,
    Capacity,
    DateRange,
    GoogleCalendar,
    IcsCalendar,
    Owner,
    Roster,
    Show,
    Trip,
)
from netkeep_sync.errors import RosterError
from tests.config.hostile import MISTAKEN

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
TODAY = date(2026, 11, 23)


def test_every_key_of_the_file_finds_its_place_in_the_roster(roster):
    """
    roster: mine
    owner: {name: Ana  Kaya, email: Ana@Example.com}
    timezone: Europe/Berlin
    capacity: {per_day: 2, per_week: 5, minutes_per_month: 300}
    availability:
      days: [mon, Tuesday]
      holidays: [DE, de-be]
      away: [2027-05-14, 2026-12-21..2027-01-03]
      avoid: [last week of a quarter, december, Last week of the quarter]
      buffer: 15
    assume: ask
    travel:
      - {city: Tokyo, from: 2027-03-01, to: 2027-03-01}
      - {city: Köln, from: 2027-02-01, to: 2027-02-05, timezone: Asia/Tokyo}
    freeze: 2 weeks
    milestones: true
    channels:
      coffee: {minutes: 50, place: Café Mitte, days: [tue, wed], buffer: 0, reminders: [1440, 15]}
      walk:
        minutes: 40
        between: ["16:00-18:00", "08:00-09:00"]
        title: Out with {name}
        remote: true
        shows_as: free
        meet: true
    categories:
      peers:
        cadence: every 6 weeks
        channel: walk
        keep: 2
        flex: 5 days
        from: schedule
        color: Sage
        reminders: 30
        ask: [What is new?]
        offer: My ear
    contacts:
      - name: Zoë  Żak
        category: peers
        ask: How are the children?
        last_met: 2026-09-14
        timezone: America/New_York
        reachable: ["09:00-17:00"]
        holidays: US
        city: Köln
        from: held
        milestones: {work_anniversary: 2019-05-01, birthday: 02-29}
        email: zoe@example.com
        invite: true
        shows_as: busy
        meet: false
        notes: |
          Two lines,

          and one more.
      - name: John Doe
        id: jd
        category: peers
        cadence: quarterly
        channel: coffee
        flex: 20%
        place: his office
        offer: [My ear, A book]
    database: sqlite:///netkeep.db
    calendars:
      - ics: out/checkins.ics
      - ics: /srv/checkins.ics
        show: busy
      - google
      - google: {calendar: Family, client_file: c.json, token_file: /srv/t.json, show: first-name}
      - google: {calendar_id: primary}
    """
    walk = Channel(
        key="walk",
        minutes=40,
        hours=(Hours(start=time(16), end=time(18)), Hours(start=time(8), end=time(9))),
        title="Out with {name}",
        is_remote=True,
        buffer_minutes=15,
        reminders=(30,),
    )
    coffee = Channel(
        key="coffee",
        minutes=50,
        hours=(Hours(start=time(8, 30), end=time(10)),),
        title="Coffee with {name}",
        place="Café Mitte",
        weekdays=frozenset({1, 2}),
        reminders=(1440, 15),
    )
    lunch = Channel(
        key="lunch",
        minutes=60,
        hours=(Hours(start=time(12), end=time(13, 30)),),
        title="Lunch with {name}",
        buffer_minutes=15,
    )

    assert roster == Roster(
        key="mine",
        owner=Owner(name="Ana Kaya", email="Ana@Example.com"),
        timezone="Europe/Berlin",
        capacity=Capacity(per_day=2, per_week=5, minutes_per_month=300),
        availability=Availability(
            weekdays=frozenset({0, 1}),
            holidays=("DE", "DE-BE"),
            away=(
                DateRange(start_on=date(2026, 12, 21), end_on=date(2027, 1, 4)),
                DateRange(start_on=date(2027, 5, 14), end_on=date(2027, 5, 15)),
            ),
            avoid=(
                Avoided(
                    words=phrases(
                        "the last week {of}", "the last {number} weeks {of}", 1, of=phrase("of a quarter")
                    ),
                    months=frozenset({3, 6, 9, 12}),
                    days=7,
                    is_at_end=True,
                ),
                Avoided(
                    words=phrase("{month}", month=Day(on=date(2000, 12, 1), form=DayForm.MONTH_OF_ANY_YEAR)),
                    months=frozenset({12}),
                    days=31,
                    is_at_end=False,
                ),
            ),
        ),
        categories=(Category(key="peers", keep=2, color="sage"),),
        contacts=(
            Contact(
                key="jd",
                name="John Doe",
                category="peers",
                cadence=Cadence(unit=Unit.MONTH, count=3),
                channel=replace(coffee, reminders=(30,)),
                flex_days=18,
                place="his office",
                counts_from=ClockFrom.SCHEDULE,
                is_key_given=True,
                ask=("What is new?",),
                offer=("My ear", "A book"),
            ),
            Contact(
                key="zoe-zak",
                name="Zoë Żak",
                category="peers",
                cadence=Cadence(unit=Unit.WEEK, count=6),
                channel=walk,
                flex_days=5,
                met_on=date(2026, 9, 14),
                timezone="America/New_York",
                email="zoe@example.com",
                is_invited=True,
                city="Köln",
                reachable=(Hours(start=time(9), end=time(17)),),
                holidays=("US",),
                milestones=(
                    Milestone(label="birthday", month=2, day=29),
                    Milestone(label="work anniversary", month=5, day=1, year=2019),
                ),
                notes="Two lines,\n\nand one more.",
                ask=("How are the children?", "What is new?"),
                offer=("My ear",),
            ),
        ),
        trips=(
            Trip(
                city="Köln",
                days=DateRange(start_on=date(2027, 2, 1), end_on=date(2027, 2, 6)),
                channels=(coffee, lunch),
                timezone="Asia/Tokyo",
            ),
            Trip(
                city="Tokyo",
                days=DateRange(start_on=date(2027, 3, 1), end_on=date(2027, 3, 2)),
                channels=(coffee, lunch),
            ),
        ),
        freeze_days=14,
        shows_milestones=True,
        assume=Assumption.ASK,
        calendars=(
            IcsCalendar(path="/home/ana/people/out/checkins.ics"),
            IcsCalendar(path="/srv/checkins.ics", show=Show.BUSY),
            GoogleCalendar(),
            GoogleCalendar(
                calendar="Family",
                client_file="/home/ana/people/c.json",
                token_file="/srv/t.json",  # noqa: S106  a path
                show=Show.FIRST_NAME,
            ),
            GoogleCalendar(calendar_id="primary"),
        ),
        database="sqlite:////home/ana/people/netkeep.db",
    )


def test_what_is_left_out_has_a_default(roster):
    """
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    """
    assert roster == Roster(
        key="ana-kaya",
        owner=Owner(name="Ana Kaya"),
        timezone="Europe/Berlin",
        capacity=Capacity(per_day=1, per_week=3),
        availability=Availability(weekdays=frozenset({0, 1, 2, 3, 4})),
        categories=(),
        contacts=(),
        is_key_given=False,
    )


def test_four_channels_are_there_without_asking(roster):
    """
    owner: {name: Ana}
    timezone: UTC
    categories: {all: {cadence: monthly}}
    contacts:
      - {name: A, category: all, channel: coffee}
      - {name: B, category: all, channel: lunch}
      - {name: C, category: all, channel: video}
      - {name: D, category: all, channel: call}
    """
    told = [
        (one.summary, one.channel.minutes, [str(hours) for hours in one.channel.hours], one.channel.is_remote)
        for one in roster.contacts
    ]

    assert told == [
        ("Coffee with A", 45, ["08:30-10:00"], False),
        ("Lunch with B", 60, ["12:00-13:30"], False),
        ("Video call with C", 30, ["10:00-12:00", "14:00-17:00"], True),
        ("Call with D", 30, ["10:00-12:00", "14:00-17:00"], True),
    ]


def test_a_channel_of_ones_own_gets_a_title_from_its_name(roster):
    """
    owner: {name: Ana}
    timezone: UTC
    channels: {walk: {minutes: 30, between: "16:00-18:00"}}
    categories: {all: {cadence: monthly, channel: walk}}
    contacts: [{name: Bo, category: all}]
    """
    assert roster.contacts[0].summary == "Walk with Bo"


def test_a_flex_is_15_percent_of_the_period_unless_told_and_a_day_at_least(roster):
    """
    owner: {name: Ana}
    timezone: UTC
    categories:
      all: {channel: call}
      ten: {channel: call, flex: 10 days, cadence: quarterly}
    contacts:
      - {name: A, category: all, cadence: weekly}
      - {name: B, category: all, cadence: quarterly}
      - {name: C, category: all, cadence: yearly}
      - {name: D, category: all, cadence: monthly, flex: 1 week}
      - {name: E, category: ten}
      - {name: F, category: ten, flex: 20%}
    """
    assert [one.flex_days for one in roster.contacts] == [1, 14, 55, 7, 10, 18]


def test_a_key_without_a_value_counts_as_not_written(roster):
    """
    roster:
    owner: {name: Ana, email: }
    timezone: UTC
    capacity:
    availability: {days: , away: , avoid: , buffer: }
    channels: {coffee: }
    categories:
      misc:
      peers: {cadence: monthly, channel: coffee, keep: , ask: , from: , days: }
    contacts:
      - {name: Bo, category: peers, notes: , last_met: , ask: , flex: , from: , between: , milestones: }
    travel:
    freeze:
    milestones:
    calendars:
    """
    assert roster.key == "ana"
    assert roster.capacity == Capacity(per_day=1, per_week=3)
    assert roster.contacts[0].met_on is None
    assert roster.contacts[0].counts_from is ClockFrom.HELD
    assert (roster.trips, roster.freeze_days, roster.shows_milestones) == ((), 7, False)


def test_words_that_other_programs_take_for_something_else_stay_words(roster):
    """
    owner: {name: 42}
    timezone: UTC
    availability: {holidays: NO}
    categories: {on: {cadence: monthly, channel: call}}
    contacts:
      - {name: Null, category: on, last_met: 2026-02-28, place: 007, notes: 12:30}
      - {name: true, category: on}
    """
    assert roster.availability.holidays == ("NO",)
    assert [(one.name, one.place, one.notes) for one in roster.contacts] == [
        ("Null", "007", "12:30"),
        ("true", "", ""),
    ]
    assert roster.owner.name == "42"


def test_the_roster_is_named_by_the_owners_email_rather_than_the_name(roster):
    """
    owner: {name: Ana, email: ANA@example.com}
    timezone: UTC
    """
    assert (roster.key, roster.is_key_given) == ("ana-example-com", False)


def test_names_are_one_line_and_notes_are_not(parsed):
    roster = parsed(
        "owner: {name: Ana}\ntimezone: UTC\n"
        "categories: {all: {cadence: monthly, channel: call}}\n"
        "contacts:\n"
        '  - name: "Jo\\nX-EVIL:1\\u2028\\u0007 Do\\u202ee"\n'
        "    category: all\n"
        '    notes: "a\\r\\nb\\u0085c\\u0000"\n'
    )

    assert roster.contacts[0].name == "Jo X-EVIL:1 Doe"
    assert roster.contacts[0].notes == "a\nb c"


def test_the_example_and_the_starter_are_right_at_any_time(parsed):
    for today in (date(2020, 1, 1), TODAY, date(2090, 2, 28)):
        for text in (EXAMPLE.read_bytes(), starter(timezone="Asia/Tokyo")):
            parse_roster(text, file="f.yaml", folder=Path("/"), today=today)


def test_what_the_example_has_in_comments_is_right_too(parsed):
    text, count = re.subn(
        r"^( *)# (?=(?:- )?[a-z_]+: )", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )

    assert count >= 10
    assert parsed(text).trips
    assert {type(one) for one in parsed(text).calendars} == {IcsCalendar, GoogleCalendar, CaldavCalendar}


# Files


def test_a_file_is_read_with_its_paths_taken_from_its_folder(tmp_path, monkeypatch):
    path = tmp_path / "netkeep.yaml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir("/")

    assert read_roster(path, today=TODAY).calendars == (IcsCalendar(path=str(tmp_path / "checkins.ics")),)

    monkeypatch.chdir(tmp_path)
    assert read_roster(Path("netkeep.yaml"), today=TODAY) == read_roster(path, today=TODAY)


def test_a_path_may_start_at_the_home_folder(parsed, monkeypatch):
    monkeypatch.setenv("HOME", "/home/bo")

    roster = parsed(
        "owner: {name: Bo}\ntimezone: UTC\ndatabase: sqlite:///~/k.db\ncalendars: [{ics: ~/a/../b.ics}]\n"
    )

    assert roster.database == "sqlite:////home/bo/k.db"
    assert roster.calendars == (IcsCalendar(path="/home/bo/b.ics"),)


def test_the_files_of_a_sign_in_may_lie_in_the_home_folder(parsed, monkeypatch):
    monkeypatch.setenv("HOME", "/home/bo")

    roster = parsed(
        "owner: {name: Bo}\ntimezone: UTC\ncalendars: [google: {client_file: ~/c.json, token_file: t.json}]\n"
    )

    assert roster.calendars == (
        GoogleCalendar(
            client_file="/home/bo/c.json",
            token_file="/home/ana/people/t.json",  # noqa: S106  a path
        ),
    )


@pytest.mark.parametrize("said", ["google", "google: ", "google: {}", "{google: {calendar: Check-ins}}"])
def test_google_alone_is_one_calendar_with_all_that_goes_without_saying(parsed, said):
    roster = parsed(f"owner: {{name: Bo}}\ntimezone: UTC\ncalendars:\n  - {said}\n")

    assert roster.calendars == (GoogleCalendar(calendar="Check-ins", show=Show.FULL),)


def test_a_server_is_left_as_it_is_written(parsed):
    roster = parsed("owner: {name: Bo}\ntimezone: UTC\ndatabase: postgresql://u:p@h/n?sslmode=require\n")

    assert roster.database == "postgresql://u:p@h/n?sslmode=require"


def refusal(path: Path) -> str:
    with pytest.raises(RosterError) as caught:
        read_roster(path, today=TODAY)
    return str(caught.value)


def test_a_file_that_is_not_there_is_told_with_how_to_write_one(tmp_path):
    path = tmp_path / "netkeep.yaml"

    assert refusal(path) == f"{path}: there is no such file; run `netkeep-sync init` to write one"


def test_a_folder_is_told_with_the_file_that_may_be_meant(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path}: this is a folder; write {tmp_path}/netkeep.yaml"


def test_a_file_that_may_not_be_read_is_told(tmp_path):
    path = tmp_path / "netkeep.yaml"
    path.touch(mode=0)
    user = os.geteuid()
    if user == 0:  # who reads everything
        os.seteuid(65534)
    try:
        told = refusal(path)
    finally:
        os.seteuid(user)

    assert told == f"{path}: you may not read this file; check its owner and permissions"


def test_a_name_that_no_file_can_have_is_told(tmp_path):
    assert "this file cannot be read (embedded null byte); check its path" in refusal(Path("a\0b"))
    assert "this file cannot be read (" in refusal(tmp_path / ("x" * 5000))


def test_an_endless_file_is_read_no_further_than_needed():
    assert refusal(Path("/dev/zero")) == (
        "/dev/zero:1:1: the file is larger than 2 MB; a roster is a few pages; is this the right file?"
    )


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n"])
def test_an_empty_file_is_told_with_how_to_write_one(refused, text):
    assert refused(text) == [
        "netkeep.yaml:1:1: the file is empty; remove it, and run `netkeep-sync init` to write one"
    ]


@pytest.mark.parametrize("text", ["- a\n", "just words\n", "42\n"])
def test_a_file_without_keys_is_told(refused, text):
    assert refused(text) == ["netkeep.yaml:1:1: a roster is made of keys and values; see config.example.yaml"]


# Everything at once

ID = 'remove one, or give one an "id" of its own'


def test_all_problems_are_told_in_one_run_in_the_order_of_the_file(problems):
    """
    owner: {name: Ana, emial: ana@example.com}
    timezone: Europe/Berln
    capcity: {per_day: 1}
    categories:
      recruiters: {cadence: quaterly, channel: coffee}
      peers: {cadence: monthly, channel: cofee, cadence: weekly}
    contacts:
      - name: John Doe
        category: recruters
      - name: Grace Liu
        category: peers
        last_met: 2026-02-30
      - name: john doe
        category: recruiters
        last_met: 2027-01-01
    """
    assert problems == [
        'netkeep.yaml:1:20: "emial" is unknown in the owner; did you mean "email"?',
        'netkeep.yaml:2:11: timezone "Europe/Berln" is unknown; did you mean "Europe/Berlin"?',
        'netkeep.yaml:3:1: "capcity" is unknown; did you mean "capacity"?',
        'netkeep.yaml:5:25: cadence "quaterly" is unknown; did you mean "quarterly"?',
        'netkeep.yaml:6:38: channel "cofee" of category "peers" is unknown; did you mean "coffee"?',
        'netkeep.yaml:6:45: "cadence" stands here twice, first at line 6, column 11; keep one of the two',
        'netkeep.yaml:9:15: category "recruters" of John Doe is unknown; did you mean "recruiters"?',
        "netkeep.yaml:12:15: 30 February 2026 does not exist; February 2026 ends on the 28th",
        f'netkeep.yaml:13:11: "john-doe" is the key of john doe and of John Doe, at line 8, column 5; {ID}',
        "netkeep.yaml:15:15: 2027-01-01 is in the future; write the day you last met",
    ]


def test_what_is_wrong_is_told_once_and_not_missed_again(problems):
    """
    owner: 7
    timezone: [UTC]
    categories:
      a: {cadence: quaterly, channel: *x}
      b: oops
    contacts:
      - {name: One, category: a}
      - {name: Two, category: b}
      - {name: [], category: {}, cadence: monthly}
      - {nme: Four, categry: a}
      - *x
    """
    assert problems == [
        'netkeep.yaml:1:8: "owner" has no keys; write them below it, indented, such as "name: Ana Kaya"',
        'netkeep.yaml:2:11: "timezone" must be text; put it in quotes',
        'netkeep.yaml:4:16: cadence "quaterly" is unknown; did you mean "quarterly"?',
        'netkeep.yaml:4:35: the alias "*x" is not followed here; write the value itself',
        'netkeep.yaml:5:6: "b" has no keys; write them below it, indented, such as "cadence: quarterly"',
        'netkeep.yaml:9:12: "name" must be text; put it in quotes',
        'netkeep.yaml:9:26: "category" must be text; put it in quotes',
        'netkeep.yaml:10:6: "nme" is unknown for this contact; did you mean "name"?',
        'netkeep.yaml:10:17: "categry" is unknown for this contact; did you mean "category"?',
        'netkeep.yaml:11:5: the alias "*x" is not followed here; write the value itself',
    ]


@pytest.mark.parametrize("name", MISTAKEN)
def test_no_more_problems_are_told_than_one_can_read(refused, name):
    # How soon: tests/benchmarks/reading.py.
    assert len(refused(MISTAKEN[name])) == MAX_PROBLEMS


# Whatever is written, it is read, or refused with places


def assert_read_or_refused(text: str | bytes) -> None:
    try:
        parse_roster(text, file="f.yaml", folder=Path("/"), today=TODAY)
    except RosterError as error:
        problems = error.problems
    else:
        return
    assert problems
    for problem in problems:
        words = f"{problem.message} {problem.advice}"
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        assert problem.advice
        assert not any(theirs in words for theirs in ("Input", "should", "valid", "pydantic", "Field "))


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_a_roster_or_problems(data):
    assert_read_or_refused(data)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_a_roster_or_problems(text):
    assert_read_or_refused(text)


EXAMPLE_TEXT = EXAMPLE.read_text(encoding="utf-8")
SYNTAX = ["\t", "  ", "- ", ": ", "[", "]", "{", "}", "'", '"', "|", "&a ", "*a", "<<", "\n", "#", "!"]
SCRAPS = st.one_of(st.sampled_from(SYNTAX), st.text(max_size=3))


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), SCRAPS), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_the_example_with_scraps_pasted_in_is_a_roster_or_problems(edits):
    text = EXAMPLE_TEXT
    for position, removed, scrap in edits:
        index = int(position * len(text))
        text = text[:index] + scrap + text[index + removed :]

    assert_read_or_refused(text)


KEYS = st.text(max_size=5) | st.sampled_from(["name", "ics", "google", "coffee", "city", "from", "to"])
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 10**12),
        st.text(max_size=8),
        st.sampled_from(["google", "2026-02-30", "02-29", "december", "2199-12-31", "held"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=4,
)
FULL = dedent(test_every_key_of_the_file_finds_its_place_in_the_roster.__doc__ or "")
TREES = [read_yaml(text, file="f.yaml").tree for text in (EXAMPLE_TEXT, FULL)]


def _ways(node: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [way, *(deeper for key, one in inner for deeper in _ways(one, (*way, key)))]


@given(st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_roster_with_values_swapped_for_junk_is_a_roster_or_problems(data):
    tree: Any = deepcopy(data.draw(st.sampled_from(TREES)))
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(_ways(tree)))
        junk = data.draw(JUNK)
        if not way:
            tree = junk
            break
        parent = tree
        for key in way[:-1]:
            parent = parent[key]
        match data.draw(st.sampled_from(["swap", "remove", "rename"])):
            case "remove":
                del parent[way[-1]]
            case "rename" if isinstance(parent, dict):
                parent[f"{way[-1]}x"] = parent.pop(way[-1])
            case _:
                parent[way[-1]] = junk

    assert_read_or_refused(json.dumps(tree, ensure_ascii=False))
