"""The pages. They hold names and are for the owner alone, so they are only shown on this machine.

Who asks must come from a loopback address and must have asked for one: a page elsewhere that has its own
name point at 127.0.0.1 gets a 404 (DNS rebinding), and so does whoever comes through a proxy.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from netkeep_sync.core.rhythm import State
from netkeep_sync.core.series import zone
from netkeep_sync.core.words import day_words
from netkeep_sync.service.overview import lately, overview

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from netkeep_sync.service.keeper import Keeper

__all__ = ["home", "is_loopback"]

_NEXT = 12

_environment = Environment(
    loader=PackageLoader("netkeep_sync.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def is_loopback(host: str) -> bool:
    """Tell whether an address or host name, without port, can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


async def home(request: Request) -> Response:
    """`GET /`: who is next, who is overdue, and how to subscribe."""
    if (
        request.client is None
        or not is_loopback(request.client.host)
        or not is_loopback(request.url.hostname or "")
    ):
        raise HTTPException(404)
    keeper: Keeper = request.app.state.keeper
    view = keeper.view
    outlook = view.outlook
    timezone = zone(outlook.roster.timezone)
    lines = overview(outlook)
    names = {contact.key: contact.name for contact in outlook.roster.contacts}
    address = f"{request.url.netloc}/feed/{view.token}.ics"

    def local(at: datetime) -> datetime:
        return at.astimezone(timezone)

    content = _environment.get_template("home.html").render(
        owner=outlook.roster.owner.name,
        today=outlook.today,
        next=[one for one in outlook.plan.occurrences if one.contact in names][:_NEXT],
        overdue=[line for line in lines if line.standing.state is State.OVERDUE],
        never_met=[line for line in lines if line.standing.state is State.NEVER_MET],
        lately=lately(outlook),
        unplaced=outlook.plan.unplaced,
        names=names,
        problem=view.problem,
        as_of=local(outlook.now),
        local=local,
        day_words=lambda day: day_words(day, today=outlook.today),
        address=address,
        has_contacts=bool(names),
    )
    return HTMLResponse(content, headers={"Cache-Control": "no-store"})
