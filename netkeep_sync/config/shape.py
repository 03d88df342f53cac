"""Does the file have the shape of a roster? What does not is told in the user's words, all at once.

A value that does not fit is told, taken out, and the rest is checked on: so one run finds the wrong
cadence of one contact *and* the unknown category of another. The roster made from such a rest is never
used; `told` keeps what was taken out from being missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from netkeep_sync.config.schema import (
    AvailabilityEntry,
    BenchEntry,
    BusyEntry,
    CaldavEntry,
    CalendarEntry,
    CapacityEntry,
    CategoryEntry,
    ChannelEntry,
    ContactEntry,
    Entry,
    GoogleEntry,
    OwnerEntry,
    ProxyEntry,
    ReviewEntry,
    RosterEntry,
    ServeEntry,
    TripEntry,
)
from netkeep_sync.config.yaml_source import MAX_PROBLEMS, YamlPath, YamlSource
from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic_core import ErrorDetails

    from netkeep_sync.errors import Problem

__all__ = ["check_shape", "is_within", "subject"]


def check_shape(source: YamlSource) -> tuple[RosterEntry | None, list[Problem], frozenset[YamlPath]]:
    """Return what the file says, its misfits, and the paths of what was left out for them.

    The entry is None when so much is wrong that looking further is no help.
    """
    if not isinstance(source.tree, dict):
        problem = source.problem((), "a roster is made of keys and values", _EXAMPLE_FILE)
        return None, [] if () in source.refused else [problem], source.refused
    try:
        return RosterEntry.model_validate(source.tree), [], source.refused
    except ValidationError as error:
        errors = [_as_written(one, source) for one in error.errors(include_url=False)]
    news = _without_echoes([one for one in errors if not is_within(one["loc"], source.refused)])
    problems = [_problem(one, source) for one in news[:MAX_PROBLEMS]]
    told = source.refused | {_field(one["loc"]) for one in errors}
    if len(news) > MAX_PROBLEMS:
        return None, problems, told
    for one in errors:
        _take_out(source.tree, one)
    try:
        return RosterEntry.model_validate(source.tree), problems, told
    except ValidationError:
        return None, problems, told


def _as_written(error: ErrorDetails, source: YamlSource) -> ErrorDetails:
    """Return the misfit with its path in the file: "busy: work.ics" is read as "busy: {from: [work.ics]}",
    and "review: monthly" as "review: {cadence: monthly}".
    """
    match error["loc"]:
        case ("busy" as key, "from", *rest) | ("review" as key, "cadence", *rest) if not isinstance(
            source.tree.get(key), dict
        ):
            return {**error, "loc": (key, *rest)}
        case _:
            return error


def is_within(path: YamlPath, paths: Collection[YamlPath]) -> bool:
    """Tell whether `path`, or what it is part of, is one of `paths`."""
    return any(path[:length] in paths for length in range(len(path) + 1))


def subject(source: YamlSource, path: YamlPath) -> str:
    """Return how messages call the entry at `path`: a contact by name, never by number."""
    match path:
        case ("contacts" | "bench" as section, int(index), *_):
            contact = source.tree[section][index]
            names = [contact.get(key) for key in ("name", "id")] if isinstance(contact, dict) else []
            plain = (name for name in names if isinstance(name, str | int) and name not in ("", _UNKNOWN))
            return next(map(shown, plain), "this contact")
        case ("channels", str(key), *_):
            return f'channel "{shown(key)}"'
        case ("categories", str(key), *_):
            return f'category "{shown(key)}"'
        case ("calendars", int(), *_):
            return "this calendar"
        case ("travel", int(), *_):
            return "this trip"
        case ("owner", *_):
            return "the owner"
        case (str(key), *_):
            return f'"{shown(key)}"'
        case _:
            return "the roster"


def _field(loc: YamlPath) -> YamlPath:
    """Return the path of the whole field that a misfit is part of; an item only where items are entries.
    Half a calendar is none, so all of it is taken out.
    """
    match loc:
        case ("contacts" | "bench" | "travel", int()):
            return loc
        case ("calendars", int(), *_):
            return loc[:2]
        case (*field, int()):
            return tuple(field)
        case _:
            return loc


def _without_echoes(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out what an unknown key explains: no "category" where there is a "categry". Nor is a list too
    short because its items are wrong.
    """
    unknown: dict[YamlPath, list[str]] = {}
    for one in errors:
        if one["type"] == "extra_forbidden":
            unknown.setdefault(one["loc"][:-1], []).append(str(one["loc"][-1]))

    def is_echo(error: ErrorDetails) -> bool:
        if error["type"] == "too_short":
            return bool(error["input"])
        *entry, missing = error["loc"]
        return error["type"] == "missing" and any(
            did_you_mean(key, [str(missing)]) for key in unknown.get(tuple(entry), ())
        )

    return [one for one in errors if not is_echo(one)]


