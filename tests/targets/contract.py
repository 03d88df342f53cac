"""What holds of every calendar target. A target's own tests subclass `TargetContract`:

class TestIcsTargetKeepsTheContract(TargetContract):
    @pytest.fixture
    def place(self, tmp_path):
        return Place(make_target=lambda: ..., look=lambda: ...)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from netkeep_sync.core.series import series_uid
from tests.targets.samples import NOW, a_projection

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.targets.target import CalendarTarget

LATER = NOW + timedelta(minutes=5)

COFFEE = a_projection(uid=series_uid("roster", "john-doe", 1))
LUNCH = a_projection(uid=series_uid("roster", "mary-roe", 1), summary="Lunch with Mary Roe")


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


class TargetContract:
    """Subclasses have the fixture `place`, an empty one."""

    @pytest.fixture
    def target(self, place: Place) -> CalendarTarget:
        return place.make_target()

    def test_a_new_series_has_the_sequence_zero(self, target):
        assert target.put(COFFEE, base=None, now=NOW).sequence == 0

    def test_a_baseline_is_of_what_was_put(self, target):
        baseline = target.put(COFFEE, base=None, now=NOW)
        assert (baseline.uid, baseline.fingerprint) == (COFFEE.uid, COFFEE.fingerprint)

    def test_a_series_put_again_keeps_its_fingerprint_and_raises_its_sequence(self, target):
        first = target.put(COFFEE, base=None, now=NOW)
        second = target.put(COFFEE, base=first, now=LATER)
        assert (second.uid, second.fingerprint) == (first.uid, first.fingerprint)
        assert second.sequence > first.sequence

    def test_a_change_shows_in_fingerprint_and_body(self, target):
        first = target.put(COFFEE, base=None, now=NOW)
        second = target.put(replace(COFFEE, minutes=60), base=first, now=LATER)
        assert second.fingerprint != first.fingerprint
        assert second.body != first.body

    def test_the_time_of_a_change_is_in_whole_seconds_of_utc(self, target):
        changed_at = target.put(COFFEE, base=None, now=NOW).changed_at
        assert changed_at == NOW.replace(microsecond=0)
        assert changed_at.tzinfo is UTC

    def test_what_is_published_is_there(self, target, place):
        coffee = target.put(COFFEE, base=None, now=NOW)
        publish(target, coffee)
        assert set(place.look()) == {COFFEE.uid}

    def test_a_change_leaves_the_other_series_there(self, target, place):
        coffee = target.put(COFFEE, base=None, now=NOW)
        lunch = target.put(LUNCH, base=None, now=NOW)
        publish(target, coffee, lunch)
        changed = target.put(replace(COFFEE, minutes=60), base=coffee, now=LATER)
        publish(target, changed, lunch)
        assert set(place.look()) == {COFFEE.uid, LUNCH.uid}

    def test_what_is_removed_is_gone(self, target, place):
        coffee = target.put(COFFEE, base=None, now=NOW)
        lunch = target.put(LUNCH, base=None, now=NOW)
        publish(target, coffee, lunch)
        target.remove(coffee)
        publish(target, lunch)
        assert set(place.look()) == {LUNCH.uid}

    def test_the_last_series_can_be_removed(self, target, place):
        coffee = target.put(COFFEE, base=None, now=NOW)
        publish(target, coffee)
        target.remove(coffee)
        publish(target)
        assert not place.look()

    def test_removing_what_is_gone_is_no_error(self, target):
        coffee = target.put(COFFEE, base=None, now=NOW)
        publish(target, coffee)
        target.remove(coffee)
        publish(target)
        target.remove(coffee)
        publish(target)

    def test_publishing_again_touches_nothing(self, target, place):
        coffee = target.put(COFFEE, base=None, now=NOW)
        publish(target, coffee)
        before = place.look()
        publish(target, coffee)
        assert place.look() == before

    def test_another_process_that_publishes_the_same_touches_nothing(self, target, place):
        coffee = target.put(COFFEE, base=None, now=NOW)
        publish(target, coffee)
        before = place.look()
        publish(place.make_target(), coffee)
        assert place.look() == before

    def test_another_process_goes_on_from_the_baselines(self, target, place):
        coffee = target.put(COFFEE, base=None, now=NOW)
        publish(target, coffee)
        other = place.make_target()
        changed = other.put(replace(COFFEE, summary="Tea"), base=coffee, now=LATER)
        publish(other, changed)
        assert set(place.look()) == {COFFEE.uid}
        assert changed.sequence > coffee.sequence
