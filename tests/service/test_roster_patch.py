"""The roster file, written only over what was read."""

from __future__ import annotations

import os

import pytest

from netkeep_sync.errors import Refused
from netkeep_sync.service.roster_patch import write_patch


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "netkeep.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    return path


def test_the_byte_order_mark_the_line_ends_and_the_mode_stay(path):
    path.chmod(0o640)
    write_patch(path, read="a: 1\r\n", text="a: 2\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbfa: 2\r\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_was_changed_meanwhile_is_left_alone(path):
    path.write_text("a: 3\n")
    with pytest.raises(Refused, match="changed by somebody else in the meantime"):
        write_patch(path, read="a: 1\r\n", text="a: 2\r\n")
    assert path.read_text() == "a: 3\n"
    assert [*path.parent.iterdir()] == [path]


def test_a_link_stays_one_and_what_it_leads_to_is_written(path, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    write_patch(link, read="a: 1\r\n", text="a: 2\r\n")
    assert link.is_symlink()
    assert path.read_bytes().endswith(b"a: 2\r\n")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(path):
    os.chown(path, 12345, 54321)
    write_patch(path, read="a: 1\r\n", text="a: 2\r\n")
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 54321)
