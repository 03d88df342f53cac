import pytest

from netkeep_sync.core.feed import FeedMilestones, FeedSpec, default_feed, why_no_feed_name


def test_a_feed_without_a_filter_holds_everybody():
    assert FeedSpec(name="team").includes(contact="ada", category="peers")


@pytest.mark.parametrize(
    ("contact", "category", "is_in"),
    [("ada", "peers", True), ("bob", "vendors", True), ("eve", "vendors", False)],
)
def test_a_filter_lets_in_whom_either_half_names(contact, category, is_in):
    spec = FeedSpec(name="team", categories=("peers",), contacts=("bob",))

    assert spec.includes(contact=contact, category=category) is is_in


def test_a_filter_for_people_who_are_gone_lets_nobody_in():
    assert not FeedSpec(name="team", contacts=("gone",)).includes(contact="ada", category="peers")


def test_feeds_are_kept_and_called_by_their_names():
    default, team = default_feed(3), FeedSpec(name="team")
    days = FeedSpec(name="days", milestones=FeedMilestones.ONLY)

    assert [(one.target, one.listing, one.calendar, one.is_default) for one in (default, team, days)] == [
        ("ics", "ics.json", "Check-ins", True),
        ("feed:team", "feed:team.json", "Check-ins: team", False),
        ("feed:days", "feed:days.json", "Milestones: days", False),
    ]
    assert default.generation == 3


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("team", None),
        ("my-team-2", None),
        ("команда", None),
        ("My Team", 'write "my-team"'),
        ("a/b", 'write "a-b"'),
        ("two\nlines", 'write "two-lines"'),
        ("../..", "has no letter or digit"),
        ("", "has no letter or digit"),
        ("a" * 41, "at most 40 letters"),
    ],
)
def test_a_name_is_plain_words_with_hyphens(name, reason):
    found = why_no_feed_name(name)

    assert found == reason or (found is not None and reason is not None and reason in found)
