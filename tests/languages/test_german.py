"""German as it is spoken: a few sentences whole, and the numbers and days in them."""

from datetime import UTC, datetime

import pytest

from netkeep_sync.config.languages import language_of
from netkeep_sync.core.capacity import judge
from netkeep_sync.core.dossier import Tally
from netkeep_sync.core.explain import explain
from netkeep_sync.core.phrase import say
from netkeep_sync.core.review_text import note, tally_words
from netkeep_sync.core.series import Rule, rule_words
from netkeep_sync.service.notices import Trouble, notice_words
from tests.core.builders import World, contact, day, roster, series
from tests.core.test_review import case, dossier

GERMAN = language_of("de")


def planned(*contacts, known=(), holidays=None, **told):
    world = World(roster(*contacts, **told), holidays=holidays)
    world.series = {one.uid: one for one in known}
    return world.plan()


def test_why_somebody_is_met_then():
    [first, second, *_] = planned(contact("Ada", "quarterly", met_on="2026-09-01")).occurrences

    assert say(first.reason, GERMAN) == (
        "vierteljährlich ab Di 1. Sep, fällig Di 1. Dez; "
        "der ausgewogenste Platz von Di 17. Nov bis Di 15. Dez"
    )
    assert say(second.reason, GERMAN).startswith("vierteljährlich ab Di ")


def test_a_check_in_makes_way_for_a_holiday():
    [series_] = planned(
        contact("Ada", "monthly"),
        known=[series("2026-10-06", "monthly")],
        holidays={day("2026-11-03"): "All Saints' Day"},
    ).series

    assert (
        say(series_.exceptions[0].reason, GERMAN) == "Allerheiligen ist ein Feiertag, verlegt auf Mi 4. Nov"
    )


def test_a_holiday_of_elsewhere_keeps_its_name():
    plan = planned(contact("Ada", "monthly"), holidays={day("2026-10-05"): "Founders' Day"})
    [told] = [
        one.verdict
        for one in explain(plan, plan.planner.contacts["ada"]).days
        if one.day == day("2026-10-05")
    ]

    assert say(told, GERMAN) == "Founders' Day ist ein Feiertag"


def test_who_finds_no_place():
    one = contact("Ada", "weekly")
    plan = planned(one, contact("Bob", "weekly"), contact("Cy", "weekly"), per_day=1, per_week=2)
    [left_out] = plan.unplaced

    assert (
        say(left_out.reason, GERMAN) == "noch nie getroffen; kein Tag von Do 17. Sep bis Mi 23. Sep hat Platz"
    )


def test_whether_the_roster_fits():
    of = roster(contact("Ada", "quarterly"), contact("Bob", "monthly"), per_week=3)

    assert judge(of, World(of).plan(), {}).words(GERMAN) == (
        "braucht 16 Treffen im Jahr, und deine Grenzen erlauben 157: alle haben Platz, 10 % sind belegt"
    )


@pytest.mark.parametrize(
    ("rrule", "words"),
    [
        ("FREQ=WEEKLY;INTERVAL=1;BYDAY=TU", "jede Woche am Dienstag"),
        ("FREQ=WEEKLY;INTERVAL=6;BYDAY=MO", "alle 6 Wochen am Montag"),
        ("FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU", "jeden Monat am ersten Dienstag"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "alle 3 Monate am letzten Freitag"),
    ],
)
def test_a_rhythm(rrule, words):
    assert rule_words(Rule.parse(rrule), GERMAN) == words


def test_a_review():
    told = note(dossier(case(kept=0, skipped=3), case("Bob", kept=1, skipped=1)), (), GERMAN)

    assert told.startswith(
        "Dein Netzwerk, Juli bis September 2026\n\n1 zustande gekommen (keines bestätigt).\n"
    )
    assert "du hast Zeit für 3 in der Woche." in told


def test_a_tally():
    assert tally_words(Tally(kept=2, confirmed=1, skipped=1, untold=3), GERMAN) == (
        "2 zustande gekommen (1 bestätigt), 1 ausgelassen, 3 ohne Antwort"
    )


def test_a_notice():
    trouble = Trouble(since_at=datetime(2026, 11, 23, 9, tzinfo=UTC))

    assert notice_words("google", trouble, due="failing", timezone="Europe/Berlin", language=GERMAN) == (
        "netkeep-sync: der Kalender google geht nicht",
        "Seit Mo 23. Nov 10:00 geht es nicht. `netkeep-sync doctor` sagt, warum, und was zu tun ist.",
    )
