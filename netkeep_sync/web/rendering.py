"""Templates into pages: the words, days and hours that all of them share."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from netkeep_sync.core.cadence import cadence_words
from netkeep_sync.core.language import ENGLISH
from netkeep_sync.core.phrase import say
from netkeep_sync.core.series import zone
from netkeep_sync.core.words import day_words
from netkeep_sync.web.wording import note_words, term

if TYPE_CHECKING:
    from datetime import date, datetime

    from starlette.responses import Response

    from netkeep_sync.core.language import Language
    from netkeep_sync.service.outlook import Outlook
    from netkeep_sync.web.guard import Visit

__all__ = ["STYLE", "render", "render_alone"]

STYLE = (Path(__file__).parent / "static" / "style.css").read_bytes()

_ENGLISH_PART = Markup(' lang="en"')


@cache
def _environment(language: Language) -> Environment:
    """Return the templates as they speak a language. What is told in English all the same is marked with
    `english`, so that it is read out as such (WCAG 2.2, 3.1.2).
    """
    made = Environment(
        loader=PackageLoader("netkeep_sync.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        language.gettext,
        language.ngettext,
        newstyle=True,
        pgettext=language.pgettext,
        npgettext=language.npgettext,
    )
    made.globals |= {
        "style": f"/style.css?{hashlib.sha256(STYLE).hexdigest()[:12]}",
        "language": language.code,
        "english": "" if language == ENGLISH else _ENGLISH_PART,
        "term": partial(term, language),
        "note_words": partial(note_words, language),
        "say": partial(say, language=language),
        "cadence": partial(cadence_words, language=language),
        "month": language.short_month_and_year,
    }
    return made


def render_alone(template: str, language: Language, *, status: int = 200, **told: Any) -> Response:
    """Return a page that belongs to no visit: nothing of the roster is on it but what is told here."""
    content = _environment(language).get_template(template).render(**told)
    return HTMLResponse(content, status_code=status, headers={"Cache-Control": "no-store"})


def render(visit: Visit, template: str, outlook: Outlook, **told: Any) -> Response:
    """Return a page as of an outlook, with what is wrong and what was lately said on top."""
    timezone, language = zone(outlook.roster.timezone), outlook.roster.language
    view = visit.keeper.view

    def local(at: datetime) -> datetime:
        return at.astimezone(timezone)

    def day(one: date) -> str:
        return day_words(one, today=outlook.today, language=language)

    return HTMLResponse(
        _environment(language)
        .get_template(template)
        .render(
            path=visit.request.url.path,
            token=visit.token,
            said=visit.said,
            can_log_out=visit.can_log_out,
            owner=outlook.roster.owner.name,
            has_contacts=bool(outlook.roster.contacts),
            file=visit.keeper.workspace.path,
            today=outlook.today,
            full_day=language.full_day(outlook.today),
            as_of=local(outlook.now),
            problem=view.problem,
            is_behind=view.is_behind,
            local=local,
            day=day,
            moment=lambda at: f"{day(local(at).date())} {local(at):%H:%M}",
            **told,
        )
    )
