"""YAML text in, plain values with their places out; built for files that mean harm.

One walk over the parser's *events* does it all. Nothing is composed or constructed by PyYAML: its C
composer recurses, and 100 kB of `[` end the process there (SIGSEGV), a merge-key bomb of 0.4 kB keeps it
busy for seconds. Here depth, size and number are counted as the events come, so each such file is
refused in milliseconds. Anchors, aliases, merge keys, tags and second documents are refused as well: a
roster needs none of them.

Only `true`, `false`, `null`, `~` and plain decimal integers get a type. All else is text as written, so
`NO` is Norway, `17:30` a time of day and `2026-02-30` a date that somebody else may refuse with words.
Those few forms lose nothing when turned back into text: a name may be `42`.

All text is cleaned once, keys as well as values: what no reader sees in `yaml_characters.py`, the rest here.
"""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from netkeep_sync.config.yaml_characters import decoded
from netkeep_sync.config.yaml_mistake import Mistake, Place, place_of
from netkeep_sync.config.yaml_wording import syntax_mistake
from netkeep_sync.core.text import clean_line, clean_text, shown
from netkeep_sync.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["MAX_PROBLEMS", "YamlPath", "YamlSource", "read_yaml"]

MAX_DEPTH = 12
MAX_NODES = 30_000
MAX_SCALAR = 10_000
MAX_PROBLEMS = 100

