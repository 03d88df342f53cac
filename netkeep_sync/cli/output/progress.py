"""How far a push is, on a terminal and only there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import TaskID

    from netkeep_sync.service.push import Progress as Tell

__all__ = ["shown_progress"]

_FEW = 10
"""So many changes need no bar."""


@contextmanager
def shown_progress() -> Iterator[Tell]:
    """Yield what is to be told of progress; a bar for each target is shown on standard error meanwhile."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def tell(target: str, done: int, total: int) -> None:
            if total > _FEW:
                if target not in tasks:
                    tasks[target] = bars.add_task(target, total=total)
                bars.update(tasks[target], completed=done)

        yield tell
