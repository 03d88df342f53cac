from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

import netkeep_sync.config
from netkeep_sync.config.channels import BUILT_IN_CHANNELS
from netkeep_sync.config.json_schema import json_schema, schema_text
from netkeep_sync.config.schema import BenchEntry, Entry, RosterEntry
from netkeep_sync.config.starter import SCHEMA_NAME, starter
from netkeep_sync.config.yaml_source import read_yaml

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
SHIPPED = Path(netkeep_sync.config.__file__).with_name(SCHEMA_NAME)
SCHEMA = json_schema()


def entries() -> list[tuple[str, dict[str, Any]]]:
    return [("RosterEntry", SCHEMA), *SCHEMA["$defs"].items()]


def keys() -> list[Any]:
    return [
        pytest.param(schema["properties"][key], id=f"{name}.{key}")
        for name, schema in entries()
        for key in schema["properties"]
    ]


def errors(tree: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(tree)]


def tree(text: str) -> Any:
    return read_yaml(text, file="f.yaml").tree


def test_the_schema_is_one_of_draft_2020_12():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_shipped_schema_is_up_to_date():
    # To renew it: netkeep-sync schema > netkeep_sync/config/netkeep.schema.json
    assert SHIPPED.read_text(encoding="utf-8") == schema_text()


def test_every_key_of_every_model_is_in_the_schema():
    every: list[type[Entry]] = [*Entry.__subclasses__(), BenchEntry]
    models = {model.__name__: model for model in every}

    assert {name: set(schema["properties"]) for name, schema in entries()} == {
        name: set(model.known_keys()) for name, model in models.items()
    }


@pytest.mark.parametrize("schema", keys())
def test_every_key_is_described_in_a_sentence(schema):
    assert schema["description"][0].isupper() or schema["description"].startswith("coffee,")
    assert schema["description"].endswith(".")


def test_every_entry_is_described_and_refuses_unknown_keys():
    for name, schema in entries():
        assert schema["description"], name
        assert schema["additionalProperties"] is False, name


def test_no_key_has_a_title_or_may_be_null_by_the_making_of_pydantic():
    text = schema_text()

    assert '"null"' not in text
    assert text.count('"title": "') == 1


@pytest.mark.parametrize("schema", keys())
def test_every_example_is_valid(schema):
    validator = jsonschema.Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]})

    for one in schema.get("examples", []):
        validator.validate(one)


def test_the_built_in_channels_are_offered():
    assert list(SCHEMA["properties"]["channels"]["properties"]) == [one.key for one in BUILT_IN_CHANNELS]


def test_the_example_and_the_starter_are_valid():
    assert errors(tree(EXAMPLE.read_text(encoding="utf-8"))) == []
    assert errors(tree(starter(timezone="Europe/Berlin"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "timezone: UTC",
        "owner: {name: A}\ntimezone: UTC\ncapcity: {}",
        "owner: {name: A}\ntimezone: UTC\ncapacity: {per_day: 0}",
        "owner: {name: A}\ntimezone: UTC\navailability: {days: [moon]}",
        "owner: {name: A}\ntimezone: UTC\navailability: {away: tomorrow}",
        "owner: {name: A}\ntimezone: UTC\nchannels: {coffee: {between: 8-9}}",
        "owner: {name: A}\ntimezone: UTC\ncategories: {x: {flex: 10}}",
        "owner: {name: A}\ntimezone: UTC\ncontacts: [{name: B}]",
        "owner: {name: A}\ntimezone: UTC\ncalendars: [caldav]",
        "owner: {name: A}\ntimezone: UTC\ncalendars: [{}]",
        "owner: {name: A}\ntimezone: UTC\ncalendars: [{google: , ics: a.ics}]",
        "owner: {name: A}\ntimezone: UTC\ncalendars: [{google: , show: busy}]",
        "owner: {name: A}\ntimezone: UTC\ncalendars: [google: {calendar_id: Mine}]",
        "owner: {name: A}\ntimezone: UTC\ncategories: {x: {color: red}}",
        "owner: {name: A}\ntimezone: UTC\ncategories: {x: {reminders: [1, 2, 3, 4, 5, 6]}}",
        "owner: {name: A}\ntimezone: UTC\nchannels: {call: {reminders: 40321}}",
        "owner: {name: A}\ntimezone: UTC\ndatabase: mysql://h/n",
        "owner: {name: A}\ntimezone: UTC\ncapacity: {minutes_per_month: 4}",
        "owner: {name: A}\ntimezone: UTC\navailability: {buffer: 241}",
        f"owner: {{name: A}}\ntimezone: UTC\navailability: {{avoid: [{', '.join(['may'] * 21)}]}}",
        "owner: {name: A}\ntimezone: UTC\ncategories: {x: {from: planned}}",
        "owner: {name: A}\ntimezone: UTC\ncategories: {x: {days: []}}",
        "owner: {name: A}\ntimezone: UTC\nfreeze: 61",
        "owner: {name: A}\ntimezone: UTC\nfreeze: soon",
        "owner: {name: A}\ntimezone: UTC\nmilestones: {birthday: 03-14}",
        "owner: {name: A}\ntimezone: UTC\ntravel: [{city: Berlin, from: 2027-02-01}]",
        "owner: {name: A}\ntimezone: UTC\ncontacts: [{name: B, category: c, milestones: {birthday: soon}}]",
    ],
)
def test_an_editor_sees_what_the_program_would_refuse(text, refused):
    assert errors(tree(text))
    assert refused(text)


@pytest.mark.parametrize(
    "calendar", ["google", "google: ", "google: {}", "ics: a.ics", "{ics: a.ics, show: busy}"]
)
def test_an_editor_takes_every_way_to_write_a_calendar(calendar):
    assert errors(tree(f"owner: {{name: A}}\ntimezone: UTC\ncalendars:\n  - {calendar}\n")) == []


def test_the_example_shows_every_key():
    text = EXAMPLE.read_text(encoding="utf-8")
    missing = [
        f"{name}.{key}" for name, schema in entries() for key in schema["properties"] if f"{key}:" not in text
    ]

    assert missing == []


def test_the_example_names_a_schema_that_is_there():
    first, _, _ = EXAMPLE.read_text(encoding="utf-8").partition("\n")
    label, _, path = first.partition("$schema=")

    assert label == "# yaml-language-server: "
    assert (EXAMPLE.parent / path).samefile(SHIPPED)


def test_the_example_holds_the_people_that_the_readme_tells_of():
    entry = RosterEntry.model_validate(tree(EXAMPLE.read_text(encoding="utf-8")))
    john = next(one for one in entry.contacts if one.name == "John Doe")
    recruiters, leaders = entry.categories["recruiters"], entry.categories["hiring leaders"]

    assert entry.roster == "example"
    assert [one.ics for one in entry.calendars] == ["checkins.ics"]
    assert (john.category, str(recruiters.cadence), recruiters.channel) == (
        "recruiters",
        "quarterly",
        "coffee",
    )
    assert (str(leaders.cadence), leaders.channel) == ("every 6 months", "video")
    assert leaders.ask == ("What business problems keep you up at night?",)
    for key in entry.categories:
        assert 1 <= sum(one.category == key for one in entry.contacts) <= 2
