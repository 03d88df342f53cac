"""What README says is true: its rosters plan, its commands exist, its keys are all there are."""

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
from netkeep_sync.config.schema import json_schema
from netkeep_sync.core.roster import CaldavCalendar, GoogleCalendar

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REMOTE = (GoogleCalendar, CaldavCalendar)
EXAMPLE = (ROOT / "config.example.yaml").read_text(encoding="utf-8")


def blocks(language):
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return [text for name, text in fenced if name == language]


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_is_in_readme(name):
    assert re.search(rf"netkeep-sync {name}\b|`{name}\b", README)


@pytest.mark.parametrize("key", json_schema()["properties"])
def test_every_top_level_key_is_in_readme_and_the_example(key):
    assert f"| `{key}` |" in README
    assert re.search(rf"^(?:# )?{key}:", EXAMPLE, re.MULTILINE)


@pytest.mark.parametrize("command", [google, caldav, sync], ids=["connect google", "connect caldav", "sync"])
def test_every_option_of_a_remote_calendar_is_in_readme(command):
    common = {"config", "as_of"}
    options = [one.opts[0] for one in command.params if one.name not in common]

    assert options
    assert [
        one
        for one in options
        if not re.search(rf"`[^`]*{one}\b[^`]*`|^netkeep-sync .*{one}", README, re.MULTILINE)
    ] == []


@pytest.mark.parametrize(
    "key", [one.name for kind in (GoogleCalendar, CaldavCalendar) for one in fields(kind)]
)
def test_every_setting_of_a_remote_calendar_is_in_readme(key):
    assert re.search(rf"^\| [^|]*`{key}`[^|]* \|", README, re.MULTILINE)


def test_the_contents_list_every_section_below_them_and_every_link_within_leads_somewhere():
    headings = re.findall(r"^##+ (.+)$", README, re.MULTILINE)
    anchors = [re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings]
    contents = README[README.index("## Contents") : README.index("## Your own roster")]
    below = re.findall(r"^## (.+)$", README[README.index("## Your own roster") :], re.MULTILINE)

    assert re.findall(r"\[(.+?)\]\(#", contents) == below
    assert {*re.findall(r"\]\(#([^)]+)\)", README)} <= {*anchors}
    assert len(anchors) == len({*anchors})


def test_every_exit_status_is_in_readme():
    statuses = {one.exit_status for one in vars(errors).values() if hasattr(one, "exit_status")}

    assert all(f"\n| {status} | " in README for status in {*statuses, 0, 70, 130})


def test_the_json_of_sync_has_the_keys_that_are_shown(world):
    [shown] = re.findall(r"^sync    (\{.*?\]\})$", README, re.DOTALL | re.MULTILINE)
    document = json.loads(world.ok("sync", "--json"))
    [target] = document["targets"]
    keys = [*document, *target, *target["create"][0], *target["create"][0]["changes"][0]]

    assert all(f'"{key}"' in shown for key in keys)


def test_every_command_that_readme_shows_is_one():
    shown = re.findall(r"^netkeep-sync ([a-z]+)", "\n".join(blocks("sh")), re.MULTILINE)

    assert shown
    assert set(shown) <= set(_COMMANDS)


def test_the_smallest_roster_plans(world):
    [roster] = blocks("yaml")
    world.write(roster)

    assert "John Doe" in world.ok("plan")


def test_the_mistake_shown_is_the_one_told(world):
    [roster] = blocks("yaml")
    world.write(roster.replace("quarterly", "quaterly"))
    told = world.run("check").err.splitlines()[0].partition("netkeep.yaml")[2]

    assert f"netkeep.yaml{told}" in README


def test_the_json_shown_has_the_keys_that_are_printed(world):
    [shown] = [block for block in blocks("") if '"horizon"' in block]
    document = json.loads(world.ok("plan", "--json"))
    keys = [*document, *document["horizon"], *document["series"][0], *document["occurrences"][0]]

    assert all(f'"{key}"' in shown for key in [*keys, *document["load"][0]])


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


@pytest.mark.parametrize(
    "name", ["README.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md", "deploy/README.md"]
)
def test_every_file_that_a_document_names_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    rooms = r"(?:netkeep_sync|tests|deploy|\.ci)/[\w./-]*"
    named = set(re.findall(rf"(?<![\w./])({rooms}\b/?)", text))
    linked = {Path(name).parent / one for one in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", text)}

    assert named
    assert [str(one) for one in {*map(Path, named), *linked} if not (ROOT / one).exists()] == []


def test_the_changelog_tells_of_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert text.index("## Unreleased") < text.index(netkeep_sync.__version__)
