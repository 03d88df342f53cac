"""A patch of the user's file: the values in question change, and every other byte stays as it is.

    text = patched(workspace.text, [
        SetValue(("contacts", 2, "cadence"), "every 6 months"),
        SetValue(("contacts", 2, "milestones", "birthday"), "03-14"),    # makes "milestones" if need be
        RemoveKey(("contacts", 2, "notes")),
        AppendItem(("contacts",), {"name": "Ada Byron", "category": "peers"}),
        MoveItem(("contacts", 0), ("bench",)),                           # makes "bench" if need be
        RemoveItem(("contacts", 0)),
    ], file=str(workspace.path))

Edits are made one after the other: the indexes in a path are those that the edits before it have left.
`entry_path` finds somebody's entry. `service/roster_patch.py` writes the text.

* A value that was in quotes stays in its quotes; else text is plain where that reads back the same.
* New entries look like their neighbours: the same indentation, braces or lines, and blank lines between.
* Whoever goes takes along their own comments: those that stand deeper, and those directly above, in the same
  column. A comment above the first of several entries is taken for the list's, and stays; so does an entry
  that was made a comment.
* The last entry of a list takes its key along, so that no empty list is left; a map's last key alike.

After each edit the text is read again and held against what was wanted; when that differs, or when there is
no way that leaves the rest alone, RosterError tells what to change by hand, and where.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from netkeep_sync.config.yaml_layout import Layout, NoPlace, Splice, is_block, quote_of
from netkeep_sync.config.yaml_source import YamlPath, read_yaml
from netkeep_sync.config.yaml_text import Value, are_same, cleaned, entry_lines, inline, key_text
from netkeep_sync.core.contact import slug
from netkeep_sync.core.text import shown
from netkeep_sync.errors import Problem, RosterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.core.contact import Contact

__all__ = [
    "AppendItem",
    "Edit",
    "MoveItem",
    "RemoveItem",
    "RemoveKey",
    "SetValue",
    "entry_path",
    "patched",
]


@dataclass(frozen=True, slots=True)
class SetValue:
    """Change the value at `path`, or add its key, and the maps on the way to it. `value` is text, int, bool,
    None, or a list or map of those.
    """

    path: YamlPath
    value: Value


@dataclass(frozen=True, slots=True)
class RemoveKey:
    """Remove a key of a map with its value."""

    path: YamlPath


@dataclass(frozen=True, slots=True)
class AppendItem:
    """Add an entry at the end of the list at `path`, which is made if there is none."""

    path: YamlPath
    item: Value


@dataclass(frozen=True, slots=True)
class RemoveItem:
    """Remove the entry of a list that `path` ends with the index of."""

    path: YamlPath


@dataclass(frozen=True, slots=True)
class MoveItem:
    """Move an entry, as it is written, to the end of another list, which is made behind the first if there is
    none. `path` ends with an index, `to` is the path of the list.
    """

    path: YamlPath
    to: YamlPath


Edit = SetValue | RemoveKey | AppendItem | RemoveItem | MoveItem


def patched(text: str, edits: Sequence[Edit], *, file: str = "netkeep.yaml") -> str:
    """Return the text of a roster with some edits made, and nothing else changed. `file` is its name in
    messages.

    Raises RosterError when the text is no YAML that we read, or an edit can't be made without touching what
    stands around it; LookupError for the path of something that is not there.
    """
    left = list(reversed(edits))
    while left:
        edit, layout = left.pop(), Layout.of(text, file=file)
        steps = _steps(layout, edit)
        if steps == [edit]:
            text = _made(layout, edit)
        else:
            left += reversed(steps)
    return text


def entry_path(text: str, contact: Contact) -> YamlPath:
    """Return the path of somebody's entry in the text that they were read from. Raises LookupError."""
    tree = read_yaml(text, file="").tree
    for section in ("contacts", "bench"):
        for index, entry in enumerate(tree.get(section) or ()):
            own = slug(str(entry.get("id") or ""))
            # Who has no id may be known by another key than the name's (`identity.py`).
            if (
                own == contact.key
                if contact.is_key_given
                else not own and slug(str(entry["name"])) == slug(contact.name)
            ):
                return (section, index)
    raise LookupError(contact.key)


# What an edit means


def _steps(layout: Layout, edit: Edit) -> list[Edit]:
    """Return the edits that an edit comes to, each with one place; only itself when it is such a one."""
    tree = layout.source.tree
    match edit:
        case SetValue(path, value):
            known, value = _deepest(tree, path, cleaned(value))
            if known != path:
                return [SetValue(known, value)]
            if _exists(tree, path):
                return _changes(layout, path, value)
            return [SetValue(path, value)] if value != edit.value else [edit]
        case AppendItem(path, item) if cleaned(item) != item:
            return [AppendItem(path, cleaned(item))]
        case AppendItem(path, item) if not _value(tree, path) and (
            len(path) > 1 or _is_empty_list(tree, path)
        ):
            return [SetValue(path, [item])]
        case RemoveKey(path) | RemoveItem(path) if len(path) > 1 and len(_found(tree, path[:-1])) == 1:
            _found(tree, path)
            return [_removal(path[:-1])]
        case RemoveKey(path) | RemoveItem(path):
            _found(tree, path)
    return [edit]


