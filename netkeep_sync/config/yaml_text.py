"""Values as YAML text: plain where that reads back as the same value, in quotes where it does not.

What reads back is not guessed: our own reader is asked. All is written in one line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from netkeep_sync.config.yaml_source import read_yaml
from netkeep_sync.core.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Value", "are_same", "cleaned", "entry_lines", "inline", "key_text"]

Value = Any
"""What stands in a roster: text, int, bool, None, and lists and maps of those."""


def cleaned(value: Value) -> Value:
    """Return a value as the reader would give it back: plain lists and maps, all text cleaned."""
    match value:
        case str():
            return clean_text(value)
        case Mapping():
            return {clean_text(key): cleaned(one) for key, one in value.items()}
        case list() | tuple():
            return [cleaned(one) for one in value]
        case _:
            return value


def are_same(one: Value, other: Value) -> bool:
    """Tell whether two values are the same, of the same types: `1` is neither `true` nor "1"."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def inline(value: Value, *, quote: str = "", is_flow: bool) -> str:
    """Return a value in one line: lists and maps in brackets, text plain or, if need be, in quotes.

    Text that replaces one in quotes keeps its `quote`. `is_flow` tells that it will stand in brackets itself.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return next(one for one in _spellings(value, quote) if _reads_back(one, value, is_flow=is_flow))
        case Mapping():
            pairs = (
                f"{key_text(key, is_flow=True)}: {inline(one, is_flow=True)}" for key, one in value.items()
            )
            return "{" + ", ".join(pairs) + "}"
        case _:
            return "[" + ", ".join(inline(one, is_flow=True) for one in value) + "]"


def key_text(key: str, *, is_flow: bool) -> str:
    """Return a key as text."""
    for spelling in _spellings(key, ""):
        text = f"{{{spelling}: x}}" if is_flow else f"{spelling}: x"
        source = read_yaml(text, file="")
        if not source.problems and source.tree == {key: "x"}:
            return spelling
    return _double_quoted(key)


def entry_lines(value: Value, *, column: int, offset: int, is_flow: bool) -> list[str]:
    """Return a list entry as lines: its dash in `column`, and so many characters behind it the keys, each in
    a line of its own; or, with `is_flow`, all in brackets.
    """
    dash = " " * column + "-" + " " * (offset - 1)
    if is_flow or not isinstance(value, Mapping) or not value:
        return [dash + inline(value, is_flow=False)]
    pairs = [f"{key_text(key, is_flow=False)}: {inline(one, is_flow=False)}" for key, one in value.items()]
    return [(dash if index == 0 else " " * (column + offset)) + pair for index, pair in enumerate(pairs)]


def _spellings(text: str, quote: str) -> Iterator[str]:
    """Yield the ways to write a text, the best one first; the last one always reads back."""
    if quote == "":
        yield text
    if quote == "'":
        yield "'" + text.replace("'", "''") + "'"
    yield _double_quoted(text)


_ESCAPES: Sequence[tuple[str, str]] = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"))


def _double_quoted(text: str) -> str:
    for char, escape in _ESCAPES:
        text = text.replace(char, escape)
    return f'"{text}"'


def _reads_back(spelling: str, text: str, *, is_flow: bool) -> bool:
    if spelling.startswith('"') and spelling == _double_quoted(text):
        return True
    # As the value of a key and as an entry of a list, each followed by a comment.
    form = f"[{spelling}, x]" if is_flow else f"x: {spelling} # y\nz:\n- {spelling} # y\n"
    source = read_yaml(form, file="")
    wanted = [text, "x"] if is_flow else {"x": text, "z": [text]}
    return not source.problems and are_same(source.tree, wanted)
