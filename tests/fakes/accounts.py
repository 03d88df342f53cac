"""Accounts: who was allowed what, and the endpoint that hands out access tokens for it.

How a user comes to allow it is told in google_sign_in.py. Google does not rotate refresh tokens. Here, access
tokens expire on demand only: the client reckons their life by this machine's clock, the fake by the test's.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.fakes.discovery import long_scope, short_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CLIENT_ID = "netkeep.apps.googleusercontent.com"
CLIENT_SECRET = "not-a-secret"  # noqa: S105 -- installed apps cannot keep one
_LIFE_S = 3599


class TokenRefusal(Exception):
    """An answer of the token endpoint that is an error."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass(slots=True, kw_only=True)
class Grant:
    """What a user allowed one client; scopes are short, e.g. `calendar.app.created`."""

    client_id: str
    scopes: frozenset[str]
    refresh_token: str
    is_revoked: bool = False


@dataclass(slots=True)
class Accounts:
    """All grants of the one account."""

    email: str
    grants: list[Grant] = field(default_factory=list)
    _access: dict[str, Grant] = field(default_factory=dict)
    _codes: dict[str, Grant] = field(default_factory=dict)
    _count: int = 0

    def grant(self, scopes: Iterable[str], *, client_id: str = CLIENT_ID) -> Grant:
        """Let a client in, as the consent page would."""
        grant = Grant(
            client_id=client_id,
            scopes=frozenset(map(short_scope, scopes)),
            refresh_token=self._next("1//refresh"),
        )
        self.grants.append(grant)
        return grant

    def holder(self, access_token: str) -> Grant | None:
        """Return whose access token it is, if it is good."""
        grant = self._access.get(access_token)
        return None if grant is None or grant.is_revoked else grant

    def expire_access_tokens(self) -> None:
        """Make the next call with any token in use a 401."""
        self._access.clear()

    def revoke_all(self) -> None:
        """Take back all that was allowed, as the user can in the account's settings."""
        for grant in self.grants:
            grant.is_revoked = True

    # The endpoints

    def consent(self, asked: Mapping[str, str]) -> str:
        """Answer the consent page as somebody who allows everything; return where the browser is sent."""
        scopes = [scope for scope in asked["scope"].split() if "/calendar" in scope]
        code = self._next("4/0code")
        self._codes[code] = self.grant(scopes, client_id=asked["client_id"])
        return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}"

    def token(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Answer the token endpoint."""
        match form.get("grant_type"):
            case "refresh_token":
                return self._access_to(self._refreshed(form))
            case "authorization_code" if form.get("code") in self._codes:
                grant = self._codes.pop(form["code"])
                more = {"refresh_token": grant.refresh_token, "id_token": _id_token(self.email)}
                return self._access_to(grant) | more
            case _:
                raise TokenRefusal("unsupported_grant_type", "Invalid grant_type.")

    def _access_to(self, grant: Grant) -> dict[str, Any]:
        token = self._next("ya29.access")
        self._access[token] = grant
        return {
            "access_token": token,
            "expires_in": _LIFE_S,
            "scope": " ".join(map(long_scope, sorted(grant.scopes))),
            "token_type": "Bearer",
        }

    def revoke(self, token: str) -> None:
        """Answer the revocation endpoint, which takes tokens of both sorts."""
        for grant in self.grants:
            if not grant.is_revoked and (grant.refresh_token == token or self._access.get(token) is grant):
                grant.is_revoked = True
                return
        raise TokenRefusal("invalid_token", "Token expired or revoked")

    def _refreshed(self, form: Mapping[str, str]) -> Grant:
        for grant in self.grants:
            if grant.refresh_token == form.get("refresh_token") and not grant.is_revoked:
                self._check(form, grant)
                return grant
        raise TokenRefusal("invalid_grant", "Token has been expired or revoked.")

    def _check(self, form: Mapping[str, str], grant: Grant) -> None:
        if (form.get("client_id"), form.get("client_secret")) != (grant.client_id, CLIENT_SECRET):
            raise TokenRefusal("invalid_client", "Unauthorized")
        if not grant.scopes.issuperset(map(short_scope, form.get("scope", "").split())):
            raise TokenRefusal("invalid_scope", "Some requested scopes were invalid.")

    def _next(self, what: str) -> str:
        self._count += 1
        return f"{what}-{self._count}"


def _id_token(address: str) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"email": address}).encode()).rstrip(b"=").decode()
    return f"e30.{claims}.c2ln"
