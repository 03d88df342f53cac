from __future__ import annotations

import gc
import subprocess
import sys
import unicodedata
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netkeep_sync.config.yaml_characters import MAX_BYTES
from netkeep_sync.config.yaml_mistake import Place
from netkeep_sync.config.yaml_source import MAX_PROBLEMS, YamlSource, read_yaml
from netkeep_sync.core.text import clean_line, clean_text, shown
from tests.config.hostile import HOSTILE

LOADERS = [pytest.param(None, id="C"), pytest.param(yaml.SafeLoader, id="Python")]


def read(text: str | bytes, loader: Any = None) -> YamlSource:
    return read_yaml(text, file="f.yaml", loader=loader)


def only_problem(text: str | bytes, loader: Any = None) -> str:
    (problem,) = read(text, loader).problems
    return str(problem)


# Values and places


@pytest.mark.parametrize("loader", LOADERS)
def test_only_true_false_null_and_decimal_integers_get_a_type(loader):
    text = "[true, false, null, ~, , 1, -20, 0, NO, yes, True, 17:30, 2026-02-30, 007, 1_000, 0x1f, 1.5, 1e3]"

    tree = read(text.replace(", ,", ","), loader).tree

    assert tree[:7] == [True, False, None, None, 1, -20, 0]
    assert tree[7:] == [
        "NO", "yes", "True", "17:30", "2026-02-30", "007", "1_000", "0x1f", "1.5", "1e3",
    ]  # fmt: skip


def test_integers_of_many_digits_stay_text():
    assert read("a: " + "9" * 5000).tree == {"a": "9" * 5000}


def test_quoted_values_stay_text():
    assert read("""["1", 'true', "null", '']""").tree == ["1", "true", "null", ""]


def test_a_key_is_always_text():
    assert read("{1: a, true: b, null: c}").tree == {"1": "a", "true": "b", "null": "c"}


def test_places_of_keys_and_values_count_from_one():
    source = read("owner:\n  name: Ana\nlist:\n  - x\n  - {y: z}\n")

    assert source.key_places["owner", "name"] == Place(2, 3)
    assert source.value_places["owner", "name"] == Place(2, 9)
    assert source.value_places["list", 1] == Place(5, 5)
    assert source.place(("list", 1, "y")) == Place(5, 9)


def test_the_place_of_what_is_not_there_is_that_of_what_it_would_be_part_of():
    source = read("a: 1\nowner:\n  name: Ana\n")

    assert source.place(("owner", "email", "x")) == Place(3, 3)
    assert source.place(("owner", "email"), of_key=True) == Place(3, 3)


def test_columns_count_characters_and_not_bytes():
    assert read("ä: 'ö'\nüü: x").value_places[("üü",)] == Place(2, 5)


def test_an_empty_file_has_no_tree_and_no_problem():
    for text in ("", "\n", "# only a comment\n", "---\n"):
        source = read(text)
        assert (source.tree, source.problems) == (None, ())


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfa: b", "\ufeffa: b"])
def test_a_byte_order_mark_of_utf_8_is_tolerated(text):
    source = read(text)

    assert source.tree == {"a": "b"}
    assert source.key_places[("a",)] == Place(1, 1)


def test_line_ends_of_every_system_count_alike():
    source = read(b"a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 2\rd: 3\n")

    assert source.tree == {"a": 1, "b": "x\ny\n", "c": 2, "d": 3}
    assert source.key_places[("d",)] == Place(6, 1)


@pytest.mark.parametrize("set_up", [gc.enable, gc.disable])
@pytest.mark.parametrize("text", ["a: b", "[" * 100])
def test_the_garbage_collector_is_left_as_it_was_found(set_up, text):
    was_enabled = gc.isenabled()
    try:
        set_up()
        read(text)
        assert gc.isenabled() is (set_up is gc.enable)
    finally:
        (gc.enable if was_enabled else gc.disable)()


# Cleaning


def test_text_is_cleaned_of_controls_bidi_marks_and_odd_line_breaks():
    source = read('name: "A\\u0007na\\u202e \\u2028 K\\u00adaya\\ufeff"\nraw: e\u0301\u200b\x07x')

    assert source.tree == {"name": "Ana   K\u00adaya", "raw": "éx"}


def test_keys_are_cleaned_as_values_are():
    assert read('"na\\u202eme": x').tree == {"name": "x"}


def test_newlines_stay_in_text_and_become_spaces_in_a_line():
    assert clean_text("a\r\nb\rc\n") == "a\nb\nc\n"
    assert clean_line(" a\r\n b\t c\n") == "a b c"


