"""`connect`: sign in to a calendar system, see what the sign-in is worth, end it."""

from __future__ import annotations

import socket
import sys
import threading
import webbrowser
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from queue import Empty, SimpleQueue
from socketserver import ThreadingTCPServer
from typing import TYPE_CHECKING, Any

import click

from netkeep_sync.cli.connect_caldav import caldav
from netkeep_sync.cli.session import Session, common_options
from netkeep_sync.core.words import count
from netkeep_sync.errors import AuthLost, NetkeepError, SettingsError, TargetError, install_words
from netkeep_sync.targets import google_auth, google_consent, google_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netkeep_sync.core.roster import GoogleCalendar
    from netkeep_sync.service.workspace import Workspace
    from netkeep_sync.targets.google_auth import Endpoints
    from netkeep_sync.targets.google_consent import Consent, DesktopClient, ServiceAccount
    from netkeep_sync.targets.google_token import SignedIn

__all__ = ["connect", "google"]

_PATIENCE_S = 15 * 60
_PAGE = """<!doctype html><meta charset=utf-8><title>netkeep-sync</title><p>{words}</p>"""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}
_UNVERIFIED = """\
Google warns of an app that it has not verified: that is your own client. Click "Advanced", then "Go to …".
   Then allow everything that it asks for."""


@click.group()
def connect() -> None:
    """Sign in to a calendar system."""


connect.add_command(caldav)


@connect.command()
@click.option(
    "--client-file", type=click.Path(path_type=Path), help="Your client, as Google's console gives it."
)
@click.option("--token-file", type=click.Path(path_type=Path), help="Where the sign-in is kept.")
@click.option("--busy", is_flag=True, help="Also ask to see when you are busy.")
@click.option("--existing-calendar", is_flag=True, help="Write to a calendar you have, and make none.")
@click.option("--no-browser", is_flag=True, help="The browser is on another machine: paste what it shows.")
@click.option("--status", is_flag=True, help="Tell who is signed in, and whether it still works.")
@click.option("--revoke", is_flag=True, help="End the sign-in, at Google and here.")
@common_options
@click.pass_obj
def google(
    session: Session,
    *,
    client_file: Path | None,
    token_file: Path | None,
    busy: bool,
    existing_calendar: bool,
    no_browser: bool,
    status: bool,
    revoke: bool,
) -> None:
    """Sign in to Google Calendar, with a client of your own.

    README, "Google Calendar", tells how to make the client in five minutes. Files that neither an option nor
    the roster names are looked for in your config folder: google-client.json and google-token.json. Nothing
    in your calendar is touched.
    """
    _check_installed()
    endpoints = google_auth.endpoints_from(session.environ)
    workspace = _workspace(session)
    kept = _token_file(token_file, workspace)
    if status and revoke:
        raise click.UsageError("--status and --revoke exclude each other")
    if status:
        _show_status(kept, endpoints)
    elif revoke:
        _revoke(kept, endpoints)
    else:
        scopes = google_token.needed_scopes(busy=busy, existing_calendar=existing_calendar)
        match _client(client_file or _named(workspace, "client_file"), kept):
            case google_consent.ServiceAccount() as robot:
                found = google_consent.keep_service_account(
                    robot, scopes, token_file=kept, now=datetime.now(UTC), endpoints=endpoints
                )
            case desktop:
                consent = _Ask(desktop, scopes, token_file=kept, endpoints=endpoints)
                is_elsewhere = no_browser or _browser_is_elsewhere(session.environ)
                found = consent.by_pasting() if is_elsewhere else consent.by_browser()
        _tell(found, kept)
        _tell_next(found, kept, workspace)


def _check_installed() -> None:
    try:
        import google.auth  # noqa: F401, PLC0415  30 ms, not for --help
    except ImportError as error:
        raise SettingsError(
            f"signing in to Google needs more than is installed; {install_words('google')}"
        ) from error


def _workspace(session: Session) -> Workspace | None:
    """Return the roster's, to see what it needs the sign-in for; None where there is none, or it is wrong."""
    with suppress(NetkeepError):
        return session.open()
    return None


def _calendars(workspace: Workspace | None) -> list[GoogleCalendar]:
    from netkeep_sync.core.roster import GoogleCalendar  # noqa: PLC0415  not for --help

    calendars = workspace.roster.calendars if workspace else ()
    return [one for one in calendars if isinstance(one, GoogleCalendar)]


