"""`add`, `edit`, `rest`, `retire`, `rename`, and `resume` from the bench: the list, tended from here.

Each shows the diff of the file and what changes on the calendars, and asks; off a terminal nothing is done
without `--yes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.consent import consent_options
from netkeep_sync.cli.contact_argument import complete_contact, contact_argument, instead_option
from netkeep_sync.cli.session import DAY, Session, common_options
from netkeep_sync.errors import RosterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from netkeep_sync.cli.consent import Consent
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.tending import Desire, Tending
    from netkeep_sync.service.workspace import Workspace

__all__ = ["add", "edit", "rename", "rest", "rests", "resume_from_bench", "retire"]


@click.command()
@click.argument("name", nargs=-1, required=True, metavar="NAME [KEY=VALUE]...")
@click.option("--category", metavar="CATEGORY", help="Which group they belong to.")
@instead_option
@consent_options
@common_options
@click.pass_obj
def add(
    session: Session, /, *, name: tuple[str, ...], category: str | None, instead_of: str, consent: Consent
) -> None:
    """Put NAME into the roster file, with whatever else you say of them: email=ada@example.com.

    Lists are written with semicolons, as in ask="How is Oslo?; Which book?", and days of the year as
    milestones.birthday=03-14. Tells what one more person costs, and who could rest instead.
    """
    words, settings = _apart(name)
    if category is None:
        known = [one.key for one in session.open().roster.categories]
        told = ", ".join(known) or "none yet; write one under `categories:`"
        raise click.UsageError(f"--category is missing; the categories are {told}")

    def wish(tending: Tending) -> Desire:
        return tending.add(words, category, settings)

    _tend(session, wish, consent, instead_of=instead_of)


@click.command()
@click.argument(
    "contact", nargs=-1, required=True, metavar="CONTACT KEY=VALUE...", shell_complete=complete_contact
)
@consent_options
@common_options
@click.pass_obj
def edit(session: Session, /, *, contact: tuple[str, ...], consent: Consent) -> None:
    """Change what the roster file says of CONTACT: cadence=monthly; with nothing after the "=", remove it.

    Lists are written with semicolons, as in ask="How is Oslo?; Which book?", and days of the year as
    milestones.birthday=03-14.
    """
    words, settings = _apart(contact)
    if not settings:
        raise click.UsageError('say what to change, such as cadence="every 6 weeks"')
    _tend(session, lambda tending: tending.edit(_anybody(tending, words), settings), consent)


@click.command()
@contact_argument()
@click.option("--until", "again_on", type=DAY, help="A day to look at them again.")
@consent_options
@common_options
@click.pass_obj
def rest(session: Session, /, *, contact: tuple[str, ...], again_on: date | None, consent: Consent) -> None:
    """Put CONTACT on the bench: no check-ins, and nothing is forgotten. `resume` brings them back."""
    words = " ".join(contact)
    _tend(session, lambda tending: tending.rest(_anybody(tending, words), again_on=again_on), consent)


@click.command()
@contact_argument()
@consent_options
@common_options
@click.pass_obj
def retire(session: Session, /, *, contact: tuple[str, ...], consent: Consent) -> None:
    """Take CONTACT out of the roster file, or off its bench. What you did together stays in the history."""
    _tend(session, lambda tending: tending.retire(_anybody(tending, " ".join(contact))), consent)


@click.command()
@click.argument("contact", shell_complete=complete_contact)
@click.argument("name", nargs=-1, required=True, metavar="NEW_NAME")
@consent_options
@common_options
@click.pass_obj
def rename(session: Session, /, *, contact: str, name: tuple[str, ...], consent: Consent) -> None:
    """Give CONTACT another name, in quotes if it has several words. Who they are stays the same."""
    new_name = " ".join(name)
    if len(name) > 1:  # which of these words are of the old one?
        raise click.UsageError(f'put the new name in quotes: netkeep-sync rename {contact} "{new_name}"')
    _tend(session, lambda tending: tending.rename(_anybody(tending, contact), new_name), consent)


def rests(session: Session, words: str) -> bool:
    """Tell whether the one who is meant rests on the bench. Raises UnknownContact."""
    from netkeep_sync.core.identity import recognise_all  # noqa: PLC0415
    from netkeep_sync.service.naming import anybody_named, is_resting  # noqa: PLC0415

    workspace = session.open()
    if not workspace.roster.bench:
        return False
    memory = workspace.memory()
    try:
        roster = recognise_all(workspace.roster, memory.known())
    finally:
        memory.close()
    return is_resting(roster, anybody_named(roster, words))


def resume_from_bench(session: Session, words: str, consent: Consent, *, instead_of: str) -> None:
    """Bring somebody back from the bench."""
    _tend(session, lambda tending: tending.resume(_anybody(tending, words)), consent, instead_of=instead_of)


def _apart(words: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return the name that the first words are, and the settings among them."""
    from netkeep_sync.config.contact_value import is_setting  # noqa: PLC0415

    name = " ".join(word for word in words if not is_setting(word))
    if not name:
        raise click.UsageError("say whom you mean before what you say of them")
    return name, [word for word in words if is_setting(word)]


