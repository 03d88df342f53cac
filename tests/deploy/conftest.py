"""What is built once for all tests of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.deploy.tools import ROOT
from tests.deploy.wheels import built, packed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of the program."""
    return built(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a wheel of everything that the locks pin."""
    return packed(tmp_path_factory.mktemp("wheels"))
