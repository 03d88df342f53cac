"""What an error tells people to run."""

import sys

from netkeep_sync.errors import install_words


def test_what_is_missing_is_installed_for_the_python_that_runs():
    assert f"{sys.executable} " in install_words("caldav")


def test_an_installation_without_pip_is_told_the_command_of_uv(monkeypatch):
    monkeypatch.setitem(sys.modules, "pip", None)

    assert install_words("caldav").startswith(f"run `uv pip install --python {sys.executable} '")
