"""YAML text in, plain values with their places out; built for files that mean harm.

One walk over the parser's *events* does it all. Nothing is composed or constructed by PyYAML: its C
composer recurses, and 100 kB of `[` end the process there (SIGSEGV), a merge-key bomb of 0.4 kB keeps it
busy for seconds. Here depth, size and number are counted as the events come, so each such file is
refused in milliseconds. Anchors, aliases, merge keys, tags and second documents are refused as well: a
roster needs none of them.

Only `true`, `false`, `null`, `~` and plain decimal integers get a type. All else is text as written, so
`NO` is Norway, `17:30` a time of day and `2026-02-30` a date that somebody else may refuse with words.
Those few forms lose nothing when turned back into text: a name may be `42`.

All text is cleaned here, once (`clean_text`), keys as well as values.
"""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import yaml

from netkeep_sync.core.text import ODD_SPACES, UNWANTED, clean_line, clean_text, shown
from netkeep_sync.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "MAX_BYTES",
    "MAX_PROBLEMS",
    "Place",
    "YamlPath",
    "YamlSource",
    "clean_line",
    "clean_text",
    "cleaned_with_origins",
    "read_yaml",
    "shown",
]

MAX_BYTES = 2_000_000
MAX_DEPTH = 12
MAX_NODES = 30_000
MAX_SCALAR = 10_000
MAX_PROBLEMS = 100

YamlPath = tuple[str | int, ...]
"""The way to a node from the top: keys of maps, indexes of lists."""


