"""Completion, asked as a shell asks it, and through bash itself."""

import os
import subprocess
import sys

import pytest

from tests.deploy.tools import found


@pytest.fixture
def completed(world, tmp_path):
    """Return what completes a line: its words, the last of which is begun."""

    def complete(*words):
        environ = {
            **os.environ,
            "_NETKEEP_SYNC_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["netkeep-sync", *words]),
            "COMP_CWORD": str(len(words)),
        }
        done = subprocess.run(
            [sys.executable, "-m", "netkeep_sync"],
            env=environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return [line.partition(",")[2] for line in done.stdout.splitlines() if line]

    return complete


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["s"], ["schema", "sync", "serve", "status", "skip", "snooze"]),
        (["snooze", "--w"], ["--weeks"]),
        (["done", "jo"], ["john-doe", "joan-diaz"]),
        (["done", "Diaz"], ["joan-diaz"]),
        (["kept", "gra"], ["grace-liu"]),
        (["-c", "none.yaml", "done", "jo"], []),
        (["done", "john", "doe"], []),
        (["completion", "z"], ["zsh"]),
        (["feed", "ro"], ["rotate"]),
    ],
    ids=" ".join,
)
def test_what_is_begun_is_completed(completed, words, expected):
    assert completed(*words) == expected


def test_a_contact_completes_while_the_file_is_wrong(completed, world):
    world.edit("quarterly", "quaterly")

    assert completed("pause", "grace") == ["grace-liu"]


def test_where_there_is_no_roster_nobody_is_offered(completed, world):
    world.path.unlink()

    assert completed("pause", "g") == []


def test_completing_a_contact_imports_nothing_heavy(world):
    code = (
        "import sys, netkeep_sync.cli.main as m\n"
        "try: m.main([])\n"
        "except SystemExit: print(sorted({'pydantic', 'sqlalchemy', 'icalendar'} & set(sys.modules)))"
    )
    asked = {
        "_NETKEEP_SYNC_COMPLETE": "bash_complete",
        "COMP_WORDS": "netkeep-sync done j",
        "COMP_CWORD": "2",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )

    assert done.stdout == "plain,john-doe\nplain,joan-diaz\n[]\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(world, shell):
    script = world.ok("completion", shell)

    assert f"_NETKEEP_SYNC_COMPLETE={shell}_complete" in script


def test_bash_completes_with_the_script(world, tmp_path):
    bash = found("bash")
    program = tmp_path / "netkeep-sync"
    program.write_text(f'#!{bash}\nexec {sys.executable} -m netkeep_sync "$@"\n')
    program.chmod(0o755)
    asked = (
        f"{world.ok('completion', 'bash')}\n"
        "COMP_WORDS=(netkeep-sync done gra); COMP_CWORD=2\n"
        '_netkeep_sync_completion netkeep-sync; echo "${COMPREPLY[@]}"\n'
    )
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([bash, "-c", asked], env=environ, capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("grace-liu\n", "")
