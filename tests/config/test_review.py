"""When the review stands in the calendar."""

from __future__ import annotations

import pytest

HEAD = "owner: {name: Ana}\ntimezone: UTC\n"


@pytest.mark.parametrize(
    "text", ["", "review:\n", "review: off\n", "review: no\n", "review: {cadence: off}\n"]
)
def test_there_is_no_review_on_the_calendar_unless_the_file_says_so(parsed, text):
    assert parsed(HEAD + text).review is None


@pytest.mark.parametrize(
    ("text", "cadence", "minutes", "hours"),
    [
        ("review: quarterly\n", "quarterly", 20, ["09:00-17:00"]),
        ("review: {cadence: every 6 months, minutes: 45}\n", "every 6 months", 45, ["09:00-17:00"]),
        ("review: {between: [16:00-17:00]}\n", "quarterly", 20, ["16:00-17:00"]),
        ("review:\n  cadence: yearly\n  between: 08:00-08:20\n", "yearly", 20, ["08:00-08:20"]),
    ],
)
def test_a_review_is_booked_as_it_is_written(parsed, text, cadence, minutes, hours):
    review = parsed(HEAD + text).review

    assert (str(review.cadence), review.minutes, [str(one) for one in review.hours]) == (
        cadence,
        minutes,
        hours,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("review: quaterly\n", '3:9: cadence "quaterly" is unknown; write "quarterly", "every 6 months"'),
        ("review: every 6 weeks\n", '3:9: "every 6 weeks" is too often for a review; write "quarterly"'),
        ("review: {cadence: weekly}\n", '3:19: "weekly" is too often for a review'),
        ("review: {often: yearly}\n", '3:10: "often" is unknown in "review"; the keys here are'),
        (
            "review: {minutes: 45, between: 16:00-16:30}\n",
            "3:32: a review of 45 minutes does not fit into 16:00-16:30; write longer hours",
        ),
        ("review: {minutes: 600}\n", "3:19: a review of 600 minutes does not fit into 09:00-17:00"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_write(refused, text, said):
    [problem] = refused(HEAD + text)

    assert problem.startswith(f"netkeep.yaml:{said}")
