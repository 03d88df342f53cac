"""The characters of a YAML file: what of its bytes a reader sees, and where in the file that stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netkeep_sync.config.yaml_mistake import Mistake, Place
from netkeep_sync.core.text import ODD_SPACES, UNWANTED

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MAX_BYTES", "cleaned_with_origins", "decoded"]

MAX_BYTES = 2_000_000

# Dropped from bytes, where it costs nothing, however many there are; NUL is told.
_CONTROL_BYTES = bytes({*range(1, 0x20), 0x7F} - {*b"\t\n\v\f\r"})


def decoded(text: bytes | str) -> str | Mistake:
    """Return the text of a file, lines ended by newlines, without what YAML or a person cannot see; or why
    there is none.
    """
    data = text.encode(errors="ignore") if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        return Mistake(
            Place(1, 1), "the file is larger than 2 MB", "a roster is a few pages; is this the right file?"
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Mistake(Place(1, 1), "the file is in UTF-16", "save it as UTF-8")
    data = data.translate(None, delete=_CONTROL_BYTES).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if (index := data.find(b"\0")) >= 0:
        return Mistake(
            _place_at(data, index), "a NUL stands here, so this is no text file", "save it as UTF-8 text"
        )
    try:
        clean = data.decode()
    except UnicodeDecodeError as error:
        return Mistake(
            _place_at(data, error.start),
            f"the byte 0x{data[error.start]:02X} is not UTF-8",
            "save the file as UTF-8",
        )
    return clean if clean.isascii() else ODD_SPACES.sub(" ", UNWANTED.sub("", clean))


# All that `decoded` drops or replaces; what YAML forbids besides is told by then.
_CLEANED = re.compile(f"\r\n?|{ODD_SPACES.pattern}|{UNWANTED.pattern}")


def cleaned_with_origins(text: str) -> tuple[str, Sequence[int]]:
    """Return a text as its reader sees it, and for each of its characters, and its end, where that stands in
    the text itself. Only for texts in which nothing is wrong.
    """
    clean, origins, start = list[str](), list[int](), 0
    for found in _CLEANED.finditer(text):
        origins += range(start, found.start())
        stand_in = "\n" if found[0][0] == "\r" else " " if ODD_SPACES.match(found[0]) else ""
        clean += text[start : found.start()], stand_in
        origins += [found.start()] * len(stand_in)
        start = found.end()
    if not clean:
        return text, range(len(text) + 1)
    clean.append(text[start:])
    return "".join(clean), [*origins, *range(start, len(text) + 1)]


def _place_at(data: bytes, index: int) -> Place:
    """Return the place of a byte; columns count characters."""
    line_start = data.rfind(b"\n", 0, index) + 1
    column = len(data[line_start:index].decode(errors="replace")) + 1
    return Place(data.count(b"\n", 0, index) + 1, column)