def _anybody(tending: Tending, words: str) -> Contact:
    from netkeep_sync.service.naming import anybody_named  # noqa: PLC0415

    return anybody_named(tending.outlook.written, words)


def _tend(
    session: Session, wish: Callable[[Tending], Desire], consent: Consent, *, instead_of: str = ""
) -> None:
    """Show what a wish comes to, ask, and do it."""
    from netkeep_sync.cli.roster_edit import make_edit, show_edit  # noqa: PLC0415
    from netkeep_sync.service.naming import contact_named  # noqa: PLC0415
    from netkeep_sync.service.outlook import look  # noqa: PLC0415
    from netkeep_sync.service.tending import Tending  # noqa: PLC0415

    workspace = session.open()
    now, busy = session.now(workspace.roster), session.busy(workspace.roster)
    memory = workspace.memory()
    try:
        before = look(workspace.roster, memory, now=now, busy=busy)
    finally:
        memory.close()
    tending = Tending(before, workspace.text)
    desire = wish(tending)
    edits, told = list(desire.edits), [desire.told]
    if instead_of:
        other = tending.rest(contact_named(tending.outlook.written, instead_of))
        edits, told = [*other.edits, *edits], [*told, other.told]
    text = _tried(session, workspace, edits)
    if text == workspace.text:
        click.echo("nothing is left to change", err=True)
        return
    _print_room(before, show_edit(session, workspace, text, busy=busy, wakes=desire.wakes))
    if consent.is_given("Do it?"):
        make_edit(session, workspace, text, told=told, wakes=desire.wakes)


def _tried(session: Session, workspace: Workspace, edits: list[Any]) -> str:
    from netkeep_sync.service.tending import tried  # noqa: PLC0415

    try:
        return tried(workspace, edits, today=session.today).text
    except RosterError:
        click.echo("with this edit the file would be wrong:", err=True)
        raise


def _print_room(before: Outlook, after: Outlook) -> None:
    """Print what whoever is new costs, and whom to let rest, where their category or the year is full."""
    from netkeep_sync.core.capacity import Fits  # noqa: PLC0415
    from netkeep_sync.core.cost import cost_of, whom_instead  # noqa: PLC0415
    from netkeep_sync.service.review import review_of  # noqa: PLC0415

    groups = {one.key: one.category for one in before.roster.contacts}
    is_full_now = isinstance(before.verdict, Fits) and not isinstance(after.verdict, Fits)
    costs = [
        cost_of(after.roster, one) for one in after.roster.contacts if groups.get(one.key) != one.category
    ]
    for cost in costs:
        click.echo(f"\n{cost}.")
    if is_full_now:
        click.echo(f"\nThe year is full with that: {after.verdict}.")
    over = next((cost.category for cost in costs if cost.is_over), None)
    if over is None and not is_full_now:
        return
    cases = [one for one in review_of(after).dossier.cases if groups.get(one.contact) == one.category]
    instead = whom_instead(cases, category=over)
    if instead:
        click.echo("\nWho could rest instead:")
    for one in instead:
        click.echo(f"  {one.name}: {one.reason}; --instead-of {one.contact}")
