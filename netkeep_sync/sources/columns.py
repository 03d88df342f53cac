"""What the columns of a list of people are called, and the people in its rows.

Headings are compared without case, accents and punctuation: "E-mail Address" is "emailaddress". Google and
Outlook number theirs: "E-mail 1 - Value", "E-mail 2 Address".
"""

from __future__ import annotations

import re
from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING

from netkeep_sync.core.acquaintance import Acquaintance
from netkeep_sync.core.contact import slug
from netkeep_sync.sources.book_fields import (
    city_in,
    emails_in,
    is_formula,
    line_of,
    name_in,
    notes_in,
    phone_in,
    timezone_in,
    url_in,
)
from netkeep_sync.sources.written_days import is_day_first, written_day, written_milestone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netkeep_sync.sources.book_text import Telling
    from netkeep_sync.sources.csv_table import Row, Table

__all__ = ["Column", "columns_of", "has_names", "people_in", "plain"]


class Column(StrEnum):
    """What a column of a list tells of a person; the values are the words for `--map`."""

    NAME = "name"
    FIRST = "first"
    MIDDLE = "middle"
    LAST = "last"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    POSITION = "position"
    CITY = "city"
    TIMEZONE = "timezone"
    URL = "url"
    NOTES = "notes"
    BIRTHDAY = "birthday"
    CONNECTED = "connected"
    GROUP = "group"


# In English, then German, French, Spanish, Portuguese, Italian, Dutch, Polish and Turkish, as far as they
# differ. A word for the whole name that is that for a part of it elsewhere ("Name", "Nombre", "Nom") is
# told by what stands beside it.
_HEADINGS: dict[Column, str] = {
    Column.NAME: "name fullname displayname contactname contact person nom nome nombre naam isim adsoyad "
    "vollstandigername nomcomplet nombrecompleto nomecompleto imieinazwisko",
    Column.FIRST: "firstname givenname first forename vorname prenom primernombre primeironome voornaam imie "
    "ad",
    Column.MIDDLE: "middlename additionalname",
    Column.LAST: "lastname familyname surname last nachname familienname nomdefamille apellido apellidos "
    "sobrenome cognome achternaam nazwisko soyad soyadi",
    Column.EMAIL: "email emailaddress mail primaryemail workemail emailadresse mailadresse adresseemail "
    "adressemail courriel correo correoelectronico direcciondecorreoelectronico enderecodeemail "
    "indirizzoemail emailadres adresemail eposta epostaadresi",
    Column.PHONE: "phone phonenumber telephone mobile mobilephone primaryphone businessphone cell telefon "
    "telefonnummer handy mobil portable telefono movil telefone celular cellulare telefoon",
    Column.COMPANY: "company organization organisation organizationname employer currentcompany unternehmen "
    "firma entreprise societe empresa azienda societa bedrijf sirket",
    Column.POSITION: "position jobtitle title role organizationtitle currentposition stelle beruf funktion "
    "poste fonction cargo puesto posizione ruolo functie stanowisko pozisyon unvan",
    Column.CITY: "city businesscity homecity location town stadt ort ville ciudad cidade citta stad miasto "
    "sehir",
    Column.TIMEZONE: "timezone zeitzone",
    Column.URL: "url profileurl linkedinurl linkedin linkedinprofile profile website webpage",
    Column.NOTES: "notes note comment comments notizen notiz remarques notas anmerkung",
    Column.BIRTHDAY: "birthday birthdate dateofbirth geburtstag geburtsdatum anniversaire datedenaissance "
    "cumpleanos fechadenacimiento aniversario compleanno",
    Column.CONNECTED: "connectedon connected dateconnected connectiondate verbundenam vernetztam "
    "verbundenseit connectele conectadoel conectadoem collegatoil verbondenop",
    Column.GROUP: "labels label groups group groupmembership categories tags tag",
}
_COLUMN_BY_HEADING = {word: column for column, words in _HEADINGS.items() for word in words.split()}
_NUMBERED = (
    (re.compile(r"email\d+(?:value|address)"), Column.EMAIL),
    (re.compile(r"phone\d+value"), Column.PHONE),
    (re.compile(r"organization\d+name"), Column.COMPANY),
    (re.compile(r"organization\d+title"), Column.POSITION),
    (re.compile(r"address\d+city"), Column.CITY),
    (re.compile(r"website\d+value"), Column.URL),
)
_SEVERAL = " ::: "
"""What parts several values of one cell at Google."""


