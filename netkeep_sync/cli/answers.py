"""`done`, `log`, `skip`, `missed`, `snooze`, `pause`, `resume`: what came of a check-in, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.session import DAY, Session, common_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from netkeep_sync.service.answers import Answer, Desk

__all__ = ["done", "log", "missed", "pause", "resume", "skip", "snooze"]


_contact = click.argument("contact", nargs=-1, required=True)
_note = click.option("--note", default="", help="What to remember; shown before the next check-in.")


def _answer(session: Session, words: tuple[str, ...], ask: Callable[[Desk], Answer]) -> None:
    """Record what `ask` makes of the contact named by `words`, and plan what follows from it."""
    from netkeep_sync.core.reconcile import upcoming  # noqa: PLC0415
    from netkeep_sync.core.series import zone  # noqa: PLC0415
    from netkeep_sync.core.words import day_words  # noqa: PLC0415
    from netkeep_sync.service.answers import Desk, contact_named  # noqa: PLC0415
    from netkeep_sync.service.lease import pass_lease  # noqa: PLC0415
    from netkeep_sync.service.outlook import look  # noqa: PLC0415
    from netkeep_sync.service.sync_pass import run_pass  # noqa: PLC0415

    workspace = session.open()
    session.warn_if_ahead(workspace.roster)
    now = session.now(workspace.roster)
    with workspace.store() as store, pass_lease(workspace, store):
        outlook = look(workspace.roster, store, now=now)
        contact = contact_named(outlook.roster, " ".join(words))
        answer = ask(Desk(outlook, contact, source="cli"))
        # What has passed is told first, so that the answer corrects it and not the other way round.
        store.add_facts((*outlook.passed, *answer.facts))
        try:
            done = run_pass(workspace.roster, store, [workspace.ics_target()], now=now, text=workspace.text)
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
@common_options
@click.pass_obj
def done(session: Session, *, contact: tuple[str, ...], held_on: date | None, note: str) -> None:
    """Record that you met CONTACT: at the check-in of today or of the last days, else today.

    CONTACT is any part of the name that fits one person only.
    """
    _answer(session, contact, lambda desk: desk.held(held_on=held_on, note=note))


@click.command()
@_contact
@click.option("--on", "held_on", type=DAY, help="The day you met (default: today).")
@_note
@common_options
@click.pass_obj
def log(session: Session, *, contact: tuple[str, ...], held_on: date | None, note: str) -> None:
    """Record a meeting with CONTACT, planned or not. The clock runs from its own day."""
    _answer(session, contact, lambda desk: desk.held(held_on=held_on or desk.outlook.today, note=note))


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
@common_options
@click.pass_obj
def resume(session: Session, *, contact: tuple[str, ...]) -> None:
    """Bring the check-ins with CONTACT back, after a pause or a snooze."""
    _answer(session, contact, lambda desk: desk.resume())
