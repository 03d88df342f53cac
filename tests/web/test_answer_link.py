"""The page behind the link in an entry: who gets in, what looking does, and what its form does."""

import re
import threading
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from netkeep_sync.core.fact import Missed, Snoozed
from netkeep_sync.core.outcome import Evidence, Result
from netkeep_sync.service.links import answer_links
from tests.conftest import World
from tests.web.site import Site
from tests.web.test_guard import ELSEWHERE, SAME_SITE, everything

PUBLIC = "https://checkins.example.com"
ROSTER = f"""
    roster: test
    owner: {{name: Ana Kaya}}
    timezone: Europe/Berlin
    serve: {{public_url: {PUBLIC}}}
    categories: {{peers: {{cadence: every 4 weeks, channel: coffee}}}}
    contacts:
      - {{name: John Doe, category: peers, last_met: 2026-11-02, notes: Likes tea.}}
      - {{name: Grace Liu, category: peers, last_met: 2026-11-02}}
    """

# What opens links before anybody has clicked: mail gateways, chat previews, scanners, calendars.
AGENTS = (
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0) SafeLinks",
    "Barracuda Sentinel (EE)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Google-Calendar-Importer",
    "python-requests/2.32.3",
)


class Linked(Site):
    """A site whose entries carry links, and a phone elsewhere that opens them."""

    def __init__(self, world, *, text=ROSTER, now=datetime(2026, 11, 23, 9, 30, tzinfo=UTC)):
        world.write(text)
        super().__init__(world, now=now)
        self._addresses = count(1)

    @property
    def phone(self):
        """Return a phone at another address each time, so that no test meets the limit of one before."""
        number = next(self._addresses)
        return self.visitor(address=f"198.18.{number // 250}.{number % 250}", base=PUBLIC)

    @property
    def links(self):
        return answer_links(self.keeper.workspace, self.keeper.memory)

    def path(self, key="john-doe"):
        """Return the path of the link of the series that runs now."""
        [uid] = [one.uid for one in self.keeper.view.outlook.plan.series if one.contact == key]
        return self.links.address(uid).removeprefix(PUBLIC)

    def form(self, path, *, is_snooze=False):
        """Return the hidden fields of one of the forms on the page."""
        page = self.phone.get(path).text.split("<form")[1 + is_snooze]
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))

    def say(self, path, **fields):
        """Open the page, and send one of its forms as a browser does."""
        return self.send(path, {**self.form(path, is_snooze="weeks" in fields), **fields})

    def send(self, path, form, *, headers=SAME_SITE):
        return self.phone.post(path, data=form, headers=headers)

    def said(self, key="john-doe"):
        """Return what was said of check-ins."""
        history = self.keeper.view.outlook.histories[key]
        return [one for one in history.outcomes if one.slot and one.evidence is Evidence.CONFIRMED]

    @property
    def facts(self):
        return [one for one in self.keeper.memory.facts() if one.source == "web"]

    def starts(self, key="john-doe"):
        return [one.start_at for one in self.keeper.view.outlook.plan.occurrences if one.contact == key]

    def let_pass(self, key="john-doe"):
        """Let the next check-in pass, and return its day."""
        start_at = self.starts(key)[0]
        self.now = start_at + timedelta(hours=3)
        self.keeper.apply()
        return start_at.date()

    def feed(self, name="default", kind="ics"):
        """Return a feed as text, its lines unfolded."""
        [served] = [one for one in self.keeper.view.feeds if one.name == name]
        return self.client.get(f"/feed/{served.token}.{kind}").text.replace("\r\n ", "")


@pytest.fixture
def linked(world):
    site = Linked(world)
    yield site
    site.keeper.close()


@pytest.fixture(scope="module")
def still(tmp_path_factory):
    """Return a site for many tests: those in which nothing may change."""
    folder = tmp_path_factory.mktemp("links")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        site = Linked(World(folder, None))  # type: ignore[arg-type]  # it runs no command
        site.let_pass()
        yield site
        site.keeper.close()


