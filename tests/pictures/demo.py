"""The world of the pictures: invented people, and half a year in which they were met, missed or let go."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from netkeep_sync.service.answers import Exchange
from tests.web.site import Site

if TYPE_CHECKING:
    from tests.conftest import World

BEGUN = datetime(2026, 4, 13, 9, 30, tzinfo=UTC)

ROSTER = """
    roster: demo
    owner: {name: Ana Kaya, email: ana@example.com}
    timezone: Europe/Berlin
    capacity: {per_day: 1, per_week: 2}
    availability:
      days: [mon, tue, wed, thu]
      holidays: DE
      away: [2026-12-21..2027-01-03, 2027-07-19..2027-08-06]
    categories:
      recruiters:
        {cadence: quarterly, channel: coffee, keep: 2, ask: [What kind of roles are you working on?],
         offer: [People I know who are looking]}
      hiring leaders:
        {cadence: every 6 months, channel: video, keep: 2, ask: [What keeps you up at night?],
         offer: [What we learned when we solved the same thing]}
      vendors: {cadence: every 6 months, channel: lunch, keep: 2, offer: [A reference, when it is deserved]}
      peers:
        {cadence: every 2 months, channel: coffee, keep: 2, ask: [What are you learning at the moment?],
         offer: [A second pair of eyes]}
      old colleagues:
        {cadence: every 2 months, channel: call, keep: 2, ask: ["How are you, really?"],
         offer: [An introduction to somebody here]}
    contacts:
      - {name: John Doe, category: recruiters, last_met: 2026-02-16, place: Café Mitte,
         notes: Training for his first marathon.}
      - {name: Mia Novak, category: recruiters, last_met: 2026-02-24}
      - {name: Grace Liu, category: hiring leaders, last_met: 2026-01-08, timezone: America/New_York}
      - {name: Omar Haddad, category: hiring leaders, last_met: 2026-03-16}
      - {name: Petra Lind, category: vendors, last_met: 2026-02-13}
      - {name: Tomás Rivera, category: peers, last_met: 2026-03-04, notes: Learns the cello.}
      - {name: Aiko Mori, category: peers, last_met: 2026-03-09, milestones: {birthday: 12-08}}
      - {name: Lena Hoffmann, category: old colleagues, last_met: 2026-03-09}
      - {name: Sam Okafor, category: old colleagues, last_met: 2026-02-24,
         notes: Moves back from Lagos in spring.}
    """

NAMES = (
    *("John Doe", "Mia Novak", "Grace Liu", "Omar Haddad", "Petra Lind"),
    *("Tomás Rivera", "Aiko Mori", "Lena Hoffmann", "Sam Okafor"),
)


def demo(world: World) -> Site:
    """Return the served world, on a Monday in November."""
    world.write(ROSTER)
    site = Site(world, now=BEGUN)
    answer = site.keeper.answer
    site.wait(weeks=8)
    answer("tomas-rivera", lambda desk: desk.held(note="Thinks of moving to Porto."))
    answer("john-doe", lambda desk: desk.held(exchange=Exchange(gave=("A review of his CV",))))
    site.wait(weeks=8)
    answer("lena-hoffmann", lambda desk: desk.held(note="Leads a team of her own now."))
    site.wait(weeks=8)
    answer("mia-novak", lambda desk: desk.held(note="Looks for a data engineer."))
    site.wait(weeks=8)
    promise = Exchange(promised=("An introduction to Omar",), by_on=date(2026, 11, 26))
    answer("lena-hoffmann", lambda desk: desk.held(exchange=promise))
    answer("sam-okafor", lambda desk: desk.missed())
    site.keeper.apply()
    return site
