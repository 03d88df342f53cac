"""A world for whole commands: a folder with a roster, its own state, and no network but loopback."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from netkeep_sync.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

# Programs that tests start find the package in the checkout: it need not be installed.
os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])

# No property fails because the machine was busy.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

ROSTER = """
    roster: test
    owner: {name: Ana Kaya, email: ana@example.com}
    timezone: Europe/Berlin
    categories:
      recruiters: {cadence: quarterly, channel: coffee, ask: [What roles?], offer: [An introduction]}
      leaders: {cadence: every 6 months, channel: video}
    contacts:
      - {name: John Doe, category: recruiters, last_met: 2026-09-14, notes: Moved to Acme in May.}
      - {name: Joan Díaz, category: recruiters, last_met: 2026-10-05}
      - {name: Grace Liu, category: leaders}
    """


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever asks for it have one test talk to Google itself (`tests/live`)."""
    parser.addoption(
        "--live-google",
        nargs="?",
        const="",
        default=None,
        metavar="TOKEN_FILE",
        help="walk through a calendar of its own at Google, with your sign-in",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Name the tests that are only run on request."""
    config.addinivalue_line("markers", "live_google: talks to Google; only with --live-google")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what would talk to Google, unless asked for."""
    if config.getoption("live_google") is None:
        for item in items:
            if item.get_closest_marker("live_google"):
                item.add_marker(pytest.mark.skip(reason="only with --live-google"))


@pytest.fixture(autouse=True)
def _loopback_only(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("live_google") is None:
        socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _garbage_is_collected() -> Iterator[None]:
    """Go on with collecting: a command does without, for it is the last thing that its process does."""
    yield
    gc.enable()


@dataclass(frozen=True, slots=True)
class Result:
    """What a command printed, and what it ended with."""

    status: int
    out: str
    err: str


class World:
    """A user's machine: `folder` holds the roster, `state` all the program keeps."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.path = folder / "netkeep.yaml"
        self._capfd = capfd
        self.write(ROSTER)

    def write(self, text: str) -> None:
        self.path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        text = self.path.read_text(encoding="utf-8")
        assert old in text
        self.path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *arguments: object, as_of: str | None = "2026-11-23") -> Result:
        """Run a command as the user would, at a given time."""
        common = ["--config", str(self.path), *(["--as-of", as_of] if as_of else [])]
        with pytest.raises(SystemExit) as stop:
            main([*common, *map(str, arguments)])
        captured = self._capfd.readouterr()
        return Result(status=int(stop.value.code or 0), out=captured.out, err=captured.err)

    def ok(self, *arguments: object, as_of: str | None = "2026-11-23") -> str:
        """Run a command that must succeed, and return what it printed."""
        result = self.run(*arguments, as_of=as_of)
        assert result.status == 0, result.err
        return result.out


@pytest.fixture
def world(tmp_path: Path, monkeypatch: Any, capfd: pytest.CaptureFixture[str]) -> World:
    """Return a machine with the roster above and no state."""
    monkeypatch.setenv("NETKEEP_DATABASE", f"sqlite:///{tmp_path / 'state' / 'netkeep.db'}")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return World(tmp_path, capfd)
