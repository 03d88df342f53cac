"""One pass, top to bottom: what was done on the calendars and what has passed becomes facts, then the plan
becomes changes.

The two halves never mix. After a crash between any two lines the next pass ends in the same state: people
are recognised as they were, facts are told once, a plan made again from what was stored is the same plan,
and targets are compared with what they last held. There is no log of intents: what a remote calendar holds
says itself whether we wrote it, and where a check-in stands as it was planned, nobody need have put it there.

A target that can't be listened to is not written to either, and meanwhile nothing counts as held
(`outlook.py`): what may have been done there is not known.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.busy import FREE
from netkeep_sync.core.guard import why_refused
from netkeep_sync.errors import AuthLost, GuardRefused, TargetError
from netkeep_sync.service.listen import listen
from netkeep_sync.service.outlook import look
from netkeep_sync.service.push import Pushed, projections, push, silent
from netkeep_sync.store.store import PassRecord, Undo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netkeep_sync.core.answer_link import AnswerLinks
    from netkeep_sync.core.busy import Busy
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.push import Progress
    from netkeep_sync.store.store import Store
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["Pass", "run_pass"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What a pass found and did; `heard` is what the owner did on a calendar, `pushed` is by the target's
    name.
    """

    outlook: Outlook
    heard: tuple[AnyFact, ...]
    pushed: Mapping[str, Pushed]

    @property
    def problem(self) -> str:
        """All that failed, a line each."""
        failures = (failure for each in self.pushed.values() for failure in each.failures)
        return "\n".join([*self.outlook.busy.failures, *failures])


def run_pass(
    roster: Roster,
    store: Store,
    targets: Sequence[CalendarTarget],
    *,
    now: datetime,
    text: str,
    links: AnswerLinks | None = None,
    is_confirmed: bool = False,
    busy: Busy = FREE,
    progress: Progress = silent,
) -> Pass:
    """Bring the store and every target in step with the roster, whose file reads `text`, and check-ins off
    the time that is `busy`. `links` are those of the entries, as the roster and the store have them now
    (`links.py`).

    Raises GuardRefused, with nothing written, when too many contacts have left the roster or a calendar.
    """
    if links is None and roster.serve.public_url:
        raise ValueError("the roster's entries have links, and a pass without them would take them out")
    with ExitStack() as open_targets:
        for target in targets:
            open_targets.callback(target.close)
        deaf: dict[str, Pushed] = {}
        heard: list[AnyFact] = []
        for target in targets:
            try:
                heard += listen(target, roster, store, now=now, is_confirmed=is_confirmed)
            except TargetError as error:
                deaf[target.name] = Pushed(failures=(str(error),), needs_sign_in=isinstance(error, AuthLost))

        outlook = look(roster, store, now=now, busy=busy)
        refusal = None if is_confirmed else why_refused(outlook.roster, outlook.previous)
        if refusal:
            raise GuardRefused(f"{refusal}; if you mean it, run `netkeep-sync sync --confirm` once")

        store.save_known(outlook.news)
        store.add_facts((*outlook.passed, *outlook.met), makes_due=False)

        store.save_series(changed := _changed(outlook), undo=_undo(outlook, changed, store, text=text))
        pushed = deaf | {
            target.name: push(
                target, projections(outlook, target.show, links=links), store, now=now, progress=progress
            )
            for target in targets
            if target.name not in deaf
        }

    done = Pass(outlook=outlook, heard=tuple(heard), pushed=pushed)
    store.save_pass(
        PassRecord(
            finished_at=now,
            created=sum(each.created for each in pushed.values()),
            updated=sum(each.updated for each in pushed.values()),
            removed=sum(each.removed for each in pushed.values()),
            problem=done.problem,
        ),
        good_text=text,
    )
    return done


def _changed(outlook: Outlook) -> list[Series]:
    """Return the series that are not as the store has them."""
    before = _before(outlook)
    return [
        series for series in (*outlook.series, *outlook.review_series) if before.get(series.uid) != series
    ]


def _before(outlook: Outlook) -> dict[str, Series]:
    return {series.uid: series for series in (*outlook.previous, *outlook.review_previous)}


def _undo(outlook: Outlook, changed: Sequence[Series], store: Store, *, text: str) -> Undo | None:
    """Return what it takes to undo an edit of the file; None where it was not edited since the last pass."""
    text_before = store.last_good_text()
    if text_before is None or text_before == text:
        return None
    before = _before(outlook)
    return Undo(
        text_before=text_before,
        text_after=text,
        series=tuple(before[one.uid] for one in changed if one.uid in before),
        uids_made=tuple(one.uid for one in changed if one.uid not in before),
    )
