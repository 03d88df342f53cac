"""Public holidays by their English names, of which catalogues hold what they are called elsewhere.

These are those of the countries in which our other languages are spoken. Any other one, Juneteenth say, is
called what it is called at home.
"""

from __future__ import annotations

from netkeep_sync.core.language import to_translate
from netkeep_sync.core.phrase import Phrase

__all__ = ["KNOWN_HOLIDAYS", "holiday_name"]

KNOWN_HOLIDAYS = frozenset(
    {
        to_translate("All Saints' Day"),
        to_translate("Ascension Day"),
        to_translate("Assumption Day"),
        to_translate("Augsburg Peace Festival"),
        to_translate("Candlemas"),
        to_translate("Christmas Day"),
        to_translate("Christmas Eve"),
        to_translate("Corpus Christi"),
        to_translate("Easter Monday"),
        to_translate("Easter Sunday"),
        to_translate("Epiphany"),
        to_translate("German Unity Day"),
        to_translate("Good Friday"),
        to_translate("Immaculate Conception"),
        to_translate("Independence Day"),
        to_translate("Labor Day"),
        to_translate("National Day"),
        to_translate("Nativity of Mary"),
        to_translate("New Year's Day"),
        to_translate("New Year's Eve"),
        to_translate("Pentecost"),
        to_translate("Pentecost Monday"),
        to_translate("Reformation Day"),
        to_translate("Repentance and Prayer Day"),
        to_translate("Saint Berchtold's Day"),
        to_translate("Saint Joseph's Day"),
        to_translate("Saint Stephen's Day"),
        to_translate("Saints Peter and Paul"),
        to_translate("Second Day of Christmas"),
        to_translate("Thanksgiving Day"),
        to_translate("Women's Day"),
        to_translate("World Children's Day"),
    }
)


def holiday_name(name: str) -> Phrase | str:
    """Return what a holiday is called within a sentence."""
    return Phrase(message=name) if name in KNOWN_HOLIDAYS else name