@given(st.text(st.characters(codec=None)))
@example("\r\x07\n")
@example("e\u202e\u0301")
def test_cleaning_is_idempotent_and_leaves_nothing_hidden(text):
    clean = clean_text(text)

    assert clean_text(clean) == clean
    assert clean_line(clean_line(text)) == clean_line(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert clean.count("\n") + 1 >= len(clean.splitlines())
    assert all(one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs", "Zl", "Zp"} for one in clean)
    assert len(clean_line(text).splitlines()) <= 1
    clean.encode()


def test_what_messages_quote_is_one_line_and_short():
    assert shown("a\nb\x1b[31m") == "a b[31m"
    assert shown("x" * 100) == "x" * 57 + "..."


# What a roster has no use for


def test_a_duplicate_key_is_told_with_both_places():
    text = "owner:\n  name: Ana\n  name: Bea\n"

    assert only_problem(text) == (
        'f.yaml:3:3: "name" stands here twice, first at line 2, column 3; keep one of the two'
    )


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "place", "message", "advice"),
    [
        (
            "a: &x 1",
            "1:4",
            'the anchor "&x" has no use here',
            "remove it; what contacts share belongs in their category",
        ),
        ("a: *x", "1:4", 'the alias "*x" is not followed here', "write the value itself"),
        (
            "<<: {a: b}",
            "1:1",
            'the merge key "<<" is not followed here',
            "what contacts share belongs in their category",
        ),
        ("a: !!str 1", "1:4", 'the tag "tag:yaml.org,2002:str" has no use here', "remove it"),
        (
            "a: !!python/object/apply:os.system [x]",
            "1:4",
            'the tag "tag:yaml.org,2002:python/object/apply:os.system" has no use here',
            "remove it",
        ),
        ("&x a: b", "1:1", "anchors and tags have no use here", "remove it"),
        ("? [a, b]\n: c", "1:3", "a list, a map or an alias cannot be a key", "put the key in quotes"),
        ("*x : c", "1:1", "a list, a map or an alias cannot be a key", "put the key in quotes"),
        ('"": x', "1:1", "this key is empty", "write a short word before the colon"),
        ("a" * 300 + ": x", "1:1", "this key is too long", "write a short word before the colon"),
        ("a: b\n---\nc: d\n", "2:1", "a second document starts here", 'remove the line "---"'),
        ("%TAG ! tag:x,1:\n---\na: b", "1:1", "tags are not used here", 'remove the line "%TAG"'),
    ],
)
def test_what_a_roster_has_no_use_for_is_refused_with_its_place(text, place, message, advice, loader):
    assert only_problem(text, loader) == f"f.yaml:{place}: {message}; {advice}"


def test_a_refused_value_is_remembered_so_that_nobody_misses_it():
    source = read("a: *x\nb: 1")

    assert source.tree == {"a": None, "b": 1}
    assert source.refused == {("a",)}


def test_several_problems_are_told_at_once():
    places = [(problem.line, problem.column) for problem in read("a: &x 1\na: 2\nb: *x\n").problems]

    assert places == [(1, 4), (2, 1), (3, 4)]


def test_no_more_problems_are_told_than_one_can_read():
    assert len(read("a: b\n" * 5000).problems) == MAX_PROBLEMS


# Syntax


@pytest.mark.parametrize(
    ("text", "place", "message", "advice"),
    [
        ("a:\n\tb: c\n", "2:1", "a tab stands where spaces belong", "indent with spaces"),
        (
            'a: 1\nb: "John\nc: 2\n',
            "2:4",
            "the quote that opens here is never closed",
            "close it, or leave out the quotes",
        ),
        ("notes: He said: hello", "1:15", "this value has a second colon", "put the value in quotes"),
        (
            "a: 1\n  b: 2\n",
            "2:4",
            "this line is taken for more of the value above",
            "indent it like its neighbours, and check the colon of the line above",
        ),
        (
            "owner:\n  name: Ana\n  timezone\ncapacity: {}\n",
            "3:3",
            "this line has no colon",
            'write "key: value", and put texts of several lines in quotes',
        ),
        (
            "contacts: - name: x",
            "1:11",
            "a list cannot start here",
            'put each "- " on a line of its own, below the key',
        ),
        (
            "owner: {name: Ana\ntimezone: UTC\n",
            "1:8",
            'the "{" of this map is never closed, or a comma is missing',
            'write "{a: 1, b: 2}"',
        ),
        (
            "days: [mon, tue\nx: y\n",
            "1:7",
            'the "[" of this list is never closed, or a comma is missing',
            'write "[a, b]"',
        ),
        ("days: [mon,, tue]", "1:12", "a value is missing here", "write one, or put the text in quotes"),
        (
            'path: "C:\\people"',
            "1:10",
            "this escape is unknown in double quotes",
            "use single quotes, or write the backslash twice",
        ),
        (
            'a: "\\ud800"',
            "1:7",
            "this escape is unknown in double quotes",
            "use single quotes, or write the backslash twice",
        ),
        ("a: * b", "1:4", 'a value cannot start with "*" or "&"', "put it in quotes"),
        ("handle: @john", "1:9", 'a value cannot start with "@"', "put it in quotes"),
        ("share: %50", "1:8", 'a value cannot start with "%"', "put it in quotes"),
        (
            "notes: | text",
            "1:10",
            'only a line break may follow "|" or ">"',
            "start the text on the next line, indented",
        ),
        (
            "title: {name} coffee",
            "1:15",
            "there is text after the closing quote or bracket",
            "put the whole value in quotes",
        ),
        (
            "a: 'it's'",
            "1:8",
            "there is text after the closing quote or bracket",
            "put the whole value in quotes",
        ),
        (
            "contacts:\n  - name: x\n  y: z\n",
            "3:3",
            "this does not fit into the list above it",
            'start it with "- ", or indent it like its neighbours',
        ),
        (
            "a:\n    b: 1\n  c: 2\n",
            "3:3",
            "this does not fit below the lines before it",
            "indent it like its neighbours, and close every quote and bracket above",
        ),
        (
            "a: b\n...\nc: d",
            "3:1",
            "this does not fit below the lines before it",
            "start every top-level key in the first column",
        ),
        ("a: !<", "1:6", "this is not YAML", "check the indentation, the quotes and the brackets here"),
    ],
)
def test_a_syntax_error_is_told_in_plain_words_with_its_place(text, place, message, advice):
    assert only_problem(text) == f"f.yaml:{place}: {message}; {advice}"


