"""What is refused for safety: a file or a calendar that has suddenly lost many people is more often an
accident than a decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.words import count, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series

__all__ = ["why_deaf", "why_refused"]

_MOST_NAMES = 5


def why_refused(roster: Roster, previous: Iterable[Series]) -> str | None:
    """Return why the roster must not be planned unasked; None when it may.

    Refused is the loss of more than three contacts and of more than a tenth, or of all of them.
    """
    living = {series.contact for series in previous if series.until_on is None}
    resting = {one.contact.key for one in roster.bench}  # which the file says, one by one
    gone = living - resting - {contact.key for contact in roster.contacts}
    if not _is_much(len(gone), of=len(living)):
        return None
    return (
        f"{count(len(gone), 'contact')} of {len(living)} left the roster "
        f"({listed(sorted(gone), most=_MOST_NAMES)}), "
        "and their check-ins would be taken off the calendar"
    )


def why_deaf(deleted: Collection[str], living: Collection[Series]) -> str | None:
    """Return why what was deleted on a calendar must not be believed unasked; None when it may.

    Refused is the loss of those of more than three contacts and of more than a tenth, or of all of them.
    """
    contacts = {series.uid: series.contact for series in living}
    gone = sorted({contacts[uid] for uid in deleted if uid in contacts})
    if not _is_much(len(gone), of=len(set(contacts.values()))):
        return None
    return (
        f"the check-ins of {count(len(gone), 'contact')} of {len(set(contacts.values()))} were deleted on "
        f"the calendar ({listed(gone, most=_MOST_NAMES)})"
    )


def _is_much(gone: int, *, of: int) -> bool:
    """Tell whether so many at once are more than a person lets go; the only one there is, one may."""
    return 1 < gone == of or gone > max(3, of / 10)
