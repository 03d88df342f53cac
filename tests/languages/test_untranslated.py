"""Nothing is said in English to who wants another language: on no page, in no entry, notice or digest.

It is all said in a language whose letters give away what was translated (`pseudo.py`).
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from netkeep_sync.core.capacity import Fits, Impossible, NoPlace, judge
from netkeep_sync.core.dossier import Tally
from netkeep_sync.core.entry import Difference
from netkeep_sync.core.explain import counted, explain
from netkeep_sync.core.phrase import Phrase, say
from netkeep_sync.core.review import propose
from netkeep_sync.core.review_text import change_words, lived_words, note, tally_words
from netkeep_sync.service.links import answer_links
from netkeep_sync.service.notices import Trouble, digest_text, notice_words
from netkeep_sync.service.review import review_of
from netkeep_sync.store.phrase_text import phrase_from_text, phrase_text
from netkeep_sync.web.wording import difference_words
from tests.conftest import World
from tests.core.builders import World as Planned
from tests.core.builders import contact, roster
from tests.core.test_review import case, dossier, waiting
from tests.core.worlds import Case, full_cases
from tests.languages.pseudo import PSEUDO, known_words, plain_words, shown_text, spoken
from tests.web.site import BUSY_LIFE, PUBLIC, lived
from tests.web.test_review import a_year_without_bao

PAGES = ("/", "/year", "/people", "/numbers", "/review", "/plan", "/calendars")

LIFE = BUSY_LIFE.replace(
    "    availability:\n",
    f"""    review: quarterly
    calendars: [ics: checkins.ics, google: {{calendar: My check-ins}}]
    busy: [google]
    milestones: true
    serve: {{public_url: {PUBLIC}}}
    travel:
      - {{city: Lisbon, from: 2027-01-18, to: 2027-01-22, timezone: Europe/Lisbon}}
    availability:
      avoid: [last week of a quarter]
""",
    1,
).replace(
    "- {name: Mia Novak, category: recruiters, last_met: 2026-05-04}",
    "- {name: Mia Novak, category: recruiters, last_met: 2026-05-04, city: Lisbon,"
    " milestones: {birthday: 03-02}}",
)

NOTED = ("Thinks of moving to Porto.", "New job!", "On leave.")
CALLED_SO_EVERYWHERE = (
    "CalDAV",
    "QR",
    "ics",
    "default",
    "netkeep.yaml",
    "My check-ins",
    "google:My check-ins",
    "calendar.app.created",
    "calendar.freebusy",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return a site after half a year of use, that speaks a language of its own."""
    folder = tmp_path_factory.mktemp("wide")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        site = lived(World(folder, None), text=LIFE, of=spoken)  # type: ignore[arg-type]  # it runs no command
        site.set_password()
        let_in(site)
        yield site
        site.keeper.close()


def let_in(site):
    site.client = site.visitor(base=PUBLIC)
    site.log_in(site.client)


def untranslated(site, *texts):
    but = {*known_words(site.keeper.view.outlook.roster), *NOTED, *CALLED_SO_EVERYWHERE}
    return [(words, text) for text in texts if (words := plain_words(text, but=but))]


# -- pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_nothing_untranslated(site, path):
    page = site.client.get(path)

    assert page.status_code == 200
    assert untranslated(site, *shown_text(page.text)) == []


def test_the_page_of_nobody_says_anything_untranslated(site):
    for one in site.keeper.view.outlook.roster.contacts:
        page = site.client.get(f"/people/{one.key}").text

        assert untranslated(site, *shown_text(page)) == []


def test_the_preview_of_a_review_says_nothing_untranslated(world):
    slipping = a_year_without_bao(world, of=spoken)
    page = slipping.client.get("/review", params={"choose": "bao-tran"}).text
    slipping.keeper.close()

    assert "again: 2027-04-01" in page
    assert untranslated(slipping, *shown_text(page)) == []


def test_what_the_next_pass_would_do_is_told_in_the_language(site):
    site.now += timedelta(weeks=9)
    let_in(site)
    page = site.client.get("/plan").text
    site.now -= timedelta(weeks=9)
    let_in(site)

    assert page.count('class="update"') > 2
    assert untranslated(site, *shown_text(page)) == []


