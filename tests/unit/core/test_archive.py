"""ZIP files that are sent while they are made."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from issuer.core import archive

MADE = datetime(2026, 6, 12, 19, 3, 50, tzinfo=UTC)
FILES = st.dictionaries(st.from_regex(r"[a-zñ0-9-]{1,20}\.[a-z]{3}", fullmatch=True), st.binary(), max_size=6)


@given(FILES)
def test_a_reader_finds_every_file_as_it_was(files: dict[str, bytes]) -> None:
    raw = b"".join(archive.zipped(files.items(), MADE))

    with zipfile.ZipFile(io.BytesIO(raw)) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == files


def test_lengths_stand_before_the_files_where_every_reader_looks() -> None:
    raw = b"".join(archive.zipped([("a.json", b"{}"), ("b.json", b"[]")], MADE))

    with zipfile.ZipFile(io.BytesIO(raw)) as found:
        entries = found.infolist()
    assert [entry.flag_bits & 8 for entry in entries] == [0, 0]
    assert {entry.date_time for entry in entries} == {(2026, 6, 12, 19, 3, 50)}
    assert raw.startswith(b"PK\x03\x04")


def test_a_file_is_sent_before_the_next_one_is_made() -> None:
    made: list[str] = []

    def files() -> Iterator[tuple[str, bytes]]:
        for name in ("a", "b", "c"):
            made.append(name)
            yield name, b"x" * 1000

    pieces = archive.zipped(files(), MADE)

    first = next(pieces)
    assert made == ["a"]
    assert len(first) < 1100
    assert sum(len(piece) for piece in pieces) > 2000