@given(st.text("ab:-[]{},\"'|>&*!%@`#?\n \t\\<=~", max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_wording_of_the_parser_reaches_the_user(text):
    for loader in (None, yaml.SafeLoader):
        for problem in read(text, loader).problems:
            words = problem.message + problem.advice
            assert problem.line >= 1
            assert problem.column >= 1
            assert not any(
                theirs in words for theirs in ("found", "expected", "scanning", "parsing", "token")
            )


def test_an_escape_beyond_unicode_is_a_problem_for_the_python_parser_too():
    assert only_problem('a: "\\UFFFFFFFF"', yaml.SafeLoader) == (
        "f.yaml:1:1: an escape in double quotes is no character; put that text in single quotes"
    )


# Bytes


@pytest.mark.parametrize(
    ("data", "place", "message", "advice"),
    [
        (b"a: b\nc: \xc3\xa4\xe9\n", "2:5", "the byte 0xE9 is not UTF-8", "save the file as UTF-8"),
        ("a: b".encode("utf-16"), "1:1", "the file is in UTF-16", "save it as UTF-8"),
        (b"\xfe\xff\0a", "1:1", "the file is in UTF-16", "save it as UTF-8"),
        (b"a: b\nc: x\0y", "2:5", "a NUL stands here, so this is no text file", "save it as UTF-8 text"),
        (
            b"#" * (MAX_BYTES + 1),
            "1:1",
            "the file is larger than 2 MB",
            "a roster is a few pages; is this the right file?",
        ),
        (b"\xed\xa0\x80", "1:1", "the byte 0xED is not UTF-8", "save the file as UTF-8"),
    ],
)
def test_what_is_no_utf_8_text_is_refused_with_its_place(data, place, message, advice):
    assert only_problem(data) == f"f.yaml:{place}: {message}; {advice}"


def test_lone_surrogates_in_a_string_are_dropped():
    assert read("a: x\ud800y").tree == {"a": "xy"}


# Files that mean harm


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_few_problems(name):
    # How soon: tests/benchmarks/reading.py.
    assert 0 < len(read(HOSTILE[name]).problems) <= MAX_PROBLEMS


def test_open_brackets_do_not_end_the_process(tmp_path):
    # 100 kB of these overflow the stack of PyYAML's C composer: SIGSEGV, no traceback.
    for name in ("open lists", "open maps", "nested sequences"):
        path = tmp_path / "f.yaml"
        path.write_bytes(HOSTILE[name])
        code = (
            "import sys; from netkeep_sync.config.yaml_source import read_yaml;"
            "print(read_yaml(open(sys.argv[1], 'rb').read(), file='f.yaml').problems[0].message)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, "this is nested more than 12 levels deep\n")


def test_a_scalar_that_is_too_long_is_told_and_the_rest_is_read():
    source = read("a: " + "x" * 10_001 + "\nb: 1\n")

    assert [str(one) for one in source.problems] == [
        "f.yaml:1:4: this text is longer than 10000 characters; keep only what the next check-in needs"
    ]
    assert source.tree == {"a": None, "b": 1}


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    source = read(data)

    assert all(problem.line >= 1 and problem.column >= 1 for problem in source.problems)