def test_the_page_behind_a_link_says_nothing_untranslated(site):
    [uid] = [one.uid for one in site.keeper.view.outlook.plan.series if one.contact == "aiko-mori"]
    links = answer_links(site.keeper.workspace, site.keeper.memory)
    assert links is not None
    page = site.visitor(base=PUBLIC).get(links.address(uid).removeprefix(PUBLIC))

    assert page.status_code == 200
    assert untranslated(site, *shown_text(page.text)) == []


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("done", {"on": "2026-11-20", "note": ""}),
        ("missed", {"on": "2026-11-20"}),
        ("pause", {"note": ""}),
        ("resume", {}),
    ],
)
def test_no_answer_is_acknowledged_untranslated(site, what, told):
    page = site.told(f"/people/petra-lind/{what}", **told)

    assert 'role="status"' in page
    assert untranslated(site, *shown_text(page)) == []


def test_the_page_to_log_in_says_nothing_untranslated(site):
    page = site.visitor(base=PUBLIC).get("/login")

    assert page.status_code == 200
    assert untranslated(site, *shown_text(page.text)) == []


def test_the_pages_tell_reasons_and_what_keeps_days_free(site):
    """Those that tell nothing would hide what they fail to translate."""
    year, person = (site.client.get(path).text for path in ("/year", "/people/mia-novak"))

    assert PSEUDO.gettext("you are away") in year
    assert PSEUDO.gettext("Christmas Day") not in year  # away then
    assert PSEUDO.gettext("the last week {of}").replace("{of}", PSEUDO.gettext("of a quarter")) in year
    assert PSEUDO.gettext("quarterly") in person
    assert PSEUDO.gettext("the day is full") in person or PSEUDO.gettext("its week is full") in person


MOMENT, DAY = "2026-12-08T08:30:00+01:00", "2026-12-08"
DIFFERENCES = (
    Difference(what="notes", before="Old", after="New"),
    *(
        Difference(what=what, before=None, after="")
        for what in ("title", "start", "timezone", "minutes", "rrule", "notes", "place")
    ),
    Difference(what="start", before=MOMENT, after=DAY),
    Difference(what="minutes", before=30, after=45),
    Difference(what="occurrence", before=MOMENT, after=None, slot=MOMENT),
    *(
        Difference(what="rrule", before=f"FREQ=MONTHLY;INTERVAL={every};BYDAY={nth}TU", after=None)
        for every in (1, 3)
        for nth in (1, 2, 3, 4, -1)
    ),
    *(
        Difference(what="rrule", before=f"FREQ=WEEKLY;INTERVAL={every};BYDAY=TU", after=None)
        for every in (1, 2)
    ),
    Difference(what="rrule", before=None, after="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20270601T063000Z"),
)


@pytest.mark.parametrize("one", DIFFERENCES, ids=str)
def test_no_difference_is_told_untranslated(site, one):
    assert untranslated(site, difference_words(site.keeper.view.outlook, one)) == []


# -- entries ------------------------------------------------------------------------------------------


def test_no_entry_of_a_calendar_says_anything_untranslated(site):
    feed = site.client.get(f"/feed/{site.keeper.view.token}.ics").text.replace("\r\n ", "")
    said = re.findall(r"^(?:SUMMARY|DESCRIPTION)[^:]*:(.*)$", feed, flags=re.MULTILINE)
    texts = [
        re.sub(r"https?://\S+", "", line)
        for one in said
        for line in one.strip().replace("\\n", "\n").replace("\\", "").splitlines()
    ]

    assert len(texts) > 30
    assert untranslated(site, *texts) == []


def test_the_review_in_the_calendar_says_nothing_untranslated(site):
    found = review_of(site.keeper.view.outlook)
    told = note(found.dossier, found.proposals, PSEUDO)

    assert told.count("\n") > 4
    assert untranslated(site, *told.splitlines()) == []


PEOPLE = ("Ada", "Bob", "Cy", "Eve", "peers", "vendors")
CASES = (
    case(),
    case(lived=152),
    case(kept=0, skipped=3),
    case(kept=0, skipped=3, met=None),
    case(kept=1, skipped=3),
    case(kept=1, skipped=1, confirmed=4),
    case(since=None),
    case(kept=0, skipped=0),
    case(paused="2026-01-01"),
    case(paused="2026-08-11", deleted=True),
)


