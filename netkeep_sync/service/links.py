"""The links in entries, as of now: where they lead and what they are signed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netkeep_sync.core.answer_link import AnswerLinks
from netkeep_sync.service.feed import derived_key

if TYPE_CHECKING:
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import ReadableStore

__all__ = ["answer_links"]


def answer_links(workspace: Workspace, memory: ReadableStore) -> AnswerLinks | None:
    """Return the links of this generation; None where the roster does not say how its owner reaches what is
    served, for an address is never made of what a request says.
    """
    roster = workspace.roster
    if not roster.serve.public_url:
        return None
    generation = memory.link_generation()
    return AnswerLinks(
        base=roster.serve.public_url,
        generation=generation,
        key=derived_key(workspace, "answer link", roster.key, str(generation)),
    )
