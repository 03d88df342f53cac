"""Requests that nobody sane sends, to every route and above all to the JSON: no 500, no secret opened by
chance, nothing changed, and what is answered is what is documented.

Written as the server hands requests over (ASGI), for no client would send most of them. What it does not let
through (h11: control characters, addresses that are not ASCII) is left out.
"""

import asyncio
import json
from functools import cache
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import netkeep_sync.service
from netkeep_sync.web.app import ROUTES
from tests.web.site import LOCAL, PUBLIC
from tests.web.test_guard import everything

SCHEMA = json.loads(Path(netkeep_sync.service.__file__).with_name("listing.schema.json").read_text())
PROMISED = {
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-robots-tag": b"noindex, nofollow",
}
THOROUGH = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

printable = st.integers(0x21, 0x7E)
queries = st.lists(printable, max_size=60).map(bytes)
bytes_of_a_header = st.lists(printable | st.integers(0x80, 0xFF) | st.just(0x20), max_size=40).map(bytes)
known_headers = st.sampled_from(
    [
        (b"if-none-match", b'W/"x", "'),
        (b"if-none-match", b"*"),
        (b"if-modified-since", b"Mon, 99 Foo 99999 99:99:99 GMT"),
        (b"accept-encoding", b"gzip;q=\xff"),
        (b"accept-encoding", b"gzip"),
        (b"cookie", b"netkeep=\xff; netkeep=x; ;=;"),
        (b"content-type", b"application/x-www-form-urlencoded; charset=\xff"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"origin", b"null"),
        (b"sec-fetch-site", b"same-origin"),
        (b"x-forwarded-for", b"127.0.0.1, [::1], \xff"),
        (b"remote-user", b"ana"),
        (b"range", b"bytes=0-0,-1"),
    ]
)
headers = st.lists(
    known_headers | st.tuples(st.sampled_from([b"user-agent", b"accept", b"x"]), bytes_of_a_header),
    max_size=5,
)
hosts = st.sampled_from(
    [
        LOCAL[7:].encode(),
        PUBLIC[8:].encode(),
        b"",
        b"[",
        b"[::1",
        b"evil.example",
        b"a:b:c",
        b"\xff",
        b"localhost:x",
    ]
)
methods = st.sampled_from(
    ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"]
)
words = st.text(st.characters(codec="utf-8", exclude_characters="/"), max_size=12)
bodies = st.lists(st.binary(max_size=200), max_size=3)
clients = st.sampled_from([("127.0.0.1", 1), ("198.51.100.7", 2), ("::1", 3), ("fe80::1%eth0", 4), None])


def ask(
    site, method, path, *, host=b"127.0.0.1:8017", client=("127.0.0.1", 1), query=b"", headers=(), body=()
):
    """Have the application answer a request as a server hands it over; return status, headers and body."""
    sent = []
    parts = [*body] or [b""]
    waiting = [
        {"type": "http.request", "body": part, "more_body": number < len(parts) - 1}
        for number, part in enumerate(parts)
    ]

    async def receive():
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", host), *headers],
        "client": client,
        "server": ("127.0.0.1", 8017),
    }
    asyncio.run(site.app(scope, receive, send))
    assert sent, "no answer"
    return sent[0]["status"], sent[0]["headers"], b"".join(one.get("body", b"") for one in sent[1:])


@cache
def validator():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


def is_promised(headers):
    return PROMISED.items() <= dict(headers).items()


@pytest.mark.parametrize("kind", ["json", "ics"])
class TestFeed:
    @THOROUGH
    @given(method=methods, host=hosts, client=clients, headers=headers, query=queries, body=bodies)
    def test_with_its_secret(self, *, public, kind, method, host, client, headers, query, body):
        path = f"/feed/{public.keeper.view.token}.{kind}"
        status, got, answer = ask(
            public, method, path, host=host, client=client, query=query, headers=headers, body=body
        )

        assert is_promised(got)
        assert status in ({200, 304} if method in {"GET", "HEAD"} else {405})
        is_plain = b"content-encoding" not in dict(got)
        if kind == "json" and status == 200 and method == "GET" and is_plain:
            assert dict(got)[b"content-type"] == b"application/json"
            validator().validate(json.loads(answer))
        if status == 304:
            assert answer == b""

    @THOROUGH
    @given(method=methods, host=hosts, client=clients, headers=headers, word=words)
    @example(method="GET", host=b"x", client=None, headers=[], word="\x00")
    @example(method="GET", host=b"x", client=None, headers=[], word="..")
    def test_without_its_secret(self, *, public, kind, method, host, client, headers, word):
        status, got, answer = ask(
            public, method, f"/feed/{word}.{kind}", host=host, client=client, headers=headers
        )

        assert is_promised(got)
        assert status in ({404, 429} if method in {"GET", "HEAD"} else {404, 405})
        assert answer in {b"Not found\n", b"Too many requests\n", b"Method not allowed\n", b""}


@THOROUGH
@given(
    route=st.sampled_from(ROUTES),
    method=methods,
    host=hosts,
    client=st.sampled_from([("198.51.100.7", 2), None]),
    headers=headers,
    query=queries,
    body=bodies,
    word=words,
)
def test_strangers_open_nothing_and_change_nothing(
    here,
    *,
    route,
    method,
    host,
    client,
    headers,
    query,
    body,
    word,
):
    path = route.path.replace("{key}", word).replace("{token}", word)
    before = everything(here)
    status, got, answer = ask(
        here, method, path, host=host, client=client, query=query, headers=headers, body=body
    )

    assert is_promised(got)
    assert status in {200, 404, 405, 429}
    assert b"John" not in answer
    if status == 200:
        assert route.path in {"/healthz", "/readyz", "/style.css"}
    assert everything(here) == before


@THOROUGH
@given(
    route=st.sampled_from(ROUTES),
    method=methods,
    headers=headers,
    query=queries,
    body=bodies,
    word=words,
)
def test_the_owner_meets_no_fault_of_the_program(here, *, route, method, headers, query, body, word):
    path = route.path.replace("{key}", word).replace("{token}", word)
    before = everything(here)
    status, got, _ = ask(here, method, path, query=query, headers=headers, body=body)

    assert is_promised(got)
    assert status < 500
    assert everything(here) == before
