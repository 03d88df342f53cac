"""What each page shows, and what becomes of what is said there."""

import re

import pytest

from netkeep_sync.core.outcome import Result
from netkeep_sync.core.rhythm import State
from netkeep_sync.service.overview import overview
from tests.web.site import Site


def state_of(site, key):
    lines = overview(site.keeper.view.outlook)
    return next(line for line in lines if line.contact.key == key)


class TestToday:
    def test_the_overdue_are_ranked_by_how_much_of_their_rhythm_they_are_late(self, lived_site):
        page = lived_site.client.get("/").text
        overdue = page[page.index('id="overdue"') :]
        late = ("john-doe", "lena-hoffmann", "tomas-rivera", "mia-novak")
        places = [overdue.index(f"/people/{key}") for key in late]

        assert places == sorted(places)
        assert "80 days late" in overdue
        assert "88% of its rhythm (quarterly)" in overdue

    def test_what_comes_is_shown_with_what_to_ask_and_offer(self, lived_site):
        page = lived_site.client.get("/").text

        assert "Coffee with Mia Novak" in page
        assert "What kind of roles are you working on?" in page
        assert "People I know who are looking" in page

    def test_what_was_presumed_is_confirmed_by_one_tap(self, busy_site):
        assert "Done: I met Aiko Mori on Tue 17 Nov" in busy_site.client.get("/").text
        page = busy_site.told("/people/aiko-mori/done", on="2026-11-17", back="today")

        assert "Aiko Mori: held on Tue 17 Nov." in page
        assert "Done: I met Aiko Mori" not in page

    def test_what_was_presumed_is_taken_back_by_one_tap(self, busy_site):
        page = busy_site.told("/people/aiko-mori/missed", on="2026-11-17", back="today")

        assert "Tue 17 Nov did not come about" in page
        assert state_of(busy_site, "aiko-mori").history.outcomes[-1].result is Result.MISSED

    def test_who_wants_to_be_asked_is_asked(self, site, world):
        world.edit("owner:", "assume: ask\nowner:")
        site.wait(weeks=12)
        page = site.client.get("/").text

        assert "Did you meet?" in page
        assert "Yes, I met John Doe on" in page

    def test_an_empty_roster_says_how_to_begin(self, site, world):
        world.write("roster: test\nowner: {name: Ana}\ntimezone: Europe/Berlin\ncontacts: []\n")
        world.ok("export", "-o", "-", "--confirm")
        site.keeper.tick()

        for path in ("/", "/year", "/people"):
            assert "Add one or two people" in site.client.get(path).text


class TestYear:
    def test_every_check_in_of_the_year_is_a_mark(self, lived_site):
        page = lived_site.client.get("/year").text
        weeks = [week.monday for week in lived_site.keeper.view.outlook.plan.load[:52]]
        ahead = [
            one
            for one in lived_site.keeper.view.outlook.plan.occurrences
            if weeks[0] <= one.start_at.date() < weeks[-1] + (weeks[1] - weeks[0])
        ]

        assert page.count('class="mark ') == len(ahead) > 40

    def test_days_kept_free_are_shaded_and_named(self, lived_site):
        page = lived_site.client.get("/year").text

        assert page.count('<rect class="closed"') == 3  # two in its drawing, one in the legend
        assert "Week of Mon 21 Dec: you are away" in page

    def test_the_drawing_has_a_name_and_a_table_beside_it(self, lived_site):
        page = lived_site.client.get("/year").text

        assert "check-ins in the weeks of Mon 23 Nov to Mon 15 Feb" in page
        assert page.count('<th scope="row">') == 52

    def test_it_says_who_has_no_place(self, site, world):
        world.edit("owner:", "capacity: {per_day: 1, per_week: 1}\navailability: {days: [mon]}\nowner:")
        world.edit("quarterly", "weekly")
        site.keeper.tick()

        assert "Without a place" in site.client.get("/year").text


