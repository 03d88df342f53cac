"""What those who run the program ask it: whether it does its work, and how it has fared.

`/readyz` answers anybody, in words that name nobody. `/metrics` answers only this machine, as the pages do,
unless `serve --metrics` opens it; the labels hold no name, no address and no secret either way.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from netkeep_sync import __version__
from netkeep_sync.errors import StoreError
from netkeep_sync.service.tally import target_label
from netkeep_sync.web.arrival import is_from_here

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from prometheus_client.core import Metric
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from netkeep_sync.service.keeper import Keeper

__all__ = ["FeedHits", "metrics", "ready", "why_not_ready"]

_PATIENCE = 3
"""So many intervals may go by without a good pass."""

_FEEDS = "/feed/"


async def ready(request: Request) -> Response:
    """`GET /readyz`: 200 while passes succeed, else 503 and one reason."""
    reason = await run_in_threadpool(why_not_ready, request.app.state.keeper)
    headers = {"Cache-Control": "no-store"}
    if reason:
        return PlainTextResponse(f"{reason}\n", status_code=503, headers=headers)
    return PlainTextResponse("ready\n", headers=headers)


def why_not_ready(keeper: Keeper) -> str:
    """Return why the program does not do its work, "" while it does."""
    try:
        good = keeper.memory.last_good_pass()
    except StoreError:
        return "the database does not answer"
    if good is None:
        return "no pass has succeeded yet"
    age = keeper.now() - good.finished_at
    if age < _PATIENCE * keeper.every:
        return ""
    return f"the last pass without a failure was {age // timedelta(minutes=1)} minutes ago"


async def metrics(request: Request) -> Response:
    """`GET /metrics`, in Prometheus's text format."""
    state = request.app.state
    if not state.is_metrics_open and not is_from_here(request):
        raise HTTPException(404)
    content, kind = await run_in_threadpool(_rendered, state.keeper, state.feed_hits)
    return Response(content, headers={"Cache-Control": "no-store", "Content-Type": kind})


def _rendered(keeper: Keeper, feed_hits: Counter[str]) -> tuple[bytes, str]:
    from prometheus_client import CollectorRegistry  # noqa: PLC0415  40 ms, for who asks
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest  # noqa: PLC0415

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(keeper, feed_hits))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class _Collector:
    """Reads the counts where they are kept, whenever it is asked."""

    def __init__(self, keeper: Keeper, feed_hits: Counter[str]) -> None:
        self._keeper = keeper
        self._feed_hits = feed_hits

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

        tally = self._keeper.tally
        passes = [((result,), tally.passes[result]) for result in ("complete", "incomplete", "failed")]
        failures = [((label,), count) for label, count in list(tally.failures.items())]
        hits = [((status,), count) for status, count in list(self._feed_hits.items())]
        changes = list(tally.changes.items())
        yield _counter("passes", "Passes, by what they came to.", ["result"], passes)
        yield _counter("changes", "Changes of calendar entries.", ["target", "kind"], changes)
        yield _counter("failures", "Failures of calendar targets.", ["target"], failures)
        yield _counter(
            "remote_requests",
            "Requests to remote calendars, repeated ones too.",
            ["target"],
            self._requests(),
        )
        yield _counter("feed_requests", "Requests for feeds, by the status of the answer.", ["status"], hits)
        yield GaugeMetricFamily(
            "netkeep_interval_seconds", "Time between passes.", value=self._keeper.every.total_seconds()
        )
        yield GaugeMetricFamily(
            "netkeep_staleness_seconds",
            "Time since the last pass without a failure.",
            value=self._staleness_s(),
        )
        info = GaugeMetricFamily("netkeep_info", "The version that runs.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info

    def _requests(self) -> list[tuple[tuple[str], int]]:
        """Return the requests of each remote target. They begin anew when the file is read again, which
        Prometheus knows of counters.
        """
        remote = (target for target in self._keeper.targets if target.is_remote)
        return [((target_label(target.name),), target.requests_sent) for target in remote]

    def _staleness_s(self) -> float:
        try:
            good = self._keeper.memory.last_good_pass()
        except StoreError:
            return float("nan")
        return (self._keeper.now() - good.finished_at).total_seconds() if good else float("inf")


def _counter(
    name: str, words: str, labels: Sequence[str], counts: Sequence[tuple[tuple[str, ...], int]]
) -> Metric:
    from prometheus_client.core import CounterMetricFamily  # noqa: PLC0415

    family = CounterMetricFamily(f"netkeep_{name}", words, labels=labels)
    for values, count in sorted(counts):
        family.add_metric(values, count)
    return family


class FeedHits:
    """Counts the answers to requests for feeds, by their status."""

    def __init__(self, app: ASGIApp, counted: Counter[str]) -> None:
        self._app = app
        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._counted[str(message["status"])] += 1
            await send(message)

        is_feed = scope["type"] == "http" and scope["path"].startswith(_FEEDS)
        await self._app(scope, receive, counting if is_feed else send)
