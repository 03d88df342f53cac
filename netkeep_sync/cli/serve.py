"""`serve`: the feed and the page, kept in step with the roster file and the clock."""

from __future__ import annotations

import contextlib
import errno
import gc
import signal
import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from netkeep_sync.cli.feed import DEFAULT_HOST, DEFAULT_PORT, address, print_addresses
from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.core.roster import Show
from netkeep_sync.core.words import count, day_words
from netkeep_sync.errors import NetkeepError, RosterError

if TYPE_CHECKING:
    from netkeep_sync.service.keeper import Keeper
    from netkeep_sync.service.workspace import Workspace

__all__ = ["serve"]

_TICK_S = 2.0

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  what others mean by all addresses
"""Where this machine finds what listens on every address."""


@click.command()
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0 for any free one.",
)
@click.option(
    "--every",
    "minutes",
    default=15,
    show_default=True,
    type=click.IntRange(1, 1440),
    help="Minutes between passes; an edit of the file is taken up at once.",
)
@click.option("--metrics", "is_metrics_open", is_flag=True, help="Show /metrics to other machines too.")
@click.option(
    "--log-format",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="How the log on standard error is written.",
)
@common_options
@click.pass_obj
def serve(
    session: Session, *, host: str, port: int, minutes: int, is_metrics_open: bool, log_format: str
) -> None:
    """Serve the feeds and the pages, and run a pass at the start, on every edit and on the clock.

    Without --host only this machine can reach it. On any other address the feed is served to whoever has
    its secret address; the pages only to you, by a password or a proxy that knows you, else they stay on this
    machine.
    """
    import uvicorn  # noqa: PLC0415

    from netkeep_sync.service.keeper import Keeper  # noqa: PLC0415
    from netkeep_sync.service.lease import serve_lock  # noqa: PLC0415
    from netkeep_sync.service.logs import set_up_logs  # noqa: PLC0415
    from netkeep_sync.service.notices import Notices  # noqa: PLC0415
    from netkeep_sync.service.supervisor import Supervisor  # noqa: PLC0415
    from netkeep_sync.service.timer import ticking  # noqa: PLC0415
    from netkeep_sync.web.app import make_app  # noqa: PLC0415
    from netkeep_sync.web.arrival import is_loopback  # noqa: PLC0415

    gc.enable()
    set_up_logs(is_json=log_format == "json")
    workspace, problem = _workspace(session)
    # Uvicorn stops in good order at SIGINT and SIGTERM, then raises them again: both end here.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        stack.enter_context(serve_lock(workspace))
        listener = stack.enter_context(contextlib.closing(_listen(host, port)))
        keeper = Keeper(
            workspace,
            every=timedelta(minutes=minutes),
            environ=session.environ,
            clock=lambda: session.now(workspace.roster) if session.as_of else datetime.now(UTC),
            problem=problem,
        )
        stack.callback(keeper.close)
        if not problem:
            keeper.start()
        _note(workspace, is_open=not is_loopback(host))
        _say(keeper, host, listener.getsockname()[1])
        notices, supervisor = Notices(keeper), Supervisor(session.environ)

        def tick() -> None:
            keeper.tick()
            notices.tick()
            supervisor.alive()  # a tick that hangs is for the supervisor to end

        stack.enter_context(ticking(tick, every_s=_TICK_S))
        stack.callback(supervisor.stopping)
        supervisor.ready()
        # Its access log would hold the feed's secret.
        app = make_app(keeper, is_metrics_open=is_metrics_open)
        config = uvicorn.Config(
            app,
            http="h11",  # it lets through less than others do
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,  # web/arrival.py reads them, from whom the roster says
        )
        uvicorn.Server(config).run(sockets=[listener])
    click.echo("stopped", err=True)


def _note(workspace: Workspace, *, is_open: bool) -> None:
    """Say what other machines can reach, and what the pages need before their owner can."""
    from netkeep_sync.service.password import password_path  # noqa: PLC0415

    serving = workspace.roster.serve
    has_password = password_path(workspace).exists()
    if is_open:
        click.echo(
            "note: other machines can reach the feed now, at its secret address and without TLS", err=True
        )
    if (serving.proxy and serving.proxy.users) or (has_password and serving.public_url):
        return
    if has_password:
        words = "the pages need a password, on this machine; elsewhere they also need serve.public_url"
    elif serving.public_url:
        words = "the pages are closed, for there is a public_url; `netkeep-sync password` opens them to you"
    elif is_open:
        words = (
            "the pages stay on this machine; `netkeep-sync password` and serve.public_url open them to you"
        )
    else:
        return
    click.echo(f"note: {words}", err=True)


def _workspace(session: Session) -> tuple[Workspace, str]:
    """Return the workspace and, when the file can't be read but could before, what is wrong with it."""
    from netkeep_sync.service.workspace import last_good_workspace  # noqa: PLC0415

    try:
        return session.open(), ""
    except RosterError as error:
        workspace = last_good_workspace(session.path, today=session.today, environ=session.environ)
        if workspace is None:
            raise
        click.echo(f"{error}\nthe last good plan is served until this is mended", err=True)
        return workspace, str(error)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise NetkeepError(
                f"port {port} of {host} is taken by another program; name another one with --port"
            ) from error
        raise NetkeepError(
            f"can't listen on {host} port {port} ({error.strerror}); name another with --host or --port"
        ) from error


def _say(keeper: Keeper, host: str, port: int) -> None:
    """Tell in plain words what was done, and which address to open, one a line."""
    from netkeep_sync.web.arrival import is_loopback  # noqa: PLC0415

    view, workspace = keeper.view, keeper.workspace
    plan = view.outlook.plan
    contacts = count(len(workspace.roster.contacts), "contact")
    until = day_words(plan.end_on, today=view.outlook.today)
    click.echo(f"read {contacts} from {workspace.path}")
    click.echo(f"planned {count(len(plan.occurrences), 'check-in')} until {until}")
    for lost in plan.unplaced:
        click.echo(f"no room for {lost.contact}: {lost.reason}")
    if view.problem:
        click.echo(view.problem, err=True)
    else:
        for path in (path for show in Show for path in workspace.ics_files(show)):
            click.echo(f"wrote {path}")
    page_host = _WILDCARDS.get(host, host)
    if is_loopback(page_host):
        click.echo("\nopen this in a browser, on this machine:")
        click.echo(f"{address(page_host, port)}/")
    click.echo("\nsubscribe to this in a calendar:")
    print_addresses(workspace.roster.serve.public_url or address(host, port), view.token)
    click.echo("\nedit the file to change who and how often; stop with Ctrl-C")
