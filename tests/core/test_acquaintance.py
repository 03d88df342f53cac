from dataclasses import replace
from datetime import date

import pytest

from netkeep_sync.core.acquaintance import Acquaintance, is_about, notes_about, sift
from netkeep_sync.core.contact import Milestone
from tests.core.builders import contact

PROFILE = "https://www.linkedin.com/in/{}"


def person(name, *emails, profile="", **fields):
    return Acquaintance(name=name, emails=emails, url=profile and PROFILE.format(profile), **fields)


def kept(name, *, profile="", **fields):
    return replace(
        contact(name, **fields), notes=f"Met in May; {PROFILE.format(profile)}; sails" if profile else ""
    )


def sifted(people, *contacts):
    """Who is new, who is met as whom, and who is likely whom and why, by name."""
    found = sift(people, contacts)
    return (
        [one.name for one in found.new],
        {one.acquaintance.name: one.contact.name for one in found.met},
        {one.acquaintance.name: (one.namesake.name, one.reason) for one in found.likely},
    )


# Against the roster


def test_whoever_the_roster_does_not_know_is_new():
    assert sifted([person("Ada Byron")], kept("John Doe")) == (["Ada Byron"], {}, {})


def test_the_email_tells_who_somebody_is_whatever_they_are_called():
    people = [person("J. Doe", "other@example.com", "JOHN@example.com")]

    assert sifted(people, kept("John Doe", email="John@Example.com")) == ([], {"J. Doe": "John Doe"}, {})


def test_the_email_beats_the_name():
    john, jane = kept("John Doe", email="john@example.com"), kept("Jane Doe", email="jane@example.com")

    assert sifted([person("Jane Doe", "john@example.com")], john, jane)[1] == {"Jane Doe": "John Doe"}


def test_the_profile_in_the_notes_tells_who_somebody_is():
    people = [person("John Smith", profile="JDoe/?trk=1")]

    assert sifted(people, kept("John Doe", profile="jdoe")) == ([], {"John Smith": "John Doe"}, {})


@pytest.mark.parametrize(
    "name", ["john doe", "Doe, John", "Dr. John Doe", "John (Johnny) Doe", "Jöhn  DOE", "John Doe, PhD"]
)
def test_the_same_name_in_another_spelling_is_the_same_person(name):
    assert sifted([person(name)], kept("John Doe"))[1] == {name: "John Doe"}


@pytest.mark.parametrize("name", ["Jon Doe", "John Q. Doe", "John", "Maria Doe"])
def test_a_name_that_only_looks_alike_is_somebody_else(name):
    assert sifted([person(name)], kept("John Doe"))[0] == [name]


@pytest.mark.parametrize("emails", [(), ("john@example.com",)])
def test_a_name_without_an_email_to_speak_against_it_is_enough(emails):
    email = "" if emails else "john@example.com"

    assert sifted([person("John Doe", *emails)], kept("John Doe", email=email))[1] == {"John Doe": "John Doe"}


def test_the_same_name_with_another_email_is_told_and_not_decided():
    people = [person("John Doe", "jd@example.org")]

    new, met, likely = sifted(people, kept("John Doe", email="john@example.com"))

    assert (new, met) == ([], {})
    assert likely == {"John Doe": ("John Doe", "another email")}


def test_the_same_name_with_another_profile_is_told_and_not_decided():
    people = [person("John Doe", profile="john-2")]

    assert sifted(people, kept("John Doe", profile="john-1"))[2] == {
        "John Doe": ("John Doe", "another profile at LinkedIn")
    }


def test_of_two_contacts_of_one_name_it_is_the_one_that_nothing_speaks_against():
    first, second = kept("John Doe", email="a@example.com"), replace(kept("John Doe"), key="john-2")
    found = sift([person("John Doe", "b@example.com")], [first, second])

    assert [one.contact.key for one in found.met] == ["john-2"]


