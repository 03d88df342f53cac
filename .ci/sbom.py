#!/usr/bin/env python3
"""Print what netkeep-sync is made of, a CycloneDX document: `.venv/bin/python .ci/sbom.py > sbom.json`.

Names and versions are those of the locks, with all extras; licences are what the packages themselves declare.
The same locks give the same bytes.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = (ROOT / "requirements.txt", ROOT / "deploy" / "requirements.txt")
"""Of what everybody has, and of what the extras need besides: both are in the image."""

_PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==([^\s;]+)", re.MULTILINE)
_VERSION = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)

_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD License",
    "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "MIT License": "MIT",
}
"""What older packages write, and what it is called."""


def pins(*locks: Path) -> dict[str, str]:
    """Return the version of every package that the locks pin, those of the image unless told."""
    return dict(pin for lock in locks or LOCKS for pin in _PIN.findall(lock.read_text(encoding="utf-8")))


def licence_of(package: str) -> str:
    """Return the licence that an installed package declares, "" where it is not installed or tells none."""
    try:
        told = metadata(package)
    except PackageNotFoundError:
        return ""
    classifiers = [
        one.rpartition(" :: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License ::")
    ]
    for declared in (told.get("License-Expression"), told.get("License"), *classifiers):
        if declared and len(declared) < 60:
            return _SPDX.get(declared, declared)
    return ""


def component(name: str, version: str, *, kind: str = "library", licence: str = "") -> dict[str, Any]:
    """Return one component; a licence that is no SPDX expression is told by its name."""
    purl = f"pkg:pypi/{name}@{version}"
    found: dict[str, Any] = {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if licence:
        is_name = " License" in licence
        found["licenses"] = [{"license": {"name": licence}} if is_name else {"expression": licence}]
    return found


def document() -> dict[str, Any]:
    """Return the bill of materials."""
    source = (ROOT / "netkeep_sync" / "__init__.py").read_text(encoding="utf-8")
    [version] = _VERSION.findall(source)
    subject = component("netkeep-sync", version, kind="application", licence="MIT")
    parts = [component(name, one, licence=licence_of(name)) for name, one in sorted(pins().items())]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": subject},
        "components": parts,
        "dependencies": [{"ref": subject["bom-ref"], "dependsOn": [one["bom-ref"] for one in parts]}],
    }


if __name__ == "__main__":
    print(json.dumps(document(), indent=2, ensure_ascii=False))
