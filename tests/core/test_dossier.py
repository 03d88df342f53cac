"""The dossier of a period: the clock of these tests is the third quarter of 2026."""

from dataclasses import replace

import pytest

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.contact import Category
from netkeep_sync.core.dossier import Fill, Group, Tally, Waiting, last_period, make_dossier
from netkeep_sync.core.ledger import Entry, Ledger
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.roster import DateRange
from tests.core.builders import (
    contact,
    day,
    history,
    outcome,
    paused_fact,
    roster,
    series,
)

QUARTER = DateRange(start_on=day("2026-07-01"), end_on=day("2026-10-01"))


def presumed(on, result=Result.HELD):
    return outcome(on, result, evidence=Evidence.PRESUMED)


def dossier_of(*contacts, histories=(), planned=(), period=QUARTER, of=None, bench=()):
    return make_dossier(
        of or roster(*contacts),
        histories={one.contact: one for one in histories},
        series=planned,
        period=period,
        bench=bench,
    )


def case_of(*outcomes, who=None, planned=None, **told):
    """The case of Ada, quarterly since January, unless told otherwise."""
    ada = who or contact("Ada", "quarterly")
    planned = [series("2026-01-06", "quarterly")] if planned is None else planned
    found = dossier_of(ada, histories=[history(*outcomes, **told)], planned=planned)
    [case] = found.cases
    return case


@pytest.mark.parametrize(
    ("today", "cadence", "first", "end"),
    [
        ("2026-10-01", "quarterly", "2026-07-01", "2026-10-01"),
        ("2026-09-30", "quarterly", "2026-04-01", "2026-07-01"),
        ("2026-01-15", "monthly", "2025-12-01", "2026-01-01"),
        ("2026-08-31", "every 6 months", "2026-01-01", "2026-07-01"),
        ("2026-08-31", "yearly", "2025-01-01", "2026-01-01"),
        ("2026-08-31", "every 6 weeks", "2026-07-01", "2026-08-01"),
    ],
)
def test_the_last_period_is_the_last_whole_one_of_the_calendar(today, cadence, first, end):
    assert last_period(day(today), parse_cadence(cadence)) == DateRange(start_on=day(first), end_on=day(end))


def test_what_came_of_the_period_is_counted():
    case = case_of(
        outcome("2026-04-02"),
        presumed("2026-07-01"),
        outcome("2026-07-20"),
        outcome("2026-08-01", Result.SKIPPED),
        outcome("2026-08-02", Result.MISSED),
        presumed("2026-09-30", Result.UNKNOWN),
        outcome("2026-10-01"),
    )

    assert case.lately == Tally(kept=2, confirmed=1, skipped=1, missed=1, untold=1)
    assert case.ever == Tally(kept=3, confirmed=2, skipped=1, missed=1, untold=1)
    assert case.ever.tried == 5


def test_what_comes_after_the_period_counts_for_nothing_but_that_they_have_met():
    before, after = case_of(outcome("2026-07-02")), case_of(outcome("2026-07-02"), outcome("2026-11-02"))

    assert replace(before, met_on=day("2026-11-02")) == after


def test_who_gave_and_who_asked_is_counted_in_the_period():
    ledger = Ledger(
        gave=(Entry(day=day("2026-07-02"), what="a book"), Entry(day=day("2026-04-02"), what="a hand")),
        asked=(Entry(day=day("2026-07-02"), what="an intro"), Entry(day=day("2026-09-30"), what="a tip")),
    )
    case = case_of(ledger=ledger)

    assert (case.gave, case.asked) == (1, 2)


def test_the_rhythm_lived_is_told_from_the_latest_meetings():
    case = case_of(*map(outcome, ("2026-01-06", "2026-03-07", "2026-05-06", "2026-07-05")))

    assert case.lived_days == 60


def test_the_time_since_the_last_meeting_counts_once_it_is_the_longest():
    case = case_of(
        outcome("2026-01-06"), outcome("2026-04-06"), planned=[series("2026-01-06", "monthly")],
        who=contact("Ada", "monthly"),
    )  # fmt: skip

    assert case.lived_days == (90 + 178) / 2
    assert case.slip == pytest.approx(4.4, abs=0.05)


def test_one_gap_tells_nothing_where_little_was_tried():
    few = [outcome("2026-01-06"), outcome("2026-06-06")]

    assert case_of(*few).lived_days is None
    assert case_of(*few).slip == 1
    assert case_of(*few, outcome("2026-07-06", Result.SKIPPED)).lived_days == 151


