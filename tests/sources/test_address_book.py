"""Address books in the formats in which people get them, and in those in which they should never."""

import codecs
import os
import unicodedata
import warnings
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netkeep_sync.core.contact import Milestone
from netkeep_sync.errors import AddressBookError
from netkeep_sync.sources import book_text
from netkeep_sync.sources.address_book import Format, parse_address_book, read_address_book
from netkeep_sync.sources.columns import Column

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # old spellings in dateutil and vobject
    import vobject

BOOKS = Path(__file__).parents[1] / "data" / "address_books"


def book(text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return parse_address_book(content, file="people", **options)


def names(found):
    return [one.name for one in found.people]


def told(found):
    return [str(one) for one in found.problems]


def one_of(found, name):
    [person] = [one for one in found.people if one.name == name]
    return person


# LinkedIn


@pytest.fixture
def linkedin():
    return read_address_book(BOOKS / "linkedin.csv")


def test_linkedin_is_read_below_its_note(linkedin):
    assert linkedin.format is Format.LINKEDIN
    assert linkedin.problems == ()
    assert names(linkedin) == [
        "Ines Almeida",
        "Rahul Bose",
        "Joan Díaz",
        "JOHN DOE",
        "Wei Zhang",
        "Wei Zhang",
    ]


def test_linkedin_tells_where_people_work_and_since_when_you_are_connected(linkedin):
    rahul = one_of(linkedin, "Rahul Bose")

    assert rahul.emails == ("rahul.bose@example.com",)
    assert rahul.work == "Director, Data Platform, Acme"
    assert rahul.url == "https://www.linkedin.com/in/rahul-bose-test"
    assert rahul.connected_on == date(2024, 1, 3)
    assert rahul.line == 6


def test_most_of_linkedin_has_no_email(linkedin):
    assert one_of(linkedin, "Ines Almeida").emails == ()


def test_a_connection_that_has_left_linkedin_is_counted_and_nobody(linkedin):
    assert linkedin.nameless == 1


def test_a_translated_file_of_linkedin_is_known_by_its_rows():
    german = read_address_book(BOOKS / "linkedin_german.csv")

    assert german.format is Format.LINKEDIN
    assert one_of(german, "Jörg Müßig").work == "Leiter Einkauf, Beispiel AG"
    assert [one.connected_on for one in german.people] == [date(2026, 9, 28), date(2025, 3, 3)]


def test_a_heading_in_no_language_we_know_does_too():
    found = book(
        "名,姓,網址,電子郵件,公司,職位,連結日期\n明,王,https://tw.linkedin.com/in/wang,,台積,工程師,2026年9月28日\n"
    )

    assert found.format is Format.LINKEDIN
    assert (names(found), found.people[0].connected_on) == (["明 王"], date(2026, 9, 28))


def test_an_older_file_of_linkedin_has_no_addresses():
    found = book(
        "First Name,Last Name,Email Address,Company,Position,Connected On\n"
        "Ada,Byron,,Acme,Engineer,3/4/20\nBo,Ek,,,,12/31/19\n"
    )

    assert found.format is Format.LINKEDIN
    assert [one.connected_on for one in found.people] == [date(2020, 3, 4), date(2019, 12, 31)]


# Google


def test_google_contacts_parts_several_values_and_labels():
    found = read_address_book(BOOKS / "google_new.csv")
    grace = one_of(found, "Grace B. Murray")

    assert (found.format, found.problems, found.nameless) == (Format.GOOGLE, (), 2)
    assert grace.emails == ("grace@example.com", "grace.murray@example.org", "g@example.net")
    assert grace.phones == ("+1 202 555 0143", "+1 202 555 0144")
    assert grace.groups == ("myContacts", "Navy")
    assert grace.work == "Rear Admiral, Navy"
    assert (grace.city, grace.url) == ("Arlington", "https://example.com/grace")
    assert grace.notes == "Met at a talk.\nLikes sailing."
    assert grace.milestones == (Milestone(label="birthday", month=12, day=9, year=1976),)


def test_a_birthday_without_a_year_has_none():
    [birthday] = one_of(read_address_book(BOOKS / "google_new.csv"), "Ada Byron").milestones

    assert (birthday.month, birthday.day, birthday.year) == (12, 10, None)


def test_the_older_heading_of_google_is_known_too():
    found = read_address_book(BOOKS / "google_old.csv")
    eva = one_of(found, "Eva Svobodová")

    assert found.format is Format.GOOGLE
    assert (eva.email, eva.work, eva.groups) == (
        "eva@example.cz",
        "Dentist, Dental s.r.o.",
        ("myContacts", "Peers"),
    )


# vCard


def test_vcards_of_all_three_versions_are_read():
    found = read_address_book(BOOKS / "cards.vcf")
    maja, karel, amara = found.people

    assert (found.format, found.problems, found.nameless) == (Format.VCARD, (), 1)
    assert (maja.name, maja.work) == ("Dr. Maja Lindqvist", "Head of Research, Nordwind, Inc.")
    assert (maja.email, maja.city) == ("maja@example.se", "Malmö")
    assert maja.notes == (
        "First line\nsecond, with a very long tail that is folded by whoever wrote this file"
    )
    assert maja.url == "https://www.linkedin.com/in/maja-lindqvist-test"
    assert (karel.name, karel.notes, karel.phones) == (
        "Karel Štěpánek",
        "Plays\nthe cello",
        ("+420 731 000 001",),
    )
    assert (amara.phones, amara.timezone) == (("+234-1-000-0000",), "Africa/Lagos")
    assert [(one.label, one.month, one.day, one.year) for one in amara.milestones] == [
        ("birthday", 3, 14, None),
        ("anniversary", 6, 1, 2015),
    ]


def test_a_folder_is_read_card_by_card():
    found = read_address_book(BOOKS / "cards")

    assert names(found) == ["Liv Dahl", "Bo Ek"]
    assert [Path(one.file).name for one in found.people] == ["a.vcf", "b.vcf"]


def test_a_name_of_parts_does_where_there_is_no_whole_one():
    assert names(book("BEGIN:VCARD\nN:Byron;Ada;King;;\nEND:VCARD")) == ["Ada King Byron"]


def test_a_card_inside_a_card_is_left_alone():
    found = book("BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nFN:Bo\nEND:VCARD\nFN:Ada\nEND:VCARD\n")

    assert names(found) == ["Ada"]


def test_a_card_without_an_end_is_told_and_the_next_is_read():
    found = book("BEGIN:VCARD\nFN:Ada\n\nBEGIN:VCARD\nFN:Bo\nEND:VCARD\nBEGIN:VCARD\nFN:Cy")

    assert names(found) == ["Bo"]
    assert [one.line for one in found.problems] == [1, 7]


def test_a_fold_in_the_middle_of_a_letter_is_mended():
    found = book(b"BEGIN:VCARD\r\nFN:Ren\xc3\r\n \xa9 Ek\r\nEND:VCARD\r\n")

    assert (names(found), told(found)) == (["René Ek"], [])


def test_an_older_charset_is_read_as_it_says():
    found = book("BEGIN:VCARD\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Ren=E9\nEND:VCARD")

    assert names(found) == ["René"]


@pytest.mark.parametrize("charset", ["NONE-SUCH", "UTF-8", "HEX", "IDNA"])
def test_a_charset_that_does_not_fit_leaves_what_can_be_read(charset):
    found = book(f"BEGIN:VCARD\nFN;CHARSET={charset};QUOTED-PRINTABLE:Ren=E9 Ek\nEND:VCARD")

    assert names(found)[0].startswith("Ren")


_LETTERS = st.sampled_from("aZäßżñ李ж09,;:\\'\"=+.!")
_WORDS = st.text(_LETTERS, min_size=1, max_size=120)


@settings(max_examples=30)
@given(full=_WORDS, last=_WORDS, first=_WORDS, org=_WORDS, note=_WORDS)
def test_what_vobject_writes_is_read_as_vobject_reads_it(full, last, first, org, note):
    card = vobject.vCard()
    card.add("n").value = vobject.vcard.Name(family=last, given=first)
    card.add("fn").value = f"Ada {full}"
    card.add("org").value = [org]
    card.add("note").value = note
    card.add("email").value = "ada@example.com"
    text = card.serialize()
    judge = vobject.readOne(text)

    [person] = book(text).people

    def letters(value):  # what is a picture, a degree or at the end of a name is not kept
        return "".join(filter(str.isalpha, unicodedata.normalize("NFC", value)))

    assert letters(person.name) in letters(judge.fn.value)
    assert letters(person.company) == letters(judge.org.value[0])
    assert letters(person.notes) == letters(judge.note.value)
    assert person.email == judge.email.value


@pytest.mark.parametrize("name", ["cards.vcf", "cards/a.vcf"])
def test_the_samples_say_to_vobject_what_they_say_to_us(name):
    path = BOOKS / name
    cards = [*vobject.readComponents(path.read_text(encoding="utf-8"), allowQP=True)]
    theirs = {
        card.fn.value: [one.value for one in card.contents.get("email", [])]
        for card in cards
        if "fn" in card.contents and "kind" not in card.contents
    }
    ours = {one.name: list(one.emails) for one in read_address_book(path).people}

    assert theirs.items() <= ours.items()


# Any CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_does(delimiter):
    found = book(f"Name{delimiter}E-Mail\nAda, Countess{delimiter}ada@example.com\n".replace(", ", " "))

    assert (found.format, found.people[0].email) == (Format.CSV, "ada@example.com")


def test_excel_in_utf_16_is_read():
    found = read_address_book(BOOKS / "excel_utf16.csv")

    assert (names(found), found.problems) == (["Klara Weiß", "Ömer Şahin"], ())
    assert found.people[0].company == "Weiß; Söhne"


def test_excel_in_the_alphabet_of_windows_is_read_and_told():
    found = read_address_book(BOOKS / "excel_1252.csv")

    assert names(found) == ["René Lefèvre"]
    [problem] = found.problems
    assert problem.line == 2
    assert "the byte 0xE9 is not UTF-8, so all of the file is read as Windows-1252" in problem.message


def test_outlook_is_read():
    [nils] = read_address_book(BOOKS / "outlook.csv").people

    assert nils.emails == ("nils@example.no", "nils.berg@example.com")
    assert nils.milestones == (Milestone(label="birthday", month=3, day=14, year=1980),)


@pytest.mark.parametrize(
    ("heading", "row", "name"),
    [
        ("Prénom,Nom", "Renée,Roux", "Renée Roux"),
        ("Nombre,Apellidos", "Inés,Gil Ruiz", "Inés Gil Ruiz"),
        ("Vorname,Name", "Jörg,Maß", "Jörg Maß"),
        ("Name", "Ada Byron", "Ada Byron"),
        ("first_name,LAST NAME", "Ada,Byron", "Ada Byron"),
    ],
)
def test_the_words_for_names_are_told_by_what_stands_beside_them(heading, row, name):
    assert names(book(f"{heading}\n{row}\n")) == [name]


def test_own_headings_are_mapped():
    found = book(
        "Wer;Post;Name\nAda Byron;ada@example.com;x\n", columns={Column.NAME: "wer", Column.EMAIL: "Post"}
    )

    assert (names(found), found.people[0].email) == (["Ada Byron"], "ada@example.com")


def test_a_heading_that_is_mapped_and_not_there_is_told_with_those_that_are():
    found = book("Wer;Post\nAda;x\n", columns={Column.NAME: "Wer", Column.EMAIL: "Mail"})

    assert told(found) == ['people:1:1: there is no column "Mail" for email; the columns are Wer, Post']
    assert found.people == ()


def test_a_table_of_unknown_columns_is_told_with_its_heading():
    found = book("My list\n\nWer;Post;Stadt\nAda;ada@example.com;London\n")

    [problem] = told(found)
    assert problem.startswith(
        "people:3:1: no column here is known to hold names: Wer;Post;Stadt; write which"
    )
    assert problem.endswith('such as --map name="Full Name" --map email=Mail')


# Traps


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, b""])
def test_a_byte_order_mark_is_no_part_of_the_first_heading(mark):
    assert names(book(mark + b"Name,Email\nAda,a@x.org\n")) == ["Ada"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_wide_letters_are_read_with_a_mark_and_without(encoding):
    assert names(book("Name,Email\nZoë,a@x.org\n".encode(encoding))) == ["Zoë"]


def test_broken_wide_letters_are_told():
    found = book(codecs.BOM_UTF16_LE + "Name\nAda\n".encode("utf-16-le") + b"\x00\xd8")

    assert names(found) == ["Ada"]
    assert "some of this is not UTF-16-LE" in told(found)[0]


def test_controls_and_invisible_letters_are_dropped():
    found = book("Name,Company\nA\x00d\x1ba \u202eByron\u200b,Ac\x07me\n")

    assert (names(found), found.people[0].company) == (["Ada Byron"], "Acme")


def test_a_formula_is_left_out_and_told():
    found = book(
        'Name,Company,Phone\nAda,"=HYPERLINK(""http://x"")",+49 (30) 1234\n"+cmd|\' /C calc\'!A0",Acme,\n'
    )

    [ada] = found.people
    assert (ada.company, ada.phones) == ("", ("+49 (30) 1234",))
    assert told(found) == [
        "people:2:1: the company is a formula of a spreadsheet; it is left out",
        "people:3:1: the name is a formula of a spreadsheet; it is left out",
    ]


def test_pictures_and_degrees_are_no_part_of_a_name():
    found = book('Name\n"🚀 Ada Byron, Ph.D., MBA ✨"\n"Byron, Ada"\nada@example.com\n+49 30 1\n')

    assert names(found) == ["Ada Byron", "Byron, Ada"]
    assert found.nameless == 2


def test_only_addresses_on_the_web_are_kept():
    found = book("Name,URL\nA,javascript:alert(1)\nB,www.example.com/b\nC,https://example.com/c d\n")

    assert [one.url for one in found.people] == ["", "https://www.example.com/b", ""]


def test_long_fields_are_cut():
    [ada] = book(f"Name,Company,Notes\nAda,{'x' * 5000},{'y' * 9000}\n").people

    assert (len(ada.company), len(ada.notes)) == (200, 2000)


def test_a_quote_that_is_not_closed_is_told_where_it_opens():
    found = book('Name,Notes\nAda,fine\nBo,"oops\nCy,fine\nDi,fine\n')

    assert names(found) == ["Ada"]
    [problem] = told(found)
    assert problem.startswith("people:3:1: a quote that opens in this record is not closed")


def test_a_lone_quote_inside_a_cell_is_no_trouble():
    assert names(book('Name,Notes\nAda,6" heels\nBo,fine\n')) == ["Ada", "Bo"]


def test_short_and_empty_rows_are_no_trouble():
    found = book("Name,Email\n\nAda\n,\nBo,b@x.org,extra\n")

    assert (names(found), [one.line for one in found.people]) == (["Ada", "Bo"], [3, 5])


@pytest.mark.parametrize("content", [b"", b"  \n", b"\0\0\0"])
def test_an_empty_file_is_told(content):
    assert told(book(content)) == ["people:1:1: this file is empty; export it again"]


def test_a_vcard_that_is_none_is_told():
    assert "there is no vCard in this file" in told(book("Name\nAda\n", wanted=Format.VCARD))[0]


def hostile():
    heading = b"Name,Email\n"
    yield "too large", b"a" * (book_text.MAX_BYTES + 1), "larger than 32 MB"
    yield "one endless line", b"a" * 2_000_000, "too long"
    yield "lines without end", b"\n" * 1_100_000 + b"a", "more than 1000000 lines"
    yield "columns without end", heading + b"," * 5_000 + b"\n", "more than 1000 cells"
    yield "a cell without end", heading + b"Ada," + b"x" * 200_000, "too long"
    yield "quotes", heading + b'"' * 200_001, "too long"
    yield "cards in cards", b"BEGIN:VCARD\n" * 100_000, "no end"
    yield "agents in agents", b"BEGIN:VCARD\nAGENT:\n" * 50_000, "no end"
    yield "noise", bytes(range(256)) * 4_000, "not UTF-8"
    yield "more noise", bytes(range(256)) * 4_000, "no column here is known to hold names"


@pytest.mark.parametrize(("content", "words"), [pytest.param(*one[1:], id=one[0]) for one in hostile()])
def test_a_hostile_file_gets_a_clear_answer(content, words):
    found = book(content)

    assert found.people == ()
    assert any(words in one for one in told(found))


def test_no_more_entries_are_read_than_anybody_has():
    many = book("Name\n" + "Ada\n" * 30_001)
    cards = book("BEGIN:VCARD\nFN:Ada\nEND:VCARD\n" * 30_001)

    assert len(many.people) == len(cards.people) == 30_000
    assert told(many) == ["people:30002:1: here ends what is read: 30000 entries; export fewer people"]
    assert "here ends what is read" in told(cards)[0]


_PIECES = st.sampled_from(
    [
        b"BEGIN:VCARD\n",
        b"END:VCARD\n",
        b"AGENT:\n",
        b"FN;ENCODING=QUOTED-PRINTABLE:=C5=\n",
        b"N:;\\;",
        b"item1.",
        b"Name,Email\n",
        b"First Name;Last Name;URL\n",
        b"https://linkedin.com/in/x,",
        b"Birthday,Connected On\n",
        b"31/31/31,",
        b"99999999999999999999,",
        b'"',
        b",",
        b"\t",
        b"\r",
        b"\n ",
        b"=",
        b"\0",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        "٣é🚀".encode(),
    ]
)


@given(st.one_of(st.binary(max_size=2000), st.lists(st.one_of(_PIECES, st.binary(max_size=9))).map(b"".join)))
@example(b"Name\n\xb2\xb3")
def test_any_bytes_get_an_answer(content):
    for wanted in (None, *Format):
        found = parse_address_book(content, file="people", wanted=wanted)

        assert found.people or found.problems or found.nameless or found.format
        for one in found.people:
            assert one.name.isprintable()
            assert "\n" not in f"{one.company}{one.position}{one.city}{one.url}{one.emails}{one.phones}"


# Files


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(AddressBookError, match=r"there is no file .*nobody\.csv; name the file"):
        read_address_book(tmp_path / "nobody.csv")


def test_a_folder_without_cards_is_told(tmp_path):
    with pytest.raises(AddressBookError, match=r"holds no \.vcf files"):
        read_address_book(tmp_path)


def test_the_folder_that_linkedin_gives_is_told_with_the_file_in_it(tmp_path):
    (tmp_path / "Connections.csv").touch()

    with pytest.raises(AddressBookError, match=r"is a folder; name .*Connections\.csv"):
        read_address_book(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\x14\x00", "a ZIP archive or an Excel workbook; unpack it, or save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook; save it as CSV"),
        (b"%PDF-1.7", "a PDF"),
        (b"<!DOCTYPE html>", "a page of the web"),
    ],
)
def test_a_file_of_another_kind_is_told_for_what_it_is(content, words):
    assert words in told(book(content))[0]


def test_a_folder_is_not_read_beyond_its_limits(tmp_path):
    for name in "ab":
        with (tmp_path / f"{name}.vcf").open("wb") as file:
            os.truncate(file.fileno(), book_text.MAX_BYTES // 2 + 1)

    with pytest.raises(AddressBookError, match="holds more than 32 MB"):
        read_address_book(tmp_path)
