from pathlib import Path

import pytest

from netkeep_sync.errors import StoreError
from netkeep_sync.store.url import exists, sqlite_path


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///netkeep.db", Path("netkeep.db")),
        ("sqlite:////var/lib/netkeep.db", Path("/var/lib/netkeep.db")),
        ("sqlite:///my%20check-ins?.db", Path("my%20check-ins?.db")),
        ("sqlite:///~/netkeep.db", Path.home() / "netkeep.db"),
        ("postgresql://ana@db.example.com/netkeep", None),
        ("postgres://ana@db.example.com/netkeep", None),
        ("postgresql:///netkeep?host=/run/postgresql", None),
    ],
)
def test_path_of_an_sqlite_url_is_its_file(url, path):
    assert sqlite_path(url) == path


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://netkeep.db",
        "mysql://ana:secret@db/n",
        "netkeep.db",
        "",
    ],
)
def test_other_url_is_refused_without_repeating_its_password(url):
    with pytest.raises(StoreError, match="write sqlite:///FILE or postgresql://USER@HOST/NAME") as caught:
        sqlite_path(url)
    assert "secret" not in str(caught.value)


def test_sqlite_database_exists_when_its_file_does(tmp_path):
    url = f"sqlite:///{tmp_path}/netkeep.db"
    assert not exists(url)
    (tmp_path / "netkeep.db").touch()
    assert exists(url)


def test_only_the_server_knows_whether_its_database_exists():
    assert exists("postgresql://ana@db.example.com/netkeep")
