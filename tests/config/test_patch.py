"""Patches: what is asked for changes, and not one byte besides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netkeep_sync.config.edit import AppendItem, Edit, MoveItem, RemoveItem, RemoveKey, SetValue
from netkeep_sync.config.patch import entry_path, patched
from netkeep_sync.config.yaml_source import read_yaml
from netkeep_sync.core.text import clean_text
from netkeep_sync.errors import RosterError
from tests.config.written import Pair, Person, rosters

EXAMPLE = Path(__file__).parents[2].joinpath("config.example.yaml").read_text(encoding="utf-8")


def check(before, edits, after):
    assert patched(dedent(before), edits) == dedent(after)


# One value


def test_a_value_is_changed_and_its_comment_stays():
    check(
        """\
        a: 1   # one
        b:   every 6 weeks   # two
        """,
        [SetValue(("b",), "monthly")],
        """\
        a: 1   # one
        b:   monthly   # two
        """,
    )


@pytest.mark.parametrize(
    ("written", "value", "after"),
    [
        ("x", "y", "y"),
        ("'x'", "y", "'y'"),
        ('"x"', "y", '"y"'),
        ("'x'", "it's", "'it''s'"),
        ("'x'", "two\nlines", '"two\\nlines"'),
        ('"x"', 42, "42"),
        ("42", "42", '"42"'),
        ("true", "true", '"true"'),
        ("x", None, "null"),
        ("x", False, "false"),
        ("x", ["a", "b, c"], '[a, "b, c"]'),
        ("x", {"a": 1, "b: c": "# d"}, '{a: 1, "b: c": "# d"}'),
        ("[a, b]", ["a"], "[a]"),
        ("[a, b]", ["c", "b", "d"], "[c, b, d]"),
        ("[a, b]", [], "[]"),
        ("{a: 1, b: 2}", {"b": 3, "c": 4}, "{b: 3, c: 4}"),
        ("x", " x ", '" x "'),
        ("x", "", '""'),
        ("2 words\n  and more", "z", "z"),
        ("|\n  a\n\n  b", "z", "z"),
        (">-\n  a", "z", "z"),
        ("\n  - a\n  - b  # b", ["a", "c"], "\n  - a\n  - c  # b"),
        ("\n  - a\n  - b  # b", ["a"], "\n  - a"),
        ("\n- a", ["b", "c"], "\n- b\n- c"),
        ("\n  - a\n  - b", "z", "z"),
        ("\n  a: 1\n  b: 2", {"a": 1, "c": 3}, "\n  a: 1\n  c: 3"),
    ],
)
def test_a_value_is_written_in_the_way_of_the_old_one(written, value, after):
    join = " " if not after.startswith("\n") else ""
    before = "k:" + ("" if written.startswith("\n") else " ") + written
    assert patched(f"{before}\n# end\nz: 1\n", [SetValue(("k",), value)]) == f"k:{join}{after}\n# end\nz: 1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("k:\nz: 1\n", "k: v\nz: 1\n"),
        ("k:   # none\nz: 1\n", "k: v   # none\nz: 1\n"),
        ("k: ~\nz: 1", "k: v\nz: 1"),
    ],
)
def test_a_value_comes_where_there_is_none(before, after):
    assert patched(before, [SetValue(("k",), "v")]) == after


def test_a_value_that_is_so_already_is_not_touched():
    text = "k: !!\n"[:2] + " 'v'  # x\n"
    assert patched(text, [SetValue(("k",), "v")]) == text


def test_a_key_is_added_below_the_last_one():
    check(
        """\
        contacts:
          - name: John
            category: peers   # for now
              # he asked for it
            # cadence: weekly

          - name: Mia
        """,
        [
            SetValue(("contacts", 0, "cadence"), "monthly"),
            SetValue(("contacts", 1, "milestones", "birthday"), "03-14"),
        ],
        """\
        contacts:
          - name: John
            category: peers   # for now
              # he asked for it
            cadence: monthly
            # cadence: weekly

          - name: Mia
            milestones: {birthday: 03-14}
        """,
    )


def test_a_key_is_added_between_braces():
    check(
        "a: {b: 1,}\nc: {}\n",
        [SetValue(("a", "x"), "y"), SetValue(("c", "x"), "y")],
        "a: {b: 1, x: y,}\nc: {x: y}\n",
    )


def test_a_new_section_stands_apart_where_the_others_do():
    check("a: 1\n\nb: 2\n\n# the end\n", [SetValue(("c",), 3)], "a: 1\n\nb: 2\n\nc: 3\n\n# the end\n")
    check("a: 1\nb: 2\n# the end\n", [SetValue(("c",), 3)], "a: 1\nb: 2\nc: 3\n# the end\n")


HOSTILE = [
    ": #", "- ", "- x", "? x", "#", "# x", "x # y", "x: y", "x:", "'", '"', "''", "\\", "\\n", "a\nb",
    "a\n\nb\n", "\t", " ", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "null", "~", "true", "42", "-1",
    "0x1f", "[a]", "{a}", "a, b", "]", "}", "---", "...", "<<", "=", "Łukasz", "日本", "🙂", "\u00a0x",
    "e\u0301", "\x85", "\ufeff", "", "2026-02-30", "\x00",
]  # fmt: skip
hostile = st.sampled_from(HOSTILE) | st.text(max_size=20)
FORMS = ["k: {}\n", "k: {} # c\n", "- {}\n", "[a, {}, b]\n", "{{k: {}}}\n", "- k: {}\n  l: m"]


@pytest.mark.parametrize("old", ["x", "'x'", '"x"'])
@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_is_read_back_as_it_is(form, old):
    for value in HOSTILE:
        check_text(form, value, old)


@given(st.sampled_from(FORMS), st.text(), st.sampled_from(["x", "'x'", '"x"']))
def test_any_text_is_read_back_as_it_is(form, value, old):
    check_text(form, value, old)


def check_text(form, value, old):
    before = "top:\n" + "".join(f"  {line}\n" for line in form.format(old).splitlines()) + "end: 1\n"
    (path,) = [path for path, node in nodes(read_yaml(before, file="").tree) if node == "x"]
    after = patched(before, [SetValue(path, value)])
    source = read_yaml(after, file="")
    assert dict(nodes(source.tree))[path] == clean_text(value)
    assert len(after.splitlines()) == len(before.splitlines())


def nodes(tree, path=()):
    yield path, tree
    if isinstance(tree, dict | list):
        for step, one in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from nodes(one, (*path, step))


@given(hostile.filter(lambda one: clean_text(one).strip()))
def test_any_key_is_read_back_as_it_is(key):
    key = " ".join(clean_text(key).split())
    assume(key not in ("", "name"))
    for text in ("a:\n  name: x\n", "a: {name: x}\n"):
        assert read_yaml(patched(text, [SetValue(("a", key), "y")]), file="").tree["a"][key] == "y"


# Entries


def test_an_entry_goes_with_its_own_comments():
    check(
        """\
        contacts:
          # friends
          - name: A
          # from school
          - name: B  # b
            # last_met: today
          # - name: Old

          # from work
          - name: C
        """,
        [RemoveItem(("contacts", 1)), RemoveItem(("contacts", 0))],
        """\
        contacts:
          # friends
          # - name: Old

          # from work
          - name: C
        """,
    )


def test_a_commented_entry_is_nobodys():
    check("- a\n# - old\n#   older\n- b\n- c\n", [RemoveItem((1,))], "- a\n# - old\n#   older\n- c\n")


def test_a_key_takes_no_other_along_that_was_made_a_comment():
    check(
        "a: 1\n# last_met: x\nb: 2\n# what for\nc: 3\n",
        [RemoveKey(("b",)), RemoveKey(("c",))],
        "a: 1\n# last_met: x\n",
    )


def test_a_key_in_the_line_of_its_dash_goes():
    check("l:\n  - id: x  # c\n    name: y\n", [RemoveKey(("l", 0, "id"))], "l:\n  - name: y\n")


def test_an_empty_list_or_map_does_not_stay():
    check("a: 1\nb:\n  - c:\n      d: 1\ne: 1\n", [RemoveKey(("b", 0, "c", "d"))], "a: 1\ne: 1\n")


def test_brackets_keep_their_comments():
    text = "l: [\n  a, # a\n  b, # b\n  c # c\n]\n"
    check(text, [RemoveItem(("l", 0))], "l: [\n   # a\n  b, # b\n  c # c\n]\n")
    check(text, [RemoveItem(("l", 2))], "l: [\n  a, # a\n  b, # b # c\n]\n")
    check(text, [AppendItem(("l",), "d")], "l: [\n  a, # a\n  b, # b\n  c, # c\n  d\n]\n")
    check("l: [\n  a\n]\n", [AppendItem(("l",), "d")], "l: [\n  a,\n  d\n]\n")


def test_a_list_is_made_where_there_is_none():
    check("a:\n  b: 1\n", [AppendItem(("a", "c"), "x y")], "a:\n  b: 1\n  c: [x y]\n")
    check("a: []\nb: {}\n", [AppendItem(("a",), "x"), AppendItem(("b", "c"), "y")], "a: [x]\nb: {c: [y]}\n")
    check("a:\nb:\n- c\n", [AppendItem(("a",), {"x": 1})], "a:\n- x: 1\nb:\n- c\n")
    check("a: 1\n", [AppendItem(("b",), {"x": 1, "y": [2]})], "a: 1\nb:\n  - x: 1\n    y: [2]\n")


CALLED = """
    owner: {name: Ana}
    timezone: UTC
    categories: {peers: {cadence: monthly, channel: call}}
    contacts:
      - {name: John Doe, category: peers}
      - {name: Jo, id: john, category: peers}
    """


def test_people_are_found_by_what_the_file_calls_them(parsed):
    text = dedent(CALLED)
    jo, john = parsed(text).contacts
    assert entry_path(text, jo) == ("contacts", 1)
    assert entry_path(text, replace(john, key="john-doe-2")) == ("contacts", 0)
    with pytest.raises(LookupError):
        entry_path(text, replace(john, name="Somebody else"))


# What can't be done is told, with its place


@pytest.mark.parametrize(
    ("text", "edit", "advice"),
    [
        ("- - a\n  - b\n", RemoveItem((0, 0)), "f:1:5: this can't be changed"),
        ("a: {b, c: 1}\n", SetValue(("a", "b"), 2), "what stands around it; by hand, write 2 for b"),
        ("a: 1\n", RemoveKey(("a",)), "remove it by hand"),
        ("a: x\n", AppendItem(("a",), "y"), "by hand, add y to a"),
        ("a: x\nb: [1, 2]\n", MoveItem(("b", 0), ("a",)), "move this entry to a by hand"),
        ("a: &b 1\n", SetValue(("a",), 2), 'the anchor "&b" has no use here'),
        ("a: x\n" * 2, SetValue(("a",), 2), "stands here twice"),
        ("a: x\n", SetValue(("b",), "x" * 20_000), "f:1:1: this can't be changed"),
    ],
)  # fmt: skip
def test_what_can_not_be_patched_is_told_with_its_place(text, edit, advice):
    with pytest.raises(RosterError) as caught:
        patched(text, [edit], file="f")
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    "edit", [RemoveKey(("b",)), RemoveItem(("a", 3)), SetValue(("a", 3), 1), MoveItem(("c", 0), ("a",))]
)
def test_a_path_to_nowhere_is_a_mistake_of_the_caller(edit):
    with pytest.raises(LookupError):
        patched("a: [1, 2]\n", [edit])


# Any patch of any roster


@given(rosters(), st.data())
def test_a_changed_value_leaves_every_other_byte(written, data):
    who = data.draw(st.integers(0, len(written.contacts.people) - 1))
    person = written.contacts.people[who]
    which = data.draw(st.integers(0, len(person.pairs) - 1))
    value, pair = data.draw(hostile), person.pairs[which]
    path = ("contacts", who, pair.key)
    text = patched(written.text, [SetValue(path, value)])

    gap = "\x07"
    parts = [*person.pairs]
    parts[which] = replace(pair, written=gap)
    some = list(written.contacts.people)
    some[who] = replace(person, pairs=tuple(parts))
    before, after = written.with_people("contacts", tuple(some)).text.split(gap)
    assert (text.startswith(before), text.endswith(after)) == (True, True)
    if pair.written[0] not in "'\"" and text[len(before)] != '"':  # quotes, once there, stay
        assert patched(text, [SetValue(path, written.tree["contacts"][who][pair.key])]) == written.text
    tree = written.tree
    tree["contacts"][who][pair.key] = clean_text(value)
    assert read_yaml(text, file="").tree == tree


@given(rosters(), st.data(), hostile)
def test_an_added_key_leaves_every_other_byte_and_goes_again(written, data, value):
    who = data.draw(st.integers(0, len(written.contacts.people) - 1))
    path = ("contacts", who, "place")
    text = patched(written.text, [SetValue(path, value)])
    assert read_yaml(text, file="").tree["contacts"][who] == {
        **written.tree["contacts"][who],
        "place": clean_text(value),
    }
    assert patched(text, [RemoveKey(path)]) == written.text


@given(rosters(), st.data())
def test_a_removed_key_leaves_every_other_byte(written, data):
    who = data.draw(st.integers(0, len(written.contacts.people) - 1))
    person = written.contacts.people[who]
    assume(len(person.pairs) > 1)
    which = data.draw(st.integers(0, len(person.pairs) - 1))
    rest = (*person.pairs[:which], *person.pairs[which + 1 :])
    if person.is_flow:  # there the comment is that of the whole line
        rest = (*rest[:-1], replace(rest[-1], tail=person.pairs[-1].tail))
    elif which == len(person.pairs) - 1 or which == 0:
        assume(not person.below)  # whose a deeper comment is, is another question
    some = list(written.contacts.people)
    some[who] = replace(person, pairs=rest)
    text = patched(written.text, [RemoveKey(("contacts", who, person.pairs[which].key))])
    assert text == written.with_people("contacts", tuple(some)).text


@given(rosters(), st.sampled_from(["contacts", "bench"]), hostile)
def test_an_added_entry_looks_like_its_neighbours_and_goes_again(written, section, name):
    assume(not (section == "contacts" and written.contacts is None))
    text = patched(written.text, [AppendItem((section,), {"name": name, "category": "peers"})])
    there = getattr(written, section)
    tree = written.tree
    tree[section] = [*tree.get(section, ()), {"name": clean_text(name), "category": "peers"}]
    assert read_yaml(text, file="").tree == tree
    if there:
        last = there.people[-1]
        spelled = "\x07"
        new = Person((Pair("name", spelled), Pair("category", "peers")), is_flow=last.is_flow)
        if len(there.people) > 1:
            before, after = written.with_people(section, (*there.people, new)).text.split(spelled)
            assert (text.startswith(before), text.endswith(after)) == (True, True)
    assert patched(text, [RemoveItem((section, len(tree[section]) - 1))]) == written.text


@given(rosters(), st.data())
def test_a_removed_entry_leaves_every_other_byte(written, data):
    folk = written.contacts.people
    assume(len(folk) > 1)
    who = data.draw(st.integers(0, len(folk) - 1))
    kept = (*folk[:who], *folk[who + 1 :])
    if who == 0:  # what stands above the first is the list's
        kept = (replace(kept[0], above=(*folk[0].above, *kept[0].above)), *kept[1:])
    assert (
        patched(written.text, [RemoveItem(("contacts", who))]) == written.with_people("contacts", kept).text
    )


@given(rosters())
def test_an_entry_moves_as_it_is_written_and_comes_back(written):
    who = len(written.contacts.people) - 1
    assume(who > written.people_apart)  # of two that stand apart one is left, with no such way to follow
    text = patched(written.text, [MoveItem(("contacts", who), ("bench",))])
    tree = written.tree
    tree["bench"] = [*tree.get("bench", ()), tree["contacts"].pop()]
    assert read_yaml(text, file="").tree == tree
    assert patched(text, [MoveItem(("bench", len(tree["bench"]) - 1), ("contacts",))]) == written.text


WHO = st.integers(0, 9)
WISHES = st.lists(
    st.tuples(st.just("set"), WHO, st.sampled_from(["notes", "place"]), hostile)
    | st.tuples(st.just("drop"), WHO, st.sampled_from(["notes", "email"]))
    | st.tuples(st.just("add"), hostile)
    | st.tuples(st.sampled_from(["remove", "rest", "resume"]), WHO),
    max_size=6,
)


@given(rosters(), WISHES)
def test_any_patches_of_any_roster_come_to_what_they_say(written, wishes):
    tree = written.tree
    edits: list[Edit] = []
    for wish in wishes:
        contacts, bench = tree["contacts"], tree.get("bench", [])
        match wish:
            case "set", who, key, value:
                contacts[who % len(contacts)][key] = clean_text(value)
                edits.append(SetValue(("contacts", who % len(contacts), key), value))
            case "drop", who, key if key in contacts[who % len(contacts)]:
                del contacts[who % len(contacts)][key]
                edits.append(RemoveKey(("contacts", who % len(contacts), key)))
            case "add", name:
                contacts.append({"name": clean_text(name)})
                edits.append(AppendItem(("contacts",), {"name": name}))
            case "remove", who if len(contacts) > 1:
                edits.append(RemoveItem(("contacts", who % len(contacts))))
                del contacts[who % len(contacts)]
            case "rest", who if len(contacts) > 1:
                edits.append(MoveItem(("contacts", who % len(contacts)), ("bench",)))
                tree["bench"] = [*bench, contacts.pop(who % len(contacts))]
            case "resume", who if bench:
                edits.append(MoveItem(("bench", who % len(bench)), ("contacts",)))
                contacts.append(bench.pop(who % len(bench)))
                if not bench:
                    del tree["bench"]
    text = patched(written.text, edits)
    assert read_yaml(text, file="").tree == tree
    assert text.startswith(written.mark + written.line_break.join(written.head))
    assert written.end in text


@settings(max_examples=20)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=6))
def test_the_example_loses_nobody_on_the_way_to_the_bench_and_back(moves):
    text = EXAMPLE
    for who in moves:
        text = patched(text, [MoveItem(("contacts", who), ("bench",))])
        text = patched(text, [MoveItem(("bench", 0), ("contacts",))])
    before, after = (sorted(one.split()) for one in (EXAMPLE, text))
    assert before == after
    assert "\nbench:" not in text
