"""Who is logged in: sessions that end after a month, when they are logged out, and when the password changes.

They are kept in a file for its owner alone, beside the password's: a signed cookie could not be ended before
its time, and what is in memory only would end with every restart. The file holds digests, so that whoever
reads it gets in with none of them. On PostgreSQL each machine that serves has a file, and a password, of its
own.
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from netkeep_sync.targets.secret_file import write_secret

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LASTS", "LogIns"]

_log = logging.getLogger(__name__)

LASTS = timedelta(days=30)
_MOST = 50


class LogIns:
    """The sessions that are logged in, each under the digest of its secret. `hashed` is the password that
    counts now, as it is kept: a session that began with another is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._password, self._ends_at = _read(path)

    def begin(self, session: str, *, hashed: str, now: datetime) -> None:
        """Log a session in. Beyond fifty, the one that ends first makes room."""
        with self._lock:
            if self._password != _digest(hashed):
                self._password, self._ends_at = _digest(hashed), {}
            self._ends_at[_digest(session)] = now + LASTS
            running = sorted((ends_at, one) for one, ends_at in self._ends_at.items() if ends_at > now)
            self._ends_at = {one: ends_at for ends_at, one in running[-_MOST:]}
            self._keep()

    def is_in(self, session: str, *, hashed: str, now: datetime) -> bool:
        """Tell whether a session is logged in."""
        with self._lock:
            ends_at = self._ends_at.get(_digest(session))
            return ends_at is not None and now < ends_at and self._password == _digest(hashed)

    def end(self, session: str) -> None:
        """Log a session out."""
        with self._lock:
            if self._ends_at.pop(_digest(session), None) is not None:
                self._keep()

    def _keep(self) -> None:
        held = {
            "password": self._password,
            "sessions": {one: ends_at.isoformat() for one, ends_at in self._ends_at.items()},
        }
        try:
            write_secret(self._path, json.dumps(held, indent=1).encode() + b"\n")
        except OSError as error:
            _log.warning("sessions are not kept over a restart reason=%s", error.strerror)


def _read(path: Path) -> tuple[str, dict[str, datetime]]:
    """Return what is kept; nothing where that is damaged, and everybody logs in anew."""
    try:
        held: Any = json.loads(path.read_bytes())
        sessions = {str(one): datetime.fromisoformat(at) for one, at in held["sessions"].items()}
        if all(at.tzinfo for at in sessions.values()):
            return str(held["password"]), sessions
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        _log.warning("sessions can't be read reason=%s", type(error).__name__)
    return "", {}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
