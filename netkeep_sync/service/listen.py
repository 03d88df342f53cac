"""The first half of a pass: what the owner did on a calendar becomes facts."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from netkeep_sync.core.baseline import Baseline
from netkeep_sync.core.guard import why_deaf
from netkeep_sync.core.hearing import hear
from netkeep_sync.core.identity import news, recognise_all
from netkeep_sync.core.own import with_moves
from netkeep_sync.core.reconcile import reconcile
from netkeep_sync.core.review_plan import with_reviewer
from netkeep_sync.core.roster import RemoteCalendar
from netkeep_sync.core.series import zone
from netkeep_sync.errors import GuardRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netkeep_sync.core.baseline import Cursor
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.core.hearing import Heard
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series
    from netkeep_sync.store.store import ReadableStore, Store
    from netkeep_sync.targets.target import CalendarTarget, Listened

__all__ = ["begin_anew", "listen"]


def listen(
    target: CalendarTarget, roster: Roster, store: Store, *, now: datetime, is_confirmed: bool = False
) -> tuple[AnyFact, ...]:
    """Store what is news on a target's calendar, together with the cursor to go on from; return the facts.

    Raises TargetError when the calendar can't be listened to, and GuardRefused when it is another one than
    before, or so much was deleted there that it looks like an accident. Then nothing is stored, and the next
    listening hears it again.
    """
    cursors = store.cursors()
    if target.is_remote:
        left = _left_calendars(target, roster, cursors, is_confirmed=is_confirmed)
        for name in left:
            store.drop_baselines(name)
        cursors = {name: cursor for name, cursor in cursors.items() if name not in left}
    baselines = store.baselines(target.name)
    cursor = _cursor(cursors.get(target.name), target.name, roster, store)
    listened = target.listen(cursor, baselines, now=now)
    if listened is None:
        return ()
    series = store.series()
    heard = _heard(listened, roster, store, series, now=now, source=target.name)
    living = [one for one in series if one.until_on is None]
    refusal = None if is_confirmed else why_deaf(heard.deleted, living)
    if refusal:
        raise GuardRefused(f"{refusal}; if you mean it, run `netkeep-sync sync --confirm` once")
    store.save_heard(
        target.name,
        facts=heard.facts,
        series=heard.series,
        put=[_with_body(baselines, uid, heard, now=now) for uid in sorted(heard.bodies)],
        cursor=listened.cursor,
    )
    return heard.facts


def _cursor(cursor: Cursor | None, target: str, roster: Roster, store: Store) -> Cursor | None:
    """Return from where a target is listened to on. Where somebody is new all is listed once more: with
    another database, or on another machine, they may have been in the roster before, and have their series
    there, which until now was nobody's.
    """
    known = store.known()
    if cursor is not None and news(recognise_all(roster, known).contacts, known):
        cursor = replace(cursor, token="")
        # Kept, for if this listening fails they are no longer new to the next.
        store.save_heard(target, facts=(), series=(), put=(), cursor=cursor)
    return cursor


def begin_anew(targets: Sequence[CalendarTarget], store: Store, *, is_confirmed: bool = False) -> bool:
    """Have the calendars that the program makes made anew; return whether any of these targets has one.

    Raises GuardRefused for a calendar that is still there, unless confirmed, and TargetError.
    """
    with ExitStack() as open_targets:
        for target in targets:
            open_targets.callback(target.close)
        renewed = [target for target in targets if target.renew(is_confirmed=is_confirmed)]
    for target in renewed:
        store.drop_baselines(target.name)
    return bool(renewed)


def _left_calendars(
    target: CalendarTarget, roster: Roster, cursors: Mapping[str, Cursor], *, is_confirmed: bool
) -> list[str]:
    """Return the targets whose calendar this one takes the place of: what they held is to be forgotten.

    What stands there stays there, so the owner would see everything twice: GuardRefused unless confirmed.
    """
    calendar_id = target.calendar_id()
    if target.name in cursors:
        left = [target.name] if cursors[target.name].calendar != calendar_id else []
    else:
        named = {one.name for one in roster.calendars if isinstance(one, RemoteCalendar)}
        left = [name for name in cursors if name not in named]
    if left and not is_confirmed:
        other = "is another calendar than before"
        if not calendar_id:
            other = "has no calendar with this sign-in (is it another account?), and a new one would be made"
        raise GuardRefused(
            f"{target.name} {other}; what stands on the old one stays there, and you would see it twice. "
            "If you mean it, run `netkeep-sync sync --confirm` once, and delete the old one there"
        )
    return left


def _heard(
    listened: Listened,
    roster: Roster,
    store: ReadableStore,
    series: Sequence[Series],
    *,
    now: datetime,
    source: str,
) -> Heard:
    """Return what the observations mean, by all that is known."""
    roster = recognise_all(roster, store.known())
    facts = store.facts()
    today = now.astimezone(zone(roster.timezone)).date()
    roster = with_reviewer(roster, today=today)
    return hear(
        listened.observations,
        roster=roster,
        series=with_moves(series, facts, timezone=roster.timezone),
        histories=reconcile(roster.contacts, facts, today=today, timezone=roster.timezone),
        now=now,
        source=source,
    )


def _with_body(baselines: Mapping[str, Baseline], uid: str, heard: Heard, *, now: datetime) -> Baseline:
    """Return the baseline as it is held now. One of which nothing was known fits no projection yet, and
    neither does one of which something of ours must be written again.
    """
    known = baselines.get(uid)
    body = heard.bodies[uid]
    if known is not None:
        return replace(known, body=body, fingerprint="" if uid in heard.off else known.fingerprint)
    changed_at = now.astimezone(UTC).replace(microsecond=0)
    return Baseline(uid=uid, fingerprint="", sequence=0, changed_at=changed_at, body=body)
