"""Every message about a file that has not the shape of a roster, word for word."""

from __future__ import annotations

import pytest

from netkeep_sync.config.schema import CategoryEntry, RosterEntry

HEAD = "owner: {name: Ana}\ntimezone: UTC\n"
PEERS = "categories: {peers: {cadence: monthly, channel: call}}\n"


@pytest.mark.parametrize(
    ("text", "place", "message", "advice"),
    [
        # keys that are missing
        ("timezone: UTC\n", "1:1", "the roster has no owner", 'write "owner: {name: Ana Kaya}"'),
        ("owner:\ntimezone: UTC\n", "1:1", "the roster has no owner", 'write "owner: {name: Ana Kaya}"'),
        (
            "owner: {email: a@b.c}\ntimezone: UTC\n",
            "1:8",
            "the owner has no name",
            'write "name: Ana Kaya"',
        ),
        ("owner: {name: Ana}\n", "1:1", "the roster has no timezone", 'write "timezone: Europe/Berlin"'),
        (
            HEAD + PEERS + "contacts:\n  - {name: John Doe}\n",
            "5:5",
            "John Doe has no category",
            'write "category: " and one of peers',
        ),
        (
            HEAD + "contacts:\n  - {name: John Doe, category: }\n",
            "4:22",
            "John Doe has no category",
            'write "category: peers", and say under "categories" what peers share',
        ),
        (
            HEAD + PEERS + "contacts:\n  - category: peers\n",
            "5:5",
            "this contact has no name",
            'write "name: John Doe"',
        ),
        (
            HEAD + "calendars: [{}]\n",
            "3:13",
            "this calendar has neither ics nor google nor caldav",
            'write "ics: checkins.ics", or only the word "google"',
        ),
        # keys that nobody knows
        (HEAD + "contact: []\n", "3:1", '"contact" is unknown', 'did you mean "contacts"?'),
        (
            HEAD + "Xyz: 1\n",
            "3:1",
            '"Xyz" is unknown',
            f"the keys here are {', '.join(RosterEntry.model_fields)}",
        ),
        (HEAD + "per_week: 3\n", "3:1", '"per_week" is unknown', 'it belongs under "capacity"'),
        (
            HEAD + "cadence: weekly\n",
            "3:1",
            '"cadence" is unknown',
            'it belongs under "categories" or "contacts"',
        ),
        (
            HEAD + "capacity: {contacts: 3}\n",
            "3:12",
            '"contacts" is unknown in "capacity"',
            "it belongs in the first column",
        ),
        (
            HEAD + "channels: {coffee: {minuts: 3}}\n",
            "3:21",
            '"minuts" is unknown in channel "coffee"',
            'did you mean "minutes"?',
        ),
        (
            HEAD + "categories: {peers: {qwerty: 3}}\n",
            "3:22",
            '"qwerty" is unknown in category "peers"',
            f"the keys here are {', '.join(CategoryEntry.known_keys())}",
        ),
        (
            HEAD + PEERS + "contacts:\n  - name: John Doe\n    category: peers\n    lastmet: 2026-09-14\n",
            "7:5",
            '"lastmet" is unknown for John Doe',
            'did you mean "last_met"?',
        ),
        (
            HEAD + PEERS + "contacts:\n  - {id: jd, category: peers, nam: John}\n",
            "5:31",
            '"nam" is unknown for jd',
            'did you mean "name"?',
        ),
        (
            HEAD + "calendars:\n  - google: {calender: Check-ins}\n",
            "4:14",
            '"calender" is unknown in this calendar',
            'did you mean "calendar"?',
        ),
        (
            HEAD + "calendars:\n  - google: {ics: a.ics}\n",
            "4:14",
            '"ics" is unknown in this calendar',
            'it belongs under "calendars"',
        ),
        (
            HEAD + "calendars:\n  - ics: a.ics\n    calendar_id: primary\n",
            "5:5",
            '"calendar_id" is unknown in this calendar',
            'it belongs under "google"',
        ),
        (HEAD + "calendar: []\n", "3:1", '"calendar" is unknown', 'did you mean "calendars"?'),
        (
            HEAD + "channels: {google: {minutes: 9, between: 09:00-10:00, show: x}}\n",
            "3:55",
            '"show" is unknown in channel "google"',
            'it belongs under "calendars"',
        ),
        (
            HEAD + "calendars:\n  - caldav\n",
            "4:5",
            "this caldav calendar has no address",
            'write "- caldav: {url: https://cloud.example.com/remote.php/dav, user: ana}"',
        ),
        # values where keys belong, and the other way round
        (
            "owner: Ana\ntimezone: UTC\n",
            "1:8",
            '"owner" has no keys',
            'write them below it, indented, such as "name: Ana Kaya"',
        ),
        (
            HEAD + "categories: [peers]\n",
            "3:13",
            '"categories" has no keys',
            'write them below it, indented, such as "peers: {cadence: quarterly, channel: coffee}"',
        ),
        (
            HEAD + "channels: {walk: 45}\n",
            "3:18",
            '"walk" has no keys',
            'write them below it, indented, such as "minutes: 45"',
        ),
        (
            HEAD + "contacts:\n  - John Doe\n",
            "4:5",
            '"John Doe" is only a name',
            'write "- name: John Doe", and "category: " below it',
        ),
        (HEAD + "contacts:\n  - [x]\n", "4:5", "this entry has no keys", 'write "- name: John Doe"'),
        (HEAD + "calendars:\n  - a.ics\n", "4:5", "this entry has no keys", 'write "- ics: checkins.ics"'),
        (
            HEAD + "calendars:\n  - google: Check-ins\n",
            "4:13",
            '"google" has no keys',
            'write them below it, indented, such as "calendar: Check-ins"',
        ),
        (
            HEAD + "contacts:\n  name: John Doe\n",
            "4:3",
            '"contacts" must be a list',
            'start each of its entries with "- "',
        ),
        (
            HEAD + "calendars: checkins.ics\n",
            "3:12",
            '"calendars" must be a list',
            'start each of its entries with "- "',
        ),
        (
            HEAD + "availability: {days: {mon: 1}}\n",
            "3:22",
            '"days" must be a list',
            'start each of its entries with "- "',
        ),
        # values of another kind
        ("owner: {name: [Ana]}\ntimezone: UTC\n", "1:15", '"name" must be text', "put it in quotes"),
        (
            HEAD + "channels: {coffee: {title: {name}}}\n",
            "3:28",
            '"title" must be text',
            "put it in quotes",
        ),
        (
            HEAD + "categories:\n  peers:\n    ask:\n      - You said: hello\n",
            "6:9",
            '"ask" must be text',
            "put it in quotes",
        ),
        (
            HEAD + "categories:\n  peers:\n    ask:\n      - one\n      -\n",
            "7:8",
            "this item is empty",
            "write something, or remove it",
        ),
        (
            HEAD + "capacity: {per_day: two}\n",
            "3:21",
            '"per_day" must be a whole number',
            'write "per_day: 1"',
        ),
        (
            HEAD + "capacity: {per_week: 1.5}\n",
            "3:22",
            '"per_week" must be a whole number',
            'write "per_week: 3"',
        ),
        (
            HEAD + 'channels: {coffee: {minutes: "45"}}\n',
            "3:30",
            '"minutes" must be a number',
            "write 45 without quotes",
        ),
        (HEAD + "capacity: {per_day: 0}\n", "3:21", "per_day is 0", "write 1 or more"),
        (HEAD + "capacity: {per_week: -1}\n", "3:22", "per_week is -1", "write 1 or more"),
        (HEAD + "categories: {peers: {keep: 101}}\n", "3:28", "keep is 101", "write 100 or less"),
        (HEAD + "channels: {coffee: {minutes: 4}}\n", "3:30", "minutes is 4", "write 5 or more"),
        (
            HEAD + "channels: {coffee: {remote: yes}}\n",
            "3:29",
            '"remote" must be true or false',
            'write "remote: true" or "remote: false"',
        ),
        (HEAD + "assume: maybe\n", "3:9", 'assume "maybe" is unknown', 'write "held" or "ask"'),
        (HEAD + "language: fr\n", "3:11", 'language "fr" is unknown', 'write "en" or "de"'),
        (HEAD + "capacity: {minutes_per_month: 4}\n", "3:31", "minutes_per_month is 4", "write 5 or more"),
        (
            HEAD + "capacity: {minutes_per_month: 44641}\n",
            "3:31",
            "minutes_per_month is 44641",
            "write 44640 or less",
        ),
        (
            HEAD + "availability: {buffer: 15 minutes}\n",
            "3:24",
            '"buffer" must be a whole number',
            'write "buffer: 15"',
        ),
        (HEAD + "channels: {coffee: {buffer: 241}}\n", "3:29", "buffer is 241", "write 240 or less"),
        (HEAD + "availability: {buffer: -1}\n", "3:24", "buffer is -1", "write 0 or more"),
        (
            HEAD + "channels: {coffee: {reminders: 15 minutes}}\n",
            "3:32",
            '"reminders" must be a whole number',
            'write "reminders: [1440, 15]"',
        ),
        (HEAD + "categories: {peers: {reminders: -1}}\n", "3:33", "reminders is -1", "write 0 or more"),
        (
            HEAD + PEERS + "contacts: [{name: A, category: peers, reminders: [15, 40321]}]\n",
            "4:55",
            "reminders is 40321",
            "write 40320 or less",
        ),
        (
            HEAD + "channels: {coffee: {shows_as: transparent}}\n",
            "3:31",
            'shows_as "transparent" is unknown',
            'write "busy" or "free"',
        ),
        (
            HEAD + "categories: {peers: {meet: yes}}\n",
            "3:28",
            '"meet" must be true or false',
            'write "meet: true" or "meet: false"',
        ),
        (
            HEAD + PEERS + "contacts: [{name: A, category: peers, email: a@b.c, invite: yes}]\n",
            "4:61",
            '"invite" must be true or false',
            'write "invite: true" or "invite: false"',
        ),
        (
            HEAD + "calendars: [{ics: a.ics, show: nothing}]\n",
            "3:32",
            'show "nothing" is unknown',
            'write "full", "first-name" or "busy"',
        ),
        (
            HEAD + "calendars: [{google: {show: first}}]\n",
            "3:29",
            'show "first" is unknown',
            'write "full", "first-name" or "busy"',
        ),
        (
            HEAD + "categories: {peers: {from: planned}}\n",
            "3:28",
            'from "planned" is unknown',
            'write "held" or "schedule"',
        ),
        (
            HEAD + "milestones: {birthday: 03-14}\n",
            "3:13",
            '"milestones" must be true or false',
            'write "milestones: true" or "milestones: false"',
        ),
        # lists that are empty, or too long
        (
            HEAD + "channels: {coffee: {days: []}}\n",
            "3:27",
            '"days" is empty',
            'write "days: [tue, wed]", or remove the line',
        ),
        (
            HEAD + "categories: {peers: {between: []}}\n",
            "3:31",
            '"between" is empty',
            'write "between: [08:30-10:00]", or remove the line',
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: A, category: peers, reachable: []}\n",
            "5:43",
            '"reachable" is empty',
            'write "reachable: [09:00-17:00]", or remove the line',
        ),
        (
            HEAD + f"availability: {{avoid: [{', '.join(['may'] * 21)}]}}\n",
            "3:23",
            '"avoid" has more than 20 entries',
            "keep 20 at the most",
        ),
        (
            HEAD
            + PEERS
            + "contacts:\n  - name: A\n    category: peers\n    milestones:\n"
            + "".join(f"      day {n}: 01-01\n" for n in range(21)),
            "8:7",
            '"milestones" has more than 20 entries',
            "keep 20 at the most",
        ),
        (
            HEAD + "channels: {coffee: {reminders: [1, 2, 3, 4, 5, 6]}}\n",
            "3:32",
            '"reminders" has more than 5 entries',
            "keep 5 at the most",
        ),
        # travels and milestones
        (
            HEAD + "travel: [{city: Berlin, to: 2027-02-05}]\n",
            "3:10",
            "this trip has no from",
            'write "from: 2027-02-01"',
        ),
        (
            HEAD + "travel: [{from: 2027-02-01, to: 2027-02-02, city: '!'}]\n",
            "3:51",
            '"!" is no name of a city',
            "write it in letters, such as Berlin",
        ),
        (
            HEAD + "travel: [{city: Berlin, from: 2027-02-01, too: 2027-02-02}]\n",
            "3:43",
            '"too" is unknown in this trip',
            'did you mean "to"?',
        ),
        (HEAD + "travel: [Berlin]\n", "3:10", "this entry has no keys", 'write "- city: Berlin"'),
        (
            HEAD + "travel: Berlin\n",
            "3:9",
            '"travel" must be a list',
            'start each of its entries with "- "',
        ),
        (
            HEAD + "travel: [{city: Berlin, from: 2027-02-30, to: 2027-01-01}]\n",
            "3:31",
            "30 February 2027 does not exist",
            "February 2027 ends on the 28th",
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: A, category: peers, milestones: 03-14}\n",
            "5:44",
            '"milestones" has no keys',
            'write them below it, indented, such as "birthday: 03-14"',
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: A, category: peers, milestones: {birthday: }}\n",
            "5:45",
            "this item is empty",
            "write something, or remove it",
        ),
        (
            HEAD
            + PEERS
            + "contacts:\n  - {name: A, category: peers, milestones: {name: [], birthday: 01-01}}\n",
            "5:51",
            '"name" must be text',
            "put it in quotes",
        ),
        # keys at home in many places
        (
            HEAD + "from: held\n",
            "3:1",
            '"from" is unknown',
            'it belongs under "categories" or "contacts" or "travel" or "busy"',
        ),
        # values that say nothing, or too much
        (
            'owner: {name: ""}\ntimezone: UTC\n',
            "1:15",
            "this text is empty",
            "write something, or remove the line",
        ),
        (
            f"owner: {{name: {'x' * 201}}}\ntimezone: UTC\n",
            "1:15",
            "this text is longer than 200 characters",
            "shorten it",
        ),
        # values that cannot be: see test_values.py for their words
        (
            HEAD + PEERS + "contacts:\n  - {name: A, category: peers, cadence: quaterly}\n",
            "5:41",
            'cadence "quaterly" is unknown',
            'did you mean "quarterly"?',
        ),
        (
            HEAD + "availability:\n  days: [mon, tue, wen]\n",
            "4:20",
            '"wen" is no day of the week',
            "write some of mon, tue, wed, thu, fri, sat, sun",
        ),
        (
            HEAD + "availability:\n  away: 2026-02-30\n",
            "4:9",
            "30 February 2026 does not exist",
            "February 2026 ends on the 28th",
        ),
        (
            "owner: {name: Ana}\ntimezone: Nowhere\n",
            "2:11",
            'timezone "Nowhere" is unknown',
            "write an IANA name such as Europe/Berlin",
        ),
        (
            HEAD + "availability:\n  avoid: [december, last weak of a quarter]\n",
            "4:21",
            '"last weak of a quarter" names no days to avoid',
            'did you mean "last week of a quarter"?',
        ),
        (
            HEAD + "availability:\n  avoid: 5\n",
            "4:10",
            '"5" names no days to avoid',
            'write it like "last week of a quarter", "first 3 days of a month" or "december"',
        ),
        (
            HEAD + "freeze: 9 weeks\n",
            "3:9",
            'freeze "9 weeks" is more than 60 days',
            'write at most "60 days"',
        ),
        (HEAD + "roster: My List\n", "3:9", '"My List" is no key', 'write "my-list"'),
        (
            HEAD + "calendars: [{ics: netkeep.yaml}]\n",
            "3:19",
            '"netkeep.yaml" does not end in .ics',
            'write a file name such as "checkins.ics"',
        ),
        (
            HEAD + "categories: {peers: {color: lavendar}}\n",
            "3:29",
            'color "lavendar" is unknown',
            'did you mean "lavender"?',
        ),
        (
            HEAD + "calendars: [google: {calendar_id: Check-ins}]\n",
            "3:35",
            '"Check-ins" is no id of a calendar',
            'write "primary", or the id that the settings of the calendar show',
        ),
        (
            HEAD + 'calendars: [google: {token_file: ""}]\n',
            "3:34",
            "this text is empty",
            "write something, or remove the line",
        ),
    ],
)
def test_a_misfit_is_told_with_its_place_and_what_to_write(refused, text, place, message, advice):
    assert refused(text) == [f"netkeep.yaml:{place}: {message}; {advice}"]


