"""A file is replaced whole, and only when it changes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from netkeep_sync.targets.ics_file import write_if_changed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "checkins.ics"


def test_a_new_file_is_written(path):
    assert write_if_changed(path, b"new")
    assert path.read_bytes() == b"new"


def test_the_same_bytes_leave_the_file_alone(path):
    path.write_bytes(b"same")
    os.utime(path, ns=(1, 1))
    assert not write_if_changed(path, b"same")
    assert path.stat().st_mtime_ns == 1


def test_other_bytes_replace_the_file_instead_of_changing_it(path):
    path.write_bytes(b"old and longer")
    with path.open("rb") as reader:
        assert write_if_changed(path, b"new")
        assert reader.read() == b"old and longer"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_replaced_file_keeps_its_mode(path, mode):
    path.write_bytes(b"old")
    path.chmod(mode)
    write_if_changed(path, b"new")
    assert path.stat().st_mode & 0o7777 == mode


def test_nothing_else_is_left_in_the_folder(path):
    write_if_changed(path, b"old")
    write_if_changed(path, b"new")
    assert list(path.parent.iterdir()) == [path]


def test_a_symbolic_link_stays_one(path, tmp_path):
    (tmp_path / "public").mkdir()
    path.symlink_to(tmp_path / "public" / "real.ics")
    write_if_changed(path, b"new")
    assert path.is_symlink()
    assert (tmp_path / "public" / "real.ics").read_bytes() == b"new"


def test_a_failure_leaves_the_old_file_and_nothing_else(path):
    path.write_bytes(b"old")
    script = """if 1:
        import resource, signal, sys
        from pathlib import Path
        from netkeep_sync.targets.ics_file import write_if_changed

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            write_if_changed(Path(sys.argv[1]), b"x" * 2000)
        except OSError:
            sys.exit(7)
    """
    done = subprocess.run([sys.executable, "-c", script, path], check=False)
    assert done.returncode == 7
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]
