"""`feed`: the secret addresses of the feeds that `serve` offers; add, rotate, revoke."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.core.feed import DEFAULT_FEED, FeedMilestones
from netkeep_sync.core.roster import Show
from netkeep_sync.errors import RosterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from netkeep_sync.core.feed import FeedSpec, Fetch
    from netkeep_sync.core.roster import Roster
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.store.store import Store

__all__ = ["address", "feed", "print_addresses"]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8017


def address(host: str, port: int) -> str:
    """Return the address of the server, without a slash at its end."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def print_addresses(base: str, token: str) -> None:
    """Print the addresses of a feed of the server at `base`, one a line."""
    feed_address = f"{base}/feed/{token}.ics"
    click.echo(feed_address)
    click.echo(_webcal(feed_address))


def _webcal(feed_address: str) -> str:
    return f"webcal{feed_address[feed_address.index(':') :]}"


_json_option = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    return _json_option(common_options(command))


@click.group(invoke_without_command=True)
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="Where `serve` listens.")
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="And at which port.",
)
@_common
@click.pass_context
def feed(ctx: click.Context, *, host: str, port: int, as_json: bool) -> None:  # noqa: ARG001  read by others
    """Show the secret addresses of the feeds that `serve` offers, and who fetched them last.

    Whoever has an address can read that feed; `feed rotate` makes a new one.
    """
    ctx.ensure_object(Session)
    if ctx.invoked_subcommand is None:
        workspace = _workspace(ctx.obj)
        with workspace.store() as store:
            _show(ctx, workspace, store, store.feeds())


@feed.command(short_help="Offer another feed, of some people or with less.")
@click.argument("name")
@click.option(
    "--show",
    type=click.Choice([str(one) for one in Show]),
    default=str(Show.FULL),
    show_default=True,
    help="What it tells of people.",
)
@click.option("--category", "categories", multiple=True, help="Only these categories; may be repeated.")
@click.option(
    "--contact",
    "contacts",
    multiple=True,
    metavar="CONTACT",
    help="Only, or also, these people; may be repeated.",
)
@click.option(
    "--milestones",
    type=click.Choice([str(one) for one in FeedMilestones if one is not FeedMilestones.AS_ROSTER]),
    default=str(FeedMilestones.WITHOUT),
    show_default=True,
    help="Birthdays and the like beside the check-ins, or nothing but them.",
)
@_common
@click.pass_context
def add(
    ctx: click.Context,
    *,
    name: str,
    show: str,
    categories: tuple[str, ...],
    contacts: tuple[str, ...],
    milestones: str,
    as_json: bool,  # noqa: ARG001  read by `_show`
) -> None:
    """Offer another feed, with an address of its own, of some people or with less about them."""
    from netkeep_sync.service.feed_request import request_feed  # noqa: PLC0415
    from netkeep_sync.service.outlook import look  # noqa: PLC0415

    session: Session = ctx.obj
    workspace = session.open()
    with workspace.store() as store:
        wanted = request_feed(
            # The file does not know the keys of people whose name has changed.
            look(workspace.roster, store, now=session.now(workspace.roster)).roster,
            store.feeds(),
            name,
            show=Show(show),
            categories=categories,
            contacts=contacts,
            milestones=FeedMilestones(milestones),
        )
        _show(ctx, workspace, store, [store.add_feed(wanted)])


@feed.command()
@click.argument("name", default=DEFAULT_FEED)
@_common
@click.pass_context
def rotate(ctx: click.Context, *, name: str, as_json: bool) -> None:  # noqa: ARG001  read by `_show`
    """Make a new address. The old one stops working at once; subscribers need the new one.

    NAME is the default feed unless told.
    """
    from netkeep_sync.service.feed_request import check_feed_exists  # noqa: PLC0415

    workspace = _workspace(ctx.obj)
    with workspace.store() as store:
        check_feed_exists(store.feeds(), name)
        store.rotate_feed(name)
        _show(ctx, workspace, store, [one for one in store.feeds() if one.name == name])


@feed.command()
@click.argument("name")
@_common
@click.pass_context
def revoke(ctx: click.Context, *, name: str, as_json: bool) -> None:  # noqa: ARG001  read by `_show`
    """Offer a feed no more. Its address stops working at once, for good."""
    from netkeep_sync.service.feed_request import (  # noqa: PLC0415
        check_feed_exists,
        check_may_be_revoked,
    )

    workspace = _workspace(ctx.obj)
    with workspace.store() as store:
        check_feed_exists(store.feeds(), name)
        check_may_be_revoked(name)
        store.revoke_feed(name)
        click.echo(f"revoked {name}", err=True)
        _show(ctx, workspace, store, store.feeds())


