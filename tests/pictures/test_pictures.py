"""The pictures of README: their world is still one, and they are there, of the size they are shown in."""

import re
import struct
from pathlib import Path

import pytest

from tests.conftest import World
from tests.pictures.demo import NAMES, demo
from tests.pictures.make import PAGES, WIDTH

HERE = Path(__file__).parent
README = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def demo_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        site = demo(World(folder, None))  # type: ignore[arg-type]  # it runs no command
        yield site
        site.keeper.close()


def test_today_shows_what_to_confirm_a_promise_who_is_overdue_and_who_comes_next(demo_site):
    page = demo_site.client.get(PAGES["today"][0]).text

    assert "Presumed held" in page
    assert "An introduction to Omar" in page
    assert "days late" in page
    assert [one for one in ("Aiko Mori", "John Doe", "Sam Okafor") if one not in page] == []


def test_the_year_fits_and_has_days_kept_free(demo_site):
    page = demo_site.client.get(PAGES["year"][0]).text

    assert "everybody fits" in page
    assert "days kept free" in page


def test_everybody_of_the_pictures_is_among_the_people(demo_site):
    page = demo_site.client.get("/people").text

    assert [one for one in NAMES if one not in page] == []


@pytest.mark.parametrize("name", PAGES)
def test_readme_shows_each_picture_with_words_for_whoever_cannot_see_it(name):
    [words] = re.findall(rf"!\[([^\]]+)\]\(tests/pictures/{name}\.png\)", README)
    picture = (HERE / f"{name}.png").read_bytes()

    assert len(words) > 40
    assert struct.unpack(">4sII", picture[12:24]) == (b"IHDR", WIDTH, PAGES[name][1])
    assert len(picture) < 150_000
