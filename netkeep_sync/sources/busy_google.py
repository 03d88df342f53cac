"""Busy time from Google Calendar, which tells when its owner is booked and not by what.

So no meeting is ever found there, and check-ins in the same calendar could not be told from other events:
only the account's own calendar is asked about, and the check-ins must be in another (`config/busy.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.busy import BusyTime
from netkeep_sync.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["busy_at_google"]

AHEAD = timedelta(days=180)
PIECE = timedelta(days=90)
"""No query may be about more days; undocumented (calcom/cal.diy#11962)."""

CALENDAR = "primary"


def busy_at_google(
    ask: Callable[[dict[str, Any]], Mapping[str, Any]], *, now: datetime
) -> tuple[BusyTime, ...]:
    """Return when the account is busy in the coming half year. `ask` sends the body of one freebusy.query
    and returns its answer. Raises TargetError.
    """
    return tuple(busy for piece in _pieces(now) for busy in _busy_times(ask(piece)))


def _pieces(now: datetime) -> Iterator[dict[str, Any]]:
    start_at = now.astimezone(UTC).replace(microsecond=0)
    end_at = start_at + AHEAD
    while start_at < end_at:
        until_at = min(start_at + PIECE, end_at)
        yield {
            "timeMin": start_at.isoformat(),
            "timeMax": until_at.isoformat(),
            "items": [{"id": CALENDAR}],
        }
        start_at = until_at


def _busy_times(answer: Mapping[str, Any]) -> Iterator[BusyTime]:
    try:
        calendar = answer["calendars"][CALENDAR]
        # A calendar that can't be looked at is told so in an answer that is a success.
        if reasons := [str(error["reason"]) for error in calendar.get("errors", ())]:
            raise TargetError(
                f"Google Calendar does not tell when you are busy ({', '.join(reasons)})", permanent=False
            )
        for period in calendar["busy"]:
            start_at, end_at = (datetime.fromisoformat(period[side]) for side in ("start", "end"))
            yield BusyTime(start_at=start_at.astimezone(UTC), end_at=end_at.astimezone(UTC))
    except (LookupError, TypeError, ValueError) as error:
        raise TargetError(
            "Google Calendar's answer about your busy times can't be read", permanent=False
        ) from error
