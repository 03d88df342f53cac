"""All feeds of one roster, as they are served: filled at pass time, kept in memory, found by their secret.

Every feed but the default one is an .ics target of its own, with baselines of its own: so its SEQUENCE and
LAST-MODIFIED rise when something changes that it shows, and at nothing else. It costs a comparison when
nothing has changed: what was joined and compressed before is served again.

A feed that no pass has filled yet is not served: an empty calendar would be taken for the truth.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netkeep_sync.core.feed import FeedMilestones
from netkeep_sync.core.projection import SeriesProjection, project_milestone
from netkeep_sync.core.roster import Show
from netkeep_sync.errors import TargetError
from netkeep_sync.service.feed import feed_of, feed_token, make_feed
from netkeep_sync.service.fetches import Fetches
from netkeep_sync.service.listing import listing
from netkeep_sync.service.push import projections, push
from netkeep_sync.service.workspace import REFRESH
from netkeep_sync.targets.ics import IcsTarget

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from netkeep_sync.core.feed import FeedSpec
    from netkeep_sync.core.projection import Projection
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Series
    from netkeep_sync.service.feed import Feed
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import Store

__all__ = ["Feeds", "ServedFeed", "feed_projections", "token_digest"]

_log = logging.getLogger(__name__)


def token_digest(token: str) -> bytes:
    """Return what a feed is looked up by: how long that takes tells nothing of the token itself."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFeed:
    """One feed as it is served: `feed` to calendar programs, `listing` to scripts, both at addresses made of
    `token`. When it was last fetched is of this very moment, not of when the rest was made.
    """

    spec: FeedSpec
    token: str = field(repr=False)
    feed: Feed = field(repr=False)
    listing: Feed = field(repr=False)
    fetches: Fetches = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """What its owner calls it."""
        return self.spec.name

    @property
    def show(self) -> Show:
        """What it tells of the people."""
        return self.spec.show

    @property
    def fetched_at(self) -> datetime | None:
        """When it was last fetched at this address."""
        last = self.fetches.last(self.spec)
        return last.at if last else None

    @property
    def fetched_by(self) -> str:
        """Which program fetched it last; empty when none did."""
        last = self.fetches.last(self.spec)
        return last.by if last else ""


def feed_projections(
    outlook: Outlook, spec: FeedSpec, *, shown: Sequence[Projection] | None = None
) -> tuple[Projection, ...]:
    """Return what the feed should hold. `shown` is all of the outlook that may be shown so, if known."""
    shown = projections(outlook, spec.show) if shown is None else shown
    if spec.is_default:
        return tuple(shown)
    check_ins = () if spec.milestones is FeedMilestones.ONLY else _check_ins(outlook, spec, shown)
    milestones = _milestones(outlook.roster, spec) if _has_milestones(outlook.roster, spec) else ()
    return (*check_ins, *milestones)


def _has_milestones(roster: Roster, spec: FeedSpec) -> bool:
    if spec.show is Show.BUSY:
        return False
    if spec.milestones is FeedMilestones.AS_ROSTER:
        return roster.shows_milestones
    return spec.milestones is not FeedMilestones.WITHOUT


def _check_ins(outlook: Outlook, spec: FeedSpec, shown: Iterable[Projection]) -> Iterator[Projection]:
    now_in = {contact.key: contact.category for contact in outlook.roster.contacts}

    def is_in(series: Series) -> bool:
        # People are in or out as a whole: what they are now counts for their past too.
        return spec.includes(contact=series.contact, category=now_in.get(series.contact, series.category))

    uids = {series.uid for series in outlook.series if is_in(series)}
    for projection in shown:
        if isinstance(projection, SeriesProjection) and projection.uid in uids:
            yield projection


def _milestones(roster: Roster, spec: FeedSpec) -> Iterator[Projection]:
    for contact in roster.contacts:
        if spec.includes(contact=contact.key, category=contact.category):
            for milestone in contact.milestones:
                yield project_milestone(
                    milestone, contact=contact, roster=roster.key, show=spec.show, language=roster.language
                )


