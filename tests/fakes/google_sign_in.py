"""A Google to sign in to, on loopback: consent, tokens, revocation, and what it is known to refuse."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from netkeep_sync.targets.google_auth import Endpoints, endpoints_from

if TYPE_CHECKING:
    from pathlib import Path

CLIENT_ID = "1234-abc.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-client-secret"  # noqa: S105  of a client that is not
ACCOUNT = "ana@example.com"


@dataclass
class Owner:
    """What the person in front of the consent page does."""

    allows: set[str] | None = None  # None: everything
    says_no: bool = False


@dataclass
class Google:
    """What Google knows. Tests set its mood, and look at what it was asked."""

    base: str
    owner: Owner = field(default_factory=Owner)
    is_testing: bool = False
    trouble: tuple[int, str] | None = None
    refresh_error: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    secrets: set[str] = field(default_factory=lambda: {CLIENT_SECRET})
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    alive: dict[str, str] = field(default_factory=dict)

    @property
    def endpoints(self) -> Endpoints:
        return endpoints_from({"NETKEEP_GOOGLE_STAND_IN": self.base})

    def last(self, path: str) -> dict[str, str]:
        return [asked for where, asked in self.asked if where == path][-1]

    def refreshes(self) -> int:
        return sum(asked.get("grant_type") == "refresh_token" for _, asked in self.asked)

    def secret(self, kind: str) -> str:
        value = f"{kind}-{secrets.token_hex(12)}"
        self.secrets.add(value)
        return value

    def consent(self, asked: dict[str, str]) -> str:
        """Return where the browser is sent."""
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
        if self.owner.says_no:
            return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        granted = asked["scope"]
        if self.owner.allows is not None:
            granted = " ".join(scope for scope in granted.split() if scope in self.owner.allows)
        code = self.secret("4/0code")
        self.grants[code] = {**asked, "scope": granted}
        answer = {"state": asked["state"], "code": code, "scope": granted}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, asked: dict[str, str], client: tuple[str, str]) -> tuple[int, dict[str, Any]]:
        match asked["grant_type"]:
            case "authorization_code":
                return self._redeem(asked, client)
            case "refresh_token":
                if self.refresh_error:
                    return 400, {"error": self.refresh_error}
                scope = self.alive.get(asked["refresh_token"])
                if scope is None or not set(asked.get("scope", "").split()) <= set(scope.split()):
                    return 400, {
                        "error": "invalid_grant",
                        "error_description": "Token has been expired or revoked.",
                    }
                return 200, self._access(scope)
            case _:
                if self.refresh_error:
                    return 400, {"error": self.refresh_error}
                return 200, self._access("")

    def _redeem(self, asked: dict[str, str], client: tuple[str, str]) -> tuple[int, dict[str, Any]]:
        if client != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        grant = self.grants.pop(asked["code"], None)
        if grant is None:
            return 400, {"error": "invalid_grant", "error_description": "Malformed auth code."}
        verifier = asked["code_verifier"]
        self.secrets.add(verifier)
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if (digest, asked["redirect_uri"]) != (grant["code_challenge"], grant["redirect_uri"]):
            return 400, {"error": "invalid_grant"}
        refresh_token = self.secret("1//refresh")
        self.alive[refresh_token] = grant["scope"]
        answer = {**self._access(grant["scope"]), "refresh_token": refresh_token}
        if "email" in grant["scope"]:
            answer["id_token"] = id_token(ACCOUNT)
        return 200, answer | ({"refresh_token_expires_in": 604799} if self.is_testing else {})

    def _access(self, scope: str) -> dict[str, Any]:
        token = {"access_token": self.secret("ya29.access"), "expires_in": 3599, "token_type": "Bearer"}
        return token | ({"scope": scope} if scope else {})

    def revoke(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.alive.pop(asked["token"], None) is None:
            return 400, {"error": "invalid_token"}
        return 200, {}


def id_token(address: str) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"email": address}).encode()).rstrip(b"=").decode()
    return f"e30.{claims}.c2ln"


class _Visit(BaseHTTPRequestHandler):
    google: Google

    def do_GET(self) -> None:
        found = urlsplit(self.path)
        asked = dict(parse_qsl(found.query))
        self.google.asked.append((found.path, asked))
        self.send_response(302)
        self.send_header("Location", self.google.consent(asked))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        asked = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.google.asked.append((self.path, asked))
        if self.google.trouble:
            status, body = self.google.trouble
            return self._answer(status, body.encode())
        if self.path == "/revoke":
            status, answer = self.google.revoke(asked)
        else:
            status, answer = self.google.token(asked, self._client())
        return self._answer(status, json.dumps(answer).encode())

    def _client(self) -> tuple[str, str]:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        assert kind in {"", "Basic"}
        client_id, _, secret = base64.b64decode(value).decode().partition(":")
        return client_id, secret

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class GoogleServer:
    """`Google` behind HTTP, in a thread."""

    def __enter__(self) -> Google:
        class Visit(_Visit):
            pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Visit)
        google = Visit.google = Google(base=f"http://127.0.0.1:{self._server.server_address[1]}")
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02])
        self._thread.start()
        return google

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def follow(address: str) -> str:
    """Open the consent page, do what the owner does, and return where the browser is sent then."""
    found = urlsplit(address)
    assert found.hostname == "127.0.0.1"
    connection = HTTPConnection(found.netloc, timeout=60)
    try:
        connection.request("GET", f"{found.path}?{found.query}")
        return connection.getresponse().headers["Location"] or ""
    finally:
        connection.close()


def client_file(path: Path, **changes: Any) -> Path:
    """Write the file that Google's console offers for a client of the type Desktop app."""
    client = {
        "client_id": CLIENT_ID,
        "project_id": "my-check-ins",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "client_secret": CLIENT_SECRET,
        "redirect_uris": ["http://localhost"],
    } | changes
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"installed": {key: value for key, value in client.items() if value}}))
    return path


def key_file(path: Path, **changes: Any) -> Path:
    """Write the key file of a service account."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = {
        "type": "service_account",
        "project_id": "my-check-ins",
        "private_key_id": "abc",
        "private_key": private.decode(),
        "client_email": "robot@my-check-ins.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
    } | changes
    path.write_text(json.dumps(key))
    path.chmod(0o600)
    return path
