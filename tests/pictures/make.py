"""The pictures of README: `python tests/pictures/make.py` writes `today.png` and `year.png` beside this file.

They show the real pages of an invented world (`demo.py`) on a day that never changes, so they differ from
those before only where the pages do. They are reduced to the 256 colours that a page mostly has. It needs
Chromium, and the fonts of the machine show.
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
import zlib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.conftest import World  # noqa: E402  the path is needed first
from tests.pictures.demo import demo  # noqa: E402
from tests.web.browser import chromium  # noqa: E402

WIDTH = 1200
PAGES = {"today": ("/", 900), "year": ("/year", 600)}
"""Where each picture is taken, and its height in pixels; what is below is cut off."""


def main() -> int:
    """Write the pictures, and tell how large they are."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = f"{folder}/data"
        os.environ["XDG_CONFIG_HOME"] = f"{folder}/config"
        site = demo(World(Path(folder), None))  # type: ignore[arg-type]  # it runs no command
        try:
            with site.served() as address, chromium() as browser:
                page = browser.new_page(color_scheme="light")
                for name, (path, height) in PAGES.items():
                    page.set_viewport_size({"width": WIDTH, "height": height})
                    page.goto(f"{address}{path}")
                    if name == "today":
                        page.locator("details").first.locator("summary").click()
                    picture = few_colours(page.screenshot())
                    (HERE / f"{name}.png").write_bytes(picture)
                    print(f"{name}.png: {len(picture) // 1000} kB")
        finally:
            site.keeper.close()
    return 0


def few_colours(png: bytes) -> bytes:
    """Return a picture with its 256 most frequent colours, and the nearest of them for all others."""
    width, height, size, rows = _unpacked(png)
    pixels = [tuple(row[at : at + 3]) for row in rows for at in range(0, width * size, size)]
    counted = Counter(pixels)
    palette = [one for one, _ in counted.most_common(256)]
    number = {one: at for at, one in enumerate(palette)}
    for colour in counted:
        if colour not in number:
            near = min(palette, key=lambda one: sum((a - b) ** 2 for a, b in zip(one, colour, strict=True)))
            number[colour] = number[near]
    flat = bytes(number[one] for one in pixels)
    lines = b"".join(b"\0" + flat[at : at + width] for at in range(0, len(flat), width))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", bytes(part for one in palette for part in one)),
            (b"IDAT", zlib.compress(lines, 9)),
            (b"IEND", b""),
        )
    )


def _unpacked(png: bytes) -> tuple[int, int, int, list[bytearray]]:
    """Return width, height, bytes a pixel, and the rows without their filters."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    if depth != 8 or kind not in {2, 6}:
        raise ValueError(
            f"this picture has {depth} bits and is of kind {kind}; take one of 8 bits, RGB or RGBA"
        )
    size, data, at = {2: 3, 6: 4}[kind], b"", 8
    while at < len(png):
        [length] = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    raw, step = zlib.decompress(data), width * size + 1
    rows = [bytearray(width * size)]
    for start in range(0, len(raw), step):
        rows.append(_unfiltered(raw[start], bytearray(raw[start + 1 : start + step]), rows[-1], size))
    return width, height, size, rows[1:]


def _unfiltered(method: int, row: bytearray, above: bytearray, size: int) -> bytearray:
    """Return a row as it was before PNG wrote only how it differs from its neighbours."""
    for at in range(len(row)):
        left = row[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        guess = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[method]
        row[at] = (row[at] + guess) & 255
    return row


def _paeth(left: int, above: int, corner: int) -> int:
    return min((left, above, corner), key=lambda one: abs(left + above - corner - one))


if __name__ == "__main__":
    sys.exit(main())
