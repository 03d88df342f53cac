"""The JSON Schema of the file, which editors read: made from the same lines as its reader (`schema.py`)."""

from __future__ import annotations

import json
from typing import Any

from netkeep_sync.config.channels import BUILT_IN_CHANNELS
from netkeep_sync.config.fields import WORKDAYS
from netkeep_sync.config.schema import RosterEntry

__all__ = ["json_schema", "schema_text"]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, draft 2020-12."""
    schema = _tidy(RosterEntry.model_json_schema())
    channels = schema["properties"]["channels"]
    channels["properties"] = {
        channel.key: {
            "$ref": channels["additionalProperties"]["$ref"],
            "description": f"Unless changed: {channel.minutes} minutes, "
            f'{" and ".join(map(str, channel.hours))}, "{channel.title}".',
        }
        for channel in BUILT_IN_CHANNELS
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A roster of netkeep-sync",
        **schema,
    }


def schema_text() -> str:
    """Return the JSON Schema as the text of `netkeep.schema.json`."""
    return json.dumps(json_schema(), indent=2) + "\n"


_NO_NEWS: tuple[Any, ...] = (None, "", [], {}, list(WORKDAYS))


def _tidy(node: Any) -> Any:
    """Return a schema as a person would write it: no titles of its own making, no null where a key may
    be left out, and no defaults but those that say something.
    """
    if isinstance(node, list):
        return [_tidy(one) for one in node]
    if not isinstance(node, dict):
        return node
    tidy = {
        key: _tidy(one)
        for key, one in node.items()
        if not (key == "title" and isinstance(one, str)) and not (key == "default" and one in _NO_NEWS)
    }
    match tidy:
        case {"anyOf": [dict(only), {"type": "null"}], **rest}:
            return {**only, **rest}
        case {"anyOf": [*several, {"type": "null"}]}:
            return {**tidy, "anyOf": several}
        case _:
            return tidy
