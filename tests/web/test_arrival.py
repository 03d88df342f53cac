"""Where a request comes from: what is believed of it, and from whom."""

import asyncio
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from netkeep_sync.core.roster import Proxy
from netkeep_sync.web.arrival import Arrivals, host_of, is_from_here, is_loopback, vouched_for

PROXY = Proxy(networks=("127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32"), header="Remote-User", users=("ana",))


def request(*headers, client="127.0.0.1", version="1.1"):
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/",
            "headers": [(name.encode(), value.encode()) for name, value in headers],
            "client": (client, 50000) if client else None,
            "http_version": version,
        }
    )


def arrived(*headers, client="127.0.0.1", proxy=PROXY):
    """Return what the application gets to see of a request."""
    seen = []

    async def app(scope, receive, send):
        seen.append(Request(scope))

    keeper = SimpleNamespace(
        workspace=SimpleNamespace(roster=SimpleNamespace(serve=SimpleNamespace(proxy=proxy)))
    )
    asyncio.run(Arrivals(app, keeper)(request(*headers, client=client).scope, None, None))  # type: ignore[arg-type]
    return seen[0]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]", "::ffff:127.0.0.1"])
def test_names_of_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "0.0.0.0"]
)
def test_names_of_others(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("LocalHost:8017", "localhost"),
        ("[::1]:8017", "::1"),
        ("127.0.0.1:x", "127.0.0.1"),
        ("127.0.0.1@evil.example", "evil.example"),
        ("[::1", ""),
        ("", ""),
    ],
)
def test_the_name_that_is_asked_for(written, host):
    assert host_of(request(("host", written))) == host


class TestFromHere:
    HERE = ("host", "127.0.0.1:8017")

    def test_a_browser_on_this_machine(self):
        assert is_from_here(request(self.HERE))
        assert is_from_here(request(("host", "localhost"), client="::1"))

    @pytest.mark.parametrize("client", ["192.168.1.9", "", "::ffff:10.0.0.1"])
    def test_another_machine(self, client):
        assert not is_from_here(request(self.HERE, client=client))

    def test_nginx_as_it_comes_writes_our_own_name_and_speaks_an_old_http(self):
        assert not is_from_here(request(self.HERE, version="1.0"))

    @pytest.mark.parametrize(
        "sign",
        ["x-forwarded-for", "x-forwarded-host", "x-forwarded-user", "forwarded", "via", "x-real-ip"],
    )
    def test_a_sign_of_a_proxy(self, sign):
        assert not is_from_here(request(self.HERE, (sign, "127.0.0.1")))


class TestProxy:
    USER = ("remote-user", "ana")

    def test_it_says_who_is_there(self):
        assert vouched_for(arrived(self.USER)) == "ana"
        assert vouched_for(arrived(("Remote-User", " ana "), client="2001:db8::7")) == "ana"

    @pytest.mark.parametrize("client", ["192.168.1.9", "11.0.0.1", ""])
    def test_others_say_nothing(self, client):
        found = arrived(self.USER, ("x-forwarded-for", "127.0.0.1"), client=client)

        assert vouched_for(found) == ""
        assert (found.client.host if found.client else "") == client

    def test_where_there_is_none_nobody_is_vouched_for(self):
        assert vouched_for(arrived(self.USER, proxy=None)) == ""

    def test_a_visitor_can_not_add_a_second_name(self):
        assert vouched_for(arrived(self.USER, self.USER)) == ""

    @pytest.mark.parametrize(
        ("hops", "visitor"),
        [
            (["198.51.100.7"], "198.51.100.7"),
            (["127.0.0.1, 198.51.100.7"], "198.51.100.7"),  # the first is the visitor's own making
            (["198.51.100.7, 10.0.0.9, 10.1.0.9"], "198.51.100.7"),
            (["127.0.0.1", "198.51.100.7"], "198.51.100.7"),
            (["::ffff:198.51.100.7"], "198.51.100.7"),
            (["198.51.100.7, unknown"], "10.0.0.1"),
            (["10.0.0.2"], "10.0.0.1"),
            ([""], "10.0.0.1"),
            ([], "10.0.0.1"),
        ],
    )
    def test_the_visitor_is_the_last_who_is_no_proxy(self, hops, visitor):
        found = arrived(*(("x-forwarded-for", one) for one in hops), client="10.0.0.1")

        assert found.client
        assert found.client.host == visitor
