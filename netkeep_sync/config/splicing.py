"""An edit of the roster file as splices of its text: what is written, and where, so that the rest stays as it
is. NoPlace is raised where there is no such way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from netkeep_sync.config.edit import (
    AppendItem,
    MoveItem,
    RemoveItem,
    RemoveKey,
    SetValue,
    exists,
    found,
    value_at,
)
from netkeep_sync.config.yaml_layout import NoPlace, Splice, is_block, quote_of
from netkeep_sync.config.yaml_text import entry_lines, inline, key_text

if TYPE_CHECKING:
    from netkeep_sync.config.edit import Edit
    from netkeep_sync.config.yaml_layout import Layout
    from netkeep_sync.config.yaml_source import YamlPath
    from netkeep_sync.config.yaml_text import Value

__all__ = ["splices"]


def splices(layout: Layout, edit: Edit) -> list[Splice]:
    """Return the splices that make an edit of one place. Raises NoPlace."""
    match edit:
        case SetValue(path, value) if exists(layout.source.tree, path):
            return [_replacement(layout, path, value)]
        case SetValue(path, value):
            return _new_key(layout, path, value)
        case AppendItem(path, item):
            return _new_item(layout, path, item)
        case RemoveKey(path) | RemoveItem(path):
            return [_cut(layout, path)]
        case MoveItem(path, to):
            return _move(layout, path, to)


def _replacement(layout: Layout, path: YamlPath, value: Value) -> Splice:
    """Return the splice that puts a value in the place of another."""
    node, parent = layout.node(path), layout.node(path[:-1])
    start, end = node.start_mark.index, layout.end(node)
    new = inline(value, quote=quote_of(node), is_flow=not is_block(parent))
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        end = start + len(layout.clean[start:end].rstrip())
    if is_block(node):
        start = _behind_the_colon(layout, path)
    is_close = layout.clean[start - 1] in ":-"  # to the colon, where nothing stood
    return Splice(start, end, f" {new}" if is_close else new)


def _behind_the_colon(layout: Layout, path: YamlPath) -> int:
    """Return where the colon of a key ends, or the dash of an entry."""
    parent = layout.node(path[:-1])
    index = layout.index(parent, path[-1])
    child = layout.children(parent)[index]
    if child.key is None:
        return layout.starts[layout.chunk(parent, index).head] + layout.column(parent) + 1
    return layout.clean.index(":", child.key.end_mark.index) + 1


def _new_key(layout: Layout, path: YamlPath, value: Value) -> list[Splice]:
    """Return the splices that add a key at the end of its map."""
    parent, is_flow = layout.node(path[:-1]), not is_block(layout.node(path[:-1]))
    if not isinstance(parent, yaml.MappingNode):
        raise NoPlace
    pair = f"{key_text(str(path[-1]), is_flow=is_flow)}: {inline(value, is_flow=is_flow)}"
    if is_flow:
        return _last_in_brackets(layout, parent, pair)
    last = len(layout.children(parent)) - 1
    apart = [""] if parent is layout.root and _stands_apart(layout, parent, last) else []
    lines = [*apart, " " * layout.column(parent) + pair]
    return [layout.put_below(layout.last_line(parent, last), lines)]


def _last_in_brackets(layout: Layout, parent: Any, text: str) -> list[Splice]:
    """Return the splices that add an entry between brackets, in its own line where the others have one."""
    start, children = parent.start_mark.index + 1, layout.children(parent)
    if not children:
        return [Splice(start, start, text)]
    at, last_start = layout.child_end(children[-1]), layout.child_start(children[-1])
    before = layout.child_end(children[-2]) if len(children) > 1 else start
    if "\n" not in layout.clean[before:last_start]:
        return [Splice(at, at, f", {text}")]
    line = layout.line_of(last_start)
    fresh = layout.break_near(line) + " " * (last_start - layout.starts[line]) + text
    rest, line_end = layout.clean[at:].partition("\n")[0], layout.line_end(layout.line_of(at))
    if "#" not in rest:
        return [Splice(at, at, "," + fresh)]
    comma = [] if rest.lstrip().startswith(",") else [Splice(at, at, ",")]
    return [*comma, Splice(line_end, line_end, fresh)]


def _new_item(layout: Layout, path: YamlPath, item: Value) -> list[Splice]:
    if not exists(layout.source.tree, path) or value_at(layout.source.tree, path) is None:
        column, offset = _list_style(layout)
        lines = entry_lines(item, column=column, offset=offset, is_flow=False)
        return [_new_list(layout, path, lines)]
    node = layout.node(path)
    if not isinstance(node, yaml.SequenceNode):
        raise NoPlace
    if not is_block(node):
        return _last_in_brackets(layout, node, inline(item, is_flow=True))
    last = layout.children(node)[-1].value
    is_map = isinstance(last, yaml.MappingNode)
    offset = layout.column(last) - layout.column(node) if is_map else 2
    lines = entry_lines(
        item, column=layout.column(node), offset=max(offset, 2), is_flow=is_map and not is_block(last)
    )
    return [_below_the_last(layout, node, lines)]


def _below_the_last(layout: Layout, node: Any, lines: list[str]) -> Splice:
    last = len(layout.children(node)) - 1
    are_apart = last > 0 and all(_stands_apart(layout, node, index) for index in range(1, last + 1))
    return layout.put_below(layout.last_line(node, last), [*[""] * are_apart, *lines])


def _new_list(layout: Layout, path: YamlPath, lines: list[str], *, behind: str = "") -> Splice:
    """Return the splice that makes a list at the top of the file: behind the key `behind`, or at the end."""
    root = layout.root
    if len(path) > 1 or not is_block(root):
        raise NoPlace
    if exists(layout.source.tree, path):  # the key alone
        return layout.put_below(layout.last_line(root, layout.index(root, path[0])), lines)
    index = layout.index(root, behind) if behind else len(layout.children(root)) - 1
    apart = [""] if _stands_apart(layout, root, index) else []
    key = " " * layout.column(root) + key_text(str(path[0]), is_flow=False) + ":"
    return layout.put_below(layout.last_line(root, index), [*apart, key, *lines])


def _list_style(layout: Layout) -> tuple[int, int]:
    """Return in which column the dashes of the file's lists stand, and how far behind them what they mark."""
    for child in layout.children(layout.root):
        if isinstance(child.value, yaml.SequenceNode) and is_block(child.value):
            item = layout.children(child.value)[0].value
            offset = layout.column(item) - layout.column(child.value) if is_block(item) else 2
            return layout.column(child.value), max(offset, 2)
    return layout.column(layout.root) + 2, 2