def test_a_name_of_titles_alone_is_still_a_name():
    assert sifted([person("Dr Prof")], kept("John Doe"))[0] == ["Dr Prof"]


# Within the book


def test_an_entry_that_tells_of_somebody_again_fills_up_the_first():
    first = person("Ada Byron", "ada@example.com", phones=("+1",), groups=("a",))
    again = person(
        "A. Byron",
        "ADA@example.com",
        "byron@example.com",
        profile="ada",
        company="Acme",
        position="Engineer",
        city="London",
        timezone="Europe/London",
        notes="Sails.",
        phones=("+2", "+1"),
        groups=("b", "a"),
        milestones=(Milestone(label="birthday", month=12, day=10),),
        connected_on=date(2020, 1, 1),
    )

    found = sift([first, again], [])

    assert found.repeats == 1
    assert found.new == (
        replace(
            again,
            name="Ada Byron",
            emails=("ada@example.com", "byron@example.com"),
            phones=("+1", "+2"),
            groups=("a", "b"),
        ),
    )


def test_the_second_entry_does_not_change_what_the_first_says():
    first = person("Ada Byron", profile="ada", company="Acme", city="London")
    found = sift([first, person("Ada", profile="ADA", company="Initech", city="Paris")], [])

    assert found.new == (first,)


def test_the_name_alone_makes_two_entries_one():
    assert sift([person("Ada Byron", "ada@example.com"), person("Byron, Ada")], []).repeats == 1


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (person("Wei Zhang", "a@x.org"), person("Wei Zhang", "b@x.org"), "another email"),
        (person("Wei Zhang", company="Acme"), person("Wei Zhang", company="Initech"), "another company"),
    ],
)
def test_two_of_one_name_with_something_against_it_stay_two(one, other, reason):
    found = sift([one, other], [])

    assert found.new == (one,)
    assert [(each.acquaintance, each.namesake, each.reason) for each in found.likely] == [
        (other, one, reason)
    ]


def test_two_of_one_name_with_a_profile_each_are_two_people():
    people = [person("Wei Zhang", profile="w1"), person("Wei Zhang", profile="w2")]

    assert sift(people, []).new == tuple(people)


def test_a_third_of_the_name_is_nobody_of_the_two():
    people = [
        person("Wei Zhang", company="Acme"),
        person("Wei Zhang", company="Initech"),
        person("Wei Zhang"),
    ]
    found = sift(people, [])

    assert found.repeats == 0
    assert len(found.likely) == 2


def test_an_email_of_an_entry_that_was_merged_tells_of_the_same_person_too():
    people = [person("Ada", "a@x.org"), person("Ada B", "a@x.org", "b@x.org"), person("A. Byron", "b@x.org")]

    assert sift(people, []).repeats == 2


# What is said of them


def test_words_begin_words_of_what_is_known():
    ines = person("Inês Almeida", "ines@fjord.example", company="Fjord & Lind", position="Head of Talent")
    ines = replace(ines, city="Porto", groups=("recruiters",))

    assert all(
        is_about(ines, words) for words in ("ines", "talent FJORD", "porto", "recruit", "fjord.example")
    )
    assert not is_about(ines, "talent acme")


def test_the_notes_hold_what_has_no_key_of_its_own():
    ada = person(
        "Ada",
        profile="ada",
        company="Acme",
        position="Engineer",
        notes="Sails.\nKnits.",
        phones=("+1", "+2", "+3"),
        connected_on=date(2020, 1, 31),
    )

    assert notes_about(ada) == (
        "Engineer, Acme; connected since 31 Jan 2020; phone +1; phone +2; "
        "https://www.linkedin.com/in/ada; Sails. Knits."
    )
    assert notes_about(person("Ada")) == ""


def test_the_email_is_the_first():
    assert person("Ada", "a@x.org", "b@x.org").email == "a@x.org"
    assert person("Ada").email == ""
