"""The kinds of values in the file: how each is read, and what it looks like in the JSON Schema.

Where a list belongs, one value may stand alone. A value that is not one raises what its parser says; see
`values.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from netkeep_sync.config.addresses import (
    parse_busy,
    parse_database,
    parse_network,
    parse_notify,
    parse_public_url,
)
from netkeep_sync.config.avoided import parse_avoid
from netkeep_sync.config.flex import FlexDays, FlexShare, parse_flex
from netkeep_sync.config.times import (
    WEEKDAYS,
    parse_away,
    parse_day,
    parse_digest,
    parse_freeze,
    parse_hours,
    parse_milestone,
    parse_review,
    parse_weekday,
)
from netkeep_sync.config.timezones import parse_timezone
from netkeep_sync.config.values import (
    parse_calendar_id,
    parse_city,
    parse_color,
    parse_email,
    parse_header,
    parse_holiday_code,
    parse_ics,
    parse_key,
    parse_title,
)
from netkeep_sync.core.cadence import Cadence, parse_cadence
from netkeep_sync.core.channel import Hours
from netkeep_sync.core.contact import COLORS, Milestone
from netkeep_sync.core.roster import Avoided, DateRange, Digest
from netkeep_sync.core.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LINE = 200
WORKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Read:
    """Reads a text with `parse`, and says in the JSON Schema what such a text looks like."""

    parse: Callable[[str], object]
    schema: dict[str, Any]
    max_length: int = MAX_LINE
    is_one_line: bool = True

    def __call__(self, value: object) -> object:
        if isinstance(value, bool):
            value = "true" if value else "false"
        if not isinstance(value, str | int):
            raise PydanticKnownError("string_type")
        text = clean_line(str(value)) if self.is_one_line else str(value).strip()
        if len(text) > self.max_length:
            raise ValueError(f"this text is longer than {self.max_length} characters", "shorten it")
        return self.parse(text)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return {"type": "string", **self.schema}


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """Takes one value for a list of one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_listed, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        array = handler(schema)
        return {"anyOf": [array["items"], array]}


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | dict) else [value]


@dataclass(frozen=True, slots=True)
class OrWord:
    """Takes a word that stands alone for a map with that key, which may have nothing below it."""

    word: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        def spelled_out(value: Any) -> Any:
            return {self.word: {}} if value == self.word else value

        return core_schema.no_info_before_validator_function(spelled_out, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(schema), {"const": self.word}]}


