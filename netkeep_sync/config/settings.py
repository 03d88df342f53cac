"""Where things are: the roster file, the state, the database. Nothing here reads or makes any of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netkeep_sync.errors import Problem, RosterError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DATABASE_VARIABLE", "data_folder", "database_url", "find_roster_file"]

DATABASE_VARIABLE = "NETKEEP_DATABASE"

_NAME = "netkeep.yaml"


def find_roster_file(option: str | None) -> Path:
    """Return the roster file, absolute: the one named on the command line, else `netkeep.yaml` in the
    working folder, else the one in the user's config folder. Raises RosterError when there is none.
    """
    if option is not None:
        return Path(option).expanduser().absolute()
    here = Path(_NAME).absolute()
    if here.exists():
        return here
    from platformdirs import user_config_path  # noqa: PLC0415  25 ms, for those who keep it there

    at_home = user_config_path("netkeep-sync", appauthor=False) / _NAME
    if at_home.exists():
        return at_home
    problem = Problem(
        file=str(here),
        line=0,
        column=0,
        message=f"there is no roster here, nor in {at_home.parent}",
        advice="run `netkeep-sync init` to write one, or name one with --config",
    )
    raise RosterError([problem])


def data_folder() -> Path:
    """Return the folder of the user's data. It is not made here."""
    from platformdirs import user_data_path  # noqa: PLC0415  see above

    return user_data_path("netkeep-sync", appauthor=False)


def database_url(named: str, environ: Mapping[str, str]) -> str:
    """Return the database's URL: the environment's, else the one `named` in the roster, else a file in
    the user's data folder.
    """
    return environ.get(DATABASE_VARIABLE) or named or f"sqlite:///{data_folder() / 'netkeep.db'}"
