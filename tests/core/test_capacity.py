"""What the roster needs, what is proven of it, and who does not fit."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.capacity import (
    Amount,
    Fits,
    Impossible,
    NoPlace,
    Unfit,
    all_unfit,
    judge,
    needs,
    quota_warnings,
    room,
    room_for_more,
)
from netkeep_sync.core.contact import Category
from netkeep_sync.core.counting import Count, Measure, Span
from netkeep_sync.core.fact import AnyFact, Paused, Replanned, Skipped, SlotName, Snoozed
from netkeep_sync.core.outcome import History
from netkeep_sync.core.phrase import phrase
from netkeep_sync.core.plan import Plan
from netkeep_sync.core.reconcile import passed_facts, reconcile
from netkeep_sync.core.roster import Trip
from netkeep_sync.core.series import NO_ROOM, Cancelled, zone
from tests.core.builders import (
    NOW,
    VIDEO,
    World,
    away,
    cancelled,
    channel,
    contact,
    day,
    days_of,
    history,
    moved,
    plain,
    roster,
    series,
)
from tests.core.worlds import CADENCES, Case, cases

some = settings(max_examples=40)

HALF_HOUR = channel("12:00-12:30", key="lunch", minutes=60)
"""Hours that hold no check-in of their channel."""

YEAR = Span(measure=Measure.CHECKINS, start_on=day("2026-09-21"), end_on=day("2027-09-20"))


def many(number, cadence="monthly", **given):
    return [contact(f"P{index:02}", cadence, **given) for index in range(number)]


def limited(of, minutes_per_month):
    return replace(of, capacity=replace(of.capacity, minutes_per_month=minutes_per_month))


def counting(of, *, histories=None, plan=None):
    return Count(of, plan or World(of).plan(), histories or {})


def judged(of, *, histories=None):
    return judge(of, World(of).plan(), histories or {})


def least(one, *, of=None, histories=None, exceptions=(), span=YEAR):
    """The least for one contact, where the plan holds the exceptions of a series of theirs."""
    of = of or roster(one)
    plan = World(of).plan()
    if exceptions:
        plan = replace(plan, series=(series("2026-09-22", "weekly", exceptions=exceptions),))
    return Count(of, plan, histories or {}).least(one, span)


def for_want_of_room(slot_on):
    return Cancelled(slot_on=day(slot_on), reason=phrase(NO_ROOM, why="Tue is full"))


# -- needs, room --------------------------------------------------------------------------------------


def test_a_monthly_contact_needs_twelve_check_ins_a_year():
    per_year = needs(roster(contact(channel=VIDEO))).per_year
    assert (per_year.checkins, per_year.minutes) == pytest.approx((12, 12 * 30))


def test_a_weekly_contact_needs_a_little_more_than_52():
    assert needs(roster(contact(cadence="weekly"))).per_year.checkins == pytest.approx(365.2425 / 7)


def test_a_month_is_a_twelfth_of_a_year():
    assert Amount(checkins=24, minutes=600).per_month == Amount(checkins=2, minutes=50)


def test_needs_are_told_for_each_category():
    of = roster(contact("Ada"), contact("Bob", "quarterly"), contact("Cy", "yearly", category="vendors"))
    peers, vendors = needs(of).categories
    assert (peers.category, peers.contacts) == ("peers", 2)
    assert (vendors.category, vendors.contacts) == ("vendors", 1)
    assert [peers.per_year.checkins, vendors.per_year.checkins] == pytest.approx([16, 1])


def test_needs_are_told_for_each_contact():
    (one,) = needs(roster(contact("Ada", "quarterly"))).contacts
    assert (one.contact, one.name, one.category) == ("ada", "Ada", "peers")
    assert one.per_year.checkins == pytest.approx(4)


def test_a_paused_contact_needs_nothing():
    of = roster(contact("Ada"), contact("Bob"))
    assert [one.contact for one in needs(of, frozenset({"ada"})).contacts] == ["bob"]


def test_needs_in_words():
    of = roster(contact("Ada"), contact("Bob", "quarterly"))
    assert str(needs(of)) == "16 check-ins and 12 hours a year, 1.3 and 1 a month"


def test_the_room_is_that_of_a_year_of_open_weeks():
    of = roster(contact(), per_week=3, away=[away("2026-10-05", "2026-10-18")])
    assert room(of, World(of).plan()).checkins == pytest.approx(50 * 3 * 365.2425 / 364)


def test_a_week_has_no_more_room_than_its_days():
    of = roster(contact(), per_week=3, weekdays=(0, 1))
    assert room(of, World(of).plan()).checkins == pytest.approx(52 * 2 * 365.2425 / 364)


def test_a_limit_of_minutes_gives_room_for_twelve_months():
    of = roster(contact())
    assert room(of, World(of).plan()).minutes is None
    assert room(limited(of, 300), World(of).plan()).minutes == 3600


# -- what is proven -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cadence", "number"),
    [("weekly", 51), ("every 2 weeks", 25), ("monthly", 11), ("quarterly", 3), ("yearly", 0)],
)
def test_a_year_holds_at_least_so_many_check_ins(cadence, number):
    assert least(contact(cadence=cadence)) == number


def test_a_snooze_takes_check_ins_out_of_the_year():
    snoozed = {"ada": history(snoozed_until="2027-03-01")}
    assert least(contact(), histories=snoozed) == 6


def test_a_fresh_start_may_begin_late():
    fresh = Replanned(
        contact="ada",
        noted_at=NOW,
        source="cli",
        from_on=day("2026-09-21"),
        until_on=day("2027-03-01"),
        generation=2,
    )
    assert least(contact(), histories={"ada": replace(history(), replanned=fresh)}) == 7


def test_a_contact_met_on_a_trip_may_be_due_a_period_later():
    one = replace(contact(), city="Oslo")
    trip = Trip(city="oslo", days=away("2027-02-22", "2027-02-28"), channels=())
    assert least(one, of=replace(roster(one), trips=(trip,))) == 5


@pytest.mark.parametrize(
    "exception",
    [cancelled("2026-10-06"), moved("2026-10-06", "2026-11-20 08:30")],
    ids=["skipped", "moved far away"],
)
def test_what_the_owner_has_arranged_need_not_be_held(exception):
    assert least(contact(cadence="weekly"), exceptions=[exception]) == 50


@pytest.mark.parametrize(
    "exception",
    [for_want_of_room("2026-10-06"), moved("2026-10-06", "2026-10-07 08:30")],
    ids=["no room", "moved near"],
)
def test_what_the_planner_has_arranged_is_needed_all_the_same(exception):
    assert least(contact(cadence="weekly"), exceptions=[exception]) == 51


def test_check_ins_beyond_the_limits_of_the_weeks_are_impossible():
    proof = counting(of := roster(*many(20), per_week=3)).proof(of)
    assert (proof.span, proof.least, proof.room) == (YEAR, 220, 156)


def test_minutes_beyond_the_limits_of_the_months_are_impossible():
    proof = counting(of := limited(roster(*many(12)), 300)).proof(of)
    assert (proof.span.measure, proof.least, proof.room) == (Measure.MINUTES, 12 * 11 * 45, 3600)
    assert (proof.span.start_on, proof.span.end_on) == (day("2026-10-01"), day("2027-10-01"))


def test_two_years_prove_what_one_leaves_open():
    proof = counting(of := roster(*many(50, "quarterly"), per_week=3)).proof(of)
    assert proof.span.end_on == day("2028-09-11")
    assert proof.least > proof.room


def test_a_plan_of_few_weeks_proves_nothing():
    world = World(roster(*many(20)))
    plan = replace(world.plan(), end_on=day("2026-09-20"), load=())
    assert counting(world.roster, plan=plan).proof(world.roster) is None


def test_a_raised_limit_has_the_room_of_the_open_days():
    of = roster(*many(3), per_week=3, away=[away("2026-10-05", "2026-10-07")])
    count = counting(of)
    assert count.room(of.capacity, YEAR) == 51 * 3 + 2
    assert count.room(replace(of.capacity, per_week=9), YEAR) == 51 * 5 + 2
    assert count.room(replace(of.capacity, per_week=9, per_day=2), YEAR) == 51 * 9 + 4


def test_paused_contacts_prove_nothing():
    of = roster(*many(20), per_week=3)
    paused = {one.key: history(paused="2026-09-01", who=one.key) for one in of.contacts}
    assert counting(of, histories=paused).proof(of) is None


def occurrences_of(plan, of):
    return [one for one in plan.occurrences if one.contact == of.key]


@dataclass(frozen=True, kw_only=True)
class Lived:
    """A case some weeks after its first plan, with what the owner has said and changed meanwhile."""

    case: Case
    first: Plan
    facts: tuple[AnyFact, ...]
    now: datetime

    @property
    def plan(self) -> Plan:
        return self.case.plan(previous=self.first.series, now=self.now, facts=self.facts)

    @property
    def histories(self) -> dict[str, History]:
        of, previous = self.case.roster, self.first.series
        facts = (*self.facts, *passed_facts(of, previous, self.facts, now=self.now))
        return reconcile(
            of.contacts, facts, today=self.now.astimezone(zone(of.timezone)).date(), timezone="UTC"
        )


@st.composite
def lived_cases(draw):
    case = draw(cases(most=4))
    case = replace(case, roster=limited(case.roster, draw(st.none() | st.integers(60, 400))))
    first = case.plan()
    facts: list[AnyFact] = []
    changed = {}
    for one in case.roster.contacts:
        match draw(st.sampled_from(["", "", "skips", "snoozed", "paused", "other cadence"])):
            case "skips":
                slots = [SlotName(uid=each.uid, slot_on=each.slot_on) for each in occurrences_of(first, one)]
                facts += [
                    Skipped(contact=one.key, noted_at=case.now, source="cli", slot=slot)
                    for slot in slots[draw(st.integers(0, 3)) :][: draw(st.integers(1, 9))]
                ]
            case "snoozed":
                until_on = case.today + timedelta(days=draw(st.integers(1, 400)))
                facts.append(Snoozed(contact=one.key, noted_at=case.now, source="cli", until_on=until_on))
            case "paused":
                facts.append(Paused(contact=one.key, noted_at=case.now, source="cli"))
            case "other cadence":
                cadence = parse_cadence(draw(st.sampled_from(CADENCES)))
                changed[one.key] = replace(one, cadence=cadence)
    contacts = tuple(changed.get(one.key, one) for one in case.roster.contacts)
    case = replace(case, roster=replace(case.roster, contacts=contacts))
    now = case.now + timedelta(days=draw(st.integers(0, 200)))
    return Lived(case=case, first=first, facts=tuple(facts), now=now)


@settings(max_examples=150)
@given(lived_cases())
def test_whoever_fits_has_at_least_the_check_ins_that_are_counted_on(lived):
    plan, of = lived.plan, lived.case.roster
    count = Count(of, plan, lived.histories)
    unfit = {one.contact for one in all_unfit(of, plan)}
    for one in of.contacts:
        if one.key in unfit or count.is_paused(one):
            continue
        for span in count.spans:
            minutes = one.channel.minutes if span.measure is Measure.MINUTES else 1
            held = sum(span.start_on <= each < span.end_on for each in days_of(plan, one.key))
            assert count.least(one, span) <= held * minutes
    if not unfit:
        assert count.proof(of) is None


@some
@given(cases(), st.integers(60, 600))
def test_no_span_holds_more_than_its_room(case, limit):
    case = replace(case, roster=limited(case.roster, limit))
    plan = case.plan()
    count = Count(case.roster, plan, {})
    days = [each for one in case.roster.contacts for each in days_of(plan, one.key)]
    for span in count.spans:
        if span.measure is Measure.CHECKINS:
            held = sum(span.start_on <= each < span.end_on for each in days)
            assert held <= (count.room(case.roster.capacity, span) or 0)


@some
@given(cases(), st.integers(1, 3), st.integers(1, 6))
def test_raised_limits_never_have_less_room_than_was_counted(case, times, more):
    given_ = case.roster.capacity
    raised = replace(given_, per_day=given_.per_day * times, per_week=given_.per_week + more)
    count = Count(case.roster, case.plan(), {})
    plan = case.plan(roster=replace(case.roster, capacity=raised))
    for span in count.spans:
        weeks = [one.capacity for one in plan.load if span.start_on <= one.monday < span.end_on]
        assert sum(weeks) <= (count.room(raised, span) or 0) or span.measure is Measure.MINUTES


# -- the budget is kept -------------------------------------------------------------------------------


@some
@given(cases(is_tight=True), st.integers(30, 400))
def test_no_day_week_or_month_ahead_holds_more_than_its_limit(case, limit):
    case = replace(case, roster=limited(case.roster, limit))
    plan = case.plan()
    days: Counter[date] = Counter()
    weeks: Counter[date] = Counter()
    months: Counter[date] = Counter()
    for one in plan.occurrences:
        start = one.start_at.astimezone(zone(plan.timezone))
        days[start.date()] += 1
        weeks[start.date() - timedelta(days=start.weekday())] += 1
        months[start.date().replace(day=1)] += (one.end_at - one.start_at) // timedelta(minutes=1)
    capacity = case.roster.capacity
    assert max(days.values(), default=0) <= capacity.per_day
    assert max(weeks.values(), default=0) <= capacity.per_week
    assert max(months.values(), default=0) <= limit


# -- who does not fit ---------------------------------------------------------------------------------


def test_who_has_no_place_does_not_fit():
    (one,) = all_unfit(of := roster(contact("Al", channel=HALF_HOUR), contact("Bo")), World(of).plan())
    assert (one.contact, one.name, one.is_unplaced, one.slots) == ("al", "Al", True, ())
    assert str(one.reason).startswith("not met yet")


def test_who_has_a_check_in_cancelled_for_want_of_room_does_not_fit():
    of = roster(contact())
    standing = series(exceptions=[for_want_of_room("2026-12-01"), cancelled("2027-01-05")])
    (one,) = all_unfit(of, replace(World(of).plan(), series=(standing,)))
    assert (one.is_unplaced, one.slots) == (False, (day("2026-12-01"),))
    assert str(one.reason) == "Tue is full, and no other day near it has room"


@pytest.mark.parametrize("slot_on", ["2026-09-13", "2028-09-14"])
def test_what_was_cancelled_before_today_or_beyond_the_plan_fits(slot_on):
    of = roster(contact())
    standing = series("2026-09-06", exceptions=[for_want_of_room(slot_on)])
    assert all_unfit(of, replace(World(of).plan(), series=(standing,))) == ()


def test_room_for_more_is_counted_by_planning_them():
    plan = World(roster(*many(1, "weekly"), per_week=3)).plan()
    assert room_for_more(plan, contact("P00", "weekly")) == 2
    assert room_for_more(plan, contact("P00", "weekly"), most=1) == 1


# -- the verdict --------------------------------------------------------------------------------------


def test_everybody_fits():
    verdict = judged(roster(*many(3)))
    assert isinstance(verdict, Fits)
    assert str(verdict) == "needs 36 check-ins a year, and your limits allow 157: everybody fits, 23% is used"


def test_the_scarcer_limit_is_told():
    verdict = judged(limited(roster(*many(3)), 200))
    assert str(verdict) == "needs 27 hours a year, and your limits allow 40: everybody fits, 68% is used"


def test_with_no_room_a_need_counts_as_against_one_check_in():
    verdict = judged(roster(contact(cadence="every 2 years"), away=[away("2026-09-01", "2027-12-31")]))
    assert (verdict.room.checkins, verdict.share) == (0, pytest.approx(0.5))


def test_counting_alone_tells_that_a_roster_is_impossible():
    verdict = judged(roster(*many(20)))
    assert isinstance(verdict, Impossible)
    assert verdict.unfit
    assert str(verdict) == (
        "needs 240 check-ins a year, and your limits allow 157: no planner could fit it "
        "(from Mon 21 Sep 2026 to Sun 19 Sep 2027 at least 220 check-ins, with room for 156)"
    )


def test_the_number_fits_and_the_hours_do_not():
    verdict = judged(roster(contact("Al", channel=HALF_HOUR), contact("Bo")))
    assert isinstance(verdict, NoPlace)
    assert not verdict.is_over
    assert str(verdict) == (
        "needs 24 check-ins a year, and your limits allow 157, yet no place was found for Al: "
        "the days and hours are short, not the number"
    )


def test_a_need_beyond_the_limits_is_no_proof_where_two_years_leave_it_open():
    verdict = judged(roster(contact("Al", "yearly", channel=HALF_HOUR), *many(54, "yearly"), per_week=1))
    assert isinstance(verdict, NoPlace)
    assert verdict.is_over
    assert str(verdict).startswith(
        "needs 55 check-ins a year, and your limits allow 52: no place was found for Al"
    )


def test_the_names_of_many_are_cut():
    verdict = judged(roster(*many(8, channel=HALF_HOUR)))
    assert "no place was found for P00, P01, P02, P03, P04 and 3 more" in str(verdict)


@pytest.mark.parametrize(
    ("unplaced", "words"),
    [
        ((False,), "not every check-in of Ada has room"),
        ((True, False), "no place was found for Ada, and not every check-in of Bob has room"),
    ],
)
def test_whose_check_ins_have_no_room_is_told(unplaced, words):
    unfit = tuple(
        Unfit(contact=name, name=name, is_unplaced=one, slots=(), reason=plain("it is full"))
        for name, one in zip(["Ada", "Bob"], unplaced, strict=False)
    )
    of = roster(contact("Ada"))
    verdict = NoPlace(needs=needs(of), room=room(of, World(of).plan()), unfit=unfit)
    assert words in str(verdict)


def test_paused_contacts_are_not_needed():
    of = roster(contact("Ada"), contact("Bob"))
    paused = {"ada": history(paused="2026-09-01")}
    assert [one.contact for one in judged(of, histories=paused).needs.contacts] == ["bob"]


# -- quotas -------------------------------------------------------------------------------------------


def test_a_category_beyond_its_quota_is_told_with_its_names():
    of = roster(contact("Aiko Mori"), contact("Omar"), contact("Zed"))
    (warning,) = quota_warnings(replace(of, categories=(Category(key="peers", keep=2),)))
    assert str(warning) == "peers: 3 people, 2 to keep: Aiko Mori, Omar, Zed"
    assert warning.contacts == ("aiko-mori", "omar", "zed")


def test_one_person_may_be_too_many():
    of = replace(roster(contact("Ada")), categories=(Category(key="peers", keep=0),))
    assert [str(one) for one in quota_warnings(of)] == ["peers: 1 person, 0 to keep: Ada"]


@pytest.mark.parametrize("keep", [None, 1, 2])
def test_a_category_within_its_quota_is_not_told(keep):
    assert quota_warnings(replace(roster(contact()), categories=(Category(key="peers", keep=keep),))) == ()
