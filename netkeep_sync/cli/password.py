"""`password`: what opens the pages to their owner from another machine."""

from __future__ import annotations

import sys

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.errors import Refused

__all__ = ["password"]


@click.command()
@click.option("--remove", is_flag=True, help="Forget the password, and end all sessions.")
@common_options
@click.pass_obj
def password(session: Session, *, remove: bool) -> None:
    """Set the password of the pages, which `serve` asks for from then on, on this machine too.

    It is asked for twice in a terminal, and read from standard input otherwise. What is kept is a hash, which
    only you can read. Whoever was logged in has to log in anew.
    """
    from netkeep_sync.service.password import (  # noqa: PLC0415
        forget_password,
        keep_password,
        password_path,
    )

    workspace = session.open_or_last_good()
    path = password_path(workspace)
    if remove:
        click.echo("removed the password" if forget_password(path) else "there was no password to remove")
        return
    keep_password(path, _typed())
    click.echo(f"wrote {path}, which only you can read; all sessions have ended")
    if not workspace.roster.serve.public_url:
        click.echo(
            'next: write "serve: {public_url: https://checkins.example.com}" into '
            f"{workspace.path}, the address by which other machines reach the pages",
            err=True,
        )


def _typed() -> str:
    """Return the password that was typed twice, or is on standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first: str = click.prompt("Password", hide_input=True, err=True)
    again: str = click.prompt("The same again", hide_input=True, err=True)
    if first != again:
        raise Refused("the two are not the same; nothing was changed")
    return first
