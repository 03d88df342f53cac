"""Records as rows: how a series, a fact or a baseline lies in the tables, and comes back equal.

Rows going in are mappings by column, without their roster; rows coming out are SQLAlchemy's.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.baseline import Baseline, Cursor
from netkeep_sync.core.cadence import Cadence, Unit, parse_cadence
from netkeep_sync.core.fact import (
    AnyFact,
    Asked,
    Dismissed,
    Gave,
    Held,
    Kept,
    Missed,
    Noted,
    Passed,
    Paused,
    Promised,
    Replanned,
    Rescheduled,
    Resumed,
    Rhythm,
    Skipped,
    SlotName,
    Snoozed,
)
from netkeep_sync.core.feed import FeedMilestones, FeedSpec, Fetch
from netkeep_sync.core.identity import Known
from netkeep_sync.core.roster import Show
from netkeep_sync.core.series import Cancelled, Moved, Rule, Series, SlotException
from netkeep_sync.errors import StoreError
from netkeep_sync.store import tables
from netkeep_sync.store.phrase_text import phrase_from_text, phrase_text
from netkeep_sync.store.store import PassRecord, Publication, Undo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row, Table

__all__ = [
    "baseline_from_row",
    "baseline_row",
    "cursor_from_row",
    "cursor_row",
    "exception_from_row",
    "exception_row",
    "fact_from_row",
    "fact_row",
    "feed_from_row",
    "feed_row",
    "fetch_from_row",
    "fetch_row",
    "known_from_row",
    "known_row",
    "pass_from_row",
    "pass_row",
    "publication_from_row",
    "publication_row",
    "series_from_row",
    "series_row",
    "undo_from_row",
    "undo_row",
]

AnyRow = dict[str, Any]


def known_row(known: Known) -> AnyRow:
    """Return the row of somebody known."""
    return {"key": known.key, "name": known.name, "email": known.email}


def known_from_row(row: Row[Any]) -> Known:
    """Return the person of a row."""
    return Known(key=row.key, name=row.name, email=row.email)


def series_row(series: Series) -> AnyRow:
    """Return the row of a series; its exceptions have their own."""
    return {
        "uid": series.uid,
        "contact": series.contact,
        "generation": series.generation,
        "summary": series.summary,
        "category": series.category,
        "channel": series.channel,
        "cadence_unit": series.cadence.unit.value,
        "cadence_count": series.cadence.count,
        "minutes": series.minutes,
        "timezone": series.timezone,
        "local_time": series.local_time,
        "first_on": series.first_on,
        "rule_interval": series.rule.interval,
        "rule_weekday": series.rule.weekday,
        "rule_nth": series.rule.nth,
        "reason": phrase_text(series.reason),
        "clock_on": series.clock_on,
        "city": series.city,
        "until_on": series.until_on,
    }


def series_from_row(row: Row[Any], *, exceptions: Sequence[SlotException]) -> Series:
    """Return the series of a row."""
    unit = Unit(row.cadence_unit)
    return Series(
        contact=row.contact,
        generation=row.generation,
        uid=row.uid,
        summary=row.summary,
        category=row.category,
        channel=row.channel,
        cadence=Cadence(unit=unit, count=row.cadence_count),
        minutes=row.minutes,
        timezone=row.timezone,
        local_time=row.local_time,
        first_on=row.first_on,
        rule=Rule(unit=unit, interval=row.rule_interval, weekday=row.rule_weekday, nth=row.rule_nth),
        reason=phrase_from_text(row.reason),
        clock_on=row.clock_on,
        city=row.city,
        until_on=row.until_on,
        exceptions=tuple(exceptions),
    )


def exception_row(uid: str, exception: SlotException) -> AnyRow:
    """Return the row of one exception of the series `uid`."""
    local_start = exception.local_start if isinstance(exception, Moved) else None
    return {
        "uid": uid,
        "slot_on": exception.slot_on,
        "local_start": local_start,
        "reason": phrase_text(exception.reason),
    }


def exception_from_row(row: Row[Any]) -> SlotException:
    """Return the exception of a row."""
    reason = phrase_from_text(row.reason)
    if row.local_start is None:
        return Cancelled(slot_on=row.slot_on, reason=reason)
    return Moved(slot_on=row.slot_on, local_start=row.local_start, reason=reason)


# Every row of one INSERT fills the same columns.
_NO_FACT: AnyRow = {
    "uid": None,
    "slot_on": None,
    "held_on": None,
    "from_on": None,
    "until_on": None,
    "generation": None,
    "is_presumed": None,
    "note": None,
    "start_at": None,
    "timezone": None,
    "rrule": None,
    "cadence": None,
}


def fact_row(fact: AnyFact) -> AnyRow:
    """Return the row of a fact."""
    row = {"contact": fact.contact, "noted_at": fact.noted_at, "source": fact.source}
    return _NO_FACT | row | _own_columns(fact)


def _own_columns(fact: AnyFact) -> AnyRow:  # noqa: C901, PLR0912  a table of facts
    match fact:
        case Passed(slot=slot, held_on=held_on, is_presumed=is_presumed):
            return {"kind": "passed", **_slot_columns(slot), "held_on": held_on, "is_presumed": is_presumed}
        case Held(slot=slot, held_on=held_on, note=note):
            return {"kind": "held", **_slot_columns(slot), "held_on": held_on, "note": note}
        case Skipped(slot=slot, note=note):
            return {"kind": "skipped", **_slot_columns(slot), "note": note}
        case Missed(slot=slot, note=note):
            return {"kind": "missed", **_slot_columns(slot), "note": note}
        case Snoozed(until_on=until_on):
            return {"kind": "snoozed", "until_on": until_on}
        case Paused(note=note, from_on=from_on):
            return {"kind": "paused", "note": note, "from_on": from_on}
        case Resumed():
            return {"kind": "resumed"}
        case Replanned(from_on=from_on, until_on=until_on, generation=generation):
            window = {"from_on": from_on, "until_on": until_on}
            return {"kind": "replanned", **window, "generation": generation}
        case Rescheduled(slot=slot, start_at=start_at):
            return {"kind": "rescheduled", **_slot_columns(slot), "start_at": start_at}
        case Noted(slot=slot, note=note):
            return {"kind": "noted", **_slot_columns(slot), "note": note}
        case Rhythm():
            return {"kind": "rhythm", **_rhythm_columns(fact)}
        case Dismissed(meeting=meeting, found_on=found_on):
            return {"kind": "dismissed", "uid": meeting, "held_on": found_on}
        case Gave(held_on=held_on, what=what):
            return {"kind": "gave", "held_on": held_on, "note": what}
        case Asked(held_on=held_on, what=what):
            return {"kind": "asked", "held_on": held_on, "note": what}
        case Promised(held_on=held_on, what=what, is_theirs=is_theirs, by_on=by_on):
            kind = "they promised" if is_theirs else "promised"
            return {"kind": kind, "held_on": held_on, "note": what, "until_on": by_on}
        case Kept(what=what, is_theirs=is_theirs):
            return {"kind": "they kept" if is_theirs else "kept", "note": what}


def _slot_columns(slot: SlotName | None) -> AnyRow:
    return {} if slot is None else {"uid": slot.uid, "slot_on": slot.slot_on}


def _rhythm_columns(rhythm: Rhythm) -> AnyRow:
    return {
        "uid": rhythm.uid,
        "generation": rhythm.generation,
        "from_on": rhythm.from_on,
        "start_at": rhythm.start_at,
        "timezone": rhythm.timezone,
        "rrule": str(rhythm.rule),
        "cadence": str(rhythm.instead_of),
    }


def fact_from_row(row: Row[Any]) -> AnyFact:  # noqa: C901, PLR0912  a table of facts
    """Return the fact of a row."""
    common = {"contact": row.contact, "noted_at": row.noted_at, "source": row.source}
    slot = None if row.slot_on is None else SlotName(uid=row.uid, slot_on=row.slot_on)
    match row.kind, slot:
        case "passed", SlotName():
            return Passed(**common, slot=slot, held_on=row.held_on, is_presumed=row.is_presumed)
        case "held", _:
            return Held(**common, slot=slot, held_on=row.held_on, note=row.note)
        case "skipped", SlotName():
            return Skipped(**common, slot=slot, note=row.note)
        case "missed", SlotName():
            return Missed(**common, slot=slot, note=row.note)
        case "snoozed", None:
            return Snoozed(**common, until_on=row.until_on)
        case "paused", None:
            return Paused(**common, note=row.note, from_on=row.from_on)
        case "resumed", None:
            return Resumed(**common)
        case "replanned", None:
            window = {"from_on": row.from_on, "until_on": row.until_on}
            return Replanned(**common, **window, generation=row.generation)
        case "rescheduled", SlotName():
            return Rescheduled(**common, slot=slot, start_at=row.start_at)
        case "noted", SlotName():
            return Noted(**common, slot=slot, note=row.note)
        case "rhythm", None:
            return _rhythm_from_row(row, **common)
        case "dismissed", None:
            return Dismissed(**common, meeting=row.uid, found_on=row.held_on)
        case "gave", None:
            return Gave(**common, held_on=row.held_on, what=row.note)
        case "asked", None:
            return Asked(**common, held_on=row.held_on, what=row.note)
        case "promised" | "they promised" as kind, None:
            promised = {"held_on": row.held_on, "what": row.note, "by_on": row.until_on}
            return Promised(**common, **promised, is_theirs=kind == "they promised")
        case "kept" | "they kept" as kind, None:
            return Kept(**common, what=row.note, is_theirs=kind == "they kept")
        case _:
            raise _unknown(row, row.kind)


def _rhythm_from_row(row: Row[Any], **common: Any) -> Rhythm:
    try:
        rule, instead_of = Rule.parse(row.rrule), parse_cadence(row.cadence)
    except ValueError as error:
        raise _unknown(row, f"{row.rrule} instead of {row.cadence}") from error
    return Rhythm(
        **common,
        uid=row.uid,
        generation=row.generation,
        from_on=row.from_on,
        start_at=row.start_at,
        timezone=row.timezone,
        rule=rule,
        instead_of=instead_of,
    )


def _unknown(row: Row[Any], what: str) -> StoreError:
    return StoreError(f"fact {row.id} in the database is unknown: {what!r}; upgrade netkeep-sync")


def baseline_row(target: str, baseline: Baseline) -> AnyRow:
    """Return the row of what `target` holds of one series."""
    return {
        "target": target,
        "uid": baseline.uid,
        "fingerprint": baseline.fingerprint,
        "sequence": baseline.sequence,
        "changed_at": baseline.changed_at,
        "body": baseline.body,
    }


def baseline_from_row(row: Row[Any]) -> Baseline:
    """Return the baseline of a row."""
    return Baseline(
        uid=row.uid,
        fingerprint=row.fingerprint,
        sequence=row.sequence,
        changed_at=row.changed_at,
        body=row.body,
    )


def publication_row(target: str, publication: Publication) -> AnyRow:
    """Return the row of what `target` published."""
    return {"target": target, "digest": publication.digest, "changed_at": publication.changed_at}


def publication_from_row(row: Row[Any]) -> Publication:
    """Return the publication of a row."""
    return Publication(digest=row.digest, changed_at=row.changed_at)


def cursor_row(target: str, cursor: Cursor) -> AnyRow:
    """Return the row of how far `target` has been listened to."""
    return {
        "target": target,
        "token": cursor.token,
        "calendar": cursor.calendar,
        "full_at": cursor.full_at,
        "heard_at": cursor.heard_at,
    }


def cursor_from_row(row: Row[Any]) -> Cursor:
    """Return the cursor of a row."""
    return Cursor(token=row.token, calendar=row.calendar, full_at=row.full_at, heard_at=row.heard_at)


def feed_row(feed: FeedSpec) -> AnyRow:
    """Return the row of a feed that is offered."""
    return {
        "name": feed.name,
        "show": str(feed.show),
        "categories": json.dumps(feed.categories),
        "contacts": json.dumps(feed.contacts),
        "milestones": str(feed.milestones),
        "generation": feed.generation,
        "is_revoked": False,
    }


def feed_from_row(row: Row[Any]) -> FeedSpec:
    """Return the feed of a row. Raises StoreError for one that tells what this program does not know: it
    must not show more than it was made for.
    """
    try:
        show, milestones = Show(row.show), FeedMilestones(row.milestones)
    except ValueError as error:
        raise StoreError(f"the feed {row.name!r} is of a newer version; upgrade netkeep-sync") from error
    return FeedSpec(
        name=row.name,
        show=show,
        categories=tuple(json.loads(row.categories)),
        contacts=tuple(json.loads(row.contacts)),
        milestones=milestones,
        generation=row.generation,
    )


def fetch_row(feed: str, fetch: Fetch) -> AnyRow:
    """Return the row of a feed's last fetch."""
    return {
        "feed": feed,
        "generation": fetch.generation,
        "fetched_at": fetch.at,
        "fetched_by": fetch.by,
    }


