"""What a command line says of a contact, `key=value`, as a value of the file.

The schema tells what a key takes: a number, true or false, a text, or a list, whose parts are told apart by
semicolons; `milestones.birthday` is a key of the map `milestones`. Whether it fits is found by reading the
file as it would be.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from netkeep_sync.config.json_schema import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netkeep_sync.config.yaml_source import YamlPath
    from netkeep_sync.config.yaml_text import Value

__all__ = ["contact_value", "is_setting"]

_SETTING = re.compile(r"([a-z_]+(?:\.[^=]+)?)=(.*)", re.DOTALL)
_INTEGER = re.compile(r"-?\d{1,9}")


def is_setting(word: str) -> bool:
    """Tell whether a word of the command line is `key=value`."""
    return _SETTING.fullmatch(word) is not None


def contact_value(setting: str) -> tuple[YamlPath, Value]:
    """Return the key of an entry, as a path, and the value that `key=value` gives it; None takes it out."""
    found = _SETTING.fullmatch(setting)
    if found is None:
        raise ValueError(setting)
    key, text = found[1], found[2].strip()
    name, dot, inner = key.partition(".")
    path = (name, inner) if dot and "object" in _kinds().get(name, ()) else (key,)
    return path, _typed(text, _kinds().get(key, frozenset())) if text else None


def _typed(text: str, kinds: frozenset[str]) -> Value:
    if "array" in kinds:
        parts = [part.strip() for part in text.removeprefix("[").removesuffix("]").split(";")]
        return [_scalar(part, kinds) for part in parts if part]
    return _scalar(text, kinds)


def _scalar(text: str, kinds: frozenset[str]) -> Value:
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "integer" in kinds and _INTEGER.fullmatch(text):
        return int(text)
    return text


@cache
def _kinds() -> dict[str, frozenset[str]]:
    """Return which types each key of a contact may have, those of the items of a list among them."""
    schema = json_schema()
    properties = schema["$defs"]["BenchEntry"]["properties"]
    return {key: frozenset(_types(one)) for key, one in properties.items()}


def _types(node: Any) -> Iterator[str]:
    match node:
        case {"type": str(kind)}:
            yield kind
            yield from _types(node.get("items"))
        case {"anyOf": list(several)}:
            for one in several:
                yield from _types(one)
        case {"enum": list()}:
            yield "string"
