"""Whom the owner means, in their own words: any part of a name that fits one person, a key, or an email.

Whoever is looked for in an outlook's roster is found under the key that facts have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.contact import AnyNamed, find_contacts, slug
from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.errors import UnknownContact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.roster import Roster

__all__ = ["anybody_named", "contact_and_rest", "contact_keyed", "contact_named", "is_resting", "one_named"]


def one_named(people: Sequence[AnyNamed], words: str) -> AnyNamed:
    """Return the one of these people that `words` can mean. Raises UnknownContact with the candidates."""
    found = find_contacts(people, words)
    # A key may be the name that another one had before.
    named = tuple(one for one in found if slug(one.name) == slug(words))
    if len(found) == 1 or len(named) == 1:
        return (named or found)[0]
    if found:
        candidates = "; ".join(f"{one.name} ({one.key})" for one in found)
        raise UnknownContact(f'"{words}" may be any of: {candidates}; write more of the name')
    names = [one.name for one in people]
    by_slug = {slug(part): name for name in names for part in (name, *name.split())}
    meant = did_you_mean(slug(words), by_slug, at_most=len(by_slug))
    advice = f'did you mean "{by_slug[meant]}"?' if meant else "see `netkeep-sync status` for all"
    raise UnknownContact(f'nobody in the roster is called "{words}"; {advice}')


def contact_named(roster: Roster, words: str) -> Contact:
    """Return the one on the list whom `words` can mean.

    Raises UnknownContact with the candidates, or saying that they rest.
    """
    bench = _bench(roster)
    resting = find_contacts(bench, words)
    if resting and not find_contacts(roster.contacts, words):
        one = one_named(bench, words)
        raise UnknownContact(
            f"{one.name} rests on the bench; `netkeep-sync resume {one.key}` brings them back"
        )
    return one_named(roster.contacts, words)


def anybody_named(roster: Roster, words: str) -> Contact:
    """Return the one on the list or the bench whom `words` can mean. Raises UnknownContact."""
    return one_named((*roster.contacts, *_bench(roster)), words)


def is_resting(roster: Roster, contact: Contact) -> bool:
    """Tell whether somebody is on the bench."""
    return contact in _bench(roster)


def contact_keyed(roster: Roster, key: str) -> Contact:
    """Return the one on the list who has this key. Raises UnknownContact."""
    found = next((one for one in roster.contacts if one.key == key), None)
    if found is None:
        raise UnknownContact("nobody in the roster has that key any more")
    return found


def contact_and_rest(roster: Roster, words: Sequence[str]) -> tuple[Contact, str]:
    """Return the one on the list whom the first words name, as many of them as name anybody, and the other
    words. Raises UnknownContact with the candidates.
    """
    for number in range(len(words), 1, -1):
        if find_contacts(roster.contacts, " ".join(words[:number])):
            return contact_named(roster, " ".join(words[:number])), " ".join(words[number:])
    return contact_named(roster, words[0]), " ".join(words[1:])


def _bench(roster: Roster) -> tuple[Contact, ...]:
    return tuple(one.contact for one in roster.bench)
