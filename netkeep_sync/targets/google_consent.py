"""The owner's consent at Google: the client that asks for it, the address it is given at, what comes of it.

The client is the owner's own, of the type Desktop app: self-hosted programs can't share one, for Google
counts and verifies by client. The answer comes to an address on this machine (RFC 8252, 7.3) with the state
that was sent, and is of use only to who knows the code verifier (RFC 7636). Whoever waits for it, in a
browser or at a prompt, hands it to `Consent.code_in`.

The addresses in a client file are not used: a file from somebody else must not choose who gets the code.
"""

from __future__ import annotations

import base64
import hmac
import json
import logging
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from netkeep_sync.errors import AuthLost, SettingsError
from netkeep_sync.targets.google_auth import GOOGLE, TIMEOUT_S, service_account, token_object, unreachable
from netkeep_sync.targets.google_token import (
    SignedIn,
    allowed,
    connect_command,
    missing_scopes,
    save_token,
    signed_in,
)
from netkeep_sync.targets.secret_file import read_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from netkeep_sync.targets.google_auth import Endpoints

__all__ = [
    "Consent",
    "DesktopClient",
    "ServiceAccount",
    "WrongReply",
    "client_in",
    "keep_service_account",
    "read_client",
]

_IDENTITY = ("openid", "https://www.googleapis.com/auth/userinfo.email")
"""To tell the owner which account it is. Google asks nobody to verify a client for these."""

