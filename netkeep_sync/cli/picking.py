"""A pick list on a terminal: a few people by number, a category and a cadence for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.output.address_book import SHOWN, print_people
from netkeep_sync.core.acquaintance import MOST_AT_ONCE, is_about
from netkeep_sync.core.cadence import parse_cadence
from netkeep_sync.core.contact import slug
from netkeep_sync.core.words import cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netkeep_sync.core.acquaintance import Acquaintance

__all__ = ["ask_cadence", "ask_category", "pick_some"]

_NUMBERS = re.compile(r"(?:\s*\d{1,6}(?:\s*-\s*\d{1,6})?[\s,]*)+")
_RANGE = re.compile(r"(\d+)(?:\s*-\s*(\d+))?")


def pick_some(people: Sequence[Acquaintance]) -> list[Acquaintance]:
    """Let the owner choose, looking about with words."""
    listed, chosen = people, dict[int, "Acquaintance"]()
    while len(chosen) < MOST_AT_ONCE:
        who = "Whom else?" if chosen else "Whom?"
        words = click.prompt(
            f"\n{who} Numbers such as 1 3-4, or a word to look for; Enter ends",
            default="",
            show_default=False,
        ).strip()
        if not words:
            break
        if not _NUMBERS.fullmatch(words):
            found = [one for one in people if is_about(one, words)] if slug(words) else []
            if found:
                listed = found
                print_people(listed)
            else:
                click.echo(f'nobody among them has "{words}"; look for another word, or press Enter')
            continue
        last = len(cut(listed, most=SHOWN)[0])
        numbers = _numbers(words, last=last)
        if numbers is None:
            click.echo(f"the numbers here go from 1 to {last}")
            continue
        chosen |= {id(listed[number - 1]): listed[number - 1] for number in numbers}
        click.echo(f"chosen: {', '.join(one.name for one in chosen.values())}")
    return list(chosen.values())[:MOST_AT_ONCE]


def _numbers(words: str, *, last: int) -> list[int] | None:
    """Return the numbers in "1 3-4"; None when one of them is out of range."""
    numbers: list[int] = []
    for first, end in _RANGE.findall(words):
        low, high = int(first), int(end or first)
        if not 1 <= low <= high <= last:
            return None
        numbers += range(low, high + 1)
    return numbers


def ask_category(name: str, categories: Sequence[str], *, default: str) -> str:
    """Ask for one of the categories, by number or by the beginning of its name."""
    while True:
        words = click.prompt(f"{name}: category", default=default or None).strip()
        if words.isdecimal() and 1 <= int(words) <= len(categories):
            return categories[int(words) - 1]
        found = [one for one in categories if one.casefold() == words.casefold()]
        found = found or [one for one in categories if one.casefold().startswith(words.casefold())]
        if len(found) == 1:
            return found[0]
        click.echo(f"write a number from 1 to {len(categories)}, or one of {', '.join(categories)}")


def ask_cadence(cadences: Mapping[str, str], category: str) -> str:
    """Ask how often to meet; empty for what the category says."""
    default = cadences[category]
    while True:
        words = click.prompt("  how often", default=default or "quarterly").strip()
        if words == default:
            return ""
        try:
            parse_cadence(words)
        except ValueError as error:
            message, advice = error.args
            click.echo(f"{message}; {advice}")
        else:
            return words
