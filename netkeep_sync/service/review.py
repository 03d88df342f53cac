"""The review of a roster as of a moment: the dossier of the last whole period, and what it proposes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.dossier import Waiting, last_period, make_dossier
from netkeep_sync.core.fact import Resumed
from netkeep_sync.core.review import Keep, propose
from netkeep_sync.core.review_plan import REVIEW
from netkeep_sync.errors import Refused
from netkeep_sync.service.lease import pass_lease

if TYPE_CHECKING:
    from netkeep_sync.core.dossier import Case, Dossier
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.workspace import Workspace

__all__ = ["QUARTERLY", "Review", "book_again", "review_of"]

QUARTERLY = Cadence(unit=Unit.MONTH, count=3)
"""How often the list is looked at where the roster has it off the calendar."""


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


def review_of(outlook: Outlook) -> Review:
    """Return the review of the last whole period: a quarter, unless the roster says otherwise."""
    every = outlook.roster.review.cadence if outlook.roster.review else QUARTERLY
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


def book_again(workspace: Workspace, outlook: Outlook, *, source: str) -> str:
    """Put the review back into the calendar after its entry was deleted there, and return what to tell the
    owner; the next pass does it. Raises Refused where the file says that there is none.
    """
    if outlook.roster.review is None:
        raise Refused('the file has no "review: quarterly"; write that, and it is booked')
    if not outlook.is_review_off:
        return "The review stands in your calendar."
    fact = Resumed(contact=REVIEW, noted_at=outlook.now, source=source)
    with workspace.store() as store, pass_lease(workspace, store):
        store.add_facts((fact,))
    return "The review is back in your calendar with the next pass."
