"""Until when something that was fetched may be used."""

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.documents import Document
from issuer.core.verifying.materials import Kind
from issuer.net import lifetimes
from tests.support.world import NOW

HOUR = 3_600_000
DAY = 24 * 3_600


def status_list(ttl: object = None, until: object = None, start: object = "2026-06-12T19:00:00Z") -> Document:
    subject: Document = {"type": "BitstringStatusList", "encodedList": "u"}
    if ttl is not None:
        subject["ttl"] = ttl
    found: Document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:badges.example",
        "credentialSubject": subject,
    }
    return found | ({"validUntil": until} if until else {}) | ({"validFrom": start} if start else {})


def in_jws(payload: Document) -> str:
    parts = [json.dumps({"alg": "EdDSA", "typ": "vc+jwt"}).encode(), json.dumps(payload).encode(), bytes(64)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@pytest.mark.parametrize(
    ("kind", "said", "seconds"),
    [
        ("controller", None, 300),
        ("controller", 7, 7),
        ("controller", 0, 0),
        ("controller", 10 * DAY, DAY),
        ("credential", None, 60),
        ("credential", 2 * DAY, DAY),
        ("list", None, 60),
        ("list", 600, 600),
        ("list", 2**31, DAY),
    ],
)
def test_what_the_answer_says_counts_and_a_default_where_it_is_silent(
    kind: Kind, said: int | None, seconds: int
) -> None:
    assert lifetimes.until(kind, said, {}, NOW) - NOW == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("said", "ttl", "until", "seconds"),
    [
        (None, 5_000, None, 5),
        (None, HOUR, None, 3_600),
        (None, 0, None, 0),
        (None, 1_500.5, None, 1.5005),
        (None, 365 * 24 * HOUR, None, DAY),
        (60, HOUR, None, 60),
        (7_200, HOUR, None, 3_600),
        (0, HOUR, None, 0),
        (None, None, "2026-06-12T19:04:00Z", 10),
        (None, None, "2027-06-12T00:00:00Z", 60),
        (None, HOUR, "2026-06-12T19:13:50Z", 600),
        (7_200, HOUR, "2026-06-12T21:04:00+02:00", 10),
        (None, None, "2026-06-12T19:00:00Z", -230),
        (None, -1, None, 60),
        (None, True, None, 60),
        (None, "5000", None, 60),
        (None, [5_000], None, 60),
        (None, 1e308, None, DAY),
        (None, None, "soon", 60),
    ],
)
def test_a_list_is_kept_until_the_earliest_of_what_it_and_the_answer_say(
    said: int | None, ttl: object, until: str | None, seconds: float
) -> None:
    found = lifetimes.until("list", said, status_list(ttl, until), NOW)

    assert found - NOW == timedelta(seconds=seconds)


def test_a_list_of_the_first_data_model_ends_with_its_expiration_date() -> None:
    old = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "issuanceDate": "2026-06-12T19:00:00Z",
        "expirationDate": "2026-06-12T19:04:00Z",
        "validUntil": "2026-06-12T19:03:51Z",
    }

    assert lifetimes.until("list", 600, old, NOW) - NOW == timedelta(seconds=10)
    assert lifetimes.start_of(old) == NOW - timedelta(seconds=230)


def test_a_list_in_a_jws_says_the_same() -> None:
    text = in_jws(status_list(5_000))

    assert lifetimes.until("list", None, text, NOW) - NOW == timedelta(seconds=5)
    assert lifetimes.start_of(text) == NOW - timedelta(seconds=230)


def test_a_list_in_a_jws_may_be_longer_than_a_badge() -> None:
    large = status_list()
    large["credentialSubject"] |= {"encodedList": "u" + "A" * 400_000, "ttl": 5_000}

    assert lifetimes.until("list", None, in_jws(large), NOW) - NOW == timedelta(seconds=5)


def test_what_cannot_be_read_says_nothing() -> None:
    assert lifetimes.until("list", None, "eyJ.nothing.", NOW) - NOW == timedelta(seconds=60)
    assert lifetimes.start_of("eyJ.nothing.") is None
    assert lifetimes.start_of({"validFrom": 5}) is None
    assert lifetimes.until("list", None, {"credentialSubject": [{"ttl": 5}]}, NOW) > NOW


def test_the_dates_of_anything_but_a_list_are_none_of_the_caches_business() -> None:
    badge = {"validUntil": "2020-01-01T00:00:00Z", "credentialSubject": {"ttl": 1}}

    assert lifetimes.until("credential", 100, badge, NOW) - NOW == timedelta(seconds=100)


@given(
    st.sampled_from(["controller", "list", "credential"]),
    st.none() | st.integers(0, 2**31),
    st.none() | st.floats(allow_nan=False) | st.integers(),
    st.none() | st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")),
)
def test_nothing_is_ever_kept_for_more_than_a_day(
    kind: Kind, said: int | None, ttl: float | None, until: str | None
) -> None:
    found = lifetimes.until(kind, said, status_list(ttl, until), NOW)

    assert found - NOW <= timedelta(days=1)
    assert said is None or found - NOW <= timedelta(seconds=said)
