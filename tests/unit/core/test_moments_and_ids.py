from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core import ids, moments
from issuer.core.moments import InvalidMoment

AWARE = st.datetimes(datetime(1901, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(AWARE)
def test_a_stamp_is_read_back_to_the_second(moment: datetime) -> None:
    assert moments.parse(moments.stamp(moment)) == moment.replace(microsecond=0)


@given(AWARE, st.integers(-12 * 60, 13 * 60))
def test_an_offset_changes_the_spelling_and_not_the_moment(moment: datetime, minutes: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(minutes=minutes)))

    assert moments.parse(elsewhere.isoformat(timespec="seconds")) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-06-12",
        "2026-06-12T10:00:00",
        "2026-06-12 10:00:00Z",
        "2026-06-12T10:00Z",
        "1700000000",
        "2026-02-30T10:00:00Z",
        "2026-06-12T24:00:00Z",
        "2026-06-12T10:00:60Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "1899-12-31T23:59:59Z",
        "2026-06-12T10:00:00+14:01",
        "2026-06-12T10:00:00z",
        "\N{FULLWIDTH DIGIT TWO}026-06-12T10:00:00Z",
        "2026-06-12T10:00:00Z\n",
        "2026-06-12T10:00:00+1:00",
        "-2026-06-12T10:00:00Z",
    ],
)
def test_what_is_no_date_time_stamp_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoment):
        moments.parse(text)


@pytest.mark.parametrize("offset", range(-11, 13))
def test_midday_is_the_same_day_wherever_it_is_read(offset: int) -> None:
    there = moments.parse(moments.midday(date(2026, 3, 1))).astimezone(timezone(timedelta(hours=offset)))

    assert there.date() == date(2026, 3, 1) or offset == 12


@given(st.binary(min_size=16, max_size=16))
def test_a_public_id_has_22_characters_of_base58(chance: bytes) -> None:
    found = ids.public_id(chance)

    assert len(found) == 22
    assert set(found) <= set("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_different_chance_gives_different_ids(one: bytes, other: bytes) -> None:
    assert (ids.public_id(one) == ids.public_id(other)) is (one == other)


def test_primary_keys_grow_with_time_and_are_version_7() -> None:
    earlier, later = (ids.uuid7(datetime(2026, 1, day, tzinfo=UTC), bytes(10)) for day in (1, 2))

    assert earlier < later
    assert earlier.version == 7
    assert earlier.variant == "specified in RFC 4122"


@given(st.datetimes(datetime(1970, 1, 2), datetime(9998, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_many_primary_keys_of_one_moment_are_in_order_and_of_version_7(moment: datetime) -> None:
    keys = list(ids.uuid7s(moment, bytes(range(256)) * 150))

    first = UUID(keys[0])
    assert len(set(keys)) == 256 * 150 / ids.UUID7_BYTES
    assert keys == sorted(keys)
    assert all(str(UUID(key)) == key for key in keys)
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert first.int >> 80 == int(moment.timestamp() * 1000)
