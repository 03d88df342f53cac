"""The exchange: from one request to its reply, in the order of things.

    read and hold against the description → hooks before → fault? → sign-in, quota, scope → the method →
    hold the answer against the description → fault? → ledger → hooks after

A request that the description does not know is a *violation*: the fake answers 400 and complains at the end.
"""

from __future__ import annotations

import ctypes
import json
from dataclasses import dataclass, field
from datetime import timedelta
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from threading import Event
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.accounts import TokenRefusal
from tests.fakes.discovery import BASE_PATH, Method, Reading, body_problems, find_method, read_query
from tests.fakes.ledger import Call
from tests.fakes.partial import select
from tests.fakes.permissions import check_calendar, check_scopes
from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import RLock

    from tests.fakes.accounts import Accounts, Grant
    from tests.fakes.diary import Diary
    from tests.fakes.faults import Fault, Faults
    from tests.fakes.ledger import Ledger
    from tests.fakes.manners import Manners

AUTH_PATH = "/auth"
TOKEN_PATH = "/token"  # noqa: S105 -- a path
REVOKE_PATH = "/revoke"
BATCH_PATH = "/batch/calendar/v3"
MOST_IN_A_BATCH = 1000

Answering: TypeAlias = "Callable[[Call, Any], Mapping[str, Any] | None]"
Hook: TypeAlias = "Callable[[Call], None]"


class Killed(BaseException):
    """Raised in the thread that waits for an answer: there it stops, as a killed process would."""


@dataclass(frozen=True, slots=True)
class Request:
    """What came over the line; header names are small."""

    http_method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back; `cut` instead of an answer, or in the middle of it."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=UTF-8"
    cut: Literal["closes", "resets", "truncates"] | None = None


