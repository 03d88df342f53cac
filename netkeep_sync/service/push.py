"""The second half of a pass: what the plan wants becomes changes on one target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netkeep_sync.core.diff import Create, Remove, Update, diff
from netkeep_sync.core.fact import SlotName
from netkeep_sync.core.outcome import Evidence
from netkeep_sync.core.projection import as_met, project, project_milestone, published
from netkeep_sync.core.review_plan import project_reviews
from netkeep_sync.core.review_text import note
from netkeep_sync.core.roster import Show
from netkeep_sync.core.series import zone
from netkeep_sync.errors import AuthLost, TargetError
from netkeep_sync.service.review import review_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from netkeep_sync.core.answer_link import AnswerLinks
    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.core.diff import Change
    from netkeep_sync.core.projection import Projection
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.store.store import Store
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["Made", "Progress", "Pushed", "projections", "push", "silent"]

Progress = Callable[[str, int, int], None]
"""Is told the name of a target, how many changes are made there, and of how many."""

_MOST_FAILURES = 3
"""So many calls in a row that may succeed later, and those after them are left for then."""


def silent(target: str, done: int, total: int) -> None:
    """Show nobody how far a push is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One change that was made: what the target held of an entry before and holds after, None for nothing."""

    before: Baseline | None
    after: Baseline | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What became of a target: `made` are the changes of its entries, series and milestones alike; `failures`
    tells of those it refused. `needs_sign_in` tells that it lets nobody in, and no more was tried.
    """

    made: tuple[Made, ...] = ()
    failures: tuple[str, ...] = ()
    needs_sign_in: bool = False

    @property
    def created(self) -> int:
        """How many entries the target got."""
        return sum(one.before is None for one in self.made)

    @property
    def updated(self) -> int:
        """How many of its entries were changed."""
        return len(self.made) - self.created - self.removed

    @property
    def removed(self) -> int:
        """How many entries it lost."""
        return sum(one.after is None for one in self.made)


def projections(
    outlook: Outlook, show: Show = Show.FULL, *, links: AnswerLinks | None = None
) -> tuple[Projection, ...]:
    """Return what a target should hold: every series that is published, and the milestones of everybody
    in the roster, paused or not, if it shows them. `show` is what the target may tell of the people; the
    review tells everything, and is for those alone that may. `links` are for a target that is the owner's
    own alone.
    """
    milestones = () if show is Show.BUSY else _milestone_projections(outlook, show)
    reviews = _review_projections(outlook) if show is Show.FULL else ()
    return (*_series_projections(outlook, show, links), *milestones, *reviews)


def _series_projections(outlook: Outlook, show: Show, links: AnswerLinks | None) -> Iterator[Projection]:
    roster = outlook.roster
    contacts = {contact.key: contact for contact in roster.contacts}
    colors = {category.key: category.color for category in roster.categories}
    ahead = {series.uid for series in outlook.plan.series}
    next_days = _next_days(outlook)
    for series in published(outlook.series, today=outlook.today):
        contact = contacts.get(series.contact)
        yield project(
            series,
            contact=as_met(contact, series, roster.trips) if contact else None,
            history=outlook.histories.get(series.contact),
            is_ahead=series.uid in ahead,
            next_on=next_days.get(series.uid),
            show=show,
            color=colors.get(series.category, ""),
            answer_url=links.address(series.uid) if links else "",
            language=roster.language,
        )


def _next_days(outlook: Outlook) -> dict[str, date]:
    """Return the day of the next check-in of each series that nobody has spoken of, by UID."""
    told = {
        outcome.slot
        for history in outlook.histories.values()
        for outcome in history.outcomes
        if outcome.evidence is Evidence.CONFIRMED
    }
    timezone = zone(outlook.roster.timezone)
    days: dict[str, date] = {}
    for one in outlook.plan.occurrences:
        is_open = one.uid not in days and one.end_at > outlook.now
        if is_open and SlotName(uid=one.uid, slot_on=one.slot_on) not in told:
            days[one.uid] = one.start_at.astimezone(timezone).date()
    return days