@dataclass(frozen=True, slots=True)
class OrBelow:
    """Takes what belongs below one key of a map, for a map with nothing else."""

    key: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        def spelled_out(value: Any) -> Any:
            return value if isinstance(value, dict) else {self.key: value}

        return core_schema.no_info_before_validator_function(spelled_out, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        whole = handler(schema)
        alone = handler.resolve_ref_schema(whole)["properties"][self.key]
        return {"anyOf": [*alone.get("anyOf", [alone]), whole]}


@dataclass(frozen=True, slots=True)
class OrNothing:
    """Lets a key stand without a value; what that means is up to the map it stands in."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(schema), {"const": None}]}


def _same(text: str) -> str:
    return text


def _filled(text: str) -> str:
    if not text:
        raise ValueError("this text is empty", "write something, or remove the line")
    return text


_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"

Line = Annotated[str, _Read(parse=_same, schema={})]
Name = Annotated[str, _Read(parse=_filled, schema={"minLength": 1})]
Text = Annotated[str, _Read(parse=_same, schema={}, is_one_line=False, max_length=10_000)]
Key = Annotated[str, _Read(parse=parse_key, schema={"minLength": 1}, max_length=100)]
Email = Annotated[str, _Read(parse=parse_email, schema={"format": "email"})]
Timezone = Annotated[
    str, _Read(parse=parse_timezone, schema={"examples": ["Europe/Berlin", "America/New_York", "Asia/Tokyo"]})
]
Title = Annotated[str, _Read(parse=parse_title, schema={"examples": ["Coffee with {name}"]})]
Database = Annotated[
    str,
    _Read(
        parse=parse_database,
        schema={"pattern": r"^(sqlite:///|postgres(ql(\+psycopg)?)?://)."},
        max_length=1000,
    ),
]
IcsPath = Annotated[
    str,
    _Read(
        parse=parse_ics, schema={"pattern": r"\.[Ii][Cc][Ss]$", "examples": ["checkins.ics"]}, max_length=1000
    ),
]
BusySource = Annotated[
    str,
    _Read(
        parse=parse_busy,
        schema={
            "pattern": r"^([A-Za-z]+://.+|.*\.[Ii][Cc][Ss]|[Gg][Oo][Oo][Gg][Ll][Ee])$",
            "examples": ["https://example.com/secret/calendar.ics", "work.ics", "google"],
        },
        max_length=2000,
    ),
]
NotifyAddress = Annotated[
    str,
    _Read(
        parse=parse_notify,
        schema={"pattern": "^[A-Za-z]+://.+$", "examples": ["mailtos://user:password@example.com"]},
        max_length=2000,
    ),
]
NotifyAddresses = Annotated[tuple[NotifyAddress, ...], Field(max_length=10), OneOrMore()]
PublicUrl = Annotated[
    str,
    _Read(
        parse=parse_public_url,
        schema={
            "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@]+/?$",
            "examples": ["https://checkins.example.com"],
        },
        max_length=300,
    ),
]
Network = Annotated[str, _Read(parse=parse_network, schema={"examples": ["127.0.0.1", "10.0.0.0/8"]})]
HeaderName = Annotated[
    str,
    _Read(
        parse=parse_header,
        schema={"pattern": "^[A-Za-z][A-Za-z0-9-]{0,63}$", "examples": ["Remote-User"]},
    ),
]
DigestTime = Annotated[Digest | None, _Read(parse=parse_digest, schema={"examples": ["monday 08:00", "off"]})]
ReviewCadence = Annotated[
    Cadence | Literal["off"] | None,
    _Read(parse=parse_review, schema={"examples": ["quarterly", "every 6 months", "off"]}),
]
Address = Annotated[
    str, _Read(parse=_filled, schema={"pattern": "^https?://", "format": "uri"}, max_length=1000)
]
Account = Annotated[str, _Read(parse=_filled, schema={"minLength": 1}, max_length=200)]
FilePath = Annotated[str, _Read(parse=_filled, schema={"minLength": 1}, max_length=1000)]
CalendarId = Annotated[
    str,
    _Read(
        parse=parse_calendar_id,
        schema={"pattern": r"^(primary|[^\s@]+@[^\s@]+)$", "examples": ["primary"]},
    ),
]
Color = Annotated[str, _Read(parse=parse_color, schema={"enum": [*COLORS]})]
HowOften = Annotated[
    Cadence | None,
    _Read(
        parse=parse_cadence,
        schema={
            "examples": [
                "weekly",
                "every 2 weeks",
                "every 6 weeks",
                "monthly",
                "every 2 months",
                "quarterly",
                "every 6 months",
                "twice a year",
                "yearly",
            ]
        },
        max_length=60,
    ),
]
Flex = Annotated[
    FlexDays | FlexShare | None,
    _Read(
        parse=parse_flex,
        schema={"pattern": "^[0-9]{1,3} ?(days?|weeks?|%)$", "examples": ["10 days", "2 weeks", "20%"]},
    ),
]
_DAY = _Read(parse=parse_day, schema={"pattern": f"^{_DATE}$", "examples": ["2026-09-14"]})
Day = Annotated[date, _DAY]
PossibleDay = Annotated[date | None, _DAY]
Away = Annotated[
    DateRange,
    _Read(
        parse=parse_away,
        schema={
            "pattern": rf"^{_DATE}( ?\.\. ?{_DATE})?$",
            "examples": ["2026-12-21..2027-01-03", "2026-05-01"],
        },
    ),
]
HoursOfDay = Annotated[
    Hours,
    _Read(
        parse=parse_hours,
        schema={
            "pattern": "^[0-9]{1,2}[:.][0-9]{2} ?[-–] ?[0-9]{1,2}[:.][0-9]{2}$",
            "examples": ["08:30-10:00"],
        },
    ),
]
Weekday = Annotated[
    int,
    _Read(
        parse=parse_weekday,
        schema={
            "enum": [*WEEKDAYS, "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        },
    ),
]
HolidayCode = Annotated[
    str,
    _Read(
        parse=parse_holiday_code,
        schema={"pattern": "^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$", "examples": ["DE", "DE-BE", "US-CA"]},
    ),
]
Lines = Annotated[tuple[Name, ...], OneOrMore()]
Count = Annotated[int, Field(strict=True, ge=1, le=100)]
Flag = Annotated[bool, Field(strict=True)]
OwnFlag = Annotated[bool | None, Field(strict=True)]
CountsFrom = Literal["held", "schedule"] | None
City = Annotated[
    str, _Read(parse=parse_city, schema={"minLength": 1, "examples": ["Berlin"]}, max_length=100)
]
Avoid = Annotated[
    Avoided,
    _Read(
        parse=parse_avoid,
        schema={
            "examples": [
                "last week of a quarter",
                "first week of the year",
                "last 3 days of a month",
                "december",
            ]
        },
        max_length=80,
    ),
]
Freeze = Annotated[
    int,
    _Read(
        parse=parse_freeze,
        schema={
            "type": ["string", "integer"],
            "pattern": "^[0-9]{1,2}( ?(days?|weeks?))?$",
            "minimum": 0,
            "maximum": 60,
            "examples": ["7 days", "2 weeks"],
        },
    ),
]
DayOfYear = Annotated[
    Milestone,
    _Read(
        parse=parse_milestone,
        schema={
            "pattern": "^([0-9]{4}-)?[0-9]{1,2}-[0-9]{1,2}$",
            "examples": ["03-14", "2019-05-01"],
        },
    ),
]
Minutes = Annotated[int | None, Field(strict=True, ge=5, le=720)]
MinutesPerMonth = Annotated[int | None, Field(strict=True, ge=5, le=31 * 24 * 60)]
Buffer = Annotated[int | None, Field(strict=True, ge=0, le=240)]
Reminders = (
    Annotated[
        tuple[Annotated[int, Field(strict=True, ge=0, le=40_320)], ...], Field(max_length=5), OneOrMore()
    ]
    | None
)
ShowsAs = Literal["busy", "free"] | None
Share = Literal["full", "first-name", "busy"]
Weekdays = Annotated[tuple[Weekday, ...], Field(min_length=1), OneOrMore()]
Between = Annotated[tuple[HoursOfDay, ...], OneOrMore()]
OwnBetween = Annotated[tuple[HoursOfDay, ...], Field(min_length=1), OneOrMore()]
HolidayCodes = Annotated[tuple[HolidayCode, ...], OneOrMore()]
