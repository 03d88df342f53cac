from netkeep_sync.core.text import clean_line, clean_text, shown


def test_text_keeps_its_lines_and_loses_what_nobody_sees():
    assert clean_text("a\r\nb\rc\u2028d\u202ee\x00f\ufeff e\u0301") == "a\nb\nc def \xe9"


def test_a_line_has_single_spaces():
    assert clean_line("  a\t\nb  c ") == "a b c"


def test_what_is_quoted_in_messages_is_short():
    assert shown("x" * 61) == "x" * 57 + "..."
    assert shown(42) == "42"
