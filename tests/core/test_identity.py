from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.contact import Resting, slug
from netkeep_sync.core.identity import Known, news, recognise, recognise_all
from tests.core.builders import contact, roster

DOE, SMITH = "John Doe", "John Smith"


def person(name, email="", *, key=""):
    """A contact as the file tells it; with a `key`, its id."""
    return replace(contact(name, email=email, key=key), is_key_given=bool(key))


def remembered(contacts, known):
    records = {one.key: one for one in (*known, *news(contacts, known))}
    return tuple(sorted(records.values(), key=lambda one: one.key))


def after(*rosters):
    """Who is known after one pass with each of these rosters."""
    known = ()
    for people in rosters:
        known = remembered(recognise(people, known), known)
    return known


def keys(people, known):
    return {one.name: one.key for one in recognise(people, known)}


# Who it is


def test_nobody_known_leaves_everybody_their_own_key():
    assert keys([person(DOE), person("Ada", key="x")], ()) == {DOE: "john-doe", "Ada": "x"}


def test_rename_with_the_same_email_keeps_the_key():
    known = after([person(DOE, "j@example.com")])
    assert keys([person(SMITH, "J@Example.com")], known) == {SMITH: "john-doe"}


def test_rename_without_an_email_makes_a_new_person():
    known = after([person(DOE)])
    assert keys([person(SMITH)], known) == {SMITH: "john-smith"}


def test_rename_with_another_email_makes_a_new_person():
    known = after([person(DOE, "j@example.com")])
    assert keys([person(SMITH, "s@example.com")], known) == {SMITH: "john-smith"}


def test_who_rests_is_recognised_too():
    known = after([person(DOE, "j@example.com"), person("Ada", key="x")])
    resting = (Resting(contact=person(SMITH, "j@example.com")), Resting(contact=person("Ada", key="x")))
    found = recognise_all(replace(roster(person(DOE)), bench=resting), known)

    assert [(one.contact.name, one.contact.key) for one in found.bench] == [(SMITH, "john-doe"), ("Ada", "x")]
    assert [(one.name, one.key) for one in found.contacts] == [(DOE, "john-doe-2")]


def test_a_roster_without_a_bench_has_its_contacts_recognised():
    known = after([person(DOE, "j@example.com")])
    found = recognise_all(roster(person(SMITH, "j@example.com")), known)
    assert [one.key for one in found.contacts] == ["john-doe"]


def test_second_rename_keeps_the_key():
    known = after([person(DOE, "j@example.com")], [person(SMITH, "j@example.com")])
    assert keys([person("John Roe", "j@example.com")], known) == {"John Roe": "john-doe"}


def test_email_that_changes_while_the_name_stays_keeps_the_key():
    known = after([person(DOE, "j@example.com")], [person(DOE, "new@example.com")])
    assert known == (Known(key="john-doe", name=DOE, email="new@example.com"),)


def test_email_that_is_taken_out_after_a_rename_keeps_the_key():
    known = after([person(DOE, "j@example.com")], [person(SMITH, "j@example.com")])
    assert keys([person(SMITH)], known) == {SMITH: "john-doe"}


def test_who_left_comes_back_under_a_new_name_with_their_history():
    known = after([person(DOE, "j@example.com"), person("Ada")], [person("Ada")])
    assert keys([person(SMITH, "j@example.com"), person("Ada")], known)[SMITH] == "john-doe"


def test_who_left_without_an_email_comes_back_under_their_name():
    known = after([person(DOE)], [person("Ada")])
    assert keys([person("Ada"), person(DOE)], known)[DOE] == "john-doe"


def test_two_who_swap_names_take_their_histories_along():
    known = after([person(DOE, "d@example.com"), person(SMITH, "s@example.com")])
    swapped = [person(SMITH, "d@example.com"), person(DOE, "s@example.com")]
    assert keys(swapped, known) == {SMITH: "john-doe", DOE: "john-smith"}


def test_three_who_pass_their_names_round_take_their_histories_along():
    known = after([person("A", "a@example.com"), person("B", "b@example.com"), person("C", "c@example.com")])
    passed_on = [person("B", "a@example.com"), person("C", "b@example.com"), person("A", "c@example.com")]
    assert keys(passed_on, known) == {"B": "a", "C": "b", "A": "c"}


# A freed name


def test_newcomer_with_a_freed_name_gets_a_key_of_their_own():
    known = after([person(DOE, "j@example.com")], [person(SMITH, "j@example.com")])
    both = [person(SMITH, "j@example.com"), person(DOE)]
    assert keys(both, known) == {SMITH: "john-doe", DOE: "john-doe-2"}


def test_newcomer_takes_a_freed_name_in_the_same_edit():
    known = after([person(DOE, "j@example.com")])
    both = [person(SMITH, "j@example.com"), person(DOE, "other@example.com")]
    assert keys(both, known) == {SMITH: "john-doe", DOE: "john-doe-2"}


def test_newcomer_with_a_freed_name_keeps_their_key_when_the_other_leaves():
    known = after([person(DOE, "j@example.com")], [person(SMITH, "j@example.com"), person(DOE)])
    assert keys([person(DOE)], known) == {DOE: "john-doe-2"}


def test_newcomer_gets_a_freed_name_but_no_history_of_who_left_meanwhile():
    known = after([person(DOE, "j@example.com")], [person(SMITH, "j@example.com")], [person("Ada")])
    assert keys([person(DOE, "new@example.com")], known) == {DOE: "john-doe-2"}


