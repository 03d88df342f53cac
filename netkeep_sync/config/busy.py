"""The busy calendars of a roster: each where it is, and none that can't be told from the check-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.roster import GoogleCalendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netkeep_sync.config.findings import Findings
    from netkeep_sync.config.schema import BusyEntry
    from netkeep_sync.config.yaml_source import YamlPath
    from netkeep_sync.core.roster import Calendar

__all__ = ["resolve_busy"]

_GOOGLE = "google"


def resolve_busy(
    entry: BusyEntry | None,
    *,
    calendars: Iterable[Calendar],
    owner_email: str,
    absolute: Callable[[str], str],
    findings: Findings,
) -> tuple[str, ...]:
    """Return the calendars to keep check-ins off: addresses, absolute paths, or `google`."""
    if entry is None:
        return ()
    if not entry.sources and not any(path[:1] == ("busy",) for path in findings.told):
        findings.tell(("busy",), "busy names no calendar", 'write "busy: [work.ics]", or remove the line')
    main = {"primary", owner_email.casefold()} - {""}
    is_mixed = any(
        isinstance(one, GoogleCalendar) and one.calendar_id.casefold() in main for one in calendars
    )
    index_by_source: dict[str, int] = {}
    for index, written in enumerate(entry.sources):
        source = written if written == _GOOGLE or "://" in written else absolute(written)
        first = index_by_source.setdefault(source, index)
        if first != index:
            place = findings.where(_path(first, findings))
            findings.tell(
                _path(index, findings),
                f"this calendar stands here twice, first at {place}",
                "keep one of the two",
            )
        if source == _GOOGLE and is_mixed:
            findings.tell(
                _path(index, findings),
                "Google does not tell your check-ins from other busy time in one calendar",
                'remove "calendar_id:" below, or write the secret iCal address of that calendar here',
            )
    return tuple(index_by_source)


def _path(index: int, findings: Findings) -> YamlPath:
    """Return where a busy calendar stands: in a list, below "from" or right below "busy"."""
    is_map = isinstance(findings.source.tree["busy"], dict)
    return ("busy", "from", index) if is_map else ("busy", index)
