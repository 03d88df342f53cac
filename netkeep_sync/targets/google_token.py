"""The sign-in to Google as it is kept: the token file, and what the sign-in allows.

The file is google-auth's own authorized-user JSON, with `made_at` and `ends_at` added, so that other programs
of Google's can read it; the key file of a service account may stand in its place. It is read here and not by
google-auth, which sets the token endpoint of its own whatever the file says, and leaves no room for a
stand-in.
"""

from __future__ import annotations

import json
import logging
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.language import ENGLISH, to_translate
from netkeep_sync.errors import AuthLost, TargetError
from netkeep_sync.targets.secret_file import read_object, write_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from netkeep_sync.core.language import Language

__all__ = [
    "APP_CREATED",
    "EVENTS",
    "EVENTS_OWNED",
    "FREEBUSY",
    "SignedIn",
    "allowed",
    "connect_command",
    "default_client_file",
    "default_token_file",
    "is_service_account",
    "keep_refreshed",
    "missing_scopes",
    "moment",
    "needed_scopes",
    "read_token",
    "save_token",
    "scopes_in",
    "signed_in",
]

_log = logging.getLogger(__name__)

_SCOPE = "https://www.googleapis.com/auth/"
APP_CREATED = f"{_SCOPE}calendar.app.created"
FREEBUSY = f"{_SCOPE}calendar.freebusy"
EVENTS_OWNED = f"{_SCOPE}calendar.events.owned"
EVENTS = f"{_SCOPE}calendar.events"

_WORDS = {
    APP_CREATED: to_translate("make calendars and change them"),
    FREEBUSY: to_translate("see when you are busy"),
    EVENTS_OWNED: to_translate("see and change the events of your own calendars"),
    EVENTS: to_translate("see and change the events of calendars shared with it"),
}
_FLAGS = {FREEBUSY: "--busy", EVENTS_OWNED: "--existing-calendar"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What a token file says of its sign-in.

    `account` is an address, empty where Google did not tell. `ends_at` is when Google will end the sign-in,
    where it said so; it does while a project is in Testing.
    """

    account: str
    is_service_account: bool
    scopes: tuple[str, ...]
    made_at: datetime | None
    ends_at: datetime | None


def needed_scopes(*, busy: bool = False, existing_calendar: bool = False) -> tuple[str, ...]:
    """Return the least that is needed to keep a calendar of our own, or one that the owner has already."""
    first = EVENTS_OWNED if existing_calendar else APP_CREATED
    return (first, FREEBUSY) if busy else (first,)


def missing_scopes(needed: Iterable[str], granted: Iterable[str]) -> list[str]:
    """Return what is needed and was not granted: owners may tick each scope on its own."""
    held = set(granted)
    return [scope for scope in needed if scope not in held]


def allowed(scopes: Iterable[str], language: Language = ENGLISH) -> list[str]:
    """Return what scopes of Calendar allow, in words and by their short names; others are left out."""
    known = (one for one in scopes if one in _WORDS)
    return [f"{language.gettext(_WORDS[one])} ({one.removeprefix(_SCOPE)})" for one in known]


def default_client_file() -> Path:
    """Return where the client file is looked for when none is named."""
    return _config_folder() / "google-client.json"


def default_token_file() -> Path:
    """Return where the sign-in is kept when no other place is named."""
    return _config_folder() / "google-token.json"


def _config_folder() -> Path:
    from platformdirs import user_config_path  # noqa: PLC0415  25 ms, for those who keep it there

    return user_config_path("netkeep-sync", appauthor=False)


def connect_command(token_file: Path, scopes: Iterable[str] = (), *more: str) -> str:
    """Return the command that signs in for these scopes and keeps the sign-in in this file."""
    words = ["netkeep-sync", "connect", "google", *(_FLAGS[one] for one in scopes if one in _FLAGS)]
    if token_file != default_token_file():
        words += ["--token-file", str(token_file)]
    return shlex.join([*words, *more])


def signed_in(token_file: Path) -> SignedIn:
    """Return what the token file says. Raises AuthLost when there is none."""
    held = read_token(token_file)
    return SignedIn(
        account=str(held.get("client_email" if is_service_account(held) else "account") or ""),
        is_service_account=is_service_account(held),
        scopes=scopes_in(held),
        made_at=moment(held.get("made_at")),
        ends_at=moment(held.get("ends_at")),
    )


def read_token(token_file: Path, scopes: Iterable[str] = ()) -> dict[str, Any]:
    """Return what the token file holds: a whole sign-in, or a service account's key.

    Raises AuthLost when it holds neither; `scopes` are those that the owner then has to sign in for.
    """
    again = connect_command(token_file, scopes)
    try:
        held = read_object(token_file)
    except FileNotFoundError as error:
        raise AuthLost(f"you have not signed in to Google yet; run `{again}`") from error
    except OSError as error:
        raise TargetError(f"{token_file} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise AuthLost(f"{token_file} holds no sign-in; run `{again}`") from error
    needed = ("client_id", "client_secret", "refresh_token")
    if not is_service_account(held) and not all(
        held.get(key) and str(held[key]) == held[key] for key in needed
    ):
        raise AuthLost(f"{token_file} holds no sign-in; run `{again}`")
    return held


def save_token(token_file: Path, held: Mapping[str, Any]) -> None:
    """Write the token file, for its owner only. Raises TargetError; then the old one stands."""
    try:
        write_secret(token_file, _content(held))
    except OSError as error:
        raise TargetError(f"the sign-in can't be kept in {token_file}: {error.strerror}") from error


def keep_refreshed(token_file: Path, held: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Write a refreshed token over what the file held, unless the owner has replaced or revoked that
    meanwhile.
    """
    try:
        if read_object(token_file).get("refresh_token") == held["refresh_token"]:
            write_secret(token_file, _content({**held, **new}))
    except (OSError, ValueError) as error:
        # A secret mounted read only is no fault: the next process refreshes for itself.
        _log.info("refreshed google token not kept: file=%s reason=%s", token_file.name, type(error).__name__)


def _content(held: Mapping[str, Any]) -> bytes:
    return json.dumps(held, indent=1).encode() + b"\n"


def is_service_account(held: Mapping[str, Any]) -> bool:
    """Tell whether a file holds a service account's key."""
    return held.get("type") == "service_account"


def scopes_in(held: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the scopes that a token file names."""
    scopes = held.get("scopes") or ()
    return tuple(scopes.split() if isinstance(scopes, str) else map(str, scopes))


def moment(text: object) -> datetime | None:
    """Return a moment as token files write it, in UTC; None where there is none."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
