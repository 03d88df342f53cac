"""Planted faults that the tests must find: `python tests/mutants/run.py`.

Each mutant changes one place of the program into something plausible and wrong, in a copy of it, and runs
the tests that should notice. Ends with 1 when a mutant survives, or when the text it changes is no longer
there once and only once: a fault that can't be planted proves nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutants.planted import MUTANTS, Mutant  # noqa: E402  the path is needed first

COPIED = ("netkeep_sync", "tests", "pyproject.toml", "README.md", "config.example.yaml")
LONGEST_S = 300


def fate(mutant: Mutant) -> tuple[bool, str]:
    """Plant a fault in a copy of the program; return whether it was found, and what to say."""
    text = (ROOT / mutant.path).read_text(encoding="utf-8")
    if text.count(mutant.before) != 1:
        return False, f"stands {text.count(mutant.before)} times in {mutant.path}: mend the mutant"
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder)
        Path(folder, mutant.path).write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutant.tests],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": folder, "PYTEST_ADDOPTS": ""},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    seconds = time.monotonic() - started
    found = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    # A test that fails, or whose world is found broken when it ends; not a file that can't even be read.
    if done.returncode == 1 and found and "::" in found[0]:
        return True, f"{seconds:4.0f} s  {found[0].split(' - ')[0].split(' ', 1)[1]}"
    return False, f"{seconds:4.0f} s  survived (pytest ended with {done.returncode}) {''.join(found[:1])}"


def main(words: list[str]) -> int:
    """Plant all mutants, or those whose name holds one of the words."""
    chosen = [one for one in MUTANTS if not words or any(word in one.name for word in words)]
    survivors = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for mutant, (is_found, told) in zip(chosen, pool.map(fate, chosen), strict=True):
            survivors += not is_found
            print(f"{'found   ' if is_found else 'SURVIVED'}  {mutant.name}: {told}", flush=True)
    print(f"{len(chosen)} planted, {survivors} survived")
    return int(bool(survivors) or not chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
