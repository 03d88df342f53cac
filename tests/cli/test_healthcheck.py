"""`healthcheck` where something else answers; against the real one it is tried in `test_serve.py`."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest


class Unwell(BaseHTTPRequestHandler):
    """Answers every request with a failure."""

    def do_GET(self):
        self.send_response(500)
        self.end_headers()

    def log_message(self, *_):
        """Keep quiet."""


class Garbled(Unwell):
    """Answers with what is no HTTP."""

    def do_GET(self):
        self.wfile.write(b"220 welcome\r\n")


@pytest.mark.parametrize(("kind", "told"), [(Unwell, "not well (500)"), (Garbled, "no `netkeep-sync serve`")])
def test_what_is_not_well_fails_in_words(world, kind, told):
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    result = world.run("healthcheck", "--port", server.server_port)
    thread.join()
    server.server_close()

    assert result.status == 1
    assert told in result.err
