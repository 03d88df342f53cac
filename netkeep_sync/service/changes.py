"""What a pass changed on a target, or would change, entry by entry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.entry import differences
from netkeep_sync.core.milestone import milestone_uid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.core.entry import Difference
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.push import Made, Pushed
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["Change", "Counts", "Kind", "changes_of", "counts_of"]


class Kind(StrEnum):
    """What becomes of an entry."""

    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of a calendar that changes. `contact` is None for that of the review (`is_review`), and for
    one of somebody who has long left.
    """

    kind: Kind
    uid: str
    contact: str | None
    title: str
    differences: tuple[Difference, ...]
    is_review: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many entries came, changed and went; `review` is what became of the owner's own, which is none of
    them.
    """

    created: int
    updated: int
    removed: int
    review: tuple[Kind, ...] = ()


def counts_of(pushed: Pushed, outlook: Outlook) -> Counts:
    """Return the counts of what was changed on a target."""
    reviews = {one.uid for one in outlook.review_series}
    kinds: dict[bool, list[Kind]] = {True: [], False: []}
    for made in pushed.made:
        kinds[_uid(made) in reviews].append(_kind(made))
    counts = Counter(kinds[False])
    return Counts(
        created=counts[Kind.CREATE],
        updated=counts[Kind.UPDATE],
        removed=counts[Kind.REMOVE],
        review=tuple(sorted(set(kinds[True]), key=[*Kind].index)),
    )


def changes_of(target: CalendarTarget, pushed: Pushed, outlook: Outlook) -> tuple[Change, ...]:
    """Return what was changed, by kind and title."""
    contacts = _contacts_by_uid(outlook)
    reviews = {one.uid for one in outlook.review_series}
    found = []
    for made in pushed.made:
        before = target.shown(made.before) if made.before else None
        after = target.shown(made.after) if made.after else None
        uid = _uid(made)
        last = after or before
        found.append(
            Change(
                kind=_kind(made),
                uid=uid,
                contact=contacts.get(uid),
                title=last.title if last else "",
                differences=differences(before, after),
                is_review=uid in reviews,
            )
        )
    return tuple(sorted(found, key=lambda one: ([*Kind].index(one.kind), one.title, one.uid)))


def _uid(made: Made) -> str:
    return next(one.uid for one in (made.before, made.after) if one)


def _kind(made: Made) -> Kind:
    return Kind.CREATE if made.before is None else Kind.REMOVE if made.after is None else Kind.UPDATE


def _contacts_by_uid(outlook: Outlook) -> Mapping[str, str]:
    """Return whose each entry is."""
    found = {
        milestone_uid(outlook.roster.key, contact.key, milestone.label): contact.key
        for contact in outlook.roster.contacts
        for milestone in contact.milestones
    }
    return found | {series.uid: series.contact for series in outlook.series}
