"""The password of the pages: what is kept of it, what fits it, and what is none."""

import stat

import pytest

from netkeep_sync.errors import Refused, StoreError
from netkeep_sync.service.password import fits, forget_password, keep_password, password_hash


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "netkeep.password"


def test_what_is_kept_is_a_hash_for_its_owner_alone(path):
    keep_password(path, "three plain words\n")

    assert password_hash(path).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert fits(password_hash(path), "three plain words")
    assert not fits(password_hash(path), "three plain word")


def test_an_accent_fits_however_it_is_written(path):
    keep_password(path, "ein scho\u0308nes Wort")

    assert fits(password_hash(path), "ein sch\u00f6nes Wort")


@pytest.mark.parametrize("text", ["", "eleven char", "  eleven char  ", "x" * 1001])
def test_one_that_is_too_short_or_too_long_is_refused_and_changes_nothing(path, text):
    with pytest.raises(Refused):
        keep_password(path, text)

    assert not path.exists()


def test_none_is_none(path):
    assert password_hash(path) == ""
    assert not forget_password(path)


def test_it_can_be_forgotten(path):
    keep_password(path, "three plain words")

    assert forget_password(path)
    assert password_hash(path) == ""


@pytest.mark.parametrize(
    "content", [b"", b"three plain words", b"\xff", b"$argon2i$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"]
)
def test_a_file_that_holds_something_else_is_told(path, content):
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(StoreError, match="run `netkeep-sync password`"):
        password_hash(path)


def test_what_is_no_hash_fits_nothing():
    assert not fits("$argon2id$nonsense", "three plain words")


def test_where_it_can_not_be_kept_is_told(tmp_path):
    (tmp_path / "file").touch()
    for call in (password_hash, forget_password, lambda path: keep_password(path, "three plain words")):
        with pytest.raises(StoreError):
            call(tmp_path / "file" / "netkeep.password")
