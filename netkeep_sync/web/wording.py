"""What is otherwise about an entry of a calendar, as people say it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from netkeep_sync.core.fact import DECLINED
from netkeep_sync.core.series import Rule, rule_words, zone
from netkeep_sync.core.words import day_words

if TYPE_CHECKING:
    from netkeep_sync.core.entry import Difference
    from netkeep_sync.core.language import Language
    from netkeep_sync.service.outlook import Outlook

__all__ = ["difference_words", "note_words", "term"]


def term(language: Language, word: str) -> str:
    """Return the word for a state, a result, a size, a change or a channel; any other one as it is."""
    return _terms(language).get(word, word)


def note_words(language: Language, note: str) -> str:
    """Return a note as the owner wrote it, or what was noted of a calendar in their language."""
    return language.gettext(DECLINED) if note == DECLINED else note


@cache
def _terms(language: Language) -> dict[str, str]:
    _ = language.gettext
    return {
        "never met": _("never met"),
        "overdue": _("overdue"),
        "due": _("due"),
        "on time": _("on time"),
        "paused": _("paused"),
        "held": _("held"),
        "skipped": _("skipped"),
        "missed": _("missed"),
        "unknown": _("unknown"),
        "too few": _("too few"),
        "right": _("right"),
        "too many": _("too many"),
        "no quota": _("no quota"),
        "create": _("create"),
        "update": _("update"),
        "remove": _("remove"),
        "coffee": _("coffee"),
        "lunch": _("lunch"),
        "video": _("video"),
        "call": _("call"),
    }


def difference_words(outlook: Outlook, one: Difference) -> str:
    """Return one difference in a line: "rhythm: the first Monday of every month → …"."""
    language = outlook.roster.language
    if one.what == "notes":
        return language.gettext("notes: others than before")
    label = _labels(language).get(one.what, one.what)
    before = one.before if one.what != "occurrence" or one.before else one.slot
    return f"{label}: {_said(outlook, one.what, before)} → {_said(outlook, one.what, one.after)}"


@cache
def _labels(language: Language) -> dict[str, str]:
    _ = language.gettext
    return {
        "title": _("title"),
        "start": _("start"),
        "timezone": _("time zone"),
        "minutes": _("minutes"),
        "rrule": _("rhythm"),
        "place": _("place"),
        "occurrence": _("check-in"),
    }


def _said(outlook: Outlook, what: str, value: str | int | None) -> str:
    _ = outlook.roster.language.gettext
    if value is None or value == "":
        return _("cancelled") if what == "occurrence" else _("none")
    try:
        if what in {"start", "occurrence"}:
            return _moment(outlook, str(value))
        if what == "rrule":
            return _rhythm(outlook, str(value))
    except ValueError:
        pass  # what a calendar says in its own way is shown as it is
    return str(value)


def _moment(outlook: Outlook, value: str) -> str:
    if "T" not in value:
        return _day(outlook, date.fromisoformat(value))
    at = datetime.fromisoformat(value)
    local = at.astimezone(zone(outlook.roster.timezone)) if at.tzinfo else at
    return f"{_day(outlook, local.date())} {local:%H:%M}"


def _rhythm(outlook: Outlook, rrule: str) -> str:
    language = outlook.roster.language
    parts = rrule.split(";")
    rule = Rule.parse(";".join(part for part in parts if not part.startswith("UNTIL=")))
    ends = [part.removeprefix("UNTIL=") for part in parts if part.startswith("UNTIL=")]
    if not ends:
        return rule_words(rule, language)
    last_at = datetime.strptime(ends[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    last_on = last_at.astimezone(zone(outlook.roster.timezone)).date()
    told = language.gettext("{rhythm}, until {day}")
    return told.format(rhythm=rule_words(rule, language), day=_day(outlook, last_on))


def _day(outlook: Outlook, day: date) -> str:
    return day_words(day, today=outlook.today, language=outlook.roster.language)
