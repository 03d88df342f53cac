"""Faults: a plan of what goes wrong, by the nth call that fits.

    fake.faults.on("events.insert").answers(503)                      # the next one fails, nothing is kept
    fake.faults.on("events.insert", nth=2).answers(503, applied=True)  # kept, but nobody is told
    fake.faults.on("events.*", times=None).answers(403, "rateLimitExceeded", retry_after=7)
    fake.faults.on("events.patch").cuts(applied=True)                 # closed: httplib2 sends it again
    fake.faults.on("events.patch").cuts(abruptly=True)                # reset: it does not
    fake.faults.on("events.patch").hangs(60, applied=True)            # until the client's own timeout
    fake.faults.on("events.list", page=2).answers(500)
    fake.faults.on("events.list").repeats()                           # each id twice on one page
    fake.faults.on("events.get").answers(404)                         # a replica that lags behind the write
    fake.faults.on("oauth2.token").answers(400, "invalid_grant")
    fake.faults.on("events.list").garbles()                           # broken; .truncates(): the body stops

Unless told `applied=True`, a call that is hit has no effect.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, TypeAlias

from tests.fakes.refusals import Refusal, usual_reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.ledger import Call

Harm: TypeAlias = Literal["refuses", "closes", "resets", "hangs", "kills", "repeats", "garbles", "truncates"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong: at the nth call that fits, and so many times from there (None: for good)."""

    pattern: str
    nth: int = 1
    times: int | None = 1
    page: int | None = None
    where: Callable[[Call], bool] | None = None
    harm: Harm = "refuses"
    refusal: Refusal | None = None
    applied: bool = False
    retry_after: str | None = None
    thread: int = 0
    seconds: float = 0
    struck: int = 0
    _met: int = 0

    def answers(
        self, status: int, reason: str | None = None, *, applied: bool = False, retry_after: object = None
    ) -> Fault:
        """Answer with an error, whether or not the call took effect."""
        self.refusal = Refusal(reason or usual_reason(status), status=status)
        self.applied = applied
        self.retry_after = None if retry_after is None else str(retry_after)
        return self

    def cuts(self, *, applied: bool = False, abruptly: bool = False) -> Fault:
        """Cut the line instead of answering."""
        self.harm = "resets" if abruptly else "closes"
        self.applied = applied
        return self

    def hangs(self, seconds: float, *, applied: bool = False) -> Fault:
        """Let the client wait, then hang up; it does not outlast the fake."""
        self.harm, self.seconds, self.applied = "hangs", seconds, applied
        return self

    def kills(self, thread: int, *, applied: bool) -> Fault:
        """Kill the thread that waits for the answer.

        Not under a tracer, coverage say: until the killed thread wakes, the traced ones go round and round
        (CPython 3.11), that which should wake it too; so each death would wait for a timeout.
        """
        assert threading.gettrace() is None, "threads are killed here: measure no coverage"
        self.harm, self.thread, self.applied = "kills", thread, applied
        return self

    def repeats(self) -> Fault:
        """Name everything on a page of a listing twice."""
        return self._spoils("repeats")

    def garbles(self) -> Fault:
        """Answer with half a JSON text."""
        return self._spoils("garbles")

    def truncates(self) -> Fault:
        """Announce the whole answer, send half of it and hang up."""
        return self._spoils("truncates")

    def _spoils(self, harm: Harm) -> Fault:
        self.harm, self.applied = harm, True
        return self

    @property
    def is_spent(self) -> bool:
        return self.times is not None and self.struck >= self.times

    def meets(self, call: Call) -> bool:
        """Count a call, and say whether this is due: at its nth call, or later if another went before."""
        fits = fnmatchcase(call.method, self.pattern) and (self.page is None or call.page == self.page)
        if not fits or not (self.where is None or self.where(call)):
            return False
        self._met += 1
        return self._met >= self.nth and not self.is_spent


@dataclass(slots=True)
class Faults:
    """The plan: an earlier fault goes before a later one."""

    planned: list[Fault] = field(default_factory=list)

    def on(
        self,
        pattern: str,
        *,
        nth: int = 1,
        times: int | None = 1,
        page: int | None = None,
        where: Callable[[Call], bool] | None = None,
    ) -> Fault:
        """Plan a fault for the nth call from now on of the methods that fit; say next what it does."""
        fault = Fault(pattern=pattern, nth=nth, times=times, page=page, where=where)
        self.planned.append(fault)
        return fault.answers(503)

    def strike(self, call: Call) -> Fault | None:
        """Return what goes wrong with a call."""
        due = [fault for fault in self.planned if fault.meets(call)]
        if not due:
            return None
        due[0].struck += 1
        return due[0]

    def clear(self) -> None:
        self.planned.clear()

    @property
    def left(self) -> list[Fault]:
        """The faults that have never struck: a test that planned them proved nothing by them."""
        return [fault for fault in self.planned if not fault.struck]
