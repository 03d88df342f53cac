"""The roster that `netkeep-sync init` writes: short, and right from the first line on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from netkeep_sync.config.timezones import is_timezone

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCHEMA_NAME", "local_timezone", "starter"]

SCHEMA_NAME = "netkeep.schema.json"
"""The JSON Schema's file, beside the roster."""

_STARTER = """\
# yaml-language-server: $schema=netkeep.schema.json
#
# Few people, booked on the calendar: one or two for each group that matters to you.
# `netkeep-sync check` reads this file, `netkeep-sync plan` shows what would be booked.

owner: {name: Your Name, email: you@example.com}
timezone: TIMEZONE

capacity: {per_day: 1, per_week: 3}         # the time you really have

availability:
  days: [mon, tue, wed, thu, fri]
  # holidays: DE                            # keep public holidays free: DE, DE-BE, US-CA
  # away: [2026-12-21..2027-01-03]
  # avoid: [last week of a quarter]

categories:
  recruiters:
    cadence: quarterly                      # weekly, every 6 weeks, monthly, twice a year
    channel: coffee                         # or lunch, video, call
    keep: 2
    ask: [What kind of roles are you working on?]
    offer: [People I know who are looking]
  hiring leaders:
    cadence: every 6 months
    channel: video
    keep: 2
    ask: [What business problems keep you up at night?]

contacts:
  - name: John Doe
    category: recruiters
    # last_met: 2026-09-14                  # the program remembers what comes after
    notes: Moved to Acme. Has a marathon in spring.
  - name: Grace Liu
    category: hiring leaders
    # timezone: America/New_York            # where they live, if not where you live

review: quarterly                           # a look over this list, booked too; off for none

calendars:
  - ics: checkins.ics                       # open it, or subscribe to it
"""


def starter(*, timezone: str) -> str:
    """Return a roster to begin with, for an owner who lives in `timezone`."""
    return _STARTER.replace("TIMEZONE", timezone)


def local_timezone(environ: Mapping[str, str] = os.environ, *, link: Path = Path("/etc/localtime")) -> str:
    """Return the IANA name of this machine's zone; "UTC" where it does not tell."""
    try:
        target = str(link.readlink())
    except OSError:
        target = ""
    for name in (environ.get("TZ", "").removeprefix(":"), target.partition("zoneinfo/")[2]):
        if is_timezone(name):
            return name
    return "UTC"
