"""What holds of every calendar target. A target's own tests subclass `TargetContract`:

class TestIcsTargetKeepsTheContract(TargetContract):
    @pytest.fixture
    def place(self, tmp_path):
        return Place(make_target=lambda: ..., look=lambda: ...)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from netkeep_sync.core.entry import plain_rrule
from netkeep_sync.core.series import series_uid
from tests.targets.samples import NOW, a_milestone_projection, a_projection

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.core.projection import Projection
    from netkeep_sync.targets.target import CalendarTarget

LATER = NOW + timedelta(minutes=5)

COFFEE = a_projection(uid=series_uid("roster", "john-doe", 1))
LUNCH = a_projection(uid=series_uid("roster", "mary-roe", 1), summary="Lunch with Mary Roe")
BIRTHDAY = a_milestone_projection()

of_each_kind = pytest.mark.parametrize("one", [COFFEE, BIRTHDAY], ids=["series", "milestone"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a target publishes to.

    `make_target` makes the target anew, as a new process would. `look` tells what is there: for each UID
    anything that is equal as long as nobody wrote it, not even with the same content.
    """

    make_target: Callable[[], CalendarTarget]
    look: Callable[[], Mapping[str, Hashable]]


def publish(target: CalendarTarget, *baselines: Baseline) -> None:
    target.publish(sorted(baselines, key=lambda baseline: baseline.uid))


def reworded(projection: Projection) -> Projection:
    return replace(projection, summary="Other words")


class TargetContract:
    """Subclasses have the fixture `place`, an empty one."""

    @pytest.fixture
    def target(self, place: Place) -> CalendarTarget:
        return place.make_target()

    @of_each_kind
    def test_what_is_new_has_the_sequence_zero(self, target, one):
        assert target.put(one, base=None, now=NOW).sequence == 0

    @of_each_kind
    def test_a_baseline_is_of_what_was_put(self, target, one):
        baseline = target.put(one, base=None, now=NOW)
        assert (baseline.uid, baseline.fingerprint) == (one.uid, one.fingerprint)

    @of_each_kind
    def test_what_is_put_again_keeps_its_fingerprint_and_raises_its_sequence(self, target, one):
        first = target.put(one, base=None, now=NOW)
        second = target.put(one, base=first, now=LATER)
        assert (second.uid, second.fingerprint) == (first.uid, first.fingerprint)
        assert second.sequence > first.sequence

    @of_each_kind
    def test_what_was_put_is_shown(self, target, one):
        shown = target.shown(target.put(one, base=None, now=NOW))
        assert (shown.title, shown.notes, shown.rrule) == (
            one.summary,
            one.description,
            plain_rrule(one.rrule),
        )

    def test_times_are_shown_with_their_offset(self, target):
        shown = target.shown(target.put(COFFEE, base=None, now=NOW))
        assert (shown.start, shown.minutes) == ("2026-03-03T08:30:00+01:00", 45)
        assert (shown.timezone, shown.place) == ("Europe/Berlin", COFFEE.location)

    def test_a_whole_day_is_shown_as_one(self, target):
        shown = target.shown(target.put(BIRTHDAY, base=None, now=NOW))
        assert (shown.start, shown.timezone, shown.minutes) == (BIRTHDAY.first_on.isoformat(), "", 0)

    def test_what_lies_elsewhere_is_shown_by_its_slot(self, target):
        moved = replace(
            COFFEE,
            moved=((date(2026, 6, 2), datetime(2026, 6, 4, 15)),),  # noqa: DTZ001  wall clock
            cancelled=(date(2026, 9, 1),),
        )
        assert target.shown(target.put(moved, base=None, now=NOW)).exceptions == (
            ("2026-06-02T08:30:00+02:00", "2026-06-04T15:00:00+02:00"),
            ("2026-09-01T08:30:00+02:00", ""),
        )

    @of_each_kind
    def test_a_change_shows_in_fingerprint_and_body(self, target, one):
        first = target.put(one, base=None, now=NOW)
        second = target.put(reworded(one), base=first, now=LATER)
        assert second.fingerprint != first.fingerprint
        assert second.body != first.body

    @of_each_kind
    def test_the_time_of_a_change_is_in_whole_seconds_of_utc(self, target, one):
        changed_at = target.put(one, base=None, now=NOW).changed_at
        assert changed_at == NOW.replace(microsecond=0)
        assert changed_at.tzinfo is UTC

    @of_each_kind
    def test_what_is_published_is_there(self, target, place, one):
        publish(target, target.put(one, base=None, now=NOW))
        assert set(place.look()) == {one.uid}

    @of_each_kind
    def test_a_change_leaves_all_others_there(self, target, place, one):
        before = target.put(one, base=None, now=NOW)
        lunch = target.put(LUNCH, base=None, now=NOW)
        publish(target, before, lunch)
        changed = target.put(reworded(one), base=before, now=LATER)
        publish(target, changed, lunch)
        assert set(place.look()) == {one.uid, LUNCH.uid}

    @of_each_kind
    def test_what_is_removed_is_gone(self, target, place, one):
        unwanted = target.put(one, base=None, now=NOW)
        lunch = target.put(LUNCH, base=None, now=NOW)
        publish(target, unwanted, lunch)
        target.remove(unwanted)
        publish(target, lunch)
        assert set(place.look()) == {LUNCH.uid}

    @of_each_kind
    def test_the_last_one_can_be_removed(self, target, place, one):
        last = target.put(one, base=None, now=NOW)
        publish(target, last)
        target.remove(last)
        publish(target)
        assert not place.look()

    @of_each_kind
    def test_removing_what_is_gone_is_no_error(self, target, one):
        last = target.put(one, base=None, now=NOW)
        publish(target, last)
        target.remove(last)
        publish(target)
        target.remove(last)
        publish(target)

    @of_each_kind
    def test_what_was_removed_may_come_back(self, target, place, one):
        publish(target, target.put(one, base=None, now=NOW))
        publish(target)
        publish(target, target.put(one, base=None, now=LATER))
        assert set(place.look()) == {one.uid}

    @of_each_kind
    def test_publishing_again_touches_nothing(self, target, place, one):
        baseline = target.put(one, base=None, now=NOW)
        publish(target, baseline)
        before = place.look()
        publish(target, baseline)
        assert place.look() == before

    @of_each_kind
    def test_another_process_that_publishes_the_same_touches_nothing(self, target, place, one):
        baseline = target.put(one, base=None, now=NOW)
        publish(target, baseline)
        before = place.look()
        publish(place.make_target(), baseline)
        assert place.look() == before

    @of_each_kind
    def test_another_process_goes_on_from_the_baselines(self, target, place, one):
        baseline = target.put(one, base=None, now=NOW)
        publish(target, baseline)
        other = place.make_target()
        changed = other.put(reworded(one), base=baseline, now=LATER)
        publish(other, changed)
        assert set(place.look()) == {one.uid}
        assert changed.sequence > baseline.sequence
