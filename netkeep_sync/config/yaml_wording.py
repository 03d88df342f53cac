"""The wording of syntax errors: what PyYAML and libyaml have met, in the words of who wrote the file."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from netkeep_sync.config.yaml_mistake import Mistake, Place, place_of

__all__ = ["syntax_mistake"]


class _Wording(NamedTuple):
    """What PyYAML or libyaml say, as part of their message, and what to say instead.

    `is_at_start` places the mistake where the broken thing began, not where that was noticed.
    """

    theirs: tuple[str, ...]
    message: str
    advice: str
    is_at_start: bool = False


_WORDINGS = (
    # name: "John            and the file ends, or another document begins
    _Wording(
        ("unexpected end of stream", "unexpected document"),
        "the quote that opens here is never closed",
        "close it, or leave out the quotes",
        is_at_start=True,
    ),
    # a line "John Doe" among lines "key: value"
    _Wording(
        ("could not find expected ':'",),
        "this line has no colon",
        'write "key: value", and put texts of several lines in quotes',
        is_at_start=True,
    ),
    # contacts: - name: John
    _Wording(
        ("sequence entries are not allowed",),
        "a list cannot start here",
        'put each "- " on a line of its own, below the key',
    ),
    # owner: {name: Ana
    _Wording(
        ("expected ',' or '}'",),
        'the "{" of this map is never closed, or a comma is missing',
        'write "{a: 1, b: 2}"',
        is_at_start=True,
    ),
    # days: [mon, tue
    _Wording(
        ("expected ',' or ']'",),
        'the "[" of this list is never closed, or a comma is missing',
        'write "[a, b]"',
        is_at_start=True,
    ),
    # days: [mon,, tue]
    _Wording(
        ("expected node content", "expected the node content"),
        "a value is missing here",
        "write one, or put the text in quotes",
    ),
    # "C:\people" in double quotes
    _Wording(
        ("escape character", "hexdecimal", "hexadecimal", "invalid Unicode character escape"),
        "this escape is unknown in double quotes",
        "use single quotes, or write the backslash twice",
    ),
    # notes: *important*
    _Wording(
        ("expected alphabetic or numeric character",),
        'a value cannot start with "*" or "&"',
        "put it in quotes",
        is_at_start=True,
    ),
    # notes: | one line
    _Wording(
        (
            "expected comment or line break",
            "expected a comment or a line break",
            "expected chomping or indentation indicators",
        ),
        'only a line break may follow "|" or ">"',
        "start the text on the next line, indented",
    ),
    # an entry that is indented less or more than its neighbours
    _Wording(
        ("expected key", "expected <block end>"),
        "this does not fit below the lines before it",
        "indent it like its neighbours, and close every quote and bracket above",
    ),
    _Wording(
        ("expected '-' indicator",),
        "this does not fit into the list above it",
        'start it with "- ", or indent it like its neighbours',
    ),
    _Wording(
        ("expected <document start>", "expected '<document start>'"),
        "this does not fit below the lines before it",
        "start every top-level key in the first column",
    ),
)


def syntax_mistake(error: yaml.YAMLError, text: str) -> Mistake:
    """Return the mistake that PyYAML has met in a text."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Mistake(Place(1, 1), "this is not YAML", "see config.example.yaml for the shape of a roster")
    problem = error.problem or ""
    found = place_of(error.problem_mark)
    before, after = _line_around(text, found)
    if not before.strip() and (after.startswith("\t") or "\t" in before):
        return Mistake(found, "a tab stands where spaces belong", "indent with spaces")
    if "cannot start any token" in problem and after:
        return Mistake(found, f'a value cannot start with "{after[0]}"', "put it in quotes")
    if "mapping values are not allowed" in problem:
        if ": " in before:
            return Mistake(found, "this value has a second colon", "put the value in quotes")
        return Mistake(
            found,
            "this line is taken for more of the value above",
            "indent it like its neighbours, and check the colon of the line above",
        )
    if ("expected key" in problem or "<block end>" in problem) and before.rstrip().endswith(
        ("'", '"', "}", "]")
    ):
        return Mistake(
            found, "there is text after the closing quote or bracket", "put the whole value in quotes"
        )
    for wording in _WORDINGS:
        if any(theirs in problem for theirs in wording.theirs):
            place = place_of(error.context_mark or error.problem_mark) if wording.is_at_start else found
            return Mistake(place, wording.message, wording.advice)
    return Mistake(found, "this is not YAML", "check the indentation, the quotes and the brackets here")


def _line_around(text: str, place: Place) -> tuple[str, str]:
    """Return what stands before and after a place in its line."""
    lines = text.split("\n", place.line)
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    return line[: place.column - 1], line[place.column - 1 :]
