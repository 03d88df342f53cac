"""The page of figures holds every benchmark, and what it says of one is what was measured."""

from datetime import date
from pathlib import Path

from tests.benchmarks.figures import numbers_page
from tests.benchmarks.run import BENCHMARKS
from tests.benchmarks.table import Row, Table

PAGE = Path(__file__).parent / "NUMBERS.md"


def test_every_benchmark_is_on_the_page_with_how_to_repeat_it():
    page = PAGE.read_text(encoding="utf-8")

    assert all(f"## {name}\n\n`python tests/benchmarks/run.py {name}`" in page for name in BENCHMARKS)


def test_a_figure_stands_beside_its_floor_and_its_budget():
    row = Row(name="Reading", figure=0.003, floor=0.002, most=0.004)
    table = Table(title="A file", rows=(row,), unit="ms")
    page = numbers_page({"reading": [table]}, today=date(2026, 11, 29), machine="an abacus")

    assert "| Reading | 2.0 | 3.0 | 1.50 | 4.0 |" in page
    assert "2026-11-29: an abacus." in page