class Place(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


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
        with _no_collection():
            tree = walk.document(
                _decoded(text, walk), loader or getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            )
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


# Dropped from bytes, where it costs nothing, however many there are; NUL is told.
_CONTROL_BYTES = bytes({*range(1, 0x20), 0x7F} - {*b"\t\n\v\f\r"})


def _decoded(text: bytes | str, walk: _Walk) -> str:
    """Return the text of a file, lines ended by newlines, without what YAML or a person cannot see."""
    data = text.encode(errors="ignore") if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        walk.stop(
            Place(1, 1), "the file is larger than 2 MB", "a roster is a few pages; is this the right file?"
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        walk.stop(Place(1, 1), "the file is in UTF-16", "save it as UTF-8")
    data = data.translate(None, delete=_CONTROL_BYTES).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if (index := data.find(b"\0")) >= 0:
        walk.stop(
            _place_at(data, index), "a NUL stands here, so this is no text file", "save it as UTF-8 text"
        )
    try:
        clean = data.decode()
    except UnicodeDecodeError as error:
        walk.stop(
            _place_at(data, error.start),
            f"the byte 0x{data[error.start]:02X} is not UTF-8",
            "save the file as UTF-8",
        )
    return clean if clean.isascii() else ODD_SPACES.sub(" ", UNWANTED.sub("", clean))


# All that `_decoded` drops or replaces; what YAML forbids besides is told by then.
_CLEANED = re.compile(f"\r\n?|{ODD_SPACES.pattern}|{UNWANTED.pattern}")


def cleaned_with_origins(text: str) -> tuple[str, Sequence[int]]:
    """Return a text as its reader sees it, and for each of its characters, and its end, where that stands in
    the text itself. Only for texts in which nothing is wrong.
    """
    clean, origins, start = list[str](), list[int](), 0
    for found in _CLEANED.finditer(text):
        origins += range(start, found.start())
        stand_in = "\n" if found[0][0] == "\r" else " " if ODD_SPACES.match(found[0]) else ""
        clean += text[start : found.start()], stand_in
        origins += [found.start()] * len(stand_in)
        start = found.end()
    if not clean:
        return text, range(len(text) + 1)
    clean.append(text[start:])
    return "".join(clean), [*origins, *range(start, len(text) + 1)]


def _place_at(data: bytes, index: int) -> Place:
    """Return the place of a byte; columns count characters."""
    line_start = data.rfind(b"\n", 0, index) + 1
    column = len(data[line_start:index].decode(errors="replace")) + 1
    return Place(data.count(b"\n", 0, index) + 1, column)


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
                            _place(event.start_mark), "a second document starts here", 'remove the line "---"'
                        )
                    seen = True
                    if event.tags:
                        self.tell(
                            _place(event.start_mark), "tags are not used here", 'remove the line "%TAG"'
                        )
                    tree = self._node(next(self._events), (), 1)
        except yaml.YAMLError as error:
            place, message, advice = _translated(error, text)
            self.stop(place, message, advice)
        except (ValueError, OverflowError):
            # Only PyYAML's own scanner, in place of the C one: an escape beyond Unicode, "\UFFFFFFFF".
            self.stop(
                Place(1, 1), "an escape in double quotes is no character", "put that text in single quotes"
            )
        return tree

    def _node(self, event: Any, path: YamlPath, depth: int) -> Any:
        self._nodes += 1
        place = _place(event.start_mark)
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
            place = _place(event.start_mark)
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


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


class _Wording(NamedTuple):
    """What PyYAML and libyaml say, as part of their message, and what to say instead.

    `is_at_start` places the problem where the broken thing began, not where that was noticed.
    """

    theirs: str
    message: str
    advice: str
    is_at_start: bool = False


_OPEN_QUOTE = ("the quote that opens here is never closed", "close it, or leave out the quotes", True)
_ESCAPE = ("this escape is unknown in double quotes", "use single quotes, or write the backslash twice")
_NO_FIT = (
    "this does not fit below the lines before it",
    "indent it like its neighbours, and close every quote and bracket above",
)
_AFTER_BAR = ('only a line break may follow "|" or ">"', "start the text on the next line, indented")

_WORDINGS = (
    # name: "John            and the file ends, or another document begins
    _Wording("unexpected end of stream", *_OPEN_QUOTE),
    _Wording("unexpected document", *_OPEN_QUOTE),
    # a line "John Doe" among lines "key: value"
    _Wording(
        "could not find expected ':'",
        "this line has no colon",
        'write "key: value", and put texts of several lines in quotes',
        is_at_start=True,
    ),
    # contacts: - name: John
    _Wording(
        "sequence entries are not allowed",
        "a list cannot start here",
        'put each "- " on a line of its own, below the key',
    ),
    # owner: {name: Ana
    _Wording(
        "expected ',' or '}'",
        'the "{" of this map is never closed, or a comma is missing',
        'write "{a: 1, b: 2}"',
        is_at_start=True,
    ),
    # days: [mon, tue
    _Wording(
        "expected ',' or ']'",
        'the "[" of this list is never closed, or a comma is missing',
        'write "[a, b]"',
        is_at_start=True,
    ),
    # days: [mon,, tue]
    _Wording("expected node content", "a value is missing here", "write one, or put the text in quotes"),
    _Wording("expected the node content", "a value is missing here", "write one, or put the text in quotes"),
    # "C:\people" in double quotes
    _Wording("escape character", *_ESCAPE),
    _Wording("hexdecimal", *_ESCAPE),
    _Wording("hexadecimal", *_ESCAPE),
    _Wording("invalid Unicode character escape", *_ESCAPE),
    # notes: *important*
    _Wording(
        "expected alphabetic or numeric character",
        'a value cannot start with "*" or "&"',
        "put it in quotes",
        is_at_start=True,
    ),
    # notes: | one line
    _Wording("expected comment or line break", *_AFTER_BAR),
    _Wording("expected a comment or a line break", *_AFTER_BAR),
    _Wording("expected chomping or indentation indicators", *_AFTER_BAR),
    # an entry that is indented less or more than its neighbours
    _Wording("expected key", *_NO_FIT),
    _Wording("expected <block end>", *_NO_FIT),
    _Wording(
        "expected '-' indicator",
        "this does not fit into the list above it",
        'start it with "- ", or indent it like its neighbours',
    ),
    _Wording(
        "expected <document start>",
        "this does not fit below the lines before it",
        "start every top-level key in the first column",
    ),
    _Wording(
        "expected '<document start>'",
        "this does not fit below the lines before it",
        "start every top-level key in the first column",
    ),
)


def _translated(error: yaml.YAMLError, text: str) -> tuple[Place, str, str]:
    """Return where a syntax error is, what is wrong and what to write, in plain words."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Place(1, 1), "this is not YAML", "see config.example.yaml for the shape of a roster"
    problem = error.problem or ""
    found = _place(error.problem_mark)
    before, after = _line_around(text, found)
    if not before.strip() and (after.startswith("\t") or "\t" in before):
        return found, "a tab stands where spaces belong", "indent with spaces"
    if "cannot start any token" in problem and after:
        return found, f'a value cannot start with "{after[0]}"', "put it in quotes"
    if "mapping values are not allowed" in problem:
        if ": " in before:
            return found, "this value has a second colon", "put the value in quotes"
        return (
            found,
            "this line is taken for more of the value above",
            "indent it like its neighbours, and check the colon of the line above",
        )
    if ("expected key" in problem or "<block end>" in problem) and before.rstrip().endswith(
        ("'", '"', "}", "]")
    ):
        return found, "there is text after the closing quote or bracket", "put the whole value in quotes"
    for wording in _WORDINGS:
        if wording.theirs in problem:
            place = _place(error.context_mark or error.problem_mark) if wording.is_at_start else found
            return place, wording.message, wording.advice
    return found, "this is not YAML", "check the indentation, the quotes and the brackets here"


def _line_around(text: str, place: Place) -> tuple[str, str]:
    """Return what stands before and after a place in its line."""
    lines = text.split("\n", place.line)
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    return line[: place.column - 1], line[place.column - 1 :]
