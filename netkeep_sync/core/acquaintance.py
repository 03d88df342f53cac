"""Acquaintance: somebody from an address book who is no contact, and may become one.

Who of them is in the roster already is told by what is certain, the strongest first:

1. the email, in any case of its letters;
2. the profile at LinkedIn, where the contact's notes hold its address;
3. the whole name, in any order of its words and without titles, if nothing speaks against it: not
   another email, and not another profile.

The same name with another email *may* be the same person. That is told and never decided: nothing here
asks how alike two names look, for "Maria Garcia" looks more like "Mario Garcia" than "Bob Smith" like
"Robert Smith". The same rules find who stands in the address book twice; there another company speaks
against it too, and two profiles are two people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from netkeep_sync.core.contact import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from netkeep_sync.core.contact import Contact, Milestone

Found = TypeVar("Found")

__all__ = ["MOST_AT_ONCE", "Acquaintance", "Likely", "Met", "Sifted", "is_about", "notes_about", "sift"]

MOST_AT_ONCE = 20
"""How many are made contacts in one go. A thousand connections are not a network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """What an address book tells of a person, who stands on `line` of `file`, from 1.

    `url` is an address of theirs on the web, `groups` are the labels they have there. `connected_on` is
    the day on which they became a connection. `timezone` is an IANA name.
    """

    name: str
    file: str = ""
    line: int = 1
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str = ""
    position: str = ""
    city: str = ""
    timezone: str = ""
    url: str = ""
    notes: str = ""
    milestones: tuple[Milestone, ...] = ()
    connected_on: date | None = None
    groups: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """The first of the emails, empty without any."""
        return self.emails[0] if self.emails else ""

    @property
    def work(self) -> str:
        """What they do, and where: "Engineer, Acme"."""
        return ", ".join(filter(None, (self.position, self.company)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """An acquaintance who is a contact already."""

    acquaintance: Acquaintance
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """An acquaintance with the name of a contact, or of another acquaintance, and something else against it.

    `reason` says what: "another email".
    """

    acquaintance: Acquaintance
    namesake: Contact | Acquaintance
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """An address book held against the roster, everybody once and in the order of the book.

    `repeats` is how many entries told of somebody once more.
    """

    new: tuple[Acquaintance, ...]
    met: tuple[Met, ...]
    likely: tuple[Likely, ...]
    repeats: int


def sift(acquaintances: Iterable[Acquaintance], contacts: Sequence[Contact]) -> Sifted:
    """Tell the new ones from those who are contacts, and from those who may be. No contacts are compared
    with each other.
    """
    people, repeats = _once(acquaintances)
    by_email = {one.email.casefold(): one for one in contacts if one.email}
    by_profile = {profile: one for one in contacts for profile in _profiles(one.notes)}
    by_name: dict[tuple[str, ...], list[Contact]] = {}
    for contact in contacts:
        by_name.setdefault(_name_key(contact.name), []).append(contact)
    new, met, likely = [], [], []
    first_by_name: dict[tuple[str, ...], Acquaintance] = {}
    for one in people:
        namesakes = by_name.get(_name_key(one.name), [])
        found = _first(by_email.get(email) for email in _folded(one.emails))
        found = found or _first(by_profile.get(profile) for profile in _profiles(one.url))
        found = found or _first(each for each in namesakes if not _why_other(one, each))
        twin = first_by_name.setdefault(_name_key(one.name), one)
        if found:
            met.append(Met(acquaintance=one, contact=found))
        elif namesakes:
            reason = _why_other(one, namesakes[0])
            likely.append(Likely(acquaintance=one, namesake=namesakes[0], reason=reason))
        elif twin is not one and not _differ(_profiles(one.url), _profiles(twin.url)):
            likely.append(Likely(acquaintance=one, namesake=twin, reason=_why_twice(one, twin)))
        else:
            new.append(one)
    return Sifted(new=tuple(new), met=tuple(met), likely=tuple(likely), repeats=repeats)


def _once(acquaintances: Iterable[Acquaintance]) -> tuple[list[Acquaintance], int]:
    """Return everybody once, with what all their entries say, and how many entries that saved."""
    people: list[Acquaintance] = []
    index_by_email: dict[str, int] = {}
    index_by_profile: dict[str, int] = {}
    indexes_by_name: dict[tuple[str, ...], list[int]] = {}
    count = 0
    for count, one in enumerate(acquaintances, 1):  # noqa: B007  the last count is what is asked for
        emails, profiles, name = _folded(one.emails), _profiles(one.url), _name_key(one.name)
        index = _first(index_by_email.get(email) for email in emails)
        if index is None:
            index = _first(index_by_profile.get(profile) for profile in profiles)
        namesakes = indexes_by_name.setdefault(name, [])
        if index is None and len(namesakes) == 1 and not _why_twice(one, people[namesakes[0]]):
            index = namesakes[0]
        if index is None:
            index = len(people)
            people.append(one)
            namesakes.append(index)
        else:
            people[index] = _merged(people[index], one)
        index_by_email |= dict.fromkeys(emails, index)
        index_by_profile |= dict.fromkeys(profiles, index)
    return people, count - len(people)


def _merged(first: Acquaintance, again: Acquaintance) -> Acquaintance:
    """Return the first entry, filled up from another one of the same person."""
    known = {*_folded(first.emails)}
    return replace(
        first,
        emails=(*first.emails, *(one for one in again.emails if one.casefold() not in known)),
        phones=tuple(dict.fromkeys((*first.phones, *again.phones))),
        company=first.company or again.company,
        position=first.position or again.position,
        city=first.city or again.city,
        timezone=first.timezone or again.timezone,
        url=first.url or again.url,
        notes=first.notes or again.notes,
        milestones=first.milestones or again.milestones,
        connected_on=first.connected_on or again.connected_on,
        groups=tuple(dict.fromkeys((*first.groups, *again.groups))),
    )


def _why_other(one: Acquaintance, contact: Contact) -> str:
    """Return what speaks against one who has the name of a contact; empty when nothing does."""
    if contact.email and one.emails and contact.email.casefold() not in _folded(one.emails):
        return "another email"
    ours, theirs = _profiles(contact.notes), _profiles(one.url)
    return "another profile at LinkedIn" if ours and theirs and not {*ours} & {*theirs} else ""


def _why_twice(one: Acquaintance, other: Acquaintance) -> str:
    """Return what speaks against two entries of one name; empty when nothing does."""
    if one.emails and other.emails and not {*_folded(one.emails)} & {*_folded(other.emails)}:
        return "another email"
    if _differ(_profiles(one.url), _profiles(other.url)):
        return "another profile at LinkedIn"
    return "another company" if _differ(slug(one.company), slug(other.company)) else ""


def _differ(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    return bool(ours and theirs and ours != theirs)


def _folded(emails: Iterable[str]) -> list[str]:
    return [email.casefold() for email in emails]


_PROFILE = re.compile(r"linkedin\.com/(?:in|pub)/([^\s/?#;,)]+)", re.IGNORECASE)


def _profiles(text: str) -> tuple[str, ...]:
    """Return the names that people have at LinkedIn, out of the addresses in a text."""
    return tuple(name.casefold() for name in _PROFILE.findall(text))


_IN_BRACKETS = re.compile(r"\([^()]*\)")
_TITLES = frozenset(
    {"dr", "prof", "mr", "mrs", "ms", "herr", "frau", "ing", "dipl", "phd", "mba", "msc", "bsc", "jr", "sr"}
)


def _name_key(name: str) -> tuple[str, ...]:
    """Return what two spellings of a name share: its words, sorted, without titles and nicknames."""
    words = slug(_IN_BRACKETS.sub(" ", name)).split("-")
    return tuple(sorted(word for word in words if word not in _TITLES) or words)


def _first(found: Iterable[Found | None]) -> Found | None:
    return next((one for one in found if one is not None), None)


def is_about(one: Acquaintance, words: str) -> bool:
    """Tell whether all of the words begin words of what is known of somebody: their name, work, city,
    groups or emails.
    """
    told = " ".join((one.name, one.work, one.city, *one.groups, *one.emails))
    have = slug(told).split("-")
    return all(any(word.startswith(wanted) for word in have) for wanted in slug(words).split("-"))


def notes_about(one: Acquaintance) -> str:
    """Return in one line what to remember of somebody that has no key of its own in a roster."""
    return "; ".join(_told(one))


def _told(one: Acquaintance) -> Iterator[str]:
    if one.work:
        yield one.work
    if one.connected_on:
        yield f"connected since {one.connected_on.day} {one.connected_on:%b %Y}"
    for phone in one.phones[:2]:
        yield f"phone {phone}"
    if one.url:
        yield one.url
    if one.notes:
        yield " ".join(one.notes.split())
