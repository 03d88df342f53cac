"""The pages in a real browser: a newcomer's walk, with and without JavaScript, what axe-core says of each
page in each dress, and how it all looks (`.ci/shots`).
"""

import pytest

from tests.conftest import World
from tests.fakes.google_sign_in import ACCOUNT, GoogleServer, client_file
from tests.web.browser import SHOTS, axe_source, chromium, grave_findings
from tests.web.site import PASSWORD, Site, lived
from tests.web.test_answer_link import Linked

PAGES = ["/", "/year", "/people", "/people/tomas-rivera", "/numbers", "/review", "/plan", "/calendars"]
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_newcomer_finds_their_way(world, browser, has_script):
    from playwright.sync_api import expect

    site = Site(world)
    with site.served() as address:
        context = browser.new_context(java_script_enabled=has_script)
        page = context.new_page()
        page.goto(address)
        expect(page).to_have_title("Today · Check-ins")
        expect(page.get_by_role("link", name="Coffee with John Doe").first).to_be_visible()

        page.get_by_role("link", name="Year").click()
        expect(page.get_by_role("img", name="check-ins in the weeks of")).to_have_count(4)
        marks_before = page.locator("svg.chart").evaluate_all("all => all.map(one => one.innerHTML)")

        page.get_by_role("link", name="People").click()
        page.get_by_role("link", name="Grace Liu").click()
        expect(page.get_by_text("never met")).to_be_visible()
        page.get_by_label("To remember next time").fill("Builds a data team.")
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("status")).to_contain_text("held on Mon 23 Nov")
        expect(page.get_by_role("region", name="History")).to_contain_text("Builds a data team.")

        page.get_by_role("link", name="Year").click()
        expect(page).to_have_title("Year · Check-ins")
        marks = page.locator("svg.chart").evaluate_all("all => all.map(one => one.innerHTML)")
        assert marks != marks_before

        page.get_by_role("link", name="Calendars").click()
        expect(page).to_have_title("Calendars · Check-ins")
        link = page.get_by_role("link", name="Open in your calendar").get_attribute("href")
        assert link
        assert link.startswith("webcal://127.0.0.1:")
        feed = page.request.get(link.replace("webcal:", "http:"))
        assert "Builds a data team." in feed.text().replace("\r\n ", "")
        context.close()
    site.keeper.close()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_every_action_is_a_form_that_works(world, browser, has_script):
    from playwright.sync_api import expect

    site = Site(world)
    with site.served() as address:
        context = browser.new_context(java_script_enabled=has_script)
        page = context.new_page()

        def is_told(words):
            expect(page.get_by_role("status")).to_contain_text(words)

        page.goto(f"{address}/people/john-doe")
        page.get_by_role("button", name="2 weeks, until").click()
        is_told("snoozed until")
        page.get_by_role("button", name="Skip").click()
        is_told("skipped")
        page.get_by_role("button", name="Pause").click()
        is_told("paused")
        page.get_by_role("button", name="Resume").click()
        is_told("resumed")

        page.goto(f"{address}/plan")
        page.get_by_role("button", name="Run a pass now").click()
        is_told("Done:")

        page.goto(f"{address}/people")
        page.get_by_label("Category").select_option("leaders")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("link", name="Grace Liu")).to_be_visible()
        expect(page.get_by_role("link", name="John Doe")).to_have_count(0)

        world.edit("name: Grace Liu", "name: Ada Byron")
        site.keeper.tick()
        page.goto(f"{address}/calendars")
        page.get_by_label("Undo this edit").check()
        page.get_by_role("button", name="Undo it").click()
        is_told("is undone")
        context.close()
    site.keeper.close()


def test_the_keyboard_alone_leads_to_everything(world, browser):
    site = Site(world)
    with site.served() as address:
        page = browser.new_page()
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.goto(f"{address}/people/john-doe")
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        wanted = page.locator("a[href], button, input:not([type=hidden]), textarea, summary").count()
        reached = set()
        for _ in range(2 * wanted):  # a date has several stops of its own
            page.keyboard.press("Tab")
            reached.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        assert len(reached) >= wanted
        page.close()
    site.keeper.close()


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """Serve half a year of a busy life, with an edit that can be undone."""
    folder = tmp_path_factory.mktemp("gallery")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        world = World(folder, None)  # type: ignore[arg-type]  # it runs no command
        site = lived(world)
        world.edit("- {name: Bao Tran", "- {name: Noor Aziz, category: alumni}\n  - {name: Bao Tran")
        site.keeper.tick()
        with site.served() as address:
            yield address
        site.keeper.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_grave(gallery, browser, path, size, scheme):
    width, height = SIZES[size]
    axe = axe_source()
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})
    complaints = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"{gallery}{path}")
    SHOTS.mkdir(parents=True, exist_ok=True)
    name = path.strip("/").replace("/", "-") or "today"
    page.screenshot(path=str(SHOTS / f"{name}-{size}-{scheme}.png"), full_page=True)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    found = grave_findings(page, axe)
    page.close()

    assert found == []
    assert complaints == []  # of the policy, for one


