"""Who is in a roster file, read in a moment and without checking anything else: for completion in a shell.

Checking it all costs a quarter of a second, and fails while the file is being edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.config.yaml_characters import MAX_BYTES
from netkeep_sync.config.yaml_source import read_yaml
from netkeep_sync.core.contact import slug

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["contact_names"]


def contact_names(path: Path) -> dict[str, str]:
    """Return the name of each contact by key, as far as the file can be read; of those on the bench too."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return {}
    tree = read_yaml(text, file=str(path)).tree
    sections = [tree.get(key) for key in ("contacts", "bench")] if isinstance(tree, dict) else []
    names: dict[str, str] = {}
    for contact in (one for section in sections if isinstance(section, list) for one in section):
        if isinstance(contact, dict) and (name := contact.get("name")) is not None:
            names[slug(str(contact.get("id") or name))] = str(name)
    names.pop("", None)
    return names
