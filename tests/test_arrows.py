"""The rooms of the house and the arrows between them: who may import whom."""

import ast
from pathlib import Path

import pytest

import netkeep_sync

HOME = Path(netkeep_sync.__file__).parent
MODULES = sorted(path.relative_to(HOME) for path in HOME.rglob("*.py"))
ROOMS = ("cli", "web", "service", "targets", "sources", "store", "config", "core")

MAY_IMPORT = {
    "core": {"core"},
    "config": {"config", "core"},
    "sources": {"sources", "core"},
    "store": {"store", "core"},
    "targets": {"targets", "core"},
    "service": {"service", "targets", "sources", "store", "config", "core"},
    "web": {"web", "service", "targets", "sources", "store", "config", "core"},
    "cli": {"cli", "service", "targets", "sources", "store", "config", "core"},
}
SERVED_BY_CLI = {"netkeep_sync.web.app", "netkeep_sync.web.arrival"}
"""The command line starts the web server."""

AT_THE_TOP = {"netkeep_sync", "netkeep_sync.errors"}
PURE_LIBRARIES = {"dateutil"}
IMPURE = {
    "time",
    "os",
    "random",
    "logging",
    "secrets",
    "uuid",
    "subprocess",
    "socket",
    "threading",
    "pathlib",
}
CLOCKS = {"now", "today", "utcnow"}


def imports_of(source):
    """Yield the full name of every module that the source imports, wherever the import stands."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                packages = [f"{module}.{name.name}" for name in names]
                yield from (name for name in packages if (HOME.parent / name.replace(".", "/")).is_dir())
                yield module
            case ast.ImportFrom(level=level) if level:
                yield "a relative import"


def why_wrong(room, name):
    """Return what is wrong with a room's import of a module; None when it may."""
    top, *rest = name.split(".")
    if name == "a relative import":
        return "relative imports hide where they lead"
    if top != "netkeep_sync":
        is_pure = top in PURE_LIBRARIES or (top in standard_library() and top not in IMPURE)
        return None if room != "core" or is_pure else f"core must do without {top}"
    if name in AT_THE_TOP or (rest and rest[0] in MAY_IMPORT[room]):
        return None
    if room == "cli" and name in SERVED_BY_CLI:
        return None
    return f"{room} must not import {name}"


def standard_library():
    import sys

    return sys.stdlib_module_names


def source_of(path):
    return (HOME / path).read_text(encoding="utf-8")


def rooms_modules():
    return [path for path in MODULES if path.parts[0] in ROOMS]


@pytest.mark.parametrize("path", rooms_modules(), ids=str)
def test_no_module_imports_against_the_arrows(path):
    wrong = [why_wrong(path.parts[0], name) for name in imports_of(source_of(path))]
    assert [one for one in wrong if one] == []


@pytest.mark.parametrize("path", [one for one in MODULES if one.parts[0] == "core"], ids=str)
def test_no_module_of_core_asks_the_clock(path):
    calls = [node.func for node in ast.walk(ast.parse(source_of(path))) if isinstance(node, ast.Call)]
    asked = [func.attr for func in calls if isinstance(func, ast.Attribute) and func.attr in CLOCKS]
    assert asked == []


def test_errors_imports_nothing_of_ours():
    assert not [name for name in imports_of(source_of("errors.py")) if name.startswith("netkeep_sync")]


def test_every_folder_of_the_package_is_a_room():
    folders = {path.parts[0] for path in MODULES if len(path.parts) > 1}
    assert folders <= set(ROOMS)


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("core", "import logging"),
        ("core", "from os import environ"),
        ("core", "import yaml"),
        ("core", "from netkeep_sync.store.store import Store"),
        ("core", "def f():\n    from netkeep_sync import config"),
        ("core", "from ..store import store"),
        ("targets", "from netkeep_sync.store.store import Store"),
        ("store", "from netkeep_sync.config.roster_file import read"),
        ("service", "import netkeep_sync.web.feed"),
        ("web", "from netkeep_sync.cli import output"),
        ("cli", "from netkeep_sync.web.feed import secret"),
    ],
)
def test_an_import_against_the_arrows_is_seen(room, source):
    assert [one for one in map(lambda name: why_wrong(room, name), imports_of(source)) if one]  # noqa: C417
