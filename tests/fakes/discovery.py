"""Discovery: what Google's own description of the API allows, in requests and in answers.

The document comes with the google-api-python-client wheel, so the fake cannot drift from what the client
knows: every query, body and answer is held against it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

BASE_PATH = "/calendar/v3/"
_SCOPE = "https://www.googleapis.com/auth/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of the API; `name` is e.g. `events.insert`, scopes are without their common prefix."""

    name: str
    http_method: str
    pattern: re.Pattern[str]
    parameters: Mapping[str, Mapping[str, Any]]
    request: str | None
    response: str | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a query or body says, and what is wrong with it."""

    values: dict[str, Any]
    problems: list[str] = field(default_factory=list)


def short_scope(scope: str) -> str:
    """Return a scope without the prefix that all Calendar scopes have."""
    return scope.removeprefix(_SCOPE)


def long_scope(scope: str) -> str:
    """Return a scope as it is asked for."""
    return _SCOPE + short_scope(scope)


@cache
def document() -> dict[str, Any]:
    """Return the description of the Calendar API that the client library brings along."""
    path = files("googleapiclient") / "discovery_cache/documents/calendar.v3.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def methods() -> tuple[Method, ...]:
    """Return all methods of the API, fixed paths before those with a parameter in the same place."""
    found = [
        _method(f"{resource}.{verb}", described)
        for resource, verbs in document()["resources"].items()
        for verb, described in verbs["methods"].items()
    ]
    return tuple(sorted(found, key=lambda method: method.pattern.pattern.count("(?P<")))


def _method(name: str, described: Mapping[str, Any]) -> Method:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", described["path"])
    return Method(
        name=name,
        http_method=described["httpMethod"],
        pattern=re.compile(pattern),
        parameters=described.get("parameters", {}),
        request=described.get("request", {}).get("$ref"),
        response=described.get("response", {}).get("$ref"),
        scopes=frozenset(map(short_scope, described["scopes"])),
    )


def find_method(http_method: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """Return the method that a request is for, and the parameters in its path."""
    for method in methods():
        if method.http_method == http_method and (match := method.pattern.fullmatch(path)):
            return method, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


def read_query(method: Method, pairs: Iterable[tuple[str, str]]) -> Reading:
    """Read a query with the types that the description gives its parameters."""
    reading = Reading({})
    known = {**document()["parameters"], **method.parameters}
    for name, text in pairs:
        described = known.get(name)
        if described is None or described["location"] != "query":
            reading.problems.append(f"{method.name}: there is no query parameter {name}")
            continue
        value, problem = _parameter(described, text)
        if problem:
            reading.problems.append(f"{method.name}: {name}={text}: {problem}")
        elif described.get("repeated"):
            reading.values.setdefault(name, []).append(value)
        else:
            reading.values[name] = value
    return reading


def _parameter(described: Mapping[str, Any], text: str) -> tuple[Any, str | None]:
    match described["type"]:
        case "boolean":
            return text == "true", None if text in {"true", "false"} else "is no boolean"
        case "integer":
            if not re.fullmatch(r"-?\d+", text):
                return None, "is no integer"
            return int(text), "is too small" if int(text) < int(described.get("minimum", text)) else None
    if "enum" in described and text not in described["enum"]:
        return None, f"is none of {', '.join(described['enum'])}"
    return text, _format_problem(described, text)


def body_problems(schema: str, value: object, *, nulls: bool) -> list[str]:
    """Return what in a body is not as described; `nulls` are how a patch takes a field away."""
    return list(_problems({"$ref": schema}, value, schema, nulls=nulls))


def _problems(described: Mapping[str, Any], value: object, where: str, *, nulls: bool) -> Iterator[str]:
    described = _resolved(described)
    if value is None:
        if not nulls:
            yield f"{where} is null"
        return
    kind = described["type"]
    if not _is_a(kind, value):
        yield f"{where} is no {kind}: {value!r}"
    elif isinstance(value, dict):
        yield from _object_problems(described, value, where, nulls=nulls)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _problems(described["items"], item, f"{where}[{index}]", nulls=nulls)
    elif problem := _format_problem(described, value):
        yield f"{where} {problem}: {value!r}"


def _object_problems(
    described: Mapping[str, Any], value: Mapping[str, object], where: str, *, nulls: bool
) -> Iterator[str]:
    known = described.get("properties", {})
    others = described.get("additionalProperties")
    for name, item in value.items():
        if name in known or others:
            yield from _problems(known.get(name, others), item, f"{where}.{name}", nulls=nulls)
        else:
            yield f"{where} has no field {name}"


def _resolved(described: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document()["schemas"][described["$ref"]] if "$ref" in described else described
    return found


def _is_a(kind: str, value: object) -> bool:
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    kinds = {"string": str, "boolean": bool, "object": dict, "array": list, "number": float}
    return kind == "any" or isinstance(value, kinds[kind])


def _format_problem(described: Mapping[str, Any], value: object) -> str | None:
    try:
        match described.get("format"):
            case "date-time":
                datetime.fromisoformat(str(value))
                return None if "T" in str(value) else "is no date-time"
            case "date":
                date.fromisoformat(str(value))
    except ValueError:
        return f"is no {described['format']}"
    return None
