"""The languages of calendars and pages, read from the catalogues in `locale/`.

A catalogue is a `.po` file, the source, and the `.mo` file beside it, which is made of it and kept with it:
so the program runs from a checkout as it is, and needs no library for it.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from netkeep_sync.core.language import ENGLISH, Language

__all__ = ["DOMAIN", "LOCALE", "language_of"]

DOMAIN = "netkeep_sync"
LOCALE = Path(__file__).parent.parent / "locale"


@cache
def language_of(code: str) -> Language:
    """Return the language of that code, which must be one that the roster may name."""
    if code == ENGLISH.code:
        return ENGLISH
    return Language(code=code, catalogue=gettext.translation(DOMAIN, LOCALE, languages=[code]))
