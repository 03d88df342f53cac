"""The sessions that are logged in, and the file they are kept in."""

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest

from netkeep_sync.web.log_ins import LASTS, LogIns

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "netkeep.sessions"


def begun(path, *sessions):
    log_ins = LogIns(path)
    for number, session in enumerate(sessions):
        log_ins.begin(session, hashed="hash", now=NOW + timedelta(seconds=number))
    return log_ins


def are_in(log_ins, *sessions, now=NOW, hashed="hash"):
    return [log_ins.is_in(one, hashed=hashed, now=now) for one in sessions]


def test_a_session_is_in_from_its_beginning_to_before_its_end(path):
    log_ins = begun(path, "a")

    assert are_in(log_ins, "a", "b") == [True, False]
    assert are_in(log_ins, "a", now=NOW + LASTS - timedelta(seconds=1)) == [True]
    assert are_in(log_ins, "a", now=NOW + LASTS) == [False]


def test_under_another_password_it_is_none(path):
    log_ins = begun(path, "a")

    assert are_in(log_ins, "a", hashed="other") == [False]
    log_ins.begin("b", hashed="other", now=NOW)
    assert are_in(log_ins, "a", "b", hashed="other") == [False, True]
    assert are_in(log_ins, "a", "b") == [False, False]


def test_the_file_outlives_the_process_and_holds_no_session(path):
    begun(path, "a-secret", "b-secret").end("b-secret")

    assert are_in(LogIns(path), "a-secret", "b-secret") == [True, False]
    assert "secret" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_the_fifty_that_last_longest_are_kept(path):
    log_ins = begun(path, *map(str, range(51)))

    assert are_in(log_ins, "0", "1", "50") == [False, True, True]
    assert len(json.loads(path.read_text())["sessions"]) == 50


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"password": "x", "sessions": []}',
        b'{"password": "x", "sessions": {"a": "soon"}}',
        b'{"password": "x", "sessions": {"a": "2026-11-23T00:00:00"}}',
        b'{"sessions": {}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_has_everybody_log_in_anew(path, content):
    path.write_bytes(content)
    log_ins = begun(path, "a")

    assert are_in(log_ins, "a", "b") == [True, False]


def test_where_it_can_not_be_kept_it_lasts_as_long_as_the_process(tmp_path, caplog):
    (tmp_path / "file").touch()
    log_ins = begun(tmp_path / "file" / "netkeep.sessions", "a")

    assert are_in(log_ins, "a") == [True]
    assert "sessions are not kept" in caplog.text
