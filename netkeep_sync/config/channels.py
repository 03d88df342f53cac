"""The channels that every roster has without asking: coffee, lunch, video, call."""

from __future__ import annotations

from datetime import time

from netkeep_sync.core.channel import Channel, Hours
from netkeep_sync.core.language import to_translate

__all__ = ["BUILT_IN_CHANNELS"]

_AT_A_DESK = (Hours(start=time(10), end=time(12)), Hours(start=time(14), end=time(17)))

BUILT_IN_CHANNELS = (
    Channel(
        key="coffee",
        minutes=45,
        hours=(Hours(start=time(8, 30), end=time(10)),),
        title=to_translate("Coffee with {name}"),
    ),
    Channel(
        key="lunch",
        minutes=60,
        hours=(Hours(start=time(12), end=time(13, 30)),),
        title=to_translate("Lunch with {name}"),
    ),
    Channel(
        key="video",
        minutes=30,
        hours=_AT_A_DESK,
        title=to_translate("Video call with {name}"),
        is_remote=True,
    ),
    Channel(key="call", minutes=30, hours=_AT_A_DESK, title=to_translate("Call with {name}"), is_remote=True),
)
