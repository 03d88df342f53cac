"""The commands that the documents show, and machines to run them on.

`netkeep-sync` itself runs in this process (`Machine`). Whatever else there is runs in bash, in a copy of the
checkout (`Checkout`), where a few programs have a stand-in: `STAND_INS` says which, and why.
"""

from __future__ import annotations

import io
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from netkeep_sync.cli.main import main
from tests.deploy.tools import found as program
from tests.deploy.tools import kubectl
from tests.docs.documents import ROOT, documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HALF_A_YEAR_AGO, TODAY = "2026-05-25", "2026-11-23"
READY = "stop with Ctrl-C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of shell in a document; `lines` are its commands, without what they say of themselves."""

    document: str
    section: str
    lines: tuple[str, ...]

    @property
    def is_ours(self) -> bool:
        """Tell whether nothing but netkeep-sync runs in it."""
        return all(one.startswith("netkeep-sync ") for one in self.lines)

    def __str__(self) -> str:
        return f"{self.document}-{self.section}-{self.lines[0]}"


def shell_blocks() -> list[Block]:
    """Return every block of shell in a document."""
    found: list[Block] = []
    for path, text in documents().items():
        section, language = "", None
        lines: list[str] = []
        for written in text.splitlines():
            if written.startswith("```"):
                if language == "sh":
                    name = str(path.relative_to(ROOT))
                    found.append(Block(document=name, section=section, lines=tuple(lines)))
                language, lines = (written[3:] if language is None else None), []
            elif language is None and written.startswith("#"):
                section = written.lstrip("# ")
            elif command := re.sub(r"(^|\s+)# .*$", "", written):
                lines.append(command)
    return found


@contextmanager
def typed(text: str, *, is_terminal: bool) -> Iterator[None]:
    """Have somebody type at a terminal, or a program write into a pipe."""
    before = sys.stdin
    if not is_terminal:
        sys.stdin = io.StringIO(text)
        try:
            yield
        finally:
            sys.stdin = before
        return
    ours, theirs = pty.openpty()
    os.write(ours, f"{text}\x04\x04".encode())  # whoever asks for more is told that there is no more
    with os.fdopen(theirs, encoding="utf-8") as keyboard:
        sys.stdin = keyboard
        try:
            yield
        finally:
            sys.stdin = before
            os.close(ours)


