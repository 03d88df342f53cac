import pytest

from netkeep_sync.core.observation import Mark, mark_of


@pytest.mark.parametrize(
    "title",
    [
        "✓ Coffee with Ada",
        "✓Coffee with Ada",
        "  ✔ Coffee with Ada",
        "✔\N{VARIATION SELECTOR-16} Coffee with Ada",
        "☑ Coffee",
        "✅",
        "done Coffee with Ada",
        "Done: Coffee with Ada",
        "DONE",
        "done - Coffee",
        "Erledigt: Kaffee mit Ada",
    ],
)
def test_a_tick_or_the_word_done_before_a_title_is_done(title):
    assert mark_of(title) is Mark.DONE


@pytest.mark.parametrize("title", ["✗ Coffee with Ada", "✘Coffee", "❌ Coffee", "☒"])
def test_a_cross_before_a_title_is_failed(title):
    assert mark_of(title) is Mark.FAILED


@pytest.mark.parametrize(
    "title",
    [
        "",
        "  ",
        "Coffee with Ada",
        "Coffee with Ada ✓",
        "Donetsk trip",
        "done2",
        "Undone",
        "Erledigtes",
        "[done]",
        "x",
    ],
)
def test_any_other_title_has_no_mark(title):
    assert mark_of(title) is Mark.NONE
