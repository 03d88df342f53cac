"""The page of numbers: what the quarters held, who was in touch, which ties last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.service.numbers import numbers
from netkeep_sync.web.chart import Bar, Part, draw_bars, draw_spans
from netkeep_sync.web.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.responses import Response

    from netkeep_sync.core.language import Language
    from netkeep_sync.core.statistics import InTouch, Quarter, QuarterNumbers, Statistics, Tie
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.web.chart import Panel, Span
    from netkeep_sync.web.guard import Visit

__all__ = ["page_of_numbers"]

_QUARTERS = 8
_TIES = 10


def page_of_numbers(visit: Visit) -> Response:
    """`GET /numbers`: the last two years, quarter by quarter, and the longest ties."""
    outlook = visit.keeper.view.outlook
    found, language = numbers(outlook), outlook.roster.language
    shown = found.quarters[-_QUARTERS:]
    first = shown[0].quarter
    categories = _by_category(one for one in found.in_touch if one.quarter >= first)
    return render(
        visit,
        "numbers.html",
        outlook,
        quarters=shown,
        summary=_summary(shown, language),
        check_ins=_check_ins(shown, language),
        promises=_promises(shown, language) if any(one.promised for one in shown) else None,
        balance=_balance(shown, language) if any(one.gave or one.asked for one in shown) else None,
        in_touch=[_in_touch(category, cells, language) for category, cells in categories.items()],
        categories=categories,
        ties=_ties(outlook, found),
    )


def _summary(shown: Sequence[QuarterNumbers], language: Language) -> str:
    held, promised, kept = (sum(getattr(one, name) for one in shown) for name in ("held", "promised", "kept"))
    words = language.ngettext(
        "{number} check-in held since {month}", "{number} check-ins held since {month}", held
    ).format(number=held, month=language.month_and_year(shown[0].quarter.first_on))
    if not promised:
        return words
    told = language.ngettext("{kept} of {number} promise kept", "{kept} of {number} promises kept", promised)
    return f"{words}, {told.format(kept=kept, number=promised)}"


def _bar(quarter: Quarter, *parts: tuple[str, str, int], above: str = "", below: str = "") -> Bar:
    return Bar(
        label=f"Q{quarter.number}",
        group=str(quarter.year),
        parts=tuple(Part(kind=kind, name=name, number=number) for kind, name, number in parts),
        above=above,
        below=below,
    )


def _check_ins(shown: Sequence[QuarterNumbers], language: Language) -> Panel:
    _ = language.gettext
    bars = [
        _bar(
            one.quarter,
            ("held", _("held"), one.held),
            ("skipped", _("skipped"), one.skipped),
            ("missed", _("missed"), one.missed),
            ("unknown", _("not told"), one.unknown),
            above=str(one.check_ins or ""),
        )
        for one in shown
    ]
    words = "; ".join(
        _("{quarter}: {held} held, {skipped} skipped, {missed} missed").format(
            quarter=one.quarter.words, held=one.held, skipped=one.skipped, missed=one.missed
        )
        for one in shown
    )
    of_each = _("Check-ins of each quarter.")
    return draw_bars(_("Check-ins"), bars, words=f"{of_each} {words}")


def _promises(shown: Sequence[QuarterNumbers], language: Language) -> Panel:
    _ = language.gettext
    bars = [
        _bar(
            one.quarter,
            ("held", _("kept"), one.kept),
            ("unknown", _("open"), one.promised - one.kept),
            above=f"{one.kept}/{one.promised}" if one.promised else "",
        )
        for one in shown
    ]
    words = "; ".join(_of(one.quarter, one.kept, one.promised, language) for one in shown)
    of_each = _("Promises kept of those made in a quarter.")
    return draw_bars(_("Promises you made"), bars, words=f"{of_each} {words}")


def _balance(shown: Sequence[QuarterNumbers], language: Language) -> Panel:
    _ = language.gettext
    bars = [
        _bar(
            one.quarter,
            ("held", _("given"), one.gave),
            ("asked", _("asked for"), -one.asked),
            above=str(one.gave or ""),
            below=str(one.asked or ""),
        )
        for one in shown
    ]
    words = "; ".join(
        _("{quarter}: {gave} given, {asked} asked for").format(
            quarter=one.quarter.words, gave=one.gave, asked=one.asked
        )
        for one in shown
    )
    of_each = _("What you gave and asked for.")
    return draw_bars(_("Giving and asking"), bars, words=f"{of_each} {words}")


def _of(quarter: Quarter, part: int, whole: int, language: Language) -> str:
    told = language.gettext("{quarter}: {part} of {whole}")
    return told.format(quarter=quarter.words, part=part, whole=whole)


def _by_category(cells: Iterable[InTouch]) -> dict[str, list[InTouch]]:
    found: dict[str, list[InTouch]] = {}
    for one in cells:
        found.setdefault(one.category, []).append(one)
    return found


def _in_touch(category: str, cells: Sequence[InTouch], language: Language) -> Panel:
    _ = language.gettext
    most = max(one.people for one in cells)
    bars = [
        _bar(
            one.quarter,
            ("held", _("in touch"), one.in_touch),
            ("partly-in", _("overdue"), one.people - one.in_touch),
            above=f"{one.in_touch}/{one.people}" if one.people else "",
        )
        for one in cells
    ]
    words = "; ".join(_of(one.quarter, one.in_touch, one.people, language) for one in cells)
    told = _("People in {category} in touch at the end of each quarter.").format(category=category)
    return draw_bars(category, bars, words=f"{told} {words}", tall=40.0, most=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTie:
    """A tie with a name, which leads to a page as long as they are in the roster."""

    tie: Tie
    name: str
    has_page: bool
    span: Span


def _ties(outlook: Outlook, found: Statistics) -> list[ShownTie]:
    shown = found.ties[:_TIES]
    names = {one.key: one.name for one in outlook.known}
    here = {one.key: one.name for one in outlook.roster.contacts}
    spans = draw_spans([(tie.first_on, tie.last_on) for tie in shown])
    return [
        ShownTie(
            tie=tie,
            name=here.get(tie.contact) or names.get(tie.contact, tie.contact),
            has_page=tie.contact in here,
            span=span,
        )
        for tie, span in zip(shown, spans, strict=True)
    ]
