"""The life of one roster: an owner changes their mind, drags and deletes, and the network fails.

All of it is drawn from a seed. At the end of a quarter nothing happens but passes, three at the most; then
the calendar holds what the plan does, nobody twice, and nothing that the owner has deleted
(`Turmoil.settles`). After every request the watch has looked as well (`google_watch.py`).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from tests.fakes.manners import Manners
from tests.stories.google_world import ROSTER, GoogleWorld
from tests.stories.turmoil import CADENCES, DURING_A_PASS, FAILING, FAULTS, OF_RHYTHM, ON_EVENTS, Turmoil

if TYPE_CHECKING:
    from collections.abc import Callable

    from netkeep_sync.service.sync_pass import Pass
    from tests.fakes.ledger import Call

    Things = tuple[tuple[int, Callable[["Turmoil", "Chance"], None]], ...]

NAMES = ("John Doe", "Joan Diaz", "Grace Liu", "Max Roe", "Ada Byron", "Bo Ek", "Cy Young", "Eve Moss")
AT_WORK = DURING_A_PASS
QUARTER_DAYS = 91
GENERATIONS = 400


@dataclass(slots=True)
class Life:
    """What a roster went through. `trouble` is what was not as it must be, "" where all was."""

    number: int
    days: int = 0
    passes: int = 0
    requests: int = 0
    gestures: int = 0
    failures: int = 0
    quarters: int = 0
    trouble: str = ""

    @property
    def is_troubled(self) -> bool:
        return bool(self.trouble)


@dataclass(frozen=True, slots=True)
class Chance:
    """What is drawn."""

    random: Random
    names: tuple[str, ...]

    def name(self) -> str:
        return self.random.choice(self.names)

    def number(self) -> int:
        return self.random.randrange(6)

    def shift(self) -> timedelta:
        return timedelta(days=self.random.randint(-6, 9), hours=self.random.randint(-2, 6))

    def is_so(self, share: float = 0.5) -> bool:
        return self.random.random() < share


def _gesture(whats: tuple[str, ...]) -> Callable[[Turmoil, Chance], None]:
    def act(turmoil: Turmoil, chance: Chance) -> None:
        turmoil.gesture(chance.random.choice(whats), chance.number(), chance.shift())

    return act


def _fault(turmoil: Turmoil, chance: Chance) -> None:
    turmoil.something_will_fail(
        method=chance.random.choice(FAILING),
        nth=chance.random.randint(1, 3),
        fault=chance.random.choice(FAULTS),
        times=chance.random.choice((1, 2, 9)),
        applied=chance.is_so(),
    )


def _loss(turmoil: Turmoil, chance: Chance) -> None:
    """Lose the database, and have a new one learn of everybody."""
    turmoil.world.lose_database()
    turmoil.world.fake.faults.clear()
    turmoil.a_pass()


THINGS: Things = (
    (12, _gesture(("drag",))),
    (8, _gesture(("delete",))),
    (12, _gesture(ON_EVENTS)),
    (1, _gesture(("delete all",))),
    (4, _gesture(OF_RHYTHM)),
    (1, lambda turmoil, _: turmoil.brings_a_series_back()),
    (2, lambda turmoil, _: turmoil.brings_an_occurrence_back()),
    (1, lambda turmoil, _: turmoil.writes_down_something_else()),
    (6, lambda turmoil, chance: turmoil.notes_are_edited(chance.name())),
    (4, lambda turmoil, chance: turmoil.a_cadence_is_edited(chance.name(), chance.random.choice(CADENCES))),
    (4, lambda turmoil, chance: turmoil.days_are_taken_off(chance.number())),
    (2, lambda turmoil, chance: turmoil.somebody_leaves_the_roster(chance.name())),
    (4, lambda turmoil, chance: turmoil.somebody_joins_the_roster(chance.name())),
    (3, lambda turmoil, chance: turmoil.the_owner_pauses_or_resumes(chance.name(), is_on=chance.is_so(0.7))),
    (2, lambda turmoil, _: turmoil.world.fake.expire_sync_tokens()),
    (2, lambda turmoil, _: turmoil.world.fake.forget_tombstones()),
    (1, _loss),
    (16, _fault),
)
"""What may happen between two passes, with how often."""

PASSES: Things = (
    (30, lambda turmoil, _: turmoil.a_pass()),
    (
        5,
        lambda turmoil, chance: turmoil.a_pass_that_is_killed(
            step=chance.random.randint(1, 12), is_before=chance.is_so()
        ),
    ),
    (
        5,
        lambda turmoil, chance: turmoil.a_pass_with_the_owner_at_work(
            chance.random.randint(1, 6), chance.random.choice(AT_WORK), chance.number(), chance.shift()
        ),
    ),
)

ON_TWO_MACHINES: Things = (
    (2, lambda turmoil, _: turmoil.a_pass_on_the_other_machine()),
    (2, lambda turmoil, chance: turmoil.a_pass_on_two_machines_at_once(chance.random.randint(1, 6))),
)
"""One roster in five has an owner with two of them, each with a database of its own."""


class LongWorld(GoogleWorld):
    """A world whose machines keep databases and lines to Google open, as one that serves does."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.services: dict[int, Any] = {}

    def service(self) -> Any:
        if self.database not in self.services:
            self.services[self.database] = super().service()
        return self.services[self.database]

    def run(self, **how: Any) -> Pass:
        try:
            return super().run(**{"store": self.store()} | how)
        except BaseException:  # killed, or given up: the next pass calls anew
            self.services.pop(self.database, None)
            raise


