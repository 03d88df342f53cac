"""The shell scripts of the project."""

from tests.deploy.tools import ROOT, found, ran


def test_the_linter_finds_nothing_to_say_about_the_script_of_all_checks():
    done = ran(found("shellcheck"), ROOT / ".ci" / "run")

    assert (done.returncode, done.stdout) == (0, "")
