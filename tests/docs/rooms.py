"""The rooms of the package and who knows whom, drawn from the imports: a graph for CONTRIBUTING."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import netkeep_sync

HOME = Path(netkeep_sync.__file__).parent
BEGIN, END = "<!-- rooms: made by tests/docs/reference.py -->", "<!-- end of rooms -->"


def arrows() -> dict[str, set[str]]:
    """Return which rooms each room imports from, itself left out."""
    found: dict[str, set[str]] = {}
    for path in sorted(HOME.rglob("*.py")):
        room, *rest = path.relative_to(HOME).parts
        if rest:
            names = _imported(ast.parse(path.read_text(encoding="utf-8")))
            found.setdefault(room, set()).update(names - {room})
    return found


def drawn() -> str:
    """Return the graph, without arrows that other rooms on the way make plain."""
    known = arrows()
    from_above = sorted(known, key=lambda one: (-len(known[one]), one))
    lines = [f'    {room}["{room}: {_purpose(room)}"]' for room in from_above]
    for room, others in sorted(known.items()):
        further = {beyond for one in others for beyond in _reached(one, known)}
        lines += [f"    {room} --> {one}" for one in sorted(others - further)]
    graph = "\n".join(lines)
    return f"{BEGIN}\n\n```mermaid\nflowchart TD\n{graph}\n```\n\n{END}"


def _reached(room: str, known: dict[str, set[str]]) -> set[str]:
    others = known.get(room, set())
    return others.union(*(_reached(one, known) for one in others))


def _purpose(room: str) -> str:
    """Return what a room says of itself, in short."""
    text = ast.get_docstring(ast.parse((HOME / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    return re.split(r" \(|[.:;]", text)[0]


def _imported(tree: ast.Module) -> set[str]:
    """Return the rooms that a module imports from, wherever the import stands."""
    names = [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("netkeep_sync.")
    ]
    return {str(name).split(".")[1] for name in names} - {"errors"}
