"""Planted faults that the tests must find: `python tests/mutants/run.py`.

Each mutant changes one place of the program into something plausible and wrong, in a copy of it, and runs
the tests that should notice. Ends with 1 when a mutant survives, or when the text it changes is no longer
there once and only once: a fault that can't be planted proves nothing.

Each runs in a fork of this process, which has read the foreign libraries and nothing of ours: to read them
anew would take longer than the tests.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutants.planted import MUTANTS, Mutant  # noqa: E402  the path is needed first

COPIED = ("netkeep_sync", "tests", "pyproject.toml", "README.md", "config.example.yaml")
LONGEST_S = 900

READ_ONCE = (
    *("hypothesis.stateful", "pytest_socket", "dateutil.rrule", "icalendar"),
    *("click", "holidays.registry", "pydantic", "yaml", "rich.table", "filelock", "platformdirs"),
    *("alembic.command", "sqlalchemy.dialects.sqlite", "googleapiclient.discovery", "google_auth_httplib2"),
)
"""What the tests read of others. One that is missing here costs time and nothing else."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A mutant whose tests are running, in a process and a folder of its own."""

    mutant: Mutant
    folder: tempfile.TemporaryDirectory[str]
    started: float

    @property
    def told(self) -> Path:
        """What pytest has printed."""
        return Path(self.folder.name, "told")

    def fate(self, status: int) -> tuple[bool, str]:
        """Return whether the fault was found, and what to say."""
        seconds = time.monotonic() - self.started
        lines = self.told.read_text(encoding="utf-8").splitlines()
        found = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
        # A test that fails, or whose world is found broken when it ends; not a file that can't even be read.
        if status == pytest.ExitCode.TESTS_FAILED and found and "::" in found[0]:
            return True, f"{seconds:4.0f} s  {found[0].split(' - ')[0].split(' ', 1)[1]}"
        return (
            False,
            f"{seconds:4.0f} s  survived (pytest ended with {status}) {''.join(found[:1] or lines[-1:])}",
        )


def plant(mutant: Mutant, folder: Path) -> None:
    """Copy the program, and make the change; files keep their times, so what is compiled holds."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy2(source, folder)
    path = folder / mutant.path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")


def run_tests(trial: Trial) -> None:
    """Run the tests of a mutant in this process, which ends with them."""
    status = int(pytest.ExitCode.INTERNAL_ERROR)
    try:
        signal.alarm(LONGEST_S)
        with trial.told.open("wb") as told:
            os.dup2(told.fileno(), 1)
            os.dup2(told.fileno(), 2)
        os.chdir(trial.folder.name)
        os.environ.update(PYTHONPATH=trial.folder.name, PYTEST_ADDOPTS="")
        sys.path[:] = [trial.folder.name, *(one for one in sys.path if one != str(ROOT))]
        for name in [one for one in sys.modules if one.partition(".")[0] == "tests"]:
            del sys.modules[name]
        words = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
        status = int(pytest.main([*words, *trial.mutant.tests]))
    except BaseException:  # noqa: BLE001  the process ends here, whatever it is
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def begin(mutant: Mutant) -> tuple[int, Trial]:
    """Plant a mutant and start its tests; return the process."""
    trial = Trial(mutant, tempfile.TemporaryDirectory(), time.monotonic())
    plant(mutant, Path(trial.folder.name))
    child = os.fork()
    if not child:
        run_tests(trial)
    return child, trial


def fates(mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, bool, str]]:
    """Plant mutants, as many at a time as there are processors, and yield what became of each."""
    running: dict[int, Trial] = {}
    for mutant in mutants:
        count = (ROOT / mutant.path).read_text(encoding="utf-8").count(mutant.before)
        if count != 1:
            yield mutant, False, f"stands {count} times in {mutant.path}: mend the mutant"
            continue
        if len(running) == (os.cpu_count() or 1):
            yield ended(running)
        child, trial = begin(mutant)
        running[child] = trial
    while running:
        yield ended(running)


def ended(running: dict[int, Trial]) -> tuple[Mutant, bool, str]:
    """Wait for a trial to end, and clear away what it leaves."""
    child, status = os.wait()
    trial = running.pop(child)
    is_found, told = trial.fate(os.waitstatus_to_exitcode(status))
    trial.folder.cleanup()
    return trial.mutant, is_found, told


def main(words: list[str]) -> int:
    """Plant all mutants, or those whose name holds one of the words."""
    for name in READ_ONCE:
        importlib.import_module(name)
    chosen = [one for one in MUTANTS if not words or any(word in one.name for word in words)]
    survivors = 0
    for mutant, is_found, told in fates(chosen):
        survivors += not is_found
        print(f"{'found   ' if is_found else 'SURVIVED'}  {mutant.name}: {told}", flush=True)
    print(f"{len(chosen)} planted, {survivors} survived")
    return int(bool(survivors) or not chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
