"""The ways to install it that README names, each into an environment of nothing."""

from __future__ import annotations

import os
import re
import sys
import tomllib

import pytest

from netkeep_sync import __version__
from tests.deploy.tools import ROOT, found, ran
from tests.docs.documents import documents


@pytest.fixture
def nowhere(wheels, tmp_path):
    """The environment of somebody who has nothing and no network: what is to be had lies in `wheels`."""
    (tmp_path / "uv.toml").write_text(f'no-index = true\nfind-links = ["{wheels}"]\n')
    mine = ("PYTHON", "NETKEEP", "XDG", "PIP", "UV")
    return {
        **{name: text for name, text in os.environ.items() if not name.startswith(mine)},
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path}/.local/bin{os.pathsep}{os.environ['PATH']}",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_NO_COMPILE": "1",
        "PIP_NO_INDEX": "1",
        "PIPX_DEFAULT_PYTHON": sys.executable,
        "UV_CONFIG_FILE": str(tmp_path / "uv.toml"),
        "UV_OFFLINE": "1",
        "UV_PYTHON": sys.executable,
    }


def with_pip(what, environ, folder):
    assert ran(sys.executable, "-m", "venv", folder / "venv", env=environ).returncode == 0
    return folder / "venv" / "bin", (folder / "venv" / "bin" / "pip", "install", "-q", what)


def with_pipx(what, environ, folder):
    return folder / ".local" / "bin", (found("pipx"), "install", "--quiet", what)


def with_uv(what, environ, folder):
    return folder / ".local" / "bin", (found("uv"), "tool", "install", "--quiet", what)


@pytest.mark.parametrize("way", [with_pip, with_pipx, with_uv])
def test_the_wheel_alone_brings_all_that_it_needs(way, wheel, nowhere, tmp_path):
    programs, command = way(wheel, nowhere, tmp_path)
    done = ran(*command, cwd=tmp_path, env=nowhere)
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "work").mkdir()
    says = [
        ran(programs / "netkeep-sync", word, cwd=tmp_path / "work", env=nowhere) for word in ("init", "plan")
    ]

    assert [one.returncode for one in says] == [0, 0], [one.stderr for one in says]
    assert "John Doe" in says[1].stdout


@pytest.mark.parametrize("command", ["pipx install .", "uv tool install ."])
def test_the_checkout_is_installed_as_readme_says(command, nowhere, tmp_path):
    program, *words = command.split()
    done = ran(found(program), *words, cwd=ROOT, env=nowhere)
    assert done.returncode == 0, done.stdout + done.stderr

    assert f"`{command}`" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert ran("netkeep-sync", "--version", cwd="/", env=nowhere).stdout == f"netkeep-sync {__version__}\n"


def test_every_extra_that_a_document_names_is_one():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {extra for text in documents().values() for extra in re.findall(r"'\.\[(\w+)\]'", text)}

    assert named == {*project["optional-dependencies"]}
