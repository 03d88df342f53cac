"""The next pass, before it is run: what it would do to each target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.errors import GuardRefused
from netkeep_sync.service.changes import changes_of
from netkeep_sync.service.links import answer_links
from netkeep_sync.service.rehearsal import scratch_store
from netkeep_sync.service.sync_pass import run_pass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netkeep_sync.core.busy import Busy
    from netkeep_sync.core.fact import AnyFact
    from netkeep_sync.service.changes import Change
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.sync_pass import Pass
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import Store
    from netkeep_sync.targets.target import CalendarTarget

__all__ = ["NextPass", "TargetChanges", "rehearse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChanges:
    """What would change on one target, and what it would fail with."""

    target: str
    changes: tuple[Change, ...]
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPass:
    """What a pass would do; `outlook` is what it would plan. `refusal` is why it would be refused unless it
    is confirmed, empty where it would not; `targets` is then what it would do once confirmed.
    """

    outlook: Outlook
    targets: tuple[TargetChanges, ...]
    refusal: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to do, and nothing in the way."""
        return not self.refusal and not any(one.changes or one.failures for one in self.targets)


def rehearse(
    workspace: Workspace,
    *,
    targets: Sequence[CalendarTarget],
    now: datetime,
    busy: Busy,
    facts: Sequence[AnyFact] = (),
) -> NextPass:
    """Return what a pass over these targets would do, which are for a rehearsal, were the `facts` known too.
    Raises NetkeepError.
    """

    def tried(store: Store, *, is_confirmed: bool) -> Pass:
        return run_pass(
            workspace.roster,
            store,
            targets,
            now=now,
            text=workspace.text,
            links=answer_links(workspace, store),
            busy=busy,
            is_confirmed=is_confirmed,
        )

    with scratch_store(workspace) as store:
        store.add_facts(facts)
        refusal = ""
        try:
            done = tried(store, is_confirmed=False)
        except GuardRefused as error:
            refusal = str(error)
            done = tried(store, is_confirmed=True)
    return NextPass(
        outlook=done.outlook,
        targets=tuple(
            TargetChanges(
                target=target.name,
                changes=changes_of(target, done.pushed[target.name], done.outlook),
                failures=done.pushed[target.name].failures,
            )
            for target in targets
        ),
        refusal=refusal,
    )
