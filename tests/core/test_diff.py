from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from netkeep_sync.core.baseline import Baseline
from netkeep_sync.core.diff import Create, Remove, Update, diff
from netkeep_sync.core.projection import project
from tests.core.builders import NOW, series


def projection(who, summary=""):
    made = project(series(contact=who), contact=None, history=None)
    return replace(made, summary=summary) if summary else made


def baseline(of):
    return Baseline(uid=of.uid, fingerprint=of.fingerprint, sequence=0, changed_at=NOW, body="")


def held(*projections):
    return {one.uid: baseline(one) for one in projections}


def test_what_the_target_lacks_is_created():
    ada = projection("ada")
    assert diff([ada], {}) == (Create(projection=ada),)


def test_what_is_as_it_should_be_is_left_alone():
    ada = projection("ada")
    assert diff([ada], held(ada)) == ()


def test_what_is_different_is_updated():
    before, after = projection("ada"), projection("ada", "Lunch with Ada")
    assert diff([after], held(before)) == (Update(projection=after, base=baseline(before)),)


def test_what_is_not_wanted_any_more_is_removed():
    ada = projection("ada")
    assert diff([], held(ada)) == (Remove(base=baseline(ada)),)


def test_what_is_new_comes_first_and_what_goes_comes_last():
    ada, bob, cy = (projection(who) for who in ("ada", "bob", "cy"))
    other = replace(bob, summary="Lunch with Bob")
    assert [type(one) for one in diff([ada, other], held(bob, cy))] == [Create, Update, Remove]


@given(st.permutations(["ada", "bob", "cy", "dee"]), st.permutations(["cy", "dee", "eve", "fay"]))
def test_the_order_of_the_input_does_not_matter(wanted, there):
    changes = diff(map(projection, wanted), held(*map(projection, there)))
    assert changes == diff(map(projection, sorted(wanted)), held(*map(projection, sorted(there))))


@given(st.sets(st.sampled_from("abcdefgh")), st.sets(st.sampled_from("abcdefgh")))
def test_the_changes_done_leave_nothing_to_do(wanted, there):
    projections = [projection(who) for who in wanted]
    state = held(*(projection(who, "Old") for who in there))
    for change in diff(projections, state):
        match change:
            case Create(projection=new) | Update(projection=new):
                state[new.uid] = baseline(new)
            case Remove(base=base):
                del state[base.uid]
    assert diff(projections, state) == ()
