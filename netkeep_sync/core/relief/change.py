"""Changes of a roster that make it fit: limits to raise, rhythms to stretch, people to rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.core.cadence import Cadence
    from netkeep_sync.core.roster import Capacity, Roster


__all__ = ["Kind", "NoRelief", "Raise", "Relief", "Reliefs", "Rest", "Stretch", "Stretched", "apply_relief"]


class Kind(StrEnum):
    """What a relief changes."""

    RAISE = "raise"
    STRETCH = "stretch"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    """Limits to raise, by the smallest sum of their relative raises. `given` are today's."""

    given: Capacity
    capacity: Capacity
    is_smallest: bool

    @property
    def limits(self) -> tuple[tuple[str, int], ...]:
        """The keys to edit, with their new values."""
        pairs = (
            ("capacity.per_day", self.given.per_day, self.capacity.per_day),
            ("capacity.per_week", self.given.per_week, self.capacity.per_week),
            (
                "capacity.minutes_per_month",
                self.given.minutes_per_month,
                self.capacity.minutes_per_month,
            ),
        )
        return tuple((key, new) for key, old, new in pairs if new is not None and new != old)

    def __str__(self) -> str:
        return f"raise {listed([f'{key} to {value}' for key, value in self.limits])}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretched:
    """One contact's next longer rhythm; `flex_days` is the tolerance it was planned with."""

    contact: str
    name: str
    category: str
    given: Cadence
    cadence: Cadence
    flex_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Contacts to meet less often, as few as possible."""

    contacts: tuple[Stretched, ...]
    is_smallest: bool

    def __str__(self) -> str:
        groups: dict[tuple[str, str], list[str]] = {}
        for one in self.contacts:
            groups.setdefault((one.category, str(one.cadence)), []).append(one.name)
        parts = [f"{_members(names, category)} to {cadence}" for (category, cadence), names in groups.items()]
        return f"stretch {listed(parts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Contacts to pause or take out, as few as possible."""

    contacts: tuple[str, ...]
    names: tuple[str, ...]
    is_smallest: bool

    def __str__(self) -> str:
        return f"rest {listed(self.names)}"


Relief = Raise | Stretch | Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRelief:
    """No change of a kind is known to make the roster fit. `channels` are those whose hours are short.

    `is_certain` tells that every change of the kind was planned or ruled out by counting.
    """

    kind: Kind
    reason: str
    channels: tuple[str, ...]
    is_certain: bool

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliefs:
    """What was found of each kind, what was not, and how many plans were made for that."""

    found: tuple[Relief, ...]
    missing: tuple[NoRelief, ...]
    plans: int


def _members(names: Sequence[str], category: str) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} {category} ({', '.join(names)})"


def apply_relief(roster: Roster, relief: Relief) -> Roster:
    """Return the roster with a change made."""
    if isinstance(relief, Raise):
        return replace(roster, capacity=relief.capacity)
    if isinstance(relief, Rest):
        return replace(
            roster, contacts=tuple(one for one in roster.contacts if one.key not in relief.contacts)
        )
    changes = {one.contact: one for one in relief.contacts}
    return replace(
        roster,
        contacts=tuple(
            replace(one, cadence=changes[one.key].cadence, flex_days=changes[one.key].flex_days)
            if one.key in changes
            else one
            for one in roster.contacts
        ),
    )