class _Wants:
    """What an outlook wants in each feed. Feeds that show as much of people share the work."""

    def __init__(self, outlook: Outlook) -> None:
        self.outlook = outlook
        self._shown: dict[Show, tuple[Projection, ...]] = {}

    def of(self, spec: FeedSpec) -> tuple[Projection, ...]:
        if spec.show not in self._shown:
            self._shown[spec.show] = projections(self.outlook, spec.show)
        return feed_projections(self.outlook, spec, shown=self._shown[spec.show])


class Feeds:
    """The feeds of one roster. One thread at a time may fill, serve and store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._fetches = Fetches(store.fetches())
        self._targets: dict[FeedSpec, IcsTarget] = {}
        self._filled: set[FeedSpec] = set()
        self._served: dict[str, ServedFeed] = {}
        self._specs: tuple[FeedSpec, ...] = ()

    def fill(self, outlook: Outlook, *, now: datetime) -> None:
        """Make every feed but the default one, which the pass itself fills, hold what it should. It belongs
        into the lease of the pass.
        """
        wants = _Wants(outlook)
        for spec in self._store.feeds():
            if spec.is_default:
                continue
            pushed = push(self._target(spec), wants.of(spec), self._store, now=now)
            self._filled.add(spec)
            if pushed.made or pushed.failures:
                _log.info(
                    "feed filled created=%d updated=%d removed=%d failed=%d",
                    pushed.created,
                    pushed.updated,
                    pushed.removed,
                    len(pushed.failures),
                )

    def serve(
        self, workspace: Workspace, outlook: Outlook, target: IcsTarget, *, now: datetime
    ) -> tuple[ServedFeed, ...]:
        """Return all feeds, the default one first, whose target is given. Of the others each that can't be
        served keeps nobody from the rest.
        """
        specs, wants = self._store.feeds(), _Wants(outlook)
        served = {}
        for spec in specs:
            if spec.is_default:
                served[spec.name] = self._serve(workspace, wants, spec, target, now=now)
            elif self._has_content(spec):
                try:
                    served[spec.name] = self._serve(workspace, wants, spec, self._target(spec), now=now)
                except TargetError as error:
                    _log.error("feed can't be served kind=%s", type(error).__name__)
        self._specs, self._served = specs, served
        self._targets = {spec: self._targets[spec] for spec in specs if spec in self._targets}
        self._filled.intersection_update(specs)
        return tuple(served.values())

    def have_changed(self) -> bool:
        """Tell whether a feed was added, revoked or given another address since they were served."""
        return self._store.feeds() != self._specs

    def store_fetches(self, *, now: datetime, is_last_call: bool = False) -> None:
        """Store when the feeds were last fetched, if it is time."""
        self._store.save_fetches(self._fetches.take_unstored(now=now, is_last_call=is_last_call))

    def _serve(
        self, workspace: Workspace, wants: _Wants, spec: FeedSpec, target: IcsTarget, *, now: datetime
    ) -> ServedFeed:
        before = self._served.get(spec.name)
        listed = listing(spec, wants.of(spec), wants.outlook)
        return ServedFeed(
            spec=spec,
            token=feed_token(workspace, generation=spec.generation, name=spec.name),
            feed=make_feed(self._store, target, now=now, before=before.feed if before else None),
            listing=feed_of(
                self._store, spec.listing, listed, now=now, before=before.listing if before else None
            ),
            fetches=self._fetches,
        )

    def _has_content(self, spec: FeedSpec) -> bool:
        return spec.is_default or spec in self._filled or self._store.publication(spec.target) is not None

    def _target(self, spec: FeedSpec) -> IcsTarget:
        if spec not in self._targets:
            self._targets[spec] = IcsTarget(spec.calendar, refresh=REFRESH, show=spec.show, name=spec.target)
        return self._targets[spec]