def _changes(layout: Layout, path: YamlPath, value: Value) -> list[Edit]:
    """Return the edits that make what stands at a path this value, entry by entry where that can be."""
    before = _value(layout.source.tree, path)
    if are_same(before, value):
        return []
    if isinstance(before, dict) and isinstance(value, dict) and before and value:
        gone = [RemoveKey((*path, key)) for key in before if key not in value]
        return [*(SetValue((*path, key), one) for key, one in value.items()), *gone]
    if isinstance(before, list) and isinstance(value, list) and before and value:
        return [
            *(SetValue((*path, index), one) for index, one in enumerate(value[: len(before)])),
            *(AppendItem(path, one) for one in value[len(before) :]),
            *(RemoveItem((*path, index)) for index in range(len(before) - 1, len(value) - 1, -1)),
        ]
    return [SetValue(path, value)]


def _deepest(tree: Any, path: YamlPath, value: Value) -> tuple[YamlPath, Value]:
    """Return the path of what has to be set, and to what, where the maps on the way may have to be made."""
    for length in range(1, len(path)):
        if _value(tree, path[:length]) is None:
            for key in reversed(path[length:]):
                value = {key: value}
            return path[:length], value
    return path, value


def _removal(path: YamlPath) -> Edit:
    return RemoveItem(path) if isinstance(path[-1], int) else RemoveKey(path)


def _found(tree: Any, path: YamlPath) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _exists(tree: Any, path: YamlPath) -> bool:
    try:
        _found(tree, path)
    except LookupError:
        return False
    return True


def _value(tree: Any, path: YamlPath) -> Value:
    """Return the value at a path, None where there is none."""
    return _found(tree, path) if _exists(tree, path) else None


def _is_empty_list(tree: Any, path: YamlPath) -> bool:
    return are_same(_value(tree, path), [])


def _after(tree: Any, edit: Edit) -> Any:
    """Return what the file shall say after an edit of one place."""
    tree = copy.deepcopy(tree)
    match edit:
        case SetValue(path, value):
            _found(tree, path[:-1])[path[-1]] = value
        case AppendItem(path, item):
            _append(tree, path, item)
        case RemoveKey(path) | RemoveItem(path):
            _remove(tree, path)
        case MoveItem(path, to):
            item = _found(tree, path)
            _append(tree, to, item)
            _remove(tree, path)
    return tree


def _append(tree: Any, path: YamlPath, item: Value) -> None:
    parent = _found(tree, path[:-1])
    parent[path[-1]] = [*(_value(tree, path) or ()), item]


def _remove(tree: Any, path: YamlPath) -> None:
    parent = _found(tree, path[:-1])
    del parent[path[-1]]
    if not parent and len(path) > 1:
        _remove(tree, path[:-1])


# Where it is written


def _made(layout: Layout, edit: Edit) -> str:
    """Return the text with one edit made, and read again. Raises RosterError where it can't be."""
    wanted = _after(layout.source.tree, edit)
    try:
        text = layout.spliced(_splices(layout, edit))
    except NoPlace:
        raise _by_hand(layout, edit) from None
    source = read_yaml(text, file=layout.source.file)
    if source.problems or not are_same(source.tree, wanted):
        raise _by_hand(layout, edit)
    return text


def _splices(layout: Layout, edit: Edit) -> list[Splice]:
    match edit:
        case SetValue(path, value) if _exists(layout.source.tree, path):
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
    if not _exists(layout.source.tree, path) or _value(layout.source.tree, path) is None:
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
    if _exists(layout.source.tree, path):  # the key alone
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
    goal = layout.node(to) if _value(layout.source.tree, to) else None
    if goal is None:
        lines = _lines_of(layout, path, column=_list_style(layout)[0])
        added = [_new_list(layout, to, lines, behind=str(path[0]))]
    elif not isinstance(goal, yaml.SequenceNode):
        raise NoPlace
    elif is_block(goal):
        added = [_below_the_last(layout, goal, _lines_of(layout, path, column=layout.column(goal)))]
    else:
        added = _last_in_brackets(layout, goal, inline(_found(layout.source.tree, path), is_flow=True))
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
    while len(path) > 1 and len(_found(layout.source.tree, path[:-1])) == 1:
        path = path[:-1]
    return path


def _by_hand(layout: Layout, edit: Edit) -> RosterError:
    """Return the error that tells what to change by hand."""
    match edit:
        case SetValue(path, value):
            advice = f"by hand, write {shown(value)} for {shown(path[-1])}"
        case AppendItem(path, item):
            advice = f"by hand, add {shown(inline(item, is_flow=True))} to {shown(path[-1])}"
        case RemoveKey(path) | RemoveItem(path):
            advice = "remove it by hand"
        case MoveItem(path, to):
            advice = f"move this entry to {shown(to[-1])} by hand"
    line, column = layout.source.place(path, of_key=True)
    return RosterError(
        [
            Problem(
                file=layout.source.file,
                line=line,
                column=column,
                message="this can't be changed without touching what stands around it",
                advice=advice,
            )
        ]
    )
