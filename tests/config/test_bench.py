"""The bench: people who rest, read and checked as contacts are."""

from __future__ import annotations

from datetime import date

import pytest

HEAD = "owner: {name: Ana}\ntimezone: UTC\ncategories: {peers: {cadence: monthly, channel: call}}\n"
MAIL = "contacts: [{name: A, category: peers, email: a@b.c}]\n"


def test_who_rests_is_no_contact(roster):
    """
    owner: {name: Ana}
    timezone: UTC
    categories: {peers: {cadence: monthly, channel: call, keep: 1}}
    contacts: [{name: John Doe, category: peers}]
    bench:
      - {name: Mia Novak, category: peers, cadence: yearly, again: 2027-06-01}
      - {name: Joan Diaz, id: joan, category: peers}
    """
    joan, mia = roster.bench
    assert [one.key for one in roster.contacts] == ["john-doe"]
    assert (joan.contact.key, joan.again_on, joan.contact.is_key_given) == ("joan", None, True)
    assert (mia.contact.key, mia.again_on) == ("mia-novak", date(2027, 6, 1))
    assert str(mia.contact.cadence) == "yearly"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "contacts: [{name: A, category: peers}]\nbench: [{name: a, category: peers}]\n",
            '5:16: "a" is the key of a and of A, at line 4, column 12; remove one',
        ),
        (
            "bench: [{name: B, category: peers, email: a@b.c}]\n" + MAIL,
            "4:43: a@b.c is the email of A too, at line 5, column 46; leave it with one of them",
        ),
        (
            "bench: [{name: A, category: pears}]\n",
            '4:29: category "pears" of A is unknown; did you mean "peers"?',
        ),
        ("bench: [{name: A, category: peers, channel: vidoe}]\n", '4:45: channel "vidoe" of A is unknown'),
        ("bench: [{name: A, category: peers, until: x}]\n", '4:36: "until" is unknown for A; the keys here'),
        ("bench: [{name: A}]\n", '4:9: A has no category; write "category: " and one of peers'),
        ("bench: [John Doe]\n", '4:9: "John Doe" is only a name; write "- name: John Doe"'),
        ("bench: [[x]]\n", '4:9: this entry has no keys; write "- name: John Doe"'),
        ("bench: {name: A}\n", '4:8: "bench" must be a list; start each of its entries with "- "'),
        ("bench: [{name: A, category: peers, again: 2027-02-30}]\n", "4:43: 30 February 2027 does not exist"),
        (
            "contacts: [{name: A, category: peers, again: 2027-06-01}]\n",
            '4:39: "again" is unknown for A; it belongs under "bench"',
        ),
    ],
)  # fmt: skip
def test_the_bench_is_checked_as_contacts_are(refused, text, said):
    (problem,) = refused(HEAD + text)
    assert said in problem
