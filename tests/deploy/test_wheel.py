"""The wheel: the same bytes wherever it is built, whole, and at work where there is no checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.deploy.tools import ROOT, ran
from tests.deploy.wheels import built

SOURCES = ("netkeep_sync", "pyproject.toml", "README.md", "LICENSE", ".gitignore")


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Return the programs of an environment that holds the wheel, and besides what the tests have."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin" / "python")
    done = ran(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel)
    assert done.returncode == 0, done.stderr
    [site] = folder.glob("lib/python*/site-packages")
    (site / "tests.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin"


class Installed:
    """The program of the wheel, in an empty home and without the checkout."""

    def __init__(self, programs, home):
        mine = ("PYTHON", "NETKEEP", "XDG")
        self.program, self.home = programs / "netkeep-sync", home
        self.environ = {name: text for name, text in os.environ.items() if not name.startswith(mine)}
        self.environ["HOME"] = str(home)

    def __call__(self, *arguments):
        done = ran(self.program, *arguments, cwd=self.home, env=self.environ)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments):
        command = [self.program, *arguments]
        return subprocess.Popen(command, cwd=self.home, env=self.environ, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def run(installed, tmp_path):
    return Installed(installed, tmp_path)


def test_the_wheel_is_the_same_wherever_and_whenever_it_is_built(wheel, tmp_path):
    copy = tmp_path / "elsewhere" / "checkout"
    copy.mkdir(parents=True)
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, copy_function=shutil.copyfile)
        else:
            shutil.copyfile(ROOT / name, copy / name)
    for path in copy.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    again = built(copy, tmp_path / "out", TZ="Pacific/Apia", LC_ALL="C", PYTHONHASHSEED="7")

    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_all_of_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    tracked = ran("git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "netkeep_sync")
    kinds = {Path(name).suffix for name in held}

    assert {name for name in held if name.startswith("netkeep_sync/")} == set(tracked.stdout.split())
    assert all(re.match(r"netkeep_sync(-[\d.]+\.dist-info)?/", name) for name in held)
    assert kinds >= {".py", ".html", ".css", ".json", ".typed"}


def test_the_source_distribution_holds_every_tracked_file_and_makes_the_same_wheel(wheel, tmp_path):
    with tarfile.open(built(ROOT, tmp_path / "sdist", kind="sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    [source] = tmp_path.glob("netkeep_sync-*")
    tracked = ran("git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard").stdout.split()
    held = {str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()}

    assert {*tracked} - held == set()
    assert held - {*tracked} == {"PKG-INFO"}
    assert built(source, tmp_path / "out").read_bytes() == wheel.read_bytes()


def test_the_wheel_works_where_there_is_no_checkout(run, installed, tmp_path):
    where = ran(
        installed / "python", "-c", "import netkeep_sync; print(netkeep_sync.__file__)", cwd="/", env={}
    )

    assert where.stdout.startswith(str(installed.parent))
    assert "wrote netkeep.yaml" in run("init")
    assert "John Doe" in run("plan")
    assert '"$schema"' in run("schema")
    run("export")
    assert "BEGIN:VEVENT" in (tmp_path / "checkins.ics").read_text()


def test_the_pages_are_served_from_the_wheel(run):
    from urllib.request import urlopen

    run("init")
    served = run.start("serve", "--port", "0")
    try:
        assert served.stdout is not None
        said = ""
        while "stop with Ctrl-C" not in said and (line := served.stdout.readline()):
            said += line
        [page] = re.findall(r"^http://\S+/$", said, re.MULTILINE)
        with urlopen(page, timeout=60) as answer:
            assert "John Doe" in answer.read().decode()
        with urlopen(f"{page}style.css", timeout=60) as answer:
            assert answer.status == 200
    finally:
        served.terminate()
        served.communicate(timeout=60)