def _milestone_projections(outlook: Outlook, show: Show) -> Iterator[Projection]:
    roster = outlook.roster
    if roster.shows_milestones:
        for contact in roster.contacts:
            for milestone in contact.milestones:
                yield project_milestone(
                    milestone, contact=contact, roster=roster.key, show=show, language=roster.language
                )


def _review_projections(outlook: Outlook) -> Iterator[Projection]:
    if outlook.review_series:
        found = review_of(outlook)
        yield from project_reviews(
            outlook.review_series,
            plan=outlook.review_plan,
            roster=outlook.roster,
            note=note(found.dossier, found.proposals, outlook.roster.language),
            today=outlook.today,
        )


def push(
    target: CalendarTarget,
    wanted: Sequence[Projection],
    store: Store,
    *,
    now: datetime,
    progress: Progress = silent,
) -> Pushed:
    """Make the target hold just these projections, and remember what it then holds.

    What a remote target answers is stored call by call: the run may end between any two. One that can't be
    reached again and again, or lets nobody in any more, is left for the next pass.
    """
    held = dict(store.baselines(target.name))
    changes = diff(wanted, held)
    done = _Done(target)
    for number, change in enumerate(changes):
        progress(target.name, number, len(changes))
        try:
            done.note(change, _make(target, change, now=now))
        except AuthLost as error:
            done.fail(str(error))
            done.needs_sign_in = True
            break
        except TargetError as error:  # one entry that fails stops no other
            done.fail(str(error), is_passing=not error.permanent)
        if target.is_remote:
            done.save(store, target.name)
        if done.failures_in_a_row >= _MOST_FAILURES:
            done.failures.append(f"{target.name}: {len(changes) - number - 1} changes left for the next pass")
            break
    done.save(store, target.name)
    progress(target.name, len(changes), len(changes))
    held = {uid: base for uid, base in (held | done.put).items() if uid not in done.removed}
    try:
        target.publish([held[uid] for uid in sorted(held)])
    except TargetError as error:  # a file that can't be written keeps no feed from its readers
        done.failures.append(str(error))
    return Pushed(made=tuple(done.made), failures=tuple(done.failures), needs_sign_in=done.needs_sign_in)


def _make(target: CalendarTarget, change: Change, *, now: datetime) -> Baseline | None:
    """Make one change, and return what the target holds then."""
    match change:
        case Create(projection=projection):
            return target.put(projection, base=None, now=now)
        case Update(projection=projection, base=base):
            return target.put(projection, base=base, now=now)
        case Remove(base=base):
            target.remove(base)
            return None


@dataclass
class _Done:
    """What has been done of a push, and how much of that is stored."""

    target: CalendarTarget
    put: dict[str, Baseline] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    needs_sign_in: bool = False
    failures_in_a_row: int = 0
    _unsaved: list[str] = field(default_factory=list)

    def note(self, change: Change, baseline: Baseline | None) -> None:
        self.failures_in_a_row = 0
        before = None if isinstance(change, Create) else change.base
        if baseline is not None:
            self.put[baseline.uid] = baseline
            self._unsaved.append(baseline.uid)
        elif before is not None:
            self.removed.append(before.uid)
            self._unsaved.append(before.uid)
        if self._is_seen(before, baseline):
            self.made.append(Made(before=before, after=baseline))

    def _is_seen(self, before: Baseline | None, after: Baseline | None) -> bool:
        """Tell whether a change is one on the calendar too: on a remote one, what is gone stays away, and of
        what is there some parts are no longer ours.
        """
        if not self.target.is_remote:
            return True
        was, is_now = (self.target.shown(one) if one else None for one in (before, after))
        return was != is_now

    def fail(self, words: str, *, is_passing: bool = False) -> None:
        self.failures.append(words)
        self.failures_in_a_row = self.failures_in_a_row + 1 if is_passing else 0

    def save(self, store: Store, target: str) -> None:
        if self._unsaved:
            store.save_baselines(
                target,
                put=[self.put[uid] for uid in self._unsaved if uid in self.put],
                removed=[uid for uid in self._unsaved if uid not in self.put],
            )
        self._unsaved = []
