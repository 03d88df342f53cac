"""What the passes of one process came to, counted since it began: for metrics, so it names nobody."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.service.push import Pushed

__all__ = ["Tally", "target_label"]


def target_label(name: str) -> str:
    """Return what a target is called where no address may stand: the id of a calendar is often its
    owner's, and a feed may be named after somebody.
    """
    kind, _, rest = name.partition(":")
    if kind == "ics":
        return name.replace(":", "-")
    if kind in ("google", "caldav") and rest:
        return f"{kind}-{hashlib.sha256(rest.encode()).hexdigest()[:6]}"
    return kind


@dataclass
class Tally:
    """`passes` are counted by what they came to (complete, incomplete, failed), `changes` by target and kind,
    `failures` by target. Targets go by their labels.
    """

    passes: Counter[str] = field(default_factory=Counter)
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def note(self, pushed: Mapping[str, Pushed], *, is_complete: bool) -> None:
        """Count a pass that came to its end."""
        self.passes["complete" if is_complete else "incomplete"] += 1
        for name, each in pushed.items():
            label = target_label(name)
            self.changes[label, "created"] += each.created
            self.changes[label, "updated"] += each.updated
            self.changes[label, "removed"] += each.removed
            self.failures[label] += len(each.failures)

    def note_failure(self) -> None:
        """Count a pass that could not be made."""
        self.passes["failed"] += 1
