"""Google's leave to act: credentials made of the sign-in, their renewal, their loss, their end.

How a sign-in is come by is in `google_consent.py`, how it is kept in `google_token.py`.

Any number of processes may refresh one sign-in at the same time: Google does not renew refresh tokens, and
each access token is valid, so the last one written wins. A sign-in that was replaced or revoked meanwhile
is never written over.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from netkeep_sync.errors import AuthLost, SettingsError, TargetError
from netkeep_sync.targets.google_token import (
    APP_CREATED,
    EVENTS,
    EVENTS_OWNED,
    allowed,
    connect_command,
    is_service_account,
    keep_refreshed,
    missing_scopes,
    moment,
    read_token,
    scopes_in,
)
from netkeep_sync.targets.secret_file import is_exposed, read_object, remove_secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from google.auth.credentials import Credentials
    from google.auth.exceptions import GoogleAuthError
    from google.oauth2.credentials import Credentials as UserCredentials

__all__ = [
    "GOOGLE",
    "PUBLISH",
    "STAND_IN_VARIABLE",
    "TIMEOUT_S",
    "Endpoints",
    "credentials",
    "endpoints_from",
    "revoke",
    "service_account",
    "token_object",
    "translated",
    "unreachable",
]

TIMEOUT_S = 30
STAND_IN_VARIABLE = "NETKEEP_GOOGLE_STAND_IN"

PUBLISH = """\
While a project is in Testing, Google ends its sign-ins after 7 days. To keep the next one:
  1. Open https://console.cloud.google.com/auth/audience and choose the project of your client.
  2. Below "Publishing status", click "Publish app", then "Confirm". For your own use, nothing is verified.
  3. Sign in once more: a sign-in from before still ends."""

_SURVIVES_TESTING = timedelta(days=8)

_CLIENT_GONE = frozenset({"deleted_client", "disabled_client", "invalid_client", "unauthorized_client"})
_SIGN_IN_GONE = frozenset({"access_denied", "admin_policy_enforced", "invalid_grant", "invalid_scope"})
_PLAIN_CODE = re.compile("[a-z_]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where the owner consents, where tokens come from, and where they are revoked; `api` is where calendars
    are, empty for where the client looks by itself.
    """

    auth_uri: str
    token_uri: str
    revoke_uri: str
    api: str = ""


GOOGLE = Endpoints(
    auth_uri="https://accounts.google.com/o/oauth2/v2/auth",
    token_uri="https://oauth2.googleapis.com/token",  # noqa: S106  an address
    revoke_uri="https://oauth2.googleapis.com/revoke",
)


def endpoints_from(environ: Mapping[str, str]) -> Endpoints:
    """Return Google's endpoints, or those of a stand-in on this machine, for tests.

    Only loopback counts, so that no variable can send a sign-in elsewhere.
    """
    base = environ.get(STAND_IN_VARIABLE)
    if not base:
        return GOOGLE
    if not re.fullmatch(r"http://127\.0\.0\.1:\d+", base):
        raise SettingsError(f"{STAND_IN_VARIABLE} must be http://127.0.0.1:PORT; unset it to use Google")
    return Endpoints(
        auth_uri=f"{base}/auth",
        token_uri=f"{base}/token",
        revoke_uri=f"{base}/revoke",
        api=f"{base}/calendar/v3/",
    )


def credentials(
    token_file: Path,
    scopes: Iterable[str],
    *,
    endpoints: Endpoints = GOOGLE,
    must_refresh: bool = False,
) -> Credentials:
    """Return credentials that are valid now and may do what `scopes` say.

    They are refreshed where they have run out, or where they must be, and then kept in the file. Raises
    AuthLost when the owner has to sign in, and other TargetErrors.
    """
    needed = tuple(scopes)
    held = read_token(token_file, needed)
    if is_exposed(token_file):
        raise TargetError(
            f"{token_file} can be read by others; run `chmod 600` on it, and sign in anew if they may have"
        )
    if is_service_account(held):
        return service_account(held, needed, token_file=token_file, endpoints=endpoints)
    _check_scopes(needed, scopes_in(held), token_file)
    found = _user_credentials(held, endpoints)
    if must_refresh or not found.valid:
        _refresh(found, held, token_file, needed)
        granted = found.granted_scopes or scopes_in(held)
        keep_refreshed(token_file, held, token_object(found) | {"scopes": list(granted)})
        _check_scopes(needed, granted, token_file)
    return found


def _check_scopes(needed: Iterable[str], granted: Iterable[str], token_file: Path) -> None:
    missing = missing_scopes(needed, granted)
    if missing:
        raise AuthLost(
            f"the sign-in to Google does not let netkeep-sync {', nor '.join(allowed(missing))}; "
            f"run `{connect_command(token_file, needed)}`"
        )


def _user_credentials(held: Mapping[str, Any], endpoints: Endpoints) -> UserCredentials:
    from google.oauth2.credentials import Credentials  # noqa: PLC0415  80 ms

    expires_at = moment(held.get("expiry"))
    return Credentials(  # type: ignore[no-untyped-call]
        token=held.get("token") if expires_at else None,
        expiry=expires_at and expires_at.replace(tzinfo=None),  # google-auth reckons in naive UTC
        refresh_token=held["refresh_token"],
        token_uri=endpoints.token_uri,
        client_id=held["client_id"],
        client_secret=held["client_secret"],
        scopes=list(scopes_in(held)),
        account=held.get("account") or "",
    )


def token_object(found: Any) -> dict[str, Any]:
    """Return what google-auth keeps of a person's credentials, for a token file."""
    held: dict[str, Any] = json.loads(found.to_json())
    return {"type": "authorized_user", **held}


