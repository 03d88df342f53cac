"""`brief`, `kept` and what `done` takes: what went to and fro, and what to read before the next time."""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest

ALONE = """
    owner: {name: Ana Kaya}
    timezone: Europe/Berlin
    categories:
      recruiters: {cadence: quarterly, channel: coffee}
    contacts:
      - name: John Doe
        category: recruiters
        last_met: 2026-11-02
        milestones: {birthday: 02-20, work_anniversary: 05-01}
    """


def brief_of(world, name, **when):
    (found,) = json.loads(world.ok("brief", "--json", name, **when))["briefs"]
    return found


def described(world, **when):
    text = world.ok("export", "-o", "-", **when).replace("\r\n", "\n").replace("\n ", "")
    return text.replace("\\n", "\n").replace("\\,", ",")


# -- the brief ------------------------------------------------------------------------------------


def test_the_brief_is_what_the_entry_on_the_calendar_says(world):
    world.ok("done", "john", "--note", "likes jazz", "--promised", "Send the book")

    printed = world.ok("brief", "john")

    words = printed.partition("\n\n")[2].strip()
    assert words.startswith("You promised\n- Send the book\n\nLast met on 23 November 2026.\nlikes jazz")
    assert words in described(world)


def test_without_a_name_the_brief_is_for_whom_one_meets_next(world):
    world.write(ALONE)

    assert world.ok("brief").splitlines() == [
        *("Tue 2 Feb 08:30  Coffee with John Doe, 92 days after you last met", ""),
        *("Last met on 2 November 2026.", "", "Milestones", "- Birthday on 20 February"),
    ]


def test_without_a_name_everybody_of_the_next_two_days_is_told_by_start(world):
    world.edit("recruiters: {cadence: quarterly", "recruiters: {cadence: weekly")
    world.edit("leaders: {cadence: every 6 months", "leaders: {cadence: weekly")
    world.ok("export", "-o", "a.ics")
    planned = json.loads(world.ok("plan", "--json"))["occurrences"]
    days = [date.fromisoformat(one["start"][:10]) for one in planned]
    first_on = next(day for day, after in pairwise(days) if 0 < (after - day).days <= 2)
    last_on = first_on + timedelta(days=2)
    soon = [
        (one["start"], one["contact"])
        for day, one in zip(days, planned, strict=True)
        if first_on <= day <= last_on
    ]

    document = json.loads(world.ok("brief", "--json", as_of=first_on))
    printed = world.ok("brief", as_of=first_on)

    assert len(soon) > 1
    assert [(one["next"], one["contact"]) for one in document["briefs"]] == soon
    assert printed.count("\n\nLast met") + printed.count("\n\nYou have not met") == len(soon)


def test_of_somebody_paused_the_brief_has_no_day(world):
    world.ok("pause", "john")

    assert world.ok("brief", "john").startswith("John Doe: no check-in is planned\n\nLast met on 14 Sep")
    assert brief_of(world, "john")["next"] is None


def test_whom_nobody_knows_is_refused(world):
    assert world.run("brief", "nobody").status == 2


def test_an_empty_roster_has_nobody_to_brief_about(world):
    world.write("owner: {name: Ana}\ntimezone: UTC\n")
    assert "Nobody is in the roster yet" in world.ok("brief")


def test_where_all_are_paused_no_check_in_is_planned(world):
    for name in ("john", "joan", "grace"):
        world.ok("pause", name)

    assert world.ok("brief") == "No check-in is planned.\n"


def test_json_has_exactly_the_promised_keys(world):
    world.ok("done", "john", "--promised", "Send the book", "--they-promised", "Slides")

    document = json.loads(world.ok("brief", "john", "--json"))

    assert list(document) == ["as_of", "timezone", "briefs"]
    assert list(document["briefs"][0]) == [
        *("contact", "name", "next", "days_since", "promised", "they_promised", "meetings"),
        *("asks_in_a_row", "milestones", "ask", "offer", "notes"),
    ]
    assert list(document["briefs"][0]["promised"][0]) == ["what", "made", "due"]
    assert list(document["briefs"][0]["meetings"][0]) == ["day", "is_presumed", "note", "gave", "asked"]


