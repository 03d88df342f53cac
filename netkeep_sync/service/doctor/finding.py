"""What is found of one thing that was looked at: how bad it is, in words, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from netkeep_sync.core.words import count

__all__ = ["Finding", "Level", "left_out", "length_words", "ok", "problem", "warning"]


class Level(StrEnum):
    """How bad it is: nothing, something to know, something to mend; or not known, as nobody looked."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found `about` one thing, and what to do; a fine one needs no `advice`."""

    level: Level
    about: str
    words: str
    advice: str = ""


def ok(about: str, words: str) -> Finding:
    """Return that nothing is wrong."""
    return Finding(level=Level.OK, about=about, words=words)


def warning(about: str, words: str, advice: str) -> Finding:
    """Return something to know."""
    return Finding(level=Level.WARNING, about=about, words=words, advice=advice)


def problem(about: str, words: str, advice: str) -> Finding:
    """Return something to mend."""
    return Finding(level=Level.PROBLEM, about=about, words=words, advice=advice)


def left_out(about: str, words: str, advice: str) -> Finding:
    """Return what nobody looked at."""
    return Finding(level=Level.LEFT_OUT, about=about, words=words, advice=advice)


def length_words(length: timedelta) -> str:
    """Return "119 minutes", "47 hours" or "2 days"; what is still to come is "0 minutes" ago."""
    minutes = max(length, timedelta()) // timedelta(minutes=1)
    if minutes < 120:
        return count(minutes, "minute")
    if minutes < 48 * 60:
        return count(minutes // 60, "hour")
    return count(minutes // (24 * 60), "day")
