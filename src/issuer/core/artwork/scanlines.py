"""The pixels of a PNG, out of the rows that its filters made of them (PNG third edition, 9.2)."""

import re
from collections.abc import Callable
from typing import Final

PIXEL: Final = 4
"""The bytes of a pixel: red, green, blue and alpha of eight bits."""

_CHUNK: Final = 64 * PIXEL
_CHANGE: Final = re.compile(rb"[^\0]")
_BEFORE: Final = bytes(PIXEL)


def unfiltered(rows: bytes, width: int, height: int) -> bytes:
    """Return the pixels of rows of red, green, blue and alpha, each row without its filter's number."""
    length = width * PIXEL
    above = bytes(PIXEL + length)
    found = []
    for start in range(0, height * (length + 1), length + 1):
        row = rows[start + 1 : start + 1 + length]
        above = _BEFORE + _FILTERS[rows[start]](row, above)
        found.append(above[PIXEL:])
    return b"".join(found)


def _none(row: bytes, _above: bytes) -> bytes:
    return row


def _sub(row: bytes, _above: bytes) -> bytes:
    def steady(_out: bytearray, _here: int, _end: int) -> bool:
        return True

    def fill(out: bytearray, start: int, end: int) -> None:
        for here in range(start, end):
            out[here] = (out[here] + out[here - PIXEL]) & 255

    return _by_runs(row, steady, fill)


def _up(row: bytes, above: bytes) -> bytes:
    """Return the sums of two rows, all bytes at once: every other byte has room for what is carried."""
    length = len(row)
    even = int.from_bytes(b"\0\xff" * (length // 2))
    one, other = int.from_bytes(row), int.from_bytes(above[PIXEL:])
    low = ((one & even) + (other & even)) & even
    high = ((one >> 8 & even) + (other >> 8 & even)) & even
    return (high << 8 | low).to_bytes(length)


def _average(row: bytes, above: bytes) -> bytes:
    def steady(out: bytearray, here: int, end: int) -> bool:
        left = out[here - PIXEL : here]
        return above[here:end] == left * ((end - here) // PIXEL)

    def fill(out: bytearray, start: int, end: int) -> None:
        for here in range(start, end):
            out[here] = (out[here] + (out[here - PIXEL] + above[here] >> 1)) & 255

    return _by_runs(row, steady, fill)


def _paeth(row: bytes, above: bytes) -> bytes:
    def steady(_: bytearray, here: int, end: int) -> bool:
        return above[here:end] == above[here - PIXEL : end - PIXEL]

    def fill(out: bytearray, start: int, end: int) -> None:
        for here in range(start, end):
            left, up, corner = out[here - PIXEL], above[here], above[here - PIXEL]
            to_left, to_up = abs(up - corner), abs(left - corner)
            to_corner = abs(left + up - 2 * corner)
            if to_left <= to_up and to_left <= to_corner:
                nearest = left
            else:
                nearest = up if to_up <= to_corner else corner
            out[here] = (out[here] + nearest) & 255

    return _by_runs(row, steady, fill)


def _by_runs(
    row: bytes,
    steady: Callable[[bytearray, int, int], bool],
    fill: Callable[[bytearray, int, int], None],
) -> bytes:
    """Return a row, with the pixel to the left repeated where nothing changes: that is most of a drawing."""
    out = bytearray(_BEFORE + row)
    here = PIXEL
    while here < len(out):
        change = _CHANGE.search(out, here, here + _CHUNK)
        end = change.start() // PIXEL * PIXEL if change else min(here + _CHUNK, len(out))
        if end == here:
            end += PIXEL
            fill(out, here, end)
        elif steady(out, here, end):
            out[here:end] = out[here - PIXEL : here] * ((end - here) // PIXEL)
        else:
            fill(out, here, end)
        here = end
    return bytes(out[PIXEL:])


_FILTERS: Final = (_none, _sub, _up, _average, _paeth)