def test_the_brief_on_the_calendar_does_not_change_from_day_to_day(world):
    world.write(ALONE)
    world.ok("done", "john", "--promised", "Send the book", as_of="2026-11-02")
    first = described(world, as_of="2026-11-02")

    assert "Last met on 2 November 2026.\n\nMilestones\n- Birthday on 20 February\n" in first
    assert "anniversary" not in first
    for as_of in ("2026-11-03", "2026-12-28", "2027-01-25"):
        assert described(world, as_of=as_of) == first


# -- the ledger -----------------------------------------------------------------------------------


def test_done_takes_what_went_to_and_fro(world):
    told = world.ok(
        *("done", "john", "--gave", "A book", "--gave", "Tea", "--asked", "An intro"),
        *("--promised", "Slides", "--they-promised", "A call", "--by", "2026-11-30"),
    )

    john = brief_of(world, "john")

    assert "you promised: Slides, by Mon 30 Nov\nthey promised: A call, by Mon 30 Nov\n" in told
    assert (john["meetings"][0]["gave"], john["meetings"][0]["asked"]) == (["A book", "Tea"], ["An intro"])
    assert john["promised"] == [{"what": "Slides", "made": "2026-11-23", "due": "2026-11-30"}]
    assert john["they_promised"] == [{"what": "A call", "made": "2026-11-23", "due": "2026-11-30"}]


def test_log_takes_it_on_the_day_of_the_meeting(world):
    world.ok("log", "john", "--on", "2026-11-02", "--gave", "A book")

    last = {"day": "2026-11-02", "is_presumed": False, "note": "", "gave": ["A book"], "asked": []}
    assert brief_of(world, "john")["meetings"][0] == last


def test_a_promise_without_a_day_is_due_the_day_before_one_meets_again(world):
    world.ok("done", "john", "--promised", "Slides")

    john = brief_of(world, "john")

    assert john["promised"][0]["due"] < john["next"][:10]
    assert john["promised"][0]["due"] >= "2027-01-01"


def test_telling_it_twice_tells_it_once(world):
    words = ("done", "john", "--gave", "A book", "--promised", "Slides")
    world.ok(*words)
    assert "as known.\n" in world.ok(*words)

    john = brief_of(world, "john")

    assert (len(john["promised"]), john["meetings"][0]["gave"]) == (1, ["A book"])


def test_more_may_be_told_of_a_meeting_that_is_known(world):
    world.ok("done", "john")
    world.ok("done", "john", "--promised", "Slides")

    assert brief_of(world, "john")["promised"]


def test_what_is_told_is_one_clean_line(world):
    world.ok("done", "john", "--promised", "Send\n\nthe\x1b[31m  book", "--gave", " \n")

    john = brief_of(world, "john")

    assert john["promised"][0]["what"] == "Send the[31m book"
    assert john["meetings"][0]["gave"] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "2026-11-30"), "what is due by Mon 30 Nov?"),
        (("--promised", "Slides", "--by", "2026-11-22"), "Sun 22 Nov is before the day of the promise"),
    ],
)
def test_a_day_that_can_not_be_is_refused_and_nothing_recorded(world, words, told):
    refused = world.run("done", "john", *words)

    assert (refused.status, told in refused.err) == (2, True)
    assert brief_of(world, "john")["meetings"][0]["day"] == "2026-09-14"


# -- promises kept --------------------------------------------------------------------------------


def test_the_only_open_promise_needs_no_words(world):
    world.ok("done", "john", "--promised", "Send the book")

    assert "you kept what was promised: Send the book." in world.ok("kept", "john")

    john = brief_of(world, "john")
    assert (john["promised"], john["meetings"][0]["gave"]) == ([], ["Send the book"])


