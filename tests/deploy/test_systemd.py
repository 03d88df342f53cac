"""The unit: without a fault in systemd's own eyes, and as closed as it promises."""

import pytest

from tests.deploy.tools import DEPLOY, found, ran

UNIT = DEPLOY / "systemd" / "netkeep-sync.service"
START = "/opt/netkeep-sync/bin/netkeep-sync"
APT = "apt-get install systemd"


@pytest.fixture
def unit(tmp_path):
    """The unit with a program that is there."""
    text = UNIT.read_text(encoding="utf-8")
    assert text.count(START) == 1
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace(START, "/bin/true"), encoding="utf-8")
    return copy


def verified(unit):
    # A misspelt key is told on standard error, and is no failure to systemd.
    done = ran(found("systemd-analyze", how=APT), "verify", "--man=no", unit)
    return done.returncode, done.stdout + done.stderr


def test_systemd_finds_nothing_to_say_about_the_unit(unit):
    assert verified(unit) == (0, "")


def test_a_misspelt_key_would_be_found(unit):
    unit.write_text(unit.read_text().replace("WatchdogSec", "WatchDogSec"))

    assert "WatchDogSec" in verified(unit)[1]


def test_the_unit_is_as_closed_as_promised(unit):
    done = ran(found("systemd-analyze", how=APT), "security", "--offline=true", "--threshold=15", unit)

    assert done.returncode == 0, done.stdout


def test_the_watchdog_waits_longer_than_a_pass_may_take(unit):
    from netkeep_sync.service.lease import LEASE

    settings = dict(line.split("=", 1) for line in unit.read_text().splitlines() if line[:1].isalpha())

    assert settings["WatchdogSec"] == settings["TimeoutStartSec"] == "10min"
    assert LEASE.total_seconds() < 600


def test_its_user_is_made_with_the_folder_of_the_unit_as_home(tmp_path):
    (tmp_path / "etc").mkdir()
    text = (DEPLOY / "systemd" / "netkeep-sync.sysusers").read_text(encoding="utf-8")
    done = ran(found("systemd-sysusers", how=APT), f"--root={tmp_path}", "-", input=text)
    [user] = (tmp_path / "etc" / "passwd").read_text().splitlines()

    assert done.returncode == 0, done.stderr
    assert user.split(":")[0] == "netkeep"
    assert f"WorkingDirectory={user.split(':')[5]}\n" in UNIT.read_text()
