"""The log of a server: what a line looks like, and what may not stand in it.

Our own lines are a phrase, then `key=value`: `_log.info("pass done target=%s created=%d", ...)`. As JSON the
phrase is the message and each key a field of `fields`, with the type that it was logged with.

Ids may be logged; names, addresses, notes and secrets may not. We don't, but libraries and exceptions
may: so what looks like an address or a secret is left out of every line, and of an exception only its type
and where it was raised are told, for its words may hold anything.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

__all__ = ["JsonFormatter", "Redaction", "TextFormatter", "redacted", "set_up_logs"]

_CHATTY = ("alembic", "apscheduler", "googleapiclient", "oauthlib", "uvicorn")

# Each with what stands in its place. The order counts: an address is longer than what it holds.
_SECRETS = (
    (re.compile(r"(/feed/|/a/)[^\s/.\"'?]+"), r"\1…"),
    (re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s\"'<>]+", re.IGNORECASE), r"\1…"),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (
        re.compile(
            r"\b((?:\w*token|\w*secret|password|passwd|api_?key|authorization|code|bearer)"
            r"[\"']?\s*[=:]?\s*(?:bearer\s+)?[\"']?)(?=[^\s\"'&,;]*\d)[^\s\"'&,;]{8,}",
            re.IGNORECASE,
        ),
        r"\1…",
    ),
    (re.compile(r"\b(?:ya29\.|1//|GOCSPX-)[\w./-]+"), "…"),
    # Long words of all three kinds of character: what secrets are, and ids of ours are not.
    (re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{24,}"), "…"),
)

_FIELD = re.compile(r"(?:^|(?<=\s))([a-z][a-z0-9_]*)=(%[-+#0 ]*\d*(?:\.\d+)?[a-zA-Z])(?=\s|$)")
_DIRECTIVE = re.compile(r"%(?:%|[-+#0 ]*\d*(?:\.\d+)?[a-zA-Z])")


def redacted(text: str) -> str:
    """Return the text without what looks like an address or a secret."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class Redaction(logging.Filter):
    """Takes addresses and secrets out of a record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without what may not be logged."""
        if isinstance(record.args, tuple):
            record.args = tuple(redacted(one) if isinstance(one, str) else one for one in record.args)
        text = _text(record)
        if redacted(text) != text:
            record.msg, record.args = redacted(text), ()
        return True


def _text(record: logging.LogRecord) -> str:
    """Return the words of a record; of one whose arguments do not fit, those that were meant."""
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return str(record.msg)


def _raised(record: logging.LogRecord) -> list[str]:
    """Return the type of a record's exception and where it was raised, the last call first."""
    if not record.exc_info or record.exc_info[1] is None:
        return []
    error = record.exc_info[1]
    calls = reversed(traceback.extract_tb(error.__traceback__))
    return [type(error).__name__, *(f"{call.filename}:{call.lineno} {call.name}" for call in calls)]


class TextFormatter(logging.Formatter):
    """One line for a person, and below it an exception's calls."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created).astimezone().isoformat(sep=" ", timespec="milliseconds")
        first = f"{at} {record.levelname} {record.name}: {_one_line(_text(record))}"
        return "\n  ".join([first, *_raised(record)])


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, fields, and what was raised, if so."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        message, fields = _parts(record)
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message,
            "fields": fields,
        }
        if raised := _raised(record):
            line["raised"] = raised
        return json.dumps(line, default=str)


def _parts(record: logging.LogRecord) -> tuple[str, dict[str, Any]]:
    """Return the phrase of a record and its fields. A record of another form is a phrase as a whole."""
    template, args = str(record.msg), record.args
    keys = [found[1] for found in _FIELD.finditer(template)]
    if not keys or not isinstance(args, tuple) or len(keys) != len(_DIRECTIVE.findall(template)):
        return _text(record), {}
    if len(args) != len(keys):
        return _text(record), {}
    phrase = " ".join(_FIELD.sub("", template).split()).rstrip(":")
    return phrase, dict(zip(keys, args, strict=True))


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())


def set_up_logs(*, is_json: bool, level: int = logging.INFO) -> None:
    """Log to standard error from now on, unless whoever runs us has set up another log."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if is_json else TextFormatter())
    handler.addFilter(Redaction())  # of the handler: those of a logger do not see its children's records
    logging.basicConfig(level=level, handlers=[handler])
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # tells whole addresses, with their secrets