class TestNumbers:
    def test_every_quarter_is_drawn_named_and_in_a_table(self, lived_site):
        page = lived_site.client.get("/numbers").text
        histories = lived_site.keeper.view.outlook.histories.values()
        third = [
            one.result
            for each in histories
            for one in each.outcomes
            if one.day.isoformat()[5:7] in "07 08 09"
        ]
        held, missed = third.count(Result.HELD), third.count(Result.MISSED)

        assert held > 10
        assert f"Q3 2026: {held} held, 0 skipped, {missed} missed" in page
        assert f"<title>Q3 2026: {held} held</title>" in page
        assert f'<tr><th scope="row">Q3 2026</th><td class="number">{held}</td>' in page

    def test_categories_are_in_the_order_of_the_file(self, lived_site):
        page = lived_site.client.get("/numbers").text
        drawn = re.findall(r"<figcaption>([a-z ]+)</figcaption>", page)

        assert drawn == ["recruiters", "hiring leaders", "vendors", "peers", "alumni"]
        # Bao was met in February and Petra in April, each of them twice a year.
        assert "vendors in touch at the end of each quarter. Q1 2026: 1 of 1; Q2 2026: 2 of 2" in page

    def test_what_was_told_of_giving_and_of_promises_is_drawn(self, site):
        assert "is counted once you tell of it" in site.client.get("/numbers").text
        told = {"gave": "A review", "asked": "An intro", "promised": "The book"}
        site.told("/people/john-doe/done", on="2026-11-20", **told)
        page = site.client.get("/numbers").text

        assert "0 of 1 promise kept" in page
        assert "Q4 2026: 0 of 1" in page
        assert "Q4 2026: 1 given, 1 asked for" in page

    def test_who_has_left_keeps_their_tie_and_has_no_page(self, site, world):
        site.told("/people/john-doe/done", on="2026-11-20")
        text = world.path.read_text()
        world.path.write_text("".join(line for line in text.splitlines(True) if "John" not in line))
        site.keeper.tick()
        page = site.client.get("/numbers").text

        assert '<span class="who">John Doe</span>' in page
        assert 'href="/people/john-doe"' not in page

    def test_nobody_has_no_numbers(self, world):
        world.write("roster: empty\nowner: {name: Ana}\ntimezone: Europe/Berlin\ncontacts: []\n")
        world.ok("export", "-o", "-")
        fresh = Site(world)
        assert "Nobody here yet" in fresh.client.get("/numbers").text
        fresh.keeper.close()


class TestPeople:
    def test_categories_are_held_against_their_quotas(self, lived_site):
        page = lived_site.client.get("/people").text
        sizes = re.findall(r'<span class="size">([a-z ]+)</span>', page)

        assert sizes == ["right", "too few", "too many", "right", "no quota"]

    def test_who_rests_is_told_with_the_day_to_look_again(self, site, world):
        world.edit("contacts:", "bench: [{name: Ines Roth, category: leaders, again: 2027-06-01}]\ncontacts:")
        site.keeper.tick()
        page = site.client.get("/people").text

        assert re.search(r"On the bench.*Ines Roth.*Look again Tue 1 Jun 2027", page, re.DOTALL)
        assert "Ines Roth" not in site.client.get("/people?category=recruiters").text

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("category=vendors", {"Petra Lind", "Bao Tran"}),
            ("state=paused", {"Sam Okafor"}),
            ("category=peers&state=overdue", {"Tomás Rivera"}),
            ("category=vendors&state=overdue", set()),
            ("category=nothing", set()),
        ],
    )
    def test_the_list_is_filtered(self, lived_site, query, names):
        page = lived_site.client.get(f"/people?{query}").text
        everybody = [one.name for one in lived_site.keeper.view.outlook.roster.contacts]

        assert {name for name in everybody if f">{name}</a>" in page} == names

    def test_what_the_query_says_is_escaped(self, site):
        page = site.client.get("/people?category=<b>x</b>").text
        assert "<b>x</b>" not in page