def service_account(
    key: Mapping[str, Any],
    scopes: Iterable[str],
    *,
    token_file: Path,
    endpoints: Endpoints = GOOGLE,
) -> Credentials:
    """Return valid credentials of a service account.

    Nobody consents for it: its key may do all that others have shared with the account. A calendar that a
    person shared is not the account's own, so the scope for one's own calendars would not reach it.
    """
    from google.oauth2.service_account import Credentials as ServiceCredentials  # noqa: PLC0415  80 ms

    needed = tuple(scopes)
    asked = [EVENTS if scope == EVENTS_OWNED else scope for scope in needed]
    try:
        found: Credentials = ServiceCredentials.from_service_account_info(  # type: ignore[no-untyped-call]
            {**key, "token_uri": endpoints.token_uri}, scopes=asked or [APP_CREATED]
        )
    except (ValueError, TypeError) as error:
        raise AuthLost(
            "the key of the service account is damaged; download a new one, and run "
            f"`{connect_command(token_file, needed, '--client-file', 'KEY.json')}`"
        ) from error
    _refresh(found, key, token_file, needed)
    return found


def _refresh(found: Credentials, held: Mapping[str, Any], token_file: Path, scopes: Iterable[str]) -> None:
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415  see above
    from google.auth.transport.requests import Request  # noqa: PLC0415

    try:
        found.refresh(partial(Request(), timeout=TIMEOUT_S))  # type: ignore[no-untyped-call]
    except GoogleAuthError as error:
        raise _translated(error, held, token_file, scopes) from error
    except (ValueError, TypeError) as error:  # a proxy's page in place of a token
        raise unreachable("it answers what no sign-in server would") from error


def translated(error: GoogleAuthError, token_file: Path, scopes: Iterable[str] = ()) -> TargetError:
    """Return what an error of google-auth means here: AuthLost, or a TargetError that may pass.

    For whoever holds credentials that refresh themselves in the middle of a pass.
    """
    try:
        held = read_object(token_file)
    except (OSError, ValueError):
        held = {}
    return _translated(error, held, token_file, scopes)


def _translated(
    error: GoogleAuthError, held: Mapping[str, Any], token_file: Path, scopes: Iterable[str]
) -> TargetError:
    code = next((one["error"] for one in error.args if isinstance(one, dict) and "error" in one), "")
    if error.retryable or not isinstance(code, str):
        return unreachable("it is in trouble")
    if code in _CLIENT_GONE:
        again = connect_command(token_file, scopes, "--client-file", "FILE")
        return AuthLost(
            "Google no longer knows the client, or the service account, that you signed in with; "
            f'make another (README, "Google Calendar") and run `{again}`'
        )
    if code in _SIGN_IN_GONE:
        return _ended(code, held, token_file, scopes)
    return unreachable(f"it says {code}" if _PLAIN_CODE.fullmatch(code) else "no answer")


def unreachable(why: str) -> TargetError:
    """Return the error for a sign-in server that can't be asked now."""
    return TargetError(
        f"the sign-in server of Google can't be used now ({why}); nothing is lost, try again later",
        permanent=False,
    )


def _ended(code: str, held: Mapping[str, Any], token_file: Path, scopes: Iterable[str]) -> AuthLost:
    again = connect_command(token_file, scopes or scopes_in(held))
    if is_service_account(held):
        return AuthLost(
            "Google does not accept the service account's key; set this machine's clock, or run "
            f"`{again} --client-file KEY.json` with a new key"
        )
    if code == "admin_policy_enforced":
        return AuthLost(f"your organisation does not let this client in; ask there, then run `{again}`")
    if code == "invalid_grant" and _died_young(held):
        return AuthLost(
            f"Google has ended your sign-in soon after it was made; run `{again}` "
            "(with --status it tells what to click so that the next one lasts)",
            advice=PUBLISH,
        )
    return AuthLost(f"Google has ended your sign-in; run `{again}`")


def _died_young(held: Mapping[str, Any]) -> bool:
    """Tell whether the sign-in is not known to have worked for longer than Testing allows."""
    if moment(held.get("ends_at")) is not None:
        return True
    made_at = moment(held.get("made_at"))
    worked_at = moment(held.get("expiry"))  # an hour after the last refresh
    return made_at is not None and (worked_at is None or worked_at - made_at < _SURVIVES_TESTING)


def revoke(token_file: Path, *, endpoints: Endpoints = GOOGLE) -> bool:
    """Take the sign-in back at Google and remove the token file; return whether Google had one to end.

    The file stays when Google can't be asked. A service account's key is only removed here: it is deleted
    in the console.
    """
    try:
        held = read_token(token_file)
    except AuthLost:
        held = {}  # damaged, or not there
    was_alive = "refresh_token" in held and _revoke(held["refresh_token"], endpoints)
    try:
        remove_secret(token_file)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise TargetError(f"{token_file} can't be removed: {error.strerror}") from error
    return was_alive


def _revoke(token: str, endpoints: Endpoints) -> bool:
    from google.auth.exceptions import TransportError  # noqa: PLC0415  see above
    from google.auth.transport.requests import Request  # noqa: PLC0415

    try:
        answer = Request()(
            url=endpoints.revoke_uri,
            method="POST",
            # In the body: what stands in an address ends up in logs.
            body=urlencode({"token": token}).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            timeout=TIMEOUT_S,
        )
    except TransportError as error:
        raise unreachable("no answer") from error
    if answer.status not in (200, 400):  # 400: it was revoked before, or has run out
        raise unreachable(f"it says {answer.status}")
    return bool(answer.status == 200)
