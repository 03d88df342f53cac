#!/usr/bin/env python3
"""Ask for known vulnerabilities of everything in a lock: `pipx install pip-audit && python3 .ci/audit.py`.

pip-audit alone says "No known vulnerabilities found" when it could look up nothing at all, for it skips what
it can't. Here a package that was not looked up is a failure, as is one that is missing from the answer. It
needs the network, so it is run before a release and not by `.ci/run`; that tries this gate on made-up
answers.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sbom import LOCKS, pins


def findings(answer: str, pinned: dict[str, str]) -> list[str]:
    """Return what is wrong, a line for each package that is vulnerable, was skipped or is not told of."""
    told = {one["name"]: one for one in json.loads(answer)["dependencies"]}
    wrong = []
    for name, version in pinned.items():
        one = told.get(name, {"skip_reason": "pip-audit does not tell of it"})
        if "skip_reason" in one:
            wrong.append(f"{name} {version}: not looked up: {one['skip_reason']}")
        elif one["version"] != version:
            wrong.append(f"{name} {version}: another version was looked up: {one['version']}")
        for vulnerability in one.get("vulns", []):
            mended = ", ".join(vulnerability["fix_versions"]) or "no version yet"
            wrong.append(f"{name} {version}: {vulnerability['id']}; mended in {mended}")
    return wrong


def main(*locks: str) -> int:
    """Look up every package of the locks, those of the image unless told; return the exit status."""
    program = shutil.which("pip-audit")
    if program is None:
        print("there is no pip-audit; run `pipx install pip-audit`", file=sys.stderr)
        return 2
    wrong, count = [], 0
    for lock in map(Path, locks or LOCKS):
        pinned = pins(lock)
        count += len(pinned)
        command = [program, "--requirement", str(lock), "--require-hashes", "--disable-pip"]
        done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
        try:
            wrong += findings(done.stdout, pinned)
        except (ValueError, LookupError, TypeError):
            wrong.append(f"{lock}: pip-audit gave no answer: {done.stderr.strip() or done.returncode}")
    print("\n".join(wrong) if wrong else f"{count} packages looked up, no known vulnerabilities")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
