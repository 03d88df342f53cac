"""The shape of the file: one model per kind of entry.

pydantic stays in this room: it finds every misfit of a file in one go, and makes the JSON Schema from the
same lines (`json_schema.py`). Single values are read by `fields.py`. What does not fit is put in the user's
words by `shape.py`; what entries mean to each other is the business of `resolution.py`.

A key without a value (`notes:`) counts as not written.
The docstrings and descriptions of the models are what an editor shows beside the file.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from netkeep_sync.config import fields

__all__ = [
    "MAX_LABEL",
    "AvailabilityEntry",
    "BusyEntry",
    "CaldavEntry",
    "CalendarEntry",
    "CapacityEntry",
    "CategoryEntry",
    "ChannelEntry",
    "ContactEntry",
    "Entry",
    "GoogleEntry",
    "OwnerEntry",
    "ProxyEntry",
    "RosterEntry",
    "ServeEntry",
    "TripEntry",
]


MAX_LABEL = 60
"""Characters of a milestone's label."""


class Entry(BaseModel):
    """What all entries share: unknown keys are refused, keys without a value count as not written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _written(cls, values: Any) -> Any:
        if values is None:
            return {}
        if isinstance(values, dict):
            known = cls.known_keys()
            return {key: one for key, one in values.items() if one is not None or key not in known}
        return values

    @classmethod
    @cache
    def known_keys(cls) -> tuple[str, ...]:
        """Return the keys as they stand in the file; "from" for one is no name in Python."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())


class OwnerEntry(Entry):
    """The person whose calendar it is."""

    name: fields.Name = Field(description="Your name.")
    email: fields.Email = Field(
        "", description="Your email address. It names this roster unless roster: does."
    )


class CapacityEntry(Entry):
    """The time you really have. A plan never goes beyond it; who does not fit is told by name."""

    per_day: fields.Count = Field(1, description="Check-ins a day, at the most. Default 1.")
    per_week: fields.Count = Field(3, description="Check-ins a week, at the most. Default 3.")
    minutes_per_month: fields.MinutesPerMonth = Field(
        None, description="Minutes of check-ins a month, at the most. Default: any number.", examples=[300]
    )


class AvailabilityEntry(Entry):
    """When check-ins may take place at all."""

    days: Annotated[tuple[fields.Weekday, ...], fields.OneOrMore()] = Field(
        fields.WORKDAYS,
        description="Days of the week for check-ins. Default mon to fri.",
        examples=[["mon", "tue", "wed"]],
    )
    holidays: fields.HolidayCodes = Field(
        (),
        description="Whose public holidays to keep free: a country, or one of its regions.",
        examples=["DE-BE"],
    )
    away: Annotated[tuple[fields.Away, ...], fields.OneOrMore()] = Field(
        (), description="Days to keep free: single dates, or ranges with their last day included."
    )
    avoid: Annotated[tuple[fields.Avoid, ...], Field(max_length=20), fields.OneOrMore()] = Field(
        (),
        description="Days to keep free again and again: the first or last days or weeks of a month, a "
        "quarter or the year, or a whole month.",
        examples=[["last week of a quarter", "december"]],
    )
    buffer: fields.Buffer = Field(
        None, description="Minutes to keep free before and after each check-in. Default 0.", examples=[15]
    )


class ChannelEntry(Entry):
    """A way to meet."""

    minutes: fields.Minutes = Field(None, description="How long it takes, in minutes.", examples=[30, 45])
    between: fields.Between = Field(
        (),
        description="The hours in which it may lie, from its start to its end.",
        examples=[["08:30-10:00"]],
    )
    days: fields.Weekdays = Field(
        (), description="The days of the week for it. Default: your days.", examples=[["tue", "wed"]]
    )
    buffer: fields.Buffer = Field(
        None,
        description="Minutes to keep free before and after it. Default: that of your availability.",
        examples=[30],
    )
    title: fields.Title = Field(
        "", description='The title of its check-ins; "{name}" is the name of the contact.'
    )
    place: fields.Line = Field("", description="Where you meet, unless the contact says otherwise.")
    remote: fields.OwnFlag = Field(
        None, description="Whether it joins two places, so that hours must suit the contact's timezone too."
    )
    reminders: fields.Reminders = Field(
        None,
        description="How many minutes before a check-in its calendar reminds of it, up to five times; [] not "
        "at all. Default: as the calendar does.",
        examples=[[1440, 15], 10, []],
    )
    shows_as: fields.ShowsAs = Field(
        None, description="Whether it shows as busy or free to others. Default busy."
    )
    meet: fields.OwnFlag = Field(
        None, description="Whether a new entry at Google gets a room of Google Meet. Default false."
    )


