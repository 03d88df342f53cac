"""`links`: whether entries carry a link to say what came of them, and another signature for all of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.session import Session, common_options

if TYPE_CHECKING:
    from netkeep_sync.service.workspace import Workspace

__all__ = ["links"]


@click.group(invoke_without_command=True)
@common_options
@click.pass_context
def links(ctx: click.Context) -> None:
    """Tell where the links in your own entries lead, by which you say what came of a check-in.

    Whoever has one can answer for you; `links rotate` ends all that there are.
    """
    ctx.ensure_object(Session)
    if ctx.invoked_subcommand is None:
        _tell(ctx.obj.open())


@links.command()
@common_options
@click.pass_obj
def rotate(session: Session) -> None:
    """Make all links anew. The old ones stop working at once; the next pass writes the new ones."""
    # A link can be ended even while the file can't be read.
    workspace = session.open_or_last_good()
    with workspace.store() as store:
        store.rotate_links()
    click.echo("all links that there were have ended")
    _tell(workspace)


def _tell(workspace: Workspace) -> None:
    url = workspace.roster.serve.public_url
    if url:
        click.echo(f"your own entries carry links to {url}/a/…; those that others see carry none")
    else:
        click.echo(
            'no entry carries a link; write "serve: {public_url: https://…}" where your phone finds it'
        )
