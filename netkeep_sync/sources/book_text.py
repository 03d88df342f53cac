"""The text of an address book: bytes of unknown origin in, clean lines out.

What programs write is UTF-8, Excel's "Unicode text" is UTF-16, and its plain CSV the alphabet of the
machine it ran on, of which Windows-1252 is the usual one. Text is cleaned once, here, so that a line is
a line for everybody who counts them.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from netkeep_sync.core.text import clean_text
from netkeep_sync.errors import Problem

__all__ = ["MAX_BYTES", "MAX_ENTRIES", "Telling", "read_text"]

MAX_BYTES = 32_000_000
"""An address book of 30 000 people has 5 MB; with a picture of each, it is no longer one to read here."""
MAX_ENTRIES = 30_000
"""LinkedIn allows no more connections. Whoever has more people than that will not pick some by hand."""
_MAX_PROBLEMS = 100
_MAX_LINES = 1_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before that of UTF-16, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Some that write vCards fold a line in the middle of a letter.
_FOLD = re.compile(rb"\r?\n[ \t]")


@dataclass(frozen=True, slots=True)
class Telling:
    """Keeps the problems of one file, of which no more than the first hundred are of use."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def tell(self, line: int, message: str, advice: str) -> None:
        """Add a problem with a line."""
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(Problem(file=self.file, line=line, column=1, message=message, advice=advice))

    def tell_too_many(self, line: int) -> None:
        """Tell that reading ends before this line."""
        self.tell(line, f"here ends what is read: {MAX_ENTRIES} entries", "export fewer people")


def read_text(content: bytes, telling: Telling) -> str:
    """Return the text of a file, empty when it is none or too much, which is told."""
    if len(content) > MAX_BYTES:
        telling.tell(
            1,
            f"this file is larger than {MAX_BYTES // 1_000_000} MB",
            "export fewer people, or without their pictures",
        )
        return ""
    text = clean_text(_decoded(content, telling))
    if text.count("\n") > _MAX_LINES:
        telling.tell(1, f"this file has more than {_MAX_LINES} lines", "export fewer people")
        return ""
    return text


def _decoded(content: bytes, telling: Telling) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _in(encoding, content[len(mark) :], telling)
    if encoding := _wide(content[:2000]):
        return _in(encoding, content, telling)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        index = error.start
    try:
        return _FOLD.sub(b"", content).decode()
    except UnicodeDecodeError:
        telling.tell(
            content.count(b"\n", 0, index) + 1,
            f"the byte 0x{content[index]:02X} is not UTF-8, so all of the file is read as Windows-1252",
            "if names look wrong, save it as UTF-8",
        )
    return content.decode("cp1252", errors="replace")


def _wide(start: bytes) -> str:
    """Return the kind of UTF-16 that bytes without a mark look like; empty for none."""
    zeros = start[0::2].count(0), start[1::2].count(0)
    if max(zeros) * 4 < len(start) or min(zeros) * 4 > max(zeros):
        return ""
    return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"


def _in(encoding: str, content: bytes, telling: Telling) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        telling.tell(1, f"some of this is not {encoding.upper()}, as its first bytes say", "save it as UTF-8")
        return content.decode(encoding, errors="replace")
