"""The image keeps one of the many descriptions that come with Google's client: it is enough."""

import re
import shutil
import sys
from importlib.resources import files
from pathlib import Path

from tests.deploy.tools import DEPLOY, ROOT, ran

SCRIPT = """
import googleapiclient, sys
from google.oauth2.credentials import Credentials
assert googleapiclient.__path__[0].startswith(sys.argv[1]), googleapiclient.__path__
from netkeep_sync.targets import google_auth
google_auth.credentials = lambda *_, **__: Credentials("token")
from netkeep_sync.targets.google_link import service_for
service = service_for(None, (), endpoints=google_auth.GOOGLE)
print(service.events().list(calendarId="primary").uri, service.freebusy().query(body={}).uri)
"""


def test_the_client_does_with_the_one_description_that_the_image_keeps(tmp_path):
    [kept] = re.findall(r"! -name (\S+) -delete$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    documents = Path("discovery_cache/documents")
    whole = Path(str(files("googleapiclient")))
    copy = tmp_path / "googleapiclient"
    shutil.copytree(
        whole, copy, ignore=lambda folder, names: names if folder.endswith(str(documents)) else []
    )
    shutil.copy(whole / documents / kept, copy / documents / kept)
    done = ran(sys.executable, "-c", SCRIPT, tmp_path, env={"PYTHONPATH": f"{tmp_path}:{ROOT}"})

    assert done.returncode == 0, done.stderr
    assert "calendars/primary/events" in done.stdout
    assert "freeBusy" in done.stdout
