"""What the program is made of: locked, licensed as told, and looked up without gaps."""

import json
import os
import re
import runpy
import sys
from types import SimpleNamespace

import pytest

from tests.deploy.tools import DEPLOY, ROOT, ran

ALLOWED = {
    "Apache-2.0",
    "Apache-2.0 AND BSD-2-Clause",
    "Apache-2.0 OR BSD-3-Clause",
    "GPL-3.0-or-later OR Apache-2.0",  # we take it under the second
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-3-Clause OR Apache-2.0",
    "ISC",
    "LGPL-3.0-only",  # of these we use the package as it is, and do not change it
    "LGPL-3.0-or-later",
    "MIT",
    "MIT-0",
    "MPL-2.0",  # the same
    "PSF-2.0",
}


SBOM = SimpleNamespace(**runpy.run_path(str(ROOT / ".ci" / "sbom.py")))


@pytest.mark.parametrize("package", SBOM.pins())
def test_every_package_has_a_licence_that_we_may_use(package):
    assert SBOM.licence_of(package) in ALLOWED


def test_the_bill_of_materials_names_what_the_lock_pins_and_is_always_the_same():
    command = (sys.executable, ROOT / ".ci" / "sbom.py")
    first, second = ran(*command).stdout, ran(*command).stdout
    bill = json.loads(first)

    assert first == second
    assert {one["name"]: one["version"] for one in bill["components"]} == SBOM.pins()
    assert all(one["licenses"] for one in bill["components"])


def test_every_lock_pins_the_same_versions():
    tested = SBOM.pins(ROOT / "tests" / "requirements.txt")
    locks = [
        *SBOM.LOCKS,
        DEPLOY / "build-requirements.txt",
        ROOT / "tests/deploy/requirements.txt",
    ]

    assert SBOM.pins().items() <= tested.items()
    for lock in locks:
        both = SBOM.pins(lock).keys() & tested.keys()
        assert {name: SBOM.pins(lock)[name] for name in both} == {name: tested[name] for name in both}


def test_the_lock_of_the_image_holds_every_extra():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    [extras] = re.findall(r"^\[project.optional-dependencies\]\n(.*?)\n\n", project, re.DOTALL | re.MULTILINE)
    named = re.findall(r'"([a-z0-9-]+)', extras)

    assert named
    assert set(named) <= SBOM.pins().keys()


@pytest.fixture
def audit(tmp_path):
    """Return what runs the gate over a lock of two packages, with a pip-audit that answers as told."""
    lock = tmp_path / "lock.txt"
    lock.write_text("pyyaml==5.3 \\\n    --hash=sha256:00\nsix==1.17.0 \\\n    --hash=sha256:00\n")

    def run(*dependencies, answer=None):
        fake = tmp_path / "pip-audit"
        text = json.dumps({"dependencies": dependencies, "fixes": []}) if answer is None else answer
        fake.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\necho 'No known vulnerabilities found' >&2\n")
        fake.chmod(0o755)
        environ = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
        return ran(sys.executable, ROOT / ".ci" / "audit.py", lock, env=environ)

    return run


SIX = {"name": "six", "version": "1.17.0", "vulns": []}
YAML = {"name": "pyyaml", "version": "5.3", "vulns": []}


def test_an_audit_that_looked_everything_up_and_found_nothing_passes(audit):
    done = audit(SIX, YAML)

    assert (done.returncode, done.stdout) == (0, "2 packages looked up, no known vulnerabilities\n")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([SIX, {"name": "pyyaml", "skip_reason": "could not be audited"}], "pyyaml 5.3: not looked up"),
        ([SIX], "pyyaml 5.3: not looked up: pip-audit does not tell of it"),
        ([SIX, {**YAML, "version": "6.0"}], "another version was looked up: 6.0"),
        (
            [SIX, {**YAML, "vulns": [{"id": "CVE-2020-14343", "fix_versions": ["5.4"]}]}],
            "pyyaml 5.3: CVE-2020-14343; mended in 5.4",
        ),
    ],
    ids=["skipped", "missing", "another", "vulnerable"],
)
def test_an_audit_with_a_gap_or_a_finding_fails(audit, told, words):
    done = audit(*told)

    assert done.returncode == 1
    assert words in done.stdout


@pytest.mark.parametrize("answer", ["", "{}", "[]"])
def test_an_audit_without_an_answer_fails(audit, answer):
    done = audit(answer=answer)

    assert done.returncode == 1
    assert "gave no answer" in done.stdout
