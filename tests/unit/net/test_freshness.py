"""How long an answer may be kept by its own word (RFC 9111)."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.net.freshness import keep_seconds
from issuer.net.headers import Headers

DATE = "Date: Fri, 12 Jun 2026 19:00:00 GMT"


def headers(*lines: str) -> Headers:
    parted = (line.partition(":") for line in lines)
    return Headers.of((name.encode(), value.encode()) for name, _, value in parted)


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ([], None),
        (["Cache-Control: public"], None),
        (["Cache-Control: max-age=300"], 300),
        (["Cache-Control: max-age=0"], 0),
        (["cache-control: Public , MAX-AGE=60"], 60),
        (['Cache-Control: max-age="60"'], 60),
        (["Cache-Control: public", "Cache-Control: max-age=60"], 60),
        (["Cache-Control: s-maxage=900, max-age=60"], 60),
        (["Cache-Control: s-maxage=900"], None),
        (["Cache-Control: private, max-age=60"], 60),
        (["Cache-Control: no-store"], 0),
        (["Cache-Control: max-age=300, no-cache"], 0),
        (["Cache-Control: max-age=300", "Cache-Control: No-Store"], 0),
        (['Cache-Control: max-age=300, no-cache="set-cookie"'], 0),
        (['Cache-Control: ext="a, max-age=5", max-age=60'], 60),
        (['Cache-Control: ext="never closed, max-age=60'], 60),
        (["Cache-Control: ,, = ,max-age = 60 ,"], 60),
        (["Cache-Control: max-age=300, max-age=300"], 0),
        (["Cache-Control: max-age=-1"], 0),
        (["Cache-Control: max-age=1.5"], 0),
        (["Cache-Control: max-age=soon"], 0),
        (["Cache-Control: max-age"], 0),
        (["Cache-Control: max-age=" + "9" * 5_000], 2**31),
        (["Cache-Control: max-age=300", "Vary: *"], 0),
        (["Cache-Control: max-age=300", "Vary: Accept"], 300),
    ],
)
def test_cache_control_says_how_long(lines: list[str], seconds: int | None) -> None:
    assert keep_seconds(headers(*lines)) == seconds


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        (["Expires: Fri, 12 Jun 2026 19:10:00 GMT", DATE], 600),
        (["Expires: Friday, 12-Jun-26 19:10:00 GMT", DATE], 600),
        (["Expires: Fri, 12 Jun 2026 19:10:00 GMT", DATE, "Cache-Control: max-age=5"], 5),
        (["Expires: Fri, 12 Jun 2026 18:00:00 GMT", DATE], 0),
        (["Expires: 0", DATE], 0),
        (["Expires: ", DATE], 0),
        (["Expires: Fri, 99 Jun 2026 19:10:00 GMT", DATE], 0),
        (["Expires: Fri, 12 Jun 2026 19:10:00 GMT"], 0),
        (["Expires: Fri, 12 Jun 2026 19:10:00 GMT", "Expires: Fri, 12 Jun 2026 19:10:00 GMT", DATE], 0),
        (["Expires: Fri, 12 Jun 2026 19:10:00 -0000", DATE], 600),
        (["Expires: Fri, 12 Jun 2026 19:10:00 GMT" + " (a remark)" * 10, DATE], 0),
        ([DATE], None),
    ],
)
def test_expires_counts_from_the_date_of_the_answer(lines: list[str], seconds: int | None) -> None:
    assert keep_seconds(headers(*lines)) == seconds


@pytest.mark.parametrize(
    ("age", "seconds"),
    [("100", 200), ("300", 0), ("999999", 0), ("-5", 300), ("old", 300), ("100, 7", 200), ("9" * 50, 0)],
)
def test_the_age_of_an_answer_is_taken_off(age: str, seconds: int) -> None:
    assert keep_seconds(headers("Cache-Control: max-age=300", f"Age: {age}")) == seconds


@given(st.text(alphabet='max-age=0123456789",; no-storecache\x00é', max_size=60), st.text(max_size=20))
def test_no_header_makes_it_fail_or_answer_less_than_nothing(control: str, expires: str) -> None:
    found = Headers.of([(b"cache-control", control.encode()), (b"expires", expires.encode())])

    assert (keep_seconds(found) or 0) >= 0


@pytest.mark.parametrize(
    "line",
    [
        "Cache-Control: " + "a" * 100_000 + ";",
        "Cache-Control: a" + " " * 100_000 + "b",
        "Cache-Control: " + '"' * 100_001,
        "Cache-Control: " + 'a="' * 30_000,
        "Expires: " + "(" * 100_000,
        "Expires: " + "1 " * 50_000,
        "Vary: " + "a," * 50_000,
        "Age: " + "9" * 100_000,
    ],
)
def test_no_header_takes_long_to_read(line: str) -> None:
    began = time.monotonic()

    keep_seconds(headers(line, DATE))

    assert time.monotonic() - began < 0.5