YamlPath = tuple[str | int, ...]
"""The way to a node from the top: keys of maps, indexes of lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlSource:
    """What a file says, and where.

    `tree` is made of dict, list, str, int, bool and None; None also when nothing could be read. `refused`
    are the paths whose values were not taken over: whatever follows from their absence is no news.
    """

    file: str
    tree: Any
    key_places: Mapping[YamlPath, Place]
    value_places: Mapping[YamlPath, Place]
    problems: tuple[Problem, ...] = ()
    refused: frozenset[YamlPath] = frozenset()

    def place(self, path: YamlPath, *, of_key: bool = False) -> Place:
        """Return where the value stands, or its key; for what is not there, what it would be part of."""
        if of_key and path in self.key_places:
            return self.key_places[path]
        for length in range(len(path), -1, -1):
            if path[:length] in self.value_places:
                return self.value_places[path[:length]]
        return Place(1, 1)

    def problem(self, path: YamlPath, message: str, advice: str, *, of_key: bool = False) -> Problem:
        """Return a problem with the value at `path`, or with its key."""
        line, column = self.place(path, of_key=of_key)
        return Problem(file=self.file, line=line, column=column, message=message, advice=advice)


def read_yaml(text: bytes | str, *, file: str, loader: Any = None) -> YamlSource:
    """Read YAML of unknown origin. `file` is its name in messages; `loader` is for tests."""
    walk = _Walk(file)
    try:
        clean = decoded(text)
        if isinstance(clean, Mistake):
            walk.stop(*clean)
        with _no_collection():
            tree = walk.document(clean, loader or getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except _Stopped:
        tree = None
        walk.refused.add(())
    return YamlSource(
        file=file,
        tree=tree,
        key_places=walk.key_places,
        value_places=walk.value_places,
        problems=tuple(walk.problems),
        refused=frozenset(walk.refused),
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold the garbage collector: on large files it is most of the parser's time, and finds nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Stopped(Exception):
    """Reading cannot go on; the reason is among the problems."""


_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,8}")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Walk:
    """One walk over the events of a file. Recursion is bounded by MAX_DEPTH."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.key_places: dict[YamlPath, Place] = {}
        self.value_places: dict[YamlPath, Place] = {}
        self.problems: list[Problem] = []
        self.refused: set[YamlPath] = set()
        self._nodes = 0
        self._events: Iterator[Any] = iter(())

    def tell(self, place: Place, message: str, advice: str) -> None:
        self.problems.append(
            Problem(file=self.file, line=place.line, column=place.column, message=message, advice=advice)
        )
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stopped

    def stop(self, place: Place, message: str, advice: str) -> NoReturn:
        self.tell(place, message, advice)
        raise _Stopped

    def document(self, text: str, loader: Any) -> Any:
        """Return the only document's value; None for an empty file."""
        events = yaml.parse(text, Loader=loader)
        self._events = iter(events)
        tree = None
        seen = False
        try:
            for event in self._events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if seen:
                        self.stop(
                            place_of(event.start_mark),
                            "a second document starts here",
                            'remove the line "---"',
                        )
                    seen = True
                    if event.tags:
                        self.tell(
                            place_of(event.start_mark), "tags are not used here", 'remove the line "%TAG"'
                        )
                    tree = self._node(next(self._events), (), 1)
        except yaml.YAMLError as error:
            self.stop(*syntax_mistake(error, text))
        except (ValueError, OverflowError):
            # Only PyYAML's own scanner, in place of the C one: an escape beyond Unicode, "\UFFFFFFFF".
            self.stop(
                Place(1, 1), "an escape in double quotes is no character", "put that text in single quotes"
            )
        return tree

    def _node(self, event: Any, path: YamlPath, depth: int) -> Any:
        self._nodes += 1
        place = place_of(event.start_mark)
        if self._nodes > MAX_NODES:
            self.stop(
                place,
                f"the file has more than {MAX_NODES} values",
                "keep few people; the rest belongs elsewhere",
            )
        self.value_places[path] = place
        if isinstance(event, yaml.AliasEvent):
            self.refused.add(path)
            self.tell(
                place, f'the alias "*{shown(event.anchor)}" is not followed here', "write the value itself"
            )
            return None
        if event.anchor is not None:
            self.tell(
                place,
                f'the anchor "&{shown(event.anchor)}" has no use here',
                "remove it; what contacts share belongs in their category",
            )
        if event.tag is not None:
            self.tell(place, f'the tag "{shown(event.tag)}" has no use here', "remove it")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path, place)
        if depth > MAX_DEPTH:
            self.stop(
                place,
                f"this is nested more than {MAX_DEPTH} levels deep",
                "see config.example.yaml for the shape of a roster",
            )
        if isinstance(event, yaml.MappingStartEvent):
            return self._map(path, depth)
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), depth + 1))
        return items

    def _scalar(self, event: Any, path: YamlPath, place: Place) -> str | int | bool | None:
        value: str = event.value
        if len(value) > MAX_SCALAR:
            self.refused.add(path)
            self.tell(
                place,
                f"this text is longer than {MAX_SCALAR} characters",
                "keep only what the next check-in needs",
            )
            return None
        if event.implicit[0] and event.style in (None, ""):
            if value in _CONSTANTS:
                return _CONSTANTS[value]
            if _INTEGER.fullmatch(value):
                return int(value)
        return clean_text(value)

    def _map(self, path: YamlPath, depth: int) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            place = place_of(event.start_mark)
            key = self._key(event, path, place, depth)
            # A value whose key is refused is still walked, under a path that nobody asks for.
            where = (
                (*path, key) if key is not None and key not in entries else (*path, "", len(self.problems))
            )
            value = self._node(next(self._events), where, depth + 1)
            if key is None:
                continue
            if key in entries:
                first = self.key_places[*path, key]
                self.tell(
                    place,
                    f'"{shown(key)}" stands here twice, first at line {first.line}, column {first.column}',
                    "keep one of the two",
                )
                continue
            self.key_places[where] = place
            if value is None:  # the parser places nothing after the colon, where nobody looks
                self.value_places[where] = place
            entries[key] = value
        return entries

    def _key(self, event: Any, path: YamlPath, place: Place, depth: int) -> str | None:
        """Return a key as text; None, with the problem told, for what cannot be one."""
        if not isinstance(event, yaml.ScalarEvent):
            self.tell(place, "a list, a map or an alias cannot be a key", "put the key in quotes")
            if not isinstance(event, yaml.AliasEvent):
                self._node(event, (*path, "", len(self.problems)), depth + 1)
            return None
        self._nodes += 1
        if event.anchor is not None or event.tag is not None:
            self.tell(place, "anchors and tags have no use here", "remove it")
        if event.value == "<<" and event.style in (None, ""):
            self.tell(
                place,
                'the merge key "<<" is not followed here',
                "what contacts share belongs in their category",
            )
            return None
        key = clean_line(event.value)
        if not key or len(key) > 200:
            self.tell(
                place,
                "this key is empty" if not key else "this key is too long",
                "write a short word before the colon",
            )
            return None
        return key