@pytest.mark.parametrize("path", PAGES)
def test_at_twice_the_size_nothing_is_cut_off(gallery, browser, path):
    page = browser.new_page(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    page.goto(f"{gallery}{path}")
    for width in (640, 320):
        page.set_viewport_size({"width": width, "height": 450})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_is_answered_on_a_small_phone_without_javascript(world, browser, scheme):
    from playwright.sync_api import expect

    site = Linked(world)
    site.let_pass()
    with site.served() as address:
        context = browser.new_context(
            java_script_enabled=False, color_scheme=scheme, viewport={"width": 360, "height": 740}
        )
        page = context.new_page()
        answers = []
        page.on("response", lambda answer: answers.append(answer.status))
        SHOTS.mkdir(parents=True, exist_ok=True)

        def shoot(name):
            page.screenshot(path=str(SHOTS / f"{name}-phone-{scheme}.png"), full_page=True)

        page.goto(address + site.path())
        expect(page.get_by_role("heading", name="John Doe")).to_be_visible()
        shoot("answer")
        page.get_by_label("To remember next time").fill("Likes hiking.")
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("status")).to_contain_text("held on Fri 27 Nov")
        shoot("answered")
        page.get_by_role("link", name="Back to the check-in").click()
        expect(page.get_by_role("status")).to_contain_text("You met on Fri 27 Nov")
        page.get_by_label("You met on another day").fill("2026-11-26")
        page.get_by_role("button", name="Moved").click()
        expect(page.get_by_role("status")).to_contain_text("held on Thu 26 Nov")
        page.get_by_role("link", name="Back to the check-in").click()
        page.get_by_role("link", name="Or is it about").click()
        page.get_by_role("button", name="2 weeks, until").click()
        expect(page.get_by_role("status")).to_contain_text("snoozed until")
        assert set(answers) == {200}
        context.close()
    assert [one.day.day for one in site.said()] == [26]
    site.keeper.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_behind_a_link(world, browser, scheme):
    site = Linked(world)
    site.let_pass()
    axe = axe_source()
    with site.served() as address:
        page = browser.new_page(color_scheme=scheme, viewport={"width": 360, "height": 740})
        complaints = []
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(address + site.path())
        found = grave_findings(page, axe)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("button", name="Skip it").click()
        found += grave_findings(page, axe)
        page.close()
    site.keeper.close()

    assert found == []
    assert complaints == []


def test_a_page_elsewhere_can_not_send_our_forms(world, browser):
    site = Site(world)
    with site.served() as address:
        page = browser.new_page()
        page.goto(address)  # so that there is a session
        page.goto("data:text/html," + f"<form method=post action={address}/people/john-doe/pause><button>Win")
        with page.expect_response(lambda answer: "pause" in answer.url) as answered:
            page.get_by_role("button", name="Win").click()
        assert answered.value.status == 403
        page.close()
    assert not site.keeper.view.outlook.histories["john-doe"].paused_on
    site.keeper.close()


class TestLogIn:
    """The one page that strangers see."""

    @pytest.fixture(scope="class")
    @staticmethod
    def locked(tmp_path_factory):
        folder = tmp_path_factory.mktemp("locked")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_DATA_HOME", str(folder / "data"))
            site = Site(World(folder, None))  # type: ignore[arg-type]  # it runs no command
            site.set_password()
            with site.served() as address:
                yield address
            site.keeper.close()

    @pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
    def test_one_logs_in_goes_on_and_logs_out(self, locked, browser, has_script):
        from playwright.sync_api import expect

        context = browser.new_context(java_script_enabled=has_script)
        page = context.new_page()
        page.goto(f"{locked}/people/john-doe")
        expect(page).to_have_title("Log in · Check-ins")
        page.keyboard.type("wrong")  # where to type is where one is
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("That is not the password.")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_title("John Doe · Check-ins")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("status")).to_contain_text("You are logged out.")
        page.goto(locked)
        expect(page).to_have_title("Log in · Check-ins")
        context.close()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [360, 1280])
    def test_axe_finds_nothing_grave(self, locked, browser, scheme, width):
        axe = axe_source()
        page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 640})
        complaints = []
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(f"{locked}/login")
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(SHOTS / f"login-{width}-{scheme}.png"), full_page=True)
        found = grave_findings(page, axe)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()

        assert found == []
        assert complaints == []


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_one_signs_in_to_google_and_out(world, browser, monkeypatch, has_script):
    from playwright.sync_api import expect

    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with GoogleServer() as google:
        world.edit("timezone:", "calendars: [google]\ntimezone:")
        client_file(world.folder / "config" / "netkeep-sync" / "google-client.json")
        site = Site(world, environ={"NETKEEP_GOOGLE_STAND_IN": google.base})
        site.set_password()
        with site.served() as address:
            context = browser.new_context(
                java_script_enabled=has_script, viewport={"width": 360, "height": 640}
            )
            page = context.new_page()
            complaints = []
            page.on("console", lambda said: complaints.append(said.text))
            page.goto(f"{address}/calendars")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.get_by_role("button", name="Sign in to Google").click()
            _shoot(page, "google-consent", has_script=has_script)
            page.get_by_role("link", name="Go on to Google").click()
            expect(page.get_by_role("status")).to_contain_text(f"You are signed in to Google as {ACCOUNT}.")
            assert "code=" not in page.url
            page.get_by_text("Try it, or end it").click()
            page.get_by_role("button", name="See whether it works").click()
            expect(page.get_by_role("status")).to_contain_text("It works")
            page.get_by_text("Try it, or end it").click()
            _shoot(page, "google-signed-in", has_script=has_script)
            page.get_by_label("Nothing more is written").check()
            page.get_by_role("button", name="Sign out of Google").click()
            expect(page.get_by_role("status")).to_contain_text("The sign-in is ended")
            context.close()
        site.keeper.close()
    assert complaints == []


def _shoot(page, name, *, has_script):
    """Keep how a page looks in both dresses, and have axe judge it where it can run."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=str(SHOTS / f"{name}-360-{scheme}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        if has_script:
            assert grave_findings(page, axe_source()) == []
