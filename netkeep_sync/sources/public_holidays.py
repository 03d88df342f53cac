"""Public holidays, from the holidays package: which days to keep free, and what they are called.

Codes are those of ISO 3166: `DE`, or `DE-BE` for one state of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

__all__ = ["public_holidays", "why_unknown"]


def why_unknown(code: str) -> str | None:
    """Return what to write instead of a code that nothing is known of; None when it is known."""
    from holidays import country_holidays, list_supported_countries  # noqa: PLC0415  60 ms, for whom it serves

    country, _, region = code.partition("-")
    try:
        country_holidays(country, subdiv=region or None)
    except NotImplementedError:  # asked for all countries only now: that loads each one
        regions = list_supported_countries().get(country)
    else:
        return None
    if regions is None:
        return 'write a country such as "DE", or one of its states such as "DE-BE"'
    known = ", ".join(f"{country}-{each}" for each in regions if each.isupper())
    return f'write "{country}"' + (f", or one of {known}" if known else "")


def public_holidays(codes: Iterable[str], *, start_on: date, end_on: date) -> dict[str, dict[date, str]]:
    """Return the holidays of each code from `start_on` to before `end_on`, with their names."""
    years = range(start_on.year, end_on.year + 1)
    return {
        code: {day: name for day, name in _named(code, years) if start_on <= day < end_on}
        for code in dict.fromkeys(codes)
    }


@lru_cache(maxsize=256)
def _named(code: str, years: range) -> tuple[tuple[date, str], ...]:
    from holidays import country_holidays  # noqa: PLC0415  see above

    country, _, region = code.partition("-")
    found = country_holidays(country, subdiv=region or None, years=years, language="en_US")
    return tuple(found.items())
