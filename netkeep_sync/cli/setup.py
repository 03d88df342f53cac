"""`init`, `check` and `schema`: the roster file before anything is planned from it."""

from __future__ import annotations

from pathlib import Path

import click

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.core.words import count
from netkeep_sync.errors import Refused

__all__ = ["check", "init", "schema"]


@click.command()
@click.argument("file", default="netkeep.yaml", type=click.Path(path_type=Path))
def init(file: Path) -> None:
    """Write a starter roster to FILE (netkeep.yaml unless told), and its schema beside it.

    The schema lets editors complete and check the file while you type. Nothing is overwritten.
    """
    from netkeep_sync.config.json_schema import schema_text  # noqa: PLC0415
    from netkeep_sync.config.starter import SCHEMA_NAME, local_timezone, starter  # noqa: PLC0415
    from netkeep_sync.targets.ics_file import why_unwritten  # noqa: PLC0415

    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(starter(timezone=local_timezone()))
    except FileExistsError:
        raise Refused(f"{file} exists already; name another file, or edit that one") from None
    except OSError as error:
        raise Refused(why_unwritten(file, error)) from error
    schema_file = file.with_name(SCHEMA_NAME)
    click.echo(f"wrote {file}")
    try:
        with schema_file.open("x", encoding="utf-8") as stream:
            stream.write(schema_text())
    except OSError as error:
        click.echo(f"note: {schema_file} was left as it is: {error.strerror}", err=True)
    else:
        click.echo(f"wrote {schema_file}")
    click.echo(f"next: edit {file}, then run `netkeep-sync plan` beside it", err=True)


@click.command()
@common_options
@click.pass_obj
def check(session: Session) -> None:
    """Read the roster and tell every mistake in it, with its place and what to write instead."""
    workspace = session.open()
    click.echo(f"{workspace.path}: {count(len(workspace.roster.contacts), 'contact')}, no mistakes")


@click.command()
def schema() -> None:
    """Print the JSON Schema of the roster file, for editors and other programs."""
    from netkeep_sync.config.json_schema import schema_text  # noqa: PLC0415

    click.echo(schema_text(), nl=False)
