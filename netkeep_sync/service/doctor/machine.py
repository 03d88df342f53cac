"""What the machine has: time zones, holidays and what sends notices."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from netkeep_sync.core.series import zone
from netkeep_sync.errors import install_words
from netkeep_sync.service.doctor.finding import ok, problem, warning
from netkeep_sync.sources.public_holidays import public_holidays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.doctor.finding import Finding

__all__ = ["check_holidays", "check_notices", "check_zones", "named_zones"]

_HORIZON = timedelta(days=731)


def named_zones(roster: Roster) -> tuple[str, ...]:
    """Return the time zones that a roster names."""
    people = (one.timezone for one in roster.contacts)
    named = (roster.timezone, *people, *(one.timezone for one in roster.trips))
    return tuple(dict.fromkeys(name for name in named if name))


def check_zones(names: Iterable[str]) -> Iterator[Finding]:
    """Yield what is found of the time-zone data that the machine has, and of these zones in it."""
    missing = [name for name in names if not _is_known(name)]
    if missing:
        yield problem(
            "time zones",
            f"nothing is known of {', '.join(missing)}",
            "run `pip install --upgrade tzdata`, or mend the name",
        )
        return
    edition = _system_edition() or _package_edition()
    if not edition:
        yield warning(
            "time zones",
            "the edition of the time-zone data is not known",
            "run `pip install --upgrade tzdata` if hours are off",
        )
        return
    yield ok("time zones", f"all are known, edition {edition}")


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _system_edition() -> str:
    """Return the edition of the machine's own data, which goes before that of the package."""
    for folder in map(Path, TZPATH):
        try:
            with (folder / "tzdata.zi").open(encoding="utf-8", errors="replace") as file:
                first = file.readline(200)
        except OSError:
            continue
        return first.rpartition(" ")[2].strip()
    return ""


def _package_edition() -> str:
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return ""


def check_holidays(roster: Roster, *, now: datetime) -> Iterator[Finding]:
    """Yield whether holidays are known for as long as plans reach."""
    today = now.astimezone(zone(roster.timezone)).date()
    last = (today + _HORIZON).year
    codes = tuple(dict.fromkeys(roster.holiday_codes))
    for code in codes:
        years = {day.year for day in _days_of(code, today.year, last)}
        unknown = [str(year) for year in range(today.year, last + 1) if year not in years]
        if unknown:
            yield warning(
                "holidays",
                f"none are known of {code} in {', '.join(unknown)}",
                "run `pip install --upgrade holidays`, or list the days under `away`",
            )
        else:
            yield ok("holidays", f"those of {code} are known from {today.year} to {last}")


def _days_of(code: str, first: int, last: int) -> Iterable[date]:
    start_on, end_on = date(first, 1, 1), date(last + 1, 1, 1)
    return public_holidays([code], start_on=start_on, end_on=end_on)[code]


def check_notices(roster: Roster) -> Iterator[Finding]:
    """Yield whether there is what sends notices, and whether it knows every address."""
    if not roster.notify:
        return
    if find_spec("apprise") is None:
        yield problem(
            "notices",
            "they need more than is installed",
            install_words("notify"),
        )
        return
    from netkeep_sync.service.notices import is_address  # noqa: PLC0415  half a second, for whom it serves

    wrong = [number for number, address in enumerate(roster.notify, 1) if not is_address(address)]
    for number in wrong:
        yield problem(
            "notices",
            f"apprise can make nothing of address {number} under `notify`",
            "see apprise's list of services for how it is written",
        )
    if not wrong:
        yield ok("notices", f"apprise knows every address ({len(roster.notify)})")
