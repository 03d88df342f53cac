from pathlib import Path
from typing import TYPE_CHECKING

from netkeep_sync.store.empty_store import EmptyStore

if TYPE_CHECKING:
    from netkeep_sync.store.store import ReadableStore

# That it tells what a new roster tells is part of the contract in test_sql_store.py.

LOOKING_SCRIPT = """
import sys
from netkeep_sync.store.empty_store import EmptyStore
from netkeep_sync.store.url import exists
assert not exists(sys.argv[1])
EmptyStore().series()
print(any(name.startswith(("sqlalchemy", "alembic")) for name in sys.modules))
"""


def test_empty_store_is_a_readable_store():
    store: ReadableStore = EmptyStore()
    store.close()


def test_looking_where_nothing_is_imports_no_sqlalchemy_and_creates_nothing(scripts, tmp_path):
    looking = scripts.start(LOOKING_SCRIPT, f"sqlite:///{tmp_path}/netkeep.db")
    assert looking.communicate(timeout=60)[0] == "False\n"
    assert list(Path(tmp_path).iterdir()) == []