class TestWhoGetsIn:
    def test_each_entry_of_the_feed_has_a_link_that_opens_from_elsewhere(self, still):
        found = re.findall(rf"{PUBLIC}(/a/[\w-]+)", still.feed())

        assert len(found) == len(set(found)) == 2
        for path in found:
            answer = still.phone.get(path)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "set-cookie" not in answer.headers

    def test_the_page_shows_a_name_and_a_day_and_nothing_else_of_the_roster(self, still):
        page = still.phone.get(still.path()).text

        assert "John Doe" in page
        assert "Fri 27 Nov" in page
        for other in ("Grace", "Liu", "tea", "Ana", "Kaya", "peers", "Coffee", "netkeep.yaml", 'href="/'):
            assert other not in page

    def test_it_holds_no_script_and_no_inline_style(self, still):
        page = still.phone.get(still.path()).text

        assert "<script" not in page
        assert "style=" not in page
        assert not re.search(r"<[^>]*\son[a-z]+=", page)

    def test_every_wrong_token_gets_the_404_of_an_unknown_page(self, still):
        path = still.path()
        other = still.links.address("0" * 40).removeprefix(PUBLIC)
        nothing = still.phone.get("/nothing")
        for wrong in (path[:-1], path + "A", path[:-1] + ("A" if path[-1] != "A" else "B"), "/a/x", other):
            for method in ("GET", "HEAD", "POST"):
                answer = still.phone.request(method, wrong)
                assert answer.status_code == 404
                assert answer.headers == nothing.headers
        assert still.phone.get("/a/").status_code == 404

    def test_the_link_of_another_roster_is_none(self, still, world):
        other = Linked(world, text=ROSTER.replace("roster: test", "roster: other"))
        path = other.path()
        assert other.phone.get(path).status_code == 200
        assert still.phone.get(path).status_code == 404
        other.keeper.close()

    def test_under_another_name_there_is_no_such_page(self, still):
        for base in ("http://evil.example", "http://192.168.1.2:8017"):
            assert still.visitor(address="203.0.113.7", base=base).get(still.path()).status_code == 404

    def test_this_machine_may_use_its_own_name(self, still):
        assert still.client.get(still.path()).status_code == 200

    def test_without_a_public_url_there_is_no_link_and_no_page(self, linked):
        path = linked.path()
        linked.world.edit(f"serve: {{public_url: {PUBLIC}}}\n", "")
        linked.keeper.tick()

        assert "/a/" not in linked.feed()
        assert linked.phone.get(path).status_code == 404
        assert linked.client.get(path).status_code == 404

    def test_a_rotation_ends_every_link_at_once_and_the_next_pass_writes_others(self, linked):
        path, before = linked.path(), linked.feed()
        form = {**linked.form(path), "what": "skip"}
        linked.keeper.memory.rotate_links()

        assert linked.phone.get(path).status_code == 404
        assert linked.send(path, form).status_code == 404
        assert linked.send(linked.path(), form).status_code == 403  # nor is a form of before sealed
        linked.keeper.tick()
        assert linked.path() in linked.feed() != before

    def test_a_link_that_has_ended_says_so_kindly(self, linked):
        path = linked.path()
        linked.let_pass()
        linked.keeper.answer("john-doe", lambda desk: desk.pause())
        linked.now += timedelta(days=59)
        assert linked.phone.get(path).status_code == 200
        form = {**linked.form(path), "what": "done"}
        linked.now += timedelta(days=2)
        answer = linked.phone.get(path)

        assert answer.status_code == 410
        assert "This link has ended" in answer.text
        assert "John" not in answer.text
        assert linked.send(path, form).status_code == 409
        assert linked.said() == []

    def test_the_link_of_who_has_left_the_roster_has_ended(self, linked):
        path = linked.path()
        form = {**linked.form(path), "what": "skip"}
        linked.world.edit(
            "      - {name: John Doe, category: peers, last_met: 2026-11-02, notes: Likes tea.}\n".lstrip(),
            "",
        )
        linked.keeper.tick()
        linked.keeper.apply(is_confirmed=True)

        assert linked.phone.get(path).status_code == 410
        assert linked.send(path, form).status_code == 410

    def test_while_the_key_can_not_be_used_it_says_not_now(self, linked):
        path = linked.path()
        (linked.world.state / "netkeep.key").chmod(0o644)
        assert linked.phone.get(path).status_code == 503