class CategoryEntry(Entry):
    """A group of contacts, and what they share unless they say otherwise themselves."""

    cadence: fields.HowOften = Field(None, description="How often to meet them.")
    channel: fields.Name = Field(
        "", description="How to meet them.", examples=["coffee", "lunch", "video", "call"]
    )
    keep: Annotated[int | None, Field(strict=True, ge=1, le=100)] = Field(
        None, description="How many people belong here; one or two are plenty.", examples=[2]
    )
    flex: fields.Flex = Field(
        None,
        description="How far from its due date a check-in may lie, either way. Default 15% of the period.",
    )
    minutes: fields.Minutes = Field(
        None, description="How long it takes, in minutes. Default: that of the channel.", examples=[60]
    )
    between: fields.OwnBetween = Field(
        (),
        description="The hours in which it may lie. Default: those of the channel.",
        examples=["12:00-13:00"],
    )
    days: fields.Weekdays = Field(
        (), description="The days of the week for it. Default: those of the channel.", examples=[["fri"]]
    )
    counts_from: fields.CountsFrom = Field(
        None,
        alias="from",
        description="What the next due date is counted from: the day you really met, or the day that was "
        "planned. Default held.",
    )
    color: fields.Color = Field(
        "", description="The colour of new entries at Google. Default: the calendar's."
    )
    reminders: fields.Reminders = Field(
        None,
        description="How many minutes before a check-in its calendar reminds of it. Default: as the "
        "channel says.",
        examples=[[1440, 15]],
    )
    shows_as: fields.ShowsAs = Field(
        None, description="Whether it shows as busy or free to others. Default: as the channel says."
    )
    meet: fields.OwnFlag = Field(
        None,
        description="Whether a new entry at Google gets a room of Google Meet. Default: as the channel says.",
    )
    ask: fields.Lines = Field((), description="What to ask each of them.")
    offer: fields.Lines = Field((), description="What to offer each of them.")


class ContactEntry(Entry):
    """One person."""

    name: fields.Name = Field(description="Their name, as it stands in the titles of check-ins.")
    id: fields.Key = Field(
        "",
        description="A key that stays when the name changes, or tells two people of one name apart. "
        "Default: the name in lower case, with hyphens.",
        examples=["john-doe"],
    )
    category: fields.Name = Field(description="One of the categories of this file.")
    cadence: fields.HowOften = Field(None, description="How often to meet. Default: that of the category.")
    channel: fields.Name = Field(
        "",
        description="How to meet. Default: that of the category.",
        examples=["coffee", "lunch", "video", "call"],
    )
    flex: fields.Flex = Field(
        None,
        description="How far from its due date a check-in may lie, either way. Default: that of the "
        "category.",
    )
    minutes: fields.Minutes = Field(
        None, description="How long it takes, in minutes. Default: that of the category.", examples=[60]
    )
    between: fields.OwnBetween = Field(
        (),
        description="The hours in which it may lie. Default: those of the category.",
        examples=["12:00-13:00"],
    )
    days: fields.Weekdays = Field(
        (), description="The days of the week for it. Default: those of the category.", examples=[["fri"]]
    )
    counts_from: fields.CountsFrom = Field(
        None,
        alias="from",
        description="What the next due date is counted from: the day you really met, or the day that was "
        "planned. Default: that of the category.",
    )
    last_met: fields.PossibleDay = Field(
        None, description="When you last met, before this program knew. Year-month-day."
    )
    timezone: fields.Timezone = Field("", description="Where they live, an IANA name. Default: yours.")
    reachable: fields.OwnBetween = Field(
        (),
        description="When you may call them, by their own clock. Default 08:00-20:00.",
        examples=[["09:00-17:00"]],
    )
    holidays: fields.HolidayCodes = Field(
        (),
        description="Whose public holidays to keep free of check-ins with them: a country, or one of its "
        "regions.",
        examples=["US"],
    )
    city: fields.City = Field("", description="Where they can be met in person, for your travels.")
    milestones: dict[str, fields.DayOfYear] = Field(
        {},
        description="Days of every year worth a word: month-day, or year-month-day for one with a beginning.",
        examples=[{"birthday": "03-14", "work_anniversary": "2019-05-01"}],
        max_length=20,
        json_schema_extra={"propertyNames": {"maxLength": MAX_LABEL}},
    )
    email: fields.Email = Field(
        "",
        description="To know them again under another name, and in meetings; nothing is ever sent unless "
        "invite: says so.",
    )
    invite: fields.Flag = Field(
        default=False, description="Whether they are made a guest of new entries at Google. Default false."
    )
    reminders: fields.Reminders = Field(
        None,
        description="How many minutes before a check-in its calendar reminds of it. Default: as the "
        "category says.",
        examples=[[1440, 15]],
    )
    shows_as: fields.ShowsAs = Field(
        None, description="Whether it shows as busy or free to others. Default: as the category says."
    )
    meet: fields.OwnFlag = Field(
        None,
        description="Whether a new entry at Google gets a room of Google Meet. Default: as the category "
        "says.",
    )
    place: fields.Line = Field("", description="Where you meet. Default: that of the channel.")
    notes: fields.Text = Field("", description="What to remember; it stands in their check-ins.")
    ask: fields.Lines = Field((), description="What to ask; comes before what the category says.")
    offer: fields.Lines = Field((), description="What to offer; comes before what the category says.")


