"""An address book: the people in a file that some other program wrote.

Four formats are read: the `Connections.csv` of LinkedIn, the CSV of Google Contacts, vCards (a file, or a
folder of them as vdirsyncer keeps), and any other CSV whose columns have names that are known or told.
Which one it is, the content says and not the name of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.spelling import did_you_mean
from netkeep_sync.core.text import shown
from netkeep_sync.errors import AddressBookError, Problem
from netkeep_sync.sources.book_text import MAX_BYTES, Telling, read_text
from netkeep_sync.sources.columns import Column, columns_of, has_names, people_in, plain
from netkeep_sync.sources.csv_table import HEADING_WITHIN, read_table
from netkeep_sync.sources.linkedin import LINKEDIN_COLUMNS, linkedin_heading
from netkeep_sync.sources.vcard import is_vcard, read_vcards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from netkeep_sync.core.acquaintance import Acquaintance
    from netkeep_sync.sources.csv_table import Row

__all__ = ["AddressBook", "Format", "parse_address_book", "read_address_book"]

_MAX_FILES = 10_000
_OTHERS = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "unpack it, or save it as CSV, and name that file"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", "save it as CSV, and name that file"),
    (b"%PDF", "a PDF", "export the people as CSV or vCard"),
    (b"<", "a page of the web", "download the file itself, and name that"),
)
"""How other files begin that people have at hand, what they are, and what to do."""


class Format(StrEnum):
    """What an address book is written as."""

    LINKEDIN = "linkedin"
    GOOGLE = "google"
    VCARD = "vcard"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """The people of a file in their order; `nameless` is how many entries name nobody.

    `problems` are what of the file could not be read, or was left out. There may be people nevertheless.
    `format` is None when it is none of these.
    """

    format: Format | None
    people: tuple[Acquaintance, ...] = ()
    nameless: int = 0
    problems: tuple[Problem, ...] = ()


def read_address_book(
    path: Path, *, wanted: Format | None = None, columns: Mapping[Column, str] | None = None
) -> AddressBook:
    """Read a file, or the .vcf files of a folder. Raises AddressBookError where that can't be opened."""
    try:
        if path.is_dir():
            return _folder(path)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise AddressBookError(f"there is no file {path}; {_which(path)}") from error
    except (OSError, ValueError) as error:
        words = f"{path} can't be read: {_why(error)}; name a file or a folder that you may read"
        raise AddressBookError(words) from error
    return parse_address_book(content, file=str(path), wanted=wanted, columns=columns)


def _which(path: Path) -> str:
    """Return what to name in place of a file that is not there: the one most like it, where there is one."""
    try:
        names = [one.name for one in path.parent.iterdir()]
    except OSError:
        return f"there is no folder {path.parent} either; name the file that your address book was saved as"
    if close := did_you_mean(path.name, names, at_most=len(names)):
        return f"did you mean {path.parent / close}?"
    return "name the file that your address book was saved as, a .csv or a .vcf, or a folder of .vcf files"


