"""The reference of the file and of the commands, and the graph of the rooms, made of the program.

`python tests/docs/reference.py --write` writes `netkeep_sync/config/REFERENCE.md`,
`netkeep_sync/cli/COMMANDS.md`, and between their markers the list of commands in README and the graph of the
rooms in CONTRIBUTING. Without `--write` it tells what is out of date, and ends with 1 if anything is.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from netkeep_sync.cli.main import _COMMANDS  # noqa: E402  the path is needed first
from netkeep_sync.config.json_schema import json_schema  # noqa: E402
from tests.docs import commands as every_command  # noqa: E402
from tests.docs import rooms  # noqa: E402

REFERENCE = ROOT / "netkeep_sync" / "config" / "REFERENCE.md"
README = ROOT / "README.md"
CONTRIBUTING = ROOT / ".github" / "CONTRIBUTING.md"
BEGIN, END = "<!-- commands: made by tests/docs/reference.py -->", "<!-- end of commands -->"

HEAD = """\
# The roster file, key by key

Made from the schema of the file, which `netkeep-sync schema` prints for editors. A whole roster with comments
is `config.example.yaml`; what several keys do together is told in [the roster file](ROSTER.md). Where a list
may stand, one value may stand alone. A key without a value counts as not written. A dash says: nothing,
unless you write it; of a map there is more below.
"""

PLACES = {
    "OwnerEntry": "owner",
    "CapacityEntry": "capacity",
    "AvailabilityEntry": "availability",
    "ChannelEntry": "channels: each of them",
    "CategoryEntry": "categories: each of them",
    "ContactEntry": "contacts: each of them",
    "BenchEntry": "bench: each of them",
    "TripEntry": "travel: each trip",
    "BusyEntry": "busy",
    "CalendarEntry": "calendars: each of them",
    "GoogleEntry": "calendars: google",
    "CaldavEntry": "calendars: caldav",
    "ReviewEntry": "review",
    "ServeEntry": "serve",
    "ProxyEntry": "serve: proxy",
}
"""In the order of a reader: where in the file each kind of entry stands."""

EXAMPLES = {
    "name": "John Doe",
    "email": "john.doe@example.com",
    "roster": "ana",
    "category": "recruiters",
    "cadence": "quarterly",
    "to": "2026-09-18",
    "place": "Café Mitte",
    "notes": "Training for his first marathon.",
    "ask": ["How did the marathon go?"],
    "offer": ["An introduction to the platform team"],
    "per_day": 1,
    "per_week": 3,
    "client_file": "google-client.json",
    "token_file": "google-token.json",
    "password_file": "caldav.password",
    "account_file": "caldav.json",
}
"""Of the keys whose example the schema leaves to the reader, or where another teaches more."""


def reference() -> str:
    """Return the reference of the file as Markdown."""
    schema = json_schema()
    kinds = schema["$defs"]
    if unplaced := sorted({*kinds} ^ {*PLACES}):
        raise SystemExit(f"tests/docs/reference.py: say in PLACES where these stand: {', '.join(unplaced)}")
    parts = [HEAD, "## The keys at the top\n", _table(schema, below="")]
    for kind, place in PLACES.items():
        parts += [f"## {place[0].upper()}{place[1:]}\n", f"{kinds[kind]['description']}\n"]
        if kind == "BenchEntry":
            own = {key: one for key, one in kinds[kind]["properties"].items() if key not in _contact(kinds)}
            parts += [
                "All keys of a contact, and:\n",
                _table({**kinds[kind], "properties": own}, below=place),
            ]
        else:
            parts.append(_table(kinds[kind], below=place))
    return "\n".join(parts)


def _contact(kinds: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = kinds["ContactEntry"]["properties"]
    return found


def _table(entry: dict[str, Any], *, below: str) -> str:
    rows = [
        (
            f"`{key}`",
            _kind(one),
            *_told(one, is_required=key in entry.get("required", ())),
            _example(key, one),
        )
        for key, one in entry["properties"].items()
    ]
    head = ("key", "takes", "what it says", "default", "example")
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(one)} |\n" for one in lines)


def _told(value: dict[str, Any], *, is_required: bool) -> tuple[str, str]:
    """Return what a key says, and its default, which stands at the end of its description."""
    words, default = value["description"], "–"
    if found := re.search(r" Default:? (.+)\.$", words, re.DOTALL):
        words, default = words[: found.start()], found[1]
    elif "default" in value:
        default = f"`{_yaml(value['default'])}`"
    return _cell(words), "required" if is_required else _cell(default)


def _kind(value: dict[str, Any]) -> str:
    """Return what kind of value a key takes, in words."""
    match value:
        case {"$ref": str(ref)} | {"allOf": [{"$ref": str(ref)}]}:
            return f"[map](#{_anchor(ref)})"
        case {"anyOf": [*several]}:
            return " or ".join(dict.fromkeys(_kind(one) for one in several))
        case {"enum": [*words]}:
            return ", ".join(f"`{one}`" for one in words if len(words) < 12 or len(one) == 3)
        case {"const": word}:
            return "nothing" if word is None else f"`{word}`"
        case {"type": [*types]}:
            return " or ".join(_kind({**value, "type": one}) for one in types)
        case {"type": "integer", "minimum": low, "maximum": high}:
            return f"number, {low} to {high}"
        case {"type": "array", "items": dict(items)}:
            return f"list of {_kind(items)}" if "$ref" in items or "anyOf" in items else "list"
        case {"type": "object", "additionalProperties": dict(inner)}:
            return f"map of names to {_kind(inner)}"
        case _:
            return {"boolean": "`true` or `false`", "string": "text"}[value["type"]]


def _anchor(ref: str) -> str:
    """Return the anchor that a forge gives the heading of this kind of entry."""
    return re.sub(r"[^\w -]", "", PLACES[ref.rpartition("/")[2]].lower()).replace(" ", "-")


def _example(key: str, value: dict[str, Any]) -> str:
    """Return a line as it may stand in the file, of several words one that is not the default; a dash where a
    map of its own has them.
    """
    if key in EXAMPLES:
        return _cell(f"`{key}: {_yaml(EXAMPLES[key])}`")
    kinds = [value, *value.get("anyOf", ())]
    given = next((one["examples"] for one in kinds if "examples" in one), None)
    if given is None:
        _, default = _told(value, is_required=False)
        given = [one for one in value.get("enum", ()) if one != default.strip("`")]
        given = given or ([True] if value.get("type") == "boolean" else ())
    return _cell(f"`{key}: {_yaml(given[0])}`") if given else "–"


def _yaml(value: Any) -> str:
    """Return a value as it may stand behind its key."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=500, sort_keys=False)
    return text.removesuffix("...\n").strip()


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def commands() -> str:
    """Return the list of commands as Markdown."""
    rows = "".join(f"| `{name}` | {_cell(words)} |\n" for name, (_, words) in _COMMANDS.items())
    return f"{BEGIN}\n\n| command | |\n| --- | --- |\n{rows}\n{END}"


def within(path: Path, made: str) -> str:
    """Return a document with what is made anew in place of what stands between the same two markers."""
    begin, end = made.splitlines()[0], made.splitlines()[-1]
    before, begun, rest = path.read_text(encoding="utf-8").partition(begin)
    _, ended, after = rest.partition(end)
    if not (begun and ended):
        raise SystemExit(f"{path.name}: put these two lines where it belongs: {begin} and {end}")
    return f"{before}{made}{after}"


def main(*arguments: str) -> int:
    """Renew what is out of date, or tell it."""
    wanted = {
        REFERENCE: reference(),
        every_command.COMMANDS: every_command.reference(),
        README: within(README, commands()),
        CONTRIBUTING: within(CONTRIBUTING, rooms.drawn()),
    }
    stale = [
        path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        if "--write" in arguments:
            path.write_text(wanted[path], encoding="utf-8")
        done = "written" if "--write" in arguments else "out of date; --write renews it"
        print(f"{path.relative_to(ROOT)}: {done}")
    return int(bool(stale) and "--write" not in arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
