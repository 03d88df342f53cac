"""`done`, `log`, `skip`, `missed`, `snooze`, `pause`, `resume`, `kept`: what came of it, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.consent import consent_options
from netkeep_sync.cli.contact_argument import complete_contact, contact_argument, instead_option
from netkeep_sync.cli.session import DAY, Session, common_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from netkeep_sync.cli.consent import Consent
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.answers import Answer, Desk, Exchange

__all__ = ["done", "kept", "log", "missed", "pause", "resume", "skip", "snooze"]


_contact = contact_argument()
_note = click.option("--note", default="", help="What to remember; shown before the next check-in.")


def _exchange_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what went to and fro at the meeting; each may be told several times."""
    for option in (
        click.option("--by", "by_on", type=DAY, help="When it is due (default: before you meet again)."),
        click.option("--they-promised", metavar="TEXT", multiple=True, help="What they promised you."),
        click.option("--promised", metavar="TEXT", multiple=True, help="What you promised them."),
        click.option("--asked", metavar="TEXT", multiple=True, help="What you asked them for."),
        click.option("--gave", metavar="TEXT", multiple=True, help="What you gave, or did for them."),
    ):
        command = option(command)
    return command


def _exchange(told: dict[str, Any]) -> Exchange:
    from netkeep_sync.service.answers import Exchange  # noqa: PLC0415

    return Exchange(**told)


def _answer(session: Session, words: tuple[str, ...], ask: Callable[[Desk], Answer]) -> None:
    """Record what `ask` makes of the contact named by `words`, and plan what follows from it."""
    from netkeep_sync.service.naming import contact_named  # noqa: PLC0415

    _record(session, lambda roster: contact_named(roster, " ".join(words)), ask)


def _record(session: Session, who: Callable[[Roster], Contact], ask: Callable[[Desk], Answer]) -> None:
    """Record what `ask` makes of the contact whom `who` finds, and plan what follows from it."""
    from netkeep_sync.core.reconcile import upcoming  # noqa: PLC0415
    from netkeep_sync.core.series import zone  # noqa: PLC0415
    from netkeep_sync.core.words import day_words  # noqa: PLC0415
    from netkeep_sync.service.answering import take_answer  # noqa: PLC0415
    from netkeep_sync.service.lease import pass_lease  # noqa: PLC0415
    from netkeep_sync.service.links import answer_links  # noqa: PLC0415
    from netkeep_sync.service.sync_pass import run_pass  # noqa: PLC0415

    workspace = session.open()
    session.warn_if_ahead(workspace.roster)
    now, targets = session.now(workspace.roster), workspace.targets(session.environ)
    busy = session.busy(workspace.roster)
    with workspace.store() as store, pass_lease(workspace, store):
        contact, answer = take_answer(
            workspace.roster, store, who=who, ask=ask, source="cli", now=now, busy=busy
        )
        try:
            done = run_pass(
                workspace.roster,
                store,
                targets,
                now=now,
                text=workspace.text,
                links=answer_links(workspace, store),
                busy=busy,
            )
        finally:  # the answer is recorded, whatever becomes of the pass
            click.echo(answer.told)
    for pushed in done.pushed.values():
        for failure in pushed.failures:
            click.echo(f"error: {failure}", err=True)
    one = upcoming(done.outlook.histories[contact.key], done.outlook.plan.occurrences, now=now)
    if one is not None:
        local = one.start_at.astimezone(zone(workspace.roster.timezone))
        click.echo(f"next: {day_words(local.date(), today=done.outlook.today)} {local:%H:%M}, {one.summary}")


@click.command()
@_contact
@click.option("--on", "held_on", type=DAY, help="The day you met.")
@_note
@_exchange_options
@common_options
@click.pass_obj
def done(
    session: Session, /, *, contact: tuple[str, ...], held_on: date | None, note: str, **told: Any
) -> None:
    """Record that you met CONTACT: at the check-in of today or of the last days, else today.

    CONTACT is any part of the name that fits one person only.
    """
    exchange = _exchange(told)
    _answer(session, contact, lambda desk: desk.held(held_on=held_on, note=note, exchange=exchange))


