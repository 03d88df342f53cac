"""A roster as somebody may have written it: parts that are put together to its text, so that a changed part
tells what the text must be after a patch, to the byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from netkeep_sync.config.yaml_source import read_yaml

QUOTES = {"": "{}", "'": "'{}'", '"': '"{}"'}


@dataclass(frozen=True)
class Pair:
    """One key with its value in a line, as written, and the comment behind it."""

    key: str
    written: str
    tail: str = ""


@dataclass(frozen=True)
class Person:
    """An entry; `above` are comments in the dash's column, `below` deeper ones."""

    pairs: tuple[Pair, ...]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    is_flow: bool = False


@dataclass(frozen=True)
class Section:
    """A list of people, with the comments above its key."""

    key: str
    people: tuple[Person, ...]
    above: tuple[str, ...] = ()
    tail: str = ""


@dataclass(frozen=True)
class Written:
    """The whole text. `column` and `offset` are those of dashes, and of what they mark."""

    contacts: Section
    bench: Section | None = None
    end: str = "calendars: [{ics: a.ics}]  # at the end"
    line_break: str = "\n"
    mark: str = ""
    column: int = 2
    offset: int = 2
    people_apart: bool = False
    sections_apart: bool = True
    is_ended: bool = True
    head: tuple[str, ...] = field(default=("# my people", "owner: {name:  'Ana' }  # me"))

    @property
    def text(self) -> str:
        lines = list(self.head)
        for section in (self.contacts, self.bench):
            if section is not None:
                lines += [""] * self.sections_apart + [*section.above, section.key + ":" + section.tail]
                for index, person in enumerate(section.people):
                    lines += [""] * (self.people_apart and index > 0) + self.lines_of(person)
        if self.end:
            lines += [""] * self.sections_apart + [self.end]
        return self.mark + self.line_break.join(lines) + self.line_break * self.is_ended

    def lines_of(self, person: Person) -> list[str]:
        margin, inner = " " * self.column, " " * (self.column + self.offset)
        dash = margin + "-" + " " * (self.offset - 1)
        pairs = [f"{one.key}: {one.written}" for one in person.pairs]
        if person.is_flow:
            own = [dash + "{" + ", ".join(pairs) + "}" + person.pairs[-1].tail]
        else:
            own = [inner + pair + one.tail for pair, one in zip(pairs, person.pairs, strict=True)]
            own[0] = dash + own[0].lstrip()
        return [*(margin + one for one in person.above), *own, *(inner + " " + one for one in person.below)]

    @property
    def tree(self) -> Any:
        source = read_yaml(self.text, file="netkeep.yaml")
        assert not source.problems, self.text
        return source.tree

    def with_people(self, section: str, people: tuple[Person, ...]) -> Written:
        """Return the text with other people in one section."""
        before = getattr(self, section)
        after = replace(before or Section(section, ()), people=people)
        return replace(self, contacts=after) if section == "contacts" else replace(self, bench=after)


plain = st.sampled_from(["peers", "every 6 weeks", "2026-09-14", "Łukasz Żak", "x", "http://a.b/c#d"])
comments = st.sampled_from(["# a comment", "#", "# name: nobody", "# -: {"])
tails = st.sampled_from(["", "  # why", " #", "   # : - {"])
keys = ("name", "category", "notes", "cadence", "email")


@st.composite
def pairs(draw, *, count):
    return tuple(
        Pair(key, QUOTES[draw(st.sampled_from(["", "'", '"']))].format(draw(plain)), draw(tails))
        for key in keys[:count]
    )


people = st.builds(
    Person,
    pairs=st.integers(1, 4).flatmap(lambda count: pairs(count=count)),
    above=st.lists(comments, max_size=2).map(tuple),
    below=st.lists(comments, max_size=2).map(tuple),
    is_flow=st.booleans(),
)


@st.composite
def rosters(draw):
    folk = st.lists(people, min_size=1, max_size=4).map(tuple)
    bench = draw(st.none() | folk)
    return Written(
        contacts=Section("contacts", draw(folk), tail=draw(tails)),
        bench=bench and Section("bench", bench, tail=draw(tails)),
        end=draw(st.sampled_from(["", "calendars: [{ics: a.ics}]  # at the end"])),
        line_break=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        mark=draw(st.sampled_from(["", "\ufeff"])),
        column=draw(st.sampled_from([0, 2, 3])),
        offset=draw(st.integers(2, 4)),
        people_apart=draw(st.booleans()),
        sections_apart=draw(st.booleans()),
        is_ended=draw(st.booleans()),
    )
