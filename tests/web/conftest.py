"""Served worlds."""

import pytest

from tests.conftest import World
from tests.web.site import Site, lived


@pytest.fixture
def site(world):
    site = Site(world)
    yield site
    site.keeper.close()


@pytest.fixture(scope="module")
def still_site(tmp_path_factory):
    """Return a site for many tests: those in which nothing may change."""
    folder = tmp_path_factory.mktemp("still")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        site = Site(World(folder, None))  # type: ignore[arg-type]  # it runs no command
        yield site
        site.keeper.close()


@pytest.fixture(scope="module")
def lived_site(tmp_path_factory):
    """Return a site after half a year of use, for many tests: those that only look."""
    folder = tmp_path_factory.mktemp("lived")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        site = lived(World(folder, None))  # type: ignore[arg-type]  # it runs no command
        yield site
        site.keeper.close()


@pytest.fixture
def busy_site(world):
    """Return a site after half a year of use, to go on with."""
    site = lived(world)
    yield site
    site.keeper.close()
