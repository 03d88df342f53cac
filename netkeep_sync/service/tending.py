"""The list, tended: each wish of the owner as a patch of the roster file.

What is returned is not written yet: `tried` reads the file as it would be, and refuses what would be wrong.
Whoever moves or is renamed stays who they are: where neither id nor email tells that, the id is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netkeep_sync.config.contact_value import contact_value
from netkeep_sync.config.edit import AppendItem, MoveItem, RemoveItem, RemoveKey, SetValue, found, value_at
from netkeep_sync.config.patch import entry_path, patched
from netkeep_sync.config.yaml_source import read_yaml
from netkeep_sync.core.contact import slug
from netkeep_sync.core.words import day_words
from netkeep_sync.errors import Refused
from netkeep_sync.service.workspace import with_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from netkeep_sync.config.edit import Edit
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.workspace import Workspace

__all__ = ["Desire", "Tending", "tried"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desire:
    """The edits that a wish comes to, and what to tell of it once it is done. `wakes` are the keys of those
    who come back from the bench.
    """

    edits: tuple[Edit, ...]
    told: str
    wakes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tending:
    """What may be done to the list of an outlook, whose file reads `text`."""

    outlook: Outlook
    text: str

    def add(self, name: str, category: str, settings: Sequence[str]) -> Desire:
        """Put a person in. Raises Refused for who is there already."""
        entry: dict[str, object] = {"name": name, "category": category}
        for path, value in map(contact_value, settings):
            if value is None:
                continue
            if len(path) > 1:
                inner = entry.setdefault(str(path[0]), {})
                assert isinstance(inner, dict)  # noqa: S101  only maps have inner keys
                inner[path[1]] = value
            else:
                entry[str(path[0])] = value
        self._refuse_known(str(entry.get("id", "")) or slug(name))
        return Desire(edits=(AppendItem(("contacts",), entry),), told=f"{name}: added.")

    def _refuse_known(self, key: str) -> None:
        for contact in self.outlook.roster.contacts:
            if key in (contact.key, slug(contact.name)):
                raise Refused(
                    f"{contact.name} is in the roster already; `netkeep-sync edit {contact.key}` changes "
                    "what it says; for another person of that name add `id=` and a word of your own"
                )
        for one in self.outlook.roster.bench:
            if key in (one.contact.key, slug(one.contact.name)):
                raise Refused(
                    f"{one.contact.name} rests on the bench; `netkeep-sync resume {one.contact.key}` brings "
                    "them back"
                )

    def edit(self, contact: Contact, settings: Sequence[str]) -> Desire:
        """Change what the file says of a contact. Raises Refused for what would make them somebody else."""
        path = entry_path(self.text, contact)
        entry = found(self._tree(), path)
        edits: list[Edit] = []
        for inner, value in map(contact_value, settings):
            if inner == ("name",):
                raise Refused(f'run `netkeep-sync rename {contact.key} "New Name"`: it keeps who they are')
            if inner == ("id",) and value != contact.key:
                raise Refused(
                    f"the history of {contact.name} is kept under the id {contact.key}; "
                    "with another one they would be another person"
                )
            if value is not None:
                edits.append(SetValue((*path, *inner), value))
            elif not _holds(entry, inner):
                raise Refused(f'{contact.name} has no "{".".join(map(str, inner))}" of their own to remove')
            else:
                edits.append(RemoveKey((*path, *inner)))
        return Desire(edits=tuple(edits), told=f"{contact.name}: changed.")

    def rest(self, contact: Contact, *, again_on: date | None = None) -> Desire:
        """Put a contact on the bench, until further notice or to look at them again on a day."""
        if again_on is not None and again_on <= self.outlook.today:
            words = day_words(again_on, today=self.outlook.today)
            raise Refused(f"{words} is not ahead; name a later day")
        edits: list[Edit] = []
        path = entry_path(self.text, contact)
        if path[0] == "contacts":
            edits.append(MoveItem(path, ("bench",)))
            path = ("bench", len(value_at(self._tree(), ("bench",)) or ()))
        elif again_on is None:
            raise Refused(
                f"{contact.name} rests already; `netkeep-sync resume {contact.key}` brings them back"
            )
        until = ""
        if again_on is not None:
            edits.append(SetValue((*path, "again"), again_on.isoformat()))
            until = f" until {day_words(again_on, today=self.outlook.today)}"
        return Desire(
            edits=tuple(edits),
            told=f"{contact.name}: rests{until}; `netkeep-sync resume {contact.key}` brings them back.",
        )

    def resume(self, contact: Contact) -> Desire:
        """Bring somebody back from the bench."""
        path = entry_path(self.text, contact)
        again = [RemoveKey((*path, "again"))] if "again" in found(self._tree(), path) else []
        return Desire(
            edits=(*again, MoveItem(path, ("contacts",))),
            told=f"{contact.name}: back from the bench.",
            wakes=(contact.key,),
        )

    def retire(self, contact: Contact) -> Desire:
        """Take somebody out of the file."""
        return Desire(
            edits=(RemoveItem(entry_path(self.text, contact)),),
            told=f"{contact.name}: off the list; `netkeep-sync history {contact.key}` still tells of them.",
        )

    def rename(self, contact: Contact, name: str) -> Desire:
        """Give a contact another name, and have them stay who they are."""
        path = entry_path(self.text, contact)
        edits: list[Edit] = [SetValue((*path, "name"), name)]
        if not contact.is_key_given and not self._is_known_by_email(contact):
            edits.append(SetValue((*path, "id"), contact.key))
        return Desire(edits=tuple(edits), told=f"{contact.name}: called {name} from now on.")

    def _tree(self) -> Any:
        return read_yaml(self.text, file="").tree

    def _is_known_by_email(self, contact: Contact) -> bool:
        """Tell whether a pass has seen their email with their key, so that it will tell who they are."""
        return bool(contact.email) and any(
            one.key == contact.key and one.email.casefold() == contact.email.casefold()
            for one in self.outlook.known
        )


def tried(workspace: Workspace, edits: Sequence[Edit], *, today: date) -> Workspace:
    """Return the workspace as some edits would make it. Raises RosterError with all that would be wrong."""
    return with_text(workspace, patched(workspace.text, edits, file=str(workspace.path)), today=today)


def _holds(entry: object, path: Sequence[str | int]) -> bool:
    for step in path:
        if not isinstance(entry, dict) or step not in entry:
            return False
        entry = entry[step]
    return True
