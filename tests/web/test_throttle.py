from types import SimpleNamespace

import pytest
from starlette.exceptions import HTTPException

from netkeep_sync.web import throttle
from netkeep_sync.web.throttle import Throttle


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def asked(host):
    return SimpleNamespace(client=SimpleNamespace(host=host) if host else None)


def exhausted(host):
    """Return a throttle, and its clock, at which this address has asked as often as it may."""
    clock = Clock()
    one = Throttle(clock)
    for _ in range(60):
        one.count(asked(host))
    return one, clock


def test_a_minute_later_it_begins_anew():
    one, clock = exhausted("192.0.2.1")
    clock.now = 59.0
    with pytest.raises(HTTPException) as refused:
        one.count(asked("192.0.2.1"))
    assert (refused.value.status_code, refused.value.headers) == (429, {"Retry-After": "1"})
    clock.now = 60.0
    one.count(asked("192.0.2.1"))


@pytest.mark.parametrize(
    ("host", "same"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::2%eth1"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_who_can_have_many_addresses_counts_as_one(host, same):
    one, _ = exhausted(host)
    with pytest.raises(HTTPException):
        one.count(asked(same))


@pytest.mark.parametrize("other", ["192.0.2.2", "2001:db8:0:2::1", "", "testclient"])
def test_others_are_others(other):
    one, _ = exhausted("192.0.2.1")
    one.count(asked(other))


def test_no_more_than_so_many_addresses_are_remembered(monkeypatch):
    monkeypatch.setattr(throttle, "_MOST_ADDRESSES", 10)
    one, _ = exhausted("192.0.2.1")
    for number in range(20):
        one.count(asked(f"198.51.100.{number}"))
    one.count(asked("192.0.2.1"))  # forgotten by now
    assert len(one._windows) == 10
