"""The page of the review: what came of everybody, what is worth a change, and what that would write.

Whoever chooses is shown the diff of the file first, by a page that changes nothing. Its form says which diff
that was: when it would be another one by now, nothing is written.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.dossier import Tally
from netkeep_sync.core.phrase import say
from netkeep_sync.core.review import Keep, Stretch
from netkeep_sync.core.review_text import (
    change_words,
    exchange_words,
    findings,
    lived_words,
    period_words,
    tally_words,
)
from netkeep_sync.errors import NetkeepError, Refused
from netkeep_sync.service.review import review_of
from netkeep_sync.service.review_patch import with_changes
from netkeep_sync.web.rendering import render

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from starlette.responses import Response

    from netkeep_sync.core.dossier import Case
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.service.review import Review
    from netkeep_sync.web.guard import Visit

__all__ = ["apply_review", "page_of_review", "to_review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person: what is proposed in `change`, why, and what is known of them besides."""

    case: Case
    change: str
    reason: str
    told: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the chosen changes would write: the lines of the diff, and a digest of the whole file."""

    chosen: tuple[str, ...]
    lines: tuple[str, ...]
    digest: str


def page_of_review(visit: Visit) -> Response:
    """`GET /review`: the review of the last whole quarter, and the diff of what was chosen of it."""
    outlook, language = visit.keeper.view.outlook, visit.language
    found = review_of(outlook)
    chosen = _chosen(found, visit.request.query_params.getlist("choose"))
    preview, failure = None, ""
    if chosen:
        try:
            preview = _preview(visit, chosen)
        except NetkeepError as error:
            failure = str(error)
    keys = {one.contact for one in chosen}
    rows = [_row(case, proposal, keys, language) for case, proposal in found.lines]
    return render(
        visit,
        "review.html",
        outlook,
        period=period_words(found.dossier.period, language),
        findings=findings(found.dossier, language),
        changes=[one for one in rows if one.change],
        kept=[one for one in rows if not one.change],
        preview=preview,
        failure=failure,
        is_nobody_chosen="show" in visit.request.query_params and not chosen,
        is_booked=outlook.roster.review is not None,
        is_off=outlook.is_review_off,
    )


def apply_review(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /review/apply`: write the changes that were chosen, whose diff was shown."""
    chosen = _chosen(review_of(visit.keeper.view.outlook), form.get("choose", "").split(","))
    if not chosen:
        raise Refused("nothing is changed: choose somebody first")
    if _preview(visit, chosen).digest != form.get("digest"):
        raise Refused("nothing is changed: the file or the review is another one by now; look again")
    visit.keeper.apply_review(chosen)
    told = visit.language.ngettext(
        "Written: {number} change. The calendars follow.",
        "Written: {number} changes. The calendars follow.",
        len(chosen),
    )
    return told.format(number=len(chosen))


def to_review(visit: Visit, form: Mapping[str, str]) -> str:  # noqa: ARG001  as every action asks
    """Return the page of the review."""
    return visit.request.url_for("page_of_review").path


def _chosen(found: Review, keys: Collection[str]) -> tuple[Proposal, ...]:
    return tuple(one for one in found.changes if one.contact in keys)


def _preview(visit: Visit, chosen: tuple[Proposal, ...]) -> Preview:
    """Return what would be written. Raises RosterError for what can't be."""
    workspace = visit.keeper.workspace
    text = with_changes(workspace, visit.keeper.view.outlook, chosen)
    lines = difflib.unified_diff(
        workspace.text.splitlines(), text.splitlines(), "now", "then", lineterm="", n=1
    )
    return Preview(
        chosen=tuple(one.contact for one in chosen),
        lines=tuple("…" if line.startswith("@@") else line for line in list(lines)[2:]),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _row(case: Case, proposal: Proposal, chosen: Collection[str], language: Language) -> Row:
    told = [] if isinstance(proposal, Stretch) else [lived_words(case, language)]
    if case.lately != Tally():
        lately = tally_words(case.lately, language)
        told.append(language.gettext("in this time {told}").format(told=lately))
    if case.gave or case.asked:
        told.append(exchange_words(case.gave, case.asked, language))
    return Row(
        case=case,
        change="" if isinstance(proposal, Keep) else change_words(proposal, language),
        reason=say(proposal.reason, language),
        told="; ".join(told),
        is_chosen=case.contact in chosen,
    )
