"""An address book held against the roster: who is new, who is there already, and who may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.output.screen import make_console
from netkeep_sync.cli.output.table import print_table
from netkeep_sync.core.words import count, cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.core.acquaintance import Acquaintance, Sifted
    from netkeep_sync.sources.address_book import AddressBook

__all__ = ["SHOWN", "print_book", "print_people", "print_problems"]

SHOWN = 20
_NAMED = 5
_FORMATS = {
    "linkedin": "connections of LinkedIn",
    "google": "Google Contacts",
    "vcard": "vCards",
    "csv": "a list of people",
}


def print_problems(book: AddressBook) -> None:
    """Tell the first problems of a file, and how many more there are."""
    shown, more = cut(book.problems, most=_NAMED)
    for problem in shown:
        click.echo(str(problem), err=True)
    if more:
        click.echo(f"and {count(more, 'problem')} more", err=True)


def print_book(file: str, book: AddressBook, sifted: Sifted) -> None:
    """Print what a file holds, in numbers, and whom the roster knows or may know."""
    words = _FORMATS.get(str(book.format), "a list of people")
    counted = [f"{len(sifted.new)} new", f"{len(sifted.met)} in your roster already"]
    if sifted.likely:
        counted.append(f"{len(sifted.likely)} of a name that is there")
    if sifted.repeats:
        counted.append(f"{sifted.repeats} told twice")
    if book.nameless:
        counted.append(f"{book.nameless} without a name")
    click.echo(f"{file}, {words}: {', '.join(counted)}")
    _print_some("already there", [f"{one.acquaintance.name} ({one.contact.key})" for one in sifted.met])
    shown, more = cut(sifted.likely, most=_NAMED)
    for one in shown:
        known = one.acquaintance.email or one.acquaintance.work
        who = ", ".join(filter(None, (one.acquaintance.name, known)))
        click.echo(f"  maybe: {who}: the name of {one.namesake.name}, but {one.reason}")
    if more:
        click.echo(f"  and {more} more of whom that is so")


def _print_some(label: str, names: Sequence[str]) -> None:
    if names:
        shown, more = cut(names, most=_NAMED)
        click.echo(f"  {label}: {', '.join(shown)}{f' and {more} more' if more else ''}")


def print_people(people: Sequence[Acquaintance]) -> None:
    """Print the first people of a list with their numbers, and how many more there are."""
    console = make_console()
    rows = []
    shown, more = cut(people, most=SHOWN)
    for number, one in enumerate(shown, 1):
        since = f"{one.connected_on:%b %Y}" if one.connected_on else ""
        rows.append((str(number), one.name, one.work, one.email, since))
    click.echo()
    print_table(console, ("", "Who", "Does what", "Email", "Since"), rows)
    if more:
        click.echo(f"and {more} more")
