"""The files that open something, and who may read them: keys, the password, sign-ins to Google."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from netkeep_sync.errors import NetkeepError
from netkeep_sync.service.doctor.finding import ok, problem
from netkeep_sync.service.google_sign_ins import needed_sign_ins
from netkeep_sync.service.password import password_hash, password_path
from netkeep_sync.targets.secret_file import is_exposed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netkeep_sync.service.doctor.finding import Finding
    from netkeep_sync.service.workspace import Workspace

__all__ = ["check_secrets"]

_KEY_BYTES = 32


def check_secrets(workspace: Workspace) -> Iterator[Finding]:
    """Yield whether each file is what it should be, and its owner's alone."""
    key = workspace.state_path.with_name(f"{workspace.state_path.name}.key")
    if not key.exists():
        yield ok("key file", "there is none yet; the first `serve` or `feed` makes it")
    elif key.stat().st_size != _KEY_BYTES:
        advice = "remove it, and a new one is made (feed addresses change)"
        yield problem("key file", f"{key} holds no key", advice)
    else:
        yield _secret("key file", key)
    yield from _password_file(password_path(workspace))
    sign_ins = needed_sign_ins(workspace.roster)
    for one in sign_ins:
        if one.token_file.exists():
            yield _secret("token file", one.token_file)
    for path in dict.fromkeys(one.client_file for one in sign_ins):
        if path.exists():
            yield _secret("client file", path)


def _password_file(path: Path) -> Iterator[Finding]:
    if not path.exists():
        return
    try:
        password_hash(path)
    except NetkeepError as error:
        yield problem("password", f"the pages are closed: {error}", "run `netkeep-sync password`")
    else:
        yield _secret("password file", path)


def _secret(about: str, path: Path) -> Finding:
    try:
        if not is_exposed(path):
            return ok(about, f"{path} is readable by you alone")
    except OSError as error:
        return problem(about, f"{path} can't be read: {error.strerror}", "make it yours")
    mode = stat.S_IMODE(path.stat().st_mode)
    return problem(about, f"{path} can be read by others (mode {mode:o})", f"run `chmod 600 {path}`")