@dataclass(slots=True, kw_only=True)
class Exchange:
    """What one request goes through. `methods` answer by name; those on a calendar are given it."""

    diary: Diary
    accounts: Accounts
    faults: Faults
    ledger: Ledger
    manners: Manners
    methods: Mapping[str, Answering]
    lock: RLock
    violations: list[str]
    before_each: list[Hook] = field(default_factory=list)
    after_each: list[Hook] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)
    _numbered: int = 0

    def reply(self, request: Request) -> Reply:
        """Answer one request."""
        call, method = self._read(request)
        self._run(self.before_each, call)
        with self.lock:
            fault = self.faults.strike(call)
            reply = Reply() if fault and not fault.applied else self._applied(call, method, request)
        if fault:
            reply = self._spoiled(call, reply, fault)
        call.status = 0 if reply.cut in {"closes", "resets"} else reply.status
        call.bytes_out = len(reply.body)
        self._run(self.after_each, call)
        if fault and fault.harm == "kills":
            kill(fault.thread)
        return reply

    # Reading

    def _read(self, request: Request) -> tuple[Call, Method | None]:
        parts = urlsplit(request.target)
        http_method = request.http_method
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        body: Any = None
        if request.headers.get("x-http-method-override"):  # the client's way with addresses over 2048 letters
            http_method = request.headers["x-http-method-override"]
            pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
        elif request.headers.get("content-type", "").startswith("application/json") and request.body:
            body = json.loads(request.body)
        elif request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            body = dict(parse_qsl(request.body.decode()))
        found = find_method(http_method, parts.path.removeprefix(BASE_PATH))
        method, path_parameters = found or (None, {})
        reading = read_query(method, pairs) if method else Reading(dict(pairs))
        call = self._call(method.name if method else _name_of(parts.path), http_method, parts.path, request)
        call.query, call.body, call.path_parameters = reading.values, body, path_parameters
        problems = [*reading.problems, *self._body_problems(call, method)]
        if problems:
            call.reason = "; ".join(problems)
            self.violations.extend(problems)
        return call, method

    def _call(self, name: str, http_method: str, path: str, request: Request) -> Call:
        with self.lock:
            self._numbered += 1
            call = Call(
                number=self._numbered,
                at=self.diary.clock(),
                method=name,
                http_method=http_method,
                path=path,
                query={},
                headers=request.headers,
                body=None,
                bytes_in=len(request.body),
            )
            self.ledger.calls.append(call)
            return call

    def _body_problems(self, call: Call, method: Method | None) -> list[str]:
        if method is None:
            is_known = call.path in {AUTH_PATH, TOKEN_PATH, REVOKE_PATH, BATCH_PATH}
            return [] if is_known else [f"there is no {call.http_method} {call.path}"]
        if method.name not in self.methods:
            return [f"the fake does not know {method.name} yet"]
        if method.request is None:
            return []
        if not isinstance(call.body, dict):
            return [f"{method.name} has no body"]
        return body_problems(method.request, call.body, nulls=True)

    def _run(self, hooks: list[Hook], call: Call) -> None:
        """Run hooks in this thread; what they raise must not be lost here."""
        for hook in list(hooks):
            try:
                hook(call)
            except Exception as error:  # noqa: BLE001 -- a boundary: the test hears of it when the fake is closed
                self.violations.append(f"hook at call {call}: {type(error).__name__}: {error}")

    # Answering

    def _applied(self, call: Call, method: Method | None, request: Request) -> Reply:
        if call.reason:
            return self._refused(call, Refusal("badRequest", f"Not as described: {call.reason}"))
        call.was_applied = True
        try:
            if method is None:
                return self._beside_the_api(call, request)
            answer = self._answer(call, method)
        except Refusal as refusal:
            call.was_applied = False
            return self._refused(call, refusal)
        except TokenRefusal as refusal:
            call.was_applied = False
            return self._token_refused(call, refusal.error, refusal.description)
        if method.response is None:
            return Reply(status=HTTPStatus.NO_CONTENT)
        self.violations += [f"answer: {one}" for one in body_problems(method.response, answer, nulls=False)]
        call.answer = answer
        if "fields" in call.query:
            answer = select(answer, call.query["fields"])
        etag = {"ETag": call.answer["etag"]} if "etag" in call.answer else {}
        return Reply(body=json.dumps(answer, ensure_ascii=False).encode(), headers=etag)

    def _answer(self, call: Call, method: Method) -> Any:
        grant = self._signed_in(call)
        self._check_quota(call)
        check_scopes(grant, method)
        asked: Grant | Any = grant
        if "calendarId" in call.path_parameters:
            asked = self.diary.calendar(call.path_parameters["calendarId"])
            check_calendar(grant, method, asked)
        return self.methods[method.name](call, asked)

    def _signed_in(self, call: Call) -> Grant:
        kind, _, token = call.headers.get("authorization", "").partition(" ")
        grant = self.accounts.holder(token) if kind == "Bearer" else None
        if grant is None:
            raise Refusal("authError")
        return grant

    def _check_quota(self, call: Call) -> None:
        """Refuse what is over the quota of a sliding minute; the refused calls count as well."""
        if self.manners.calls_per_minute is None:
            return
        since = call.at - timedelta(minutes=1)
        recent = [one for one in self.ledger.calls if one.at > since and not one.method.startswith("oauth2.")]
        if len(recent) > self.manners.calls_per_minute:
            raise Refusal("userRateLimitExceeded")

    def _beside_the_api(self, call: Call, request: Request) -> Reply:
        match call.path:
            case path if path == AUTH_PATH:
                return Reply(status=HTTPStatus.FOUND, headers={"Location": self.accounts.consent(call.query)})
            case path if path == TOKEN_PATH:
                return Reply(body=json.dumps(self.accounts.token(call.body)).encode())
            case path if path == REVOKE_PATH:
                self.accounts.revoke({**(call.body or {}), **call.query}.get("token", ""))
                return Reply(body=b"{}")
        return self._batch(request)

    def _batch(self, request: Request) -> Reply:
        """Answer many calls at once, each with its own status, in any order (here from the last)."""
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        message: Any = BytesParser(policy=HTTP).parsebytes(head + request.body)
        parts = list(message.iter_parts())
        if len(parts) > MOST_IN_A_BATCH:
            raise Refusal("batchSizeTooLarge", "The batch is too large.")
        boundary = "batch_of_answers"
        body = b""
        for part in reversed(parts):
            reply = self.reply(_inner_request(part.get_payload(decode=True)))
            content_id = part["Content-ID"].strip("<>")
            body += f"--{boundary}\r\nContent-Type: application/http\r\n".encode()
            body += f"Content-ID: <response-{content_id}>\r\n\r\n".encode()
            body += f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n".encode()
            body += f"Content-Type: {reply.content_type}\r\n\r\n".encode() + reply.body + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        return Reply(body=body, content_type=f"multipart/mixed; boundary={boundary}")

    # Refusing, and worse

    def _refused(self, call: Call, refusal: Refusal) -> Reply:
        call.reason = refusal.reason
        scheme = (
            {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'}
            if refusal.status == 401
            else {}
        )
        return Reply(status=refusal.status, body=json.dumps(refusal.body()).encode(), headers=scheme)

    def _token_refused(self, call: Call, error: str, description: str) -> Reply:
        call.reason = error
        body = json.dumps({"error": error, "error_description": description}).encode()
        return Reply(status=HTTPStatus.BAD_REQUEST, body=body)

    def _spoiled(self, call: Call, reply: Reply, fault: Fault) -> Reply:
        match fault.harm:
            case "closes" | "kills":
                return Reply(cut="closes")
            case "hangs":
                self.stopped.wait(fault.seconds)
                return Reply(cut="closes")
            case "resets":
                return Reply(cut="resets")
            case "repeats":
                return _with_items_twice(reply)
            case "garbles":
                return Reply(status=reply.status, body=reply.body[: len(reply.body) // 2])
            case "truncates":
                return Reply(status=reply.status, body=reply.body, cut="truncates")
        assert fault.refusal is not None
        if call.method.startswith("oauth2."):
            spoiled = self._token_refused(call, fault.refusal.reason, fault.refusal.message)
            return Reply(status=fault.refusal.status, body=spoiled.body)
        refused = self._refused(call, fault.refusal)
        retry = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        return Reply(status=refused.status, body=refused.body, headers={**refused.headers, **retry})


def kill(thread: int) -> None:
    """Raise `Killed` in a thread that waits for an answer, when the line is closed upon it.

    To close wakes it without an error; one from a reset would race with this one.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Killed))


def _name_of(path: str) -> str:
    names = {AUTH_PATH: "oauth2.auth", TOKEN_PATH: "oauth2.token", REVOKE_PATH: "oauth2.revoke"}
    return names.get(path, "batch" if path == BATCH_PATH else "unknown")


def _inner_request(text: bytes) -> Request:
    """Read one of the requests in a batch."""
    first, _, rest = text.lstrip().partition(b"\n")
    http_method, target, _ = first.decode().split(" ", 2)
    message = BytesParser(policy=HTTP).parsebytes(rest)
    body = message.get_payload(decode=True)
    headers = {name.lower(): str(value) for name, value in message.items()}
    return Request(http_method, target, headers, body if isinstance(body, bytes) else b"")


def _with_items_twice(reply: Reply) -> Reply:
    answer = json.loads(reply.body)
    if "items" in answer:
        answer["items"] *= 2
    return Reply(status=reply.status, body=json.dumps(answer).encode(), headers=reply.headers)
