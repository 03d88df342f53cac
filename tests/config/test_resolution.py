"""Every message about entries that do not go together, word for word."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from netkeep_sync.config.roster_file import parse_roster
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


def test_an_id_tells_two_people_of_one_name_apart(parsed):
    roster = parsed(
        HEAD + PEERS + "contacts: [{name: Jo, category: peers}, {name: Jo, id: jo-2, category: peers}]\n"
    )

    assert [contact.key for contact in roster.contacts] == ["jo", "jo-2"]


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
