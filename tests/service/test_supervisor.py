"""Whoever watches over the process is told how it is, and nobody else is."""

import logging
import os
import socket
from contextlib import closing

import pytest

from netkeep_sync.service.supervisor import Supervisor


@pytest.fixture(params=["a path", "a name"])
def address(request, tmp_path):
    return str(tmp_path / "notify") if request.param == "a path" else f"@netkeep-test-{os.getpid()}"


def listening(address):
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.bind(address.replace("@", "\0", 1))
    line.settimeout(10)
    return closing(line)


def test_it_is_told_of_begin_life_and_end(address):
    with listening(address) as line:
        supervisor = Supervisor({"NOTIFY_SOCKET": address})
        supervisor.ready()
        supervisor.alive()
        supervisor.stopping()

        assert [line.recv(64) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_where_nobody_asks_nothing_is_said(caplog):
    Supervisor({}).ready()

    assert caplog.records == []


def test_one_that_is_gone_is_logged_once_until_it_is_back(tmp_path, caplog):
    address = str(tmp_path / "notify")
    supervisor = Supervisor({"NOTIFY_SOCKET": address})
    with caplog.at_level(logging.WARNING):
        supervisor.alive()
        supervisor.alive()
        assert len(caplog.records) == 1
        with listening(address) as line:
            supervisor.alive()
            assert line.recv(64) == b"WATCHDOG=1"
        supervisor.alive()

    assert len(caplog.records) == 2