def test_what_the_file_tells_of_before_is_no_gap():
    ada = contact("Ada", "quarterly", met_on="2025-06-01")
    case = case_of(outcome("2025-06-01"), outcome("2026-04-06"), outcome("2026-07-06"), who=ada)

    assert case.lived_days is None
    assert case.ever.kept == 2


def test_another_cadence_begins_anew():
    planned = [
        series("2025-01-07", "monthly", until_on="2026-05-01"),
        series("2026-06-02", "quarterly", generation=2, until_on="2026-06-02"),
        series("2026-06-09", "quarterly", generation=3),
    ]
    case = case_of(outcome("2026-01-06"), outcome("2026-06-08"), planned=planned)

    assert case.since_on == day("2026-06-09")
    assert case.ever.kept == 1


def test_a_series_that_goes_on_in_another_begins_with_the_first():
    planned = [series("2026-01-06", "quarterly", until_on="2026-02-01")]
    planned += [series("2026-03-03", "quarterly", generation=2)]

    assert case_of(planned=planned).since_on == day("2026-01-06")


def test_a_trip_is_no_rhythm_of_its_own():
    planned = [replace(series("2025-01-06", "quarterly"), city="Lisbon")]

    assert case_of(planned=planned).since_on is None


def test_what_has_not_begun_by_the_end_of_the_period_has_not_begun():
    assert case_of(planned=[series("2026-10-06", "quarterly")]).since_on is None


def test_confirmed_meetings_are_remembered_for_two_years():
    ada = contact("Ada", "quarterly")
    case = case_of(outcome("2024-09-30"), outcome("2024-10-01"), outcome("2026-07-01"), who=ada, planned=[])

    assert case.confirmed == 2


def test_a_series_deleted_on_a_calendar_is_told_from_a_pause():
    by_word, deleted = paused_fact(), replace(paused_fact(), source="google")
    at = {"paused": "2026-09-14"}

    assert not case_of().is_deleted
    assert not replace_pause(by_word, **at).is_deleted
    assert replace_pause(deleted, **at).is_deleted


def replace_pause(pause, *, paused):
    told = replace(history(paused=paused), pause=pause)
    [case] = dossier_of(contact("Ada", "quarterly"), histories=[told]).cases
    assert case.paused_on == day(paused)
    return case


def test_people_come_in_the_order_of_categories_then_by_name():
    of = roster(
        contact("Zoe", category="vendors"), contact("Bob", category="peers"), contact("Ada", category="peers")
    )
    of = replace(of, categories=(Category(key="vendors"), Category(key="peers")))

    assert [one.name for one in dossier_of(of=of).cases] == ["Zoe", "Ada", "Bob"]


@pytest.mark.parametrize(
    ("people", "keep", "fill"),
    [
        (0, 2, Fill.EMPTY),
        (0, None, Fill.EMPTY),
        (1, 2, Fill.THIN),
        (2, 2, Fill.RIGHT),
        (3, 2, Fill.OVER),
        (9, None, Fill.ANY),
    ],
)
def test_a_category_is_empty_thin_right_or_over(people, keep, fill):
    assert Group(category="peers", people=people, keep=keep).fill is fill


def test_the_categories_are_counted_empty_ones_too():
    of = roster(contact("Ada"), contact("Bob"))
    of = replace(of, categories=(Category(key="peers", keep=1), Category(key="alumni", keep=2)))

    assert dossier_of(of=of).groups == (
        Group(category="peers", people=2, keep=1),
        Group(category="alumni", people=0, keep=2),
    )


def test_who_is_paused_takes_no_time():
    found = dossier_of(
        contact("Ada", "monthly"), contact("Bob", "monthly"), histories=[history(paused="2026-09-14")]
    )

    assert found.wanted.checkins == pytest.approx(12)
    assert found.declared.per_week == 3


def test_the_whole_list_is_summed_up():
    bob = contact("Bob", "quarterly")
    found = dossier_of(
        contact("Ada", "quarterly"),
        bob,
        contact("Cleo", "quarterly"),
        histories=[
            history(outcome("2026-07-02")),
            replace(
                history(outcome("2026-08-02", Result.MISSED, who="bob"), who="bob", paused="2026-09-14"),
                pause=replace(paused_fact("bob"), source="google"),
            ),
        ],
    )

    assert found.tally == Tally(kept=1, confirmed=1, missed=1)
    assert [one.name for one in found.never_met] == ["Bob", "Cleo"]
    assert [one.name for one in found.deleted] == ["Bob"]


def test_the_bench_is_sorted():
    bench = [Waiting(contact=name.lower(), name=name, category="peers") for name in ("Eve", "Dan")]

    assert [one.name for one in dossier_of(bench=bench).bench] == ["Dan", "Eve"]