_CONSOLE = "https://console.cloud.google.com/auth/clients"
_MAKE_ONE = (
    f'open {_CONSOLE}, click "Create client", choose "Desktop app", click "Create", then "Download JSON", '
    'and name that file with --client-file (README, "Google Calendar", has every step)'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesktopClient:
    """A client that asks a person for consent."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """A robot's account, with the key that signs in for it. `key` is the file's whole content."""

    email: str
    key: Mapping[str, Any] = field(repr=False)


def read_client(path: Path) -> DesktopClient | ServiceAccount:
    """Return the client in a file from Google's console. Raises SettingsError, with what to click there."""
    try:
        held = read_object(path)
    except FileNotFoundError as error:
        raise SettingsError(f"there is no client file {path}; {_MAKE_ONE}") from error
    except OSError as error:
        raise SettingsError(f"the client file {path} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{path} is no client file; {_MAKE_ONE}") from error
    match held:
        case {"type": "service_account", "client_email": str(email)}:
            return ServiceAccount(email=email, key=held)
        case {"installed": {"client_id": str(client_id), "client_secret": str(client_secret)}}:
            return DesktopClient(client_id=client_id, client_secret=client_secret)
        case {"installed": {"client_id": str()}}:
            raise SettingsError(
                f"the client file {path} holds no client_secret, which Google shows once only; open "
                f'{_CONSOLE}, choose the client, click "Add secret", and download its JSON then'
            )
        case {"web": _}:
            raise SettingsError(
                f'{path} is a client of the type "Web application", which can\'t sign in a command; '
                f"{_MAKE_ONE}"
            )
        case {"refresh_token": _}:
            raise SettingsError(f"{path} is a sign-in and no client file; {_MAKE_ONE}")
        case _:
            raise SettingsError(f"{path} is no client file; {_MAKE_ONE}")


def client_in(token_file: Path) -> DesktopClient | ServiceAccount | None:
    """Return the client that the sign-in in this file was made with, so that it can be renewed."""
    try:
        held = read_object(token_file)
    except (OSError, ValueError):
        return None
    match held:
        case {"type": "service_account", "client_email": str(email)}:
            return ServiceAccount(email=email, key=held)
        case {"client_id": str(client_id), "client_secret": str(client_secret)}:
            return DesktopClient(client_id=client_id, client_secret=client_secret)
        case _:
            return None


def keep_service_account(
    client: ServiceAccount,
    scopes: Iterable[str],
    *,
    token_file: Path,
    now: datetime,
    endpoints: Endpoints = GOOGLE,
) -> SignedIn:
    """Keep a service account's key as the sign-in, once Google has accepted it."""
    asked = tuple(scopes)
    service_account(client.key, asked, token_file=token_file, endpoints=endpoints)
    save_token(token_file, {**client.key, "scopes": asked, "made_at": now.astimezone(UTC).isoformat()})
    return signed_in(token_file)


class WrongReply(ValueError):
    """What was handed in is not Google's answer. The message says what it is, to whoever did so."""


class Consent:
    """A consent that is asked for at `address`, and whose answer Google sends to `redirect_uri`."""

    def __init__(
        self,
        client: DesktopClient,
        scopes: Iterable[str],
        *,
        redirect_uri: str,
        token_file: Path,
        endpoints: Endpoints = GOOGLE,
    ) -> None:
        from google_auth_oauthlib.flow import (  # noqa: PLC0415  300 ms
            Flow,
        )

        _silence()
        self.redirect_uri = redirect_uri
        self._needed = tuple(scopes)
        self._client = client
        self._token_file = token_file
        self._endpoints = endpoints
        self._flow = Flow.from_client_config(
            {
                "installed": {
                    "client_id": client.client_id,
                    "client_secret": client.client_secret,
                    "auth_uri": endpoints.auth_uri,
                    "token_uri": endpoints.token_uri,
                }
            },
            scopes=[*_IDENTITY, *self._needed],
            redirect_uri=redirect_uri,
        )
        # Without a prompt, Google gives no refresh token to those who have consented before.
        self.address, self._state = self._flow.authorization_url(prompt="consent")

    @property
    def _again(self) -> str:
        return connect_command(self._token_file, self._needed)

    def code_in(self, reply: str) -> str:
        """Return the code in the address that Google sent the browser to.

        Raises WrongReply for any other address, and AuthLost when the answer is no.
        """
        answer = self._answer(reply)
        [state] = answer.get("state", [""])[:1]
        if not state:
            raise WrongReply("the address is cut short; copy the whole of it")
        if not hmac.compare_digest(state.encode(), self._state.encode()):
            raise WrongReply(
                "that answer is to another sign-in; open the address of this one, and paste what follows"
            )
        match answer:
            case {"error": ["access_denied", *_]}:
                raise AuthLost(f"Google was told not to let netkeep-sync in; to do so, run `{self._again}`")
            case {"error": _}:
                raise AuthLost(
                    f"Google has refused the sign-in; see what its page says, then run `{self._again}`"
                )
            case {"code": [code]} if code:
                return code
            case _:
                raise WrongReply("the address is cut short; copy the whole of it")

    def _answer(self, reply: str) -> dict[str, list[str]]:
        """Return the parameters of Google's answer, or raise WrongReply."""
        address = "".join(reply.split()).strip("<>\"'")  # a narrow terminal breaks what is copied
        if not address:
            raise WrongReply("nothing was pasted")
        wanted = urlsplit(self.redirect_uri)
        if address.startswith(wanted.netloc):  # many browsers hide the http://
            address = f"{wanted.scheme}://{address}"
        try:
            found = urlsplit(address)
            answer = parse_qs(found.query, keep_blank_values=True, max_num_fields=50)
        except ValueError as error:
            raise WrongReply("that is no address") from error
        if not found.netloc:
            raise WrongReply(f"that is no address; copy the whole of it, it begins with {self.redirect_uri}")
        if found.netloc == urlsplit(self._endpoints.auth_uri).netloc:
            raise WrongReply(
                "that is an address of Google's own page; allow what it asks, and copy the address that "
                f"follows, which begins with {self.redirect_uri}"
            )
        if (found.scheme, found.netloc, found.path or "/") != (wanted.scheme, wanted.netloc, wanted.path):
            raise WrongReply(f"that is another address; Google's answer begins with {self.redirect_uri}")
        return answer

    def redeem(self, code: str, *, now: datetime) -> SignedIn:
        """Exchange the code for a sign-in and keep it, if it allows all that is needed.

        Otherwise AuthLost is raised, and the sign-in kept before stands.
        """
        token = self._fetch(code)
        granted = token.get("scope") or [*_IDENTITY, *self._needed]
        missing = missing_scopes(self._needed, granted)
        if missing:
            raise AuthLost(
                f"Google was not told to let netkeep-sync {', nor '.join(allowed(missing))}; "
                f"run `{self._again}` again, and tick every box on Google's page"
            )
        if not token.get("refresh_token"):
            raise AuthLost(
                f"Google gave a sign-in for an hour only; take netkeep-sync off the list at "
                f"https://myaccount.google.com/connections, then run `{self._again}`"
            )
        save_token(self._token_file, self._object(token, granted, now))
        return signed_in(self._token_file)

    def _fetch(self, code: str) -> Mapping[str, Any]:
        from oauthlib.oauth2 import OAuth2Error  # noqa: PLC0415  with the flow
        from requests import RequestException  # noqa: PLC0415

        # oauthlib stops when fewer scopes are granted than were asked for; we tell what is missing.
        self._flow.oauth2session.scope = None
        try:
            token: Mapping[str, Any] = self._flow.fetch_token(code=code, timeout=TIMEOUT_S)
        except RequestException as error:
            raise unreachable("no answer") from error
        except OAuth2Error as error:
            if error.error in {"invalid_client", "unauthorized_client", "deleted_client"}:
                raise SettingsError(
                    f"Google does not know the client, or not this secret of it; {_MAKE_ONE}"
                ) from error
            if error.error == "invalid_grant":
                raise AuthLost(
                    f"Google's answer was too old, or was used before; run `{self._again}` again"
                ) from error
            raise unreachable("it answers what was not asked") from error
        return token

    def _object(self, token: Mapping[str, Any], granted: Iterable[str], now: datetime) -> dict[str, Any]:
        """Return what is kept in the token file."""
        from google.oauth2.credentials import Credentials  # noqa: PLC0415  with the flow

        expires_at = now.astimezone(UTC) + timedelta(seconds=_seconds(token.get("expires_in")))
        held = token_object(
            Credentials(  # type: ignore[no-untyped-call]
                token=token["access_token"],
                refresh_token=token["refresh_token"],
                token_uri=self._endpoints.token_uri,
                client_id=self._client.client_id,
                client_secret=self._client.client_secret,
                scopes=list(granted),
                expiry=expires_at.replace(tzinfo=None),
                account=_address_in(token.get("id_token")),
            )
        )
        held["made_at"] = now.astimezone(UTC).isoformat()
        # Undocumented for projects in Testing, and there in all their answers: 604799, a week.
        lasts_s = _seconds(token.get("refresh_token_expires_in"))
        if lasts_s:
            held["ends_at"] = (now.astimezone(UTC) + timedelta(seconds=lasts_s)).isoformat()
        return held


def _seconds(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < 10**9 else 0


def _address_in(id_token: object) -> str:
    """Return the address in an ID token, empty when there is none.

    Its signature needs no look: it came from Google's token endpoint itself (OpenID Connect Core, 3.1.3.7).
    """
    try:
        _, claims, _ = str(id_token).split(".")
        held = json.loads(base64.urlsafe_b64decode(claims + "=="))
        return str(held["email"])
    except (ValueError, KeyError, TypeError):
        return ""


def _silence() -> None:
    """Keep two libraries from logging codes and tokens, which they do at DEBUG."""
    for name in ("oauthlib", "requests_oauthlib"):
        logging.getLogger(name).setLevel(logging.WARNING)
