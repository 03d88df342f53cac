"""Programs of others that judge what lies in deploy/.

Where one is missing, its tests are skipped aloud, and fail where NETKEEP_REQUIRE_ALL is set, as in CI. Those
from Python's registry are locked in `requirements.txt` beside this file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
_BESIDE_PYTHON = Path(sys.executable).parent
_LOCKED = "pip install -r tests/deploy/requirements.txt"


def absent(what: str) -> NoReturn:
    """Skip a test for want of a program, or fail it where nothing may be missing."""
    if os.environ.get("NETKEEP_REQUIRE_ALL"):
        pytest.fail(what)
    pytest.skip(what)


def kubectl() -> str:
    """Return where kubectl is. That of Debian 12 is too old to be asked, so a machine may be without."""
    return shutil.which("kubectl") or pytest.skip("there is no kubectl, and Debian's is too old")


def found(name: str, *, how: str = _LOCKED) -> str:
    """Return where a program is: beside this Python, else on the PATH. `how` tells what installs it."""
    path = os.pathsep.join([str(_BESIDE_PYTHON), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    where = shutil.which(name, path=path)
    return where or absent(f"there is no {name}; {how}")


def ran(*command: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a program, and return what it said and ended with."""
    return subprocess.run([*map(str, command)], check=False, capture_output=True, text=True, **options)  # type: ignore[call-overload, no-any-return]
