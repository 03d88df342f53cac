"""Feeds on the page of the calendars: another one, another address for one, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from netkeep_sync.core.feed import FeedMilestones
from netkeep_sync.core.roster import Show
from netkeep_sync.errors import Refused
from netkeep_sync.service.feed_request import check_feed_exists, check_may_be_revoked, request_feed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.core.feed import FeedSpec
    from netkeep_sync.web.guard import Visit

__all__ = ["add", "revoke", "rotate"]

_Kind = TypeVar("_Kind", Show, FeedMilestones)


def add(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /calendars/feeds/add`: offer another feed, of everybody or of one category."""
    view, category = visit.keeper.view, form.get("category", "")
    wanted = request_feed(
        view.outlook.roster,
        _specs(visit),
        form.get("name", ""),
        show=_choice(Show, form.get("show", "full")),
        categories=[category] if category else [],
        milestones=_choice(FeedMilestones, form.get("milestones", "without")),
    )
    visit.keeper.add_feed(wanted)
    told = visit.language.gettext("There is a feed {name} now; its address is below.")
    return told.format(name=wanted.name)


def rotate(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /calendars/feeds/rotate`: give a feed another address. The form names the generation that it saw,
    so that sent twice it does so once.
    """
    name = _sure(visit, form)
    [spec] = [one for one in _specs(visit) if one.name == name]
    if form.get("generation") == str(spec.generation):
        visit.keeper.rotate_feed(name)
    told = visit.language.gettext("The feed {name} has another address now; the one before is dead.")
    return told.format(name=name)


def revoke(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /calendars/feeds/revoke`: serve a feed no more."""
    name = _sure(visit, form)
    check_may_be_revoked(name)
    visit.keeper.revoke_feed(name)
    return visit.language.gettext("The feed {name} is no more.").format(name=name)


def _specs(visit: Visit) -> list[FeedSpec]:
    return [one.spec for one in visit.keeper.view.feeds]


def _sure(visit: Visit, form: Mapping[str, str]) -> str:
    """Return the name of the feed that is meant. Raises Refused and FeedError."""
    name = form.get("name", "")
    check_feed_exists(_specs(visit), name)
    if form.get("sure") != "yes":
        raise Refused("nothing is changed: tick the box first, for whoever has subscribed sees no more of it")
    return name


def _choice(kind: type[_Kind], words: str) -> _Kind:
    try:
        return kind(words)
    except ValueError as error:
        raise Refused(f'"{words}" is none of {", ".join(kind)}') from error
