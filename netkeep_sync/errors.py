"""Every exception of the program.

* NetkeepError
  + RosterError            the user's file is wrong; carries every Problem found
  + SettingsError          another file or variable that the program was pointed to is wrong
  + AddressBookError       a file of people to import can't be opened, or nobody can be read from it
  + UnknownContact         a name on the command line fits nobody, or more than one
  + FeedError              a feed that is asked for can't be offered, or there is none of that name
  + Refused                a request that would record something untrue (a future date, say)
    - AnotherRoster        a file that would leave behind all that is remembered of it, for nobody asked
  + GuardRefused           a pass that would take too much off the calendars, until it is confirmed
  + SourceError            a calendar that is only read can't be
  + StoreError             the database can't be opened, read or written
  + TargetError            a calendar target failed; tells whether trying again may help
    - AuthLost             a calendar target no longer lets the program in, until the owner signs in
  + LeaseTaken             another process is at work on the same state

Each names its subject in its message, in words for the person who runs the program, and chains its
cause. `exit_status` is what the command line ends with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "AddressBookError",
    "AnotherRoster",
    "AuthLost",
    "FeedError",
    "GuardRefused",
    "LeaseTaken",
    "NetkeepError",
    "Problem",
    "Refused",
    "RosterError",
    "SettingsError",
    "SourceError",
    "StoreError",
    "TargetError",
    "UnknownContact",
    "install_words",
]


def install_words(extra: str) -> str:
    """Return the command that installs what only some need: for the Python that runs this, whatever `pip` is
    on the path, and from the clone, where it runs in one. What uv has installed has no pip of its own.
    """
    import sys  # noqa: PLC0415  not for --help
    from importlib.util import find_spec  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    folder = Path(__file__).parents[1]
    name = folder if (folder / "pyproject.toml").exists() else "netkeep-sync"
    python = sys.executable
    install = f"{python} -m pip install" if find_spec("pip") else f"uv pip install --python {python}"
    return f"run `{install} '{name}[{extra}]'`"


class NetkeepError(Exception):
    """What a person can mend; anything else that is raised is a fault of the program."""

    exit_status = 1


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One mistake in the user's file: where it stands, what is wrong, what to write instead.

    `line` and `column` count from 1, as editors do; both are 0 for the file as a whole.
    """

    file: str
    line: int
    column: int
    message: str
    advice: str

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.file}{place}: {self.message}; {self.advice}"


class RosterError(NetkeepError):
    """The user's file is wrong. `problems` holds all of it, in the order of the file."""

    exit_status = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SettingsError(NetkeepError):
    """A file or variable that the program was pointed to is not what it should be."""

    exit_status = 2


class AddressBookError(NetkeepError):
    """A file of people to import can't be opened, or nobody can be read from it."""

    exit_status = 2


class UnknownContact(NetkeepError):
    """A contact named on the command line fits nobody, or several."""

    exit_status = 2


class FeedError(NetkeepError):
    """A feed that is asked for can't be offered, or there is none of that name."""

    exit_status = 2


class Refused(NetkeepError):
    """What was asked would record something untrue."""

    exit_status = 2


class AnotherRoster(Refused):
    """A file whose owner alone tells which roster it is has another one. All that is remembered would be left
    behind, which nobody asked for.
    """

    def __init__(self, source: str, *, was: str, would_be: str) -> None:
        super().__init__(
            f'{source} was the roster "{was}" until now, and would be a new one named "{would_be}"; '
            f'write "roster: {was}" into it to keep what is remembered, or "roster: {would_be}" to start anew'
        )


class GuardRefused(NetkeepError):
    """A pass would take too much off the calendars, and was not confirmed."""

    exit_status = 3


class SourceError(NetkeepError):
    """A calendar that is only read can't be. The message never holds its address, which is a secret."""


class StoreError(NetkeepError):
    """The database can't be opened, read or written."""


class TargetError(NetkeepError):
    """A calendar target failed. Unless `permanent`, the next pass may succeed with nothing changed."""

    def __init__(self, message: str, *, permanent: bool = True) -> None:
        self.permanent = permanent
        super().__init__(message)


class AuthLost(TargetError):
    """A calendar target lets the program in only after the owner has signed in, for the first time or again.

    The message is one sentence that names the command; `advice` says at length what else may be needed.
    """

    exit_status = 4

    def __init__(self, message: str, *, advice: str = "") -> None:
        self.advice = advice
        super().__init__(message)


class LeaseTaken(NetkeepError):
    """Another process is at work on the same state."""
