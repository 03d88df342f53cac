"""Whoever changes a place in which a fault is planted hears of it at once, not when all are planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.planted import MUTANTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_can_be_planted_and_a_test_be_asked_about_it(mutant):
    assert (ROOT / mutant.path).read_text(encoding="utf-8").count(mutant.before) == 1
    for test in mutant.tests:
        path, _, name = test.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not name or f"def {name.partition('[')[0]}(" in text
