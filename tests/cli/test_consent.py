"""Nothing that was shown is done without the owner's word, whichever command shows it."""

from __future__ import annotations

import io
import sys

import click
import pytest
from click.testing import CliRunner

from netkeep_sync.cli.consent import Consent, consent_options


class Terminal(io.StringIO):
    """A terminal where somebody has typed this already."""

    def isatty(self):
        return True


@pytest.fixture
def said(capfd):
    """Return whether consent is given, and what was said on standard output and error."""

    def ask(consent, **options):
        is_given = consent.is_given("Do it?", **options)
        return is_given, *capfd.readouterr()

    return ask


@pytest.mark.parametrize(
    ("typed", "is_done", "told"), [("y\n", True, ""), ("n\n", False, "nothing is changed\n")]
)
def test_at_a_terminal_the_owner_is_asked(monkeypatch, said, typed, is_done, told):
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert said(Consent()) == (is_done, "\nDo it? [y/N]: ", told)


def test_where_nobody_can_be_asked_it_says_how_to_consent(said):
    assert said(Consent()) == (False, "", "nothing is changed; `--yes` does it\n")


def test_whoever_wants_json_is_not_asked(monkeypatch, said):
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert said(Consent(), may_ask=False) == (False, "", "nothing is changed; `--yes` does it\n")


def test_yes_asks_nobody(monkeypatch, said):
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    assert said(Consent(is_sure=True)) == (True, "", "")


def test_a_dry_run_is_silent_and_stronger_than_yes(monkeypatch, said):
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert said(Consent(is_sure=True, dry_run=True)) == (False, "", "")


def test_the_options_make_the_consent_of_a_command():
    @click.command()
    @click.option("--other")
    @consent_options
    def command(*, consent, other):
        click.echo(f"{consent.is_sure} {consent.dry_run} {other}")

    run = CliRunner().invoke
    assert run(command, ["--yes", "--other", "x"]).output == "True False x\n"
    assert run(command, ["--dry-run"]).output == "False True None\n"
