"""The reference is that of this program, and whole."""

import re

import pytest
import yaml
from jsonschema import validate  # type: ignore[import-untyped]

from netkeep_sync.cli.main import _COMMANDS
from netkeep_sync.config.json_schema import json_schema
from tests.docs import commands as every_command
from tests.docs.reference import CONTRIBUTING, PLACES, README, REFERENCE, commands, main, reference, within
from tests.docs.rooms import drawn
from tests.test_arrows import MAY_IMPORT, ROOMS

SCHEMA = json_schema()
TEXT = REFERENCE.read_text(encoding="utf-8")
ENTRIES = {"The keys at the top": SCHEMA, **{place: SCHEMA["$defs"][kind] for kind, place in PLACES.items()}}


def rows(place):
    section = TEXT.split(f"## {place[0].upper()}{place[1:]}\n")[1].split("\n## ")[0]
    found = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in section.splitlines() if line[:3] == "| `"]
    return {one[0].strip("`"): one for one in found}


def test_it_is_up_to_date():
    # To renew it: python tests/docs/reference.py --write
    assert reference() == TEXT
    assert README.read_text(encoding="utf-8") == within(README, commands())
    assert CONTRIBUTING.read_text(encoding="utf-8") == within(CONTRIBUTING, drawn())
    assert every_command.COMMANDS.read_text(encoding="utf-8") == every_command.reference()
    assert main() == 0


@pytest.mark.parametrize("place", ENTRIES)
def test_every_key_has_its_kind_its_meaning_its_default_and_an_example(place):
    found, wanted = rows(place), ENTRIES[place]
    keys = found if place.startswith("bench") else wanted["properties"]

    assert {*found} == {*keys}
    assert all(len(one) == 5 and all(one) for one in found.values())
    assert [key for key, one in found.items() if one[3] == "required"] == [
        key for key in found if key in wanted.get("required", ())
    ]
    assert [key for key, one in found.items() if one[4] == "–" and "map]" not in one[1]] == []


@pytest.mark.parametrize("place", ENTRIES)
def test_every_example_may_stand_in_the_file(place):
    keys = ENTRIES[place]["properties"]
    for key, row in rows(place).items():
        if row[4] != "–":
            example = yaml.safe_load(row[4].strip("`"))
            assert [*example] == [key]
            validate(example, {"properties": {key: keys[key]}, "$defs": SCHEMA["$defs"]})


def test_every_command_is_listed_with_what_it_does():
    assert [f"| `{name}` | {words} |" in commands() for name, (_, words) in _COMMANDS.items()] == [
        True for _ in _COMMANDS
    ]


def test_every_command_has_a_section_with_all_of_its_options():
    sections = every_command.COMMANDS.read_text(encoding="utf-8").split("\n## ")[1:]
    told = {one.splitlines()[0]: one for one in sections}
    shown = {
        ctx.command_path.removeprefix("netkeep-sync "): [
            name for one in ctx.command.params for name in one.opts if name.startswith("--")
        ]
        for ctx in every_command.contexts()
    }

    assert {*_COMMANDS} <= {*told} == {*shown}
    common = {"--config", "--as-of"}
    assert [
        (name, option)
        for name, options in shown.items()
        for option in options
        if option not in common and f"{option}" not in told[name]
    ] == []


def test_the_graph_of_the_rooms_has_each_of_them_and_its_arrows_are_those_that_may_be():
    graph = drawn()
    drawn_arrows = re.findall(r"^    (\w+) --> (\w+)$", graph, re.MULTILINE)

    assert {*re.findall(r"^    (\w+)\[", graph, re.MULTILINE)} == {*ROOMS}
    assert drawn_arrows
    assert [(a, b) for a, b in drawn_arrows if b not in MAY_IMPORT[a] and (a, b) != ("cli", "web")] == []