def test_of_several_promises_words_tell_which(world):
    world.ok("done", "john", "--promised", "Send the book", "--promised", "Send the slides")

    refused = world.run("kept", "john", "doe", "send")
    world.ok("kept", "john", "doe", "SLIDES", "the")

    assert refused.status == 2
    assert 'any of: "Send the book"; "Send the slides"' in refused.err
    assert [one["what"] for one in brief_of(world, "john")["promised"]] == ["Send the book"]


def test_a_promise_of_these_very_words_is_meant_before_one_that_has_more(world):
    world.ok("done", "john", "--promised", "Slides", "--promised", "Slides for Bob")
    world.ok("kept", "john", "slides")

    assert [one["what"] for one in brief_of(world, "john")["promised"]] == ["Slides for Bob"]


def test_what_they_promised_is_closed_as_theirs(world):
    world.ok("done", "john", "--they-promised", "Slides")

    refused = world.run("kept", "john")
    told = world.ok("kept", "john", "--theirs")

    assert "you have no open promise to John Doe; open: theirs (`kept --theirs`)" in refused.err
    assert "John Doe: they kept what was promised: Slides." in told
    assert brief_of(world, "john")["they_promised"] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("john",), "you have no open promise to John Doe"),
        (("john", "--theirs"), "John Doe has no open promise to you"),
        (("grace", "--theirs"), 'John Doe has no open promise to you; open: your own: "Slides"'),
        (("grace", "book"), 'you have no open promise to Grace Liu with "book"; open: "Slides"'),
        (("nobody", "book"), 'nobody in the roster is called "nobody"'),
    ],
)
def test_a_promise_that_nobody_made_is_refused_with_those_that_are_open(world, words, told):
    world.ok("done", "grace", "--promised", "Slides")

    refused = world.run("kept", *words)

    assert refused.status == 2
    assert told.replace("John Doe", "Grace Liu" if "grace" in words else "John Doe") in refused.err


# -- status ---------------------------------------------------------------------------------------


def test_open_promises_stand_at_the_top_of_status(world):
    world.ok("done", "john", "--promised", "Slides", "--by", "2026-11-30")
    world.ok("done", "joan", "--promised", "A book", "--they-promised", "Tea", "--by", "2026-11-25")

    early, late = world.ok("status"), world.ok("status", as_of="2026-11-27")

    assert early.startswith(
        "Promises\n  to Joan Díaz: A book, by Wed 25 Nov\n  to John Doe: Slides, by Mon 30 Nov\n"
    )
    assert late.startswith(
        "Promises\n  to Joan Díaz: A book, overdue by 2 days\n  to John Doe: Slides, by Mon 30 Nov\n"
        "  Joan Díaz promised: Tea, overdue by 2 days\n\n"
    )


def test_a_promise_to_somebody_paused_has_no_day(world):
    world.ok("done", "john", "--promised", "Slides")
    world.ok("pause", "john")

    (found,) = json.loads(world.ok("status", "--json"))["promises"]

    assert "  to John Doe: Slides\n" in world.ok("status")
    made = {"contact": "john-doe", "is_theirs": False, "what": "Slides", "made": "2026-11-23"}
    assert found == made | {"due": None, "is_overdue": False}


def test_of_many_promises_the_first_are_told_and_the_rest_counted(world):
    told = [word for number in range(10) for word in ("--promised", f"Thing {number}")]
    world.ok("done", "john", *told)

    assert "  and 2 more\n" in world.ok("status")


def test_status_points_out_who_was_only_asked_twice_in_a_row(world):
    world.ok("log", "john", "--on", "2026-11-02", "--asked", "A job")
    assert "only asked" not in world.ok("status")
    world.ok("log", "john", "--on", "2026-11-20", "--asked", "An intro")

    words = " ".join(world.ok("status").split())
    contacts = json.loads(world.ok("status", "--json"))["contacts"]

    assert "the last 2 times you only asked" in words
    assert [one["asks_in_a_row"] for one in contacts if one["contact"] == "john-doe"] == [2]
    assert "This one is theirs." in world.ok("brief", "john")
