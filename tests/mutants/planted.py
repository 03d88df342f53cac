"""The faults that are planted, each a small and plausible one, and the tests that must find it.

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
    paths = tuple(f"tests/core/test_{one}.py" for one in tests)
    return Mutant(name, f"netkeep_sync/core/{module}.py", before, after, paths)


def _sync(name: str, path: str, before: str, after: str, *properties: str) -> Mutant:
    """A fault of the sync, and the numbers of the properties that it breaks (`test_sync_properties.py`)."""
    chosen = " or ".join(f"test_{one}" for one in properties)
    tests = ("tests/stories/test_sync_properties.py", "-k", chosen)
    return Mutant(name, f"netkeep_sync/{path}.py", before, after, tests)


MUTANTS = (
    # Capacity is kept.
    _core(
        "a day holds one too many",
        "book",
        "if self.day_load[index] == self.capacity.per_day:",
        "if self.day_load[index] == self.capacity.per_day + 1:",
        *("placement", "plan", "plan_properties"),
    ),
    _core(
        "a week holds one too many",
        "book",
        "if load == self.capacity.per_week:",
        "if load == self.capacity.per_week + 1:",
        *("placement", "plan", "plan_properties"),
    ),
    _core(
        "a month's minutes are not counted",
        "book",
        "        if self.is_rationed:\n            self._count_month(day, minutes)\n",
        "",
        *("plan", "plan_properties", "capacity"),
    ),
    _core(
        "what has passed of the week leaves its room",
        "book",
        "            self._passed_this_week += 1\n            self._count_week(self.index(day))\n",
        "            self._passed_this_week += 1\n",
        *("plan", "plan_properties"),
    ),
    _core(
        "two check-ins overlap",
        "book",
        "        if self._padded[index] >> start & ((1 << minutes) - 1):\n            return True\n",
        "",
        *("placement", "plan", "plan_properties"),
    ),
    _core(
        "a buffer is kept on one side only",
        "book",
        "self._padded[index] |= ((1 << (minutes + 2 * buffer_minutes)) - 1) << (start - buffer_minutes)",
        "self._padded[index] |= ((1 << (minutes + buffer_minutes)) - 1) << start",
        *("placement", "plan", "plan_properties"),
    ),
    # The proof and the relief.
    _core(
        "a proof forgets the tolerance",
        "counting",
        "        start_on, end_on = span.start_on + flex, span.end_on - flex\n",
        "        start_on, end_on = span.start_on, span.end_on\n",
        *("capacity",),
    ),
    _core(
        "the verdict forgets who lost a check-in",
        "capacity",
        "        if contact.key in unplaced or cancelled.get(contact.key)\n",
        "        if contact.key in unplaced\n",
        *("capacity",),
    ),
    _core(
        "a quota is exceeded by one in silence",
        "capacity",
        "len(members) > category.keep:",
        "len(members) > category.keep + 1:",
        *("capacity",),
    ),
    _core(
        "a relief is offered without being planned",
        "relief/trial",
        "self._unfit_by_change[change] = all_unfit(changed, self._planned(changed))",
        "self._unfit_by_change[change] = ()",
        *("relief",),
    ),
    # A level year.
    _core(
        "the fullest week does not matter",
        "placement",
        "    for peak in sorted(patterns_by_peak):\n",
        "    for peak in patterns_by_peak:\n",
        *("placement", "plan", "plan_properties"),
    ),
    _core(
        "a full week is chosen all the same",
        "placement",
        "if not blocked[index] and (not book.is_rationed or book.can_hold(index, channel)):",
        "if not openings.closed[index]:",
        *("placement", "plan", "plan_properties"),
    ),
    _core(
        "a rhythm of which most slots must move",
        "placement",
        "return 2 * cost.misfits <= len(pattern.days)",
        "return True",
        *("placement", "plan"),
    ),
    # Availability.
    _core(
        "public holidays are working days",
        "availability",
        "        if why := self._why_holiday(day, self._availability.holidays):\n            return why\n",
        "",
        *("availability", "plan", "plan_properties"),
    ),
    _core(
        "the last day away is no longer away",
        "roster",
        "return self.start_on <= day < self.end_on",
        "return self.start_on <= day < self.end_on - timedelta(days=1)",
        *("availability", "roster", "plan_properties"),
    ),
    _core(
        "avoided days are forgotten",
        "availability",
        "            if day in avoided:\n",
        "            if False:\n",
        *("availability", "plan_properties"),
    ),
    _core(
        "the end of a month is its start",
        "roster",
        "return day.day > monthrange(day.year, day.month)[1] - self.days",
        "return day.day <= self.days",
        *("roster", "availability"),
    ),
    _core(
        "a channel's own days do not count",
        "availability",
        "elif day.weekday() not in channel.weekdays:",
        "elif False:",
        *("availability", "plan", "plan_properties"),
    ),
    _core(
        "the contact's hours do not count",
        "availability",
        "is_elsewhere = contact.channel.is_remote and contact.timezone not in (None, timezone)",
        "is_elsewhere = False",
        *("availability", "placement", "plan"),
    ),
    _core(
        "people of another city are met in person on a trip",
        "availability",
        "if day in trip.days and slug(trip.city) != slug(contact.city):",
        "if False:",
        *("availability", "plan", "trip"),
    ),
    _core(
        "a slot that can't stand stands all the same",
        "fitting",
        "if not is_cancelled and self._stands(local_start):",
        "if not is_cancelled:",
        *("plan", "plan_properties"),
    ),
    _core(
        "a slot moves out of its tolerance",
        "fitting",
        "        for offset in range(self.contact.flex_days + 1):\n",
        "        for offset in range(3 * self.contact.flex_days + 3):\n",
        *("plan", "plan_properties"),
    ),
    # Stability.
    _core(
        "what is frozen is moved",
        "scene",
        "self.local_frozen = self.local_now + timedelta(days=roster.freeze_days)",
        "self.local_frozen = self.local_now",
        *("plan", "plan_properties"),
    ),
    _core(
        "a new cadence ends the old series at once",
        "planner",
        "self.ended.append(self._end(old.series(), before=self.local_frozen))",
        "self.ended.append(self._end(old.series(), before=self.local_now))",
        *("plan", "plan_properties"),
    ),
    _core(
        "newcomers come before those who stand",
        "planner",
        "        self._stand(ending)\n        self._place(self.roster.contacts, ending)\n",
        "        self._place(self.roster.contacts, ending)\n        self._stand(ending)\n",
        *("plan", "plan_properties"),
    ),
    _core(
        "a generation is used twice",
        "planner",
        "return self.generation_by_contact.get(contact, 0) + 1",
        "return max(1, self.generation_by_contact.get(contact, 0))",
        *("plan", "plan_properties"),
    ),
    _core(
        "an email does not tell who somebody is",
        "identity",
        "key_by_name = _by_email(email_by_name, key_by_email, name_by_key)",
        "key_by_name: dict[str, str] = {}",
        *("identity",),
    ),
    # After a check-in.
    _core(
        "the clock runs from the planned day",
        "rhythm",
        "return held.day if held else None\n",
        "return (held.slot.slot_on if held.slot else held.day) if held else None\n",
        *("rhythm", "plan"),
    ),
    _core(
        "a fixed clock runs from the meeting",
        "rhythm",
        "    if contact.counts_from is ClockFrom.SCHEDULE:\n        return None\n",
        "",
        *("rhythm", "plan"),
    ),
    _core(
        "a series is left alone however far it is off",
        "rhythm",
        "    return abs(next_slot_on - contact.cadence.after(held.day)) <= flex\n",
        "    return True\n",
        *("rhythm", "plan"),
    ),
    _core(
        "what is missed counts as held",
        "reconcile",
        "outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.MISSED)",
        "outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.HELD)",
        *("reconcile", "plan"),
    ),
    _core(
        "a skip sets the clock back",
        "reconcile",
        "outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.SKIPPED)",
        "outcomes[slot] = _told(fact, slot=slot, day=slot.slot_on, result=Result.HELD)",
        *("reconcile", "plan"),
    ),
    _core(
        "what passed unseen overrides what was said",
        "reconcile",
        "outcomes.setdefault(fact.slot, _passed(fact))",
        "outcomes[fact.slot] = _passed(fact)",
        *("reconcile", "plan"),
    ),
    _core(
        "skips are counted over a meeting",
        "outcome",
        "            elif outcome.result is not Result.UNKNOWN:\n                break\n",
        "",
        *("outcome",),
    ),
    # Who gave, who asked, who promised.
    _core(
        "a promise that was kept is no gift",
        "ledger",
        "                if kept is not None and not is_theirs:\n",
        "                if kept is not None and is_theirs:\n",
        *("ledger",),
    ),
    _core(
        "a promise is due on the very day they meet",
        "ledger",
        "    return next_on - timedelta(days=1)\n",
        "    return next_on\n",
        *("ledger", "brief"),
    ),
    _core(
        "the same two questions every time",
        "brief",
        "    first = meetings * _QUESTIONS\n",
        "    first = 0\n",
        *("brief",),
    ),
    _core(
        "what was given lately is offered again",
        "brief",
        "    return min((*offers[first:], *offers[:first]), key=last_given)\n",
        "    return offers[first]\n",
        *("brief",),
    ),
    _core(
        "somebody never met may wait for ever",
        "rhythm",
        "last_on = contact.cadence.after(soonest_on) - timedelta(days=1)",
        "last_on = contact.cadence.after(contact.cadence.after(soonest_on))",
        *("rhythm", "plan", "plan_properties"),
    ),
    # The way back, trips, reasons.
    _core(
        "a fresh start is made again and again",
        "rhythm",
        "    if history.replanned and series.generation < history.replanned.generation:\n",
        "    if history.replanned:\n",
        *("rhythm", "plan", "convergence", "comeback"),
    ),
    _core(
        "the least late come back first",
        "comeback",
        "key=lambda one: (-one[0], one[1].key)",
        "key=lambda one: (one[0], one[1].key)",
        *("comeback",),
    ),
    _core(
        "two come back to the same hour",
        "comeback",
        "        self._given += [(contact, start) for start in starts if book.fits(contact, start)]\n",
        "",
        *("comeback",),
    ),
    _core(
        "a trip meets people who were just met",
        "rhythm",
        "    return nearly if has_met else",
        "    return period if has_met else",
        *("trip", "rhythm"),
    ),
    _core(
        "a visit comes on top of the check-in it stands for",
        "fitting",
        "        self._drop_visited()\n",
        "",
        *("trip", "plan"),
    ),
    _core(
        "the last weekday of a month is the fourth",
        "series",
        "nth=nth if nth < 5 else -1,",
        "nth=min(nth, 4),",
        *("series", "placement"),
    ),
    # The calendar belongs to its owner.
    _sync(
        "a change is made whatever happened since",
        "targets/google_request",
        """        request.headers["If-Match"] = etag\n""",
        "        pass\n",
        *("10", "06"),
    ),
    _sync(
        "only the first page is read",
        "targets/google_listening",
        "            request = listing.list_next(request, page)\n",
        "            request = None\n",
        *("08_pages",),
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
        *("09",),
    ),
    _sync(
        "every 410 is an expired token",
        "targets/google_request",
        "        return self.status == 410 and self.reason in _EXPIRED",
        "        return self.status == 410",
        *("09",),
    ),
    _sync(
        "what a listing does not show is deleted",
        "targets/google_listening",
        "                events[identity] = self._link.send(get, uid)\n",
        """                events[identity] = {"id": identity, "status": "cancelled"}\n""",
        *("08_what",),
    ),
    _sync(
        "what was heard is forgotten, and how far is not",
        "service/listen",
        "        facts=heard.facts,\n",
        "        facts=(),\n",
        *("06", "09"),
    ),
    _sync(
        "ids know no generation",
        "core/series",
        """f"{roster}\\n{contact}\\n{generation}".encode()""",
        """f"{roster}\\n{contact}\\n{min(generation, 1)}".encode()""",
        *("05_a_deleted", "04_the_new"),
    ),
    _sync(
        "the old series ends before the new one is there",
        "core/diff",
        "    return (*created, *updated, *removed)",
        "    return (*removed, *updated, *created)",
        *("04_the_new",),
    ),
    _sync(
        "what the owner changed is written over",
        "targets/google",
        "            parts = held.content.differing(wanted) - held.theirs\n",
        "            parts = held.content.differing(wanted)\n",
        *("06", "10"),
    ),
    _sync(
        "what we wrote is read back as the owner's",
        "targets/google_held",
        "frozenset(part for part in changed if content.digest(part) != written.get(part))",
        "frozenset(part for part in changed)",
        *("12_two_machines_on",),
    ),
    Mutant(
        "an occurrence is put back from where the owner took it",
        "netkeep_sync/targets/google.py",
        """            if _where(event) != held.slots.get(slot, slot):
                return held.with_theirs(slot)