def live(number: int, *, seed: int, days: int) -> Life:
    """Live one roster's life, and return what came of it."""
    random = Random(f"{seed} {number}")
    names = tuple(random.sample(NAMES, random.randint(2, 6)))
    chance, life = Chance(random, names), Life(number)
    with tempfile.TemporaryDirectory() as folder:
        world = LongWorld.at(Path(folder), text=_roster(chance), manners=_manners(random))
        world.watch.generations = GENERATIONS
        turmoil = Turmoil(world)
        world.fake.after_each(lambda call: _count(life, call))
        try:
            _go_on(turmoil, chance, life, days)
        except AssertionError as error:
            told = "\n".join(turmoil.story[-6:])
            life.trouble = f"{world.now:%d %b %Y}, after\n{told}\n{error}"
        finally:
            world.stop()
        life.gestures, life.passes = len(turmoil.story), world.passes
    return life


def _go_on(turmoil: Turmoil, chance: Chance, life: Life, days: int) -> None:
    passes = PASSES
    since, settled_on = turmoil.world.now, turmoil.world.now
    turmoil.a_pass()
    if chance.is_so(0.2):
        passes += ON_TWO_MACHINES
        turmoil.a_pass_on_the_other_machine()
    while life.days < days:
        for _ in range(chance.random.choice((0, 1, 1, 2))):
            _one_of(THINGS, chance)(turmoil, chance)
        _one_of(passes, chance)(turmoil, chance)
        turmoil.nothing_forbidden_was_done()
        turmoil.world.wait(days=chance.random.randint(1, 21), hours=chance.random.randint(0, 12))
        life.days = (turmoil.world.now - since).days
        if (turmoil.world.now - settled_on).days >= QUARTER_DAYS:
            turmoil.settles()
            settled_on = turmoil.world.now
            life.quarters += 1


def _one_of(things: Things, chance: Chance) -> Callable[[Turmoil, Chance], None]:
    weights = [weight for weight, _ in things]
    [(_, thing)] = chance.random.choices(things, weights)
    return thing


def _count(life: Life, call: Call) -> None:
    life.requests += 1
    life.failures += call.status == 0 or call.status >= 429


def _roster(chance: Chance) -> str:
    """Return a roster of these names, each with a cadence of their own."""
    head, _, rest = ROSTER.partition("contacts:\n")
    _, _, foot = rest.partition("notes: Builds a data team.}\n")
    categories = ("peers", "leaders")
    people = [
        f"      - {{name: {name}, category: {chance.random.choice(categories)}, "
        f"cadence: {chance.random.choice(CADENCES)}}}\n"
        for name in chance.names
    ]
    return f"{head}contacts:\n{''.join(people)}{foot}"


def _manners(random: Random) -> Manners:
    return Manners(
        page_size=random.choice((None, 1, 3)),
        empty_pages=random.random() < 0.5,
        arrange=random.choice((list, lambda ids: ids[::-1])),
        bare_tombstones=random.random() < 0.5,
        tells_of_lost_exceptions=random.random() < 0.5,
        revives=random.random() < 0.5,
        noop_keeps_etag=random.random() < 0.5,
    )
