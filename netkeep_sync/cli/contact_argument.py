"""How a command is told of a contact, and what completes that in a shell: the keys of the roster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

__all__ = ["complete_contact", "contact_argument", "instead_option"]


def contact_argument(*, is_required: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the words that name a contact, as a tuple."""
    return click.argument("contact", nargs=-1, required=is_required, shell_complete=complete_contact)


def complete_contact(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Return the keys of the contacts of whom any name begins like that. A key is one word in every shell."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415

    from netkeep_sync.config.names import contact_names  # noqa: PLC0415
    from netkeep_sync.core.contact import slug  # noqa: PLC0415
    from netkeep_sync.errors import RosterError  # noqa: PLC0415

    if ctx.params.get(param.name):  # the first word has named them
        return []
    try:
        names = contact_names(ctx.ensure_object(Session).path)
    except RosterError:
        return []
    wanted = slug(incomplete)
    return [
        CompletionItem(key, help=name)
        for key, name in names.items()
        if any(part.startswith(wanted) for part in (key, slug(name), *map(slug, name.split())))
    ]


instead_option = click.option(
    "--instead-of",
    metavar="CONTACT",
    default="",
    shell_complete=complete_contact,
    help="Put this one on the bench in the same edit.",
)
