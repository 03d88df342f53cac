"""Ledger: every request that reached the fake, and the mail that Google would have sent for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

READS = ("*.get", "*.list", "*.instances", "freebusy.query")


@dataclass(slots=True, kw_only=True)
class Call:
    """One request; `method` is e.g. `events.insert`, `oauth2.token` or `batch`.

    `status` is what was answered (0 where the line was cut), `reason` that of an error; `was_applied` tells
    whether the request took effect, whatever its answer said. `page` is the page of a listing, from 1.
    """

    number: int
    at: datetime
    method: str
    http_method: str
    path: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    bytes_in: int = 0
    status: int = 0
    reason: str | None = None
    answer: Any = None
    bytes_out: int = 0
    was_applied: bool = False

    @property
    def page(self) -> int:
        return int(str(self.query.get("pageToken", "-1")).rpartition("-")[2])

    @property
    def event_id(self) -> str | None:
        """The event it is about, also where a body names it."""
        named = self.body.get("id") if isinstance(self.body, dict) else None
        return self.path_parameters.get("eventId") or named

    @property
    def if_match(self) -> str | None:
        return self.headers.get("if-match")

    @property
    def is_write(self) -> bool:
        """Whether it may change a calendar."""
        return not self.method.startswith("oauth2.") and not any(
            fnmatchcase(self.method, one) for one in READS
        )

    def __str__(self) -> str:
        return f"{self.number} {self.method} {self.event_id or ''} {self.status} {self.reason or ''}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to a guest."""

    to: str
    event_id: str
    about: str


@dataclass(slots=True)
class Ledger:
    """What happened, in order. `clear()` before an act, then look."""

    calls: list[Call] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)

    def clear(self) -> None:
        self.calls.clear()
        self.mails.clear()

    def of(self, pattern: str) -> list[Call]:
        """Return the calls of the methods that fit a pattern, e.g. `events.*`."""
        return [call for call in self.calls if fnmatchcase(call.method, pattern)]

    def count(self, pattern: str = "*") -> int:
        return len(self.of(pattern))

    @property
    def writes(self) -> list[Call]:
        """The calls that may change a calendar, refused ones too; a batch counts by its parts."""
        return [call for call in self.calls if call.is_write and call.method != "batch"]

    @property
    def quota_units(self) -> int:
        """What the calls cost: one each, those in a batch as well, signing in nothing."""
        return sum(
            1 for call in self.calls if call.method != "batch" and not call.method.startswith("oauth2.")
        )

    @property
    def bytes_in(self) -> int:
        return sum(call.bytes_in for call in self.calls)

    @property
    def bytes_out(self) -> int:
        return sum(call.bytes_out for call in self.calls)

    def __str__(self) -> str:
        return "\n".join(map(str, self.calls))