class Machine:
    """A machine of somebody who uses netkeep-sync: a home, and in it a folder with a roster."""

    def __init__(self, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.home, self.folder = home, home / "work"
        self.data, self.config = self.folder / "data", self.folder / "config"
        self.roster = self.folder / "netkeep.yaml"
        self._capfd = capfd

    def write(self, text: str) -> None:
        self.roster.write_text(text, encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        text = self.roster.read_text(encoding="utf-8")
        assert old in text
        self.write(text.replace(old, new, 1))

    def run(self, line: str, *, keys: str = "y\n", is_terminal: bool = True) -> str:
        """Run a line as it stands after `netkeep-sync`, and return all that it says."""
        line, _, to = line.partition(" > ")
        words = [os.path.expanduser(one) for one in shlex.split(line)]  # noqa: PTH111  as a shell does
        with typed(keys, is_terminal=is_terminal), pytest.raises(SystemExit) as stop:
            main(["--as-of", TODAY, *words])
        said = self._capfd.readouterr()
        assert not stop.value.code, (
            f"`netkeep-sync {line}` ended with {stop.value.code}\n{said.out}{said.err}"
        )
        if to:
            (self.folder / to).write_text(said.out, encoding="utf-8")
        return said.out + said.err

    def process(self, line: str, **environ: str) -> str:
        """Run a line as a process of its own, until it has ended or serves; return all that it says."""
        words = [os.path.expanduser(one) for one in shlex.split(line)]  # noqa: PTH111  as a shell does
        return until_it_serves(
            [sys.executable, "-m", "netkeep_sync", *words], cwd=self.folder, env={**os.environ, **environ}
        )


def until_it_serves(command: list[str], *, cwd: Path, env: dict[str, str]) -> str:
    """Run a program until it ends, which must be with 0. If it serves, look at its page, and stop it."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said = ""
    assert process.stdout is not None
    try:
        while line := process.stdout.readline():
            said += line
            if READY in line and (page := re.search(r"^http://\S+/$", said, re.MULTILINE)):
                with urlopen(page[0], timeout=60) as answer:
                    assert "John Doe" in answer.read().decode()
                os.killpg(process.pid, signal.SIGINT)
        status = process.wait(timeout=120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
    assert status == 0, f"{command} ended with {status}\n{said}"
    return said


_OURS = f'PYTHONPATH=$CHECKOUT exec "{sys.executable}" -m netkeep_sync "$@"'

STAND_INS = {
    # It is that of the tests, and what they have is in each environment that it makes: pip fetches nothing.
    # One that is there already has its pip.
    "python3": f"""
        if [ "$2" = venv ] && [ -d "$3" ]; then set -- "$@" --without-pip; fi
        "{sys.executable}" "$@"
        if [ "$2" = venv ]; then cd "$3"/lib/python*/site-packages; echo "$PACKAGES" > tests.pth; fi
        """,
    # No test becomes root, or somebody else.
    "sudo": """
        if [ "$1" = -u ]; then shift 2; fi
        exec "$@"
        """,
    # The user of the service is not on this machine: to whom a folder belongs is left out.
    "install": """
        words=()
        while (($#)); do case $1 in -o | -g) shift ;; *) words+=("$1") ;; esac; shift; done
        exec /usr/bin/install "${words[@]}"
        """,
    # Users are made below the folder of the test.
    "systemd-sysusers": """
        exec "$SYSUSERS" --root="$MACHINE" "$MACHINE/etc/sysusers.d/netkeep-sync.conf"
        """,
    # It enables below that folder, and starts nothing: systemd does not run there.
    "systemctl": """
        words=()
        for one; do [ "$one" = --now ] || words+=("$one"); done
        exec "$SYSTEMCTL" --root="$MACHINE" "${words[@]}"
        """,
    # There is no engine: the service must be one of the compose file, and what would run in it runs here, in
    # the folder that it would see as /data.
    "docker": f"""
        [ "$1" = compose ]; verb=$2; shift 2
        case $verb in up) exec grep -q "^services:" compose.yaml ;; run) shift ;; esac
        grep -q "^  $1:" compose.yaml; shift
        if [ "$verb" = exec ]; then [ "$1" = netkeep-sync ]; shift; fi
        cd data; export HOME=$PWD XDG_CONFIG_HOME=$PWD XDG_DATA_HOME=$PWD
        {_OURS}
        """,
    # There is no cluster: what would be applied is made, and what would run in the pod runs here.
    "kubectl": f"""
        if [ "$1" = apply ]; then exec "$KUBECTL" kustomize "$3"; fi
        grep -q "^namespace: $3$" deploy/kubernetes/kustomization.yaml
        grep -q "name: ${{4%-0}}$" deploy/kubernetes/statefulset.yaml
        [ "$5 $6 $7 $8" = "-- netkeep-sync -c /roster/netkeep.yaml" ]; shift 8
        set -- -c deploy/kubernetes/netkeep.yaml "$@"
        {_OURS}
        """,
}
"""What runs in place of a program, and why; all others run as they are."""

SHORTENED = (
    (r"-m pytest$", "PYTEST_ADDOPTS", "tests/core/test_cadence.py -k fortnight"),
    (r"-m pytest -q tests/core tests/config$", "PYTEST_ADDOPTS", "-k fortnight"),
)
"""What takes minutes is done for a part: by what stands in a line, a variable that says for which. All of it
runs just now, or in `.ci/run`.
"""


class Checkout:
    """A copy of the checkout in which bash runs, with a stand-in for some programs; `root` is what it takes
    for the root of the file system, where a line names a folder of the machine.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder / "netkeep-sync", folder / "root"
        self._stand_ins = folder / "bin"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in listed.stdout.split("\0"):
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.folder / name)
        self._stand_ins.mkdir()
        for name, script in STAND_INS.items():
            path = self._stand_ins / name
            path.write_text(f"#!/bin/bash\nset -eu\n{dedent(script)}")
            path.chmod(0o755)
        for name in ("etc/sysusers.d", "etc/systemd/system", "home", "opt", "var/lib"):
            (self.root / name).mkdir(parents=True)

    def run(self, block: Block) -> str:
        """Run a block in one bash, as its reader would, and return all that it says."""
        script = "\n".join(block.lines)
        shortened = {
            name: value for words, name, value in SHORTENED if re.search(words, script, re.MULTILINE)
        }
        script = script.replace("-m mypy", "-m mypy netkeep_sync/errors.py")
        script = script.replace(" serve", " serve --port 0")  # other tests serve too
        script = re.sub(r"(?<![\w./])/(opt|etc|var)/", rf"{self.root}/\1/", script)
        mine = ("PYTHON", "NETKEEP", "XDG", "PYTEST")
        environ = {name: text for name, text in os.environ.items() if not name.startswith(mine)} | {
            "PATH": f"{self._stand_ins}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.root / "home"),
            "CHECKOUT": str(self.folder),
            "MACHINE": str(self.root),
            "PACKAGES": sysconfig.get_path("purelib"),
            "PIP_NO_BUILD_ISOLATION": "0",  # which says to pip: do not isolate
        }
        for name, key in (("systemctl", "SYSTEMCTL"), ("systemd-sysusers", "SYSUSERS")):
            if name in script:
                environ[key] = program(name, how="apt-get install systemd")
        if "kubectl" in script:
            environ["KUBECTL"] = kubectl()
        return until_it_serves(
            ["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, env=environ | shortened
        )