@pytest.mark.parametrize("bench", [[], [waiting()]])
@pytest.mark.parametrize("one", CASES, ids=range(len(CASES)))
def test_no_proposal_is_made_untranslated(one, bench):
    of = dossier(one, replace(one, contact="bob", name="Bob"), keep=1, bench=bench)
    proposals = propose(of)
    told = note(of, proposals, PSEUDO).splitlines()
    told += [say(each.reason, PSEUDO) for each in proposals]
    told += [change_words(each, PSEUDO) for each in proposals]
    told += [lived_words(one, PSEUDO)]

    assert [words for line in told if (words := plain_words(line, but=PEOPLE))] == []


def test_no_tally_is_told_untranslated():
    for one in (Tally(), Tally(kept=2, confirmed=1, skipped=1, missed=2, untold=1), Tally(kept=1)):
        assert plain_words(tally_words(one, PSEUDO)) == []


# -- notices ------------------------------------------------------------------------------------------

SINCE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize("due", ["well", "sign-in", "failing"])
@pytest.mark.parametrize("subject", ["pass", "busy", "google"])
def test_no_notice_says_anything_untranslated(subject, due):
    told = notice_words(subject, Trouble(since_at=SINCE), due=due, timezone="Europe/Berlin", language=PSEUDO)

    assert [words for one in told if (words := plain_words(one, but=["google"]))] == []


def test_the_digest_says_nothing_untranslated(site):
    outlook = site.keeper.view.outlook
    told = digest_text(outlook)
    nothing = digest_text(replace(outlook, now=outlook.now + timedelta(days=4000), found=()))

    assert untranslated(site, *told.splitlines(), *nothing.splitlines()) == []


# -- the capacity, and reasons ------------------------------------------------------------------------


def verdict_of(of):
    return judge(of, Planned(of).plan(), {})


FULL = roster(*(contact(name, "weekly") for name in ("Ada", "Bob", "Cy", "Dee")), per_day=1, per_week=3)
SHORT = roster(*(contact(name, "weekly") for name in ("Ada", "Bob")), weekdays=(0,), per_day=1, per_week=3)
EASY = roster(contact("Ada"))


def with_minutes(of, minutes):
    return replace(of, capacity=replace(of.capacity, minutes_per_month=minutes))


@pytest.mark.parametrize(
    ("of", "kind"),
    [
        (EASY, Fits),
        (with_minutes(EASY, 45), Fits),
        (FULL, Impossible),
        (with_minutes(FULL, 60), Impossible),
        (SHORT, (Impossible, NoPlace)),
    ],
)
def test_no_verdict_on_the_capacity_is_told_untranslated(of, kind):
    verdict = verdict_of(of)

    assert isinstance(verdict, kind)
    assert plain_words(verdict.words(PSEUDO), but=["Ada", "Bob", "Cy", "Dee"]) == []


@pytest.mark.parametrize("is_over", [True, False])
@pytest.mark.parametrize("unplaced", [(True, False), (True, True), (False, False)])
def test_no_want_of_a_place_is_told_untranslated(unplaced, is_over):
    found = verdict_of(FULL)
    unfit = tuple(
        replace(found.unfit[0], name=name, is_unplaced=one)
        for name, one in zip(["Ada", "Bob"], unplaced, strict=True)
    )
    room = replace(found.room, checkins=1 if is_over else 1000)
    verdict = NoPlace(needs=found.needs, room=room, unfit=unfit)

    assert plain_words(verdict.words(PSEUDO), but=["Ada", "Bob"]) == []


def phrases_of(plan) -> list[Phrase]:
    told = [one.reason for one in plan.unplaced]
    told += [one.reason for one in plan.occurrences]
    for series in (*plan.series, *plan.ended):
        told += [series.reason, *(one.reason for one in series.exceptions)]
    return told


@settings(max_examples=30, deadline=None)
@given(full_cases())
def test_no_reason_of_a_plan_is_told_untranslated(made: Case):
    plan = made.plan()
    later = made.plan(previous=plan.series)
    people = made.roster.contacts
    but = {one.name for one in people} | {
        one.channel.name for one in people if isinstance(one.channel.name, str)
    }
    but |= {one.city for one in made.roster.trips} | {one.timezone or "" for one in people}
    but |= {"some days", "Founders' Day", "Their Day"}
    told = {*phrases_of(plan), *phrases_of(later)}
    for one in people[:2]:
        why = explain(plan, one)
        told |= {each.verdict for each in why.days} | {each.verdict for each in why.times}
        told |= {each for pair in counted(why.days, today=made.today, most=3) for each in pair}

    for reason in told:
        assert plain_words(say(reason, PSEUDO), but=but) == []
        assert phrase_from_text(phrase_text(reason)) == reason
