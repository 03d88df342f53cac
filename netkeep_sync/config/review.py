"""The look over the list: how often it stands in the calendar, how long it takes, and in which hours."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from netkeep_sync.core.availability import start_times
from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.channel import Channel, Hours
from netkeep_sync.core.roster import ReviewTime

if TYPE_CHECKING:
    from netkeep_sync.config.findings import Findings
    from netkeep_sync.config.schema import ReviewEntry

__all__ = ["resolve_review"]

_QUARTERLY = Cadence(unit=Unit.MONTH, count=3)
_MINUTES = 20
_HOURS = (Hours(start=time(9), end=time(17)),)


def resolve_review(entry: ReviewEntry | None, *, findings: Findings) -> ReviewTime | None:
    """Return when the review stands in the calendar; None for never, which holds unless the file says more.

    `init` writes "review: quarterly" into every new file; a file that is older gets no entry unasked.
    """
    if entry is None or entry.cadence == "off":
        return None
    minutes, hours = entry.minutes or _MINUTES, entry.between or _HOURS
    if not start_times(Channel(key="review", minutes=minutes, hours=hours, title="")):
        findings.tell(
            ("review", "between" if entry.between else "minutes"),
            f"a review of {minutes} minutes does not fit into {' or '.join(map(str, hours))}",
            "write longer hours, or fewer minutes",
        )
    return ReviewTime(cadence=entry.cadence or _QUARTERLY, minutes=minutes, hours=hours)