""",
        "",
        ("tests/targets/test_google.py", "-k", "stays"),
    ),
    _sync(
        "exceptions beyond the end stay",
        "targets/google",
        """    if slot > (projection.rrule.partition("UNTIL=")[2] or "Z"):
        return ""
""",
        "",
        *("14",),
    ),
    _sync(
        "a deleted event is made again under its id",
        "targets/google",
        "                if found is not None or _is_spent(error):\n"
        "                    return Held(event=identity, is_gone=True)\n",
        "",
        *("05_what_was_deleted_stays",),
    ),
    _sync(
        "an insert is sent again without a look",
        "targets/google_request",
        """    return bool(request.methodId.endswith(".insert"))""",
        "    return False",
        *("16",),
    ),
    _sync(
        "everybody gets mail",
        "targets/google",
        """projection.guests else "none\"""",
        """projection.guests else "all\"""",
        *("17",),
    ),
    _sync(
        "a copy of ours is taken for ours",
        "targets/google_listening",
        "        if not self._is_split(event, base, masters):\n            return None",
        "        if False:\n            return None",
        *("07",),
    ),
    _sync(
        "this and following is two deletions",
        "targets/google_listening",
        """        if str(event["id"]).startswith(f"{base}_R"):
            return True
""",
        """        if str(event["id"]).startswith(f"{base}_R"):
            return False
""",
        *("15",),
    ),
    _sync(
        "a mass deletion is believed",
        "core/guard",
        "    return 1 < gone == of or gone > max(3, of / 10)",
        "    return False",
        *("11",),
    ),
    _sync(
        "another calendar is written to unasked",
        "service/listen",
        "    if left and not is_confirmed:\n",
        "    if False:\n",
        *("11",),
    ),
    _sync(
        "what passes while nobody listens counts as held",
        "core/reconcile",
        "    until_at = now if heard_at is None else min(now, heard_at)\n",
        "    until_at = now\n",
        *("20_while",),
    ),
    _sync(
        "who can't be listened to is written to all the same",
        "service/sync_pass",
        "            if target.name not in deaf\n",
        "",
        *("08_a_listing",),
    ),
    _sync(
        "a limit is no reason to wait",
        "targets/google_request",
        "        return self.status == 429 or self.status >= 500 or is_too_fast",
        "        return False",
        *("16",),
    ),
    _sync(
        "one that fails stops all others",
        "service/push",
        "        if done.failures_in_a_row >= _MOST_FAILURES",
        "        if done.failures",
        *("19",),
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
