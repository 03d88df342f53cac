"""The sign-in to Google on the page of the calendars: how it is, how it is made, tried and ended.

A client of the type Desktop app, the only one that needs no address of its own at Google, has its answer
sent to the machine that the browser runs on (RFC 8252, 7.3). So the page offers it where it was asked for by
a name of this machine; elsewhere it tells the command, which takes a pasted answer.

What Google answers is believed from the session that asked, once, within a quarter of an hour, with the state
that was sent along; the code is worth nothing without the verifier that stays here (`google_consent.py`).
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from netkeep_sync.errors import NetkeepError, Refused, SettingsError, install_words
from netkeep_sync.service.google_sign_ins import needed_sign_ins
from netkeep_sync.targets import google_auth, google_consent, google_token
from netkeep_sync.web.arrival import is_asked_for_here
from netkeep_sync.web.guard import Said, kept_private, owners_visit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from starlette.requests import Request

    from netkeep_sync.service.google_sign_ins import NeededSignIn
    from netkeep_sync.targets.google_consent import Consent
    from netkeep_sync.targets.google_token import SignedIn
    from netkeep_sync.web.guard import Visit

__all__ = [
    "CALLBACK",
    "Consents",
    "ShownSignIn",
    "ask",
    "google_answers",
    "shown_sign_ins",
    "sign_out",
    "try_out",
]

_log = logging.getLogger(__name__)

CALLBACK = "/calendars/google/callback"
_PATIENCE_S = 15 * 60
_MOST_CONSENTS = 20


class Consents:
    """The consents that were asked for and not answered yet: one to a session, in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: dict[str, tuple[float, Path, Consent]] = {}
        self._lock = Lock()

    def keep(self, session: str, token_file: Path, consent: Consent) -> None:
        """Keep one, in place of what the session asked for before."""
        with self._lock:
            self._asked.pop(session, None)
            self._asked[session] = (self._clock() + _PATIENCE_S, token_file, consent)
            while len(self._asked) > _MOST_CONSENTS:
                del self._asked[next(iter(self._asked))]

    def address(self, session: str, token_file: Path) -> str:
        """Return where a session gives its consent for a token file, "" where it has asked for none."""
        with self._lock:
            ends_at, path, consent = self._asked.get(session, (0.0, None, None))
            return consent.address if consent and path == token_file and self._clock() < ends_at else ""

    def take(self, session: str) -> Consent | None:
        """Return what a session has asked for, which is answered once."""
        with self._lock:
            ends_at, _, consent = self._asked.pop(session, (0.0, None, None))
            return consent if self._clock() < ends_at else None


# -- how it is --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSignIn:
    """A sign-in as the page shows it. `found` is None where there is none, `problem` tells why one does not
    serve, and `address` is where the owner goes on to consent, empty until they have asked. With `command` it
    can't be made here.
    """

    needed: NeededSignIn
    found: SignedIn | None
    allowed: list[str]
    lacking: list[str]
    problem: str
    has_client: bool
    address: str
    command: str


def shown_sign_ins(visit: Visit) -> list[ShownSignIn]:
    """Return every sign-in that the roster needs. Google is not asked."""
    return [_shown(visit, one) for one in needed_sign_ins(visit.keeper.workspace.roster)]


def _shown(visit: Visit, needed: NeededSignIn) -> ShownSignIn:
    found, problem = _found(needed)
    if found and not problem:
        problem = _turned_away(visit, needed, found)
    has_client = needed.client_file.exists() or google_consent.client_in(needed.token_file) is not None
    is_here = is_asked_for_here(visit.request)
    scopes = found.scopes if found else ()
    return ShownSignIn(
        needed=needed,
        found=found,
        allowed=google_token.allowed(scopes, visit.language),
        lacking=google_token.allowed(google_token.missing_scopes(needed.scopes, scopes), visit.language)
        if found and not found.is_service_account
        else [],
        problem=problem,
        has_client=has_client,
        address=_consents(visit).address(visit.session, needed.token_file),
        command="" if is_here else google_token.connect_command(needed.token_file, needed.scopes),
    )


def _found(needed: NeededSignIn) -> tuple[SignedIn | None, str]:
    if not needed.token_file.exists():
        return None, ""
    try:
        return google_token.signed_in(needed.token_file), ""
    except NetkeepError as error:
        return None, str(error)


def _turned_away(visit: Visit, needed: NeededSignIn, found: SignedIn) -> str:
    """Return why Google did not let the last pass in, "" where it did, or the sign-in is newer than that."""
    last, pushed = visit.keeper.memory.last_pass(), visit.keeper.view.pushed
    if last is None or (found.made_at is not None and last.finished_at <= found.made_at):
        return ""
    passes = (pushed[name] for name in needed.targets if name in pushed)
    return next((one.failures[0] for one in passes if one.needs_sign_in and one.failures), "")


def _consents(visit: Visit) -> Consents:
    consents: Consents = visit.request.app.state.consents
    return consents


