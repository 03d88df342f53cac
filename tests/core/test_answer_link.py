from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from netkeep_sync.core.answer_link import ANSWERABLE, AnswerLinks, checkin_meant, checkins_open
from netkeep_sync.core.fact import SlotName
from netkeep_sync.core.outcome import Evidence
from netkeep_sync.core.series import series_uid
from tests.core.builders import cancelled, day, history, moved, outcome, series

LINKS = AnswerLinks(base="https://example.com", generation=1, key=b"k" * 32)
JOHN = replace(series("2026-10-06"), uid=series_uid("ana", "john", 1))  # the first Tuesday of each month
MARY = replace(series("2026-10-06"), uid=series_uid("ana", "mary", 1))
BOTH = (MARY, JOHN)


class TestToken:
    def test_it_names_its_series(self):
        assert LINKS.series_meant(LINKS.token(JOHN.uid), BOTH) == JOHN
        assert LINKS.series_meant(LINKS.token(MARY.uid), BOTH) == MARY

    def test_it_is_short_and_the_same_again(self):
        assert LINKS.address(JOHN.uid) == f"https://example.com/a/{LINKS.token(JOHN.uid)}"
        assert len(LINKS.token(JOHN.uid)) == 39

    def test_one_for_a_series_that_is_not_there_means_none(self):
        assert LINKS.series_meant(LINKS.token(JOHN.uid), (MARY,)) is None

    @pytest.mark.parametrize(
        "other",
        [
            replace(LINKS, key=b"x" * 32),
            replace(LINKS, generation=2),
            replace(LINKS, key=b"x" * 32, generation=2),
        ],
        ids=["of another roster", "of another generation with the same key", "rotated"],
    )
    def test_one_that_was_signed_otherwise_is_none(self, other):
        assert LINKS.series_meant(other.token(JOHN.uid), BOTH) is None

    def test_every_change_of_a_letter_makes_it_none(self):
        token = LINKS.token(JOHN.uid)
        for place in range(len(token)):
            for letter in "Aa0-_Q":
                forged = token[:place] + letter + token[place + 1 :]
                assert forged == token or LINKS.series_meant(forged, BOTH) is None

    @pytest.mark.parametrize("token", ["", "A", "=", "+/" * 10, "ü" * 39, "A" * 39, "A" * 4000, "\0"])
    def test_what_is_no_token_is_none(self, token):
        assert LINKS.series_meant(token, BOTH) is None

    def test_a_longer_one_that_is_signed_is_none(self):
        said = b"\x01\x00\x01" + b"n" * 11
        token = base64.urlsafe_b64encode(said + LINKS._mac("link", said)).rstrip(b"=").decode()
        assert LINKS.series_meant(token, BOTH) is None

    def test_the_key_is_not_shown(self):
        assert "kkk" not in repr(LINKS)

    def test_a_seal_is_of_its_words_and_no_token(self):
        assert LINKS.seal("a") == LINKS.seal("a") != LINKS.seal("b")
        assert LINKS.seal("a") != replace(LINKS, key=b"x" * 32).seal("a")
        assert LINKS.series_meant(LINKS.seal("a"), BOTH) is None


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


def told(day_of_slot: str):
    slot = SlotName(uid=JOHN.uid, slot_on=day(day_of_slot))
    return history(replace(outcome(day_of_slot), slot=slot, evidence=Evidence.CONFIRMED))


def meant(now: str, of=JOHN, known=None) -> str | None:
    one = checkin_meant(of, known or history(), now=at(now))
    return str(one.slot_on) if one else None


class TestMeant:
    def test_before_the_first_it_is_the_first(self):
        assert meant("2026-09-01 12:00") == "2026-10-06"

    def test_while_it_goes_on_it_is_that_one(self):
        assert meant("2026-10-06 06:45") == "2026-10-06"

    def test_just_passed_it_is_the_one_that_passed(self):
        assert meant("2026-10-06 12:00") == "2026-10-06"

    def test_nearer_to_the_next_it_is_the_next(self):
        assert meant("2026-11-02 20:00") == "2026-11-03"

    def test_once_it_was_spoken_of_it_is_the_next(self):
        assert meant("2026-10-06 12:00", known=told("2026-10-06")) == "2026-11-03"

    def test_a_moved_one_is_meant_by_where_it_is(self):
        late = replace(JOHN, exceptions=(moved("2026-10-06", "2026-10-20 09:00"),))
        assert meant("2026-10-08 12:00", late) == "2026-10-06"
        assert meant("2026-10-21 12:00", late) == "2026-10-06"

    def test_a_cancelled_one_is_not_meant(self):
        assert meant("2026-10-07 12:00", replace(JOHN, exceptions=(cancelled("2026-10-06"),))) == "2026-11-03"

    def test_the_last_one_is_meant_until_the_link_ends(self):
        ended = replace(JOHN, until_on=day("2026-11-01"))
        assert meant("2026-10-30 12:00", ended, told("2026-10-06")) == "2026-10-06"
        [last] = checkins_open(ended, now=at("2026-10-30 12:00"))
        assert checkin_meant(ended, history(), now=last.end_at + ANSWERABLE - timedelta(seconds=1))
        assert checkin_meant(ended, history(), now=last.end_at + ANSWERABLE) is None


def test_open_are_those_of_the_last_sixty_days_and_the_next():
    found = checkins_open(JOHN, now=at("2026-12-15 12:00"))
    assert [str(one.slot_on) for one in found] == ["2026-11-03", "2026-12-01", "2027-01-05"]
