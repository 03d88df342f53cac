"""Two years of a list, reviewed every quarter: what the dossier tells and what is proposed, in words.

Ada comes every time, and Slim every second time. With Nora nothing ever comes about. Vera, Viktor and Vito
are vendors, where two would do, and Vito comes least. In July of the first year the owner is away.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.contact import Category
from netkeep_sync.core.dossier import Waiting, last_period, make_dossier
from netkeep_sync.core.fact import Held, Missed, Skipped
from netkeep_sync.core.outcome import Result
from netkeep_sync.core.review import Keep, propose
from netkeep_sync.core.review_text import change_words, findings, lived_words
from netkeep_sync.service.review import QUARTERLY
from tests.core.builders import World, away, contact, moment, roster

PEOPLE = (
    contact("Ada", "monthly", category="peers"),
    contact("Nora", "quarterly", category="leaders"),
    contact("Slim", "monthly", category="peers"),
    contact("Vera", "quarterly", category="vendors"),
    contact("Viktor", "quarterly", category="vendors"),
    contact("Vito", "quarterly", category="vendors"),
)


class Years(World):
    """The world of the list, and the reviews of its quarters by the first day after each."""

    def __init__(self, *, stretched=(), on=""):
        of = roster(*PEOPLE, per_week=5, away=[away("2025-07-01", "2025-07-31")])
        categories = [("leaders", 1), ("peers", 2), ("vendors", 2), ("alumni", 1)]
        super().__init__(
            replace(of, categories=tuple(Category(key=key, keep=keep) for key, keep in categories)),
            now=moment("2024-12-20 07:00"),
        )
        self.reviews = {}
        self.turns = {}
        self.heard = set()
        for week in range(106):
            self.now = moment("2024-12-20 07:00") + timedelta(weeks=week)
            self.plan()
            self.answer()
            self.plan()
            if self.today.month in (1, 4, 7, 10) and self.today.day <= 7:
                self.reviews[f"{self.today:%Y-%m}"] = self.review()
                if on == f"{self.today:%Y-%m}":
                    self.stretch(stretched)

    def stretch(self, cadences):
        contacts = (
            replace(one, cadence=parse_cadence(cadences.get(one.key, str(one.cadence))))
            for one in self.roster.contacts
        )
        self.roster = replace(self.roster, contacts=tuple(contacts))

    def answer(self):
        """Say what came of what has passed: of the presumed, so that each is told once."""
        for who, history in self.histories().items():
            for one in history.outcomes:
                if one.result is not Result.HELD or one.slot in self.heard:
                    continue
                self.heard.add(one.slot)
                self.turns[who] = self.turns.get(who, 0) + 1
                if fact := self.told(who, self.turns[who], one):
                    self.tell(fact)

    def told(self, who, turn, one):
        told = {"contact": who, "noted_at": self.now, "source": "cli", "slot": one.slot}
        if who == "nora":
            return Missed(**told)
        if who == "slim" and turn % 2 == 0 and self.is_monthly(who):
            return Skipped(**told)
        if who == "vito" and turn % 3 == 0:
            return Missed(**told)
        return Held(**told, held_on=one.day) if who == "ada" else None

    def is_monthly(self, who):
        return any(str(one.cadence) == "monthly" for one in self.roster.contacts if one.key == who)

    def review(self):
        return make_dossier(
            self.roster,
            histories=self.histories(),
            series=self.series.values(),
            period=last_period(self.today, QUARTERLY),
        )


@pytest.fixture(scope="module")
def years():
    return Years()


def proposed(dossier):
    return {
        one.name: f"{change_words(one)}: {one.reason}"
        for one in propose(dossier)
        if not isinstance(one, Keep)
    }


def test_there_is_a_review_for_every_quarter(years):
    assert list(years.reviews) == [
        *("2025-01", "2025-04", "2025-07", "2025-10", "2026-01", "2026-04", "2026-07", "2026-10")
    ]


def test_at_first_everybody_is_new_and_kept(years):
    assert proposed(years.reviews["2025-01"]) == {}


def test_the_list_as_a_whole_is_told_each_time(years):
    for dossier in years.reviews.values():
        told = findings(dossier)
        assert "Categories: vendors over, 3 of 2; alumni is empty." in told
        assert "Your list wants 3.3 check-ins and 2.5 hours a month; you have time for 5 a week." in told
        assert any(line.startswith("Never met:") and "Nora" in line for line in told)


def test_what_came_of_a_quarter_is_counted(years):
    assert findings(years.reviews["2025-04"])[0] == "8 kept (3 confirmed), 1 skipped, 4 missed."
    assert findings(years.reviews["2026-10"])[0] == "8 kept (3 confirmed), 1 skipped, 8 missed."


def test_who_slips_is_stretched_as_soon_as_that_is_known(years):
    assert "Slim" not in proposed(years.reviews["2025-01"])
    for quarter in list(years.reviews)[1:-1]:
        assert proposed(years.reviews[quarter])["Slim"] == (
            "stretch to every 2 months: set monthly, lived about every 9 weeks"
        )


def test_who_was_never_met_is_kept_for_two_periods_and_then_retired(years):
    for quarter in ("2025-04", "2025-07"):
        assert "Nora" not in proposed(years.reviews[quarter])
    assert proposed(years.reviews["2025-10"])["Nora"] == (
        "retire: never met: none of 18 check-ins came about since Feb 2025"
    )
    assert "Nora" in proposed(years.reviews["2026-10"])


def test_of_too_many_the_one_who_comes_least_rests(years):
    assert proposed(years.reviews["2025-10"])["Vito"] == (
        "rest until Apr 2026: "
        "vendors holds 3 people and keeps 2; 3 of 4 check-ins came about, the fewest there"
    )
    for dossier in years.reviews.values():
        assert not {"Vera", "Viktor"} & proposed(dossier).keys()


def test_an_absence_of_a_month_speaks_against_nobody(years):
    for quarter, dossier in years.reviews.items():
        assert "Ada" not in proposed(dossier), quarter
    ada, *_ = (one for one in years.reviews["2025-10"].cases if one.name == "Ada")
    assert lived_words(ada) == "monthly, as it is set"


def test_who_waits_on_the_bench_takes_the_place_of_who_never_comes(years):
    eve = Waiting(contact="eve", name="Eve", category="leaders", again_on=date(2026, 11, 1))

    assert proposed(replace(years.reviews["2026-10"], bench=(eve,)))["Nora"] == (
        "swap for Eve: none of 46 check-ins came about since Feb 2025, and Eve waits on the bench"
    )


def test_what_is_followed_is_not_proposed_again():
    years = Years(stretched={"slim": "every 2 months"}, on="2025-04")

    for quarter in list(years.reviews)[2:]:
        assert "Slim" not in proposed(years.reviews[quarter]), quarter