def fetch_from_row(row: Row[Any]) -> Fetch:
    """Return the fetch of a row."""
    return Fetch(generation=row.generation, at=row.fetched_at, by=row.fetched_by)


def undo_row(undo: Undo) -> AnyRow:
    """Return the row of what can be undone."""
    before = [
        {**series_row(one), "exceptions": [exception_row(one.uid, each) for each in one.exceptions]}
        for one in undo.series
    ]
    return {
        "text_before": undo.text_before,
        "text_after": undo.text_after,
        "series_before": json.dumps(before, default=lambda value: value.isoformat()),
        "uids_made": " ".join(undo.uids_made),
    }


def undo_from_row(row: Row[Any]) -> Undo:
    """Return what can be undone."""
    series = []
    for record in json.loads(row.series_before):
        exceptions = [
            exception_from_row(_from_json(tables.slot_exception, one)) for one in record.pop("exceptions")
        ]
        series.append(series_from_row(_from_json(tables.series, record), exceptions=exceptions))
    return Undo(
        text_before=row.text_before,
        text_after=row.text_after,
        series=tuple(series),
        uids_made=tuple(row.uids_made.split()),
    )


def _from_json(table: Table, record: AnyRow) -> Any:
    """Return a row of a table from its JSON, where times are texts."""
    types = {name: table.c[name].type.python_type for name in record}
    return SimpleNamespace(
        **{
            name: types[name].fromisoformat(value)
            if isinstance(value, str) and types[name] is not str
            else value
            for name, value in record.items()
        }
    )


def pass_row(record: PassRecord) -> AnyRow:
    """Return the row of a pass."""
    return {
        "finished_at": record.finished_at,
        "created": record.created,
        "updated": record.updated,
        "removed": record.removed,
        "problem": record.problem,
    }


def pass_from_row(row: Row[Any]) -> PassRecord:
    """Return the pass of a row."""
    return PassRecord(
        finished_at=row.finished_at,
        created=row.created,
        updated=row.updated,
        removed=row.removed,
        problem=row.problem,
    )
