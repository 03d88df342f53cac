"""The numbers of a roster, from what is remembered of everybody there ever was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.statistics import make_statistics

if TYPE_CHECKING:
    from datetime import date

    from netkeep_sync.core.statistics import Statistics
    from netkeep_sync.service.outlook import Outlook

__all__ = ["numbers"]


def numbers(outlook: Outlook) -> Statistics:
    """Return the numbers as of today; categories stand in the order of the roster."""
    places = {category.key: place for place, category in enumerate(outlook.roster.categories)}
    contacts = sorted(
        outlook.roster.contacts, key=lambda one: (places.get(one.category, len(places)), one.category)
    )
    since: dict[str, date] = {}
    for series in outlook.previous:
        since[series.contact] = min(since.get(series.contact, outlook.today), series.first_on)
    return make_statistics(
        (*outlook.histories.values(), *outlook.left.values()),
        contacts,
        since_by_contact=since,
        today=outlook.today,
    )
