"""Permissions: whether the scopes of a token, and the account's role in a calendar, allow a method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.refusals import Refusal

if TYPE_CHECKING:
    from tests.fakes.accounts import Grant
    from tests.fakes.discovery import Method
    from tests.fakes.events import Calendar

_READING = ("get", "list", "instances", "query")


def check_scopes(grant: Grant, method: Method) -> None:
    """Refuse a method that none of the token's scopes is for."""
    if not grant.scopes & method.scopes:
        raise Refusal("insufficientPermissions")


def check_calendar(grant: Grant, method: Method, calendar: Calendar) -> None:
    """Refuse a calendar that the scopes do not reach, or in which the account may not write.

    `calendar.app.created` reaches the calendars that this client made, `calendar.events.owned` those that the
    account owns; any wider scope reaches all.
    """
    reaching = {
        scope
        for scope in grant.scopes & method.scopes
        if not (scope == "calendar.app.created" and calendar.made_by != grant.client_id)
        and not (scope.startswith("calendar.events.owned") and calendar.role != "owner")
        and scope != "calendar.events.public.readonly"
    }
    if not reaching:
        raise Refusal("insufficientPermissions")
    is_reading = method.name.rpartition(".")[2] in _READING
    if not is_reading and calendar.role not in {"owner", "writer"}:
        raise Refusal("requiredAccessLevel")
    if method.name.startswith("calendars.") and not is_reading and calendar.role != "owner":
        raise Refusal("forbidden")
