"""The review as it is read on a screen: the list as a whole, then everybody, what asks for a change first."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.text import Text

from netkeep_sync.cli.output.screen import NOBODY, make_console
from netkeep_sync.core.dossier import Tally
from netkeep_sync.core.review import Keep, Stretch
from netkeep_sync.core.review_text import (
    change_words,
    exchange_words,
    findings,
    lived_words,
    period_words,
    tally_words,
)

if TYPE_CHECKING:
    from rich.console import Console

    from netkeep_sync.core.dossier import Case
    from netkeep_sync.core.review import Proposal
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.service.review import Review

__all__ = ["print_review"]

_WIDTH = 80


def print_review(outlook: Outlook, review: Review) -> None:
    """Print what a review found, and what it proposes."""
    console = make_console()
    if not outlook.roster.contacts:
        console.print(NOBODY)
        return
    console.print(Text(f"Your network in {period_words(review.dossier.period)}", style="bold"))
    for line in findings(review.dossier):
        _print_wrapped(console, line, indent=2)
    changes = [one for one in review.lines if not isinstance(one[1], Keep)]
    kept = [one for one in review.lines if isinstance(one[1], Keep)]
    console.print(Text("\nWorth a change" if changes else "\nNothing asks for a change.", style="bold"))
    for case, proposal in changes:
        _print_case(console, case, proposal)
    if kept:
        console.print(Text("\nTo keep", style="bold"))
    for case, proposal in kept:
        _print_case(console, case, proposal)


def _print_case(console: Console, case: Case, proposal: Proposal) -> None:
    change = "" if isinstance(proposal, Keep) else f": {change_words(proposal)}"
    _print_wrapped(console, f"{case.name} ({case.category}){change}", indent=2)
    told = [] if isinstance(proposal, Stretch) else [lived_words(case)]
    if case.lately != Tally():
        told.append(f"in this time {tally_words(case.lately)}")
    if case.gave or case.asked:
        told.append(exchange_words(case.gave, case.asked))
    _print_wrapped(console, str(proposal.reason), indent=6)
    if told:
        _print_wrapped(console, "; ".join(told), indent=6)


def _print_wrapped(console: Console, line: str, *, indent: int) -> None:
    for one in wrap(line, min(console.width, _WIDTH) - indent) or [""]:
        console.print(Text(" " * indent + one))
