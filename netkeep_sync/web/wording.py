"""What is otherwise about an entry of a calendar, as people say it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from netkeep_sync.core.series import Rule, zone
from netkeep_sync.core.words import day_words

if TYPE_CHECKING:
    from netkeep_sync.core.entry import Difference
    from netkeep_sync.core.language import Language
    from netkeep_sync.service.outlook import Outlook

__all__ = ["difference_words", "term"]


def term(language: Language, word: str) -> str:
    """Return the word for a state, a result, a size, a change or a channel; any other one as it is."""
    return _terms(language).get(word, word)


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
    if one.what == "notes":
        return "notes: others than before"
    label = {"rrule": "rhythm", "occurrence": "check-in"}.get(one.what, one.what)
    before = one.before if one.what != "occurrence" or one.before else one.slot
    return f"{label}: {_said(outlook, one.what, before)} → {_said(outlook, one.what, one.after)}"


def _said(outlook: Outlook, what: str, value: str | int | None) -> str:
    if value is None or value == "":
        return "cancelled" if what == "occurrence" else "none"
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
        return day_words(date.fromisoformat(value), today=outlook.today)
    at = datetime.fromisoformat(value)
    local = at.astimezone(zone(outlook.roster.timezone)) if at.tzinfo else at
    return f"{day_words(local.date(), today=outlook.today)} {local:%H:%M}"


def _rhythm(outlook: Outlook, rrule: str) -> str:
    parts = rrule.split(";")
    words = Rule.parse(";".join(part for part in parts if not part.startswith("UNTIL="))).words
    ends = [part.removeprefix("UNTIL=") for part in parts if part.startswith("UNTIL=")]
    if not ends:
        return words
    last_at = datetime.strptime(ends[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    last_on = last_at.astimezone(zone(outlook.roster.timezone)).date()
    return f"{words}, until {day_words(last_on, today=outlook.today)}"
