"""A calendar on a CalDAV server, what a test says to it, and what its owner does there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from netkeep_sync.core.series import series_uid
from netkeep_sync.targets.caldav import CaldavTarget
from netkeep_sync.targets.caldav_link import CaldavLink
from netkeep_sync.targets.content import series_id
from tests.targets.samples import NOW, a_projection

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from netkeep_sync.core.baseline import Baseline, Cursor
    from netkeep_sync.core.roster import CaldavCalendar
    from netkeep_sync.targets.target import Listened

WEEKLY = a_projection(uid=series_uid("roster", "john-doe", 1))
LATER = NOW + timedelta(minutes=5)


def unfolded(text: str) -> str:
    """Return a text with each property on one line, however its server ends lines."""
    return text.replace("\r\n", "\n").replace("\n ", "")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar on a server, what a test says to it, and what its owner does there with another program."""

    wanted: CaldavCalendar
    file: Path
    links: list[CaldavLink] = field(default_factory=list)

    def link(self) -> CaldavLink:
        return self.opened(CaldavLink(self.wanted))

    def opened(self, link: CaldavLink) -> CaldavLink:
        """Return a link that is closed when the test ends."""
        self.links.append(link)
        return link

    def target(self) -> CaldavTarget:
        return CaldavTarget(self.link(), owner="roster")

    def put(self, projection: Any, base: Baseline | None = None, *, now: datetime | None = None) -> Baseline:
        return self.target().put(projection, base=base, now=now or (NOW if base is None else LATER))

    def listen(self, cursor: Cursor | None, *baselines: Baseline) -> Listened:
        listened = self.target().listen(cursor, {one.uid: one for one in baselines}, now=LATER)
        assert listened is not None
        return listened

    def heard(self, cursor: Cursor | None, *baselines: Baseline) -> list[Any]:
        return list(self.listen(cursor, *baselines).observations)

    def path(self, projection: Any) -> str:
        return f"{self.link().folder}{series_id(projection.uid)}.ics"

    def text(self, path: str) -> str:
        return self.link().fetch([path])[path].text

    def unfolded(self, path: str) -> str:
        """Return a resource with each property on one line."""
        return unfolded(self.text(path))

    def edit(self, path: str, *changes: tuple[str, str]) -> None:
        """Have the owner change the resource with their own program."""
        answer = self.link().fetch([path])[path]
        text = unfolded(answer.text)
        for before, after in changes:
            assert before in text, text
            text = text.replace(before, after)
        self.link().put(path, text, etag=answer.etag, about="the owner")

    def drop(self, path: str) -> None:
        link = self.link()
        link.delete(path, etag=link.fetch([path])[path].etag, about="the owner")

    def texts(self) -> dict[str, str]:
        link = self.link()
        found = link.fetch(link.etags())
        return {path: answer.text for path, answer in found.items()}
