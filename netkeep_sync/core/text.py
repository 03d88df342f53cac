"""Text of unknown origin, made harmless: no controls, no invisible traps, one normal form."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["ODD_SPACES", "UNWANTED", "clean_line", "clean_text", "shown"]

# What has no place in a name or a note: C0 and C1 controls, bidi controls (they can make a text read
# backwards), zero-width spaces and byte order marks, lone surrogates, noncharacters.
UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]+"
)
_BREAKS = re.compile("\r\n?")
# str.splitlines() and some calendar readers break lines at these; people mean a space.
ODD_SPACES = re.compile("[\x0b\x0c\x85\u2028\u2029]")


def clean_text(text: str) -> str:
    """Return `text` in NFC, its line ends as newlines, without controls and other invisible traps."""
    if text.isascii() and text.isprintable():
        return text
    text = _BREAKS.sub("\n", UNWANTED.sub("", text))
    return unicodedata.normalize("NFC", ODD_SPACES.sub(" ", text))


def clean_line(text: str) -> str:
    """Return `text` cleaned and in one line, with single spaces."""
    return " ".join(clean_text(text).split())


def shown(value: object) -> str:
    """Return a value as messages quote it: in one line, and not longer than one cares to read."""
    line = clean_line(str(value))
    return line if len(line) <= 60 else line[:57] + "..."