# -- what the owner does ----------------------------------------------------------------------------


def ask(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /calendars/google/ask`: prepare a consent, whose address the page then shows. A service account
    needs none, and is signed in at once.
    """
    _check_installed()
    needed = _needed(visit, form)
    if not is_asked_for_here(visit.request):
        again = google_token.connect_command(needed.token_file, needed.scopes)
        raise Refused(f"Google sends its answer to the machine that asks; run `{again}` where this is served")
    endpoints = google_auth.endpoints_from(visit.keeper.environ)
    match _client(needed):
        case google_consent.ServiceAccount() as robot:
            found = google_consent.keep_service_account(
                robot, needed.scopes, token_file=needed.token_file, now=datetime.now(UTC), endpoints=endpoints
            )
            return _told(visit, found)
        case desktop:
            consent = google_consent.Consent(
                desktop,
                needed.scopes,
                redirect_uri=f"{visit.origin}{CALLBACK}",
                token_file=needed.token_file,
                endpoints=endpoints,
            )
            _consents(visit).keep(visit.session, needed.token_file, consent)
            return visit.language.gettext("Google waits for your consent.")


def try_out(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /calendars/google/try`: have Google renew the sign-in, which it only does for one that works."""
    _check_installed()
    needed = _needed(visit, form)
    google_auth.credentials(
        needed.token_file,
        needed.scopes,
        endpoints=google_auth.endpoints_from(visit.keeper.environ),
        must_refresh=True,
    )
    return visit.language.gettext("It works: Google lets netkeep-sync in, for all that your file needs.")


def sign_out(visit: Visit, form: Mapping[str, str]) -> str:
    """`POST /calendars/google/sign-out`: end the sign-in, at Google and here."""
    _check_installed()
    needed = _needed(visit, form)
    if form.get("sure") != "yes":
        raise Refused("nothing is changed: tick the box to end the sign-in")
    endpoints = google_auth.endpoints_from(visit.keeper.environ)
    was_alive = google_auth.revoke(needed.token_file, endpoints=endpoints)
    _ = visit.language.gettext
    if was_alive:
        return _("The sign-in is ended, at Google and here. What is in your calendar stays as it is.")
    return _("The sign-in is ended here; Google had none to end. What is in your calendar stays as it is.")


async def google_answers(request: Request) -> Response:
    """`GET /calendars/google/callback`: Google sends the owner back with its answer, and they go on to the
    page of the calendars, which tells what came of it. The only page that does something when it is looked
    at, for so it is in OAuth: once, for the session that asked.
    """
    visit = owners_visit(request)
    if request.method == "HEAD":
        return kept_private(Response(), visit)
    words, is_refusal = await run_in_threadpool(_taken, visit)
    name = visit.sessions.say(Said(session=visit.session, words=words, is_refusal=is_refusal))
    return kept_private(RedirectResponse(f"/calendars?said={name}", status_code=303), visit)


def _taken(visit: Visit) -> tuple[str, bool]:
    """Take Google's answer; return what to tell, and whether it is a refusal."""
    consent = _consents(visit).take(visit.session)
    if consent is None:
        return "Google's answer came too late, or was taken already; begin again.", True
    try:
        code = consent.code_in(f"{consent.redirect_uri}?{visit.request.url.query}")
        return _told(visit, consent.redeem(code, now=datetime.now(UTC))), False
    except google_consent.WrongReply:
        return "That is not the answer to this sign-in; begin again.", True
    except NetkeepError as error:
        return str(error), True


def _told(visit: Visit, found: SignedIn) -> str:
    visit.keeper.make_due()
    _log.info("signed in to google is_service_account=%s", found.is_service_account)
    _ = visit.language.gettext
    who = found.account or _("somebody whose address Google does not tell")
    told = _("You are signed in to Google as {who}. A pass takes it up within seconds.").format(who=who)
    if found.ends_at is None:
        return told
    ends = _("Google ends this sign-in on {day}.").format(day=visit.language.full_day(found.ends_at.date()))
    return f"{told} {ends}"


def _client(needed: NeededSignIn) -> google_consent.DesktopClient | google_consent.ServiceAccount:
    """Return the client in the client file, else that of the sign-in to be renewed."""
    if not needed.client_file.exists() and (before := google_consent.client_in(needed.token_file)):
        return before
    return google_consent.read_client(needed.client_file)


def _needed(visit: Visit, form: Mapping[str, str]) -> NeededSignIn:
    """Return the sign-in that a form is about: one that the roster needs, and no other file."""
    for one in needed_sign_ins(visit.keeper.workspace.roster):
        if str(one.token_file) == form.get("token_file", ""):
            return one
    raise Refused("your file needs no such sign-in any more; load the page again")


def _check_installed() -> None:
    if find_spec("google_auth_oauthlib") is None:
        raise SettingsError(f"signing in to Google needs more than is installed; {install_words('google')}")
