"""`import`: a few people of an address book become contacts; nobody unseen, and never all of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.consent import consent_options
from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.core.acquaintance import MOST_AT_ONCE, is_about, sift
from netkeep_sync.core.contact import slug
from netkeep_sync.core.words import count
from netkeep_sync.errors import AddressBookError, UnknownContact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.cli.consent import Consent
    from netkeep_sync.core.acquaintance import Acquaintance, Sifted
    from netkeep_sync.service.newcomers import Choice
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.sources.address_book import AddressBook
    from netkeep_sync.sources.columns import Column

__all__ = ["import_"]


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "wanted",
    type=click.Choice(["linkedin", "google", "vcard", "csv"]),
    help="What FILE is (default: what it looks like).",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="WHAT=HEADING",
    help='What a column of a CSV holds, such as name="Full Name" or email=Mail.',
)
@click.option("--match", multiple=True, metavar="WORD", help="Only those of whom this word is said.")
@click.option("--pick", multiple=True, metavar="NAME", help="Add this person; may be given several times.")
@click.option(
    "--limit",
    type=click.IntRange(1, MOST_AT_ONCE),
    help=f"Add the first so many of the new ones, {MOST_AT_ONCE} at the most.",
)
@click.option("--category", metavar="CATEGORY", help="The category they come into.")
@consent_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; asks nothing.")
@common_options
@click.pass_obj
def import_(
    session: Session,
    *,
    file: Path,
    wanted: str | None,
    mapped: tuple[str, ...],
    match: tuple[str, ...],
    pick: tuple[str, ...],
    limit: int | None,
    category: str | None,
    consent: Consent,
    as_json: bool,
) -> None:
    """Show who is new in FILE, and add those you choose to the roster.

    FILE is the Connections.csv of LinkedIn, a CSV of Google Contacts, a vCard file or a folder of them, or
    any other CSV with the names of people. Whoever is in the roster already is left alone. A thousand
    connections are not a network: on a terminal you choose a few; elsewhere --pick or --limit, with
    --category, says whom. The change of the roster is shown before it is made.
    """
    workspace = session.open()
    is_asked = sys.stdin.isatty() and not (as_json or consent.is_sure)
    if pick and limit:
        raise click.UsageError("--pick and --limit are two ways to choose; take one of them")
    category = _category(workspace, category)
    if (pick or limit) and not (category or is_asked):
        raise click.UsageError(f"--category is missing; the categories are {_known(workspace)}")
    book = _read(file, wanted=wanted, columns=_columns(mapped), as_json=as_json)
    owner = workspace.roster.owner.email.casefold()
    others = [one for one in book.people if owner not in {email.casefold() for email in one.emails}]
    resting = [one.contact for one in workspace.roster.bench]
    sifted = sift(others, (*workspace.roster.contacts, *resting))
    matching = [one for one in sifted.new if all(is_about(one, words) for words in match)]
    picked = [*dict.fromkeys(_picked(sifted, words) for words in pick)] or matching[: limit or 0]
    if not as_json:
        _print_found(file, book, sifted, [] if picked else matching)
        if match and not matching:
            click.echo(f"  none of the new ones has {' and '.join(match)}")
    if is_asked and matching and not (picked or consent.dry_run):
        from netkeep_sync.cli.picking import pick_some  # noqa: PLC0415

        picked = pick_some([*matching, *(one.acquaintance for one in sifted.likely)])
    choices = _choices(workspace, picked, category=category, is_asked=is_asked)
    if not (choices or as_json):
        click.echo(_NOBODY if matching or sifted.likely else "nobody is added", err=True)

    def document(*, is_added: bool) -> bytes:
        told = _document(book, sifted, matching, choices=choices, is_added=is_added)
        return json.dumps(told, indent=2, ensure_ascii=False).encode()

    told = [document(is_added=True)] if as_json else []
    is_added = _is_added(session, workspace, choices, consent, told, is_silent=as_json)
    if as_json and not is_added:
        click.echo(document(is_added=False))


def _read(file: Path, *, wanted: str | None, columns: dict[Column, str], as_json: bool) -> AddressBook:
    """Read the file, and tell what of it can't be. Raises AddressBookError when there is nobody in it."""
    from netkeep_sync.sources.address_book import Format, read_address_book  # noqa: PLC0415

    book = read_address_book(file, wanted=Format(wanted) if wanted else None, columns=columns)
    if not as_json or not book.people:
        from netkeep_sync.cli.output.address_book import print_problems  # noqa: PLC0415  rich, for eyes only

        print_problems(book)
    if not book.people:
        raise AddressBookError(f"nobody can be read from {file}")
    return book


def _print_found(file: Path, book: AddressBook, sifted: Sifted, people: Sequence[Acquaintance]) -> None:
    """Print what the file holds, and these people of it, to choose from."""
    from netkeep_sync.cli.output.address_book import print_book, print_people  # noqa: PLC0415

    print_book(str(file), book, sifted)
    if people:
        print_people(people)


def _categories(workspace: Workspace) -> list[str]:
    return [one.key for one in workspace.roster.categories]


def _category(workspace: Workspace, words: str | None) -> str:
    """Return the category of this name, empty without one. Raises UsageError for one that is not there."""
    if words is None:
        return ""
    found = [one for one in _categories(workspace) if one.casefold() == words.casefold()]
    if not found:
        raise click.UsageError(f'there is no category "{words}"; the categories are {_known(workspace)}')
    return found[0]