def _stands_apart(layout: Layout, parent: Any, index: int) -> bool:
    """Tell whether there is a blank line above an entry and all comments there."""
    first = layout.chunk(parent, index).head
    while first and layout.line(first - 1).lstrip().startswith("#"):
        first -= 1
    return layout.is_blank(first - 1)


def _cut(layout: Layout, path: YamlPath) -> Splice:
    """Return the splice that takes an entry out of a map or list that keeps others."""
    parent = layout.node(path[:-1])
    index = layout.index(parent, path[-1])
    if len(layout.children(parent)) == 1:
        raise NoPlace
    if not is_block(parent):
        return _cut_in_brackets(layout, parent, index)
    if layout.children(parent)[index].key is not None and layout.shares_line(parent, index):
        return _cut_behind_the_dash(layout, parent, index)
    first, _, last = layout.chunk(parent, index)
    is_last = index == len(layout.children(parent)) - 1
    if index and layout.is_blank(first - 1) and (is_last or layout.is_blank(last + 1)):
        first -= first - 1 > layout.last_line(parent, index - 1)
    elif not index and layout.is_blank(last + 1):
        last += 1
    return layout.take_out(first, last)


def _cut_behind_the_dash(layout: Layout, parent: Any, index: int) -> Splice:
    """Return the splice that takes out the key which stands in the line of its dash."""
    start = layout.child_start(layout.children(parent)[index])
    end = layout.line_end(layout.last_line(parent, index))
    rest = layout.clean[end:]
    return Splice(start, end + len(rest) - len(rest.lstrip()), "")


def _cut_in_brackets(layout: Layout, parent: Any, index: int) -> Splice:
    """Return the splice that takes an entry and one comma out; comments stay."""
    children = layout.children(parent)
    start, end = layout.child_start(children[index]), layout.child_end(children[index])
    if index + 1 < len(children):
        following = layout.child_start(children[index + 1])
        if "#" not in (gap := layout.clean[end:following]):
            return Splice(start, following, "")
        return Splice(start, end + gap.index(",") + 1, "")
    before = layout.child_end(children[index - 1])
    gap = layout.clean[before:start]
    if "#" not in gap:
        return Splice(before, end, "")
    rest = layout.clean[end:]
    if rest.lstrip().startswith(","):
        end += rest.index(",") + 1
    return Splice(start - len(gap) + len(gap.rstrip()), end, "")


def _move(layout: Layout, path: YamlPath, to: YamlPath) -> list[Splice]:
    """Return the splices that take an entry out of its list and put it, as it is written, into another."""
    goal = layout.node(to) if value_at(layout.source.tree, to) else None
    if goal is None:
        lines = _lines_of(layout, path, column=_list_style(layout)[0])
        added = [_new_list(layout, to, lines, behind=str(path[0]))]
    elif not isinstance(goal, yaml.SequenceNode):
        raise NoPlace
    elif is_block(goal):
        added = [_below_the_last(layout, goal, _lines_of(layout, path, column=layout.column(goal)))]
    else:
        added = _last_in_brackets(layout, goal, inline(found(layout.source.tree, path), is_flow=True))
    cut = _cut(layout, _what_goes(layout, path))
    if cut.start < added[0].start < cut.end:  # the end of the text is cut with the line break above it
        ending = layout.break_near(0)
        return [Splice(cut.start, cut.end, ending + added[0].text.removesuffix(ending))]
    return [*added, cut]


def _lines_of(layout: Layout, path: YamlPath, *, column: int) -> list[str]:
    """Return the lines of an entry of a list as they are, shifted to another column."""
    source = layout.node(path[:-1])
    index = layout.index(source, path[-1])
    if not is_block(source):
        node = layout.children(source)[index].value
        text = layout.clean[node.start_mark.index : layout.end(node)]
        return (" " * column + "- " + text).split("\n")
    chunk = layout.chunk(source, index)
    lines, by = layout.original(chunk.first, chunk.last), column - layout.column(source)
    if by >= 0:
        return [" " * by + line if line.strip() else line for line in lines]
    return [line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in lines]


def _what_goes(layout: Layout, path: YamlPath) -> YamlPath:
    """Return the path of what goes when an entry goes: what would be empty without it goes along."""
    while len(path) > 1 and len(found(layout.source.tree, path[:-1])) == 1:
        path = path[:-1]
    return path
