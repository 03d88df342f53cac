"""The page of numbers: what the quarters held, who was in touch, which ties last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netkeep_sync.core.words import count
from netkeep_sync.service.numbers import numbers
from netkeep_sync.web.chart import Bar, Part, draw_bars, draw_spans
from netkeep_sync.web.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from starlette.responses import Response

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
    found = numbers(outlook)
    shown = found.quarters[-_QUARTERS:]
    first = shown[0].quarter
    categories = _by_category(one for one in found.in_touch if one.quarter >= first)
    return render(
        visit,
        "numbers.html",
        outlook,
        quarters=shown,
        summary=_summary(shown),
        check_ins=_check_ins(shown),
        promises=_promises(shown) if any(one.promised for one in shown) else None,
        balance=_balance(shown) if any(one.gave or one.asked for one in shown) else None,
        in_touch=[_in_touch(category, cells) for category, cells in categories.items()],
        categories=categories,
        ties=_ties(outlook, found),
    )


def _summary(shown: Sequence[QuarterNumbers]) -> str:
    held, promised, kept = (sum(getattr(one, name) for one in shown) for name in ("held", "promised", "kept"))
    words = f"{count(held, 'check-in')} held since {shown[0].quarter.first_on:%B %Y}"
    if promised:
        words += f", {kept} of {count(promised, 'promise')} kept"
    return words


def _bar(quarter: Quarter, *parts: tuple[str, str, int], above: str = "", below: str = "") -> Bar:
    return Bar(
        label=f"Q{quarter.number}",
        group=str(quarter.year),
        parts=tuple(Part(kind=kind, name=name, number=number) for kind, name, number in parts),
        above=above,
        below=below,
    )


def _check_ins(shown: Sequence[QuarterNumbers]) -> Panel:
    bars = [
        _bar(
            one.quarter,
            ("held", "held", one.held),
            ("skipped", "skipped", one.skipped),
            ("missed", "missed", one.missed),
            ("unknown", "not told", one.unknown),
            above=str(one.check_ins or ""),
        )
        for one in shown
    ]
    words = "; ".join(
        f"{one.quarter.words}: {one.held} held, {one.skipped} skipped, {one.missed} missed" for one in shown
    )
    return draw_bars("Check-ins", bars, words=f"Check-ins of each quarter. {words}")


def _promises(shown: Sequence[QuarterNumbers]) -> Panel:
    bars = [
        _bar(
            one.quarter,
            ("held", "kept", one.kept),
            ("unknown", "open", one.promised - one.kept),
            above=f"{one.kept}/{one.promised}" if one.promised else "",
        )
        for one in shown
    ]
    words = "; ".join(f"{one.quarter.words}: {one.kept} of {one.promised}" for one in shown)
    return draw_bars("Promises you made", bars, words=f"Promises kept of those made in a quarter. {words}")


def _balance(shown: Sequence[QuarterNumbers]) -> Panel:
    bars = [
        _bar(
            one.quarter,
            ("held", "given", one.gave),
            ("asked", "asked for", -one.asked),
            above=str(one.gave or ""),
            below=str(one.asked or ""),
        )
        for one in shown
    ]
    words = "; ".join(f"{one.quarter.words}: {one.gave} given, {one.asked} asked for" for one in shown)
    return draw_bars("Giving and asking", bars, words=f"What you gave and asked for. {words}")


def _by_category(cells: Iterable[InTouch]) -> dict[str, list[InTouch]]:
    found: dict[str, list[InTouch]] = {}
    for one in cells:
        found.setdefault(one.category, []).append(one)
    return found


def _in_touch(category: str, cells: Sequence[InTouch]) -> Panel:
    most = max(one.people for one in cells)
    bars = [
        _bar(
            one.quarter,
            ("held", "in touch", one.in_touch),
            ("partly-in", "overdue", one.people - one.in_touch),
            above=f"{one.in_touch}/{one.people}" if one.people else "",
        )
        for one in cells
    ]
    words = "; ".join(f"{one.quarter.words}: {one.in_touch} of {one.people}" for one in cells)
    told = f"People in {category} in touch at the end of each quarter. {words}"
    return draw_bars(category, bars, words=told, tall=40.0, most=most)


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
