"""The capacity as a proof: what the roster needs against what the limits allow, and who does not fit.

What the roster *needs* is a mean: 365.2425 days over the length of each period. It proves nothing; what
does is in `counting.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netkeep_sync.core.counting import YEAR_MONTHS, YEAR_WEEKS, Count, Measure
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.plan import extend_plan
from netkeep_sync.core.series import Cancelled, zone
from netkeep_sync.core.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.counting import Proof
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.phrase import Phrase
    from netkeep_sync.core.plan import Plan
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import SlotException

__all__ = [
    "Amount",
    "CategoryNeed",
    "ContactNeed",
    "Fits",
    "Impossible",
    "Needs",
    "NoPlace",
    "QuotaWarning",
    "Room",
    "Unfit",
    "Verdict",
    "all_unfit",
    "judge",
    "needs",
    "quota_warnings",
    "room",
]

YEAR_DAYS = 365.2425
_MOST_NAMES = 5


# -- what the roster needs, and what the limits allow -----------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Check-ins and their minutes in a mean year."""

    checkins: float
    minutes: float

    @property
    def per_month(self) -> Amount:
        """The same of a mean month."""
        return Amount(checkins=self.checkins / YEAR_MONTHS, minutes=self.minutes / YEAR_MONTHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNeed:
    """What one contact takes of a year."""

    contact: str
    name: str
    category: str
    per_year: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryNeed:
    """What the contacts of one category take of a year together."""

    category: str
    contacts: int
    per_year: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What the roster takes of a year. Contacts are in the roster's order, categories sorted."""

    contacts: tuple[ContactNeed, ...]
    categories: tuple[CategoryNeed, ...]
    per_year: Amount

    def __str__(self) -> str:
        year, month = self.per_year, self.per_year.per_month
        return (
            f"{_short(year.checkins)} check-ins and {_short(year.minutes / 60)} hours a year, "
            f"{_short(month.checkins)} and {_short(month.minutes / 60)} a month"
        )


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"


def needs(roster: Roster, paused: frozenset[str] = frozenset()) -> Needs:
    """Return what the roster takes of a mean year; `paused` are contacts who take nothing."""
    contacts = tuple(_contact_need(one) for one in roster.contacts if one.key not in paused)
    categories = sorted({one.category for one in contacts})
    members = {key: [one for one in contacts if one.category == key] for key in categories}
    return Needs(
        contacts=contacts,
        categories=tuple(
            CategoryNeed(category=key, contacts=len(members[key]), per_year=_total(members[key]))
            for key in categories
        ),
        per_year=_total(contacts),
    )


def _contact_need(contact: Contact) -> ContactNeed:
    checkins = YEAR_DAYS / contact.cadence.period_days
    return ContactNeed(
        contact=contact.key,
        name=contact.name,
        category=contact.category,
        per_year=Amount(checkins=checkins, minutes=checkins * contact.channel.minutes),
    )


def _total(members: Iterable[ContactNeed]) -> Amount:
    amounts = [one.per_year for one in members]
    return Amount(checkins=sum(one.checkins for one in amounts), minutes=sum(one.minutes for one in amounts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the limits allow in a year; `minutes` is None where none are set."""

    checkins: float
    minutes: int | None


def room(roster: Roster, plan: Plan) -> Room:
    """Return what the limits allow in a year, as the next 52 whole weeks of the plan are."""
    weeks = plan.load[1 : 1 + YEAR_WEEKS]
    days = max(1, 7 * len(weeks))
    minutes = roster.capacity.minutes_per_month
    return Room(
        checkins=sum(week.capacity for week in weeks) * YEAR_DAYS / days,
        minutes=None if minutes is None else minutes * YEAR_MONTHS,
    )


# -- who does not fit -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """A contact the plan has too little room for: no place at all, or none for the check-ins of `slots`."""

    contact: str
    name: str
    is_unplaced: bool
    slots: tuple[date, ...]
    reason: Phrase


def all_unfit(roster: Roster, plan: Plan) -> tuple[Unfit, ...]:
    """Return who does not fit: without a place, or with a check-in cancelled for want of room. By key."""
    today = plan.as_of.astimezone(zone(plan.timezone)).date()
    unplaced = {one.contact: one.reason for one in plan.unplaced}
    cancelled: dict[str, list[SlotException]] = {}
    for series in plan.series:
        cancelled.setdefault(series.contact, []).extend(
            one
            for one in series.exceptions
            if today <= one.slot_on < plan.end_on and isinstance(one, Cancelled) and one.is_for_want_of_room
        )
    return tuple(
        Unfit(
            contact=contact.key,
            name=contact.name,
            is_unplaced=contact.key in unplaced,
            slots=tuple(sorted(one.slot_on for one in cancelled.get(contact.key, ()))),
            reason=unplaced.get(contact.key) or cancelled[contact.key][0].reason,
        )
        for contact in sorted(roster.contacts, key=lambda one: one.key)
        if contact.key in unplaced or cancelled.get(contact.key)
    )


# -- the verdict ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """Counting alone proves that no planner could fit the roster."""

    needs: Needs
    room: Room
    proof: Proof
    unfit: tuple[Unfit, ...]

    def __str__(self) -> str:
        return self.words(ENGLISH)

    def words(self, language: Language) -> str:
        """Return the verdict in a language."""
        return language.gettext("{against}: no planner could fit it ({proof})").format(
            against=_against(self.needs, self.room, self.proof.span.measure, language),
            proof=self.proof.words(language),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPlace:
    """Counting does not rule the roster out, and yet there is no place for everybody."""

    needs: Needs
    room: Room
    unfit: tuple[Unfit, ...]

    @property
    def is_over(self) -> bool:
        """Tell whether the mean year needs more than the limits allow, though that is no proof."""
        return _share(self.needs, self.room) > 1

    def __str__(self) -> str:
        return self.words(ENGLISH)

    def words(self, language: Language) -> str:
        """Return the verdict in a language."""
        _ = language.gettext
        unplaced = [one.name for one in self.unfit if one.is_unplaced]
        partly = [one.name for one in self.unfit if not one.is_unplaced]
        if unplaced and partly:
            found = _("no place was found for {names}, and not every check-in of {others} has room")
        elif unplaced:
            found = _("no place was found for {names}")
        else:
            found = _("not every check-in of {others} has room")
        message = (
            _("{against}: {found}")
            if self.is_over
            else _("{against}, yet {found}: the days and hours are short, not the number")
        )
        return message.format(
            against=_against(self.needs, self.room, _tightest(self.needs, self.room), language),
            found=found.format(
                names=listed(unplaced, most=_MOST_NAMES, language=language) if unplaced else "",
                others=listed(partly, most=_MOST_NAMES, language=language) if partly else "",
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """Everybody has a place. `share` is how much of the limits the mean year needs."""

    needs: Needs
    room: Room
    share: float

    def __str__(self) -> str:
        return self.words(ENGLISH)

    def words(self, language: Language) -> str:
        """Return the verdict in a language."""
        return language.gettext("{against}: everybody fits, {percent}% is used").format(
            against=_against(self.needs, self.room, _tightest(self.needs, self.room), language),
            percent=f"{100 * self.share:.0f}",
        )


Verdict = Impossible | NoPlace | Fits


def judge(roster: Roster, plan: Plan, histories: Mapping[str, History]) -> Verdict:
    """Return whether the roster fits, from its plan."""
    count = Count(roster, plan, histories)
    needed = needs(roster, frozenset(one.key for one in roster.contacts if count.is_paused(one)))
    allowed = room(roster, plan)
    unfit = all_unfit(roster, plan)
    if not unfit:
        return Fits(needs=needed, room=allowed, share=_share(needed, allowed))
    proof = count.proof(roster)
    if proof is not None:
        return Impossible(needs=needed, room=allowed, proof=proof, unfit=unfit)
    return NoPlace(needs=needed, room=allowed, unfit=unfit)


def _shares(needed: Needs, allowed: Room) -> dict[Measure, float]:
    shares = {Measure.CHECKINS: (needed.per_year.checkins, allowed.checkins)}
    if allowed.minutes is not None:
        shares[Measure.MINUTES] = (needed.per_year.minutes, allowed.minutes)
    return {measure: need / max(most, 1) for measure, (need, most) in shares.items()}


def _share(needed: Needs, allowed: Room) -> float:
    return max(_shares(needed, allowed).values())


def _tightest(needed: Needs, allowed: Room) -> Measure:
    shares = _shares(needed, allowed)
    return max(shares, key=lambda measure: shares[measure])


def _against(needed: Needs, allowed: Room, measure: Measure, language: Language) -> str:
    if measure is Measure.MINUTES and allowed.minutes is not None:
        need, most = needed.per_year.minutes / 60, allowed.minutes / 60
        message = language.gettext("needs {need} hours a year, and your limits allow {most}")
    else:
        need, most = needed.per_year.checkins, allowed.checkins
        message = language.gettext("needs {need} check-ins a year, and your limits allow {most}")
    return message.format(need=round(need), most=round(most))


def room_for_more(plan: Plan, contact: Contact, *, most: int = 20) -> int:
    """Return how many more contacts like this one would find a place, `most` or more."""
    for number in range(1, most + 1):
        key = f"{contact.key}+{number}"
        plan = extend_plan(plan, [replace(contact, key=key, met_on=None)])
        if any(one.contact == key for one in all_unfit(plan.planner.roster, plan)):
            return number - 1
    return most


# -- quotas -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaWarning:
    """A category that holds more people than it is to keep."""

    category: str
    keep: int
    contacts: tuple[str, ...]
    names: tuple[str, ...]

    def __str__(self) -> str:
        number = len(self.names)
        people = "1 person" if number == 1 else f"{number} people"
        return f"{self.category}: {people}, {self.keep} to keep: {', '.join(self.names)}"


def quota_warnings(roster: Roster) -> tuple[QuotaWarning, ...]:
    """Return a warning for each category that has outgrown its quota, in the roster's order."""
    warnings = []
    for category in roster.categories:
        members = [one for one in roster.contacts if one.category == category.key]
        if category.keep is not None and len(members) > category.keep:
            warnings.append(
                QuotaWarning(
                    category=category.key,
                    keep=category.keep,
                    contacts=tuple(one.key for one in members),
                    names=tuple(one.name for one in members),
                )
            )
    return tuple(warnings)
