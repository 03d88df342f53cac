"""The review in plain text: what each line of it says, and the note that stands in the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.cadence import cadence_words
from netkeep_sync.core.dossier import Fill
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.lived import rhythm
from netkeep_sync.core.phrase import say
from netkeep_sync.core.review import Keep, Rest, Retire, Stretch, Swap
from netkeep_sync.core.words import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netkeep_sync.core.dossier import Case, Dossier, Tally
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.core.roster import DateRange

__all__ = [
    "change_words",
    "exchange_words",
    "findings",
    "lived_words",
    "note",
    "period_words",
    "tally_words",
]

_MOST_NAMES = 8
_ALIKE = 0.25


def period_words(period: DateRange, language: Language = ENGLISH) -> str:
    """Return "July to September 2026", "October 2026" or "2026"."""
    first, last = period.start_on, period.end_on - timedelta(days=1)
    if (first.year, first.month) == (last.year, last.month):
        return language.month_and_year(first)
    if first.year == last.year and (last - first).days > 360:
        return str(first.year)
    return language.gettext("{first} to {last}").format(
        first=language.month(first) if first.year == last.year else language.month_and_year(first),
        last=language.month_and_year(last),
    )


def change_words(proposal: Proposal, language: Language = ENGLISH) -> str:
    """Return what is proposed, in a few words: "stretch to every 5 months"."""
    _ = language.gettext
    match proposal:
        case Stretch(cadence=cadence):
            return _("stretch to {cadence}").format(cadence=cadence_words(cadence, language=language))
        case Swap(instead_name=name):
            return _("swap for {name}").format(name=name)
        case Rest(again_on=day):
            return _("rest until {month}").format(month=language.short_month_and_year(day))
        case Retire():
            return _("retire")
        case _:
            return _("keep")


def lived_words(case: Case, language: Language = ENGLISH) -> str:
    """Return the intended rhythm against the lived one: "set quarterly, lived about every 5 months"."""
    cadence = cadence_words(case.cadence, language=language)
    if case.lived_days is None:
        return language.gettext("set {cadence}").format(cadence=cadence)
    if abs(case.slip - 1) < _ALIKE:
        return language.gettext("{cadence}, as it is set").format(cadence=cadence)
    lived = say(rhythm(case.lived_days), language)
    return language.gettext("set {cadence}, lived {rhythm}").format(cadence=cadence, rhythm=lived)


def tally_words(tally: Tally, language: Language = ENGLISH) -> str:
    """Return what came of some check-ins: "3 kept (1 confirmed), 1 skipped", or "no check-in came round"."""
    _ = language.gettext
    kept = (
        _("{number} kept ({confirmed} confirmed)") if tally.confirmed else _("{number} kept (none confirmed)")
    )
    parts = [
        (tally.kept, kept),
        (tally.skipped, _("{number} skipped")),
        (tally.missed, _("{number} missed")),
        (tally.untold, _("{number} untold")),
    ]
    told = [words.format(number=number, confirmed=tally.confirmed) for number, words in parts if number]
    return ", ".join(told) if told else _("no check-in came round")


def exchange_words(gave: int, asked: int, language: Language = ENGLISH) -> str:
    """Return how often the owner did either: "you gave twice and asked never"."""
    return language.gettext("you gave {gave} and asked {asked}").format(
        gave=_times(gave, language), asked=_times(asked, language)
    )


def findings(dossier: Dossier, language: Language = ENGLISH) -> tuple[str, ...]:
    """Return what there is to say of the list as a whole, a line each."""
    _ = language.gettext
    gave = sum(one.gave for one in dossier.cases)
    asked = sum(one.asked for one in dossier.cases)
    lines = [
        f"{_capital(tally_words(dossier.tally, language))}.",
        f"{_capital(exchange_words(gave, asked, language))}." if gave or asked else "",
        _time_words(dossier, language),
        _named(_("Never met: {names}."), dossier.never_met, language),
        _named(_("Deleted on your calendar: {names}."), dossier.deleted, language),
        _group_words(dossier, language),
    ]
    return tuple(line for line in lines if line)


def note(dossier: Dossier, proposals: Sequence[Proposal], language: Language = ENGLISH) -> str:
    """Return the review in short, as it stands in the calendar: plain text in blocks."""
    _ = language.gettext
    changes = [one for one in proposals if not isinstance(one, Keep)]
    categories = {one.contact: one.category for one in dossier.cases}
    proposed = [
        f"- {one.name} ({categories[one.contact]}): "
        f"{change_words(one, language)}; {say(one.reason, language)}"
        for one in changes
    ]
    blocks = [
        _("Your network in {period}").format(period=period_words(dossier.period, language)),
        "\n".join(findings(dossier, language)),
        "\n".join([_("Worth a change"), *proposed]) if proposed else _("Nothing asks for a change."),
        _("`netkeep-sync review` shows everybody; `netkeep-sync review --apply` writes what you choose."),
    ]
    return "\n\n".join(blocks)


def _time_words(dossier: Dossier, language: Language) -> str:
    declared, month = dossier.declared, dossier.wanted.per_month
    if declared.minutes_per_month is None:
        message = language.gettext(
            "Your list wants {checkins} and {hours} a month; you have time for {number} a week."
        )
    else:
        message = language.gettext(
            "Your list wants {checkins} and {hours} a month; "
            "you have time for {number} a week and {limit} a month."
        )
    return message.format(
        checkins=_checkins(month.checkins, language),
        hours=_hours(month.minutes, language),
        number=declared.per_week,
        limit=_hours(declared.minutes_per_month or 0, language),
    )


def _group_words(dossier: Dossier, language: Language) -> str:
    messages = {
        Fill.EMPTY: language.gettext("{category} is empty"),
        Fill.THIN: language.gettext("{category} thin, {people} of {keep}"),
        Fill.OVER: language.gettext("{category} over, {people} of {keep}"),
    }
    told = [
        messages[one.fill].format(category=one.category, people=one.people, keep=one.keep)
        for one in dossier.groups
        if one.fill in messages
    ]
    return language.gettext("Categories: {told}.").format(told="; ".join(told)) if told else ""


def _named(message: str, cases: Sequence[Case], language: Language) -> str:
    if not cases:
        return ""
    shown, more = cut([one.name for one in cases], most=_MOST_NAMES)
    names = ", ".join(shown)
    if more:
        names = language.gettext("{names} and {number} more").format(names=names, number=more)
    return message.format(names=names)


def _times(number: int, language: Language) -> str:
    """Return "never", "once", "twice", "3 times"."""
    _ = language.gettext
    known = {0: _("never"), 1: _("once"), 2: _("twice")}
    return known.get(number) or _("{number} times").format(number=number)


def _checkins(number: float, language: Language) -> str:
    amount = _amount(number, language)
    message = language.ngettext("{amount} check-in", "{amount} check-ins", 1 if amount == "1" else 2)
    return message.format(amount=amount)


def _hours(minutes: float, language: Language) -> str:
    amount = _amount(minutes / 60, language)
    return language.ngettext("{amount} hour", "{amount} hours", 1 if amount == "1" else 2).format(
        amount=amount
    )


def _amount(number: float, language: Language) -> str:
    is_whole = number >= 10 or f"{number:.1f}".endswith(".0")
    return f"{number:.0f}" if is_whole else language.decimal(number, places=1)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
