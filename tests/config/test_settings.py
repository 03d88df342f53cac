from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from netkeep_sync.config.settings import data_folder, database_url, find_roster_file
from netkeep_sync.errors import RosterError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a machine's only user, who works in `work`."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "here").mkdir()
    (tmp_path / "config" / "netkeep-sync").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def test_the_option_names_the_file_whether_it_is_there_or_not(home):
    (home / "here" / "netkeep.yaml").touch()

    assert find_roster_file("other.yaml") == home / "here" / "other.yaml"
    assert find_roster_file("~/other.yaml") == home / "other.yaml"


def test_the_working_folder_comes_before_the_config_folder(home):
    (home / "config" / "netkeep-sync" / "netkeep.yaml").touch()
    assert find_roster_file(None) == home / "config" / "netkeep-sync" / "netkeep.yaml"

    (home / "here" / "netkeep.yaml").touch()
    assert find_roster_file(None) == home / "here" / "netkeep.yaml"


def test_where_there_is_no_roster_one_is_told_how_to_get_one(home):
    with pytest.raises(RosterError) as caught:
        find_roster_file(None)

    assert str(caught.value) == (
        f"{home}/here/netkeep.yaml: there is no roster here, nor in {home}/config/netkeep-sync; "
        "run `netkeep-sync init` to write one, or name one with --config"
    )


def test_looking_for_things_makes_nothing(home):
    assert data_folder() == home / "data" / "netkeep-sync"
    assert database_url("", {}) == f"sqlite:///{home}/data/netkeep-sync/netkeep.db"
    assert not (home / "data").exists()


def test_the_environment_beats_the_roster_and_the_roster_beats_the_default():
    environ = {"NETKEEP_DATABASE": "postgresql://h/n"}

    assert database_url("sqlite:////a.db", environ) == "postgresql://h/n"
    assert database_url("sqlite:////a.db", {"NETKEEP_DATABASE": ""}) == "sqlite:////a.db"


def test_platformdirs_is_not_imported_where_it_is_not_needed(tmp_path):
    (tmp_path / "netkeep.yaml").touch()
    code = (
        "import sys; from netkeep_sync.config.settings import find_roster_file, database_url;"
        "find_roster_file(None); database_url('sqlite:////a.db', {});"
        "sys.exit('platformdirs' in sys.modules or 'yaml' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
