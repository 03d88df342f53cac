"""A language that nobody speaks: every message as it is, in letters of twice the width.

Whatever is shown in it and holds plain letters was not translated. So what is new is found too, by tests that
know nothing of it. Only messages that are collected are in its catalogue: what a translator never sees, stays
plain here as it would stay English there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from netkeep_sync.core.language import Language
from tests.languages.catalogues import messages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netkeep_sync.core.channel import Channel
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.roster import Roster

__all__ = ["PSEUDO", "known_words", "plain_words", "shown_text", "spoken"]

_KEPT = re.compile(
    r"\{\w+\}|%\(\w+\)[sd]|<code>[^<]*</code>|<[^>]+>|`[^`]*`|netkeep-sync|Google Calendar|Google"
)
"""Values, markup, commands and names, which every language leaves as they are."""

_WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in map(chr, range(128)) if letter.isalpha()}
_PLAIN = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")


def widened(message: str) -> str:
    """Return a message in wide letters, but for what stays as it is."""
    rest = 0
    parts = []
    for kept in _KEPT.finditer(message):
        parts += [message[rest : kept.start()].translate(_WIDE), kept[0]]
        rest = kept.end()
    return "".join([*parts, message[rest:].translate(_WIDE)])


class _Catalogue(NullTranslations):
    def __init__(self) -> None:
        super().__init__()
        self._known = {
            (one.context, form)
            for one in messages()
            for form in (one.id if isinstance(one.id, (tuple, list)) else (one.id,))
        }

    def gettext(self, message: str) -> str:
        return self._said(None, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._said(None, msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self._said(context, message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self._said(context, msgid1 if n == 1 else msgid2)

    def _said(self, context: str | None, message: str) -> str:
        return widened(message) if (context, message) in self._known else message


PSEUDO = Language(code="wide", catalogue=_Catalogue())


def spoken(roster: Roster) -> Roster:
    """Return a roster whose file would ask for this language."""

    def channel(one: Channel) -> Channel:
        return replace(one, title=PSEUDO.gettext(one.title))

    def contact(one: Contact) -> Contact:
        return replace(one, channel=channel(one.channel))

    return replace(
        roster,
        language=PSEUDO,
        contacts=tuple(map(contact, roster.contacts)),
        trips=tuple(replace(one, channels=tuple(map(channel, one.channels))) for one in roster.trips),
    )


# -- what is shown ------------------------------------------------------------------------------------


class _Shown(HTMLParser):
    """What people see or hear of a page, but for what it says to be English, and code."""

    _UNSEEN = frozenset({"code", "pre", "script", "style"})
    _HEARD = frozenset({"alt", "aria-label", "placeholder", "title"})
    _VOID = frozenset({"input", "link", "meta", "br", "hr", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden_by: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if self._hidden_by:
            self._hidden_by += [tag] * (tag == self._hidden_by[0])
        elif tag in self._UNSEEN or told.get("lang") == "en":
            self._hidden_by.append(tag)
        else:
            self.found += [value for name, value in attrs if name in self._HEARD and value]

    def handle_endtag(self, tag: str) -> None:
        if self._hidden_by and tag == self._hidden_by[0]:
            self._hidden_by.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden_by and data.strip():
            self.found.append(data.strip())


def shown_text(page: str) -> list[str]:
    """Return each piece of a page that people read or hear."""
    shown = _Shown()
    shown.feed(page)
    return shown.found


def known_words(roster: Roster) -> frozenset[str]:
    """Return what the owner has written in the roster, which is theirs in every language."""
    told = {roster.owner.name, roster.owner.email, *(one.key for one in roster.categories)}
    for one in (*roster.contacts, *(each.contact for each in roster.bench)):
        told |= {
            one.key,
            one.name,
            one.name.split()[0],
            one.category,
            one.notes,
            one.email,
            one.place,
            one.city,
        }
        told |= {*one.ask, *one.offer, one.timezone or "", *one.notes.splitlines()}
    told |= {trip.city for trip in roster.trips}
    return frozenset(filter(None, [*told, roster.timezone]))


def plain_words(text: str, *, but: Iterable[str] = ()) -> list[str]:
    """Return what of a text is in no language but the one it was written in."""
    for known in sorted(but, key=len, reverse=True):
        text = text.replace(known, " ")
    return _PLAIN.findall(_KEPT.sub(" ", text))
