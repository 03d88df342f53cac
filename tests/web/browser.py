"""A real browser: Debian's Chromium, driven by Playwright, and axe-core to judge what it shows.

Where one of them is missing, the tests that need it are skipped aloud, and fail where NETKEEP_REQUIRE_ALL is
set, as in CI. axe-core comes from npm, in a folder that NODE_PATH names.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SHOTS = Path(__file__).parents[2] / ".ci" / "shots"
"""Where the screenshots go; git ignores it."""

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_GRAVE = {"serious", "critical"}


def absent(what: str) -> None:
    """Skip a test for want of a browser, or fail it where nothing may be missing."""
    if os.environ.get("NETKEEP_REQUIRE_ALL"):
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        absent("there is no Chromium; apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def axe_source() -> str:
    """Return the script of axe-core."""
    folders = [Path(one) for one in os.environ.get("NODE_PATH", "").split(os.pathsep) if one]
    found = next((path for one in folders if (path := one / "axe-core" / "axe.min.js").exists()), None)
    if found is None:
        absent("there is no axe-core; npm install it and set NODE_PATH")
    assert found
    return found.read_text(encoding="utf-8")


def grave_findings(page: Page, axe: str) -> list[str]:
    """Return what axe-core finds serious or critical on a page, or worse: with where it stands."""
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in _GRAVE
        for node in one["nodes"]
    ]
