"""The shape of the file: one model per kind of entry, and the JSON Schema that editors read.

pydantic stays in this room: it finds every misfit of a file in one go, and makes the schema from the
same lines. What it finds is put in the user's words by `shape.py`; what entries mean to each other is
the business of `resolution.py`.

A key without a value (`notes:`) counts as not written. Where a list belongs, one value may stand alone.
The docstrings and descriptions of the models are what an editor shows beside the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from netkeep_sync.config.channels import BUILT_IN_CHANNELS
from netkeep_sync.config.values import (
    WEEKDAYS,
    FlexDays,
    FlexShare,
    parse_away,
    parse_database,
    parse_day,
    parse_email,
    parse_flex,
    parse_holiday_code,
    parse_hours,
    parse_ics,
    parse_key,
    parse_timezone,
    parse_title,
    parse_weekday,
)
from netkeep_sync.config.yaml_source import clean_line
from netkeep_sync.core.cadence import Cadence, parse_cadence
from netkeep_sync.core.channel import Hours
from netkeep_sync.core.roster import DateRange

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "AvailabilityEntry",
    "CalendarEntry",
    "CapacityEntry",
    "CategoryEntry",
    "ChannelEntry",
    "ContactEntry",
    "Entry",
    "OwnerEntry",
    "RosterEntry",
    "json_schema",
    "schema_text",
]

MAX_LINE = 200
_WORKDAYS = (0, 1, 2, 3, 4)


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
class _OneOrMore:
    """Takes one value for a list of one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_listed, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        array = handler(schema)
        return {"anyOf": [array["items"], array]}


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | dict) else [value]


def _same(text: str) -> str:
    return text


def _filled(text: str) -> str:
    if not text:
        raise ValueError("this text is empty", "write something, or remove the line")
    return text


_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"