def test_of_a_calendar_that_is_told_nothing_else_is_told(refused):
    told = refused(
        HEAD + "calendars: [caldav: {}, google: {calendr: A, show: x}, ics: a, caldav, ics: b.ics]\n"
    )

    assert [problem.partition(": ")[2].partition(";")[0] for problem in told] == [
        "this calendar has no url",
        '"calendr" is unknown in this calendar',
        'show "x" is unknown',
        '"a" does not end in .ics',
        "this caldav calendar has no address",
    ]


def test_a_password_is_never_repeated(refused):
    for url in ("mysql://ana:secret@host/x", "secret", "sqlite://secret"):
        assert "secret" not in "".join(refused(HEAD + f"database: {url}\n"))


def test_names_in_messages_are_short_and_in_one_line(refused):
    (problem,) = refused(HEAD + f'contacts:\n  - "{"x" * 100}\\e[31m\\n"\n')

    assert problem.count("x" * 57 + "...") == 2
    assert "\x1b" not in problem


def test_only_the_first_of_many_categories_are_offered(refused):
    categories = ", ".join(f"c{n}: " for n in range(20))

    (problem,) = refused(f"{HEAD}categories: {{{categories}}}\ncontacts: [{{name: A}}]\n")

    assert problem.endswith('write "category: " and one of c0, c1, c2, c3, c4, c5, c6, c7, ...')