_UNKNOWN = "?"
# What stands in for a required value that was taken out, or for a whole item, by its path without indexes.
_STAND_INS: dict[YamlPath, Any] = {
    ("owner",): {"name": _UNKNOWN},
    ("owner", "name"): _UNKNOWN,
    ("timezone",): "UTC",
    ("contacts", "name"): _UNKNOWN,
    ("contacts", "category"): _UNKNOWN,
    ("bench", "name"): _UNKNOWN,
    ("bench", "category"): _UNKNOWN,
    ("travel", "city"): "x",
    ("travel", "from"): "2000-01-01",
    ("travel", "to"): "2000-01-01",
}
_STAND_IN_ITEMS: dict[str | int, Any] = {
    "contacts": {"name": _UNKNOWN, "category": _UNKNOWN},
    "bench": {"name": _UNKNOWN, "category": _UNKNOWN},
    "calendars": {},
    "travel": {"city": "x", "from": "2000-01-01", "to": "2000-01-01"},
}


def _take_out(tree: Any, error: ErrorDetails) -> None:
    field = _field(error["loc"])
    *way, last = field
    parent = tree
    for key in way:
        if parent[key] is None:
            parent[key] = {}
        parent = parent[key]
    stand_in = _STAND_INS.get(tuple(key for key in field if isinstance(key, str)))
    match last:
        case int():
            parent[last] = dict(_STAND_IN_ITEMS[way[-1]])
        case str() if stand_in and error["type"] != "extra_forbidden":
            parent[last] = stand_in
        case str() if way in (["channels"], ["categories"]):
            parent[last] = {}
        case _:
            parent.pop(last, None)


# In the words of the user

_EXAMPLE_FILE = "see config.example.yaml"

_SECTIONS: dict[str, type[Entry]] = {
    "owner": OwnerEntry,
    "capacity": CapacityEntry,
    "availability": AvailabilityEntry,
    "channels": ChannelEntry,
    "categories": CategoryEntry,
    "contacts": ContactEntry,
    "bench": BenchEntry,
    "travel": TripEntry,
    "busy": BusyEntry,
    "serve": ServeEntry,
    "review": ReviewEntry,
    "calendars": CalendarEntry,
}

_CALENDARS: dict[str, type[Entry]] = {"google": GoogleEntry, "caldav": CaldavEntry}

_EXAMPLES = {
    "owner": "name: Ana Kaya",
    "timezone": "timezone: Europe/Berlin",
    "capacity": "per_week: 3",
    "availability": "days: [mon, tue, wed]",
    "channels": "coffee: {minutes: 45}",
    "categories": "peers: {cadence: quarterly, channel: coffee}",
    "contacts": "name: John Doe",
    "bench": "name: John Doe",
    "again": "again: 2027-06-01",
    "travel": "city: Berlin",
    "milestones": "birthday: 03-14",
    "serve": "public_url: https://checkins.example.com",
    "proxy": "from: 127.0.0.1",
    "calendars": "ics: checkins.ics",
    "google": "calendar: Check-ins",
    "caldav": "url: https://cloud.example.com/remote.php/dav",
    "url": "url: https://cloud.example.com/remote.php/dav",
    "name": "name: John Doe",
    "ics": "ics: checkins.ics",
    "minutes": "minutes: 45",
    "buffer": "buffer: 15",
    "reminders": "reminders: [1440, 15]",
    "keep": "keep: 2",
    "per_day": "per_day: 1",
    "per_week": "per_week: 3",
    "minutes_per_month": "minutes_per_month: 300",
    "days": "days: [tue, wed]",
    "between": "between: [08:30-10:00]",
    "reachable": "reachable: [09:00-17:00]",
    "city": "city: Berlin",
    "from": "from: 2027-02-01",
    "to": "to: 2027-02-05",
}


def _problem(error: ErrorDetails, source: YamlSource) -> Problem:
    message, advice = _words(error, source)
    return source.problem(error["loc"], message, advice, of_key=error["type"] == "extra_forbidden")


