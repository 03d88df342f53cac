"""`password`: typed twice in a terminal, read from a pipe, forgotten; shown nowhere."""

import os
import pty
import subprocess
import sys

import pytest

from netkeep_sync.service.password import fits, password_hash

COMMAND = [sys.executable, "-m", "netkeep_sync"]


@pytest.fixture
def path(world):
    return world.state / "netkeep.password"


def piped(world, text, *arguments):
    command = [*COMMAND, "-c", str(world.path), "password", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)


def typed(world, *lines):
    """Run it in a terminal and type; return what the terminal shows and the status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "-c", str(world.path), "password"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown, waiting = b"", [*lines]
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:  # that the terminal is gone
            break
        if not data:
            break
        shown += data
        if waiting and shown.endswith(b": "):
            os.write(ours, f"{waiting.pop(0)}\n".encode())
            shown += b"|"
    os.close(ours)
    return shown.decode(), process.wait(timeout=60)


def test_it_is_read_from_a_pipe(world, path):
    done = piped(world, "three plain words\n")

    assert (done.returncode, done.stdout) == (
        0,
        f"wrote {path}, which only you can read; all sessions have ended\n",
    )
    assert "public_url" in done.stderr
    assert fits(password_hash(path), "three plain words")
    assert "plain" not in done.stdout + done.stderr + path.read_text()


def test_it_is_typed_twice_in_a_terminal_and_not_shown(world, path):
    shown, status = typed(world, "three plain words", "three plain words")

    assert status == 0, shown
    assert "Password: " in shown
    assert "The same again: " in shown
    assert "plain" not in shown
    assert fits(password_hash(path), "three plain words")


def test_two_that_differ_change_nothing(world, path):
    shown, status = typed(world, "three plain words", "three plain worlds")

    assert status == 2
    assert "the two are not the same; nothing was changed" in shown
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "short\n"])
def test_one_that_is_too_short_is_refused(world, path, text):
    done = piped(world, text)

    assert done.returncode == 2
    assert "12 letters at least" in done.stderr
    assert not path.exists()


def test_it_can_be_removed(world, path):
    piped(world, "three plain words\n")

    assert world.ok("password", "--remove") == "removed the password\n"
    assert not path.exists()
    assert world.ok("password", "--remove") == "there was no password to remove\n"


def test_with_a_public_address_there_is_nothing_more_to_do(world):
    world.edit("timezone:", "serve: {public_url: https://checkins.example.com}\ntimezone:")

    assert piped(world, "three plain words\n").stderr == ""
