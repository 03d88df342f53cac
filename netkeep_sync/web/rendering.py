"""Templates into pages: the words, days and hours that all of them share."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from netkeep_sync.core.series import zone
from netkeep_sync.core.words import count, day_words

if TYPE_CHECKING:
    from datetime import date, datetime

    from starlette.responses import Response

    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.web.guard import Visit

__all__ = ["STYLE", "render", "render_alone"]

STYLE = (Path(__file__).parent / "static" / "style.css").read_bytes()

_environment = Environment(
    loader=PackageLoader("netkeep_sync.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["count"] = count
_environment.globals["style"] = f"/style.css?{hashlib.sha256(STYLE).hexdigest()[:12]}"


def render_alone(template: str, *, status: int = 200, **told: Any) -> Response:
    """Return a page that belongs to no visit: nothing of the roster is on it but what is told here."""
    content = _environment.get_template(template).render(**told)
    return HTMLResponse(content, status_code=status, headers={"Cache-Control": "no-store"})


def render(visit: Visit, template: str, outlook: Outlook, **told: Any) -> Response:
    """Return a page as of an outlook, with what is wrong and what was lately said on top."""
    timezone = zone(outlook.roster.timezone)
    view = visit.keeper.view

    def local(at: datetime) -> datetime:
        return at.astimezone(timezone)

    def day(one: date) -> str:
        return day_words(one, today=outlook.today)

    return HTMLResponse(
        _environment.get_template(template).render(
            path=visit.request.url.path,
            token=visit.token,
            said=visit.said,
            can_log_out=visit.can_log_out,
            owner=outlook.roster.owner.name,
            has_contacts=bool(outlook.roster.contacts),
            file=visit.keeper.workspace.path,
            today=outlook.today,
            as_of=local(outlook.now),
            problem=view.problem,
            is_behind=view.is_behind,
            local=local,
            day=day,
            moment=lambda at: f"{day(local(at).date())} {local(at):%H:%M}",
            **told,
        )
    )
