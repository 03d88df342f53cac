"""Phrases as text: what a reason means, and not how one language says it.

One without values is its message. Any other one is a JSON list of its message, its values by name, and the
form for many where it has one. What stands in a value for other than words and numbers is an object with one
key: `{"day": ["2026-12-08", "SHORT"]}`, `{"time": "08:30"}`, `{"cadence": "6 month"}`, `{"phrase": …}`.
"""

from __future__ import annotations

import json
import re
from datetime import date, time
from functools import lru_cache
from typing import Any

from netkeep_sync.core.cadence import Cadence, Unit
from netkeep_sync.core.phrase import Day, DayForm, Phrase, Value, phrase
from netkeep_sync.core.series import BOOKED, KEPT_FREE, NO_ROOM

__all__ = ["phrase_from_text", "phrase_text"]

_BOOKED = re.compile(BOOKED.replace("{time}", r"(\d\d:\d\d)"))


def phrase_text(what: Phrase) -> str:
    """Return a phrase as text."""
    if not what.values and not what.message.startswith("["):
        return what.message
    return json.dumps(_written(what), ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4096)  # every pass reads the reasons of all series again
def phrase_from_text(text: str) -> Phrase:
    """Return the phrase of a text; of an English sentence, as reasons once were, what planning asks of it."""
    if text.startswith("["):
        return _read(json.loads(text))
    for message in (NO_ROOM, KEPT_FREE):
        if text.endswith(end := message.removeprefix("{why}")):
            why = text.removesuffix(end)
            booked = _BOOKED.fullmatch(why)
            at = phrase(BOOKED, time=time.fromisoformat(booked[1])) if booked else why
            return phrase(message, why=at)
    return Phrase(message=text)


def _written(what: Phrase) -> list[Any]:
    values = {name: _value_written(value) for name, value in what.values}
    return [what.message, values, *([what.many] if what.many else [])]


def _value_written(value: Value) -> Any:
    match value:
        case Phrase():
            return {"phrase": _written(value)}
        case Day(on=on, form=form):
            return {"day": [on.isoformat(), form.name]}
        case Cadence(unit=unit, count=count):
            return {"cadence": f"{count} {unit}"}
        case time():
            return {"time": value.isoformat("minutes")}
        case _:
            return value


def _read(written: list[Any]) -> Phrase:
    message, values, *many = written
    told = tuple((name, _value_read(value)) for name, value in values.items())
    return Phrase(message=message, values=told, many="".join(many))


def _value_read(written: Any) -> Value:
    match written:
        case {"phrase": what}:
            return _read(what)
        case {"day": [on, form]}:
            return Day(on=date.fromisoformat(on), form=DayForm[form])
        case {"cadence": cadence}:
            count, unit = cadence.split()
            return Cadence(unit=Unit(unit), count=int(count))
        case {"time": at}:
            return time.fromisoformat(at)
        case str() | int() | float():
            return written
        case _:
            raise ValueError(f"{written!r} is no value of a phrase")
