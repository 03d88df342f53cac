"""Real CalDAV servers for the tests: Radicale and Xandikos, each in a process of its own on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PASSWORD", "USER", "DavServer", "start_radicale", "start_xandikos"]

USER, PASSWORD = "ana", "open sesame"

_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class DavServer:
    """A server at `url`; who signs in is `user`, "" where nobody has to."""

    url: str
    user: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def start_radicale(folder: Path) -> DavServer:
    """Start Radicale with one user and their password."""
    port = _free_port()
    users = folder / "users"
    users.write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
    options = {
        "server-hosts": f"127.0.0.1:{port}",
        "storage-filesystem-folder": str(folder / "radicale"),
        "auth-type": "htpasswd",
        "auth-htpasswd-filename": str(users),
        "auth-htpasswd-encryption": "plain",
        "auth-delay": "0",
        "logging-level": "error",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return _started([sys.executable, "-m", "radicale", *words], port, user=USER, folder=folder)


def start_xandikos(folder: Path) -> DavServer:
    """Start Xandikos, which lets everybody in."""
    port = _free_port()
    words = ["-d", str(folder / "xandikos"), "-l", "127.0.0.1", "--port", str(port), "--defaults"]
    principal = ["--current-user-principal", f"/{USER}/"]
    command = [sys.executable, "-m", "xandikos", "serve", *words, *principal]
    return _started(command, port, user="", folder=folder)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def _started(command: list[str], port: int, *, user: str, folder: Path) -> DavServer:
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/"
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
            continue
        break
    else:
        process.kill()
        raise AssertionError((folder / f"{port}.log").read_text(encoding="utf-8", errors="replace"))
    return DavServer(url=url, user=user, process=process)
