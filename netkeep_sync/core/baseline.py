"""What a calendar target and we last agreed on, series by series, and how far we have listened to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Baseline", "Cursor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One series as the target holds it.

    `fingerprint` is that of the projection it was written from; an equal one means nothing to do.
    `sequence` is its SEQUENCE, higher at every change. `changed_at` is DTSTAMP and LAST-MODIFIED, in
    whole seconds. `body` is the target's own echo: for an .ics target the serialized components.
    """

    uid: str
    fingerprint: str
    sequence: int
    changed_at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a target has been listened to: `token` is its own word for it, worth nothing for another
    `calendar`; "" has all of it listed. `full_at` is when all of it was last listed, `heard_at` when it was
    last listened to.
    """

    token: str
    calendar: str
    full_at: datetime
    heard_at: datetime
