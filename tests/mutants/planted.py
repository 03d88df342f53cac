"""The faults that are planted, each a small and plausible one, and the test that must find it.

A mutant names one place by its text, which stands in its file just once. Whoever changes such a place
changes the mutant along with it.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MUTANTS", "Mutant"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: in the file `path`, `before` becomes `after`."""

    name: str
    path: str
    before: str
    after: str
    tests: tuple[str, ...]


def _core(name: str, module: str, before: str, after: str, *tests: str) -> Mutant:
    """A fault of the core, and the test that finds it: `plan::test_…`, or `plan` for all of that file."""
    parts = [one.partition("::") for one in tests]
    found_by = tuple(f"tests/core/test_{file}.py{colons}{test}" for file, colons, test in parts)
    return Mutant(name, f"netkeep_sync/core/{module}.py", before, after, found_by)


def _sync(name: str, path: str, before: str, after: str, *properties: str) -> Mutant:
    """A fault of the sync, and the properties that it breaks, as `test_sync_properties.py` names them."""
    found_by = tuple(f"tests/stories/test_sync_properties.py::test_{one}" for one in properties)
    return Mutant(name, f"netkeep_sync/{path}.py", before, after, found_by)


MUTANTS = (
    # Capacity is kept.
    _core(
        "a day holds one too many",
        "book",
        "if self.day_load[index] == self.capacity.per_day:",
        "if self.day_load[index] == self.capacity.per_day + 1:",
        "plan::test_a_near_check_in_of_the_old_rhythm_is_booked_before_anybody_new_is_placed",
    ),
    _core(
        "a week holds one too many",
        "book",
        "if load == self.capacity.per_week:",
        "if load == self.capacity.per_week + 1:",
        "plan::test_whoever_does_not_fit_is_named_with_the_reason",
    ),
    _core(
        "a month's minutes are not counted",
        "book",
        "        if self.is_rationed:\n            self._count_month(day, minutes)\n",
        "",
        "plan::test_a_month_holds_no_more_minutes_than_it_may",
    ),
    _core(
        "what has passed of the week leaves its room",
        "book",
        "            self._passed_this_week += 1\n            self._count_week(self.index(day))\n",
        "            self._passed_this_week += 1\n",
        "plan::test_what_has_passed_this_week_counts_against_the_week",
    ),
    _core(
        "two check-ins overlap",
        "book",
        "        if self._padded[index] >> start & ((1 << minutes) - 1):\n            return True\n",
        "",
        "placement::test_the_book_says_which_time_is_taken",
    ),
    _core(
        "a buffer is kept on one side only",
        "book",
        "self._padded[index] |= ((1 << (minutes + 2 * buffer_minutes)) - 1) << (start - buffer_minutes)",
        "self._padded[index] |= ((1 << (minutes + buffer_minutes)) - 1) << start",
        "placement::test_a_buffer_is_kept_before_and_after_even_by_those_who_need_none",
    ),
    # The proof and the relief.
    _core(
        "a proof forgets the tolerance",
        "counting",
        "        start_on, end_on = span.start_on + flex, span.end_on - flex\n",
        "        start_on, end_on = span.start_on, span.end_on\n",
        "capacity::test_minutes_beyond_the_limits_of_the_months_are_impossible",
    ),
    _core(
        "the verdict forgets who lost a check-in",
        "capacity",
        "        if contact.key in unplaced or cancelled.get(contact.key)\n",
        "        if contact.key in unplaced\n",
        "capacity::test_whoever_fits_has_at_least_the_check_ins_that_are_counted_on",
    ),
    _core(
        "a quota is exceeded by one in silence",
        "capacity",
        "len(members) > category.keep:",
        "len(members) > category.keep + 1:",
        "capacity::test_a_category_beyond_its_quota_is_told_with_its_names",
    ),
    _core(
        "a relief is offered without being planned",
        "relief/trial",
        "self._unfit_by_change[change] = all_unfit(changed, self._planned(changed))",
        "self._unfit_by_change[change] = ()",
        "relief::test_the_smallest_sum_of_relative_raises_is_taken",
    ),
    # A level year.
    _core(
        "the fullest week does not matter",
        "placement",
        "    for peak in sorted(patterns_by_peak):\n",
        "    for peak in patterns_by_peak:\n",
        "plan::test_twenty_new_people_are_not_twenty_check_ins_in_one_week",
    ),
    _core(
        "a full week is chosen all the same",
        "placement",
        "if not blocked[index] and (not book.is_rationed or book.can_hold(index, channel)):",
        "if not openings.closed[index]:",
        "plan::test_twenty_new_people_are_not_twenty_check_ins_in_one_week",
    ),
    _core(
        "a rhythm of which most slots must move",
        "placement",
        "return 2 * cost.misfits <= len(pattern.days)",
        "return True",
        "placement::test_no_pattern_is_chosen_of_which_most_slots_would_have_to_move",
    ),
    # Availability.
    _core(
        "public holidays are working days",
        "availability",
        "        if why := self._why_holiday(day, self._availability.holidays):\n            return why\n",
        "",
        "availability::test_a_closed_day_says_why",
    ),
    _core(
        "the last day away is no longer away",
        "roster",
        "return self.start_on <= day < self.end_on",
        "return self.start_on <= day < self.end_on - timedelta(days=1)",
        "availability::test_on_a_trip_only_those_who_live_there_are_met_in_person",
    ),
    _core(
        "avoided days are forgotten",
        "availability",
        "            if day in avoided:\n",
        "            if False:\n",
        "availability::test_the_last_days_of_a_month_are_kept_free",
    ),
    _core(
        "the end of a month is its start",
        "roster",
        "return day.day > monthrange(day.year, day.month)[1] - self.days",
        "return day.day <= self.days",
        "availability::test_the_last_days_of_a_month_are_kept_free",
    ),
    _core(
        "a channel's own days do not count",
        "availability",
        "elif day.weekday() not in channel.weekdays:",
        "elif False:",
        "availability::test_the_days_of_a_channel_stand_in_for_the_owners",
    ),
    _core(
        "the contact's hours do not count",
        "availability",
        "is_elsewhere = contact.channel.is_remote and contact.timezone not in (None, timezone)",
        "is_elsewhere = False",
        "plan::test_a_contact_who_sleeps_through_all_the_hours_is_named",
    ),
    _core(
        "people of another city are met in person on a trip",
        "availability",
        "if day in trip.days and slug(trip.city) != slug(contact.city):",
        "if False:",
        "availability::test_on_a_trip_only_those_who_live_there_are_met_in_person",
    ),
    _core(
        "a slot that can't stand stands all the same",
        "fitting",
        " and self._stands(local_start):",
        ":",
        "plan::test_a_slot_on_a_holiday_is_moved_inside_its_tolerance_with_a_reason",
    ),
    _core(
        "a slot moves out of its tolerance",
        "fitting",
        "        for offset in range(self.contact.flex_days + 1):\n",
        "        for offset in range(3 * self.contact.flex_days + 3):\n",
        "plan::test_a_slot_without_another_day_near_it_is_cancelled_with_a_reason",
    ),
    # Stability.
    _core(
        "what is frozen is moved",
        "scene",
        "self.local_frozen = self.local_now + timedelta(days=roster.freeze_days)",
        "self.local_frozen = self.local_now",
        "plan::test_another_cadence_leaves_the_next_seven_days_and_ends_the_old_series",
    ),
    _core(
        "a new cadence ends the old series at once",
        "sorting",
        "return self.end(series, before=self.local_frozen, keeping=self.owners_slots(contact, series))",
        "return self.end(series, before=self.local_now, keeping=self.owners_slots(contact, series))",
        "plan::test_another_cadence_leaves_the_next_seven_days_and_ends_the_old_series",
    ),
    _core(
        "what the owner has put elsewhere goes with its series",
        "sorting",
        "keeping=self.owners_slots(contact, series))",
        "keeping=())",
        "owners_days::test_a_check_in_that_was_moved_is_an_appointment_from_which_the_next_series_counts",
    ),
    _core(
        "what was let go comes back in the next series",
        "scene",
        "if outcome.result is Result.SKIPPED and series.generation >= fresh_from:",
        "if False:",
        "owners_days::test_a_check_in_that_was_let_go_does_not_come_back_in_another_series",
    ),
    _core(
        "newcomers come before those who stand",
        "planner",
        "        self._stand(ending)\n        self._place(self.roster.contacts, ending)\n",
        "        self._place(self.roster.contacts, ending)\n        self._stand(ending)\n",
        "plan::test_twenty_new_people_are_not_twenty_check_ins_in_one_week",
    ),
    _core(
        "a generation is used twice",
        "sorting",
        "return self.generation_by_contact.get(contact, 0) + 1",
        "return max(1, self.generation_by_contact.get(contact, 0))",
        "plan::test_a_meeting_off_the_beat_plans_the_tail_from_the_day_it_was_really_held",
    ),
    _core(
        "an email does not tell who somebody is",
        "identity",
        "key_by_name = _by_email(email_by_name, key_by_email, name_by_key)",
        "key_by_name: dict[str, str] = {}",
        "identity::test_rename_with_the_same_email_keeps_the_key",
    ),
    # After a check-in.
    _core(
        "the clock runs from the planned day",
        "rhythm",
        "return held.day if held else None\n",
        "return (held.slot.slot_on if held.slot else held.day) if held else None\n",
        "rhythm::test_the_clock_of_any_other_rhythm_runs_from_the_day_of_the_meeting",
    ),
    _core(
        "a fixed clock runs from the meeting",
        "rhythm",
        "    if contact.counts_from is ClockFrom.SCHEDULE:\n        return None\n",
        "",
        "rhythm::test_a_fixed_schedule_goes_on_whatever_day_they_met",
    ),
    _core(
        "a series is left alone however far it is off",
        "rhythm",
        "    return abs(next_slot_on - contact.cadence.after(held.day)) <= flex\n",
        "    return True\n",
        "rhythm::test_a_meeting_beside_the_plan_keeps_the_series_while_the_next_slot_suits_it",
    ),
    _core(
        "what is missed counts as held",
        "reconcile",
        "outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.MISSED)",
        "outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.HELD)",
        "reconcile::test_what_the_owner_says_counts_whether_before_or_after_it_passed",
    ),
    _core(
        "a skip sets the clock back",
        "reconcile",
        "outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.SKIPPED)",
        "outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.HELD)",
        "reconcile::test_what_the_owner_says_counts_whether_before_or_after_it_passed",
    ),
    _core(
        "what passed unseen overrides what was said",
        "reconcile",
        "outcomes.setdefault(fact.slot, _passed(fact))",
        "outcomes[fact.slot] = _passed(fact)",
        "reconcile::test_what_the_owner_says_counts_whether_before_or_after_it_passed",
    ),
    _core(
        "skips are counted over a meeting",
        "outcome",
        "            elif outcome.result is not Result.UNKNOWN:\n                break\n",
        "",
        "outcome::test_skips_in_a_row_are_counted_since_the_last_one_held_or_missed",
    ),
    # Who gave, who asked, who promised.
    _core(
        "a promise that was kept is no gift",
        "ledger",
        "                if promise is not None and not is_theirs:\n",
        "                if promise is not None and is_theirs:\n",
        "ledger::test_a_promise_that_the_owner_kept_was_a_gift_of_its_meeting",
    ),
    _core(
        "a promise is due on the very day they meet",
        "ledger",
        "    return next_on - timedelta(days=1)\n",
        "    return next_on\n",
        "ledger::test_a_promise_is_due_on_its_day_or_one_of_the_owners_before_they_meet",
    ),
    _core(
        "the same two questions every time",
        "brief",
        "    first = meetings * _QUESTIONS\n",
        "    first = 0\n",
        "brief::test_questions_take_turns_from_meeting_to_meeting",
    ),
    _core(
        "what was given lately is offered again",
        "brief",
        "    return min((*offers[first:], *offers[:first]), key=last_given)\n",
        "    return offers[first]\n",
        "brief::test_an_offer_never_given_comes_before_one_that_was",
    ),
    _core(
        "somebody never met may wait for ever",
        "rhythm",
        "last_on = contact.cadence.after(soonest_on) - timedelta(days=1)",
        "last_on = contact.cadence.after(contact.cadence.after(soonest_on))",
        "rhythm::test_somebody_never_met_may_begin_anywhere_in_the_first_period",
    ),
    # The way back, trips, reasons.
    _core(
        "a fresh start is made again and again",
        "rhythm",
        "    if history.replanned and series.generation < history.replanned.generation:\n",
        "    if history.replanned:\n",
        "rhythm::test_a_fresh_start_ends_an_older_series_alone",
    ),
    _core(
        "the least late come back first",
        "comeback",
        "key=lambda one: (-one[0], one[1].key)",
        "key=lambda one: (one[0], one[1].key)",
        "comeback::test_those_who_have_slipped_most_come_first",
    ),
    _core(
        "two come back to the same hour",
        "comeback",
        "        self._given += [(contact, start) for start in starts if book.fits(contact, start)]\n",
        "",
        "comeback::test_those_who_have_slipped_most_come_first",
    ),
    _core(
        "a trip meets people who were just met",
        "rhythm",
        "    return nearly if has_met else",
        "    return period if has_met else",
        "trip::test_a_check_in_is_pulled_onto_a_trip_by_a_third_of_its_period_or_its_tolerance",
    ),
    _core(
        "a visit comes on top of the check-in it stands for",
        "fitting",
        "        self._drop_visited()\n",
        "",
        "trip::test_the_check_in_that_a_visit_stands_for_falls_out_with_a_reason",
    ),
    _core(
        "the last weekday of a month is the fourth",
        "series",
        "nth=nth if nth < 5 else -1,",
        "nth=min(nth, 4),",
        "series::test_the_first_day_is_an_instance_of_its_rule",
    ),
    # The calendar belongs to its owner.
    _sync(
        "a change is made whatever happened since",
        "targets/google_request",
        """        request.headers["If-Match"] = etag\n""",
        "        pass\n",
        "06_what_the_owner_does_between_two_requests_stands[move-events.list]",
    ),
    _sync(
        "only the first page is read",
        "targets/google_listening",
        "            request = listing.list_next(request, page)\n",
        "            request = None\n",
        "08_pages_and_their_order_make_no_difference",
    ),
    _sync(
        "a token that has expired is an empty listing",
        "targets/google_listening",
        """                events, following = self._list(token)
            except Refused as refused:
                if not refused.is_expired:
                    raise
""",
        """                events, following = self._list(token)
            except Refused:
                events, following = {}, token
""",
        "09_a_token_that_is_worth_nothing_is_one_full_listing",
    ),
    _sync(
        "every 410 is an expired token",
        "targets/google_request",
        "        return self.status == 410 and self.reason in _EXPIRED",
        "        return self.status == 410",
        "09_another_410_is_no_reason_to_list_everything",
    ),
    _sync(
        "what a listing does not show is deleted",
        "targets/google_listening",
        "                events[identity] = self._link.send(get, uid)\n",
        """                events[identity] = {"id": identity, "status": "cancelled"}\n""",
        "08_what_a_full_listing_does_not_show_is_asked_for",
    ),
    _sync(
        "what was heard is forgotten, and how far is not",
        "service/listen",
        "        facts=heard.facts,\n",
        "        facts=(),\n",
        "06_a_move_moves_no_other",
    ),
    _sync(
        "ids know no generation",
        "core/series",
        """uid_from(f"{roster}\\n{contact}\\n{generation}")""",
        """uid_from(f"{roster}\\n{contact}\\n{min(generation, 1)}")""",
        "04_the_new_series_is_there_before_the_old_one_ends",
    ),
    _sync(
        "the old series ends before the new one is there",
        "core/diff",
        "    return (*created, *updated, *removed)",
        "    return (*removed, *updated, *created)",
        "04_the_new_series_is_there_before_the_old_one_ends",
    ),
    _sync(
        "what the owner changed is written over",
        "targets/held",
        "return self.content.differing(wanted) - self.theirs - self.unheard\n",
        "return self.content.differing(wanted)\n",
        "06_what_the_owner_does_between_two_requests_stands[rename-events.list]",
    ),
    _sync(
        "what we wrote is read back as the owner's",
        "targets/held",
        "frozenset(part for part in changed if content.digest(part) != written.get(part))",
        "frozenset(part for part in changed)",
        "12_two_machines_on_one_calendar_come_to_rest",
    ),
    Mutant(
        "an occurrence is put back from where the owner took it",
        "netkeep_sync/targets/google.py",
        """            if _where(event) != held.slots.get(slot, slot) or "date" in event.get("start", {}):
                return held.with_theirs(slot)
""",
        "",
        ("tests/targets/test_google.py::test_a_check_in_that_the_owner_moved_stays_there",),
    ),
    _sync(
        "exceptions beyond the end stay",
        "targets/slot_goals",
        """    if is_beyond(slot, projection):
        return ""
""",
        "",
        "14_exceptions_beyond_the_new_end_are_taken_away",
    ),
    _sync(
        "a deleted event is made again under its id",
        "targets/google",
        "                if found is not None or _is_spent(error):\n"
        "                    return Held(event=identity, is_gone=True)\n",
        "",
        "05_what_was_deleted_stays_away_whatever_comes_after",
    ),
    _sync(
        "an insert is sent again without a look",
        "targets/google_request",
        """    return bool(request.methodId.endswith(".insert"))""",
        "    return False",
        "16_trouble_that_does_not_end_is_given_up_within_a_budget",
    ),
    _sync(
        "everybody gets mail",
        "targets/google",
        """projection.guests else "none\"""",
        """projection.guests else "all\"""",
        "17_nobody_ever_gets_mail",
    ),
    _sync(
        "a copy of ours is taken for ours",
        "targets/observing",
        "        if not self._is_split(entry, told):\n            return None",
        "        if False:\n            return None",
        "07_an_event_of_somebody_else_is_never_written_though_it_bears_our_marks",
    ),
    _sync(
        "this and following is two deletions",
        "targets/observing",
        """        if entry.is_part:
            return True
""",
        """        if entry.is_part:
            return False
""",
        "15_a_split_keeps_what_was_before_it_and_follows_what_comes",
    ),
    _sync(
        "a mass deletion is believed",
        "core/guard",
        "    return 1 < gone == of or gone > max(3, of / 10)",
        "    return False",
        "11_a_calendar_that_was_emptied_is_not_believed_unasked",
    ),
    _sync(
        "another calendar is written to unasked",
        "service/listen",
        "    if left and not is_confirmed:\n",
        "    if False:\n",
        "11_another_calendar_is_not_written_to_unasked",
    ),
    _sync(
        "what passes while nobody listens counts as held",
        "core/reconcile",
        "    until_at = now if heard_at is None else min(now, heard_at)\n",
        "    until_at = now\n",
        "20_while_nobody_is_signed_in_nothing_counts_as_held_or_deleted",
    ),
    _sync(
        "who can't be listened to is written to all the same",
        "service/sync_pass",
        "            if target.name not in deaf\n",
        "",
        "08_a_listing_that_is_not_whole_is_an_error_and_no_news",
    ),
    _sync(
        "a limit is no reason to wait",
        "targets/google_request",
        "        return self.status == 429 or self.status >= 500 or is_too_fast",
        "        return False",
        "16_a_calendar_that_cant_be_listed_is_asked_five_times",
    ),
    _sync(
        "one that fails stops all others",
        "service/push",
        "        if done.failures_in_a_row >= _MOST_FAILURES",
        "        if done.failures",
        "19_one_that_fails_for_good_is_named_and_stops_no_other",
    ),
    # An import adds nobody twice, and nobody unasked.
    _core(
        "a namesake with another email is taken for the contact",
        "acquaintance",
        "if contact.email and one.emails and contact.email.casefold() not in _folded(one.emails):",
        "if False:",
        "acquaintance",
    ),
    _core(
        "an email in capitals is somebody new",
        "acquaintance",
        "by_email = {one.email.casefold(): one for one in contacts if one.email}",
        "by_email = {one.email: one for one in contacts if one.email}",
        "acquaintance",
    ),
    Mutant(
        "an import adds somebody whom nobody chose",
        "netkeep_sync/cli/importing.py",
        "matching[: limit or 0]",
        "matching[: limit or 1]",
        ("tests/cli/test_import.py",),
    ),
)
