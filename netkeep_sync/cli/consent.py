"""The owner's consent: a command shows what it would do, and does it only on their word.

Their word is `--yes`, or an answer at the terminal. Off a terminal nobody is asked, and nothing is done.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Consent", "consent_options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the owner said before they were shown anything: to do it (`--yes`), or only to show it."""

    is_sure: bool = False
    dry_run: bool = False

    @property
    def may_ask(self) -> bool:
        """Tell whether there is somebody to ask, and something that they have not said yet."""
        return not (self.is_sure or self.dry_run) and sys.stdin.isatty()

    def is_given(self, question: str, *, may_ask: bool = True) -> bool:
        """Tell whether to do what was shown, having asked where that is still open; say so if it is not to
        be done.
        """
        if self.dry_run:
            return False
        if self.is_sure:
            return True
        if may_ask and self.may_ask:
            if click.confirm(f"\n{question}"):
                return True
            click.echo("nothing is changed", err=True)
        else:
            click.echo("nothing is changed; `--yes` does it", err=True)
        return False


def consent_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--yes` and `--dry-run`, and hand it the `consent` that they come to."""

    def with_consent(*arguments: Any, is_sure: bool, dry_run: bool, **options: Any) -> Any:
        return command(*arguments, consent=Consent(is_sure=is_sure, dry_run=dry_run), **options)

    wrapped = update_wrapper(with_consent, command)
    wrapped = click.option("--dry-run", is_flag=True, help="Only show it.")(wrapped)
    return click.option("--yes", "is_sure", is_flag=True, help="Do it without asking.")(wrapped)
