"""`replan`: catch up after leave or a busy month, without a pile-up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.consent import consent_options
from netkeep_sync.cli.session import DAY, Session, common_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from netkeep_sync.cli.consent import Consent
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.comeback import Comeback
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import ReadableStore

__all__ = ["replan"]


@click.command()
@click.option("--from", "from_on", type=DAY, help="Catch up from this day on (default: today).")
@click.option(
    "--nothing-since",
    "nothing_since_on",
    type=DAY,
    help="Nothing has been held since this day but what you confirmed.",
)
@consent_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; asks nothing.")
@common_options
@click.pass_obj
def replan(
    session: Session,
    *,
    from_on: date | None,
    nothing_since_on: date | None,
    consent: Consent,
    as_json: bool,
) -> None:
    """Spread what is overdue over the coming weeks, as your time allows: who has slipped most comes first.

    Whoever is met soon anyway, or for whom the next weeks have no room, is let go until their next
    check-in. The plan is shown before anything is done.
    """
    workspace = session.open()

    def tried(store: ReadableStore) -> Comeback:
        from netkeep_sync.service.comeback import try_comeback  # noqa: PLC0415
        from netkeep_sync.service.outlook import look  # noqa: PLC0415

        outlook = look(workspace.roster, store, now=now, busy=busy)
        return try_comeback(
            outlook,
            store,
            from_on=from_on or outlook.today,
            nothing_since_on=nothing_since_on,
            source="cli",
        )

    now, busy = session.now(workspace.roster), session.busy(workspace.roster)
    memory = workspace.memory()
    try:
        comeback = tried(memory)
    finally:
        memory.close()
    if as_json:
        click.echo(json.dumps(_document(comeback), indent=2, ensure_ascii=False).encode())
    else:
        from netkeep_sync.cli.output.comeback import print_comeback  # noqa: PLC0415  rich, for eyes only

        print_comeback(comeback)
    if not comeback.facts:
        click.echo("nothing is left to change", err=True)
        return
    if not consent.is_given("Do it?", may_ask=not as_json):
        return
    session.warn_if_ahead(workspace.roster)
    _record(session, workspace, tried)


def _record(session: Session, workspace: Workspace, tried: Callable[[ReadableStore], Comeback]) -> None:
    """Try it once more with the store to ourselves, record it, and run the pass that follows."""
    from netkeep_sync.cli.sync import run_and_tell  # noqa: PLC0415
    from netkeep_sync.service.lease import pass_lease  # noqa: PLC0415

    with workspace.store() as store, pass_lease(workspace, store):
        comeback = tried(store)
        store.add_facts((*comeback.outlook.passed, *comeback.facts))
        click.echo(f"done: {comeback.summary}", err=True)
        run_and_tell(session, workspace, store)


def _document(comeback: Comeback) -> dict[str, Any]:
    from netkeep_sync.core.comeback import LetGo  # noqa: PLC0415

    return {
        "contacts": [
            {
                "contact": step.what.contact,
                "slip": round(step.what.slip, 3),
                "before": _start(comeback, step.before),
                "after": _start(comeback, step.after),
                "let_go": step.what.reason if isinstance(step.what, LetGo) else None,
            }
            for step in comeback.steps
        ],
        "taken_back": [
            {"contact": one.contact, "day": one.slot.slot_on.isoformat()} for one in comeback.absent
        ],
    }


def _start(comeback: Comeback, one: Occurrence | None) -> str | None:
    from netkeep_sync.cli.plan_json import iso  # noqa: PLC0415

    return iso(one.start_at, comeback.outlook.roster.timezone) if one else None
