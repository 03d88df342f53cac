"""What a command line says of a contact, as values of the file."""

from __future__ import annotations

import pytest

from netkeep_sync.config.contact_value import contact_value, is_setting


@pytest.mark.parametrize(
    ("setting", "path", "value"),
    [
        ("cadence=every 6 weeks", ("cadence",), "every 6 weeks"),
        ("notes= a = b: #c ", ("notes",), "a = b: #c"),
        ("notes=42", ("notes",), "42"),
        ("notes=true", ("notes",), "true"),
        ("notes=", ("notes",), None),
        ("minutes=45", ("minutes",), 45),
        ("minutes=soon", ("minutes",), "soon"),
        ("invite=true", ("invite",), True),
        ("meet=false", ("meet",), False),
        ("invite=yes", ("invite",), "yes"),
        ("ask=a?; b, c?", ("ask",), ["a?", "b, c?"]),
        ("ask=42", ("ask",), ["42"]),
        ("days=[mon; tue]", ("days",), ["mon", "tue"]),
        ("between=08:30-10:00;12:00-13:00", ("between",), ["08:30-10:00", "12:00-13:00"]),
        ("holidays=US", ("holidays",), ["US"]),
        ("reminders=1440;15", ("reminders",), [1440, 15]),
        ("reminders=[]", ("reminders",), []),
        ("again=2027-06-01", ("again",), "2027-06-01"),
        ("milestones.birthday=03-14", ("milestones", "birthday"), "03-14"),
        ("milestones.first meeting=", ("milestones", "first meeting"), None),
        ("nonsense=1", ("nonsense",), "1"),
        ("name.x=1", ("name.x",), "1"),
    ],
)
def test_a_setting_is_read_as_its_key_asks(setting, path, value):
    found = contact_value(setting)
    assert found == (path, value)
    assert type(found[1]) is type(value)


@pytest.mark.parametrize("word", ["John", "=x", "a b=c", "Ümit=1", ""])
def test_what_is_no_setting_is_part_of_a_name(word):
    assert not is_setting(word)
    with pytest.raises(ValueError):
        contact_value(word)
