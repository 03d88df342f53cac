"""A mistake in YAML text: where it stands, what is wrong, and what to write instead."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Mistake", "Place", "place_of"]


class Place(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


class Mistake(NamedTuple):
    """What is told of a place."""

    place: Place
    message: str
    advice: str


def place_of(mark: Any) -> Place:
    """Return the place that a mark of PyYAML's means; it counts from 0."""
    return Place(mark.line + 1, mark.column + 1)
