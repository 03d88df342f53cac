"""`feed`: the secret address of the feed."""

from __future__ import annotations

import click

from netkeep_sync.cli.session import Session, common_options

__all__ = ["address", "feed", "print_addresses"]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8017


def address(host: str, port: int) -> str:
    """Return the address of the server, without a slash at its end."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def print_addresses(host: str, port: int, token: str) -> None:
    """Print the addresses of the feed, one a line."""
    feed_address = f"{address(host, port)}/feed/{token}.ics"
    click.echo(feed_address)
    click.echo(feed_address.replace("http:", "webcal:", 1))


@click.group(invoke_without_command=True)
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="Where `serve` listens.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535))
@common_options
@click.pass_context
def feed(ctx: click.Context, *, host: str, port: int) -> None:
    """Show the secret address of the feed that `serve` offers.

    Whoever has the address can read the check-ins; `feed rotate` makes a new one.
    """
    ctx.ensure_object(Session)
    if ctx.invoked_subcommand is None:
        _show(ctx.obj, host, port)


@feed.command()
@common_options
@click.pass_context
def rotate(ctx: click.Context) -> None:
    """Make a new address. The old one stops working at once; subscribers need the new one."""
    session: Session = ctx.obj
    workspace = session.open()
    with workspace.store() as store:
        store.rotate_feed()
        store.make_due()  # a running `serve` takes the new address up
    assert ctx.parent is not None  # noqa: S101  it is a command of `feed`
    _show(session, ctx.parent.params["host"], ctx.parent.params["port"])


def _show(session: Session, host: str, port: int) -> None:
    from netkeep_sync.service.feed import feed_token  # noqa: PLC0415

    workspace = session.open()
    with workspace.store() as store:
        print_addresses(host, port, feed_token(workspace, generation=store.feed_generation()))
