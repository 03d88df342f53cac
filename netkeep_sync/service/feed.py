"""A feed: the document as subscribers get it, and the secret that its address is made of.

The secret is derived from a key file, the feed's name and its generation: the database alone does not reveal
it, the owner can see it again at any time, and raising the generation renews it.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.feed import DEFAULT_FEED
from netkeep_sync.errors import StoreError
from netkeep_sync.store.store import Publication

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import Store
    from netkeep_sync.targets.ics import IcsTarget

__all__ = ["Feed", "derived_key", "feed_of", "feed_token", "key_path", "make_feed"]

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What is served: the document, the same compressed, its digest and when it last changed."""

    document: bytes
    compressed: bytes
    digest: str
    changed_at: datetime


def make_feed(store: Store, target: IcsTarget, *, now: datetime, before: Feed | None = None) -> Feed:
    """Build the feed from what the .ics target holds, and note when it changed. `before` is what it was."""
    held = store.baselines(target.name)
    document = target.document([held[uid] for uid in sorted(held)])
    return feed_of(store, target.name, document, now=now, before=before)


def feed_of(store: Store, name: str, document: bytes, *, now: datetime, before: Feed | None = None) -> Feed:
    """Return what is served of a document, and note when it changed, under its name in the store."""
    digest = hashlib.sha256(document).hexdigest()[:32]
    publication = store.publication(name)
    if publication is None or publication.digest != digest:
        publication = Publication(digest=digest, changed_at=now.replace(microsecond=0))
        store.save_baselines(name, put=(), removed=(), publication=publication)
    if before is not None and (before.digest, before.changed_at) == (digest, publication.changed_at):
        return before  # compressing takes ten times as long as joining
    return Feed(
        document=document,
        compressed=gzip.compress(document, mtime=0),
        digest=digest,
        changed_at=publication.changed_at,
    )


def feed_token(workspace: Workspace, *, generation: int, name: str = DEFAULT_FEED) -> str:
    """Return the secret of a feed's address: 43 characters, 256 bits."""
    words = ["feed", workspace.roster.key, str(generation)]
    if name != DEFAULT_FEED:  # whose address is older than the others
        words = ["named feed", workspace.roster.key, name, str(generation)]
    return base64.urlsafe_b64encode(derived_key(workspace, *words)).rstrip(b"=").decode()


def derived_key(workspace: Workspace, *purpose: str) -> bytes:
    """Return 256 bits that are made of the key file for this purpose alone."""
    return hmac.digest(_key(key_path(workspace)), "\n".join(purpose).encode(), "sha256")


def key_path(workspace: Workspace) -> Path:
    """Return where the key lies that the addresses of all feeds and links on this state are made of."""
    return workspace.state_path.with_name(f"{workspace.state_path.name}.key")


def _key(path: Path) -> bytes:
    """Return the key in the file, made for its owner only when there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if not path.exists():
            _make_key(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise StoreError(
                f"{path} can be read by others; remove it (a new address is made), or run `chmod 600` on it"
            )
        key = path.read_bytes()
    except OSError as error:
        raise StoreError(f"the key file {path} can't be used: {error.strerror}") from error
    if len(key) != _KEY_BYTES:
        raise StoreError(f"{path} holds no key; remove it, and a new one is made (feed addresses change)")
    return key


def _make_key(path: Path) -> None:
    """Write a new key whole, or leave the one that another process wrote meanwhile."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
