"""Requests to Google Calendar: sent at a measured pace, repeated where that helps, and what a no means."""

from __future__ import annotations

import json
import random
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from google.auth.exceptions import GoogleAuthError
from googleapiclient.errors import HttpError
from httplib2 import HttpLib2Error, ServerNotFoundError

from netkeep_sync.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable

    from googleapiclient.http import HttpRequest

__all__ = ["RETRIES", "Pace", "Refused", "Unanswered", "send"]

RETRIES = 4
"""So often is repeated what failed for the moment, after a pause that doubles: 5xx, 429, the two rate limits
of 403, no answer.
"""

_LONGEST_PAUSE_S = 60.0
"""Who is asked to wait for longer leaves it for the next pass."""

_EXPIRED = {"fullSyncRequired", "updatedMinTooLongAgo"}
_TOO_FAST = {"rateLimitExceeded", "userRateLimitExceeded"}


class Pace:
    """Lets so many requests pass at once, and then `per_second`: Google allows 600 a minute (and less when
    they are writes in one burst). A token bucket.
    """

    def __init__(
        self,
        *,
        burst: int = 250,
        per_second: float = 8.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._burst = self._left = float(burst)
        self._per_second = per_second
        self._clock = clock
        self._sleep = sleep
        self._counted_s = clock()
        self.sent = 0

    def wait(self) -> None:
        """Wait until the next request may go."""
        now_s = self._clock()
        self._left = min(self._burst, self._left + (now_s - self._counted_s) * self._per_second) - 1
        self._counted_s = now_s
        self.sent += 1
        if self._left < 0:
            self._sleep(-self._left / self._per_second)

    def pause(self, tries: int, *, asked_s: float = 0.0) -> None:
        """Wait after so many tries: ever longer, not less than asked for, and not all at one moment."""
        jitter_s = random.random()  # noqa: S311  no secret
        self._sleep(max(asked_s, 2.0 ** (tries - 1) + jitter_s))


def send(
    request: HttpRequest,
    about: str,
    *,
    etag: str = "",
    pace: Pace,
    translated: Callable[[GoogleAuthError], TargetError],
) -> Any:
    """Return Google's answer. `about` names the entry in errors, `etag` makes the request conditional.

    Raises Refused when Google says no, Unanswered when it can't be reached or its answer can't be read, and
    AuthLost when the sign-in has ended. What makes something new is not sent again where nobody knows whether
    it did: first look.
    """
    if etag:
        request.headers["If-Match"] = etag
    for tries in range(1, RETRIES + 2):
        pace.wait()
        try:
            return _answer(request, about, translated)
        except Refused as refused:
            is_over = not refused.is_worth_repeating or refused.asked_s > _LONGEST_PAUSE_S
            if is_over or tries > RETRIES or (refused.is_in_doubt and _makes_something(request)):
                raise
            pace.pause(tries, asked_s=refused.asked_s)
        except Unanswered as error:
            if tries > RETRIES or not error.is_in_doubt or _makes_something(request):
                raise
            pace.pause(tries)
    raise AssertionError("the last try returns or raises")


def _makes_something(request: HttpRequest) -> bool:
    return bool(request.methodId.endswith(".insert"))


def _answer(request: HttpRequest, about: str, translated: Callable[[GoogleAuthError], TargetError]) -> Any:
    try:
        answer = request.execute(num_retries=0)
    except HttpError as error:
        raise Refused(error, about) from error
    except GoogleAuthError as error:
        raise translated(error) from error
    except ServerNotFoundError as error:  # no network
        raise Unanswered(f"Google Calendar can't be reached: {error}", is_in_doubt=False) from error
    except (OSError, HTTPException, HttpLib2Error) as error:  # cut off, or no answer in time
        raise Unanswered(f"Google Calendar can't be reached: {error or type(error).__name__}") from error
    if isinstance(answer, str) and answer:  # the client hands over what it can't read
        raise Unanswered(f"Google Calendar's answer about {about} can't be read")
    return answer


class Unanswered(TargetError):
    """There was no answer, or none that can be read: whether the request took effect is not known."""

    def __init__(self, message: str, *, is_in_doubt: bool = True) -> None:
        self.is_in_doubt = is_in_doubt
        super().__init__(message, permanent=False)


class Refused(TargetError):
    """Google said no: `reason` is its own word for why, which its status alone does not tell, and `asked_s`
    how long it asks to be left alone.
    """

    def __init__(self, error: HttpError, about: str) -> None:
        self.status = int(error.resp.status)
        self.reason, message = _why(error)
        asked = str(error.resp.get("retry-after", ""))
        self.asked_s = float(asked) if asked.isdecimal() else 0.0
        is_limit = "imit" in self.reason or self.reason == "quotaExceeded"
        permanent = self.status in (400, 403, 404, 409, 410) and not is_limit
        super().__init__(
            f"Google Calendar refused {about} ({self.status} {self.reason}): {message}", permanent=permanent
        )

    @property
    def is_worth_repeating(self) -> bool:
        """Tell whether the same request may succeed in a moment."""
        is_too_fast = self.status == 403 and self.reason in _TOO_FAST
        return self.status == 429 or self.status >= 500 or is_too_fast

    @property
    def is_in_doubt(self) -> bool:
        """Tell whether the request may have taken effect all the same."""
        return self.status >= 500

    @property
    def is_gone(self) -> bool:
        """Tell whether there is no such entry any more: deleted, and perhaps forgotten."""
        return self.status == 404 or (self.status == 410 and self.reason == "deleted")

    @property
    def is_expired(self) -> bool:
        """Tell whether a sync token is worth nothing any more."""
        return self.status == 410 and self.reason in _EXPIRED


def _why(error: HttpError) -> tuple[str, str]:
    """Return reason and message; `error_details` would be those of another form where there are two."""
    try:
        told = json.loads(error.content)["error"]
        return told["errors"][0]["reason"], told["message"]
    except (ValueError, LookupError, TypeError):
        return "unknown", str(error.reason)