def _words(error: ErrorDetails, source: YamlSource) -> tuple[str, str]:  # noqa: C901, PLR0912  a table
    """Return what is wrong and what to write, for everything that pydantic may find here."""
    path, value = error["loc"], error["input"]
    key = next((one for one in reversed(path) if isinstance(one, str)), "")
    match error["type"]:
        case "value_error":
            message, advice = error["ctx"]["error"].args
            return message, advice if isinstance(advice, str) else advice()
        case "missing":
            return f"{subject(source, path[:-1])} has no {key}", _missing_advice(path, source)
        case "extra_forbidden":
            return _unknown_key(path, source)
        case "model_type" | "dict_type":
            return _no_map(path, key, value)
        case "list_type" | "tuple_type":
            return f'"{key}" must be a list', 'start each of its entries with "- "'
        case "string_type" if value is None:
            return "this item is empty", "write something, or remove it"
        case "string_type":
            return f'"{key}" must be text', "put it in quotes"
        case "int_type" if isinstance(value, str) and value.isdecimal():
            return f'"{key}" must be a number', f"write {shown(value)} without quotes"
        case "int_type":
            return f'"{key}" must be a whole number', f'write "{_EXAMPLES.get(key, key)}"'
        case "greater_than_equal":
            return f"{key} is {value}", f"write {error['ctx']['ge']} or more"
        case "less_than_equal":
            return f"{key} is {value}", f"write {error['ctx']['le']} or less"
        case "too_short":
            return f'"{key}" is empty', f'write "{_EXAMPLES[key]}", or remove the line'
        case "too_long":
            most = error["ctx"]["max_length"]
            return f'"{key}" has more than {most} entries', f"keep {most} at the most"
        case "bool_type":
            return f'"{key}" must be true or false', f'write "{key}: true" or "{key}: false"'
        case "literal_error":
            expected = error["ctx"]["expected"].replace("'", '"')
            return f'{key} "{shown(value)}" is unknown', f"write {expected}"
        case _:
            return f'"{key}" does not fit here', _EXAMPLE_FILE


def _missing_advice(path: YamlPath, source: YamlSource) -> str:
    key = str(path[-1])
    if path == ("owner",):
        return 'write "owner: {name: Ana Kaya}"'
    if path == ("owner", "name"):
        return f'write "{_EXAMPLES["owner"]}"'
    categories = source.tree.get("categories")
    if key == "category" and isinstance(categories, dict) and categories:
        return f'write "category: " and one of {listed(categories)}'
    if key == "category":
        return 'write "category: peers", and say under "categories" what peers share'
    return f'write "{_EXAMPLES[key]}"'


def listed(words: Collection[str]) -> str:
    """Return some words in a row, for advice."""
    first = [shown(word) for word in list(words)[:8]]
    return ", ".join([*first, "..."] if len(words) > len(first) else first)


def _unknown_key(path: YamlPath, source: YamlSource) -> tuple[str, str]:
    *parent, key = path
    assert isinstance(key, str)  # noqa: S101  lists have no unknown keys
    if parent == ["busy"] and "/" in key:  # not quoted, for it is a secret
        return "an address stands alone, and not before a colon", 'write it as "busy: [https://...]"'
    known = _entry_at(parent).known_keys()
    sections = _SECTIONS | (_CALENDARS if parent[:1] == ["calendars"] else {})
    homes = [f'"{name}"' for name, entry in sections.items() if key in entry.known_keys()]
    if len(homes) > 1:  # whatever a contact may have, the bench may have too; and few mean the review
        homes = [one for one in homes if one not in ('"bench"', '"review"')]
    word = "for" if parent[:1] in (["contacts"], ["bench"]) else "in"
    message = f'"{shown(key)}" is unknown'
    if parent:
        message += f" {word} {subject(source, tuple(parent))}"
    if homes:
        return message, f"it belongs under {' or '.join(homes)}"
    if key in RosterEntry.known_keys():
        return message, "it belongs in the first column"
    if close := did_you_mean(key, known):
        return message, f'did you mean "{close}"?'
    return message, f"the keys here are {', '.join(known)}"


def _entry_at(path: list[str | int]) -> type[Entry]:
    """Return the kind of entry that stands at a path."""
    match path:
        case []:
            return RosterEntry
        case ["calendars", int(), "google"]:
            return GoogleEntry
        case ["calendars", int(), "caldav"]:
            return CaldavEntry
        case ["serve", "proxy"]:
            return ProxyEntry
        case _:
            return _SECTIONS[str(path[0])]


def _no_map(path: YamlPath, key: str, value: object) -> tuple[str, str]:
    """Return the words for a value that stands where keys and values belong."""
    match path:
        case ("contacts" | "bench", int()) if isinstance(value, str):
            return (
                f'"{shown(value)}" is only a name',
                f'write "- name: {shown(value)}", and "category: " below it',
            )
        case ("calendars", int()) if value == "caldav":
            example = f"caldav: {{{_EXAMPLES['url']}, user: ana}}"
            return "this caldav calendar has no address", f'write "- {example}"'
        case ("categories", str(), *_):
            example = "cadence: quarterly"
        case ("channels", str(), *_):
            example = "minutes: 45"
        case _:
            example = _EXAMPLES[key]
    if isinstance(path[-1], int):
        return "this entry has no keys", f'write "- {example}"'
    return f'"{shown(key)}" has no keys', f'write them below it, indented, such as "{example}"'
