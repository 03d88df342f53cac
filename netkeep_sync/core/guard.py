"""What is refused for safety: a file that has suddenly lost many people is more often a slip of the
editor than a decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series

__all__ = ["why_refused"]


def why_refused(roster: Roster, previous: Iterable[Series]) -> str | None:
    """Return why the roster must not be planned unasked; None when it may.

    Refused is the loss of more than three contacts and of more than a tenth, or of all of them.
    """
    living = {series.contact for series in previous if series.until_on is None}
    gone = living - {contact.key for contact in roster.contacts}
    if not gone or (len(gone) < len(living) and len(gone) <= max(3, len(living) / 10)):
        return None
    if gone == living and len(living) == 1:
        return None
    return (
        f"{count(len(gone), 'contact')} of {len(living)} left the roster "
        f"({', '.join(sorted(gone)[:5])}{', …' if len(gone) > 5 else ''}), "
        "and their check-ins would be taken off the calendar"
    )
