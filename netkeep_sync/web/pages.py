"""The pages: what is shown on each, as of one moment. Looking changes nothing."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from netkeep_sync.core.capacity import Fits
from netkeep_sync.core.explain import counted, explain
from netkeep_sync.core.lived import lived_days, rhythm
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.rhythm import State
from netkeep_sync.core.series import zone
from netkeep_sync.errors import NetkeepError, Refused
from netkeep_sync.service.briefs import brief_for, debts
from netkeep_sync.service.coverage import coverage
from netkeep_sync.service.health import health
from netkeep_sync.service.overview import overview, resting
from netkeep_sync.service.undo import what_to_undo
from netkeep_sync.service.year import year_ahead
from netkeep_sync.web.chart import COLOURS, draw
from netkeep_sync.web.google_sign_in import shown_sign_ins
from netkeep_sync.web.rendering import render
from netkeep_sync.web.subscribe import links, qr_code
from netkeep_sync.web.wording import difference_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from starlette.responses import Response

    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.entry import Difference
    from netkeep_sync.core.explain import Explanation, TriedDay
    from netkeep_sync.core.outcome import Outcome
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.core.series import Occurrence
    from netkeep_sync.service.briefs import Debt
    from netkeep_sync.service.feeds import ServedFeed
    from netkeep_sync.service.next_pass import NextPass
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.overview import Line
    from netkeep_sync.web.guard import Visit
    from netkeep_sync.web.subscribe import Code, Links

__all__ = ["calendars", "next_pass", "people", "person", "today", "year"]

_SOON = timedelta(days=14)
_LEAST_COMING = 5
_LATELY = timedelta(days=14)
_MOST_SLIPPING = 8
_MOST_LATELY = 4
_MOST_QUESTIONS = 12
_MOST_AHEAD = 4
_MOST_REASONS = 6
_SNOOZES = (1, 2, 4)


# -- today ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What only the owner knows: whether they met on that day."""

    contact: Contact
    day: date
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A check-in that is near, with whom it is."""

    contact: Contact
    occurrence: Occurrence


def today(visit: Visit) -> Response:
    """`GET /`: who slips, who comes, what was lately presumed, and what is to be answered."""
    outlook = visit.keeper.view.outlook
    lines = overview(outlook)
    coming = _coming(outlook)
    by_state = {state: [line for line in lines if line.standing.state is state] for state in State}
    return render(
        visit,
        "today.html",
        outlook,
        questions=_questions(outlook)[:_MOST_QUESTIONS],
        overdue=by_state[State.OVERDUE],
        due=by_state[State.DUE],
        never_met=len(by_state[State.NEVER_MET]),
        most=_MOST_SLIPPING,
        coming=coming,
        soon=sum(one.occurrence.start_at < outlook.now + _SOON for one in coming),
        presumed=_presumed(outlook)[:_MOST_LATELY],
        unplaced=outlook.plan.unplaced,
        promises=_promises(outlook),
        names={contact.key: contact.name for contact in outlook.roster.contacts},
    )


def _promises(outlook: Outlook) -> list[Debt]:
    """Return what the owner has promised, and what others should have done by now."""
    return [one for one in debts(outlook) if not one.owed.promise.is_theirs or one.is_overdue(outlook.today)]


def _contacts(outlook: Outlook) -> dict[str, Contact]:
    return {contact.key: contact for contact in outlook.roster.contacts}


def _questions(outlook: Outlook) -> list[Question]:
    """Return what is open, the newest first: check-ins nobody spoke of, and meetings found elsewhere."""
    contacts = _contacts(outlook)
    asked = [
        Question(contact=contacts[one.contact], day=one.day, title="")
        for one in _outcomes(outlook)
        if one.result is Result.UNKNOWN
    ]
    found = [Question(contact=one.contact, day=one.day, title=one.meeting.title) for one in outlook.found]
    return sorted((*asked, *found), key=lambda one: (one.day, one.contact.key), reverse=True)


def _presumed(outlook: Outlook) -> list[tuple[Contact, Outcome]]:
    """Return what has lately passed and counts as held, though nobody said so; the newest first."""
    contacts = _contacts(outlook)
    since = outlook.today - _LATELY
    found = [
        one
        for one in _outcomes(outlook)
        if one.result is Result.HELD and one.evidence is Evidence.PRESUMED and one.day >= since
    ]
    found.sort(key=lambda one: (one.day, one.contact), reverse=True)
    return [(contacts[one.contact], one) for one in found]


def _outcomes(outlook: Outlook) -> Iterable[Outcome]:
    keys = _contacts(outlook).keys()
    for key, history in outlook.histories.items():
        if key in keys:
            yield from (one for one in history.outcomes if one.day <= outlook.today)


def _coming(outlook: Outlook) -> list[Coming]:
    """Return the check-ins of the next two weeks, or a few more where these hold less."""
    contacts, until = _contacts(outlook), outlook.now + _SOON
    found: list[Coming] = []
    for one in outlook.plan.occurrences:
        if one.start_at >= until and len(found) >= _LEAST_COMING:
            break
        if one.contact in contacts:
            found.append(Coming(contact=contacts[one.contact], occurrence=one))
    return found


# -- year -------------------------------------------------------------------------------------------


def year(visit: Visit) -> Response:
    """`GET /year`: the load of each week against what it can hold."""
    outlook = visit.keeper.view.outlook
    weeks, verdict = year_ahead(outlook), outlook.verdict
    colours = _colours(outlook.roster)
    used = {mark.contact.category for week in weeks for mark in week.marks}
    return render(
        visit,
        "year.html",
        outlook,
        weeks=weeks,
        closed_words=lambda week: week.closed_words(outlook.roster.language),
        panels=draw(weeks, today=outlook.today, colour_of=colours, language=outlook.roster.language),
        colours={key: colour for key, colour in colours.items() if key in used},
        verdict=verdict.words(outlook.roster.language),
        unfit=() if isinstance(verdict, Fits) else verdict.unfit,
    )


def _colours(roster: Roster) -> dict[str, int]:
    keys = [category.key for category in roster.categories]
    keys += sorted({contact.category for contact in roster.contacts} - set(keys))
    return {key: index % COLOURS for index, key in enumerate(keys)}


# -- people -----------------------------------------------------------------------------------------


def people(visit: Visit) -> Response:
    """`GET /people`: everybody, or those of a category and a state, and whether categories are full."""
    outlook = visit.keeper.view.outlook
    asked = visit.request.query_params
    lines = overview(outlook)
    kept = coverage(outlook.roster, lines)
    category = asked.get("category", "")
    state = asked.get("state", "")
    shown = [
        line
        for line in lines
        if category in ("", line.contact.category) and state in ("", str(line.standing.state))
    ]
    return render(
        visit,
        "people.html",
        outlook,
        coverage=kept,
        lines=shown,
        everybody=len(lines),
        category=category,
        state=state,
        categories=[one.category for one in kept],
        states=[str(one) for one in State],
        bench=[one for one in resting(outlook) if category in ("", one.contact.category)],
    )


def person(visit: Visit) -> Response:
    """`GET /people/{key}`: one person, and what there is to say about them."""
    outlook = visit.keeper.view.outlook
    line = _line(outlook, visit.request.path_params["key"])
    contact, history = line.contact, line.history
    told = explain(outlook.plan, contact)
    ahead = [one for one in outlook.plan.occurrences if one.contact == contact.key]
    lived = lived_days(history)
    return render(
        visit,
        "person.html",
        outlook,
        line=line,
        contact=contact,
        brief=brief_for(outlook, contact).brief,
        ledger=history.ledger,
        history=[one for one in reversed(history.outcomes) if one.day <= outlook.today],
        is_paused=bool(history.paused_on),
        ahead=ahead[:_MOST_AHEAD],
        snoozes=_snoozes(outlook, line),
        told=told,
        alternatives=_alternatives(told),
        closed=list(
            counted(
                (one for one in told.days if one.day != told.chosen_on),
                today=outlook.today,
                most=_MOST_REASONS,
            )
        ),
        lived=rhythm(lived) if lived is not None else None,
        met=sum(one.result is Result.HELD for one in history.outcomes),
        met_on=_likely_on(outlook, line),
    )


def _line(outlook: Outlook, key: str) -> Line:
    found = next((line for line in overview(outlook) if line.contact.key == key), None)
    if found is None:
        raise HTTPException(404)
    return found


def _alternatives(told: Explanation) -> list[TriedDay]:
    possible = sorted((one for one in told.days if one.cost), key=lambda one: (one.cost, one.day))
    return [one for one in possible if one.day != told.chosen_on][:_MOST_AHEAD]


def _snoozes(outlook: Outlook, line: Line) -> list[tuple[int, date]]:
    """Return until when each of the snoozes puts the next check-in off; sent twice, it is the same day."""
    if line.next is None:
        return []
    next_on = line.next.start_at.astimezone(zone(outlook.roster.timezone)).date()
    return [(weeks, max(outlook.today, next_on) + timedelta(weeks=weeks)) for weeks in _SNOOZES]


def _likely_on(outlook: Outlook, line: Line) -> date:
    """Return the day that "we met" most likely means: that of a check-in lately presumed, else today."""
    recent = [
        one.day
        for one in line.history.outcomes
        if one.evidence is Evidence.PRESUMED and timedelta(0) <= outlook.today - one.day < timedelta(days=7)
    ]
    return recent[-1] if recent else outlook.today


# -- plan -------------------------------------------------------------------------------------------


def next_pass(visit: Visit) -> Response:
    """`GET /plan`: what the next pass would do."""
    found: NextPass | None = None
    failure = ""
    try:
        found = visit.keeper.rehearse()
    except NetkeepError as error:
        failure = str(error)
    outlook = visit.keeper.view.outlook

    def words(one: Difference) -> str:
        return difference_words(outlook, one)

    return render(visit, "plan.html", outlook, plan=found, failure=failure, words=words)


# -- calendars --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFeed:
    """A feed, and how to subscribe to it."""

    served: ServedFeed
    links: Links
    code: Code


def calendars(visit: Visit) -> Response:
    """`GET /calendars`: how each target is, how to subscribe, and what can be taken back."""
    keeper = visit.keeper
    view = keeper.view
    return render(
        visit,
        "calendars.html",
        view.outlook,
        targets=health(keeper.workspace, keeper.memory, view),
        last=keeper.memory.last_pass(),
        feeds=[_shown(visit, one) for one in view.feeds],
        categories=[one.key for one in view.outlook.roster.categories],
        is_local=not view.outlook.roster.serve.public_url,
        sign_ins=shown_sign_ins(visit),
        edit=_last_edit(visit),
    )


def _shown(visit: Visit, served: ServedFeed) -> ShownFeed:
    found = links(
        visit.keeper.view.outlook.roster.serve.public_url or visit.origin, f"/feed/{served.token}.ics"
    )
    return ShownFeed(served=served, links=found, code=qr_code(found.address))


def _last_edit(visit: Visit) -> list[str]:
    """Return the last edit of the file as a diff, as undoing it would turn it round; none without one."""
    try:
        found = what_to_undo(visit.keeper.workspace, visit.keeper.memory)
    except Refused:
        return []
    lines = difflib.unified_diff(
        found.text_after.splitlines(), found.text_before.splitlines(), "now", "before", lineterm="", n=1
    )
    return ["…" if line.startswith("@@") else line for line in list(lines)[2:]]
