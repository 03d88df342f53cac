"""The error boundary, the exit statuses, and what must not be imported early."""

import json
import os
import re
import shlex
import subprocess
import sys

import pytest

import netkeep_sync
from netkeep_sync.cli import main as boundary


def test_version(world):
    assert world.ok("--version") == f"netkeep-sync {netkeep_sync.__version__}\n"


def test_help_names_every_command(world):
    out = world.ok("--help")

    listed = re.findall(r"^  ([a-z]+) +[A-Z]", out, re.MULTILINE)
    assert sorted(listed) == sorted(boundary._COMMANDS)


@pytest.mark.parametrize("name", boundary._COMMANDS)
def test_every_command_has_help_and_the_summary_fits(world, name):
    assert "Usage: netkeep-sync" in world.ok(name, "--help")


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("plann", 'did you mean "plan"?'),
        ("stauts", 'did you mean "status"?'),
        ("x", "`netkeep-sync --help` lists"),
    ],
)
def test_a_misspelt_command_is_a_usage_error(world, word, advice):
    result = world.run(word)

    assert result.status == 2
    assert f'there is no command "{word}"; {advice}' in result.err


def test_all_mistakes_are_told_in_one_run(world):
    world.edit("quarterly", "quaterly")
    world.edit("channel: video", "channel: vidoe")

    result = world.run("check")

    assert result.status == 2
    assert result.err.count("netkeep.yaml:") == 2
    assert "2 mistakes; nothing was changed" in result.err


def test_check_says_when_all_is_well(world):
    assert "3 contacts, no mistakes" in world.ok("check")


def test_an_unknown_holiday_code_is_told_with_its_place(world):
    world.edit(
        "timezone: Europe/Berlin", "timezone: Europe/Berlin\navailability: {holidays: [DE, DE-XX, QQ]}"
    )

    result = world.run("plan")

    assert result.status == 2
    assert "netkeep.yaml:4:31: " in result.err
    assert "DE-BE" in result.err


def test_no_roster_anywhere_says_how_to_begin(world):
    world.path.unlink()

    for result in (world.run("plan"), world.run("--config", "none.yaml", "plan")):
        assert result.status == 2
        assert "netkeep-sync init" in result.err
        assert "mistake" not in result.err


def test_a_fault_of_ours_is_an_apology_and_a_log(world, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("netkeep_sync.service.outlook.make_plan", fail)

    result = world.run("plan")

    assert result.status == 70
    assert "fault in netkeep-sync" in result.err
    assert "secret detail" not in result.err
    [log] = world.folder.glob("data/**/error.log")
    assert "ZeroDivisionError" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_init_writes_a_roster_that_plans(world):
    world.path.unlink()
    world.ok("init")

    assert (world.folder / "netkeep.schema.json").exists()
    assert "left as it is" in world.run("init", "other.yaml").err
    assert "John Doe" in world.ok("plan")


def test_init_says_what_is_wrong_with_the_way_to_the_file(world):
    result = world.run("init", "nowhere/a.yaml")

    assert result.status == 2
    assert 'nowhere/a.yaml: there is no folder "nowhere"; create it, or write another path' in result.err


def test_init_overwrites_nothing(world):
    before = world.path.read_bytes()

    assert world.run("init").status == 2
    assert world.path.read_bytes() == before


def test_schema_is_json_schema(world):
    document = json.loads(world.ok("schema"))

    assert document["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], ["sqlalchemy", "pydantic", "yaml", "icalendar", "holidays", "rich", "starlette"]),
        (["plan", "--json"], ["sqlalchemy", "icalendar", "rich", "starlette", "alembic", "apscheduler"]),
    ],
    ids=["help", "plan"],
)
def test_heavy_imports_come_only_where_they_are_needed(world, arguments, heavy):
    code = (
        "import sys, netkeep_sync.cli.main as m\n"
        "try: m.main(sys.argv[1:])\n"
        f"except SystemExit: print(sorted(set({heavy!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--config", str(world.path), *arguments],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("as_of", ["2026-13-01", "tomorrow", "0001-01-01", "9999-12-31", ""])
def test_an_as_of_that_is_no_date_of_ours_is_a_usage_error(world, as_of):
    result = world.run("plan", "--as-of", as_of)

    assert result.status == 2
    assert "write" in result.err


def test_a_terminal_without_the_letters_gets_question_marks_and_json_stays_utf8(world):
    command = [sys.executable, "-m", "netkeep_sync", "-c", str(world.path), "--as-of", "2026-11-23"]
    environ = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    table = subprocess.run([*command, "plan"], env=environ, capture_output=True, check=True)
    document = subprocess.run([*command, "plan", "--json"], env=environ, capture_output=True, check=True)

    assert b"Joan D?az" in table.stdout
    assert "Joan Díaz" in {one["name"] for one in json.loads(document.stdout)["series"]}


@pytest.fixture
def shell(world):
    """Run a line of the shell, in which `nk` is the program, and return what it ends with and its errors."""

    def run(line):
        nk = f"{shlex.quote(sys.executable)} -m netkeep_sync -c {shlex.quote(str(world.path))}"
        script = f'set -o pipefail; nk() {{ {nk} --as-of 2026-11-23 "$@"; }}; {line}'
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    return run


@pytest.mark.parametrize("command", ["plan", "plan --json", "status", "export -o -", "--help", "man"])
def test_where_nobody_reads_on_it_ends_quietly_and_says_so(shell, command):
    assert shell(f"nk {command} | true") == (141, "")


@pytest.mark.parametrize("command", ["plan --horizon '10 years' --json", "history --json | head -n 1"])
def test_a_reader_who_has_seen_enough_hears_of_no_error(shell, command):
    status, told = shell(f"nk {command} | head -n 1")
    assert (status in (0, 141), told) == (True, "")


def test_what_was_not_seen_is_not_done(shell, world):
    before = world.path.read_bytes()
    assert shell("nk retire john --yes 2>/dev/null | true") == (141, "")
    assert world.path.read_bytes() == before


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk here")  # noqa: PTH110
@pytest.mark.parametrize("command", ["plan", "plan --json", "status", "export -o -", "--help", "schema"])
def test_a_full_disk_is_no_fault_of_ours(shell, world, command):
    status, told = shell(f"nk {command} > /dev/full")

    assert status == 1
    assert told.endswith(
        "error: the output can't be written: No space left on device; make room, and run this again\n"
    )
    assert "Traceback" not in told
    assert not [*world.folder.glob("data/**/error.log")]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk here")  # noqa: PTH110
def test_where_nothing_can_be_told_the_status_still_tells(shell):
    assert shell("nk plan > /dev/full 2> /dev/full")[0] == 1
    assert shell("nk check >&-") == (0, "")
