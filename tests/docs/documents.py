"""The documents of the project: README, and all that it leads to, from one to the next."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"

_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@cache
def documents() -> dict[Path, str]:
    """Return the text of README and of every document that it leads to, README first."""
    found: dict[Path, str] = {}
    waiting = [README]
    while waiting:
        path = waiting.pop(0)
        if path not in found:
            found[path] = path.read_text(encoding="utf-8")
            waiting += [to for to, _ in links(path, found[path]) if to.suffix == ".md" and to.exists()]
    return found


def everything() -> str:
    """Return all documents as one text."""
    return "\n".join(documents().values())


def links(path: Path, text: str) -> list[tuple[Path, str]]:
    """Return where the links of a document lead within the project: to which file, which heading in it."""
    return [((path.parent / to).resolve() if to else path, anchor) for to, anchor in _LINK.findall(text)]


def anchors(text: str) -> list[str]:
    """Return what a forge calls the headings of a document in addresses."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", text), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings]


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of a document that are in a language."""
    return [block for name, block in _FENCED.findall(text) if name == language]