@click.command()
@_contact
@click.option("--on", "held_on", type=DAY, help="The day you met (default: today).")
@_note
@_exchange_options
@common_options
@click.pass_obj
def log(
    session: Session, /, *, contact: tuple[str, ...], held_on: date | None, note: str, **told: Any
) -> None:
    """Record a meeting with CONTACT, planned or not. The clock runs from its own day."""
    exchange = _exchange(told)
    _answer(
        session,
        contact,
        lambda desk: desk.held(held_on=held_on or desk.outlook.today, note=note, exchange=exchange),
    )


@click.command()
@click.argument(
    "words", nargs=-1, required=True, metavar="CONTACT [WORDS]...", shell_complete=complete_contact
)
@click.option("--theirs", "is_theirs", is_flag=True, help="They kept what they had promised you.")
@common_options
@click.pass_obj
def kept(session: Session, *, words: tuple[str, ...], is_theirs: bool) -> None:
    """Record that you kept your promise to CONTACT. WORDS of it tell which, where several are open."""
    from netkeep_sync.service.naming import contact_and_rest  # noqa: PLC0415

    def ask(desk: Desk) -> Answer:
        return desk.kept(contact_and_rest(desk.outlook.roster, words)[1], is_theirs=is_theirs)

    _record(session, lambda roster: contact_and_rest(roster, words)[0], ask)


@click.command()
@_contact
@click.option("--on", "planned_on", type=DAY, help="The day of the check-in (default: the next one).")
@_note
@common_options
@click.pass_obj
def skip(session: Session, *, contact: tuple[str, ...], planned_on: date | None, note: str) -> None:
    """Let a check-in with CONTACT go. Skipped is not done: the clock runs on."""
    _answer(session, contact, lambda desk: desk.skip(planned_on=planned_on, note=note))


@click.command()
@_contact
@click.option("--on", "planned_on", type=DAY, help="The day of the check-in (default: the last one).")
@_note
@common_options
@click.pass_obj
def missed(session: Session, *, contact: tuple[str, ...], planned_on: date | None, note: str) -> None:
    """Record that a check-in with CONTACT did not come about; a new one is planned soon."""
    _answer(session, contact, lambda desk: desk.missed(planned_on=planned_on, note=note))


@click.command()
@_contact
@click.option("--until", "until_on", type=DAY, help="Not before this day.")
@click.option("--weeks", type=click.IntRange(1, 52), default=1, show_default=True, help="By so many weeks.")
@common_options
@click.pass_obj
def snooze(session: Session, *, contact: tuple[str, ...], until_on: date | None, weeks: int) -> None:
    """Put the next check-in with CONTACT off."""
    _answer(session, contact, lambda desk: desk.snooze(until_on=until_on, weeks=weeks))


@click.command()
@_contact
@_note
@common_options
@click.pass_obj
def pause(session: Session, *, contact: tuple[str, ...], note: str) -> None:
    """Stop the check-ins with CONTACT until you resume them."""
    _answer(session, contact, lambda desk: desk.pause(note=note))


@click.command()
@_contact
@instead_option
@consent_options
@common_options
@click.pass_obj
def resume(session: Session, /, *, contact: tuple[str, ...], instead_of: str, consent: Consent) -> None:
    """Bring the check-ins with CONTACT back, after a pause or a snooze, or from the bench.

    To bring somebody back from the bench changes the file: that is shown first, and asked for.
    """
    from netkeep_sync.cli.tend import rests, resume_from_bench  # noqa: PLC0415

    words = " ".join(contact)
    if rests(session, words):
        resume_from_bench(session, words, consent, instead_of=instead_of)
    elif instead_of or consent.dry_run:
        raise click.UsageError("--instead-of and --dry-run are for those who rest on the bench")
    else:
        _answer(session, contact, lambda desk: desk.resume())
