"""A machine whose owner has a calendar at Google, for the documents that speak of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.google import Google

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import World


@pytest.fixture
def google(world: World, monkeypatch: Any) -> Iterator[Google]:
    """Return a machine whose owner has a calendar at Google in the roster, and has signed in."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    machine = Google(world)
    with machine.fake:
        monkeypatch.setenv("NETKEEP_GOOGLE_STAND_IN", machine.fake.origin)
        machine.sign_in()
        yield machine
