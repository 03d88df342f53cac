"""The messages that stand in code and templates, and the catalogues that hold them.

After a change of any message: `python -m tests.languages.catalogues` brings every `.po` up to date, and makes
its `.mo` of it. What is new there stands without a translation, which the tests tell.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import netkeep_sync
from netkeep_sync.config.languages import DOMAIN, LOCALE

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(netkeep_sync.__file__).parent
CODES = sorted(path.name for path in LOCALE.iterdir())

_METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
_OPTIONS = {"**/templates/**.html": {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}}
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "to_translate": None,
    "phrase": None,
    "phrases": (1, 2),
}

_NOISE = re.compile(
    rb'^"(?:Project-Id|Report-|POT-|PO-Rev|Last-Tr|Language-Team|Generated-By)[^\n]*\n', re.MULTILINE
)


def messages() -> Catalog:
    """Return all that is to be translated, with the files it stands in."""
    found = Catalog(project="netkeep-sync", charset="utf-8")
    for file, _line, message, comments, context in _extracted():
        found.add(message, None, [(f"netkeep_sync/{file}", None)], (), comments, context=context)  # type: ignore[arg-type,list-item]
    return found


def _extracted() -> Iterator[tuple[str, int, object, list[str], str | None]]:
    found = extract_from_dir(HOME, _METHODS, _OPTIONS, _KEYWORDS, comment_tags=["Translators:"])
    yield from sorted(found, key=lambda one: (one[0], one[1]))


def source(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def compiled(code: str) -> Path:
    return source(code).with_suffix(".mo")


def catalogue(code: str) -> Catalog:
    with source(code).open("rb") as file:
        found = read_po(file, locale=code, domain=DOMAIN)
    found.creation_date = found.revision_date = datetime(2026, 1, 1, tzinfo=UTC)  # the bytes tell no time
    return found


def compile_catalogue(code: str) -> bytes:
    """Return the bytes of the `.mo` file that belongs to the `.po` file."""
    written = io.BytesIO()
    write_mo(written, catalogue(code))
    return written.getvalue()


def renew(code: str) -> None:
    """Bring the `.po` of a language up to date, and its `.mo` with it."""
    here = catalogue(code)
    here.update(messages(), no_fuzzy_matching=True)
    here.obsolete.clear()
    written = io.BytesIO()
    write_po(written, here, width=100, sort_by_file=True)
    source(code).write_bytes(_NOISE.sub(b"", written.getvalue()))
    compiled(code).write_bytes(compile_catalogue(code))


if __name__ == "__main__":
    for each in CODES:
        renew(each)
