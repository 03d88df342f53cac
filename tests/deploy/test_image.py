"""The image: made and run without an engine, as its own user, with nothing to write to but /data."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.deploy.image import build
from tests.deploy.tools import ran


@pytest.fixture(scope="module")
def image(tmp_path_factory, wheels):
    folder = tmp_path_factory.mktemp("image")
    folder.chmod(0o755)
    return build(folder, wheels)


def test_the_image_keeps_one_description_of_all_that_googles_client_brings(image):
    kept = [path.name for path in image.root.glob("opt/**/discovery_cache/documents/*")]

    assert kept == ["calendar.v3.json"]


def test_the_image_holds_every_extra_and_neither_pip_nor_a_test(image):
    [packages] = image.root.glob("opt/netkeep-sync/lib/python*/site-packages")
    held = {path.name for path in packages.iterdir()}
    client = sum(path.stat().st_size for path in (packages / "googleapiclient").rglob("*"))

    assert {"netkeep_sync", "googleapiclient", "caldav", "apprise", "psycopg"} <= held
    assert held & {"pip", "hatchling", "pytest", "tests"} == set()
    assert client < 2_000_000


def test_its_user_can_write_to_the_data_alone(image):
    for folder in ("/", "/opt/netkeep-sync", "/usr", "/etc"):
        assert "Read-only" in ran(*image.inside(["touch", f"{folder}/x"])).stderr
    assert ran(*image.inside(["touch", "/data/x"])).returncode == 0
    assert ran(*image.inside(["rm", "/data/x"])).returncode == 0


def test_it_serves_as_its_own_user_is_found_alive_and_stops_when_told(image):
    begun = ran(*image.inside([*image.entrypoint, "init"]))
    assert begun.returncode == 0, begun.stderr
    command = image.inside([*image.entrypoint, *image.command, "--port", "0"])
    served = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None
        said = ""
        while "stop with Ctrl-C" not in said and (line := served.stdout.readline()):
            said += line
        [(port, path)] = re.findall(r"^http://0\.0\.0\.0:(\d+)(/\S+\.ics)$", said, re.MULTILINE)
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            assert b"BEGIN:VEVENT" in answer.read()
        status = Path(f"/proc/{served.pid}/status").read_text()
        alive = ran(*image.inside([*image.healthcheck, "--port", port]))
    finally:
        served.send_signal(signal.SIGTERM)
        _, err = served.communicate(timeout=60)

    assert re.findall(r"^[UG]id:\s+(.*)$", status, re.MULTILINE) == ["\t".join(["65532"] * 4)] * 2
    assert re.findall(r"^CapEff:\s+(\S+)$", status, re.MULTILINE) == ["0" * 16]
    assert (alive.returncode, alive.stdout) == (0, "alive\n")
    assert served.returncode == 0, err
