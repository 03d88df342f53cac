"""What is found wrong with entries once each of them has its shape; nothing is told twice.

Whoever is told once is not told again: a value that was taken out for its own misfit (`told`) raises no
second problem by its absence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netkeep_sync.config.shape import is_within
from netkeep_sync.config.yaml_source import MAX_PROBLEMS

if TYPE_CHECKING:
    from netkeep_sync.config.yaml_source import YamlPath, YamlSource
    from netkeep_sync.errors import Problem

__all__ = ["Findings"]


@dataclass(slots=True, kw_only=True)
class Findings:
    """The problems found so far, and the places of the file that they are found at."""

    source: YamlSource
    told: frozenset[YamlPath]
    problems: list[Problem] = field(default_factory=list)

    @property
    def are_enough(self) -> bool:
        """Tell whether there are as many as anybody reads."""
        return len(self.problems) >= MAX_PROBLEMS

    def tell(self, path: YamlPath, message: str, advice: str, *, of_key: bool = False) -> None:
        """Note a problem with the value at `path`, or with its absence, unless that is no news."""
        if not self.are_enough and not self.is_told(path):
            self.problems.append(self.source.problem(path, message, advice, of_key=of_key))

    def is_told(self, path: YamlPath) -> bool:
        """Tell whether the value at `path`, or what it is part of, was taken out already."""
        return is_within(path, self.told)

    def where(self, path: YamlPath, *, of_key: bool = False) -> str:
        """Return the place of a value in words."""
        line, column = self.source.place(path, of_key=of_key)
        return f"line {line}, column {column}"
