"""A patch of the user's file: the values in question change, and every other byte stays as it is.

    text = patched(workspace.text, [
        SetValue(("contacts", 2, "cadence"), "every 6 months"),
        SetValue(("contacts", 2, "milestones", "birthday"), "03-14"),    # makes "milestones" if need be
        RemoveKey(("contacts", 2, "notes")),
        AppendItem(("contacts",), {"name": "Ada Byron", "category": "peers"}),
        MoveItem(("contacts", 0), ("bench",)),                           # makes "bench" if need be
        RemoveItem(("contacts", 0)),
    ], file=str(workspace.path))

Edits (`edit.py`) are made one after the other: the indexes in a path are those that the edits before it have
left. `entry_path` finds somebody's entry. `service/roster_patch.py` writes the text.

How each is written (`splicing.py`):

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

from typing import TYPE_CHECKING

from netkeep_sync.config.edit import AppendItem, MoveItem, RemoveItem, RemoveKey, SetValue, after, steps
from netkeep_sync.config.splicing import splices
from netkeep_sync.config.yaml_layout import Layout, NoPlace
from netkeep_sync.config.yaml_source import read_yaml
from netkeep_sync.config.yaml_text import are_same, inline
from netkeep_sync.core.contact import slug
from netkeep_sync.core.text import shown
from netkeep_sync.errors import RosterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.config.edit import Edit
    from netkeep_sync.config.yaml_source import YamlPath
    from netkeep_sync.core.contact import Contact

__all__ = ["entry_path", "patched"]


def patched(text: str, edits: Sequence[Edit], *, file: str = "netkeep.yaml") -> str:
    """Return the text of a roster with some edits made, and nothing else changed. `file` is its name in
    messages.

    Raises RosterError when the text is no YAML that we read, or an edit can't be made without touching what
    stands around it; LookupError for the path of something that is not there.
    """
    left = list(reversed(edits))
    while left:
        edit, layout = left.pop(), Layout.of(text, file=file)
        smaller = steps(layout.source.tree, edit)
        if smaller == [edit]:
            text = _made(layout, edit)
        else:
            left += reversed(smaller)
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


def _made(layout: Layout, edit: Edit) -> str:
    """Return the text with one edit made, and read again. Raises RosterError where it can't be."""
    wanted = after(layout.source.tree, edit)
    try:
        text = layout.spliced(splices(layout, edit))
    except NoPlace:
        raise _by_hand(layout, edit) from None
    source = read_yaml(text, file=layout.source.file)
    if source.problems or not are_same(source.tree, wanted):
        raise _by_hand(layout, edit)
    return text


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
    message = "this can't be changed without touching what stands around it"
    return RosterError([layout.source.problem(path, message, advice, of_key=True)])