def _folder(path: Path) -> AddressBook:
    """Read the cards of a folder, which together may be as large as one file."""
    files = sorted(path.glob("*.vcf"))[: _MAX_FILES + 1]
    if not files and (path / "Connections.csv").is_file():
        raise AddressBookError(f"{path} is a folder; name {path / 'Connections.csv'}")
    if not files:
        raise AddressBookError(f"{path} holds no .vcf files; name a file, or a folder of vCards")
    if len(files) > _MAX_FILES:
        raise AddressBookError(f"{path} holds more than {_MAX_FILES} files; name a smaller folder")
    people: list[Acquaintance] = []
    problems: list[Problem] = []
    nameless, left = 0, MAX_BYTES
    for one in files:
        with one.open("rb") as file:
            content = file.read(left + 1)
        if len(content) > left:
            raise AddressBookError(
                f"{path} holds more than {MAX_BYTES // 1_000_000} MB; name a smaller folder"
            )
        left -= len(content)
        book = parse_address_book(content, file=str(one), wanted=Format.VCARD)
        people += book.people
        nameless += book.nameless
        problems += book.problems
    return AddressBook(
        format=Format.VCARD,
        people=tuple(people),
        nameless=nameless,
        problems=tuple(problems[:100]),
    )


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def parse_address_book(
    content: bytes,
    *,
    file: str,
    wanted: Format | None = None,
    columns: Mapping[Column, str] | None = None,
) -> AddressBook:
    """Read an address book from its bytes. `file` is its name in messages; `columns` are the headings of
    a CSV that says what its columns are in words of its own.
    """
    telling = Telling(file)
    for beginning, what, advice in _OTHERS:
        if content.startswith(beginning):
            telling.tell(1, f"this is {what}", advice)
            return AddressBook(format=None, problems=tuple(telling.problems))
    text = read_text(content, telling)
    people: list[Acquaintance] = []
    nameless = 0
    if not text.strip():
        if not telling.problems:
            telling.tell(1, "this file is empty", "export it again")
        found = None
    elif wanted is Format.VCARD or (wanted is None and is_vcard(text)):
        found = Format.VCARD
        people, nameless = read_vcards(text, telling)
        if not people and not nameless and not telling.problems:
            telling.tell(1, "there is no vCard in this file", 'one begins with "BEGIN:VCARD"')
    else:
        found, people, nameless = _table(text, telling, columns or {})
    return AddressBook(
        format=found,
        people=tuple(people),
        nameless=nameless,
        problems=tuple(telling.problems),
    )


def _table(
    text: str, telling: Telling, given: Mapping[Column, str]
) -> tuple[Format | None, list[Acquaintance], int]:
    """Return the format of a table, the people in it, and how many of its rows name nobody."""
    is_linkedin = False

    def find_heading(records: Sequence[Row]) -> tuple[int, int]:
        nonlocal is_linkedin
        if not given and (index := linkedin_heading(records)) is not None:
            is_linkedin = True
            return len(Column), index
        scores = [_known_columns(row, given) for row in records[:HEADING_WITHIN]]
        best = max(scores, default=0)
        return best, scores.index(best) if best else 0

    told = len(telling.problems)
    table = read_table(text, telling, find_heading=find_heading)
    if table is None:
        if len(telling.problems) == told:
            _tell_unknown(text, telling)
        return None, [], 0
    spelled = set(map(plain, table.heading))
    for column, heading in given.items():
        if plain(heading) not in spelled:
            names = ", ".join(shown(name) for name in table.heading[:20])
            telling.tell(
                table.line, f'there is no column "{shown(heading)}" for {column}', f"the columns are {names}"
            )
            return None, [], 0
    columns = LINKEDIN_COLUMNS if is_linkedin else columns_of(table.heading, given)
    people, nameless = people_in(table, columns, telling)
    if is_linkedin or Column.CONNECTED in columns:
        return Format.LINKEDIN, people, nameless
    return Format.GOOGLE if spelled & _GOOGLE else Format.CSV, people, nameless


_GOOGLE = {"email1value", "phone1value", "groupmembership"}
"""Headings that only Google Contacts has."""


def _known_columns(row: Row, given: Mapping[Column, str]) -> int:
    columns = columns_of(row.cells, given)
    return len(columns) if has_names(columns) else 0


def _tell_unknown(text: str, telling: Telling) -> None:
    """Tell that no heading is known, with the line that looks most like one."""
    lines = [*enumerate(text.split("\n", HEADING_WITHIN)[:HEADING_WITHIN], 1)]
    number, line = max(lines, key=lambda one: max(map(one[1].count, ",;\t|")))
    telling.tell(
        number,
        f"no column here is known to hold names: {shown(line)}",
        'write which one does, such as --map name="Full Name" --map email=Mail',
    )