def _named(workspace: Workspace | None, key: str) -> Path | None:
    """Return the file that all calendars at Google have under a key of the roster."""
    named = {getattr(one, key) for one in _calendars(workspace)}
    return Path(*named) if len(named) == 1 and "" not in named else None


def _token_file(given: Path | None, workspace: Workspace | None) -> Path:
    path = given or _named(workspace, "token_file") or google_token.default_token_file()
    return path.expanduser().absolute()


def _client(client_file: Path | None, token_file: Path) -> DesktopClient | ServiceAccount:
    """Return the client that is named, else the usual one, else that of the sign-in to be renewed."""
    path = client_file.expanduser() if client_file else google_token.default_client_file()
    before = None if client_file or path.exists() else google_consent.client_in(token_file)
    return before or google_consent.read_client(path)


def _browser_is_elsewhere(environ: Mapping[str, str]) -> bool:
    """Tell whether a browser that is started here would not be seen, or would fill the terminal."""
    if "SSH_CONNECTION" in environ or "SSH_TTY" in environ:
        return True
    has_screen = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") or environ.get("BROWSER")
    return sys.platform.startswith("linux") and not has_screen


class _Ask:
    """Asks the owner for consent, in one of two ways."""

    def __init__(
        self, client: DesktopClient, scopes: tuple[str, ...], *, token_file: Path, endpoints: Endpoints
    ) -> None:
        self._client = client
        self._scopes = scopes
        self._token_file = token_file
        self._endpoints = endpoints

    def _consent(self, port: int) -> Consent:
        return google_consent.Consent(
            self._client,
            self._scopes,
            redirect_uri=f"http://127.0.0.1:{port}/",
            token_file=self._token_file,
            endpoints=self._endpoints,
        )

    def by_browser(self) -> SignedIn:
        """Open a browser here, and wait for it to bring Google's answer."""
        with _Listener() as listener:
            consent = listener.consent = self._consent(listener.port)
            click.echo(
                "A browser should open. If none does, open this address on this machine:\n\n"
                f"  {consent.address}\n\n   {_UNVERIFIED}\n\nWaiting for Google's answer; stop with Ctrl-C. "
                "If the browser is on another machine, use --no-browser.",
                err=True,
            )
            # Some browsers return only when they are closed, and they wait for our page meanwhile.
            threading.Thread(target=webbrowser.open, args=[consent.address], daemon=True).start()
            code = listener.wait()
        return consent.redeem(code, now=datetime.now(UTC))

    def by_pasting(self) -> SignedIn:
        """Print the address, and take that of the page that the browser can't load."""
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))  # held and never listened at: nobody on this machine gets the code
            consent = self._consent(held.getsockname()[1])
            click.echo(
                f"1. Open this address in a browser, on any machine:\n\n  {consent.address}\n\n"
                f"2. {_UNVERIFIED}\n"
                "3. The browser ends at a page that can't be loaded. That is right: copy the whole\n"
                f"   address of that page, which begins with {consent.redirect_uri}, and paste it here.\n",
                err=True,
            )
            code = self._pasted(consent)
        return consent.redeem(code, now=datetime.now(UTC))

    def _pasted(self, consent: Consent) -> str:
        while True:
            click.echo("Address: ", err=True, nl=False)
            line = sys.stdin.readline()
            if not line:
                again = google_token.connect_command(self._token_file, self._scopes)
                click.echo(err=True)
                raise AuthLost(
                    f"no address was pasted, so nothing was signed in; run `{again}` in a terminal"
                )
            try:
                return consent.code_in(line)
            except google_consent.WrongReply as error:
                click.echo(f"{error}.", err=True)


class _Listener(ThreadingTCPServer):
    """Waits on this machine for the browser to bring Google's answer; whatever else comes is turned away.

    Each connection has a thread: browsers open spare ones that say nothing for minutes.
    """

    allow_reuse_address = False
    daemon_threads = True
    consent: Consent

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.outcomes: SimpleQueue[str | AuthLost] = SimpleQueue()
        self.port: int = self.server_address[1]

    def wait(self) -> str:
        """Return the code that the browser brings. Raises AuthLost when it brings a no, or nothing."""
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()
        try:
            outcome = self.outcomes.get(timeout=_PATIENCE_S)
        except Empty:
            raise AuthLost(
                "Google's answer did not come within 15 minutes; run the command again, "
                "with --no-browser if the browser is on another machine"
            ) from None
        finally:
            self.shutdown()
        if isinstance(outcome, AuthLost):
            raise outcome
        return outcome

    def handle_error(self, *_: Any) -> None:
        """Say nothing of a browser that hangs up."""


