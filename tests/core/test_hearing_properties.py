"""Whatever is seen on a calendar: it is heard once, what the owner wants stands, and the plan settles."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from netkeep_sync.core.fact import Rhythm
from netkeep_sync.core.hearing import hear
from netkeep_sync.core.observation import Gone, Mark, Seen, SlotSeen, Tail
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.own import with_moves
from netkeep_sync.core.pattern import Pattern
from netkeep_sync.core.reconcile import own_moves
from netkeep_sync.core.series import WEEKDAYS, instant, local_occurrences
from tests.core.test_convergence import settles, world_of
from tests.core.worlds import full_cases

some = settings(max_examples=60)


def about_now(world, series):
    """Slot and start, wall clock, of what began lately and of what comes next."""
    end_on = world.today + timedelta(days=600)
    since = datetime.combine(world.today - timedelta(days=60), time())
    starts = ((slot_on, start) for slot_on, start, _ in local_occurrences(series, end_on=end_on))
    return [one for one in starts if one[1] >= since][:8]


def some_of(values, *, most=3):
    return st.lists(st.sampled_from(values), max_size=most, unique=True) if values else st.just([])


# -- what an owner may do, as it is seen ----------------------------------------------------------


@st.composite
def slots_seen(draw, world, series):
    made = []
    for slot_on, start in draw(some_of(about_now(world, series))):
        slot_at = instant(datetime.combine(slot_on, series.local_time), series.timezone)
        start_at = instant(start, series.timezone)
        if draw(st.sampled_from([True, True, False])):
            start_at += timedelta(hours=draw(st.integers(-24 * 20, 24 * 20)))
        made.append(
            SlotSeen(
                slot_at=slot_at,
                start_at=draw(st.sampled_from([start_at, start_at, start_at, None])),
                mark=draw(st.sampled_from([Mark.NONE, Mark.NONE, Mark.DONE, Mark.FAILED])),
                note=draw(st.sampled_from(["", "", "Tea."])),
                is_declined=draw(st.sampled_from([False, False, False, True])),
            )
        )
    return tuple(made)


@st.composite
def patterns(draw, series, start_on):
    """Other times for a series, of which most can be followed."""
    start = datetime.combine(start_on, time(draw(st.integers(6, 21)), draw(st.sampled_from([0, 30]))))
    weekday, nth = WEEKDAYS[start.weekday()], (start.day + 6) // 7
    rules = [
        f"FREQ=WEEKLY;INTERVAL={draw(st.integers(1, 9))};BYDAY={weekday}",
        f"FREQ=MONTHLY;INTERVAL={draw(st.integers(1, 6))};BYDAY={nth if nth < 5 else -1}{weekday}",
        str(series.rule),
    ]
    rule = draw(st.sampled_from([*rules, *rules, "FREQ=DAILY"]))
    return Pattern(
        start_at=instant(start, series.timezone),
        timezone=series.timezone,
        minutes=draw(st.sampled_from([series.minutes, 90])),
        recurrence=(f"RRULE:{rule}",),
    )


@st.composite
def gestures(draw, world, series, body):
    """What is seen of one series after one gesture: an observation, or two."""
    known = {"uid": series.uid, "body": body}
    starts = about_now(world, series)
    kinds = ["slots", "slots", "words", "gone"]
    if series.until_on is None and starts:
        kinds += ["rhythm", "cut", "split"]
    match draw(st.sampled_from(kinds)):
        case "slots" if starts:
            return [Seen(**known, slots=draw(slots_seen(world, series)))]
        case "words":
            return [
                Seen(**known, mark=draw(st.sampled_from(Mark)), note=draw(st.sampled_from(["", "Cake."])))
            ]
        case "gone":
            return [Gone(**known)]
        case "rhythm":
            shifted = series.first_on + timedelta(days=draw(st.integers(-10, 30)))
            return [Seen(**known, pattern=draw(patterns(series, shifted)), released=f"{body} free")]
        case "cut" | "split" as kind:
            slot_on, _ = draw(st.sampled_from(starts))
            end_at = instant(datetime.combine(slot_on, time()), series.timezone)
            cut = Pattern(
                start_at=instant(series.local_start, series.timezone),
                timezone=series.timezone,
                minutes=series.minutes,
                recurrence=(f"RRULE:{series.rule};UNTIL={end_at - timedelta(seconds=1):%Y%m%dT%H%M%SZ}",),
            )
            first = Seen(**known, pattern=cut)
            if kind == "cut":
                return [first]
            shifted = slot_on + timedelta(days=draw(st.integers(-5, 5)))
            return [first, Tail(of=series.uid, body=f"{body} tail", pattern=draw(patterns(series, shifted)))]
    return []


def seen_again(one, heard):
    """What would be seen of the same event when nothing has changed but what we hold of it."""
    uid = next((uid for uid, body in heard.bodies.items() if body == one.body), None)
    match one:
        case Tail():
            return uid and Seen(uid=uid, body=one.body, pattern=one.pattern, slots=one.slots)
        case Seen(pattern=Pattern(recurrence=(rule,))) if "UNTIL" in rule:
            return None
        case _:
            return replace(one, uid=uid)


def hearing(world, observations):
    return hear(
        observations,
        roster=world.roster,
        series=with_moves(world.series.values(), world.facts, timezone="UTC"),
        histories=world.histories(),
        now=world.now,
        source="google",
    )


def listen(world, observations):
    heard = hearing(world, observations)
    world.facts += heard.facts
    world.series |= {one.uid: one for one in heard.series}
    return heard


# -- what holds then ------------------------------------------------------------------------------


@some
@given(full_cases(most=3), st.data())
def test_what_was_heard_is_no_news_and_the_plan_settles_on_it(case, data):
    world = world_of(case)
    world.plan()
    for number in range(data.draw(st.integers(1, 4))):
        world.now += timedelta(hours=data.draw(st.sampled_from([0, 1, 24, 24 * 7, 24 * 40])))
        world.plan()
        observations = []
        for uid in data.draw(some_of(sorted(world.series))):
            made = gestures(world, world.series[uid], f"body {number} of {uid}")
            observations += data.draw(made)
        heard = listen(world, observations)
        again = [found for one in observations if (found := seen_again(one, heard))]
        assert hearing(world, again).facts == ()
        plan = world.plan()
        stands(world, plan, heard)
        assert settles(world)


def stands(world, plan, heard):
    """What the owner has moved lies where they have put it, and their rhythms are followed."""
    histories = world.histories()
    living = {one.contact: one for one in plan.series if one.until_on is None}
    starts = {(one.uid, one.slot_on): one.start_at for one in plan.occurrences}
    for slot, start_at in own_moves(world.facts, timezone="UTC").items():
        told = {outcome.slot for history in histories.values() for outcome in history.outcomes}
        is_living = slot.uid in {one.uid for one in living.values()}
        if is_living and slot not in told and start_at > world.now:
            assert starts[slot.uid, slot.slot_on] == start_at
    rhythms = {fact.contact: fact for fact in heard.facts if isinstance(fact, Rhythm)}
    for contact, rhythm in rhythms.items():
        if histories[contact].rhythm == rhythm and histories[contact].paused_on is None:
            assert living[contact].rule == rhythm.rule
            assert living[contact].generation == rhythm.generation
    names = Counter((one.contact, one.generation) for one in world.series.values())
    assert set(names.values()) <= {1}


@some
@given(full_cases(most=3), st.data())
def test_what_is_confirmed_stays_confirmed_unless_it_is_marked_otherwise(case, data):
    world = world_of(case)
    world.plan()
    world.now += timedelta(days=data.draw(st.integers(20, 200)))
    world.plan()
    for number in range(2):
        before = held_for_sure(world)
        observations = []
        for uid in data.draw(some_of(sorted(world.series), most=1)):
            observations = data.draw(gestures(world, world.series[uid], f"body {number}"))
        listen(world, observations)
        world.plan()
        if not any(is_marked(one) for one in observations):
            assert before <= held_for_sure(world)


def held_for_sure(world):
    """Slot and day of every meeting that the owner has confirmed."""
    return {
        (one.slot, one.day)
        for history in world.histories().values()
        for one in history.outcomes
        if one.evidence is Evidence.CONFIRMED and one.result is Result.HELD
    }


def is_marked(one):
    slots = getattr(one, "slots", ())
    return any(mark is not Mark.NONE for mark in (getattr(one, "mark", Mark.NONE), *(s.mark for s in slots)))