_Line = Annotated[str, _Read(parse=_same, schema={})]
_Name = Annotated[str, _Read(parse=_filled, schema={"minLength": 1})]
_Text = Annotated[str, _Read(parse=_same, schema={}, is_one_line=False, max_length=10_000)]
_Key = Annotated[str, _Read(parse=parse_key, schema={"minLength": 1}, max_length=100)]
_Email = Annotated[str, _Read(parse=parse_email, schema={"format": "email"})]
_Timezone = Annotated[
    str, _Read(parse=parse_timezone, schema={"examples": ["Europe/Berlin", "America/New_York", "Asia/Tokyo"]})
]
_Title = Annotated[str, _Read(parse=parse_title, schema={"examples": ["Coffee with {name}"]})]
_Database = Annotated[
    str,
    _Read(
        parse=parse_database,
        schema={"pattern": r"^(sqlite:///|postgres(ql(\+psycopg)?)?://)."},
        max_length=1000,
    ),
]
_Ics = Annotated[
    str,
    _Read(
        parse=parse_ics, schema={"pattern": r"\.[Ii][Cc][Ss]$", "examples": ["checkins.ics"]}, max_length=1000
    ),
]
_Cadence = Annotated[
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
_Flex = Annotated[
    FlexDays | FlexShare | None,
    _Read(
        parse=parse_flex,
        schema={"pattern": "^[0-9]{1,3} ?(days?|weeks?|%)$", "examples": ["10 days", "2 weeks", "20%"]},
    ),
]
_Day = Annotated[
    date | None, _Read(parse=parse_day, schema={"pattern": f"^{_DATE}$", "examples": ["2026-09-14"]})
]
_Away = Annotated[
    DateRange,
    _Read(
        parse=parse_away,
        schema={
            "pattern": rf"^{_DATE}( ?\.\. ?{_DATE})?$",
            "examples": ["2026-12-21..2027-01-03", "2026-05-01"],
        },
    ),
]
_Hours = Annotated[
    Hours,
    _Read(
        parse=parse_hours,
        schema={
            "pattern": "^[0-9]{1,2}[:.][0-9]{2} ?[-–] ?[0-9]{1,2}[:.][0-9]{2}$",
            "examples": ["08:30-10:00"],
        },
    ),
]
_Weekday = Annotated[
    int,
    _Read(
        parse=parse_weekday,
        schema={
            "enum": [*WEEKDAYS, "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        },
    ),
]
_HolidayCode = Annotated[
    str,
    _Read(
        parse=parse_holiday_code,
        schema={"pattern": "^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$", "examples": ["DE", "DE-BE", "US-CA"]},
    ),
]
_Lines = Annotated[tuple[_Name, ...], _OneOrMore()]
_Count = Annotated[int, Field(strict=True, ge=1, le=100)]
_Flag = Annotated[bool, Field(strict=True)]


class Entry(BaseModel):
    """What all entries share: unknown keys are refused, keys without a value count as not written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _written(cls, values: Any) -> Any:
        if values is None:
            return {}
        if isinstance(values, dict):
            return {key: one for key, one in values.items() if one is not None or key not in cls.model_fields}
        return values


class OwnerEntry(Entry):
    """The person whose calendar it is."""

    name: _Name = Field(description="Your name.")
    email: _Email = Field("", description="Your email address. It names this roster unless roster: does.")


class CapacityEntry(Entry):
    """The time you really have. A plan never goes beyond it; who does not fit is told by name."""

    per_day: _Count = Field(1, description="Check-ins a day, at the most. Default 1.")
    per_week: _Count = Field(3, description="Check-ins a week, at the most. Default 3.")


class AvailabilityEntry(Entry):
    """When check-ins may take place at all."""

    days: Annotated[tuple[_Weekday, ...], _OneOrMore()] = Field(
        _WORKDAYS,
        description="Days of the week for check-ins. Default mon to fri.",
        examples=[["mon", "tue", "wed"]],
    )
    holidays: Annotated[tuple[_HolidayCode, ...], _OneOrMore()] = Field(
        (),
        description="Whose public holidays to keep free: a country, or one of its regions.",
        examples=["DE-BE"],
    )
    away: Annotated[tuple[_Away, ...], _OneOrMore()] = Field(
        (), description="Days to keep free: single dates, or ranges with their last day included."
    )


class ChannelEntry(Entry):
    """A way to meet."""

    minutes: Annotated[int | None, Field(strict=True, ge=5, le=720)] = Field(
        None, description="How long it takes, in minutes.", examples=[30, 45]
    )
    between: Annotated[tuple[_Hours, ...], _OneOrMore()] = Field(
        (),
        description="The hours in which it may lie, from its start to its end.",
        examples=[["08:30-10:00"]],
    )
    title: _Title = Field("", description='The title of its check-ins; "{name}" is the name of the contact.')
    place: _Line = Field("", description="Where you meet, unless the contact says otherwise.")
    remote: Annotated[bool | None, Field(strict=True)] = Field(
        None, description="Whether it joins two places, so that hours must suit the contact's timezone too."
    )


class CategoryEntry(Entry):
    """A group of contacts, and what they share unless they say otherwise themselves."""

    cadence: _Cadence = Field(None, description="How often to meet them.")
    channel: _Name = Field("", description="How to meet them.", examples=["coffee", "lunch", "video", "call"])
    keep: Annotated[int | None, Field(strict=True, ge=1, le=100)] = Field(
        None, description="How many people belong here; one or two are plenty.", examples=[2]
    )
    flex: _Flex = Field(
        None,
        description="How far from its due date a check-in may lie, either way. Default 15% of the period.",
    )
    ask: _Lines = Field((), description="What to ask each of them.")
    offer: _Lines = Field((), description="What to offer each of them.")


class ContactEntry(Entry):
    """One person."""

    name: _Name = Field(description="Their name, as it stands in the titles of check-ins.")
    id: _Key = Field(
        "",
        description="A key that stays when the name changes, or tells two people of one name apart. "
        "Default: the name in lower case, with hyphens.",
        examples=["john-doe"],
    )
    category: _Name = Field(description="One of the categories of this file.")
    cadence: _Cadence = Field(None, description="How often to meet. Default: that of the category.")
    channel: _Name = Field(
        "",
        description="How to meet. Default: that of the category.",
        examples=["coffee", "lunch", "video", "call"],
    )
    flex: _Flex = Field(None, description="How far from its due date a check-in may lie, either way.")
    last_met: _Day = Field(None, description="When you last met, before this program knew. Year-month-day.")
    timezone: _Timezone = Field("", description="Where they live, an IANA name. Default: yours.")
    email: _Email = Field("", description="To recognise meetings with them; nothing is ever sent.")
    place: _Line = Field("", description="Where you meet. Default: that of the channel.")
    notes: _Text = Field("", description="What to remember; it stands in their check-ins.")
    ask: _Lines = Field((), description="What to ask; comes before what the category says.")
    offer: _Lines = Field((), description="What to offer; comes before what the category says.")


class CalendarEntry(Entry):
    """A calendar to publish to."""

    ics: _Ics = Field(description="The path of a calendar file; relative to this file.")


class RosterEntry(Entry):
    """The people you keep in touch with, how often and how; netkeep-sync books it on your calendar."""

    roster: _Key = Field(
        "",
        description="A name for this roster that never changes: it is part of every calendar entry's id. "
        "Default: your email address, else your name.",
    )
    owner: OwnerEntry = Field(description="You.")
    timezone: _Timezone = Field(description="Where you live, an IANA name.")
    capacity: CapacityEntry = Field(default_factory=CapacityEntry, description="The time you really have.")
    availability: AvailabilityEntry = Field(
        default_factory=AvailabilityEntry, description="The days on which you can meet."
    )
    assume: Literal["held", "ask"] = Field(
        "held",
        description="What to believe of a check-in that passed without a word: that it was held, or ask you.",
    )
    channels: dict[str, ChannelEntry] = Field(
        {}, description="Ways to meet. coffee, lunch, video and call are there already; write what differs."
    )
    categories: dict[str, CategoryEntry] = Field({}, description="Groups of contacts and their habits.")
    contacts: tuple[ContactEntry, ...] = Field((), description="The people. Few: one or two a category.")
    database: _Database = Field(
        "",
        description="Where the program remembers what was held. Default: a file in your user data folder; "
        "NETKEEP_DATABASE beats both.",
        examples=["sqlite:///netkeep.db"],
    )
    calendars: tuple[CalendarEntry, ...] = Field((), description="Where check-ins are published.")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, draft 2020-12."""
    schema = _tidy(RosterEntry.model_json_schema())
    channels = schema["properties"]["channels"]
    channels["properties"] = {
        channel.key: {
            "$ref": channels["additionalProperties"]["$ref"],
            "description": f"Unless changed: {channel.minutes} minutes, "
            f'{" and ".join(map(str, channel.hours))}, "{channel.title}".',
        }
        for channel in BUILT_IN_CHANNELS
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A roster of netkeep-sync",
        **schema,
    }


def schema_text() -> str:
    """Return the JSON Schema as the text of `netkeep.schema.json`."""
    return json.dumps(json_schema(), indent=2) + "\n"


_NO_NEWS: tuple[Any, ...] = (None, "", [], {}, list(_WORKDAYS))


def _tidy(node: Any) -> Any:
    """Return a schema as a person would write it: no titles of its own making, no null where a key may
    be left out, and no defaults but those that say something.
    """
    if isinstance(node, list):
        return [_tidy(one) for one in node]
    if not isinstance(node, dict):
        return node
    tidy = {
        key: _tidy(one)
        for key, one in node.items()
        if not (key == "title" and isinstance(one, str)) and not (key == "default" and one in _NO_NEWS)
    }
    match tidy:
        case {"anyOf": [dict(only), {"type": "null"}], **rest}:
            return {**only, **rest}
        case _:
            return tidy