class TestPerson:
    def test_history_notes_and_rhythm_are_told(self, busy_site):
        page = busy_site.client.get("/people/tomas-rivera").text

        assert "Thinks of moving to Porto." in page
        assert "about every 4 weeks" in page
        assert "the most level place from" in page

    def test_nobody_is_nobody(self, site):
        answer = site.client.get("/people/nobody")
        assert (answer.status_code, answer.content) == (404, b"Not found\n")

    def test_a_name_in_any_script_has_a_page(self, busy_site):
        assert "Łukasz Żak" in busy_site.client.get("/people/łukasz-zak").text
        assert "Łukasz Żak: paused" in busy_site.told("/people/łukasz-zak/pause")

    def test_a_meeting_with_its_note_is_logged(self, site):
        page = site.told("/people/grace-liu/done", on="2026-11-20", note="Asked for\r\na book\x00.")

        assert "Grace Liu: held on Fri 20 Nov." in page
        assert "Asked for\na book." in page
        assert state_of(site, "grace-liu").standing.state is State.ON_TIME

    def test_a_day_ahead_is_refused_and_nothing_is_done(self, site):
        page = site.told("/people/grace-liu/done", on="2026-12-20")

        assert "only what has happened can be recorded" in page
        assert state_of(site, "grace-liu").standing.state is State.NEVER_MET

    @pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "20261120x"])
    def test_what_is_no_day_is_refused(self, site, day):
        assert "that is no day" in site.told("/people/grace-liu/done", on=day)

    def test_a_skip_sent_twice_skips_once(self, busy_site):
        next_on = str(state_of(busy_site, "john-doe").next.start_at.date())
        busy_site.told("/people/john-doe/skip", on=next_on)
        then = state_of(busy_site, "john-doe").next
        page = busy_site.told("/people/john-doe/skip", on=next_on)

        assert "as known" in page
        assert state_of(busy_site, "john-doe").next == then

    def test_a_snooze_sent_twice_is_one(self, site):
        for _ in range(2):
            assert "snoozed until Wed 20 Jan" in site.told("/people/john-doe/snooze", until="2027-01-20")

        assert state_of(site, "john-doe").next.start_at.date().isoformat() >= "2027-01-20"

    def test_a_pause_ends_with_resume(self, site):
        assert "Resume" in site.told("/people/john-doe/pause")
        assert state_of(site, "john-doe").standing.state is State.PAUSED

        site.told("/people/john-doe/resume")
        assert state_of(site, "john-doe").next

    def test_what_went_to_and_fro_is_told_and_a_promise_kept_goes(self, site):
        told = {"gave": "A review", "asked": "An intro", "promised": "The  book", "they_promised": "Slides"}
        page = site.told("/people/john-doe/done", on="2026-11-20", by="2026-11-21", **told)
        for words in ("You gave: A review", "You asked for: An intro", "The book", "Slides"):
            assert words in page
        assert "The book" in site.client.get("/").text

        page = site.told("/people/john-doe/kept", what="The book", back="today")
        assert "you kept what was promised: The book" in page
        assert "Kept: The book" not in page
        assert "they kept what was promised: Slides" in site.told(
            "/people/john-doe/kept", what="Slides", theirs="yes"
        )

    def test_a_long_note_is_refused(self, site):
        assert "a note may have 2000 letters" in site.told("/people/john-doe/done", note="x" * 2001)

    def test_somebody_who_has_left_the_file_is_told(self, site):
        answer = site.post("/people/nobody/done")
        assert answer.status_code == 303


class TestPlan:
    def test_in_step_there_is_nothing_to_do(self, site):
        assert "Nothing to do" in site.client.get("/plan").text

    def test_what_the_next_pass_would_do_is_shown_and_done(self, site, world):
        world.ok("skip", "grace")
        site.keeper.workspace.store().close()
        world.write("roster: test\nowner: {name: Ana}\ntimezone: Europe/Berlin\ncontacts: []\n")
        site.keeper.tick()
        page = site.client.get("/plan").text

        assert "Held back for safety" in page
        assert "Coffee with John Doe" in page
        assert "refused" in site.told("/plan/apply")
        assert "Done: 0 created" in site.told("/plan/apply", sure="yes")
        assert "Nothing to do" in site.client.get("/plan").text

    def test_series_with_moved_check_ins_are_rehearsed_too(self, busy_site, world):
        world.write("roster: life\nowner: {name: Ana}\ntimezone: Europe/Berlin\ncontacts: []\n")
        busy_site.keeper.tick()

        page = busy_site.client.get("/plan").text
        assert "Held back for safety" in page
        assert "until Tue 17 Nov" in page
        assert "FREQ=" not in page

    def test_with_a_file_that_can_not_be_read_nothing_is_applied(self, site, world):
        world.edit("quarterly", "quaterly")
        assert "mend it first" in site.told("/plan/apply")


