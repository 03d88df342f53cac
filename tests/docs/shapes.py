"""The shapes in which a document shows what a command prints: JSON with keys in place of values.

`{"day", "note"?, "people": [{"name"}]}` is an object with `day`, maybe a `note`, and a list of objects. A key
that stands alone holds a value without keys: a word, a number, or a list of such. `null` may stand for any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r'\s*("[\w.]+"|[{}\[\],:?])')


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An object, or a list of objects; `keys` says of each key what it holds (None: a plain value)."""

    keys: dict[str, Shape | None]
    optional: frozenset[str]
    is_list: bool


def read(text: str) -> Shape:
    """Return the shape that a text shows."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise ValueError(f"this is no shape: {text}")
    shape, rest = _shape(tokens)
    if rest:
        raise ValueError(f"behind the shape there is more: {' '.join(rest)}")
    return shape


def _shape(tokens: list[str]) -> tuple[Shape, list[str]]:
    if tokens[0] == "[":
        inner, rest = _shape(tokens[1:])
        if rest[0] != "]":
            raise ValueError(f"expected ], got {rest[0]}")
        return Shape(keys=inner.keys, optional=inner.optional, is_list=True), rest[1:]
    keys: dict[str, Shape | None] = {}
    optional = set()
    while tokens[0] != "}":
        key, tokens = tokens[1].strip('"'), tokens[2:]  # behind { or a comma
        if tokens[0] == "?":
            optional.add(key)
            tokens = tokens[1:]
        keys[key] = None
        if tokens[0] == ":":
            keys[key], tokens = _shape(tokens[1:])
    return Shape(keys=keys, optional=frozenset(optional), is_list=False), tokens[1:]


def differences(shape: Shape, value: object, path: str = "") -> Iterator[str]:
    """Yield where a value is not of a shape."""
    if isinstance(value, list) != shape.is_list:
        yield f"{path or 'all of it'} is {'a' if isinstance(value, list) else 'no'} list"
        return
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            yield f"{path or 'all of it'} is no object: {one!r}"
            continue
        yield from (
            f"{path}.{key} is shown, and not printed"
            for key in shape.keys.keys() - shape.optional - one.keys()
        )
        yield from (f"{path}.{key} is printed, and not shown" for key in one.keys() - shape.keys.keys())
        for key in shape.keys.keys() & one.keys():
            inner = shape.keys[key]
            if inner is not None and one[key] is not None:
                yield from differences(inner, one[key], f"{path}.{key}")
            elif inner is None and _has_keys(one[key]):
                yield f"{path}.{key} has keys that are not shown"


def filled(value: object, path: str = "") -> Iterator[str]:
    """Yield the path of every key that is there somewhere in a value."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            for key, inner in one.items():
                yield f"{path}.{key}"
                yield from filled(inner, f"{path}.{key}")


def paths(shape: Shape, path: str = "") -> Iterator[str]:
    """Yield the path of every key of a shape."""
    for key, inner in shape.keys.items():
        yield f"{path}.{key}"
        if inner is not None:
            yield from paths(inner, f"{path}.{key}")


def _has_keys(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_has_keys, value)))
