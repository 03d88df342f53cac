"""Answers of CalDAV servers that hold something back, or that nobody can read: nothing is gone by them."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from netkeep_sync.core.roster import CaldavCalendar
from netkeep_sync.errors import TargetError
from netkeep_sync.targets.caldav_account import remember_account, remember_calendar
from netkeep_sync.targets.caldav_link import CaldavLink
from tests.targets.dav_servers import PASSWORD

ITSELF = (
    "<D:response><D:href>/c/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/></D:resourcetype>"
    "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
)
AN_EVENT = (
    "<D:response><D:href>/c/a.ics</D:href><D:propstat><D:prop><D:getetag>1</D:getetag><D:resourcetype/>"
    "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
)


def told(*responses):
    return (
        '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
        f"{''.join(responses)}</D:multistatus>"
    )


def refused(status):
    return f"<D:response><D:href>/c/a.ics</D:href><D:status>HTTP/1.1 {status}</D:status></D:response>"


def held_back(status):
    return (
        "<D:response><D:href>/c/a.ics</D:href><D:propstat><D:prop><D:getetag>1</D:getetag></D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat><D:propstat><D:prop><C:calendar-data/></D:prop>"
        f"<D:status>HTTP/1.1 {status}</D:status></D:propstat></D:response>"
    )


class SaidBy(CaldavLink):
    """A link to a server that answers all that it is asked with one body."""

    body = ""

    def says(self, body):
        self.body = body


@pytest.fixture
def link(tmp_path):
    links: list[SaidBy] = []

    class Server(BaseHTTPRequestHandler):
        def do_PROPFIND(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            body = links[0].body.encode()
            self.send_response(207)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_REPORT(self):
            self.do_PROPFIND()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        file = tmp_path / "caldav.json"
        url = f"http://127.0.0.1:{server.server_port}/"
        wanted = CaldavCalendar(url=url, user="ana", calendar="Check-ins", account_file=str(file))
        remember_account(file, wanted, PASSWORD)
        remember_calendar(file, wanted, f"{url}c/")
        links.append(SaidBy(wanted))
        yield links[0]
        links[0].close()
        server.shutdown()


def test_a_listing_tells_of_the_calendar_and_what_is_in_it(link):
    link.says(told(ITSELF, AN_EVENT))
    assert link.etags() == {"/c/a.ics": "1"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><p>Please log in",
        "<html><body>Please log in</body></html>",
        told(),
        told(AN_EVENT),
        told(ITSELF, AN_EVENT, refused("507 Insufficient Storage")),
        told(ITSELF, AN_EVENT, refused("503 Service Unavailable")),
    ],
    ids=["nothing", "no XML", "another XML", "an empty list", "without itself", "507", "503 for one"],
)
def test_a_listing_that_may_not_be_whole_is_a_passing_failure(link, body):
    link.says(body)
    with pytest.raises(TargetError) as error:
        link.etags()
    assert not error.value.permanent


def test_what_the_server_says_is_gone_is_left_out(link):
    link.says(told(refused("404 Not Found")))
    assert link.fetch(["/c/a.ics"]) == {}


@pytest.mark.parametrize("answer", [refused, held_back])
@pytest.mark.parametrize("status", ["403 Forbidden", "500 Internal Server Error", "503 Service Unavailable"])
def test_what_the_server_holds_back_is_not_gone(link, answer, status):
    link.says(told(answer(status)))
    with pytest.raises(TargetError) as error:
        link.fetch(["/c/a.ics"])
    assert not error.value.permanent
