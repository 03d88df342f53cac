"""What `/metrics` says, in the eyes of Prometheus."""

from contextlib import closing

from tests.deploy.tools import found, ran
from tests.web.site import Site


def test_prometheus_finds_nothing_to_say_about_the_metrics(world):
    site = Site(world)
    with closing(site.keeper):
        text = site.client.get("/metrics").text
    done = ran(found("promtool", how="apt-get install prometheus"), "check", "metrics", input=text)

    assert "netkeep_passes_total" in text
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
