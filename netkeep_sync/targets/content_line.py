r"""The content line of iCalendar (RFC 5545, 3.1): text fit for one, folding, the check of what leaves.

Names and notes come from address books and colleagues, and one bad line makes Google or Home Assistant
drop a whole calendar. So text is cleaned where it enters the program, again here where the icalendar
package (7.3) lets something through, and the bytes are checked last, by code that trusts neither. The
check is no `assert`, which `python -O` would take away; that is what happens to icalendar's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icalendar import vText
from icalendar.parser import Contentline

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BadLine", "Text", "check_bytes", "clean_text", "fold"]

_MAX_OCTETS = 75

_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")
_BARE_BREAK = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_NAME = re.compile(rb"([A-Z-]+)[:;]")

_WRITTEN = frozenset(
    b"""
    BEGIN END VERSION PRODID CALSCALE X-WR-CALNAME NAME X-WR-TIMEZONE REFRESH-INTERVAL X-PUBLISHED-TTL
    TZID TZNAME TZOFFSETFROM TZOFFSETTO RDATE
    DTSTART DTEND RRULE EXDATE RECURRENCE-ID UID DTSTAMP LAST-MODIFIED SEQUENCE
    SUMMARY DESCRIPTION LOCATION CATEGORIES CLASS STATUS TRANSP X-MICROSOFT-CDO-BUSYSTATUS
    ACTION TRIGGER
    """.split()
)
_ALARM = re.compile(rb"ACTION:DISPLAY|TRIGGER:-PT[0-9]{1,5}M")
"""An alarm shows a few words some minutes before. It sends no mail, and starts nothing."""


class BadLine(ValueError):
    """A line that would spoil the calendar it stands in."""


class Text(vText):
    r"""A TEXT value that is safe to write, whatever it holds.

    icalendar lets control characters, NEL and U+2028 through, which readers that use `str.splitlines()`
    take for new lines; it stops at a lone surrogate, and turns the `\N` of `C:\New` into a newline.
    """

    __slots__ = ()

    def to_ical(self) -> bytes:
        """Return the value, cleaned and escaped."""
        text = clean_text(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return text.replace("\n", "\\n").encode()


def clean_text(text: str) -> str:
    """Return text in which all that may end a line is a newline, and nothing else does not print."""
    return _UNPRINTABLE.sub("", _BREAK.sub("\n", text))


def fold(lines: Iterable[str]) -> str:
    """Return content lines with their line ends, folded."""
    folded: bytes = b"".join(Contentline(line).to_ical() + b"\r\n" for line in lines)  # type: ignore[no-untyped-call]
    return folded.decode()


def check_bytes(data: bytes) -> None:
    """Raise BadLine unless `data` is whole components in lines that this program writes."""
    if not data.endswith(b"\r\n"):
        raise BadLine("the last line has no end")
    if _BARE_BREAK.search(data):
        raise BadLine("a line ends in something else than CRLF")
    if found := _CONTROL.search(data):
        raise BadLine(f"a line holds the control character {found[0]!r}")
    opened: list[bytes] = []
    for line in data[:-2].split(b"\r\n"):
        _check_line(line)
        if line.startswith(b"BEGIN:"):
            opened.append(line[6:])
        elif line.startswith(b"END:") and (not opened or opened.pop() != line[4:]):
            raise BadLine(f"{line!r} ends what did not begin")
    if opened:
        raise BadLine(f"{opened[-1]!r} does not end")


def _check_line(line: bytes) -> None:
    if len(line) > _MAX_OCTETS:
        raise BadLine(f"a line has {len(line)} octets, more than {_MAX_OCTETS}")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise BadLine("a line is no UTF-8, or is folded inside a character") from error
    if line.startswith(b" "):
        return
    name = _NAME.match(line)
    if name is None or name[1] not in _WRITTEN:
        # Injected text shows as a property that nothing here writes: ATTENDEE, ATTACH, DURATION.
        raise BadLine(f"a line begins with {line[:20]!r}")
    if name[1] in (b"ACTION", b"TRIGGER") and not _ALARM.fullmatch(line):
        raise BadLine(f"an alarm says {line[:40]!r}")
