"""The page of the review."""

import re
from datetime import UTC, datetime

import pytest

from netkeep_sync.core.fact import Missed
from tests.web.site import BUSY_LIFE, Site

PEOPLE = """
    roster: life
    owner: {name: Ana Kaya, email: ana@example.com}
    timezone: Europe/Berlin
    categories:
      peers: {cadence: monthly, channel: coffee, keep: 3}
      vendors: {cadence: monthly, channel: call, keep: 1}
    contacts:
      # comes every month
      - {name: Aiko Mori, category: peers}
      - {name: Bao Tran, category: vendors, last_met: 2025-10-01}  # never has time
    """


def a_year_without_bao(world, *, of=lambda roster: roster):
    """Return a site after a year in which Bao never came."""
    world.write(PEOPLE)
    site = Site(world, now=datetime(2025, 11, 3, 9, 30, tzinfo=UTC), of=of)
    for _ in range(24):
        site.wait(weeks=2)
        history = site.keeper.view.outlook.histories["bao-tran"]
        for one in history.outcomes:
            if one.slot is not None and one.result == "held":
                site.keeper._store.add_facts(
                    [Missed(contact="bao-tran", noted_at=site.now, source="web", slot=one.slot)]
                )
        site.keeper.apply()
    return site


@pytest.fixture
def slipping(world):
    site = a_year_without_bao(world)
    yield site
    site.keeper.close()


def test_it_tells_of_everybody_and_what_is_worth_a_change(slipping):
    page = slipping.client.get("/review").text

    assert "Your network in July to September 2026" in page
    assert "<b>Bao Tran</b>: rest until Apr 2027" in page
    assert "To keep" in page.partition("Bao Tran")[2]


def test_what_is_chosen_is_shown_and_not_written(slipping):
    before = slipping.world.path.read_bytes()
    page = slipping.client.get("/review", params={"choose": "bao-tran"}).text

    assert "What would be written" in page
    assert "again: 2027-04-01" in page
    assert slipping.world.path.read_bytes() == before


def test_whoever_ticks_nobody_is_told_so(slipping):
    assert "Tick whom it is about first." in slipping.client.get("/review", params={"show": "diff"}).text
    assert "Tick whom" not in slipping.client.get("/review").text


def test_what_was_shown_is_written_and_nothing_else(slipping):
    page = slipping.client.get("/review", params={"choose": "bao-tran"}).text
    [digest] = re.findall(r'name="digest" value="(\w+)"', page)
    told = slipping.told("/review/apply", choose="bao-tran", digest=digest)
    text = slipping.world.path.read_text(encoding="utf-8")

    assert "Written: 1 change." in told
    assert "# comes every month\n  - {name: Aiko Mori, category: peers}\n" in text
    assert text.endswith(
        "bench:\n"
        "  - {name: Bao Tran, category: vendors, last_met: 2025-10-01, again: 2027-04-01}  # never has time\n"
    )
    assert [one.key for one in slipping.keeper.view.outlook.roster.contacts] == ["aiko-mori"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"choose": "bao-tran", "digest": "other"}, "another one by now"),
        ({"choose": "", "digest": ""}, "choose somebody first"),
        ({"choose": "aiko-mori"}, "choose somebody first"),
    ],
)
def test_what_was_not_shown_is_not_written(slipping, fields, told):
    before = slipping.world.path.read_bytes()

    assert told in slipping.told("/review/apply", **fields)
    assert slipping.world.path.read_bytes() == before


def test_it_tells_how_to_have_it_in_the_calendar(still_site):
    assert "write <code>review: quarterly</code>" in still_site.client.get("/review").text


def test_where_nothing_asks_for_a_change_it_says_what_would(still_site):
    page = still_site.client.get("/review").text

    assert "Nothing asks for a change" in page
    assert "Everybody stays as they are. A change is proposed here when" in page


def test_an_empty_list_is_told_how_to_begin(world):
    world.write(BUSY_LIFE.partition("    contacts:")[0])
    site = Site(world)

    assert "Nobody here yet" in site.client.get("/review").text
    site.keeper.close()
