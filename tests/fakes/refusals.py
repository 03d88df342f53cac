"""Refusals: Google's error answers, by their reason.

Status and text alone decide nothing (403 and 410 have several meanings): clients must look at
`error.errors[0].reason`. The texts are Google's where a public report has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """What Google says along with one reason."""

    status: int
    message: str
    domain: str = "global"
    location_type: str | None = None
    location: str | None = None


KINDS = {
    "badRequest": Kind(400, "Bad Request"),
    "invalid": Kind(400, "Invalid Value"),
    "required": Kind(400, "Required"),
    "syncTokenWithRequestRestrictions": Kind(
        400,
        "Sync token cannot be used with other request restrictions.",
        "calendar",
        "parameter",
        "syncToken",
    ),
    "timeRangeEmpty": Kind(400, "The specified time range is empty.", "calendar"),
    "timeRangeTooLong": Kind(400, "The requested time range is too long.", "calendar"),
    "authError": Kind(401, "Invalid Credentials", "global", "header", "Authorization"),
    "forbidden": Kind(403, "Forbidden"),
    "forbiddenForNonOrganizer": Kind(
        403, "Shared properties can only be changed by the organizer of the event.", "calendar"
    ),
    "insufficientPermissions": Kind(403, "Request had insufficient authentication scopes."),
    "quotaExceeded": Kind(403, "Calendar usage limits exceeded.", "usageLimits"),
    "rateLimitExceeded": Kind(403, "Rate Limit Exceeded", "usageLimits"),
    "requiredAccessLevel": Kind(403, "You need to have writer access to this calendar.", "calendar"),
    "userRateLimitExceeded": Kind(403, "User Rate Limit Exceeded", "usageLimits"),
    "notFound": Kind(404, "Not Found"),
    "duplicate": Kind(409, "The requested identifier already exists."),
    "deleted": Kind(410, "Resource has been deleted"),
    "fullSyncRequired": Kind(
        410, "Sync token is no longer valid, a full sync is required.", "calendar", "parameter", "syncToken"
    ),
    "updatedMinTooLongAgo": Kind(
        410,
        "The requested minimum modification time lies too far in the past.",
        "calendar",
        "parameter",
        "updatedMin",
    ),
    "conditionNotMet": Kind(412, "Precondition Failed", "global", "header", "If-Match"),
    "internalError": Kind(500, "Internal Error"),
    "backendError": Kind(503, "Backend Error"),
}

USUAL_REASONS = {
    400: "badRequest",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "duplicate",
    410: "deleted",
    412: "conditionNotMet",
    429: "rateLimitExceeded",
    500: "internalError",
}


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, reason: str, message: str | None = None, *, status: int | None = None) -> None:
        kind = KINDS.get(reason) or Kind(status or 400, reason)
        super().__init__(reason)
        self.reason = reason
        self.status = status or kind.status
        self.message = message or kind.message
        self._kind = kind

    def body(self) -> dict[str, Any]:
        """Return the answer's JSON."""
        error: dict[str, Any] = {"domain": self._kind.domain, "reason": self.reason, "message": self.message}
        if self._kind.location:
            error |= {"locationType": self._kind.location_type, "location": self._kind.location}
        whole: dict[str, Any] = {"errors": [error], "code": self.status, "message": self.message}
        if self.reason == "insufficientPermissions":  # the one error that comes in the newer form as well
            error["message"] = "Insufficient Permission"
            whole["status"] = "PERMISSION_DENIED"
            whole["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                    "domain": "googleapis.com",
                }
            ]
        return {"error": whole}


def usual_reason(status: int) -> str:
    """Return the reason that Google gives with a status when there is no better one."""
    return USUAL_REASONS.get(status, "backendError")
