import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.contact import find_contacts, slug
from tests.core.builders import contact

ROSTER = (
    contact("John Doe", email="john@example.com"),
    contact("Johnny Cash"),
    contact("Doe"),
    contact("Zoë Müller", key="zm"),
    contact("Ahmed", key="ahmed-2"),
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("John Doe", "john-doe"),
        ("  John   DOE ", "john-doe"),
        ("Łukasz Żak", "łukasz-zak"),
        ("Zoë", "zoe"),
        ("Straße", "strasse"),
        ("O'Brien, Jr.", "o-brien-jr"),
        ("snake_case", "snake-case"),
        ("R2-D2", "r2-d2"),
        ("李雷", "李雷"),
        ("김민수", "김민수"),
        ("Ångström", "angstrom"),
        ("ﬁnn", "finn"),
        ("", ""),
        ("?! …", ""),
        ("👋", ""),
    ],
)
def test_the_key_of_a_name_is_its_letters_and_digits(name, key):
    assert slug(name) == key


@given(st.text(max_size=30))
def test_the_slug_of_a_slug_is_itself(name):
    assert slug(slug(name)) == slug(name)


@given(st.text(max_size=30))
def test_a_slug_has_no_spaces_and_no_loose_hyphens(name):
    key = slug(name)
    assert key == "-".join(filter(None, key.split("-")))
    assert not any(one.isspace() for one in key)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("John Doe", ["John Doe"]),
        ("john doe", ["John Doe"]),
        ("john-doe", ["John Doe"]),
        ("zm", ["Zoë Müller"]),
        ("muller", ["Zoë Müller"]),
        ("ZOE", ["Zoë Müller"]),
        ("john@example.com", ["John Doe"]),
        ("John@Example.COM", ["John Doe"]),
        ("ahmed", ["Ahmed"]),
        ("ahmed-", ["Ahmed"]),
        ("med-2", ["Ahmed"]),
        ("nobody", []),
        ("example.com", []),
        ("", []),
        ("?", []),
    ],
)
def test_a_contact_is_found_by_key_name_part_or_email(words, names):
    assert [one.name for one in find_contacts(ROSTER, words)] == names


def test_a_whole_name_beats_a_part_of_another():
    assert [one.name for one in find_contacts(ROSTER, "doe")] == ["Doe"]


def test_a_part_that_fits_several_finds_them_all():
    assert [one.name for one in find_contacts(ROSTER, "john")] == ["John Doe", "Johnny Cash"]


def test_the_title_of_a_check_in_holds_the_name_as_it_is_written():
    assert contact("Ada {name} %s").summary == "Coffee with Ada {name} %s"
