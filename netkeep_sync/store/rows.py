"""Records as rows: how a series, a fact or a baseline lies in the tables, and comes back equal.

Rows going in are mappings by column, without their roster; rows coming out are SQLAlchemy's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netkeep_sync.core.baseline import Baseline
from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.fact import (
    AnyFact,
    Held,
    Missed,
    Passed,
    Paused,
    Replanned,
    Resumed,
    Skipped,
    SlotName,
    Snoozed,
)
from netkeep_sync.core.identity import Known
from netkeep_sync.core.series import Cancelled, Moved, Rule, Series, SlotException
from netkeep_sync.errors import StoreError
from netkeep_sync.store.store import PassRecord, Publication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

__all__ = [
    "baseline_from_row",
    "baseline_row",
    "exception_from_row",
    "exception_row",
    "fact_from_row",
    "fact_row",
    "known_from_row",
    "known_row",
    "pass_from_row",
    "pass_row",
    "publication_from_row",
    "publication_row",
    "series_from_row",
    "series_row",
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
        "reason": series.reason,
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
        reason=row.reason,
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
        "reason": exception.reason,
    }


def exception_from_row(row: Row[Any]) -> SlotException:
    """Return the exception of a row."""
    if row.local_start is None:
        return Cancelled(slot_on=row.slot_on, reason=row.reason)
    return Moved(slot_on=row.slot_on, local_start=row.local_start, reason=row.reason)


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
}


def fact_row(fact: AnyFact) -> AnyRow:
    """Return the row of a fact."""
    row = {"contact": fact.contact, "noted_at": fact.noted_at, "source": fact.source}
    return _NO_FACT | row | _own_columns(fact)


def _own_columns(fact: AnyFact) -> AnyRow:
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
        case Paused(note=note):
            return {"kind": "paused", "note": note}
        case Resumed():
            return {"kind": "resumed"}
        case Replanned(from_on=from_on, until_on=until_on, generation=generation):
            window = {"from_on": from_on, "until_on": until_on}
            return {"kind": "replanned", **window, "generation": generation}


def _slot_columns(slot: SlotName | None) -> AnyRow:
    return {} if slot is None else {"uid": slot.uid, "slot_on": slot.slot_on}


def fact_from_row(row: Row[Any]) -> AnyFact:
    """Return the fact of a row."""
    common = {"contact": row.contact, "noted_at": row.noted_at, "source": row.source}
    slot = None if row.uid is None else SlotName(uid=row.uid, slot_on=row.slot_on)
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
            return Paused(**common, note=row.note)
        case "resumed", None:
            return Resumed(**common)
        case "replanned", None:
            window = {"from_on": row.from_on, "until_on": row.until_on}
            return Replanned(**common, **window, generation=row.generation)
        case _:
            raise StoreError(f"fact {row.id} in the database is unknown: {row.kind!r}; upgrade netkeep-sync")


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
