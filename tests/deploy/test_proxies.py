"""The reverse proxies, run as they stand but for their ports and names: nothing secret gets into what they
log, whether netkeep-sync answers or not, and what a request claims of its way is replaced.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import subprocess
import threading
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.deploy.tools import DEPLOY, found, ran

NAME = "checkins.example.com"
SECRET = "Zm9vYmFyYmF6cXV4cXV1eDEyMzQ1Njc4OTAxMjM0NTY3"  # noqa: S105  nobody's
SECRETS = [f"/feed/{SECRET}.ics", f"/a/{SECRET}", f"/%66eed/{SECRET}.json", f"/FEED/{SECRET}.ics?x={SECRET}"]
CLAIMS = {
    "Forwarded": "for=6.6.6.6;host=evil.example",
    "Remote-User": "evil",
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "Referer": f"https://{NAME}/a/{SECRET}",
}


class Upstream(BaseHTTPRequestHandler):
    """Stands where netkeep-sync does, and tells which headers reached it."""

    def do_GET(self):
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep quiet."""


class Proxy:
    """A running proxy: `ask` it, and read what it logged."""

    def __init__(self, port, *, upstream, tls, process, log):
        self._port, self.upstream, self._tls = port, upstream, tls
        self._process, self._log = process, log

    def ask(self, path, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        if self._tls:
            context = ssl._create_unverified_context()  # noqa: S323  the test made the certificate
            connection = http.client.HTTPSConnection("127.0.0.1", self._port, context=context, timeout=30)
        with closing(connection):
            connection.request("GET", path, headers={"Host": NAME, **dict(headers)})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=30)

    def logged(self):
        self.stop()
        return "\n".join(path.read_text() for path in self._log.iterdir())


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def upstream_on(port):
    server = ThreadingHTTPServer(("127.0.0.1", port), Upstream)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def replaced(text, *pairs):
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def certificate(folder):
    """Write a certificate of its own making, and return its files."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return chain, private


def nginx_command(folder, log, *, port, upstream):
    program = found("nginx", how="apt-get install nginx-light")
    chain, private = certificate(folder)
    site = replaced(
        (DEPLOY / "nginx.conf").read_text(encoding="utf-8"),
        ("    listen 80;\n    listen [::]:80;\n", f"    listen 127.0.0.1:{free_port()};\n"),
        (
            "    listen 443 ssl http2;\n    listen [::]:443 ssl http2;\n",
            f"    listen 127.0.0.1:{port} ssl http2;\n",
        ),
        (f"/etc/letsencrypt/live/{NAME}/fullchain.pem", str(chain)),
        (f"/etc/letsencrypt/live/{NAME}/privkey.pem", str(private)),
        ("/var/log/nginx", str(log)),
        ("127.0.0.1:8017", f"127.0.0.1:{upstream}"),
    )
    kept = "".join(
        f"{what}_temp_path {folder}/{what};\n"
        for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off;\nuser root;\npid {folder}/pid;\nerror_log {log}/error.log;\nevents {{}}\n"
        f"http {{\n{kept}{site}}}\n"
    )
    checked = ran(program, "-t", "-q", "-c", main)
    assert (checked.returncode, checked.stderr) == (0, "")
    return [program, "-c", str(main)]


def caddy_command(folder, log, *, port, upstream):
    program = found("caddy", how="apt-get install caddy")
    original = DEPLOY / "Caddyfile"
    checked = ran(program, "validate", "--adapter", "caddyfile", "--config", original)
    assert checked.returncode == 0, checked.stderr
    assert ran(program, "fmt", "--diff", original).returncode == 0
    copy = folder / "Caddyfile"
    copy.write_text(
        replaced(
            original.read_text(encoding="utf-8"),
            ("\tlog default {\n", f"\tadmin off\n\tlog default {{\n\t\toutput file {log}/caddy.log\n"),
            (f"\n{NAME} {{", f"\nhttp://{NAME}:{port} {{"),
            ("127.0.0.1:8017", f"127.0.0.1:{upstream}"),
        )
    )
    return [program, "run", "--adapter", "caddyfile", "--config", str(copy)]


@pytest.fixture(params=["nginx", "caddy"])
def proxy(request, tmp_path):
    log, port, upstream = tmp_path / "log", free_port(), free_port()
    log.mkdir()
    command = {"nginx": nginx_command, "caddy": caddy_command}[request.param](
        tmp_path, log, port=port, upstream=upstream
    )
    environ = {"HOME": str(tmp_path), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    with (log / "said").open("w") as said:
        process = subprocess.Popen(command, env=environ, stdout=said, stderr=said)
    running = Proxy(port, upstream=upstream, tls=request.param == "nginx", process=process, log=log)
    try:
        give_up_at = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < give_up_at, running.logged()
                time.sleep(0.05)
        yield running
    finally:
        running.stop()


def test_no_log_holds_a_secret_whether_there_is_an_answer_or_not(proxy):
    with upstream_on(proxy.upstream):
        answered = [proxy.ask(path, CLAIMS)[0] for path in SECRETS]
    alone = [proxy.ask(path, CLAIMS)[0] for path in SECRETS]
    logged = proxy.logged()

    assert set(answered) == {200}
    assert set(alone) == {502}
    assert logged
    assert SECRET not in logged


def test_what_a_request_claims_of_its_way_is_replaced(proxy):
    with upstream_on(proxy.upstream):
        status, body = proxy.ask("/", CLAIMS)
    arrived = json.loads(body)

    assert status == 200
    assert arrived["host"].partition(":")[0] == NAME
    assert arrived["x-forwarded-for"] == "127.0.0.1"
    assert arrived["x-forwarded-host"].partition(":")[0] == NAME
    assert arrived["x-forwarded-proto"] in {"http", "https"}
    assert not re.search(r"6\.6\.6\.6|evil|gopher", json.dumps(arrived))
