"""The secret of the feed's address, and the document behind it."""

import os
from datetime import UTC, date, datetime

import pytest

from netkeep_sync.errors import StoreError
from netkeep_sync.service.feed import feed_token, make_feed
from netkeep_sync.service.workspace import open_workspace


@pytest.fixture
def workspace(world):
    world.ok("export", "-o", "-")
    return open_workspace(world.path, today=date(2026, 11, 23), environ=dict(os.environ))


@pytest.fixture
def key(world):
    return world.state / "netkeep.key"


def test_it_is_the_same_every_time_and_256_bits(workspace):
    token = feed_token(workspace, generation=1)

    assert token == feed_token(workspace, generation=1)
    assert len(token) == 43
    assert token != feed_token(workspace, generation=2)


def test_the_key_is_for_its_owner_alone_whatever_the_umask(workspace, key):
    before = os.umask(0)
    try:
        feed_token(workspace, generation=1)
    finally:
        os.umask(before)

    assert key.stat().st_mode & 0o777 == 0o600
    assert [path for path in key.parent.iterdir() if path.name.startswith("netkeep.key.")] == []


def test_a_key_that_others_can_read_is_refused(workspace, key):
    feed_token(workspace, generation=1)
    key.chmod(0o644)

    with pytest.raises(StoreError, match="chmod 600"):
        feed_token(workspace, generation=1)


def test_a_damaged_key_is_refused(workspace, key):
    key.write_bytes(b"short")
    key.chmod(0o600)

    with pytest.raises(StoreError, match="holds no key"):
        feed_token(workspace, generation=1)


def test_another_key_makes_another_address(workspace, key):
    token = feed_token(workspace, generation=1)
    key.unlink()

    assert feed_token(workspace, generation=1) != token


def test_it_changes_only_when_the_document_does(workspace):
    first, later = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    target = workspace.ics_target([])
    with workspace.store() as store:
        before = make_feed(store, target, now=first)

        assert make_feed(store, target, now=later) == before
        [uid, *_] = store.baselines(target.name)
        store.save_baselines(target.name, put=(), removed=[uid])
        after = make_feed(store, target, now=later)

    assert after.digest != before.digest
    assert after.changed_at == later
