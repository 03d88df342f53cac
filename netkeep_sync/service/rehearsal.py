"""A dry run: the real pass, on a copy of what is remembered, with targets that write nothing.

What such a pass would store goes into the copy, which is dropped; what it would send is answered by the
targets themselves (`Workspace.targets`, `is_rehearsal`). So it decides all that the real one decides, in the
same lines.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import Store

__all__ = ["scratch_store"]


@contextmanager
def scratch_store(workspace: Workspace) -> Iterator[Store]:
    """Open a copy of what is remembered, gone at the end. Where there is no database, none is made."""
    from netkeep_sync.store.opening import open_scratch  # noqa: PLC0415  190 ms, where state is used

    with open_scratch(
        workspace.url,
        key=workspace.roster.key,
        source=str(workspace.path),
        is_key_given=workspace.roster.is_key_given,
    ) as store:
        yield store
