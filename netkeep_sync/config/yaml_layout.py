"""Where each value of a YAML text stands in it, to the character: what it takes to change one and no other.

PyYAML's composer finds the nodes and their marks. It is let at a text only when `read_yaml` has found
nothing wrong with it, so there are no aliases, and no depth, that could hurt. Marks count the characters of
the text as the reader cleaned it (no byte order mark, lines ended by newlines), so splices are made there and
carried over to the text as it is.

A *chunk* are the lines that belong to one entry of a map or list in block style: its own, with the comments
that are indented deeper than its first character and follow it, and, unless it is the first of several,
the comments directly above it in its own column.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from netkeep_sync.config.yaml_characters import cleaned_with_origins
from netkeep_sync.config.yaml_source import read_yaml
from netkeep_sync.core.text import clean_line
from netkeep_sync.errors import RosterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netkeep_sync.config.yaml_source import YamlPath, YamlSource

__all__ = ["Child", "Chunk", "Layout", "NoPlace", "Splice", "is_block", "quote_of"]


# An entry that was made a comment, of a list and of a map.
_ITEM = re.compile(r"\s*#\s*-\s")
_KEY = re.compile(r"\s*#\s*[a-z_]+:(\s|$)")


class NoPlace(Exception):
    """A change has no place in this text that would leave the rest alone."""


class Splice(NamedTuple):
    """Characters from `start` to before `end` of the cleaned text, and what shall stand there."""

    start: int
    end: int
    text: str


class Chunk(NamedTuple):
    """The lines of an entry, both included and counted from 0; `head` is the line where it begins itself,
    below its comments.
    """

    first: int
    head: int
    last: int


class Child(NamedTuple):
    """One entry of a map or list; `key` is None in lists."""

    key: Any
    value: Any


def is_block(node: yaml.Node) -> bool:
    """Tell whether a node is a map or a list in block style: one entry a line, no brackets."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def quote_of(node: yaml.Node | None) -> str:
    """Return the quote that a text stands in; empty for all else."""
    return node.style if isinstance(node, yaml.ScalarNode) and node.style in ('"', "'") else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A text with its nodes. `text` is as given, `clean` as its reader sees it; `origins` leads back."""

    text: str
    clean: str
    source: YamlSource
    root: Any
    origins: Sequence[int] = field(repr=False)
    starts: Sequence[int] = field(repr=False)

    @classmethod
    def of(cls, text: str, *, file: str) -> Layout:
        """Read a text. Raises RosterError with what is wrong with it."""
        source = read_yaml(text, file=file)
        if source.problems:
            raise RosterError(source.problems)
        clean, origins = cleaned_with_origins(text)
        return cls(
            text=text,
            clean=clean,
            source=source,
            root=yaml.compose(clean, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)),
            origins=origins,
            starts=[0, *(index + 1 for index, char in enumerate(clean) if char == "\n")],
        )

    # Nodes

    def node(self, path: YamlPath) -> Any:
        """Return the node at a path. Raises LookupError where there is none."""
        node = self.root
        for step in path:
            node = self.children(node)[self.index(node, step)].value
        return node

    def index(self, node: Any, step: str | int) -> int:
        """Return which child of a node a step of a path leads to. Raises LookupError when there is none."""
        children = self.children(node)
        if isinstance(step, int):
            if not isinstance(node, yaml.SequenceNode) or not 0 <= step < len(children):
                raise LookupError(step)
            return step
        for index, child in enumerate(children):
            if child.key is not None and clean_line(child.key.value) == step:
                return index
        raise LookupError(step)

    def children(self, node: Any) -> list[Child]:
        """Return the entries of a map or list; none of a scalar."""
        match node:
            case yaml.MappingNode():
                return [Child(key, value) for key, value in node.value]
            case yaml.SequenceNode():
                return [Child(None, value) for value in node.value]
            case _:
                return []

    def end(self, node: Any) -> int:
        """Return where the content of a node ends. The parser's own mark lies behind the blank lines and
        comments that follow a block.
        """
        start, end = node.start_mark.index, node.end_mark.index
        if is_block(node):
            return self.child_end(self.children(node)[-1])
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            header = self.clean[start : self.line_end(node.start_mark.line)].partition("#")[0]
            return int(end) if "+" in header else start + len(self.clean[start:end].rstrip())
        return int(end)

    def child_start(self, child: Child) -> int:
        """Return where an entry begins: its key, or its value; in block lists the dash is before that."""
        return int((child.key or child.value).start_mark.index)

    def child_end(self, child: Child) -> int:
        """Return where the content of an entry ends."""
        end = self.end(child.value)
        return end if child.key is None else max(end, self.end(child.key))

    # Lines

    def line_of(self, index: int) -> int:
        """Return the line that a character stands in."""
        return bisect_right(self.starts, index) - 1

    def line_end(self, line: int) -> int:
        """Return where a line ends, before its line break."""
        return self.starts[line + 1] - 1 if line + 1 < len(self.starts) else len(self.clean)

    def line(self, line: int) -> str:
        """Return a line without its break."""
        return self.clean[self.starts[line] : self.line_end(line)]

    def is_blank(self, line: int) -> bool:
        """Tell whether nothing stands in a line; lines before and behind the text are none."""
        return 0 <= line < len(self.starts) and not self.line(line).strip()

    def break_near(self, line: int) -> str:
        """Return how a line is ended, or the text's first, or else as Unix does."""
        for end in (self.line_end(line), self.line_end(0)):
            if end < len(self.clean):
                at = self.origins[end]
                return "\r\n" if self.text.startswith("\r\n", at) else self.text[at]
        return "\n"

    # Chunks

    def column(self, parent: Any) -> int:
        """Return in which column the entries of a block begin: its keys, or its dashes."""
        return int(parent.start_mark.column)

    def chunk(self, parent: Any, index: int) -> Chunk:
        """Return the lines of an entry. Raises NoPlace where it shares its first line with another."""
        head = self._head(parent, index)
        last = self.last_line(parent, index)
        first = head
        if index or len(self.children(parent)) == 1:
            above = self.last_line(parent, index - 1) if index else -1
            while first - 1 > above and self._is_comment(first - 1, column=self.column(parent)):
                first -= 1
        # What was made a comment is nobody's: a key, and an entry with all its lines.
        is_list = isinstance(parent, yaml.SequenceNode)
        for line in range(head - 1, first - 1, -1):
            if (_ITEM if is_list else _KEY).match(self.line(line)):
                first = head if is_list else line + 1
                break
        return Chunk(first, head, last)

    def shares_line(self, parent: Any, index: int) -> bool:
        """Tell whether something stands before an entry in its line, such as the dash of a list."""
        child = self.children(parent)[index]
        start = self.child_start(child)
        return bool(self.clean[self.starts[self.line_of(start)] : start].strip())

    def last_line(self, parent: Any, index: int) -> int:
        """Return the last line of an entry: of its content, or of the deeper comments below that."""
        end = self.child_end(self.children(parent)[index])
        # A text that keeps its line breaks ends behind the last of them.
        last = line = self.line_of(end - 1 if self.clean[end - 1] == "\n" else end)
        while line + 1 < len(self.starts):
            line += 1
            text = self.line(line)
            if text.lstrip().startswith("#") and len(text) - len(text.lstrip()) > self.column(parent):
                last = line
            elif text.strip():
                break
        return last

    def _head(self, parent: Any, index: int) -> int:
        child, column = self.children(parent)[index], self.column(parent)
        line = self.line_of(self.child_start(child))
        if child.key is not None:
            if self.shares_line(parent, index):
                raise NoPlace
            return line
        for above in range(line, -1, -1):
            if self.line(above).startswith(" " * column + "-"):
                return above
            if above != line and self.line(above).strip() and not self.line(above).lstrip().startswith("#"):
                break
        raise NoPlace

    def _is_comment(self, line: int, *, column: int) -> bool:
        return self.line(line).startswith(" " * column + "#")

    # Splices

    def put_below(self, line: int, lines: Iterable[str]) -> Splice:
        """Insert lines below a line."""
        ending = self.break_near(line)
        if line + 1 < len(self.starts):
            return Splice(
                self.starts[line + 1], self.starts[line + 1], "".join(one + ending for one in lines)
            )
        return Splice(len(self.clean), len(self.clean), "".join(ending + one for one in lines))

    def take_out(self, first: int, last: int) -> Splice:
        """Remove lines; when the last of them ends the text without a break, so does the one above."""
        if last + 1 < len(self.starts):
            return Splice(self.starts[first], self.starts[last + 1], "")
        return Splice(max(self.starts[first] - 1, 0), len(self.clean), "")

    def original(self, first: int, last: int) -> list[str]:
        """Return lines as they stand in the text, without their breaks."""
        return [
            self.text[self.origins[self.starts[line]] : self.origins[self.line_end(line)]]
            for line in range(first, last + 1)
        ]

    def spliced(self, splices: Iterable[Splice]) -> str:
        """Return the text with some parts replaced, and every other character as it was."""
        text, parts, at = self.text, list[str](), 0
        for splice in sorted(splices):
            parts += [text[at : self.origins[splice.start]], splice.text]
            at = self.origins[splice.end]
        return "".join((*parts, text[at:]))