class TestLooking:
    def test_what_opens_every_link_changes_nothing(self, still):
        path, before = still.path(), everything(still)
        for agent in AGENTS:
            for _ in range(2):
                for method in ("GET", "HEAD", "OPTIONS"):
                    for where in (path, f"{path}?slot=2026-11-27&what=done&weeks=1"):
                        answer = still.phone.request(method, where, headers={"user-agent": agent})
                        assert answer.status_code == (405 if method == "OPTIONS" else 200)

        assert everything(still) == before
        assert still.said() == []

    def test_head_has_no_body(self, still):
        assert still.phone.head(still.path()).content == b""

    def test_a_scanner_that_posts_what_it_has_not_seen_changes_nothing(self, still):
        path, before = still.path(), everything(still)
        for form in (
            {"a": "b"},
            {"what": "done"},
            {"what": "done", "slot": "x", "on": "x", "from": "x", "seal": ""},
        ):
            assert still.send(path, form).status_code == 403
        assert still.phone.post(path, json={"what": "done"}, headers=SAME_SITE).status_code == 415
        assert everything(still) == before

    @pytest.mark.parametrize("headers", ELSEWHERE)
    def test_a_page_elsewhere_changes_nothing(self, still, headers):
        path, before = still.path(), everything(still)
        form = {**still.form(path), "what": "done"}
        assert still.send(path, form, headers=headers).status_code == 403
        assert everything(still) == before

    @pytest.mark.parametrize("name", ["slot", "on", "from", "seal"])
    def test_a_form_that_was_changed_is_none_of_ours(self, still, name):
        path, before = still.path(), everything(still)
        form = {**still.form(path), "what": "done", name: "2026-10-01"}
        assert still.send(path, form).status_code == 403
        assert everything(still) == before

    def test_the_form_of_somebody_else_is_none(self, still):
        form = {**still.form(still.path("grace-liu")), "what": "done"}
        assert still.send(still.path(), form).status_code == 403

    def test_the_feed_reads_the_same_from_day_to_day(self, linked):
        before = linked.feed()
        linked.wait(days=1)
        assert linked.feed() == before


