"""The tokens of private links: whoever changes one, or comes late, opens nothing."""

from datetime import UTC, datetime, timedelta
from hmac import HMAC
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core import holder_links, ids
from issuer.core.holder_links import Link, Purpose, UnusableLink
from issuer.core.securing import multibase

SECRET = bytes(range(32))
NOW = datetime(2026, 6, 12, 19, 3, 50, 123456, tzinfo=UTC)
PERSON = UUID("019ebd38-15f0-7d15-99e5-8efca453811d")
LINK = holder_links.link("holder", PERSON, NOW)
TOKEN = holder_links.token(SECRET, LINK)
MILLISECOND = timedelta(milliseconds=1)


def read(
    token: str,
    purpose: Purpose = "holder",
    *,
    secret: bytes = SECRET,
    now: datetime = NOW,
    since: datetime | None = None,
) -> Link:
    return holder_links.read(secret, token, purpose, now=now, since=since)


@given(
    secret=st.binary(min_size=32, max_size=32),
    purpose=st.sampled_from(["holder", "share"]),
    subject=st.uuids(),
    now=st.datetimes(
        min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(9999, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
)
def test_a_token_says_what_its_link_was_made_for(
    secret: bytes, purpose: Purpose, subject: UUID, now: datetime
) -> None:
    link = holder_links.link(purpose, subject, now)

    token = holder_links.token(secret, link)

    assert read(token, purpose, secret=secret, now=now) == link
    assert holder_links.subject_of(token) == subject


@given(place=st.integers(0, len(TOKEN) - 1), sign=st.sampled_from(multibase.ALPHABET))
def test_no_sign_of_a_token_can_be_another(place: int, sign: str) -> None:
    changed = TOKEN[:place] + sign + TOKEN[place + 1 :]

    if changed != TOKEN:
        with pytest.raises(UnusableLink):
            read(changed)


@pytest.mark.parametrize("place", range(49))
def test_no_byte_of_a_token_can_be_another(place: int) -> None:
    raw = bytearray(multibase.decode("z" + TOKEN))
    assert len(raw) == 49
    for bit in range(8):
        raw[place] ^= 1 << bit
        with pytest.raises(UnusableLink):
            read(multibase.encode(bytes(raw))[1:])
        raw[place] ^= 1 << bit


@given(st.text(max_size=200))
def test_any_other_text_opens_nothing(text: str) -> None:
    for ask in (read, holder_links.subject_of):
        with pytest.raises(UnusableLink):
            ask(text)


@pytest.mark.parametrize(
    "text", ["", "1" * 67, "1" + TOKEN, TOKEN + "1", TOKEN[:-1], TOKEN * 2, TOKEN.upper()]
)
def test_a_token_has_one_spelling(text: str) -> None:
    with pytest.raises(UnusableLink):
        read(text)


def test_a_token_is_good_for_30_days_and_no_longer() -> None:
    last = LINK.issued + timedelta(days=30) - MILLISECOND

    assert read(TOKEN, now=last) == LINK
    with pytest.raises(UnusableLink):
        read(TOKEN, now=last + MILLISECOND)


def test_a_token_opens_for_its_purpose_alone() -> None:
    with pytest.raises(UnusableLink):
        read(TOKEN, "share")


def test_a_token_made_with_the_secret_of_another_issuer_opens_nothing() -> None:
    with pytest.raises(UnusableLink):
        read(TOKEN, secret=bytes(32))


def test_links_made_before_they_were_stopped_are_dead_and_later_ones_are_not() -> None:
    since = holder_links.after(NOW)

    with pytest.raises(UnusableLink):
        read(TOKEN, since=since)
    later = holder_links.link("holder", PERSON, since)
    assert read(holder_links.token(SECRET, later), since=since) == later


def test_every_refusal_says_the_same() -> None:
    refused: list[tuple[str, datetime, datetime | None]] = [
        ("nonsense", NOW, None),
        (TOKEN[:-1] + "1", NOW, None),
        (TOKEN, NOW + timedelta(days=31), None),
        (TOKEN, NOW, NOW + MILLISECOND),
    ]

    said = set()
    for token, now, since in refused:
        with pytest.raises(UnusableLink) as error:
            read(token, now=now, since=since)
        said.add((error.value.code, error.value.detail, error.value.faults))

    assert len(said) == 1


def test_the_seal_is_the_first_half_of_an_hmac_with_sha256() -> None:
    raw = multibase.decode("z" + TOKEN)

    assert raw[:1] == b"h"
    assert raw[1:17] == PERSON.bytes
    assert raw[33:] == HMAC(SECRET, b"private link 1\0" + raw[:33], "sha256").digest()[:16]


@given(st.binary(min_size=16, max_size=16))
def test_the_subject_of_a_shared_badge_is_its_public_id(chance: bytes) -> None:
    assert holder_links.badge(ids.public_id(chance)).bytes == chance