def test_number_that_another_one_has_is_left_out():
    known = after([person(DOE, "j@example.com")])
    people = [
        person(SMITH, "j@example.com"),
        person(DOE),
        person("John Doe 2"),
        person("Ada", key="john-doe-3"),
    ]
    assert keys(people, known)[DOE] == "john-doe-4"


# An email that changes hands


def test_email_that_moves_to_another_known_name_is_a_correction():
    known = after([person(DOE, "j@example.com"), person("Ada")])
    corrected = [person(DOE), person("Ada", "j@example.com")]
    assert keys(corrected, known) == {DOE: "john-doe", "Ada": "ada"}


def test_emails_that_slip_by_one_line_are_a_correction():
    known = after([person("A", "a@example.com"), person("B", "b@example.com"), person("C")])
    corrected = [person("A"), person("B", "a@example.com"), person("C", "b@example.com")]
    assert keys(corrected, known) == {"A": "a", "B": "b", "C": "c"}


def test_email_belongs_to_its_last_bearer():
    known = after([person(DOE, "j@example.com")], [person(SMITH, "j@example.com", key="js")])
    assert known == (
        Known(key="john-doe", name=DOE),
        Known(key="js", name=SMITH, email="j@example.com"),
    )


# A given id


def test_given_id_always_wins():
    known = after([person(DOE, "j@example.com")])
    assert keys([person(SMITH, "j@example.com", key="js")], known) == {SMITH: "js"}


def test_given_id_keeps_the_key_over_every_rename():
    known = after([person(DOE)])
    assert keys([person(SMITH, key="john-doe")], known) == {SMITH: "john-doe"}


def test_key_that_is_given_to_another_one_is_lost():
    known = after([person(DOE, "j@example.com")], [person(SMITH, "j@example.com")])
    people = [person(SMITH, "j@example.com"), person("Ada", key="john-doe")]
    assert keys(people, known) == {SMITH: "john-smith", "Ada": "john-doe"}


def test_id_that_is_taken_out_again_keeps_the_key():
    known = after([person(DOE, key="jd")])
    assert keys([person(DOE)], known) == {DOE: "jd"}


def test_of_several_known_by_a_name_the_name_itself_goes_first():
    known = after([person(DOE), person("Ada")], [person(DOE, key="aa"), person(DOE, key="zz")])
    assert keys([person(DOE)], known) == {DOE: "john-doe"}


# What is remembered


def test_nothing_new_is_no_news():
    people = [person(DOE, "j@example.com"), person("Ada")]
    known = after(people)
    assert news(recognise(people, known), known) == ()


def test_who_leaves_is_no_news():
    known = after([person(DOE, "j@example.com"), person("Ada")])
    assert news(recognise([person("Ada")], known), known) == ()


# Whatever happens

people = st.builds(
    person,
    st.sampled_from(["John Doe", "John Smith", "Jane Roe", "John Doe 2", "Ada"]),
    st.sampled_from(["", "a@example.com", "b@example.com", "c@example.com", "C@Example.com"]),
    key=st.sampled_from(["", "", "", "jd", "ada", "john-doe", "john-doe-2"]),
)
own_key = (lambda one: one.key, lambda one: one.email.casefold() or one.key)
rosters = st.lists(people, max_size=5, unique_by=own_key)
known_people = st.lists(rosters, max_size=4).map(lambda passes: after(*passes))


@given(contacts=rosters, known=known_people)
def test_everybody_has_one_key_and_nobody_shares_it(contacts, known):
    found = recognise(contacts, known)
    assert sorted((one.name, one.email) for one in found) == sorted((one.name, one.email) for one in contacts)
    assert [one.key for one in found] == sorted({one.key for one in found})
    assert {one for one in contacts if one.is_key_given} == {one for one in found if one.is_key_given}


@given(contacts=rosters, known=known_people)
def test_recognising_twice_changes_nothing(contacts, known):
    found = recognise(contacts, known)
    assert recognise(found, known) == found


@given(contacts=rosters, known=known_people)
def test_who_is_remembered_is_recognised_again(contacts, known):
    found = recognise(contacts, known)
    later = remembered(found, known)
    assert recognise(contacts, later) == found
    assert news(found, later) == ()


@given(contacts=rosters, known=known_people, chance=st.randoms(use_true_random=False))
def test_order_does_not_matter(contacts, known, chance):
    shuffled, shuffled_known = [*contacts], [*known]
    chance.shuffle(shuffled)
    chance.shuffle(shuffled_known)
    assert recognise(shuffled, shuffled_known) == recognise(contacts, known)


@given(before=rosters, known=known_people, after_it=st.permutations(["John Doe", "Ada", "Bob", "Cem", "Eva"]))
def test_history_follows_the_email_whatever_the_names(before, known, after_it):
    found = [one for one in recognise(before, known) if one.email and not one.is_key_given]
    later = remembered(recognise(before, known), known)
    renamed = [person(name, one.email) for name, one in zip(after_it, found, strict=False)]
    assert {one.email: one.key for one in recognise(renamed, later)} == {one.email: one.key for one in found}


@given(stays=people, before=rosters, contacts=rosters, known=known_people)
def test_who_stays_as_they_were_keeps_their_key_whatever_becomes_of_others(stays, before, contacts, known):
    def beside(others):
        return [stays, *(one for one in others if all(key(one) != key(stays) for key in own_key))]

    def key_of_stays(found):
        return next(
            one.key for one in found if slug(one.name) == slug(stays.name) and one.email == stays.email
        )

    first = recognise(beside(before), known)
    key = key_of_stays(first)
    later = recognise(beside(contacts), remembered(first, known))
    is_given_away = not stays.is_key_given and any(one.key == key for one in contacts if one.is_key_given)
    assert is_given_away or key_of_stays(later) == key
