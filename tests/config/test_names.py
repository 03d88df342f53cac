"""Who is in a roster file, whatever else is wrong with it."""

import pytest

from netkeep_sync.config.names import contact_names


@pytest.fixture
def names(tmp_path):
    def read(text):
        path = tmp_path / "netkeep.yaml"
        path.write_text(text, encoding="utf-8")
        return contact_names(path)

    return read


def test_contacts_have_the_keys_that_the_roster_gives_them(names):
    assert names("contacts: [{name: Łukasz Żak}, {name: Ann Lee, id: ann-2}, {name: 42}]") == {
        "łukasz-zak": "Łukasz Żak",
        "ann-2": "Ann Lee",
        "42": "42",
    }


def test_a_file_with_mistakes_still_tells_names(names):
    assert names("timezone: Nowhere\ncontacts: [{name: John Doe, cadence: quaterly}, {}, 7]") == {
        "john-doe": "John Doe"
    }


@pytest.mark.parametrize(
    "text", ["", "contacts:", "contacts: John", "[1]", "a: [", "contacts: [{name: '-'}]"]
)
def test_where_there_are_none_there_are_none(names, text):
    assert names(text) == {}


def test_a_file_that_is_not_there_names_nobody(tmp_path):
    assert contact_names(tmp_path / "none.yaml") == contact_names(tmp_path) == {}
