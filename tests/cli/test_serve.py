"""`serve` as a whole process: started, asked, edited under, stopped, killed, started again."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from netkeep_sync.service.password import keep_password


class Served:
    """A running `netkeep-sync serve`; `said` is what it printed at its start."""

    def __init__(self, world, *arguments):
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "netkeep_sync",
                "--config",
                str(world.path),
                "serve",
                "--port",
                "0",
                *arguments,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = ""
        assert self.process.stdout is not None
        while "stop with Ctrl-C" not in self.said and (line := self.process.stdout.readline()):
            self.said += line

    @property
    def page(self):
        [address] = re.findall(r"^http://\S+/$", self.said, re.MULTILINE)
        return address

    @property
    def feed(self):
        [address] = re.findall(r"^http://\S+\.ics$", self.said, re.MULTILINE)
        return address

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        _, err = self.process.communicate(timeout=60)
        return self.process.returncode, err


@pytest.fixture
def serve(world):
    started = []

    def start(*arguments):
        started.append(Served(world, *arguments))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


def get(address):
    with urlopen(address, timeout=60) as answer:
        return answer.read().decode()


def until(condition, *, within_s=60):
    give_up_at = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


def test_it_says_what_it_did_and_which_address_to_open(serve, world):
    world.edit("timezone:", "calendars: [{ics: mine.ics}]\ntimezone:")
    served = serve()

    assert f"read 3 contacts from {world.path}" in served.said
    assert f"wrote {world.folder / 'mine.ics'}" in served.said
    assert "John Doe" in get(served.page)
    assert get(served.feed).encode() == (world.folder / "mine.ics").read_bytes()


def test_an_edit_shows_by_itself(serve, world):
    served = serve()
    world.edit("name: Grace Liu", "name: Ada Byron")

    until(lambda: "Ada Byron" in get(served.feed))


def test_a_broken_edit_is_told_and_mended(serve, world):
    served = serve()
    before = get(served.feed)
    world.edit("quarterly", "quaterly")
    until(lambda: "did you mean" in get(served.page))
    assert get(served.feed) == before

    world.edit("quaterly", "quarterly")

    until(lambda: "did you mean" not in get(served.page))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(serve, how):
    status, err = serve().stop(how)

    assert status == 0
    assert err.endswith("stopped\n")
    assert "Traceback" not in err


def test_a_second_one_is_refused(serve, world):
    first = serve()
    second = serve()
    _, err = second.process.communicate(timeout=60)

    assert second.process.returncode == 1
    assert "another `netkeep-sync serve` is running" in err
    assert "John Doe" in get(first.page)


def test_a_killed_one_starts_again_with_the_same_feed(serve):
    first = serve()
    before = get(first.feed)
    first.stop(signal.SIGKILL)
    second = serve()

    assert get(second.feed) == before
    assert second.feed.partition("/feed/")[2] == first.feed.partition("/feed/")[2]


def test_it_starts_from_the_last_good_plan_when_the_file_is_broken(serve, world):
    first = serve()
    before = get(first.feed)
    first.stop()
    world.edit("quarterly", "quaterly")
    second = serve()

    assert get(second.feed) == before
    assert "did you mean" in get(second.page)


def test_a_port_that_is_taken_is_told_in_words(world):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = world.run("serve", "--port", port, as_of=None)

    assert result.status == 1
    assert f"port {port} of 127.0.0.1 is taken by another program; name another one with --port" in result.err


def test_names_stay_on_this_machine_beyond_loopback(serve):
    served = serve("--host", "0.0.0.0")
    address = served.feed.replace("0.0.0.0", "127.0.0.1")

    assert "BEGIN:VCALENDAR" in get(address)
    with pytest.raises(HTTPError, match="404"):
        get(address.replace(".ics", "x.ics"))


@pytest.mark.parametrize(
    ("serving", "has_password", "host", "told"),
    [
        ("", False, "127.0.0.1", ""),
        ("", False, "0.0.0.0", "the pages stay on this machine"),
        ("", True, "127.0.0.1", "elsewhere they also need serve.public_url"),
        ("public_url: https://a.example", False, "::1", "the pages are closed, for there is a public_url"),
        ("public_url: https://a.example", True, "127.0.0.1", ""),
        ("public_url: https://a.example, proxy: {from: 127.0.0.1, user: ana}", False, "127.0.0.1", ""),
    ],
)
def test_it_says_what_the_pages_need(serve, world, *, serving, has_password, host, told):
    if serving:
        world.edit("timezone:", f"serve: {{{serving}}}\ntimezone:")
    if has_password:
        keep_password(world.state / "netkeep.password", "three plain words")
    _, err = serve("--host", host).stop()

    assert told in err
    assert ("note: the pages" in err) is bool(told)


def test_a_proxy_on_this_machine_is_known_by_what_it_says_of_others(serve):
    """Uvicorn's own belief in X-Forwarded-For would make of such a request one from here."""
    served = serve()
    assert "John Doe" in get(served.page)
    with (
        pytest.raises(HTTPError, match="404"),
        urlopen(Request(served.page, headers={"X-Forwarded-For": "127.0.0.1"}), timeout=60),
    ):
        pass


def test_the_log_is_json_where_it_is_wanted(serve):
    status, err = serve("--log-format", "json").stop()
    *lines, last = err.splitlines()
    logged = [json.loads(line) for line in lines]

    assert (status, last) == (0, "stopped")
    [done] = [one for one in logged if one["message"] == "pass done"]
    assert done["fields"] == {"target": "ics", "created": 3, "updated": 0, "removed": 0, "failed": 0}
    assert (done["level"], done["logger"]) == ("info", "netkeep_sync.service.keeper")


def test_metrics_are_for_this_machine_unless_they_are_opened(serve):
    closed = serve("--host", "0.0.0.0")
    address = closed.feed.replace("0.0.0.0", "127.0.0.1").partition("/feed/")[0]
    assert "netkeep_passes_total" in get(f"{address}/metrics")
    assert get(f"{address}/readyz") == "ready\n"
    with pytest.raises(HTTPError, match="404"):
        get_as(f"{address}/metrics", "netkeep.example.com")
    closed.stop()

    opened = serve("--host", "0.0.0.0", "--metrics")
    address = opened.feed.replace("0.0.0.0", "127.0.0.1").partition("/feed/")[0]
    assert "netkeep_passes_total" in get_as(f"{address}/metrics", "netkeep.example.com")


def test_a_supervisor_hears_when_it_begins_lives_and_ends(serve, tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        served = serve()
        assert [line.recv(64), line.recv(64)] == [b"READY=1", b"WATCHDOG=1"]
        served.stop()
        while (said := line.recv(64)) == b"WATCHDOG=1":
            pass

    assert said == b"STOPPING=1"


def test_a_health_check_tells_whether_it_is_there(serve, world):
    served = serve()
    port = served.page.rpartition(":")[2].strip("/")
    assert world.ok("healthcheck", "--port", port) == "alive\n"
    served.stop()
    result = world.run("healthcheck", "--port", port)

    assert result.status == 1
    assert f"no `netkeep-sync serve` answers on port {port}" in result.err


def get_as(address, host):
    """Ask as a machine that knows this one by another name."""
    with urlopen(Request(address, headers={"Host": host}), timeout=60) as answer:
        return answer.read().decode()
