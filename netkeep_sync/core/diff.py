"""What must change on a target: the difference between what it should hold and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netkeep_sync.core.baseline import Baseline
    from netkeep_sync.core.projection import Projection

__all__ = ["Change", "Create", "Remove", "Update", "diff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """The target does not hold this series or milestone yet."""

    projection: Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """The target holds the entry as `base` says, and should hold it as `projection` says."""

    projection: Projection
    base: Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """The target holds an entry that it should not hold any more."""

    base: Baseline


Change = Create | Update | Remove


def diff(projections: Iterable[Projection], baselines: Mapping[str, Baseline]) -> tuple[Change, ...]:
    """Return the changes that make the target hold just these projections.

    What is new comes first and what goes comes last, so that a run cut short leaves too much rather
    than too little.
    """
    wanted = {projection.uid: projection for projection in projections}
    created: list[Change] = []
    updated: list[Change] = []
    for uid, projection in sorted(wanted.items()):
        base = baselines.get(uid)
        if base is None:
            created.append(Create(projection=projection))
        elif base.fingerprint != projection.fingerprint:
            updated.append(Update(projection=projection, base=base))
    removed = [Remove(base=base) for uid, base in sorted(baselines.items()) if uid not in wanted]
    return (*created, *updated, *removed)
