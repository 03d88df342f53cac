"""The page behind the link in an entry: the owner says what came of the check-in, from wherever they are.

The token in the address is all it takes, so the page shows no more than the person's name and the day. A
program that looks at every link in a mail or a calendar opens it too: looking changes nothing. What changes
something is the page's own form, which says which check-in was shown and is sealed, so that nobody can send
one who has not seen it. It does what it said, or nothing: sent again it has been done, and where the check-in
is no longer there it is refused.

A token that is none of ours, or of a generation that was ended, gets the 404 of any unknown page.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from netkeep_sync.core.answer_link import checkin_meant, checkins_open
from netkeep_sync.core.fact import SlotName
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.core.reconcile import upcoming
from netkeep_sync.core.series import zone
from netkeep_sync.core.words import day_words
from netkeep_sync.errors import NetkeepError, Refused
from netkeep_sync.web.arrival import host_of, is_loopback
from netkeep_sync.web.guard import is_sent_from, read_form
from netkeep_sync.web.rendering import render_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from netkeep_sync.core.answer_link import AnswerLinks
    from netkeep_sync.core.contact import Contact
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.outcome import History
    from netkeep_sync.core.series import Occurrence, Series
    from netkeep_sync.service.answers import Answer, Desk
    from netkeep_sync.service.keeper import Keeper
    from netkeep_sync.service.outlook import Outlook

__all__ = ["show_link", "take_link"]

_log = logging.getLogger(__name__)

_SNOOZES = (1, 2, 4)
_MOST_NOTE = 2000
_TEMPLATE = "answer.html"


async def show_link(request: Request) -> Response:
    """`GET /a/{token}`."""
    link = await _opened(request)
    return await run_in_threadpool(link.page, request.query_params.get("slot", ""))


async def take_link(request: Request) -> Response:
    """`POST /a/{token}`: what a form of that page says."""
    link = await _opened(request)
    form = await read_form(request)
    if not is_sent_from(request, link.origin):
        raise HTTPException(403)
    return await run_in_threadpool(link.take, form)


async def _opened(request: Request) -> _Link:
    """Return the link that is asked for, unless that is done too often."""
    request.app.state.throttle.count(request)
    return await run_in_threadpool(_found, request)


def _found(request: Request) -> _Link:
    """Return the link that is asked for. Raises 404 unless it is one of ours, under our own name."""
    keeper: Keeper = request.app.state.keeper
    try:
        links = keeper.links()
    except NetkeepError as error:
        _log.error("link can't be opened kind=%s", type(error).__name__)
        raise HTTPException(503) from error
    if links is None:
        raise HTTPException(404)
    host = host_of(request)
    if host != urlsplit(links.base).hostname and not is_loopback(host):
        raise HTTPException(404)
    token = request.path_params["token"]
    series = links.series_meant(token, keeper.view.outlook.series)
    if series is None:
        raise HTTPException(404)
    return _Link(keeper=keeper, links=links, token=token, series=series)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a form was made for: a check-in by its slot, the day it was shown on, and the day that a snooze
    counts from.
    """

    slot_on: date
    shown_on: date
    from_on: date

    @classmethod
    def of(cls, form: Mapping[str, str]) -> _Asked:
        """Return what a form says. Raises ValueError for one that is none of ours."""
        slot_on, shown_on, from_on = (date.fromisoformat(form.get(one, "")) for one in ("slot", "on", "from"))
        return cls(slot_on=slot_on, shown_on=shown_on, from_on=from_on)

    @property
    def words(self) -> str:
        """What the form is sealed over."""
        return f"{self.slot_on}\n{self.shown_on}\n{self.from_on}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """A link of ours, opened."""

    keeper: Keeper
    links: AnswerLinks
    token: str
    series: Series

    @property
    def origin(self) -> str:
        """Where our own pages are."""
        base = urlsplit(self.links.base)
        return f"{base.scheme}://{base.netloc}"

    # -- looking ------------------------------------------------------------------------------------

    def page(self, slot: str = "") -> Response:
        """Show the check-in of a slot, if it may still be answered, else the one that is meant."""
        outlook, now = self.keeper.view.outlook, self.keeper.now()
        contact = self._contact(outlook)
        if contact is None:
            return self._ended()
        history = outlook.histories[contact.key]
        found = checkins_open(self.series, now=now)
        wanted = next((one for one in found if one.slot_on.isoformat() == slot), None)
        one = wanted or checkin_meant(self.series, history, now=now)
        if one is None:
            return self._ended()
        return self._shown(outlook, contact, one, others=[other for other in found[-2:] if other != one])

    def _shown(
        self, outlook: Outlook, contact: Contact, one: Occurrence, *, others: list[Occurrence]
    ) -> Response:
        today, day, language = self._today(outlook), self._day(outlook, one), outlook.roster.language
        asked = _Asked(slot_on=one.slot_on, shown_on=day, from_on=max(today, day))
        history = outlook.histories[contact.key]

        def said(one: date) -> str:
            return day_words(one, today=today, language=language)

        return render_alone(
            _TEMPLATE,
            language,
            name=contact.name,
            day=said(day),
            asked=asked,
            seal=self._seal(asked),
            known=_known_words(history, _name(one), today=today, language=language),
            today=today,
            has_begun=one.start_at <= self.keeper.now(),
            has_passed=one.end_at <= self.keeper.now(),
            snoozes=[(weeks, said(asked.from_on + timedelta(weeks=weeks))) for weeks in _SNOOZES],
            others=[(other.slot_on, said(self._day(outlook, other))) for other in others],
            told="",
        )

    def _ended(self) -> Response:
        _ = self._language.gettext
        words = _("This link has ended: its check-ins are over, or too long ago to tell of here.")
        return self._said(_("This link has ended"), words, status=410)

    def _said(self, title: str, words: str, *, status: int, **more: Any) -> Response:
        return render_alone(
            _TEMPLATE, self._language, status=status, name="", title=title, told=words, **more
        )

    @property
    def _language(self) -> Language:
        return self.keeper.view.outlook.roster.language

    # -- answering ----------------------------------------------------------------------------------

    def take(self, form: Mapping[str, str]) -> Response:
        """Do what a form says, and show what came of it."""
        _ = self._language.gettext
        try:
            asked = _Asked.of(form)
        except ValueError as error:
            raise HTTPException(403) from error
        if not hmac.compare_digest(form.get("seal", "").encode(), self._seal(asked).encode()):
            raise HTTPException(403)
        if self._contact(self.keeper.view.outlook) is None:
            return self._ended()
        try:
            told = self.keeper.answer(self.series.contact, lambda desk: self._answer(desk, asked, form))
        except Refused as error:
            return self._said(
                _("Nothing was changed"), f"{error}", status=409, is_refusal=True, back=asked.slot_on
            )
        except NetkeepError as error:
            _log.error("answer from a link failed kind=%s", type(error).__name__)
            words = _("It could not be written down just now. Try again in a minute.")
            return self._said(
                _("Nothing was changed"), words, status=503, is_refusal=True, is_said=True, back=asked.slot_on
            )
        return self._said(_("Thank you"), told, status=200, next_day=self._next_day(), back=asked.slot_on)

    def _answer(self, desk: Desk, asked: _Asked, form: Mapping[str, str]) -> Answer:
        """Return the answer to the check-in that was shown. Raises Refused."""
        slot, note = SlotName(uid=self.series.uid, slot_on=asked.slot_on), form.get("note", "")
        if len(note) > _MOST_NOTE:
            raise Refused(f"a note may have {_MOST_NOTE} letters, and this one has {len(note)}")
        now = self.keeper.now()
        found = (
            one
            for series in desk.outlook.series
            if series.uid == self.series.uid
            for one in checkins_open(series, now=now)
        )
        one = next((one for one in found if one.slot_on == asked.slot_on), None)
        match form.get("what", ""):
            case "done":
                answer = desk.met(slot, held_on=asked.shown_on, note=note)
            case "moved":
                answer = desk.met(slot, held_on=_day_of(form), note=note)
            case "skip":
                answer = desk.let_go(slot, day=asked.shown_on, note=note)
            case "snooze":
                until_on = asked.from_on + timedelta(weeks=_weeks_of(form))
                has_passed = one is not None and one.end_at <= now
                answer = desk.put_off(slot, until_on=until_on, has_passed=has_passed)
            case _:
                raise Refused("nothing was chosen; go back and choose what came of it")
        if answer.facts and one is None:
            raise Refused("this check-in is no longer on your calendar, or too long ago; open the link again")
        return answer

    def _next_day(self) -> str:
        """Return the day of the person's next check-in, empty without one."""
        outlook = self.keeper.view.outlook
        history = outlook.histories.get(self.series.contact)
        one = upcoming(history, outlook.plan.occurrences, now=self.keeper.now()) if history else None
        if one is None:
            return ""
        return day_words(self._day(outlook, one), today=self._today(outlook), language=self._language)

    # -- what both need -----------------------------------------------------------------------------

    def _seal(self, asked: _Asked) -> str:
        return self.links.seal(f"{self.token}\n{asked.words}")

    def _contact(self, outlook: Outlook) -> Contact | None:
        return next((one for one in outlook.roster.contacts if one.key == self.series.contact), None)

    def _today(self, outlook: Outlook) -> date:
        return _local_day(outlook, self.keeper.now())

    def _day(self, outlook: Outlook, one: Occurrence) -> date:
        return _local_day(outlook, one.start_at)


