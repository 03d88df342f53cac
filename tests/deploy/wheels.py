"""Wheels to install from: that of the program, and those of all that it needs, packed anew from what is here.

So an environment can be made from nothing, as a user makes it, with the versions of the locks, and nothing is
fetched. What a registry has was held against the hashes when the tests' own environment was made.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
import runpy
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tests.deploy.tools import DEPLOY, ROOT, ran

EPOCH = "1790000000"
LOCKS = (ROOT / "requirements.txt", DEPLOY / "requirements.txt", DEPLOY / "build-requirements.txt")
_OWN = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}


def built(source: Path, to: Path, *, kind: str = "wheel", **environ: str) -> Path:
    """Build the wheel of a source tree, or its `sdist`, and return its path."""
    done = ran(
        *(sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", to),
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **environ},
    )
    assert done.returncode == 0, done.stderr
    [made] = Path(to).glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return made


def packed(folder: Path) -> Path:
    """Pack all that the locks pin into wheels, and return the folder."""
    pins = runpy.run_path(str(ROOT / ".ci" / "sbom.py"))["pins"](*LOCKS)
    for name, version in pins.items():
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # of another system
        assert found.version == version, f"{name} {found.version} is here, and {version} is locked"
        *_, tag = re.findall(r"^Tag: (\S+)", found.read_text("WHEEL") or "", re.MULTILINE)  # of several, py3
        _pack(name, folder / f"{name.replace('-', '_')}-{version}-{tag}.whl")
    return folder


def _pack(name: str, path: Path) -> None:
    found = distribution(name)
    record, rows = io.StringIO(), []
    with zipfile.ZipFile(path, "w") as archive:
        for one in found.files or ():
            if one.parts[0] == ".." or one.suffix == ".pyc":
                continue
            if one.parent.name.endswith(".dist-info"):
                into = str(one.parent)
                if one.name in _OWN:
                    continue
            data = Path(str(one.locate())).read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.append((str(one), f"sha256={digest}", str(len(data))))
            archive.writestr(str(one), data)
        csv.writer(record).writerows([*rows, (f"{into}/RECORD", "", "")])
        archive.writestr(f"{into}/RECORD", record.getvalue())