class TripEntry(Entry):
    """Days on which you are in another city: for the people who live there."""

    city: fields.City = Field(description="Where you are.")
    start_on: fields.Day = Field(alias="from", description="Your first day there.")
    last_on: fields.Day = Field(alias="to", description="Your last day there.")
    timezone: fields.Timezone = Field("", description="The time zone there, an IANA name. Default: yours.")


_SHOW = (
    "What it tells of people: full, all of it; first-name, no last name, notes or place of theirs; busy, "
    "only the channel. Default full."
)


class GoogleEntry(Entry):
    """A calendar at Google, made for the check-ins unless you name one that is there."""

    calendar: fields.Name = Field(
        "", description="What the calendar that is made is called. Default Check-ins.", examples=["Check-ins"]
    )
    calendar_id: fields.CalendarId = Field(
        "", description="The id of a calendar that you have already; then none is made."
    )
    client_file: fields.FilePath = Field(
        "",
        description="Your client, as Google's console gives it; relative to this file. Default "
        "google-client.json in your config folder.",
    )
    token_file: fields.FilePath = Field(
        "",
        description="Where the sign-in is kept; relative to this file. Default google-token.json in your "
        "config folder.",
    )
    show: fields.Share = Field("full", description=_SHOW)


class CaldavEntry(Entry):
    """A calendar on a CalDAV server, such as Nextcloud, iCloud, Fastmail or Radicale."""

    url: fields.Address = Field(
        description="The address of the server, or of a calendar there.",
        examples=["https://cloud.example.com/remote.php/dav"],
    )
    user: fields.Account = Field("", description="Who you are there.", examples=["ana"])
    calendar: fields.Name = Field(
        "",
        description="What the calendar is called; it is made where there is none. Default Check-ins.",
        examples=["Check-ins"],
    )
    password_file: fields.FilePath = Field(
        "",
        description="A file that holds the password; relative to this file. Unless told, "
        "`netkeep-sync connect caldav` asks for it.",
    )
    account_file: fields.FilePath = Field(
        "",
        description="Where the sign-in is kept; relative to this file. Default caldav.json in your config "
        "folder.",
    )
    show: fields.Share = Field("full", description=_SHOW)


