"""What README and the documents it leads to say is true: rosters plan, commands exist, keys are told."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

import netkeep_sync
from netkeep_sync import errors
from netkeep_sync.cli.connect import google
from netkeep_sync.cli.connect_caldav import caldav
from netkeep_sync.cli.main import _COMMANDS
from netkeep_sync.cli.sync import sync
from netkeep_sync.config.json_schema import json_schema
from netkeep_sync.core.roster import CaldavCalendar, GoogleCalendar
from tests.docs.commands import COMMANDS
from tests.docs.documents import anchors, blocks, documents, links

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "config.example.yaml").read_text(encoding="utf-8")
DOCUMENTS = documents()
WRITTEN = "\n".join(text for path, text in DOCUMENTS.items() if path != COMMANDS)
"""All documents but the list that is made of the commands themselves."""


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_is_in_readme(name):
    assert re.search(rf"netkeep-sync {name}\b|`{name}\b", README)


@pytest.mark.parametrize("key", json_schema()["properties"])
def test_every_top_level_key_is_in_readme_and_the_example(key):
    assert f"| `{key}` |" in README
    assert re.search(rf"^(?:# )?{key}:", EXAMPLE, re.MULTILINE)


@pytest.mark.parametrize("command", [google, caldav, sync], ids=["connect google", "connect caldav", "sync"])
def test_every_option_of_a_remote_calendar_is_told(command):
    common = {"config", "as_of"}
    options = [one.opts[0] for one in command.params if one.name not in common]

    assert options
    assert [
        one
        for one in options
        if not re.search(rf"`[^`]*{one}\b[^`]*`|^netkeep-sync .*{one}", WRITTEN, re.MULTILINE)
    ] == []


@pytest.mark.parametrize(
    "key", [one.name for kind in (GoogleCalendar, CaldavCalendar) for one in fields(kind)]
)
def test_every_setting_of_a_remote_calendar_is_told(key):
    text = DOCUMENTS[ROOT / "netkeep_sync" / "targets" / "CALENDARS.md"]

    assert re.search(rf"^\| [^|]*`{key}`[^|]* \|", text, re.MULTILINE)


def test_the_contents_list_every_section_below_them():
    contents = README[README.index("## Contents") : README.index("## Your own roster")]
    below = re.findall(r"^## (.+)$", README[README.index("## Your own roster") :], re.MULTILINE)

    assert re.findall(r"\[(.+?)\]\(#", contents) == below


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda one: str(one.relative_to(ROOT)))
def test_every_link_of_a_document_leads_to_a_file_that_is_there_and_a_heading_in_it(path):
    found = links(path, DOCUMENTS[path])

    assert [str(to) for to, _ in found if not to.exists()] == []
    assert [
        f"{to.name}#{anchor}" for to, anchor in found if anchor and anchor not in anchors(DOCUMENTS[to])
    ] == []
    assert len(anchors(DOCUMENTS[path])) == len({*anchors(DOCUMENTS[path])})


def test_readme_leads_to_every_document():
    written = {
        one for room in (".github", "deploy", "netkeep_sync", "tests") for one in (ROOT / room).rglob("*.md")
    }

    assert {*DOCUMENTS} == {*written, *ROOT.glob("*.md")}


def test_readme_is_read_in_one_go():
    assert len(README.splitlines()) < 500
    assert README.index("## Contents") < 5000


def test_every_exit_status_is_in_readme():
    statuses = {one.exit_status for one in vars(errors).values() if hasattr(one, "exit_status")}

    assert all(f"\n| {status} | " in README for status in {*statuses, 0, 70, 130, 141})


def test_every_command_that_a_document_shows_is_one():
    shell = [block for text in DOCUMENTS.values() for block in blocks(text, "sh")]
    shown = re.findall(r"^netkeep-sync ([a-z]+)", "\n".join(shell), re.MULTILINE)

    assert shown
    assert set(shown) <= set(_COMMANDS)


def test_the_smallest_roster_plans(world):
    [roster] = blocks(README, "yaml")
    world.write(roster)

    assert "John Doe" in world.ok("plan")


def test_the_mistake_shown_is_the_one_told(world):
    [roster] = blocks(README, "yaml")
    world.write(roster.replace("quarterly", "quaterly"))
    told = world.run("check").err.splitlines()[0].partition("netkeep.yaml")[2]

    assert f"netkeep.yaml{told}" in README


@pytest.mark.parametrize("as_of", ["2026-11-23", "2027-03-01", "2028-02-29", "2031-12-31"])
def test_the_example_is_sensible_whatever_the_date(world, as_of):
    world.write(EXAMPLE)
    document = json.loads(world.ok("plan", "--json", as_of=as_of))

    assert document["unplaced"] == []
    assert len({one["contact"] for one in document["occurrences"]}) == len(document["series"]) == 9


def test_ci_runs_the_test_command_of_readme():
    [command] = re.findall(r"^python3 -m venv .*-m pytest$", README, re.MULTILINE)

    assert "-r tests/requirements.txt" in command
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_locks_pin_with_hashes_and_name_no_registry():
    for lock in (ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt"):
        text = lock.read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9.\-]+(?:\[[a-z,]+\])?==", text, re.MULTILINE)
        assert len(pinned) > 20
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda one: str(one.relative_to(ROOT)))
def test_every_file_that_a_document_names_is_there(path):
    rooms = r"(?:netkeep_sync|tests|deploy|\.ci)/[\w./-]*"
    named = {*re.findall(rf"(?<![\w./])({rooms}\b/?)", DOCUMENTS[path])}

    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_changelog_tells_of_this_version_and_of_every_command():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert text.index("## Unreleased") < text.index(netkeep_sync.__version__)
    assert [name for name in _COMMANDS if not re.search(rf"`{name}\b", text)] == []
