"""The password of the pages: kept as a hash, in a file beside the key of the feeds, for its owner alone.

Argon2id with the parameters that RFC 9106 recommends for 64 MiB. There is one owner, and so no user name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netkeep_sync.core.text import clean_text
from netkeep_sync.errors import Refused, StoreError
from netkeep_sync.targets.secret_file import remove_secret, write_secret

if TYPE_CHECKING:
    from pathlib import Path

    from netkeep_sync.service.workspace import Workspace

__all__ = ["LEAST_LETTERS", "fits", "forget_password", "keep_password", "password_hash", "password_path"]

LEAST_LETTERS = 12
"""Length is what counts (NIST SP 800-63B, 3.1.1.2): no sort of letter is demanded."""

_MOST_LETTERS = 1000
_HASH = re.compile(r"\$argon2id\$[!-~]{20,400}")


def password_path(workspace: Workspace) -> Path:
    """Return where the hash is kept."""
    return workspace.state_path.with_name(f"{workspace.state_path.name}.password")


def keep_password(path: Path, text: str) -> None:
    """Replace the password. Raises Refused for one that is too short, and StoreError."""
    password = _plain(text)
    if len(password) < LEAST_LETTERS:
        raise Refused(
            f"a password has {LEAST_LETTERS} letters at least, and this one {len(password)}; "
            "three or four words do well"
        )
    if len(password) > _MOST_LETTERS:
        raise Refused(f"a password has {_MOST_LETTERS} letters at the most")
    from argon2 import PasswordHasher  # noqa: PLC0415  30 ms, for who sets one

    hashed = PasswordHasher().hash(password)
    try:
        write_secret(path, f"{hashed}\n".encode())
    except OSError as error:
        raise StoreError(f"the password can't be kept in {path}: {error.strerror}") from error


def forget_password(path: Path) -> bool:
    """Remove the password, and tell whether there was one. Raises StoreError."""
    try:
        remove_secret(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError(f"{path} can't be removed: {error.strerror}") from error
    return True


def password_hash(path: Path) -> str:
    """Return the hash, "" where no password was set. Raises StoreError for a file that holds something else:
    nobody gets in by damaging it.
    """
    try:
        found = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise StoreError(f"the password file {path} can't be read: {error.strerror}") from error
    except UnicodeError:
        found = ""
    if not _HASH.fullmatch(found):
        raise StoreError(f"{path} holds no password; run `netkeep-sync password` to set one")
    return found


def fits(hashed: str, text: str) -> bool:
    """Tell whether a text is the password. It costs as much for one that is not: 64 MiB and some 0.1 s."""
    from argon2 import PasswordHasher  # noqa: PLC0415  see above
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

    try:
        return PasswordHasher().verify(hashed, _plain(text)[: _MOST_LETTERS + 1])
    except (VerificationError, InvalidHashError):
        return False


def _plain(text: str) -> str:
    """Return a password as it is compared: a phone writes an accent as one letter, another as two."""
    return clean_text(text).strip()
