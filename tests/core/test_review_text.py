"""A review in plain text."""

from dataclasses import replace

import pytest

from netkeep_sync.core.capacity import Amount
from netkeep_sync.core.contact import Category
from netkeep_sync.core.dossier import Tally, make_dossier
from netkeep_sync.core.ledger import Entry, Ledger
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.review import propose
from netkeep_sync.core.review_text import (
    change_words,
    findings,
    lived_words,
    note,
    period_words,
    tally_words,
)
from netkeep_sync.core.roster import Capacity, DateRange
from tests.core.builders import contact, day, history, outcome, paused_fact, roster, series
from tests.core.test_review import QUARTER, case, dossier, proposal_for, waiting


@pytest.mark.parametrize(
    ("first", "end", "words"),
    [
        ("2026-07-01", "2026-10-01", "July to September 2026"),
        ("2026-10-01", "2026-11-01", "October 2026"),
        ("2026-01-01", "2027-01-01", "2026"),
        ("2026-11-01", "2027-01-01", "November to December 2026"),
        ("2026-11-01", "2027-02-01", "November 2026 to January 2027"),
    ],
)
def test_a_period_is_told_by_its_months(first, end, words):
    assert period_words(DateRange(start_on=day(first), end_on=day(end))) == words


@pytest.mark.parametrize(
    ("one", "told", "words"),
    [
        (case(), {}, "keep"),
        (case(lived=152), {}, "stretch to every 5 months"),
        (case(kept=0, skipped=3), {}, "rest until Apr 2027"),
        (case(kept=0, skipped=3, met=None), {}, "retire"),
        (case(kept=0, skipped=3), {"bench": [waiting()]}, "swap for Eve"),
    ],
)
def test_each_proposal_has_its_words(one, told, words):
    assert change_words(proposal_for(one, **told)) == words


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (Tally(), "no check-in came round"),
        (Tally(kept=2), "2 kept (none confirmed)"),
        (Tally(kept=2, confirmed=1, skipped=1), "2 kept (1 confirmed), 1 skipped"),
        (Tally(missed=1, untold=2), "1 missed, 2 untold"),
    ],
)
def test_what_came_of_check_ins_is_counted_in_words(tally, words):
    assert tally_words(tally) == words


def test_the_rhythm_set_stands_against_the_one_lived():
    assert lived_words(case()) == "set quarterly"
    assert lived_words(case(lived=100)) == "quarterly, as it is set"
    assert lived_words(case(lived=152)) == "set quarterly, lived about every 5 months"


def test_the_time_wanted_stands_against_the_time_declared():
    found = replace(
        dossier(),
        wanted=Amount(checkins=24, minutes=1440),
        declared=Capacity(per_day=1, per_week=3, minutes_per_month=300),
    )

    assert findings(found)[1:] == (
        "Your list wants 2 check-ins and 2 hours a month; you have time for 3 a week and 5 hours a month.",
    )


def test_many_names_are_cut_short():
    found = dossier(*(case(f"P{number}", met=None) for number in range(10)))

    assert "Never met: P0, P1, P2, P3, P4, P5, P6, P7 and 2 more." in findings(found)


def test_the_note_tells_all_that_is_worth_a_look():
    of = roster(
        contact("Ada", "quarterly"),
        contact("Bob", "monthly"),
        contact("Cleo", "quarterly", category="alumni"),
    )
    of = replace(
        of,
        categories=(
            Category(key="peers", keep=1),
            Category(key="alumni", keep=2),
            Category(key="vendors", keep=1),
            Category(key="friends", keep=None),
        ),
    )
    ledger = Ledger(
        gave=(Entry(day=day("2026-07-02"), what="a book"),) * 1,
        asked=tuple(Entry(day=day("2026-07-02"), what=what) for what in ("this", "that", "more")),
    )
    ada = history(outcome("2026-01-06"), outcome("2026-07-02"), outcome("2026-08-02"), ledger=ledger)
    bob = history(*(outcome(f"2026-0{month}-04", Result.MISSED, who="bob") for month in (6, 7, 8)), who="bob")
    cleo = replace(history(who="cleo", paused="2026-09-14"), pause=replace(paused_fact(), source="google"))
    found = make_dossier(
        of,
        histories={one.contact: one for one in (ada, bob, cleo)},
        series=[
            series("2026-01-06", "quarterly"),
            series("2026-06-04", "monthly", contact="bob"),
        ],
        period=QUARTER,
    )

    assert note(found, propose(found)) == (
        "Your network in July to September 2026\n"
        "\n"
        "2 kept (2 confirmed), 2 missed.\n"
        "You gave once and asked 3 times.\n"
        "Your list wants 1.3 check-ins and 1 hour a month; you have time for 3 a week.\n"
        "Never met: Bob, Cleo.\n"
        "Deleted on your calendar: Cleo.\n"
        "Categories: peers over, 2 of 1; alumni thin, 1 of 2; vendors is empty; friends is empty.\n"
        "\n"
        "Worth a change\n"
        "- Bob (peers): retire; never met: none of 3 check-ins came about since Jun 2026\n"
        "- Cleo (alumni): rest until Apr 2027; you deleted the check-ins on your calendar on 14 Sep 2026\n"
        "\n"
        "`netkeep-sync review` shows everybody; `netkeep-sync review --apply` writes what you choose."
    )


def test_a_note_without_a_change_says_so():
    found = dossier(case())

    assert "\n\nNothing asks for a change.\n\n" in note(found, propose(found))
