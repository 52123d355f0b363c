"""Webhooks as Standard Webhooks 1.0.0 has them: its own libraries' vectors, and what must be refused."""

import base64
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.exchange import announcements, holes, retrying, webhooks
from issuer.core.exchange.retrying import Reply
from issuer.core.exchange.webhooks import BadSignature, InvalidSecret

# The examples that the tests of the specification's own libraries hold (Python, JavaScript, Go).
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
SENT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SHARED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SHARED_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
SEED = base64.b64decode("VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=")
PUBLIC_SIGNATURE = (
    "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
)
ED25519 = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = webhooks.public_text(ED25519.public_key().public_bytes_raw())


def headers(*signatures: str) -> dict[str, str]:
    return webhooks.headers(MESSAGE, SENT, signatures)


def test_both_signatures_are_those_of_the_specification_s_libraries() -> None:
    signed = webhooks.content(MESSAGE, SENT, BODY)

    assert webhooks.shared_signature(webhooks.key(SHARED).raw, signed) == SHARED_SIGNATURE
    assert webhooks.public_signature(ED25519.sign(signed)) == PUBLIC_SIGNATURE


@pytest.mark.parametrize(("key", "good"), [(SHARED, SHARED_SIGNATURE), (PUBLIC, PUBLIC_SIGNATURE)])
def test_a_signature_among_others_is_found(key: str, good: str) -> None:
    given = headers("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", "v2,x", "v1a,!", good)

    assert webhooks.verify(BODY, given, [webhooks.key(key)], SENT) == MESSAGE


@pytest.mark.parametrize(
    ("changed", "seconds"),
    [
        ({"webhook-id": "msg_other"}, 0),
        ({"webhook-id": ""}, 0),
        ({"webhook-timestamp": "soon"}, 0),
        ({"webhook-timestamp": "9" * 400}, 0),
        ({"webhook-signature": "v1,"}, 0),
        ({"webhook-signature": "v1a," + SHARED_SIGNATURE[3:]}, 0),
        ({"webhook-signature": "v1,é"}, 0),
        ({}, 301),
        ({}, -301),
    ],
)
def test_what_is_not_right_is_refused(changed: dict[str, str], seconds: int) -> None:
    given = headers(SHARED_SIGNATURE, PUBLIC_SIGNATURE) | changed
    keys = [webhooks.key(SHARED), webhooks.key(PUBLIC)]

    with pytest.raises(BadSignature):
        webhooks.verify(BODY, given, keys, SENT + timedelta(seconds=seconds))


@pytest.mark.parametrize("text", ["whsec_!", "whsec_c2hvcnQ=", "whpk_", "é"])
def test_a_secret_that_was_not_copied_whole_is_refused(text: str) -> None:
    with pytest.raises(InvalidSecret):
        webhooks.key(text)


@given(st.binary(min_size=24, max_size=64), st.binary(), st.text("abc_123", min_size=1))
def test_what_is_signed_is_verified(secret: bytes, body: bytes, message: str) -> None:
    signature = webhooks.shared_signature(secret, webhooks.content(message, SENT, body))
    given = webhooks.headers(message, SENT, [signature])
    key = webhooks.key(webhooks.secret_text(secret))

    assert webhooks.verify(body, given, [key], SENT) == message


def test_the_attempts_follow_the_specification_s_schedule_and_end() -> None:
    start, moments = SENT, []
    for attempt in range(1, 11):
        following = retrying.next_attempt(attempt, start, Reply(500), b"\0\0")
        moments.append(following - SENT if following else None)
        start = following or start

    assert moments[0] == timedelta(seconds=5)
    assert moments[8] == timedelta(hours=75, minutes=35, seconds=5)
    assert moments[9] is None


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("120", timedelta(seconds=120)),
        ("Thu, 25 Feb 2021 15:04:10 GMT", timedelta(minutes=2)),
        ("999999999999", timedelta(days=1)),
        ("-5", timedelta(0)),
        ("soon", timedelta(0)),
        (None, timedelta(0)),
    ],
)
def test_a_receiver_is_given_the_pause_that_it_asks_for_but_no_more_than_a_day(
    asked: str | None, pause: timedelta
) -> None:
    assert retrying.asked_pause(Reply(503, asked), SENT) == pause


def test_a_receiver_that_fails_again_rests_longer_up_to_five_minutes() -> None:
    rests = [(retrying.rest(count, SENT, Reply(500)) - SENT).seconds for count in (1, 2, 3, 7, 400)]

    assert rests == [5, 10, 20, 300, 300]


@given(st.sets(st.integers(5, 60)))
def test_what_is_found_and_what_is_missing_make_up_the_whole(found: set[int]) -> None:
    missing = holes.holes((5, 60), found)

    assert found | {n for first, last in missing for n in range(first, last + 1)} == set(range(5, 61))
    assert all(not found & set(range(first, last + 1)) for first, last in missing)


def test_every_topic_that_is_announced_has_a_type() -> None:
    assert {announcements.type_of(each) for each in announcements.topics()} == set(announcements.TYPES)
    assert announcements.type_of("award.links_stopped") is None


def block(language: str, which: int) -> str:
    page = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text()
    return list(re.finditer(rf"```{language}\n(.*?)```", page, re.DOTALL))[which][1]


def test_the_ten_lines_of_the_documentation_verify_what_they_should(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names: dict[str, Any] = {}
    exec(block("python", 0), names)
    monkeypatch.setattr(names["time"], "time", lambda: SENT.timestamp() + 20)

    assert names["verified"](BODY, headers("v1,x", SHARED_SIGNATURE), SHARED) == MESSAGE
    with pytest.raises(ValueError, match="not by whom"):
        names["verified"](BODY + b" ", headers(SHARED_SIGNATURE), SHARED)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl")
def test_the_command_line_of_the_documentation_prints_the_signature(tmp_path: Path) -> None:
    (tmp_path / "body.json").write_bytes(BODY)
    values = {"ID": MESSAGE, "STAMP": "1614265330", "SECRET": SHARED, "PATH": "/usr/bin:/bin"}

    printed = subprocess.run(
        block("sh", 1), shell=True, env=values, cwd=tmp_path, capture_output=True, check=True, text=True
    )

    assert "v1," + printed.stdout == SHARED_SIGNATURE
