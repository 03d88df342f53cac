"""An edit of the roster file: what it changes of what the file says, however that is written there."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netkeep_sync.config.yaml_text import Value, are_same, cleaned

if TYPE_CHECKING:
    from netkeep_sync.config.yaml_source import YamlPath

__all__ = [
    "AppendItem",
    "Edit",
    "MoveItem",
    "RemoveItem",
    "RemoveKey",
    "SetValue",
    "after",
    "exists",
    "found",
    "steps",
    "value_at",
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


def steps(tree: Any, edit: Edit) -> list[Edit]:
    """Return the edits that an edit comes to, each with one place; only itself when it is such a one."""
    match edit:
        case SetValue(path, value):
            known, value = _deepest(tree, path, cleaned(value))
            if known != path:
                return [SetValue(known, value)]
            if exists(tree, path):
                return _changes(tree, path, value)
            return [SetValue(path, value)] if value != edit.value else [edit]
        case AppendItem(path, item) if cleaned(item) != item:
            return [AppendItem(path, cleaned(item))]
        case AppendItem(path, item) if not value_at(tree, path) and (
            len(path) > 1 or _is_empty_list(tree, path)
        ):
            return [SetValue(path, [item])]
        case RemoveKey(path) | RemoveItem(path) if len(path) > 1 and len(found(tree, path[:-1])) == 1:
            found(tree, path)
            return [_removal(path[:-1])]
        case RemoveKey(path) | RemoveItem(path):
            found(tree, path)
    return [edit]


def _changes(tree: Any, path: YamlPath, value: Value) -> list[Edit]:
    """Return the edits that make what stands at a path this value, entry by entry where that can be."""
    before = value_at(tree, path)
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
        if value_at(tree, path[:length]) is None:
            for key in reversed(path[length:]):
                value = {key: value}
            return path[:length], value
    return path, value


def _removal(path: YamlPath) -> Edit:
    return RemoveItem(path) if isinstance(path[-1], int) else RemoveKey(path)


def found(tree: Any, path: YamlPath) -> Any:
    """Return what stands at a path. Raises LookupError."""
    for step in path:
        tree = tree[step]
    return tree


def exists(tree: Any, path: YamlPath) -> bool:
    """Tell whether anything stands at a path."""
    try:
        found(tree, path)
    except LookupError:
        return False
    return True


def value_at(tree: Any, path: YamlPath) -> Value:
    """Return the value at a path, None where there is none."""
    return found(tree, path) if exists(tree, path) else None


def _is_empty_list(tree: Any, path: YamlPath) -> bool:
    return are_same(value_at(tree, path), [])


def after(tree: Any, edit: Edit) -> Any:
    """Return what the file shall say after an edit of one place."""
    tree = copy.deepcopy(tree)
    match edit:
        case SetValue(path, value):
            found(tree, path[:-1])[path[-1]] = value
        case AppendItem(path, item):
            _append(tree, path, item)
        case RemoveKey(path) | RemoveItem(path):
            _remove(tree, path)
        case MoveItem(path, to):
            item = found(tree, path)
            _append(tree, to, item)
            _remove(tree, path)
    return tree


def _append(tree: Any, path: YamlPath, item: Value) -> None:
    parent = found(tree, path[:-1])
    parent[path[-1]] = [*(value_at(tree, path) or ()), item]


def _remove(tree: Any, path: YamlPath) -> None:
    parent = found(tree, path[:-1])
    del parent[path[-1]]
    if not parent and len(path) > 1:
        _remove(tree, path[:-1])