class CalendarEntry(Entry):
    """A calendar to publish to: a file, one at Google, or one on a CalDAV server."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["ics"]}, {"required": ["google"]}, {"required": ["caldav"]}],
            "dependentRequired": {"show": ["ics"]},
        }
    )

    ics: fields.IcsPath = Field("", description="The path of a calendar file; relative to this file.")
    google: Annotated[GoogleEntry, fields.OrNothing()] | None = Field(
        None, description="A calendar at Google. Alone, it is one called Check-ins."
    )
    caldav: CaldavEntry | None = Field(None, description="A calendar on a CalDAV server.")
    show: fields.Share | None = Field(None, description=_SHOW)

    @model_validator(mode="before")
    @classmethod
    def _google_alone(cls, values: Any) -> Any:
        """Fill in "google:" without a value, which says something here."""
        if isinstance(values, dict) and values.get("google", ...) is None:
            return {**values, "google": {}}
        return values


class BusyEntry(Entry):
    """Calendars of yours to keep check-ins off: only read, and their addresses are never shown."""

    sources: Annotated[tuple[fields.BusySource, ...], Field(max_length=20), fields.OneOrMore()] = Field(
        (),
        alias="from",
        description="An .ics file, the secret https:// address of one, or google for your calendar there.",
        examples=[["work.ics", "google"]],
    )
    trust: fields.Flag = Field(
        default=False,
        description="Whether a meeting found there with a contact counts as held, without your word. "
        "Default false.",
    )


class BenchEntry(ContactEntry):
    """Somebody who rests: nothing is planned for them, and their history stays."""

    again: fields.PossibleDay = Field(None, description="A day to look at them again. Year-month-day.")


class ProxyEntry(Entry):
    """A server in front, which says from where somebody comes, and perhaps who it is."""

    model_config = ConfigDict(json_schema_extra={"required": ["from"]})

    sources: Annotated[tuple[fields.Network, ...], Field(max_length=20), fields.OneOrMore()] = Field(
        (),
        alias="from",
        description="The addresses from which it asks. Whoever can ask from there is believed.",
        examples=[["127.0.0.1", "10.0.0.0/8"]],
    )
    header: fields.HeaderName = Field(
        "Remote-User", description="The header in which it says who is there. Default Remote-User."
    )
    user: Annotated[tuple[fields.Name, ...], Field(max_length=20), fields.OneOrMore()] = Field(
        (),
        description="What it calls you there, where it has people log in; nobody else gets in. Default: it "
        "does not.",
        examples=["ana"],
    )


class ServeEntry(Entry):
    """How the pages and feeds are reached from other machines."""

    public_url: fields.PublicUrl = Field(
        "",
        description="The address by which other machines reach what is served; every link is built from it. "
        "A host name of its own, without a path.",
    )
    proxy: ProxyEntry | None = Field(
        None, description="A server in front, which says from where somebody comes, and perhaps who it is."
    )


class ReviewEntry(Entry):
    """The look over your list: an entry of its own on the calendar, which tells what came of everybody."""

    cadence: fields.ReviewCadence = Field(
        None, description="How often, by calendar months; off for no entry. Default quarterly."
    )
    minutes: fields.Minutes = Field(
        None, description="How long it takes, in minutes. Default 20.", examples=[20]
    )
    between: fields.OwnBetween = Field(
        (), description="The hours in which it may lie. Default 09:00-17:00.", examples=["16:00-17:00"]
    )


class RosterEntry(Entry):
    """The people you keep in touch with, how often and how; netkeep-sync books it on your calendar."""

    roster: fields.Key = Field(
        "",
        description="A name for this roster that never changes: it is part of every calendar entry's id. "
        "Default: your email address, else your name.",
    )
    owner: OwnerEntry = Field(description="You.")
    timezone: fields.Timezone = Field(description="Where you live, an IANA name.")
    language: Literal["en", "de"] = Field(
        "en", description="What your calendars, pages and notices speak, and how they write days: en or de."
    )
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
    bench: tuple[BenchEntry, ...] = Field(
        (), description="People who rest: no check-ins, and nothing is forgotten. As contacts, and `again`."
    )
    travel: tuple[TripEntry, ...] = Field(
        (), description="Your travels. On these days you meet those in person whose city it is."
    )
    freeze: fields.Freeze = Field(
        7, description="How far ahead nothing that is planned is moved any more. Default 7 days."
    )
    milestones: fields.Flag = Field(
        default=False,
        description="Whether the milestones of your contacts stand in the calendar. Default false.",
    )
    busy: Annotated[BusyEntry, fields.OrBelow("from")] | None = Field(
        None,
        description="Calendars of yours to keep check-ins off: .ics files, https:// addresses, google.",
    )
    review: Annotated[ReviewEntry, fields.OrBelow("cadence")] | None = Field(
        None,
        description="How often a look over your list stands in your calendar: quarterly. Default off.",
    )
    notify: fields.NotifyAddresses = Field(
        (), description="Where notices go while it serves: addresses of apprise, which are secrets."
    )
    digest: fields.DigestTime = Field(
        None, description="When a digest of the week goes there, such as monday 08:00. Default off."
    )
    serve: ServeEntry = Field(
        default_factory=ServeEntry, description="How other machines reach what is served."
    )
    database: fields.Database = Field(
        "",
        description="Where the program remembers what was held. Default: a file in your user data folder; "
        "NETKEEP_DATABASE beats both.",
        examples=["sqlite:///netkeep.db"],
    )
    calendars: tuple[Annotated[CalendarEntry, fields.OrWord("google")], ...] = Field(
        (), description="Where check-ins are published."
    )
