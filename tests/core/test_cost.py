"""What one more person costs, and who could rest instead."""

from __future__ import annotations

from dataclasses import replace

from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.contact import Category
from netkeep_sync.core.cost import cost_of, whom_instead
from netkeep_sync.core.dossier import Case, Tally
from tests.core.builders import channel, contact, day, roster

QUARTERLY = Cadence(unit=Unit.MONTH, count=3)


def case(name, *, kept=0, missed=0, confirmed=0, category="peers", met_on=None, paused_on=None, lived=None):
    return Case(
        contact=name.lower(),
        name=name,
        category=category,
        cadence=QUARTERLY,
        lately=Tally(),
        ever=Tally(kept=kept, missed=missed, confirmed=confirmed),
        since_on=None,
        met_on=day(met_on) if met_on else None,
        lived_days=lived,
        confirmed=confirmed,
        gave=0,
        asked=0,
        paused_on=day(paused_on) if paused_on else None,
    )


def cost(keep):
    people = roster(contact("Ada", cadence="quarterly"), contact("Bob", cadence="quarterly"))
    [category] = {one.category for one in people.contacts}
    people = replace(people, categories=(Category(key=category, keep=keep),))
    return cost_of(people, people.contacts[0])


def test_a_contact_costs_check_ins_and_hours_and_a_place_in_their_category():
    found = cost(keep=1)
    assert found.is_over
    assert str(found).startswith("Ada takes 4 check-ins and 3 hours a year; ")
    assert str(found).endswith(" then holds 2 of the 1 to keep")


def test_a_category_for_any_number_is_never_full():
    found = cost(keep=None)
    assert not found.is_over
    assert str(found) == "Ada takes 4 check-ins and 3 hours a year"


def test_a_category_is_not_full_with_the_last_of_those_to_keep():
    assert not cost(keep=2).is_over


def test_one_is_one():
    people = roster(contact("Ada", cadence="yearly", channel=channel(minutes=60)))
    [ada] = people.contacts
    found = cost_of(replace(people, categories=(Category(key=ada.category),)), ada)
    assert str(found) == "Ada takes 1 check-in and 1 hour a year"


def names(*cases, category=None):
    return [one.name for one in whom_instead(cases, category=category)]


def test_who_is_paused_comes_first_then_of_whom_the_least_came_about_and_who_is_new_last():
    assert names(
        case("New"),
        case("Half", kept=2, missed=2),
        case("Paused", kept=4, paused_on="2026-09-01"),
        case("Never", missed=3),
    ) == ["Paused", "Never", "Half"]


def test_of_two_alike_the_one_who_slips_more_comes_first():
    assert names(case("Ada", kept=2, lived=91.0), case("Bob", kept=2, lived=200.0)) == ["Bob", "Ada"]


def test_who_was_confirmed_often_is_never_named():
    assert names(case("Ada", kept=3, missed=9, confirmed=3), case("Bob", kept=9)) == ["Bob"]


def test_only_those_of_the_full_category_are_named():
    assert names(case("Ada"), case("Bob", category="vendors"), category="vendors") == ["Bob"]


def test_each_has_a_reason():
    found = whom_instead(
        [
            case("Ada", paused_on="2026-09-01"),
            case("Bob", kept=1, missed=1),
            case("Cid", met_on="2026-09-01"),
            case("Dan"),
        ],
        category=None,
        most=4,
    )
    assert [one.reason for one in found] == [
        "paused since 1 Sep 2026",
        "1 of 2 check-ins came about",
        "nothing is known of their check-ins yet",
        "never met",
    ]
