"""The review of a roster as of a moment: the dossier of the last whole period, and what it proposes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.dossier import Waiting, last_period, make_dossier
from netkeep_sync.core.review import Keep, propose

if TYPE_CHECKING:
    from netkeep_sync.core.dossier import Case, Dossier
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.service.outlook import Outlook

__all__ = ["QUARTERLY", "Review", "review_of"]

QUARTERLY = Cadence(unit=Unit.MONTH, count=3)
"""How often the list is looked at, unless the roster says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A dossier, and a proposal for each of its cases, in their order."""

    dossier: Dossier
    proposals: tuple[Proposal, ...]

    @property
    def lines(self) -> tuple[tuple[Case, Proposal], ...]:
        """Everybody, with what is proposed."""
        return tuple(zip(self.dossier.cases, self.proposals, strict=True))

    @property
    def changes(self) -> tuple[Proposal, ...]:
        """What is proposed but to keep somebody."""
        return tuple(one for one in self.proposals if not isinstance(one, Keep))


def review_of(outlook: Outlook, *, every: Cadence = QUARTERLY) -> Review:
    """Return the review of the last whole period."""
    dossier = make_dossier(
        outlook.written,
        histories=outlook.histories,
        series=outlook.series,
        period=last_period(outlook.today, every),
        bench=[
            Waiting(
                contact=one.contact.key,
                name=one.contact.name,
                category=one.contact.category,
                again_on=one.again_on,
            )
            for one in outlook.roster.bench
        ],
    )
    return Review(dossier=dossier, proposals=propose(dossier))
