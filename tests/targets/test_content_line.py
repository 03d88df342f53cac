"""The check lets through what this program writes, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netkeep_sync.targets.content_line import BadLine, check_bytes, clean_text, fold

EVENT = b"BEGIN:VEVENT\r\nSUMMARY:Coffee\r\nEND:VEVENT\r\n"


def test_an_event_passes():
    check_bytes(EVENT)


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (EVENT.replace(b"\r\n", b"\n"), "no end"),
        (EVENT[:-1], "no end"),
        (EVENT.replace(b"Coffee", b"a\rX-EVIL:1"), "CRLF"),
        (EVENT.replace(b"Coffee", b"a\nX-EVIL:1"), "CRLF"),
        (EVENT.replace(b"Coffee", b"a\x00"), "control"),
        (EVENT.replace(b"Coffee", b"a\x0bb"), "control"),
        (EVENT.replace(b"Coffee", b"a\x1bb"), "control"),
        (EVENT.replace(b"Coffee", b"a\x7fb"), "control"),
        (EVENT.replace(b"Coffee", "a\x85b".encode()), "control"),
        (EVENT.replace(b"Coffee", "a\u2028b".encode()), "control"),
        (EVENT.replace(b"Coffee", "a\u2029b".encode()), "control"),
        (EVENT.replace(b"Coffee", "\ud83c".encode(errors="surrogatepass")), "UTF-8"),
        (EVENT.replace(b"Coffee", b"\xf0\x9f\r\n \x8e\x89"), "folded inside a character"),
        (EVENT.replace(b"Coffee", b"x" * 68), "76 octets"),
        (EVENT.replace(b"Coffee", b"\r\n " + b"x" * 75), "76 octets"),
        (EVENT.replace(b"Coffee", b"a\r\nATTENDEE:mailto:eve@example.com"), "ATTENDEE"),
        (EVENT.replace(b"Coffee", b"a\r\nATTACH;VALUE=URI:x"), "ATTACH"),
        (EVENT.replace(b"Coffee", b"a\r\n\r\nUID:b"), "begins with b''"),
        (EVENT.replace(b"Coffee", b"a\r\nno line"), "no line"),
        (EVENT.replace(b"Coffee", b"a\r\nACTION:EMAIL"), "an alarm says b'ACTION:EMAIL'"),
        (EVENT.replace(b"Coffee", b"a\r\nACTION;X=1:DISPLAY"), "an alarm says"),
        (EVENT.replace(b"Coffee", b"a\r\nTRIGGER;VALUE=DATE-TIME:20260101T000000Z"), "an alarm says"),
        (EVENT.replace(b"Coffee", b"a\r\nTRIGGER:-PT15M \r\n 0"), "an alarm says"),
        (EVENT.replace(b"Coffee", b"a\r\nEND:VEVENT"), "did not begin"),
        (EVENT.replace(b"Coffee", b"a\r\nBEGIN:VEVENT"), "does not end"),
        (EVENT.replace(b"END:VEVENT", b"END:VTODO"), "did not begin"),
        (b"\xef\xbb\xbf" + EVENT, "begins with"),
    ],
    ids=ascii,
)
def test_what_would_spoil_a_calendar_is_refused(bad, complaint):
    with pytest.raises(BadLine, match=complaint):
        check_bytes(bad)


def test_an_alarm_that_shows_words_some_minutes_before_passes():
    alarm = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Coffee\r\nEND:VALARM\r\n"
    check_bytes(EVENT.replace(b"END:VEVENT", alarm + b"END:VEVENT"))


def test_a_line_may_have_75_octets_and_so_may_its_continuation():
    check_bytes(EVENT.replace(b"Coffee", b"x" * 67 + b"\r\n " + b"x" * 74))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_whatever_may_end_a_line_becomes_one_newline(end):
    assert clean_text(f"a{end}b") == "a\nb"


@settings(deadline=None, derandomize=True)
@given(st.text(st.characters()))
def test_clean_text_has_no_line_ends_but_newlines(text):
    clean = clean_text(text)
    assert clean.splitlines() == clean.removesuffix("\n").split("\n") or not clean
    clean.encode()


@settings(deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["C"])))
def test_clean_text_leaves_printable_text_as_it_is(text):
    assert clean_text(text) == text.replace("\u2028", "\n").replace("\u2029", "\n")


@settings(deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])))
def test_what_is_folded_passes_the_check(text):
    check_bytes(fold(["BEGIN:VEVENT", f"SUMMARY:{text}", "END:VEVENT"]).encode())