def _workspace(session: Session) -> Workspace:
    """Return the workspace: an address can be ended even while the file can't be read."""
    from netkeep_sync.service.workspace import last_good_workspace  # noqa: PLC0415

    try:
        return session.open()
    except RosterError:
        workspace = last_good_workspace(session.path, today=session.today, environ=session.environ)
        if workspace is None:
            raise
        click.echo("note: the roster file can't be read; `netkeep-sync check` tells why", err=True)
        return workspace


def _show(ctx: click.Context, workspace: Workspace, store: Store, feeds: Sequence[FeedSpec]) -> None:
    """Print feeds as the options of the group and of the command say."""
    from netkeep_sync.service.feed import feed_token  # noqa: PLC0415

    assert ctx.parent is not None  # noqa: S101  `feed` is a command itself
    group = ctx.params if "host" in ctx.params else ctx.parent.params
    base = _base(ctx if "host" in ctx.params else ctx.parent, workspace.roster)
    fetches, timezone = store.fetches(), workspace.roster.timezone
    documents = [
        _document(
            one,
            address=f"{base}/feed/{feed_token(workspace, generation=one.generation, name=one.name)}",
            fetch=_fetch(one, fetches),
            timezone=timezone,
        )
        for one in feeds
    ]
    if ctx.params["as_json"] or group["as_json"]:
        click.echo(json.dumps({"feeds": documents}, indent=2, ensure_ascii=False).encode())
        return
    for number, (one, document) in enumerate(zip(feeds, documents, strict=True)):
        click.echo(("\n" if number else "") + f"{one.name}: {_words(one, workspace.roster)}")
        for key in ("url", "webcal", "json"):
            click.echo(document[key])
        click.echo(_fetch_words(_fetch(one, fetches), timezone))


def _base(group: click.Context, roster: Roster) -> str:
    """Return the address of the server: the one told here, else the public one, else that of this machine."""
    told = (group.get_parameter_source(name) for name in ("host", "port"))
    if roster.serve.public_url and ParameterSource.COMMANDLINE not in told:
        return roster.serve.public_url
    return address(group.params["host"], group.params["port"])


def _fetch(one: FeedSpec, fetches: Mapping[str, Fetch]) -> Fetch | None:
    """Return the last fetch at the address that the feed has now."""
    found = fetches.get(one.name)
    return found if found and found.generation == one.generation else None


def _document(one: FeedSpec, *, address: str, fetch: Fetch | None, timezone: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "show": str(one.show),
        "categories": list(one.categories),
        "contacts": list(one.contacts),
        "milestones": str(one.milestones),
        "url": f"{address}.ics",
        "webcal": _webcal(f"{address}.ics"),
        "json": f"{address}.json",
        "fetched_at": _local(fetch.at, timezone).isoformat(timespec="seconds") if fetch else None,
        "fetched_by": fetch.by if fetch else None,
    }


def _words(one: FeedSpec, roster: Roster) -> str:
    """Return what a feed holds: "busy, of peers, john-doe, without milestones"."""
    there = {category.key for category in roster.categories}
    categories = (key if key in there else f"{key} (no longer in the file)" for key in one.categories)
    whom = [*categories, *one.contacts]
    parts = [str(one.show), f"of {', '.join(whom)}" if whom else "of everybody"]
    match one.milestones:
        case FeedMilestones.ONLY:
            parts.append("milestones only")
        case FeedMilestones.WITH | FeedMilestones.WITHOUT:
            parts.append(f"{one.milestones} milestones")
        case FeedMilestones.AS_ROSTER:
            pass
    return ", ".join(parts)


def _fetch_words(fetch: Fetch | None, timezone: str) -> str:
    if fetch is None:
        return "never fetched at this address"
    return f"last fetched on {_local(fetch.at, timezone):%Y-%m-%d at %H:%M} by {fetch.by}"


def _local(at: datetime, timezone: str) -> datetime:
    from netkeep_sync.core.series import zone  # noqa: PLC0415

    return at.astimezone(zone(timezone))
