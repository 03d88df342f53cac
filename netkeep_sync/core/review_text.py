"""The review in plain text: what each line of it says, and the note that stands in the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from netkeep_sync.core.dossier import Fill
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.lived import rhythm_words
from netkeep_sync.core.review import Keep, Rest, Retire, Stretch, Swap
from netkeep_sync.core.words import count, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from netkeep_sync.core.dossier import Case, Dossier, Tally
    from netkeep_sync.core.language import Language
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.core.roster import DateRange

__all__ = [
    "change_words",
    "findings",
    "lived_words",
    "note",
    "period_words",
    "tally_words",
    "times_words",
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


def change_words(proposal: Proposal) -> str:
    """Return what is proposed, in a few words: "stretch to every 5 months"."""
    match proposal:
        case Stretch(cadence=cadence):
            return f"stretch to {cadence}"
        case Swap(instead_name=name):
            return f"swap for {name}"
        case Rest(again_on=day):
            return f"rest until {_month(day)}"
        case Retire():
            return "retire"
        case _:
            return "keep"


def lived_words(case: Case) -> str:
    """Return the intended rhythm against the lived one: "set quarterly, lived about every 5 months"."""
    if case.lived_days is None:
        return f"set {case.cadence}"
    if abs(case.slip - 1) < _ALIKE:
        return f"{case.cadence}, as it is set"
    return f"set {case.cadence}, lived {rhythm_words(case.lived_days)}"


def tally_words(tally: Tally) -> str:
    """Return what came of some check-ins: "3 kept (1 confirmed), 1 skipped", or "no check-in came round"."""
    kept = f"{tally.kept} kept"
    if tally.kept:
        kept += f" ({tally.confirmed or 'none'} confirmed)"
    others = [(tally.skipped, "skipped"), (tally.missed, "missed"), (tally.untold, "untold")]
    parts = [kept] if tally.kept else []
    parts += [f"{number} {word}" for number, word in others if number]
    return ", ".join(parts) if parts else "no check-in came round"


def findings(dossier: Dossier) -> tuple[str, ...]:
    """Return what there is to say of the list as a whole, a line each."""
    gave = sum(one.gave for one in dossier.cases)
    asked = sum(one.asked for one in dossier.cases)
    lines = [
        f"{_capital(tally_words(dossier.tally))}.",
        f"You gave {times_words(gave)} and asked {times_words(asked)}." if gave or asked else "",
        _time_words(dossier),
        _named("Never met", (one.name for one in dossier.never_met)),
        _named("Deleted on your calendar", (one.name for one in dossier.deleted)),
        _group_words(dossier),
    ]
    return tuple(line for line in lines if line)


def note(dossier: Dossier, proposals: Sequence[Proposal]) -> str:
    """Return the review in short, as it stands in the calendar: plain text in blocks."""
    changes = [one for one in proposals if not isinstance(one, Keep)]
    categories = {one.contact: one.category for one in dossier.cases}
    proposed = [
        f"- {one.name} ({categories[one.contact]}): {change_words(one)}; {one.reason}" for one in changes
    ]
    blocks = [
        f"Your network in {period_words(dossier.period)}",
        "\n".join(findings(dossier)),
        "\n".join(["Worth a change", *proposed]) if proposed else "Nothing asks for a change.",
        "`netkeep-sync review` shows everybody; `netkeep-sync review --apply` writes what you choose.",
    ]
    return "\n\n".join(blocks)


def _time_words(dossier: Dossier) -> str:
    declared = dossier.declared
    limits = f"{declared.per_week} a week"
    if declared.minutes_per_month is not None:
        limits += f" and {_amount(declared.minutes_per_month / 60, 'hour')} a month"
    month = dossier.wanted.per_month
    wanted = f"{_amount(month.checkins, 'check-in')} and {_amount(month.minutes / 60, 'hour')} a month"
    return f"Your list wants {wanted}; you have time for {limits}."


def _group_words(dossier: Dossier) -> str:
    told = []
    for one in dossier.groups:
        match one.fill:
            case Fill.EMPTY:
                told.append(f"{one.category} is empty")
            case Fill.THIN | Fill.OVER:
                told.append(f"{one.category} {one.fill}, {one.people} of {one.keep}")
            case _:
                pass  # nothing to tell
    return f"Categories: {'; '.join(told)}." if told else ""


def _named(what: str, names: Iterable[str]) -> str:
    found = list(names)
    if not found:
        return ""
    shown, more = cut(found, most=_MOST_NAMES)
    return f"{what}: {', '.join(shown)}{f' and {more} more' if more else ''}."


def times_words(number: int) -> str:
    """Return "never", "once", "twice", "3 times"."""
    return {0: "never", 1: "once", 2: "twice"}.get(number) or f"{count(number, 'time')}"


def _month(day: date) -> str:
    return f"{day:%b %Y}"


def _amount(number: float, noun: str) -> str:
    words = f"{number:.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")
    return f"{words} {noun}" if words == "1" else f"{words} {noun}s"


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