class TestCalendars:
    def test_the_feed_is_subscribed_to_by_link_and_code(self, site):
        page = site.client.get("/calendars").text
        feed = f"127.0.0.1:8017/feed/{site.keeper.view.token}.ics"

        assert f'href="webcal://{feed}"' in page
        assert f"http://{feed}" in page
        assert "QR code of the feed" in page
        assert "calendar.google.com" not in page  # Google can't reach this machine

    def test_links_are_built_from_the_public_address_and_no_other(self, site, world):
        world.edit("timezone:", "serve: {public_url: https://checkins.example.com}\ntimezone:")
        site.keeper.tick()
        site.set_password()
        site.log_in(site.client)
        page = site.client.get("/calendars").text
        feed = f"checkins.example.com/feed/{site.keeper.view.token}.ics"

        assert f'href="webcal://{feed}"' in page
        assert f"https://{feed}" in page
        assert "Add to Google Calendar" in page
        assert "127.0.0.1" not in page

    def test_a_feed_is_made_renewed_and_ended(self, site):
        page = site.told("/calendars/feeds/add", name="family", show="busy", category="leaders")
        assert "There is a feed family now" in page
        first = site.keeper.view.feeds[1].token
        assert site.client.get(f"/feed/{first}.ics").status_code == 200

        form = {"name": "family", "generation": "1"}
        assert "tick the box" in site.told("/calendars/feeds/rotate", **form)
        site.told("/calendars/feeds/rotate", **form, sure="yes")
        second = site.keeper.view.feeds[1].token
        site.told("/calendars/feeds/rotate", **form, sure="yes")
        assert site.keeper.view.feeds[1].token == second != first
        assert site.client.get(f"/feed/{first}.ics").status_code == 404

        assert "is no more" in site.told("/calendars/feeds/revoke", name="family", sure="yes")
        assert len(site.keeper.view.feeds) == 1

    @pytest.mark.parametrize(
        "form",
        [{"name": ""}, {"name": "a", "show": "all"}, {"name": "a", "category": "x"}, {"name": "default"}],
    )
    def test_a_feed_that_can_not_be_is_refused(self, site, form):
        assert 'class="said refused"' in site.told("/calendars/feeds/add", **form)

    def test_the_default_feed_stays(self, site):
        page = site.told("/calendars/feeds/revoke", name="default", sure="yes")
        assert "always there" in page

    def test_a_file_that_can_not_be_written_is_told(self, site, world):
        world.edit("owner:", "calendars: [{ics: missing/a.ics}]\nowner:")
        site.keeper.tick()

        assert "not in step" in site.client.get("/calendars").text

    def test_it_tells_how_to_have_a_calendar_by_caldav_until_there_is_one(self, world, site):
        assert "- caldav: {url: …, user: …}" in site.client.get("/calendars").text
        world.edit("owner:", "calendars: [{caldav: {url: http://127.0.0.1:9/dav, user: ana}}]\nowner:")
        site.keeper.apply()

        page = site.client.get("/calendars").text
        assert "CalDAV: Check-ins" in page
        assert "- caldav: {url: …, user: …}" not in page

    def test_the_last_edit_is_undone_once_it_is_confirmed(self, site, world):
        before = world.path.read_bytes()
        world.edit("name: Grace Liu", "name: Ada Byron")
        site.keeper.tick()
        assert "Ada Byron" in site.client.get("/calendars").text

        assert "tick the box" in site.told("/calendars/undo")
        assert world.path.read_bytes() != before

        assert "is undone" in site.told("/calendars/undo", sure="yes")
        assert world.path.read_bytes() == before
        assert "Grace Liu" in site.client.get("/").text

    def test_without_an_edit_there_is_nothing_to_undo(self, site):
        assert "Take back" not in site.client.get("/calendars").text
        assert "nothing to undo" in site.told("/calendars/undo", sure="yes")
