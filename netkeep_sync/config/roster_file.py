"""The user's file: read whole, checked whole, and refused whole with every problem it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.config.resolution import resolve
from netkeep_sync.config.shape import check_shape
from netkeep_sync.config.yaml_characters import MAX_BYTES
from netkeep_sync.config.yaml_source import read_yaml
from netkeep_sync.errors import Problem, RosterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from netkeep_sync.core.roster import Roster

__all__ = ["parse_roster", "read_content", "read_roster"]

_INIT = "run `netkeep-sync init` to write one"


def read_roster(path: Path, *, today: date) -> Roster:
    """Read a roster file. Raises RosterError with every problem, also when there is no such file."""
    return parse_roster(read_content(path), file=str(path), folder=path.parent, today=today)


def _any_code(_code: str) -> None:
    """Let every code of holidays pass."""


def parse_roster(
    text: str | bytes,
    *,
    file: str,
    folder: Path,
    today: date,
    why_unknown: Callable[[str], str | None] = _any_code,
) -> Roster:
    """Read a roster from its text.

    `file` is its name in messages, `folder` what relative paths in it start from; `today` is the owner's
    day. `why_unknown` returns what to write instead of a code of holidays that nothing is known of.
    Raises RosterError with every problem.
    """
    source = read_yaml(text, file=file)
    if source.tree is None and not source.problems:
        raise _refused(file, "the file is empty", "remove it, and run `netkeep-sync init` to write one", at=1)
    entry, misfits, told = check_shape(source)
    problems = [*source.problems, *misfits]
    if entry is not None:
        roster, found = resolve(
            entry, source=source, told=told, folder=folder.absolute(), today=today, why_unknown=why_unknown
        )
        problems += found
        if not problems:
            return roster
    raise RosterError(problems)


def read_content(path: Path) -> bytes:
    """Return the file's bytes, or the first too many of them. Raises RosterError when it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise _refused(path, "there is no such file", _INIT) from error
    except IsADirectoryError as error:
        raise _refused(path, "this is a folder", f"write {path / 'netkeep.yaml'}") from error
    except PermissionError as error:
        raise _refused(path, "you may not read this file", "check its owner and permissions") from error
    except (OSError, ValueError) as error:
        raise _refused(path, f"this file cannot be read ({error})", "check its path") from error


def _refused(file: Path | str, message: str, advice: str, *, at: int = 0) -> RosterError:
    return RosterError([Problem(file=str(file), line=at, column=at, message=message, advice=advice)])
