"""Whoever follows the deltas knows what a full listing says, whatever the user and the client did."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from googleapiclient.errors import HttpError

from tests.fakes.refusals import Refusal
from tests.fakes.samples import FIRST, coffee, series, times

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.samples import Client


@pytest.mark.parametrize("seed", range(5))
def test_deltas_add_up_to_the_full_listing(client: Client, seed: int) -> None:
    chance = Random(seed)
    client.fake.manners.page_size = chance.choice([None, 1, 3])
    client.insert(series()).execute()
    client.insert(coffee()).execute()
    found, token = client.everything(showDeleted=True)
    mirror = {item["id"]: item for item in found}

    for _ in range(6):
        for _ in range(chance.randint(1, 4)):
            _act(client, chance)
        found, token = client.everything(showDeleted=True, syncToken=token)
        mirror |= {item["id"]: item for item in found}

        full = {item["id"]: item for item in client.everything(showDeleted=True)[0]}
        told = {one: item for one, item in mirror.items() if one in full}
        assert told == full
        for one in mirror.keys() - full.keys():  # exceptions that went back to plain
            assert mirror[one]["start"] == mirror[one]["originalStartTime"]
            assert mirror[one] == client.get(one).execute()


def _act(client: Client, chance: Random) -> None:
    """Do one thing, by hand or through the API, to an event or occurrence that is alive."""
    alive = [item["id"] for item in client.fake.events(client.calendar)]
    masters = [one for one in alive if "recurrence" in (client.fake.event(one) or {})]
    for master in masters:
        alive += [item["id"] for item in client.instances(master, maxResults=5).execute()["items"]]
    if not alive:
        client.insert(series(f"series{chance.randrange(10**6)}")).execute()
        return
    one = chance.choice(alive)
    event: Any = client.fake.event(one)
    if event is None:
        return
    start = FIRST + timedelta(days=chance.randrange(60), hours=chance.randrange(8))
    user = client.fake.user
    acts: list[Callable[[], object]] = [
        lambda: user.rename(one, f"Title {chance.randrange(9)}"),
        lambda: user.delete(one),
        lambda: user.lengthen(one, timedelta(minutes=15)),
        lambda: client.patch(one, summary=f"Patched {chance.randrange(9)}").execute(),
        lambda: client.patch(one, **times(start)).execute(),
    ]
    if "recurrence" in event:
        acts.append(lambda: user.change_rule(one, f"RRULE:FREQ=WEEKLY;INTERVAL={chance.randint(1, 3)}"))
    else:
        acts.append(lambda: user.move(one, start))
    if "recurringEventId" in event:
        acts.append(lambda: user.move_following(one, start))
        acts.append(lambda: user.rename_following(one, "Split"))
        acts.append(lambda: user.delete_following(one))
    with suppress(HttpError, Refusal):  # a start behind the end of its series
        chance.choice(acts)()
