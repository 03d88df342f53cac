"""The manual page: of every command, and good in roff's own eyes."""

import re

import pytest

from netkeep_sync import errors
from netkeep_sync.cli.main import _COMMANDS
from netkeep_sync.cli.manual import EXIT_STATUSES
from tests.deploy.tools import found, ran


@pytest.fixture
def page(world):
    return world.ok("man")


def shown(page):
    done = ran(found("mandoc", how="apt-get install mandoc"), "-T", "utf8", "-O", "width=100", input=page)
    return re.sub(".\b", "", done.stdout)  # bold is struck twice


def test_roff_finds_nothing_to_say_about_the_page(page):
    done = ran(found("mandoc", how="apt-get install mandoc"), "-T", "lint", "-W", "warning", input=page)
    told = [line for line in done.stdout.splitlines() if "missing date" not in line]  # it has a version

    assert told == []


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_stands_in_the_page(page, name):
    assert re.search(rf'^\.SS "{name}[ "]', page, re.MULTILINE)


def test_the_page_shows_what_help_tells(page):
    text = shown(page)

    assert "done CONTACT..." in text
    assert "--promised TEXT" in text
    assert "feed rotate [NAME]" in text
    assert "netkeep-sync init" in text


def test_every_exit_status_stands_in_the_page():
    statuses = {one.exit_status for one in vars(errors).values() if hasattr(one, "exit_status")}

    assert EXIT_STATUSES.keys() >= statuses