def _local_day(outlook: Outlook, at: datetime) -> date:
    return at.astimezone(zone(outlook.roster.timezone)).date()


def _name(one: Occurrence) -> SlotName:
    return SlotName(uid=one.uid, slot_on=one.slot_on)


def _known_words(history: History, slot: SlotName, *, today: date, language: Language) -> str:
    """Return what the owner has said of a check-in already, empty where they have not."""
    found = next(
        (one for one in history.outcomes if one.slot == slot and one.evidence is Evidence.CONFIRMED), None
    )
    _ = language.gettext
    match found.result if found else None:
        case Result.HELD if found:
            day = day_words(found.day, today=today, language=language)
            return _("You met on {day}.").format(day=day)
        case Result.SKIPPED:
            return _("You let it go.")
        case Result.MISSED:
            return _("It did not come about.")
        case None | Result.UNKNOWN | Result.HELD:
            return ""


def _day_of(form: Mapping[str, str]) -> date:
    try:
        return date.fromisoformat(form.get("met_on", ""))
    except ValueError as error:
        raise Refused("on which day did you meet? go back and choose it") from error


def _weeks_of(form: Mapping[str, str]) -> int:
    weeks = form.get("weeks", "")
    if weeks not in map(str, _SNOOZES):
        raise Refused("snooze it by 1, 2 or 4 weeks")
    return int(weeks)