def _known(workspace: Workspace) -> str:
    return ", ".join(_categories(workspace)) or "none yet; write one under `categories:`"


def _columns(mapped: Sequence[str]) -> dict[Column, str]:
    """Return the headings by what they hold, out of "name=Full Name"."""
    from netkeep_sync.sources.columns import Column  # noqa: PLC0415

    columns = {}
    for one in mapped:
        what, _, heading = one.partition("=")
        if what.strip() not in {*Column} or not heading.strip():
            known = ", ".join(Column)
            raise click.UsageError(
                f'--map "{one}" is not understood; write WHAT=HEADING, WHAT one of {known}'
            )
        columns[Column(what.strip())] = heading.strip()
    return columns


def _picked(sifted: Sifted, words: str) -> Acquaintance:
    """Return the one whom a name means. Raises UnknownContact with the candidates."""
    people = [*sifted.new, *(one.acquaintance for one in sifted.likely)]
    wanted = slug(words)
    found = [one for one in people if slug(one.name) == wanted]
    found = found or [one for one in people if words.casefold() in map(str.casefold, one.emails)]
    found = found or [one for one in people if wanted and wanted in slug(one.name)]
    if len(found) == 1:
        return found[0]
    if found:
        candidates = "; ".join(f"{one.name} ({one.email or one.work or one.line})" for one in found[:8])
        raise UnknownContact(f'"{words}" may be any of: {candidates}; write more of the name, or the email')
    for each in sifted.met:
        if wanted and wanted in slug(each.acquaintance.name):
            raise UnknownContact(f"{each.acquaintance.name} is in the roster already, as {each.contact.key}")
    raise UnknownContact(f'nobody in this file is called "{words}"')


def _choices(
    workspace: Workspace, picked: Sequence[Acquaintance], *, category: str, is_asked: bool
) -> list[Choice]:
    """Return the choices, asking for category and cadence where there is somebody to ask."""
    from netkeep_sync.service.newcomers import Choice, cadence_by_category  # noqa: PLC0415

    if not picked:
        return []
    cadences = cadence_by_category(workspace)
    if not is_asked:
        return [_with_cadence(one, category, cadences[category]) for one in picked]
    from netkeep_sync.cli.picking import ask_cadence, ask_category  # noqa: PLC0415

    categories = _categories(workspace)
    if not categories:
        raise click.UsageError("there is no category yet; write one under `categories:`")
    given, choices = category, []
    if not given:
        numbered = (f"{number} {one}" for number, one in enumerate(categories, 1))
        click.echo(f"\nThe categories are {', '.join(numbered)}.")
    for one in picked:
        category = given or ask_category(one.name, categories, default=category)
        if given:
            click.echo(f"{one.name}: {category}")
        cadence = ask_cadence(cadences, category)
        choices.append(Choice(acquaintance=one, category=category, cadence=cadence))
    return choices


def _with_cadence(one: Acquaintance, category: str, cadence: str) -> Choice:
    from netkeep_sync.service.newcomers import Choice  # noqa: PLC0415

    return Choice(acquaintance=one, category=category, cadence="" if cadence else "quarterly")


def _is_added(
    session: Session,
    workspace: Workspace,
    choices: Sequence[Choice],
    consent: Consent,
    told: Sequence[bytes],
    *,
    is_silent: bool,
) -> bool:
    """Show what would be written and planned, and do it if the owner says so; tell whether that was done.

    `told` is printed once it is written. Nothing is shown, and nobody asked, where it `is_silent`.
    """
    from netkeep_sync.cli.roster_edit import make_edit, show_edit  # noqa: PLC0415
    from netkeep_sync.service.newcomers import crowds, with_newcomers  # noqa: PLC0415

    if not choices:
        return False
    text = with_newcomers(workspace, choices, today=session.today)
    if not is_silent:
        click.echo()
        show_edit(session, workspace, text, busy=session.busy(workspace.roster))
    for one in crowds(workspace.roster, choices):
        click.echo(
            f"note: {one.category} would hold {one.people} people and is to keep {one.keep}; "
            "`netkeep-sync review` proposes whom to let rest",
            err=True,
        )
    if not consent.is_given(f"Add {count(len(choices), 'contact')}?", may_ask=not is_silent):
        return False
    make_edit(session, workspace, text, told=told)
    return True


_NOBODY = (
    "\nnobody is added; a few people make a network: choose them with --pick NAME, or with --match WORD and "
    "--limit N, and say --category"
)


def _document(
    book: AddressBook,
    sifted: Sifted,
    matching: Sequence[Acquaintance],
    *,
    choices: Sequence[Choice],
    is_added: bool,
) -> dict[str, Any]:
    return {
        "format": book.format,
        "new": [_person(one) for one in matching],
        "already": [{**_person(one.acquaintance), "contact": one.contact.key} for one in sifted.met],
        "maybe": [
            {**_person(one.acquaintance), "namesake": one.namesake.name, "reason": one.reason}
            for one in sifted.likely
        ],
        "repeats": sifted.repeats,
        "nameless": book.nameless,
        "problems": [str(one) for one in book.problems],
        "chosen": [
            {"name": one.acquaintance.name, "category": one.category, "cadence": one.cadence or None}
            for one in choices
        ],
        "is_added": is_added,
    }


def _person(one: Acquaintance) -> dict[str, Any]:
    return {
        "name": one.name,
        "email": one.email,
        "company": one.company,
        "position": one.position,
        "city": one.city,
        "connected_on": one.connected_on.isoformat() if one.connected_on else None,
        "line": one.line,
    }
