"""Files that mean harm, or do it without meaning to: refused by their tests, timed by a benchmark."""

from __future__ import annotations

MERGE_BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 9)
)
LAUGHS = "a0: &a0 [lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
HOSTILE = {
    "merge bomb": MERGE_BOMB.encode(),
    "billion laughs": LAUGHS.encode(),
    "recursive alias": b"&a [*a]",
    "open lists": b"[" * 100_000,
    "open maps": b"{a: " * 100_000,
    "nested sequences": b"- " * 100_000,
    "nested keys": b"? " * 100_000,
    "indented maps": b"".join(b" " * n + b"a:\n" for n in range(200)),
    "many values": b"- a\n" * 490_000,
    "many keys": b"".join(b"k%d: v\n" % n for n in range(100_000)),
    "one key over and over": b"k: v\n" * 390_000,
    "many aliases": b"- *a\n" * 390_000,
    "one long value": b"a: " + b"x" * 1_900_000,
    "one long quoted value": b'a: "' + b"x\n" * 900_000 + b'"',
    "escapes": b'a: "' + b"\\x01" * 450_000 + b'"',
    "long key": b"x" * 1_900_000 + b": a",
    "huge integer": b"a: " + b"9" * 200_000,
    "huge hexadecimal integer": b"a: 0x" + b"f" * 200_000,
    "controls": b"a\x01" * 900_000,
    "zero-width spaces": "abc\u200b".encode() * 300_000,
    "carriage returns": b"\r" * 1_900_000 + b"[",
    "tabs": b"\t" * 1_900_000 + b"x",
    "colons": b":" * 1_900_000,
    "question marks": b"?\n" * 900_000,
    "anchors": b"&a " * 600_000,
    "tags": b"!a " * 600_000,
    "long tag": b"!" + b"a" * 1_900_000 + b" x",
    "documents": b"---\n" * 400_000,
    "too large": b"#" * 50_000_000,
    "bad byte at the end": b"#" * 1_900_000 + b"\xff",
}
"""Files that no reader of YAML should take long over."""

_HEAD = "owner: {name: Ana}\ntimezone: UTC\n"
_LOST = "lost " * 16
MISTAKEN = {
    "people without a category or a zone": (
        f"{_HEAD}contacts:\n"
        + "".join(f"  - {{name: P{n}, category: none, timezone: Nowhere/X{n}}}\n" for n in range(2000))
    ),
    "unknown categories among known ones": (
        f"{_HEAD}categories:\n"
        + "".join(f"  category{n}: {{cadence: monthly, channel: call}}\n" for n in range(2000))
        + "contacts:\n"
        + "".join(f"  - {{name: P{n}, category: kategory{n}x}}\n" for n in range(2000))
    ),
    "trips at one time": (f"{_HEAD}travel:\n" + "  - {city: A, from: 2027-01-01, to: 2027-12-31}\n" * 4000),
    "long phrases of days to avoid": f"{_HEAD}availability: {{avoid: [{', '.join([_LOST] * 200)}]}}\n",
}
"""Rosters that read as YAML, with more mistakes than anybody wants to be told."""