def plain(heading: str) -> str:
    """Return what spellings of a heading share."""
    return slug(heading[:100]).replace("-", "")


def _column(heading: str) -> Column | None:
    word = plain(heading)
    if found := _COLUMN_BY_HEADING.get(word):
        return found
    return next((column for pattern, column in _NUMBERED if pattern.fullmatch(word)), None)


def columns_of(heading: Sequence[str], given: Mapping[Column, str] | None = None) -> dict[Column, list[int]]:
    """Return where each column stands. What is `given`, column by heading, beats what headings say."""
    given = given or {}
    wanted = {plain(name): column for column, name in given.items()}
    found: dict[Column, list[int]] = defaultdict(list)
    for index, name in enumerate(heading):
        column = wanted.get(plain(name))
        if column is None and (column := _column(name)) in given:
            column = None
        if column is not None:
            found[column].append(index)
    if Column.NAME not in given and Column.NAME in found:
        if Column.FIRST in found and Column.LAST not in found:  # "Prénom, Nom"
            found[Column.LAST] = found.pop(Column.NAME)
        elif Column.LAST in found and Column.FIRST not in found:  # "Nombre, Apellidos"
            found[Column.FIRST] = found.pop(Column.NAME)
    return dict(found)


def has_names(columns: Iterable[Column]) -> bool:
    """Tell whether these columns name people."""
    return bool({Column.NAME, Column.FIRST, Column.LAST} & {*columns})


def people_in(
    table: Table, columns: Mapping[Column, Sequence[int]], telling: Telling
) -> tuple[list[Acquaintance], int]:
    """Return the people in a table, and how many of its rows name nobody."""
    connected = columns.get(Column.CONNECTED, ())
    day_first = is_day_first(row.cell(index) for index in connected for row in table.rows)
    read = (_person(row, columns, telling, day_first=day_first) for row in table.rows)
    people = [one for one in read if one is not None]
    return people, len(table.rows) - len(people)


def _person(
    row: Row, columns: Mapping[Column, Sequence[int]], telling: Telling, *, day_first: bool | None
) -> Acquaintance | None:
    def cells(column: Column) -> Iterator[str]:
        for index in columns.get(column, ()):
            if not (cell := row.cell(index).strip()):
                continue
            if is_formula(cell):
                telling.tell(row.line, f"the {column} is a formula of a spreadsheet", "it is left out")
                continue
            yield from cell.split(_SEVERAL)

    def line(column: Column) -> str:
        return line_of(next(cells(column), "")) if column in columns else ""

    whole = name_in(line(Column.NAME))
    name = whole or name_in(" ".join(filter(None, map(line, (Column.FIRST, Column.MIDDLE, Column.LAST)))))
    if not name:
        return None
    birthday = written_milestone(line(Column.BIRTHDAY), "birthday")
    return Acquaintance(
        name=name,
        file=telling.file,
        line=row.line,
        emails=emails_in(cells(Column.EMAIL)),
        phones=tuple(dict.fromkeys(filter(None, map(phone_in, cells(Column.PHONE))))),
        company=line(Column.COMPANY),
        position=line(Column.POSITION),
        city=city_in(line(Column.CITY)),
        timezone=timezone_in(line(Column.TIMEZONE)),
        url=next(filter(None, map(url_in, cells(Column.URL))), ""),
        notes=notes_in("\n".join(cells(Column.NOTES))),
        milestones=(birthday,) if birthday else (),
        connected_on=written_day(line(Column.CONNECTED), is_day_first=day_first),
        groups=tuple(group for cell in cells(Column.GROUP) if (group := line_of(cell.removeprefix("* ")))),
    )