class _Visit(BaseHTTPRequestHandler):
    """One request. Its address holds the code, so nothing of it is logged or shown."""

    timeout = 30
    server: _Listener

    def do_GET(self) -> None:
        consent = self.server.consent
        outcome: str | AuthLost
        try:
            outcome = consent.code_in(consent.redirect_uri.rstrip("/") + self.path)
        except google_consent.WrongReply:
            self._show(404, "This is not the answer that netkeep-sync waits for.")
            return
        except AuthLost as refused:
            outcome = refused
        self._show(200, "netkeep-sync has Google's answer. Close this window, and go on in the terminal.")
        self.server.outcomes.put(outcome)

    def _show(self, status: int, words: str) -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(_PAGE.format(words=words).encode())

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def version_string(self) -> str:
        return "netkeep-sync"


def _tell(found: SignedIn, token_file: Path) -> None:
    click.echo(f"signed in to Google as {_who(found)}")
    click.echo(f"wrote {token_file}, which only you can read")
    if found.is_service_account:
        click.echo(
            f"note: {found.account} sees only calendars that are shared with it, and nobody sees what it "
            'makes. Share a calendar with it ("Make changes to events"), and use --existing-calendar',
            err=True,
        )
    if found.ends_at is not None:
        click.echo(
            f"note: Google ends this sign-in on {_when(found.ends_at)}.\n{google_auth.PUBLISH}", err=True
        )


def _tell_next(found: SignedIn, token_file: Path, workspace: Workspace | None) -> None:
    """Say what to do with the sign-in."""
    default = google_token.default_token_file()
    calendars = [
        one for one in _calendars(workspace) if Path(one.token_file or default).absolute() == token_file
    ]
    reads_busy = workspace is not None and "google" in workspace.roster.busy
    if workspace is None or not (calendars or reads_busy):
        setting = "google" if token_file == default else f"google: {{token_file: {token_file}}}"
        where = workspace.path if workspace else "your roster"
        click.echo(
            f'next: write "- {setting}" below "calendars:" in {where}, and run `netkeep-sync sync`', err=True
        )
        return
    needed = google_token.needed_scopes(
        busy=reads_busy, existing_calendar=any(one.calendar_id for one in calendars)
    )
    if not found.is_service_account and google_token.missing_scopes(needed, found.scopes):
        again = google_token.connect_command(token_file, needed)
        click.echo(f"note: for what {workspace.path} names, sign in once more: `{again}`", err=True)
        return
    click.echo("next: run `netkeep-sync sync`; with --dry-run it only shows what it would do", err=True)


def _who(found: SignedIn) -> str:
    return found.account or "somebody whose address Google does not tell"


def _when(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _show_status(token_file: Path, endpoints: Endpoints) -> None:
    """Print what the sign-in is worth, by trying it. Raises AuthLost when it is worth nothing."""
    found = google_token.signed_in(token_file)
    kind = "service account" if found.is_service_account else "account"
    _line(kind, _who(found))
    _line("kept in", str(token_file))
    if found.made_at is not None:
        days = (datetime.now(UTC) - found.made_at).days
        _line("made", f"{_when(found.made_at)}, {count(days, 'day')} ago" if days else _when(found.made_at))
    if found.ends_at is not None:
        _line("ends", f"{_when(found.ends_at)}: the project of the client is in Testing")
    for words in google_token.allowed(found.scopes):
        _line("may", words)
    try:
        google_auth.credentials(token_file, found.scopes, endpoints=endpoints, must_refresh=True)
    except AuthLost as error:
        _line("works", "no")
        if error.advice:
            click.echo(f"\n{error.advice}\n")
        raise
    except TargetError:
        _line("works", "not known")
        raise
    _line("works", "yes")
    if found.ends_at is not None:
        click.echo(f"\n{google_auth.PUBLISH}")


def _line(label: str, words: str) -> None:
    click.echo(f"{label + ':':<10}{words}")


def _revoke(token_file: Path, endpoints: Endpoints) -> None:
    was_there = token_file.exists()
    was_alive = google_auth.revoke(token_file, endpoints=endpoints)
    if not was_there:
        click.echo("nobody is signed in to Google; there was nothing to end")
        return
    click.echo("ended the sign-in at Google" if was_alive else "Google had no sign-in to end")
    click.echo(f"removed {token_file}; what is in your calendar stays as it is")
