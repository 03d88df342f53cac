"""The review: for everybody on the list one proposal, with its reason.

Proposals are made of the dossier alone, and never surprise: whoever the owner has confirmed often is not
proposed to go, whoever is new is kept until their cadence has come round twice (unless the owner has taken
them off a calendar already), and few changes are proposed at a time, the clearest ones first.

A person leaves by one of three ways: to the bench, where the history stays and a date tells when to look
again (`Rest`); to the bench, for somebody who waits there (`Swap`); or for good (`Retire`), which is proposed
only for those who were never met at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import add_months
from netkeep_sync.core.dossier import Fill
from netkeep_sync.core.lived import nearest_cadence, rhythm
from netkeep_sync.core.phrase import Day, DayForm, phrase, phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.dossier import Case, Dossier, Waiting
    from netkeep_sync.core.phrase import Phrase

__all__ = ["OFTEN", "Keep", "Proposal", "Rest", "Retire", "Stretch", "Swap", "most_changes", "propose"]

OFTEN = 3
"""Whose meetings the owner has confirmed so often in two years, they want to meet."""

_FEW_TRIES = 3
"""Before so many check-ins nobody is judged by what came of them."""

_SLIPPING = 1.4
"""A rhythm that is lived so many times slower than it is set is another rhythm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    """What to do about `contact`, and why."""

    contact: str
    name: str
    reason: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(_Proposal):
    """Leave everything as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch(_Proposal):
    """Meet them by the rhythm that is really lived."""

    cadence: Cadence


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap(_Proposal):
    """Let them rest until `again_on`, and bring back who waits: `instead`, whose name is `instead_name`."""

    instead: str
    instead_name: str
    again_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest(_Proposal):
    """To the bench, and look again on that day."""

    again_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Retire(_Proposal):
    """Off the list."""


Proposal = Keep | Stretch | Swap | Rest | Retire


def most_changes(dossier: Dossier) -> int:
    """Return how many changes are proposed at the most: three, or a tenth of a long list."""
    return max(3, len(dossier.cases) // 10)


def propose(dossier: Dossier) -> tuple[Proposal, ...]:
    """Return a proposal for each case of the dossier, in its order."""
    wanted = sorted(_changes(dossier), key=lambda one: one[0])
    most = most_changes(dossier)
    chosen: dict[str, Proposal] = {}
    for _, change in wanted[:most]:
        chosen[change.contact] = change
    for _, change in wanted[most:]:
        chosen[change.contact] = Keep(
            contact=change.contact,
            name=change.name,
            reason=phrase(
                "{why}; left for the next review, {number} changes are enough for one",
                why=change.reason,
                number=most,
            ),
        )
    return tuple(
        chosen.get(case.contact) or Keep(contact=case.contact, name=case.name, reason=_why_kept(case))
        for case in dossier.cases
    )


_Ranked = tuple[tuple[int, float, str], Proposal]
"""A change before its rank: the kind of its reason, how clear that is, and whom it is about."""


def _changes(dossier: Dossier) -> Iterator[_Ranked]:
    """Yield every change there is a reason for, one a person at the most."""
    waiting = list(_due_back(dossier))
    leaving: Counter[str] = Counter()
    settled: set[str] = set()
    crowded = {group.category for group in dossier.groups if group.fill is Fill.OVER}
    for case in sorted(dossier.cases, key=_least_kept):
        change = _leaving(case, () if case.category in crowded else waiting, dossier)
        if change is not None:
            settled.add(case.contact)
            if isinstance(change[1], Swap):
                waiting = [one for one in waiting if one.contact != change[1].instead]
            else:
                leaving[case.category] += 1
            yield change
    for change in _crowded_out(dossier, leaving, settled):
        settled.add(change[1].contact)
        yield change
    for case in dossier.cases:
        if case.contact not in settled and (stretch := _stretch(case, dossier)):
            yield (4, -case.slip, case.contact), stretch


def _due_back(dossier: Dossier) -> Iterator[Waiting]:
    """Yield who waits on the bench and is to be looked at by the end of the next period."""
    until_on = dossier.period.end_on + (dossier.period.end_on - dossier.period.start_on)
    for one in dossier.bench:
        if one.again_on is None or one.again_on < until_on:
            yield one


def _again_on(dossier: Dossier) -> date:
    """Return when to look again: two reviews on, and half a year at the least."""
    start_on, end_on = dossier.period.start_on, dossier.period.end_on
    months = (end_on.year - start_on.year) * 12 + end_on.month - start_on.month
    return add_months(end_on, max(6, 2 * months))


def _least_kept(case: Case) -> tuple[float, int, int, str]:
    """Rank by what came about: the least first."""
    return case.ever.kept / max(1, case.ever.tried), case.confirmed, case.ever.kept, case.contact


def _may_go(case: Case, dossier: Dossier) -> bool:
    """Tell whether somebody may be proposed to leave the list by what came of their check-ins."""
    is_met_since = case.met_on is not None and case.met_on >= dossier.period.end_on
    return case.confirmed < OFTEN and not is_met_since and not _is_new(case, dossier)


def _is_new(case: Case, dossier: Dossier) -> bool:
    """Tell whether their cadence has not come round twice yet since its first check-in."""
    if case.since_on is None:
        return True
    return dossier.period.end_on - case.since_on < timedelta(days=2 * case.cadence.period_days)


def _leaving(case: Case, waiting: Iterable[Waiting], dossier: Dossier) -> _Ranked | None:
    """Return that somebody should leave, for a reason of their own; None where there is none."""
    if case.confirmed >= OFTEN:
        return None
    if case.paused_on is not None:
        return _resting(case, case.paused_on, dossier)
    tried, kept = case.ever.tried, case.ever.kept
    if not _may_go(case, dossier) or tried < _FEW_TRIES or 2 * kept >= tried:
        return None
    rank = (2, kept / tried, case.contact)
    since = _since(case.since_on)
    reason = (
        phrase("only {kept} of {number} check-ins came about since {day}", kept=kept, number=tried, day=since)
        if kept
        else phrase("none of {number} check-ins came about since {day}", number=tried, day=since)
    )
    instead = next((one for one in waiting if one.category == case.category), None)
    if instead is not None:
        return rank, Swap(
            contact=case.contact,
            name=case.name,
            reason=phrase("{why}, and {name} waits on the bench", why=reason, name=instead.name),
            instead=instead.contact,
            instead_name=instead.name,
            again_on=_again_on(dossier),
        )
    if kept:
        return None
    if case.met_on is None:
        return rank, Retire(
            contact=case.contact, name=case.name, reason=phrase("never met: {why}", why=reason)
        )
    return rank, Rest(contact=case.contact, name=case.name, reason=reason, again_on=_again_on(dossier))


def _resting(case: Case, paused_on: date, dossier: Dossier) -> _Ranked | None:
    """Return that whom the owner lets rest already belongs on the bench, which tells when to look again."""
    if case.is_deleted:
        rank = 0
        reason = phrase("you deleted the check-ins on your calendar on {day}", day=_day(paused_on))
    elif paused_on < dossier.period.start_on:
        rank, reason = 1, phrase("paused since {day}", day=_day(paused_on))
    else:
        return None
    rest = Rest(contact=case.contact, name=case.name, reason=reason, again_on=_again_on(dossier))
    return (rank, 0.0, case.contact), rest


def _crowded_out(dossier: Dossier, leaving: Counter[str], settled: set[str]) -> Iterator[_Ranked]:
    """Yield who should rest because their category holds more than its quota: whom least has come of."""
    for group in dossier.groups:
        if group.fill is not Fill.OVER or group.keep is None:
            continue
        members = [
            one
            for one in dossier.cases
            if one.category == group.category and one.contact not in settled and one.paused_on is None
        ]
        candidates = sorted((one for one in members if _may_go(one, dossier)), key=_least_kept)
        for case in candidates[: max(0, group.people - group.keep - leaving[group.category])]:
            reason = phrase(
                "{crowded}; {fewest}",
                crowded=phrases(
                    "{category} holds {number} person and keeps {keep}",
                    "{category} holds {number} people and keeps {keep}",
                    group.people,
                    category=group.category,
                    keep=group.keep,
                ),
                fewest=phrases(
                    "{kept} of {number} check-in came about, the fewest there",
                    "{kept} of {number} check-ins came about, the fewest there",
                    case.ever.tried,
                    kept=case.ever.kept,
                ),
            )
            yield (
                (3, _least_kept(case)[0], case.contact),
                Rest(contact=case.contact, name=case.name, reason=reason, again_on=_again_on(dossier)),
            )


def _stretch(case: Case, dossier: Dossier) -> Stretch | None:
    """Return that somebody is to be met less often, as they are anyway."""
    is_judged = case.paused_on is None and not _is_new(case, dossier)
    if not is_judged or case.lived_days is None or case.slip < _SLIPPING:
        return None
    cadence = nearest_cadence(case.lived_days)
    if cadence.period_days <= case.cadence.period_days:
        return None
    reason = phrase("set {cadence}, lived {rhythm}", cadence=case.cadence, rhythm=rhythm(case.lived_days))
    return Stretch(contact=case.contact, name=case.name, reason=reason, cadence=cadence)


def _why_kept(case: Case) -> Phrase:
    if case.paused_on:
        return phrase("paused since {day}", day=_day(case.paused_on))
    if case.since_on is None:
        return phrase("no check-in has come round yet")
    since = _since(case.since_on)
    if not case.ever.tried:
        return phrase("{cadence} since {day}; nothing is known of it yet", cadence=case.cadence, day=since)
    reason = phrases(
        "{kept} of {number} check-in came about since {day}",
        "{kept} of {number} check-ins came about since {day}",
        case.ever.tried,
        kept=case.ever.kept,
        day=since,
    )
    if case.confirmed >= OFTEN and case.ever.kept < case.ever.tried:
        confirmed = phrases(
            "you confirmed {number} meeting in two years",
            "you confirmed {number} meetings in two years",
            case.confirmed,
        )
        return phrase("{why}; {confirmed}", why=reason, confirmed=confirmed)
    return reason


def _day(day: date) -> Day:
    return Day(on=day, form=DayForm.WITHOUT_WEEKDAY)


def _since(day: date | None) -> Day | Phrase:
    return Day(on=day, form=DayForm.SHORT_MONTH) if day else phrase("the start")
