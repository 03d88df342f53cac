"""Partial answers: what the query parameter `fields` leaves of an answer.

A mask that forgets `nextPageToken` or `nextSyncToken` loses them, as at Google.
Grammar: `a,b/c,d(e,f/g)`, with `*` for everything at one level.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Mask: TypeAlias = "dict[str, Mask]"  # an empty one keeps everything below


def select(answer: Any, fields: str) -> Any:
    """Return only what `fields` names of an answer."""
    parts = iter(re.findall(r"[^,/()\s]+|[,/()]", fields))
    return _kept(answer, _read(parts))


def _read(parts: Iterator[str]) -> Mask:
    mask: Mask = {}
    at = mask
    for part in parts:
        if part == ")":
            break
        if part == ",":
            at = mask
        elif part == "(":
            at.update(_read(parts))
        elif part != "/":
            at = at.setdefault(part, {})
    return mask


def _kept(answer: Any, mask: Mask) -> Any:
    if not mask or "*" in mask:
        return answer
    if isinstance(answer, list):
        return [_kept(item, mask) for item in answer]
    if isinstance(answer, dict):
        return {name: _kept(answer[name], below) for name, below in mask.items() if name in answer}
    return answer
