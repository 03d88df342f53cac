"""`healthcheck`: whether a `serve` on this machine is alive, for containers that are asked now and then."""

from __future__ import annotations

import click

from netkeep_sync.cli.feed import DEFAULT_HOST, DEFAULT_PORT
from netkeep_sync.errors import NetkeepError

__all__ = ["healthcheck"]

_PATIENCE_S = 5.0


@click.command()
@click.option(
    "--port",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where `serve` listens.",
)
def healthcheck(port: int) -> None:
    """Ask the `serve` of this machine whether it is alive; a container's health check.

    Ends with 0 when it answers. Whether its passes succeed, `doctor` and /readyz tell: a new start would
    not mend that.
    """
    from http.client import HTTPConnection, HTTPException  # noqa: PLC0415

    connection = HTTPConnection(DEFAULT_HOST, port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise NetkeepError(f"no `netkeep-sync serve` answers on port {port}; is it running?") from error
    finally:
        connection.close()
    if status != 200:
        raise NetkeepError(
            f"what answers on port {port} is no `netkeep-sync serve`, or is not well ({status})"
        )
    click.echo("alive")
