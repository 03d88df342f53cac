"""The link in an entry: the address of a page that asks its owner what came of the check-in.

Its token is the credential of that page, so it is signed. It names a series and not one check-in, for an
entry that recurs has one text for all of them; the page works out which is meant (`checkin_meant`). It holds
no time either, so that entries read the same from day to day: how long a check-in may still be answered is
counted from the check-in, when somebody asks.

The token is base64url of one byte of version, the generation (two bytes), the first ten bytes of the series'
own name, and 16 bytes of HMAC-SHA256 over these. A higher generation makes all links before it worthless.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import SlotName
from netkeep_sync.core.outcome import Evidence
from netkeep_sync.core.series import occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.series import Occurrence, Series

__all__ = ["ANSWERABLE", "AnswerLinks", "checkin_meant", "checkins_open"]

ANSWERABLE = timedelta(days=60)
"""For so long after its end a check-in may be answered."""

_AHEAD = timedelta(days=800)
_VERSION = b"\x01"
_GENERATION_BYTES = 2
_NAME_BYTES = 10
_MAC_BYTES = 16
_TOKEN_BYTES = len(_VERSION) + _GENERATION_BYTES + _NAME_BYTES + _MAC_BYTES
_NAME_LETTERS = _NAME_BYTES * 8 // 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLinks:
    """The links of one roster: below `base`, the address by which its owner reaches what is served, signed
    with `key`, which is of this roster and this `generation` alone.
    """

    base: str
    generation: int
    key: bytes = field(repr=False)

    def address(self, uid: str) -> str:
        """Return the link for the series of this UID."""
        return f"{self.base}/a/{self.token(uid)}"

    def token(self, uid: str) -> str:
        """Return the token for the series of this UID."""
        name = base64.b32hexdecode(uid[:_NAME_LETTERS].upper())
        said = self._head + name
        return base64.urlsafe_b64encode(said + self._mac("link", said)).rstrip(b"=").decode()

    def series_meant(self, token: str, series: Iterable[Series]) -> Series | None:
        """Return the series that a token is for; None for a token that is none of ours, or of a generation
        before.
        """
        try:
            told = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            told = b""
        said, mac = told[:-_MAC_BYTES], told[-_MAC_BYTES:]
        is_ours = hmac.compare_digest(mac, self._mac("link", said)) and said.startswith(self._head)
        if not is_ours or len(told) != _TOKEN_BYTES or self._encoded(told) != token:
            return None
        start = base64.b32hexencode(said[-_NAME_BYTES:]).decode().lower()
        return next((one for one in series if one.uid.startswith(start)), None)

    def seal(self, words: str) -> str:
        """Return what proves that a form with these words was made by us."""
        return self._encoded(self._mac("form", words.encode()))

    @property
    def _head(self) -> bytes:
        return _VERSION + self.generation.to_bytes(_GENERATION_BYTES)

    def _mac(self, purpose: str, said: bytes) -> bytes:
        return hmac.digest(self.key, purpose.encode() + b"\n" + said, "sha256")[:_MAC_BYTES]

    @staticmethod
    def _encoded(told: bytes) -> str:
        return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


def checkins_open(series: Series, *, now: datetime) -> tuple[Occurrence, ...]:
    """Return the check-ins of a series that may be answered now, by start: those that ended lately, and the
    first one that has not ended.
    """
    found = sorted(
        occurrences(series, end_on=(now + _AHEAD).date()),
        key=lambda one: one.start_at,
    )
    lately = [one for one in found if now - ANSWERABLE < one.end_at <= now]
    ahead = [one for one in found if one.end_at > now]
    return (*lately, *ahead[:1])


def checkin_meant(series: Series, history: History, *, now: datetime) -> Occurrence | None:
    """Return the check-in that whoever opens the link of a series now most likely means: the one just passed
    if nobody has spoken of it and the next one is further away, else the next; without a next one the last.
    None where the link has ended.
    """
    told = {one.slot for one in history.outcomes if one.evidence is Evidence.CONFIRMED}
    found = checkins_open(series, now=now)
    passed = [one for one in found if one.end_at <= now]
    ahead = [one for one in found if one.end_at > now]
    if not ahead:
        return passed[-1] if passed else None
    untold = [one for one in passed[-1:] if SlotName(uid=one.uid, slot_on=one.slot_on) not in told]
    is_near = untold and now - untold[0].end_at < ahead[0].start_at - now
    return untold[0] if is_near else ahead[0]
