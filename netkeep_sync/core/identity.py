"""Identity: who of the roster is whom of the people known so far, so that a rename keeps the history.

A key names a contact's facts and is part of every id on the calendar, so it must outlive the name. In the
file a contact's own key is their `id`, else the slug of their name. What tells that a person is known, the
strongest first:

1. An `id` says it; nothing else is asked, and nobody else gets that key.
2. The email is the one last seen with a known key: the history follows the email. So two people who swap
   names take their histories along, and who left comes back under any name. Only where an email changes
   hands between two who both keep their names, and is not given back in turn, it is the email that was
   corrected: the names stand.
3. The name is the one last seen with a known key: then the email has changed, or there is none.

Everybody else is new, with their own key, or with "john-doe-2" where "john-doe" was given before: a name
that its first bearer gave up, or its slug, never brings somebody else's history. So a rename without an
email makes a new person; an `id` with the old key keeps the old one.

What is known of a key is what the roster said last. An email belongs to one key, that of its last bearer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from netkeep_sync.core.contact import slug

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.roster import Roster

__all__ = ["Known", "news", "recognise", "recognise_all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A contact of this roster or of an earlier one, with the name and email last seen."""

    key: str
    name: str
    email: str = ""


def recognise(contacts: Sequence[Contact], known: Iterable[Known]) -> tuple[Contact, ...]:
    """Return the contacts under the keys that their histories have, sorted by key.

    Own keys and emails must be unique, as they are in a roster. Who is recognised once always is: in what
    this returns, and after its `news` are remembered too.
    """
    known = tuple(known)
    given = [contact for contact in contacts if contact.is_key_given]
    named = [(slug(contact.name), contact) for contact in contacts if not contact.is_key_given]
    taken = {contact.key for contact in given}
    free = [one for one in known if one.key not in taken]
    email_by_name = {name: contact.email.casefold() for name, contact in named}
    name_by_key = {one.key: slug(one.name) for one in free}
    key_by_email = {one.email.casefold(): one.key for one in free if one.email}

    key_by_name = _by_email(email_by_name, key_by_email, name_by_key)
    key_by_name |= _by_name(email_by_name.keys() - key_by_name.keys(), name_by_key, set(key_by_name.values()))
    taken |= {one.key for one in known}
    for name in email_by_name.keys() - key_by_name.keys():
        key_by_name[name] = name if name not in taken else _numbered(name, taken | email_by_name.keys())
    recognised = (
        # Most have it already, and a copy costs more than all the rest.
        contact if contact.key == key_by_name[name] else replace(contact, key=key_by_name[name])
        for name, contact in named
    )
    return tuple(sorted((*given, *recognised), key=lambda contact: contact.key))


def recognise_all(roster: Roster, known: Iterable[Known]) -> Roster:
    """Return the roster with everybody in it recognised, those on the bench too."""
    if not roster.bench:
        return replace(roster, contacts=recognise(roster.contacts, known))
    resting = {_own_name(one.contact): one for one in roster.bench}
    everybody = recognise((*roster.contacts, *(one.contact for one in roster.bench)), known)
    return replace(
        roster,
        contacts=tuple(one for one in everybody if _own_name(one) not in resting),
        bench=tuple(
            replace(resting[_own_name(one)], contact=one) for one in everybody if _own_name(one) in resting
        ),
    )


def _own_name(contact: Contact) -> tuple[bool, str]:
    """Return what a file calls somebody by, whatever their key is."""
    return contact.is_key_given, contact.key if contact.is_key_given else slug(contact.name)


def news(contacts: Iterable[Contact], known: Iterable[Known]) -> tuple[Known, ...]:
    """Return what is to be remembered of recognised contacts: the records that are new or have changed.

    Who has left stays known, without an email that another one has now.
    """
    before = {one.key: one for one in known}
    now = {one.key: Known(key=one.key, name=one.name, email=one.email) for one in contacts}
    passed_on = {one.email.casefold() for one in now.values()} - {""}
    left = {
        one.key: replace(one, email="")
        for one in before.values()
        if one.key not in now and one.email.casefold() in passed_on
    }
    return tuple(one for key, one in sorted((now | left).items()) if before.get(key) != one)


def _by_email(
    email_by_name: Mapping[str, str], key_by_email: Mapping[str, str], name_by_key: Mapping[str, str]
) -> dict[str, str]:
    """Return the known keys of those whom their email tells, by name."""
    found = {name: key_by_email[email] for name, email in email_by_name.items() if email in key_by_email}
    known_names = set(name_by_key.values())
    while True:
        others = email_by_name.keys() - found.keys()
        corrected = [
            name for name, key in found.items() if name in known_names and name_by_key[key] in others
        ]
        if not corrected:
            return found
        for name in corrected:  # then who has an email of theirs may be among the others
            del found[name]


def _by_name(names: Collection[str], name_by_key: Mapping[str, str], used: Collection[str]) -> dict[str, str]:
    """Return the known keys last seen with these names; of several, the one that is the name itself."""
    found: dict[str, str] = {}
    for key, name in sorted(name_by_key.items()):
        if name in names and key not in used and (name not in found or key == name):
            found[name] = key
    return found


def _numbered(name: str, taken: Collection[str]) -> str:
    return next(key for number in count(2) if (key := f"{name}-{number}") not in taken)
