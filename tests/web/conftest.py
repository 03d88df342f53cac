"""Served worlds."""

import pytest

from tests.conftest import World
from tests.web.site import PUBLIC, Site, lived

SERVE = f"serve: {{public_url: {PUBLIC}}}\ntimezone:"
PROXY = f"serve: {{public_url: {PUBLIC}, proxy: {{from: [10.0.0.1], user: ana}}}}\ntimezone:"


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


def served(tmp_path_factory, name, serve=""):
    folder = tmp_path_factory.mktemp(name)
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_DATA_HOME", str(folder / "data"))
    world = World(folder, None)  # type: ignore[arg-type]  # it runs no command
    if serve:
        world.edit("timezone:", serve)
    site = Site(world)
    patch.undo()
    return site


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """Return a site that nobody has said anything of to others."""
    site = served(tmp_path_factory, "here")
    yield site
    site.keeper.close()


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """Return a site with a public address and a password."""
    site = served(tmp_path_factory, "public", SERVE)
    site.set_password()
    yield site
    site.keeper.close()


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    """Return a site behind a proxy that knows who is there."""
    site = served(tmp_path_factory, "proxied", PROXY)
    yield site
    site.keeper.close()
