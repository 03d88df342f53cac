from __future__ import annotations

from pathlib import Path

import pytest

from netkeep_sync.config.starter import SCHEMA_NAME, local_timezone, starter


def test_the_starter_is_a_roster_for_the_zone_of_its_owner(parsed):
    roster = parsed(starter(timezone="America/New_York"))

    assert roster.timezone == "America/New_York"
    assert [contact.name for contact in roster.contacts] == ["Grace Liu", "John Doe"]
    assert len(roster.calendars) == 1


def test_the_starter_names_the_schema_beside_it_in_its_first_line():
    assert starter(timezone="UTC").startswith(f"# yaml-language-server: $schema={SCHEMA_NAME}\n")


def test_the_starter_is_short():
    lines = starter(timezone="UTC").splitlines()

    assert len(lines) < 50
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("variable", "target", "name"),
    [
        ("Asia/Tokyo", "/usr/share/zoneinfo/Europe/Berlin", "Asia/Tokyo"),
        (":Asia/Tokyo", None, "Asia/Tokyo"),
        ("", "/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("", "/var/db/timezone/zoneinfo/America/Argentina/Salta", "America/Argentina/Salta"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "../usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("nonsense", "/somewhere/else", "UTC"),
        ("", None, "UTC"),
    ],
)
def test_the_machine_tells_its_zone_by_its_environment_or_its_clock(tmp_path, variable, target, name):
    link = tmp_path / "localtime"
    if target:
        link.symlink_to(target)

    assert local_timezone({"TZ": variable}, link=link) == name


def test_a_machine_that_tells_nothing_is_in_utc(tmp_path):
    plain = tmp_path / "localtime"
    plain.write_bytes(b"TZif")

    assert local_timezone({}, link=plain) == "UTC"
    assert local_timezone({}, link=Path("/nowhere/at/all")) == "UTC"