class TestAnswers:
    def test_done(self, linked):
        day = linked.let_pass()
        answer = linked.say(linked.path(), what="done", note="Likes hiking.")

        assert answer.status_code == 200
        assert "John Doe: held on Fri 27 Nov." in answer.text
        [one] = linked.said()
        assert (one.day, one.result, one.note) == (day, Result.HELD, "Likes hiking.")
        assert "Likes hiking." in linked.feed()

    def test_done_is_offered_once_it_has_begun(self, linked):
        assert 'value="done"' not in linked.phone.get(linked.path()).text
        answer = linked.say(linked.path(), what="done")
        assert answer.status_code == 409
        assert "only what has happened can be recorded" in answer.text

    def test_moved_is_that_check_in_on_another_day(self, linked):
        linked.let_pass()
        linked.now += timedelta(days=12)  # further off than it may be moved
        answer = linked.say(linked.path(), what="moved", met_on="2026-12-09")

        assert "held on Wed 9 Dec" in answer.text
        [one] = linked.said()
        assert (one.day, one.slot.slot_on) == (date(2026, 12, 9), date(2026, 11, 27))
        assert linked.starts()[0].date() > date(2026, 12, 20)

    @pytest.mark.parametrize("met_on", ["", "yesterday", "2027-01-01"])
    def test_moved_needs_a_day_that_has_been(self, linked, met_on):
        linked.let_pass()
        assert linked.say(linked.path(), what="moved", met_on=met_on).status_code == 409
        assert linked.facts == []

    def test_skip(self, linked):
        day = linked.starts()[0].date()
        answer = linked.say(linked.path(), what="skip", note="On leave.")

        assert "skipped Fri 27 Nov" in answer.text
        [one] = linked.said()
        assert (one.day, one.result, one.note) == (day, Result.SKIPPED, "On leave.")
        assert linked.starts()[0].date() > day

    @pytest.mark.parametrize("weeks", [1, 2, 4])
    def test_snooze_before_it(self, linked, weeks):
        day = linked.starts()[0].date()
        linked.say(linked.path(), weeks=str(weeks))

        [fact] = linked.facts
        assert fact.until_on == day + timedelta(weeks=weeks)
        assert linked.starts()[0].date() >= fact.until_on

    @pytest.mark.parametrize("weeks", [1, 2, 4])
    def test_snooze_after_it_says_that_it_did_not_happen(self, linked, weeks):
        linked.let_pass()
        linked.now += timedelta(days=1)
        answer = linked.say(linked.path(), weeks=str(weeks))
        missed, snoozed = linked.facts

        assert (type(missed), type(snoozed)) == (Missed, Snoozed)
        assert snoozed.until_on == date(2026, 11, 28) + timedelta(weeks=weeks)
        assert linked.starts()[0].date() >= snoozed.until_on
        assert "snoozed until" in answer.text

    @pytest.mark.parametrize("fields", [{"what": "pause"}, {"weeks": "52"}, {"what": "", "note": "x"}])
    def test_nothing_else_can_be_asked_for(self, linked, fields):
        linked.let_pass()
        assert linked.say(linked.path(), **fields).status_code == 409
        assert linked.facts == []

    def test_a_note_that_is_too_long_is_refused(self, linked):
        linked.let_pass()
        assert linked.say(linked.path(), what="done", note="x" * 2001).status_code == 409

    @pytest.mark.parametrize(
        "fields",
        [
            {"what": "done", "note": "Well."},
            {"what": "moved", "met_on": "2026-11-26", "note": "Early."},
            {"what": "skip"},
            {"weeks": "2", "what": "snooze"},
        ],
        ids=lambda fields: fields["what"],
    )
    def test_sent_again_it_does_what_it_did(self, linked, fields):
        linked.let_pass()
        path = linked.path()
        form = {**linked.form(path, is_snooze="weeks" in fields), **fields}
        first = linked.send(path, form)
        facts, feed = linked.facts, linked.feed()
        again = [linked.send(path, form) for _ in range(2)]

        assert facts
        assert linked.facts == facts
        assert linked.feed() == feed
        assert {one.text for one in (first, *again)} == {first.text}

    def test_a_page_left_open_does_what_it_said(self, linked):
        path = linked.path()
        form = {**linked.form(path), "what": "skip"}
        linked.let_pass()
        linked.now += timedelta(days=20)  # by now the page would show the next one
        assert "Fri 25 Dec" in linked.phone.get(path).text.split("<form")[0]
        linked.send(path, form)

        [one] = linked.said()
        assert one.slot.slot_on == date(2026, 11, 27)

    def test_a_page_of_a_check_in_that_is_gone_is_refused(self, linked):
        path = linked.path()
        form = {**linked.form(path), "what": "skip"}
        linked.keeper.answer("john-doe", lambda desk: desk.pause())

        answer = linked.send(path, form)
        assert answer.status_code == 409
        assert "no longer on your calendar" in answer.text

    def test_two_at_once_are_one(self, linked):
        linked.let_pass()
        path = linked.path()
        form = {**linked.form(path), "what": "done", "note": "Well."}
        answers = []
        both = [
            threading.Thread(target=lambda: answers.append(linked.send(path, form).status_code)) for _ in "12"
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()

        assert answers == [200, 200]
        assert len(linked.facts) == 1

    def test_what_was_said_is_shown_and_can_be_corrected(self, linked):
        linked.let_pass()
        path = linked.path()
        of_that_day = f"{path}?slot=2026-11-27"
        for fields, words in (
            ({"what": "done"}, "You met on Fri 27 Nov."),
            ({"what": "skip"}, "You let it go."),
            ({"weeks": "1"}, "It did not come about."),
        ):
            back = linked.say(of_that_day, **fields)
            assert "?slot=2026-11-27" in back.text
            assert words in linked.phone.get(of_that_day).text

    def test_another_day_can_be_meant(self, linked):
        linked.let_pass()
        page = linked.phone.get(linked.path()).text
        [other] = re.findall(r'href="(\?slot=[^"]*)"', page)

        assert "Fri 25 Dec" in linked.phone.get(linked.path() + other).text.split("<form")[0]
        assert "Fri 27 Nov" in linked.phone.get(f"{linked.path()}?slot=2020-01-01").text.split("<form")[0]

    def test_while_the_file_is_broken_nothing_is_changed_and_it_says_so(self, linked):
        linked.let_pass()
        form = {**linked.form(linked.path()), "what": "done"}
        linked.world.edit("timezone: Europe/Berlin", "timezone: Nowhere")

        assert linked.send(linked.path(), form).status_code == 409
        assert linked.facts == []


class TestWhatOthersSee:
    def test_only_the_default_feed_of_all_carries_links(self, linked):
        for name, options in {
            "everything": ("--show", "full"),
            "first": ("--show", "first-name"),
            "taken": ("--show", "busy"),
            "days": ("--milestones", "only"),
        }.items():
            linked.world.ok("feed", "add", name, *options)
        linked.keeper.tick()

        assert f"{PUBLIC}/a/" in linked.feed()
        assert len(linked.keeper.view.feeds) == 5
        for one in linked.keeper.view.feeds:
            for kind in ("ics", "json"):
                is_own = (one.name, kind) == ("default", "ics")
                assert ("/a/" in linked.feed(one.name, kind)) == is_own, (one.name, kind)

    def test_a_file_that_is_handed_on_carries_none(self, linked):
        out = linked.world.folder / "out.ics"
        linked.world.ok("export", "-o", out)
        text = out.read_text(encoding="utf-8")

        assert "John Doe" in text
        assert "/a/" not in text.replace("\n ", "")
        assert "/a/" not in linked.world.ok("export", "-o", "-")
        assert f"{PUBLIC}/a/" in linked.feed()

    def test_the_log_holds_no_token_and_no_name(self, linked, caplog):
        linked.let_pass()
        path = linked.path()
        with caplog.at_level("DEBUG"):
            linked.say(path, what="done", note="Likes tea.")
            linked.say(path, what="moved", met_on="2030-01-01")
            linked.phone.get(path[:-1])
        told = "\n".join(record.getMessage() for record in caplog.records if "netkeep" in record.name)

        assert told
        for secret in ("John", "john", "tea", path[3:20]):
            assert secret not in told


class TestLimit:
    def test_one_address_may_ask_sixty_times_a_minute(self, linked):
        path, phone = linked.path(), linked.phone
        answers = [phone.get(path).status_code for _ in range(60)]
        answer = phone.get(path)

        assert set(answers) == {200}
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert phone.post(path).status_code == 429
        assert linked.visitor(address="198.51.100.1", base=PUBLIC).get(path).status_code == 200

    def test_guesses_at_feeds_count_and_right_addresses_do_not(self, linked):
        phone = linked.phone
        right = f"/feed/{linked.keeper.view.token}.ics"
        assert {phone.get(right).status_code for _ in range(70)} == {200}
        assert [phone.get("/feed/x.ics").status_code for _ in range(61)] == [404] * 60 + [429]
        assert phone.get(right).status_code == 200
