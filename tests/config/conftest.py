"""A test's docstring is its roster, read by `roster`, or refused with `problems`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from netkeep_sync.config.roster_file import parse_roster
from netkeep_sync.errors import RosterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from netkeep_sync.core.roster import Roster

TODAY = date(2026, 11, 23)
FOLDER = Path("/home/ana/people")


def _parsed(text: str | bytes) -> Roster:
    return parse_roster(text, file="netkeep.yaml", folder=FOLDER, today=TODAY)


def _refused(text: str | bytes) -> list[str]:
    with pytest.raises(RosterError) as caught:
        _parsed(text)
    return [str(problem) for problem in caught.value.problems]


def _docstring(request: pytest.FixtureRequest) -> str:
    return dedent(request.function.__doc__).lstrip("\n")


@pytest.fixture
def roster(request: pytest.FixtureRequest) -> Roster:
    """Return the roster that the test's docstring is."""
    return _parsed(_docstring(request))


@pytest.fixture
def problems(request: pytest.FixtureRequest) -> list[str]:
    """Return what is wrong with the roster that the test's docstring is."""
    return _refused(_docstring(request))


@pytest.fixture
def parsed() -> Callable[[str | bytes], Roster]:
    """Return a reader of rosters that must be right."""
    return _parsed


@pytest.fixture
def refused() -> Callable[[str | bytes], list[str]]:
    """Return a reader of rosters that must be wrong."""
    return _refused
