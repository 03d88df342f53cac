"""What the owner says on a page: the same answers as on the command line.

A form names the day of the check-in that it means. Sent twice, by an impatient finger or a browser that goes
back, it does what it did.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from netkeep_sync.core.outcome import Result
from netkeep_sync.core.words import day_words
from netkeep_sync.errors import Refused
from netkeep_sync.service.answers import Answer, Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.service.answers import Desk
    from netkeep_sync.web.guard import Visit

__all__ = [
    "apply",
    "done",
    "kept",
    "missed",
    "pause",
    "resume",
    "skip",
    "snooze",
    "to_calendars",
    "to_person",
    "to_plan",
    "undo",
]

_MOST_NOTE = 2000


def done(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /people/{key}/done`: they met, on the day that is named, else on the likely one."""
    held_on, note, exchange = _day(form, "on"), _note(form), _exchange(form)
    return visit.keeper.answer(
        _key(visit), lambda desk: desk.held(held_on=held_on, note=note, exchange=exchange)
    )


def _exchange(form: Mapping[str, str]) -> Exchange:
    def told(name: str) -> tuple[str, ...]:
        line = " ".join(_text(form, name).split())
        return (line,) if line else ()

    return Exchange(
        gave=told("gave"),
        asked=told("asked"),
        promised=told("promised"),
        they_promised=told("they_promised"),
        by_on=_day(form, "by"),
    )


def kept(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /people/{key}/kept`: a promise, of the owner's or of theirs, was kept."""
    words, is_theirs = _text(form, "what"), form.get("theirs") == "yes"
    return visit.keeper.answer(_key(visit), lambda desk: desk.kept(words, is_theirs=is_theirs))


def missed(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /people/{key}/missed`: the check-in of that day did not come about."""
    planned_on, note = _day(form, "on"), _note(form)
    return visit.keeper.answer(_key(visit), lambda desk: desk.missed(planned_on=planned_on, note=note))


def skip(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /people/{key}/skip`: let the check-in of that day go."""
    planned_on, note = _needed_day(form, "on"), _note(form)
    return visit.keeper.answer(_key(visit), lambda desk: _skipped(desk, planned_on, note))


def _skipped(desk: Desk, planned_on: date, note: str) -> Answer:
    if any(one.day == planned_on and one.result is Result.SKIPPED for one in desk.history.outcomes):
        day = day_words(planned_on, today=desk.outlook.today, language=desk.language)
        told = desk.language.gettext("{name}: skipped {day}, as known.")
        return Answer(facts=(), told=told.format(name=desk.contact.name, day=day))
    return desk.skip(planned_on=planned_on, note=note)


def snooze(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /people/{key}/snooze`: nothing before that day."""
    until_on = _needed_day(form, "until")
    return visit.keeper.answer(_key(visit), lambda desk: desk.snooze(until_on=until_on))


def pause(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /people/{key}/pause`: no check-ins until further notice."""
    note = _note(form)
    return visit.keeper.answer(_key(visit), lambda desk: desk.pause(note=note))


def resume(visit: Visit, form: Mapping[str, str]) -> str:  # noqa: ARG001  an action like the others
    """`POST /people/{key}/resume`: bring them back."""
    return visit.keeper.answer(_key(visit), lambda desk: desk.resume())


def apply(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /plan/apply`: run a pass now; what is refused for safety needs the box to be ticked."""
    visit.keeper.apply(is_confirmed=form.get("sure") == "yes")
    pushed = visit.keeper.view.pushed.values()
    created, updated, removed = (
        sum(counts)
        for counts in zip(*((one.created, one.updated, one.removed) for one in pushed), strict=True)
    )
    told = visit.language.gettext("Done: {created} created, {updated} updated, {removed} removed.")
    return told.format(created=created, updated=updated, removed=removed)


def undo(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /calendars/undo`: take back the last edit of the file."""
    if form.get("sure") != "yes":
        raise Refused("nothing is changed: tick the box to undo the edit")
    visit.keeper.undo()
    return visit.language.gettext("The last edit of the file is undone, and the check-ins are as they were.")


def to_person(visit: Visit, form: Mapping[str, str]) -> str:
    """Return the page that the form came from: today's, or that of the person whom it is about."""
    if form.get("back") == "today":
        return visit.request.url_for("today").path
    return visit.request.url_for("person", key=_key(visit)).path


def to_plan(visit: Visit, form: Mapping[str, str]) -> str:  # noqa: ARG001  see to_person
    """Return the page of the next pass."""
    return visit.request.url_for("next_pass").path


def to_calendars(visit: Visit, form: Mapping[str, str]) -> str:  # noqa: ARG001  see to_person
    """Return the page of the calendars."""
    return visit.request.url_for("calendars").path


def _key(visit: Visit) -> str:
    key: str = visit.request.path_params["key"]
    return key


def _day(form: Mapping[str, str], name: str) -> date | None:
    """Return the day in a field, None where it was left empty. Raises Refused."""
    words = form.get(name, "")
    try:
        return date.fromisoformat(words) if words else None
    except ValueError as error:
        raise Refused("that is no day; write it like 2026-11-23") from error


def _needed_day(form: Mapping[str, str], name: str) -> date:
    found = _day(form, name)
    if found is None:
        raise Refused("no day was named")
    return found


def _note(form: Mapping[str, str]) -> str:
    return _text(form, "note")


def _text(form: Mapping[str, str], name: str) -> str:
    """Return what was written into a field. Raises Refused where it is too long."""
    text = form.get(name, "")
    if len(text) > _MOST_NOTE:
        raise Refused(f"a note may have {_MOST_NOTE} letters, and this one has {len(text)}")
    return text
