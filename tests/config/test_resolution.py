"""Every message about entries that do not go together, word for word."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from netkeep_sync.config.roster_file import parse_roster
from netkeep_sync.core.contact import Milestone
from netkeep_sync.errors import RosterError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "owner: {name: Ana}\ntimezone: UTC\n"
BARE = "categories: {misc: }\n"
PEERS = "categories: {peers: {cadence: monthly, channel: call}}\n"


@pytest.mark.parametrize(
    ("text", "place", "message", "advice"),
    [
        # names that are looked up
        (
            HEAD + "categories:\n  recruiters: {cadence: monthly, channel: call}\n"
            "contacts: [{name: John Doe, category: recruters}]\n",
            "5:39",
            'category "recruters" of John Doe is unknown',
            'did you mean "recruiters"?',
        ),
        (
            HEAD + PEERS + "contacts: [{name: John Doe, category: vendors}]\n",
            "4:39",
            'category "vendors" of John Doe is unknown',
            'add it under "categories", or write one of peers',
        ),
        (
            HEAD + "contacts: [{name: John Doe, category: vendors}]\n",
            "3:39",
            'category "vendors" of John Doe is unknown',
            'write "categories: {vendors: {cadence: quarterly}}"',
        ),
        (
            HEAD + PEERS + "contacts: [{name: John Doe, category: peers, channel: vidoe}]\n",
            "4:55",
            'channel "vidoe" of John Doe is unknown',
            'did you mean "video"?',
        ),
        (
            HEAD + "categories: {peers: {cadence: monthly, channel: sauna}}\n"
            "contacts: [{name: A, category: peers}, {name: B, category: peers}]\n",
            "3:49",
            'channel "sauna" of category "peers" is unknown',
            'add it under "channels", or write one of coffee, lunch, video, call',
        ),
        # what neither the contact nor the category says
        (
            HEAD + BARE + "contacts:\n  - name: John Doe\n    category: misc\n    channel: call\n",
            "5:5",
            "John Doe has no cadence",
            'write "cadence: quarterly" here or under category "misc"',
        ),
        (
            HEAD + BARE + "contacts:\n  - name: John Doe\n    category: misc\n    cadence: weekly\n",
            "5:5",
            "John Doe has no channel",
            'write "channel: coffee" here or under category "misc"',
        ),
        (
            HEAD + BARE + "contacts: [{name: A, category: misc, cadence: , channel: call}]\n",
            "4:38",
            "A has no cadence",
            'write "cadence: quarterly" here or under category "misc"',
        ),
        # two of one kind
        (
            HEAD + PEERS + "contacts:\n  - {name: John Doe, category: peers}\n"
            "  - {name: John Doe, category: peers}\n",
            "6:12",
            "John Doe stands here twice, first at line 5, column 5",
            'remove one, or give one an "id" of its own',
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: José, category: peers}\n"
            "  - {name: Pepe, id: jose, category: peers}\n",
            "6:22",
            '"jose" is the key of Pepe and of José, at line 5, column 5',
            'remove one, or give one an "id" of its own',
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: A, category: peers, email: x@example.com}\n"
            "  - {name: B, category: peers, email: X@Example.com}\n",
            "6:39",
            "X@Example.com is the email of A too, at line 5, column 39",
            "leave it with one of them",
        ),
        (
            HEAD + "calendars:\n  - ics: a.ics\n  - ics: ./x/../a.ics\n",
            "5:10",
            "./x/../a.ics stands here twice, first at line 4, column 10",
            "keep one of the two",
        ),
        (
            HEAD + "calendars:\n  - google\n  - ics: a.ics\n  - google: {calendar: Check-ins, show: busy}\n",
            "6:13",
            "Check-ins stands here twice, first at line 4, column 5",
            'give one of them another "calendar"',
        ),
        (
            HEAD + "calendars:\n  - google: {calendar_id: primary}\n  - google: {calendar_id: primary}\n",
            "5:13",
            "primary stands here twice, first at line 4, column 13",
            'give one of them another "calendar"',
        ),
        # calendars that say too much
        (
            HEAD + "calendars:\n  - google:\n    ics: a.ics\n",
            "5:10",
            "a file and a calendar at Google are two calendars",
            'write "- ics: a.ics" on a line of its own',
        ),
        (
            HEAD + "calendars:\n  - google:\n    show: busy\n",
            "5:11",
            "what a calendar at Google shows is said below google",
            'write "google: {show: busy}"',
        ),
        (
            HEAD + "calendars:\n  - google: {calendar: Mine, calendar_id: primary}\n",
            "4:24",
            "a calendar that you have already has its name",
            'remove "calendar"; or remove "calendar_id", and one is made',
        ),
        (
            HEAD + "calendars:\n  - show: busy\n",
            "4:5",
            "this calendar has neither ics nor google nor caldav",
            'write "ics: checkins.ics", or only the word "google"',
        ),
        # an invitation without an address
        (
            HEAD + PEERS + "contacts:\n  - {name: John Doe, category: peers, invite: true}\n",
            "5:47",
            "John Doe has no email to invite",
            'write "email: " and their address, or remove "invite"',
        ),
        # names without letters
        (
            HEAD + PEERS + 'contacts: [{name: "???", category: peers}]\n',
            "4:19",
            '"???" has no letters to make a key of',
            "give it an id",
        ),
        (
            'owner: {name: "!"}\ntimezone: UTC\n',
            "1:15",
            '"!" has no letters to name this roster by',
            'write "roster: my-people" in the first column',
        ),
        # days and hours
        (
            HEAD + PEERS + "contacts:\n  - {name: A, category: peers, last_met: 2026-11-24}\n",
            "5:42",
            "2026-11-24 is in the future",
            "write the day you last met",
        ),
        (
            HEAD + "availability: {days: []}\n",
            "3:22",
            "no day is left for check-ins",
            'write "days: [mon, tue, wed]"',
        ),
        (
            HEAD + 'channels: {walk: {minutes: 30, between: ["16:00-18:00", "09:00-09:20"]}}\n',
            "3:57",
            '09:00-09:20 is shorter than the 30 minutes of "walk"',
            "write longer hours, or fewer minutes",
        ),
        (
            HEAD + "channels:\n  coffee: {minutes: 120}\n",
            "4:21",
            "120 minutes do not fit into 08:30-10:00",
            'write longer hours under "between", or fewer minutes',
        ),
        (
            HEAD + "channels:\n  walk: {between: 16:00-18:00}\n",
            "4:9",
            'channel "walk" has no minutes',
            'write "minutes: 45"',
        ),
        (
            HEAD + "channels:\n  walk: {minutes: 30}\n",
            "4:9",
            'channel "walk" has no hours',
            'write "between: [08:30-10:00]"',
        ),
        (
            HEAD + "channels:\n  coffee: {between: []}\n",
            "4:21",
            'channel "coffee" has no hours',
            'write "between: [08:30-10:00]"',
        ),
        # minutes and hours that somebody gives in place of a channel's
        (
            HEAD + "categories:\n  peers: {channel: coffee, minutes: 120}\n",
            "4:37",
            "120 minutes do not fit into 08:30-10:00",
            'write longer hours under "between", or fewer minutes',
        ),
        (
            HEAD + "categories:\n  peers: {channel: lunch, between: [12:00-13:00, 12:00-12:30]}\n",
            "4:50",
            '12:00-12:30 is shorter than the 60 minutes of category "peers"',
            "write longer hours, or fewer minutes",
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: Bo, category: peers, minutes: 150, channel: coffee}\n",
            "5:42",
            "150 minutes do not fit into 08:30-10:00",
            'write longer hours under "between", or fewer minutes',
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: Bo, category: peers, between: 09:00-09:20}\n",
            "5:42",
            "09:00-09:20 is shorter than the 30 minutes of Bo",
            "write longer hours, or fewer minutes",
        ),
        (
            HEAD + "categories: {peers: {cadence: monthly, channel: call, minutes: 100}}\n"
            "contacts:\n  - {name: Bo, category: peers, channel: coffee}\n",
            "5:42",
            'the 100 minutes of Bo by "coffee" do not fit into 08:30-10:00',
            'give them "minutes" or "between" of their own',
        ),
        (
            HEAD + "categories: {peers: {cadence: monthly, between: 08:00-08:45}}\n"
            "contacts:\n  - {name: Bo, category: peers, channel: lunch}\n",
            "5:42",
            'the 60 minutes of Bo by "lunch" do not fit into 08:00-08:45',
            'give them "minutes" or "between" of their own',
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: Bo, category: peers, reachable: [09:00-09:20]}\n",
            "5:44",
            "09:00-09:20 is shorter than the 30 minutes of Bo",
            "write longer hours, or fewer minutes",
        ),
        # days to avoid
        (
            HEAD + "availability: {avoid: [first 31 days of a month]}\n",
            "3:23",
            "no day of the year is left for check-ins",
            "avoid less, or add days of the week",
        ),
        # milestones
        (
            HEAD + PEERS + "contacts:\n  - {name: Bo, category: peers, milestones: {child: 2027-01-01}}\n",
            "5:53",
            "the year 2027 is in the future",
            'write the year it began in, or only "01-01"',
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: Bo, category: peers, milestones: {_: 01-01}}\n",
            "5:46",
            '"_" has no letters to call a day by',
            'write a word such as "birthday"',
        ),
        (
            HEAD
            + PEERS
            + f"contacts:\n  - {{name: Bo, category: peers, milestones: {{{'x' * 61}: 01-01}}}}\n",
            "5:46",
            "this label is longer than 60 characters",
            "shorten it",
        ),
        (
            HEAD + PEERS + "contacts:\n  - name: Bo\n    category: peers\n"
            "    milestones: {new_job: 01-01, New job: 02-02}\n",
            "7:34",
            '"New job" stands here twice, first at line 7, column 18',
            "keep one of the two",
        ),
        # travels
        (
            HEAD + "travel:\n  - {city: Berlin, from: 2027-02-05, to: 2027-02-01}\n",
            "4:42",
            "the trip to Berlin ends before it starts, on 2027-02-05",
            'write "from: 2027-02-01" and "to: 2027-02-05"',
        ),
        (
            HEAD + "travel:\n  - {city: Berlin, from: 2027-01-01, to: 2028-01-02}\n",
            "4:42",
            "the trip to Berlin is 367 days long",
            "write 2028-01-01 or earlier",
        ),
        (
            HEAD + "travel:\n  - {city: Tokyo, from: 2027-02-05, to: 2027-02-07}\n"
            "  - {city: Berlin, from: 2027-02-01, to: 2027-02-05}\n",
            "4:25",
            "on 2027-02-05 you are in Berlin, by line 5, column 5",
            "write 2027-02-06 or later, or end that trip earlier",
        ),
        # a flex that reaches into the next period
        (
            HEAD + "categories:\n  peers: {cadence: monthly, channel: call, flex: 3 weeks}\n"
            "contacts: [{name: A, category: peers}]\n",
            "4:50",
            'a flex of 21 days is half of "monthly" or more',
            'write at most "15 days"',
        ),
        (
            HEAD + PEERS + "contacts:\n  - {name: A, category: peers, cadence: weekly, flex: 4 days}\n",
            "5:55",
            'a flex of 4 days is half of "weekly" or more',
            'write at most "3 days"',
        ),
        (
            HEAD + "categories:\n  peers: {cadence: monthly, channel: call, flex: 10 days}\n"
            "contacts: [{name: Bo, category: peers, cadence: weekly}]\n",
            "5:49",
            'the flex of category "peers", 10 days, is half of "weekly" or more',
            'give Bo a flex of at most "3 days"',
        ),
    ],
)
def test_what_does_not_go_together_is_told_with_its_place(refused, text, place, message, advice):
    assert refused(text) == [f"netkeep.yaml:{place}: {message}; {advice}"]


def test_both_duties_of_a_channel_are_missed_at_once(refused):
    assert refused(HEAD + "channels: {walk: }\n") == [
        'netkeep.yaml:3:12: channel "walk" has no hours; write "between: [08:30-10:00]"',
        'netkeep.yaml:3:12: channel "walk" has no minutes; write "minutes: 45"',
    ]


def test_hours_of_a_built_in_channel_need_only_one_part_that_is_long_enough(parsed):
    assert parsed(HEAD + "channels: {video: {minutes: 150}}\n").contacts == ()


@pytest.mark.parametrize(
    ("said", "weekdays"),
    [
        ("", None),
        ("channels: {call: {days: [mon, tue]}}", {0, 1}),
        ("categories: {peers: {cadence: monthly, channel: call, days: wed}}", {2}),
        (
            "channels: {call: {days: mon}}\ncategories: {peers: {channel: call, cadence: weekly, days: fri}}",
            {4},
        ),
    ],
)
def test_days_of_a_channel_give_way_to_those_of_a_category(parsed, said, weekdays):
    peers = "" if "peers" in said else PEERS
    (contact,) = parsed(f"{HEAD}{said}\n{peers}contacts: [{{name: Bo, category: peers}}]\n").contacts

    assert contact.channel.weekdays == weekdays


def test_what_a_contact_says_of_time_beats_what_the_category_says(parsed):
    roster = parsed(
        HEAD + "categories:\n"
        "  peers: {cadence: monthly, channel: call, minutes: 60, between: 09:00-10:00, days: fri}\n"
        "contacts:\n"
        "  - {name: A, category: peers}\n"
        "  - {name: B, category: peers, minutes: 15, between: 07:00-07:15, days: [mon, mon]}\n"
        "  - {name: C, category: peers, minutes: 30}\n"
    )

    told = [
        (one.channel.minutes, [str(hours) for hours in one.channel.hours], one.channel.weekdays)
        for one in roster.contacts
    ]
    assert told == [(60, ["09:00-10:00"], {4}), (15, ["07:00-07:15"], {0}), (30, ["09:00-10:00"], {4})]


def test_what_a_contact_says_of_its_entries_beats_the_category_and_that_the_channel(parsed):
    roster = parsed(
        HEAD + "channels: {call: {reminders: 10, shows_as: free, meet: true}}\n"
        "categories:\n"
        "  plain: {cadence: monthly, channel: call}\n"
        "  other: {cadence: monthly, channel: call, reminders: [60, 5, 60], shows_as: busy, meet: false}\n"
        "contacts:\n"
        "  - {name: A, category: plain}\n"
        "  - {name: B, category: other}\n"
        "  - {name: C, category: other, reminders: [], shows_as: free, meet: true}\n"
        "  - {name: D, category: plain, channel: coffee}\n"
    )

    told = [(one.channel.reminders, one.channel.is_busy, one.channel.has_meet) for one in roster.contacts]
    assert told == [((10,), False, True), ((60, 5), True, False), ((), False, True), (None, True, False)]


def test_minutes_and_hours_of_a_category_go_together_whatever_channel_a_contact_has(parsed):
    roster = parsed(
        HEAD + "categories: {peers: {cadence: monthly, minutes: 120, between: 08:00-10:00}}\n"
        "contacts: [{name: A, category: peers, channel: coffee}]\n"
    )

    assert roster.contacts[0].channel.minutes == 120


def test_a_buffer_of_a_channel_beats_that_of_all(parsed):
    roster = parsed(
        HEAD + "availability: {buffer: 15}\nchannels: {lunch: {buffer: 30}, walk: {minutes: 30, between: "
        "16:00-18:00}, call: {buffer: 0}}\ncategories: {peers: {cadence: monthly}}\ncontacts:\n"
        + "".join(
            f"  - {{name: {name}, category: peers, channel: {name}}}\n"
            for name in ("call", "coffee", "lunch", "walk")
        )
    )

    assert [one.channel.buffer_minutes for one in roster.contacts] == [0, 15, 30, 15]


def test_hours_that_are_told_are_not_held_against_the_minutes(refused):
    (problem,) = refused(
        HEAD + PEERS + "contacts: [{name: A, category: peers, minutes: 600, between: [8-9]}]\n"
    )

    assert "is no part of the day" in problem


def test_one_long_part_of_the_day_is_enough_to_be_reachable(parsed):
    roster = parsed(
        HEAD + PEERS + "contacts: [{name: A, category: peers, reachable: [09:00-09:20, 10:00-11:00]}]\n"
    )

    assert len(roster.contacts[0].reachable) == 2


def test_whom_one_meets_in_person_may_be_reachable_for_a_moment_only(parsed):
    people = "contacts: [{name: A, category: peers, channel: lunch, reachable: 09:00-09:20}]\n"

    assert parsed(HEAD + PEERS + people).contacts


def test_an_avoided_year_is_told_only_where_the_days_of_the_week_are_right(refused):
    (problem,) = refused(HEAD + "availability: {days: [moon], avoid: first 31 days of a month}\n")

    assert '"moon" is no day of the week' in problem


def test_trips_may_be_over_and_follow_one_another(parsed):
    roster = parsed(
        HEAD + "travel:\n  - {city: B, from: 2024-03-05, to: 2024-03-05}\n"
        "  - {city: A, from: 2024-03-01, to: 2024-03-04}\n  - {city: C, from: 2027-01-01, to: 2028-01-01}\n"
    )

    assert [trip.city for trip in roster.trips] == ["A", "B", "C"]


def test_a_short_trip_within_a_long_one_does_not_hide_the_next_overlap(refused):
    problems = refused(
        HEAD + "travel:\n  - {city: A, from: 2027-01-01, to: 2027-01-31}\n"
        "  - {city: B, from: 2027-01-05, to: 2027-01-06}\n  - {city: C, from: 2027-01-20, to: 2027-01-21}\n"
    )

    assert [problem.partition(";")[0] for problem in problems] == [
        "netkeep.yaml:5:21: on 2027-01-05 you are in A, by line 4, column 5",
        "netkeep.yaml:6:21: on 2027-01-20 you are in A, by line 4, column 5",
    ]


def test_a_trip_whose_day_is_told_overlaps_nothing(refused):
    (problem,) = refused(
        HEAD + "travel:\n  - {city: A, from: 2000-01-01, to: 2000-01-02}\n"
        "  - {city: B, from: 2000-13-01, to: 2000-01-01}\n  - {city: C, from: 2000-01-04, to: 2000-01-04}\n"
    )

    assert "month 13 does not exist" in problem


def test_a_milestone_of_this_year_is_not_in_the_future(parsed):
    roster = parsed(
        HEAD + PEERS + "contacts: [{name: A, category: peers, milestones: {new_job: 2026-12-01}}]\n"
    )

    assert roster.contacts[0].milestones == (Milestone(label="new job", month=12, day=1, year=2026),)


def test_an_id_tells_two_people_of_one_name_apart(parsed):
    roster = parsed(
        HEAD + PEERS + "contacts: [{name: Jo, category: peers}, {name: Jo, id: jo-2, category: peers}]\n"
    )

    assert [contact.key for contact in roster.contacts] == ["jo", "jo-2"]


def test_a_wrong_email_is_not_missed_again_for_an_invitation(refused):
    (problem,) = refused(HEAD + PEERS + "contacts: [{name: A, category: peers, email: a, invite: true}]\n")

    assert '"a" is no email address' in problem


def test_an_id_that_is_told_is_nobodys_key(refused):
    people = "contacts: [{name: Jo, category: peers, id: J o}, {name: Jo, category: peers}]\n"

    (problem,) = refused(HEAD + PEERS + people)

    assert '"J o" is no key' in problem


def test_contacts_are_sorted_by_key_whatever_their_order_in_the_file(parsed):
    people = ["{name: Zoë, category: peers}", "{name: ana, category: peers}", "{name: Bo, category: peers}"]

    first = parsed(f"{HEAD}{PEERS}contacts: [{', '.join(people)}]\n")
    second = parsed(f"{HEAD}{PEERS}contacts: [{', '.join(reversed(people))}]\n")

    assert [contact.key for contact in first.contacts] == ["ana", "bo", "zoe"]
    assert first == second


def test_a_meeting_of_today_is_not_in_the_future(parsed):
    assert parsed(HEAD + PEERS + "contacts: [{name: A, category: peers, last_met: 2026-11-23}]\n").contacts


def test_too_many_problems_end_the_search(refused):
    people = "".join(f"  - {{name: P{n}, category: peers, last_met: 2027-01-01}}\n" for n in range(500))

    assert len(refused(HEAD + PEERS + "contacts:\n" + people)) == 100


def test_a_code_of_a_contact_is_asked_about_once_and_told_where_it_stands(tmp_path: Path):
    asked = []

    def why_unknown(code: str) -> str | None:
        asked.append(code)
        return "write DE" if code == "XX" else None

    people = "".join(f"  - {{name: P{n}, category: peers, holidays: [DE, XX]}}\n" for n in range(2))
    with pytest.raises(RosterError) as caught:
        parse_roster(
            f"{HEAD}{PEERS}contacts:\n{people}",
            file="f.yaml",
            folder=tmp_path,
            today=date(2026, 11, 23),
            why_unknown=why_unknown,
        )

    assert [str(problem) for problem in caught.value.problems] == [
        'f.yaml:5:48: no public holidays are known for "XX"; write DE',
        'f.yaml:6:48: no public holidays are known for "XX"; write DE',
    ]
    assert asked == ["DE", "XX"]


@pytest.mark.parametrize(("holidays", "column"), [("XX", 26), ("[DE, XX]", 31)])
def test_a_code_that_nothing_is_known_of_is_told_where_it_stands(tmp_path: Path, holidays, column):
    with pytest.raises(RosterError) as caught:
        parse_roster(
            f"{HEAD}availability: {{holidays: {holidays}}}\n",
            file="f.yaml",
            folder=tmp_path,
            today=date(2026, 11, 23),
            why_unknown=lambda code: "write DE" if code == "XX" else None,
        )

    assert str(caught.value) == f'f.yaml:3:{column}: no public holidays are known for "XX"; write DE'
