"""The second opinion accepts what this service signed, and nothing else."""

import httpx
import pytest

from tests.killing import stranger
from tests.support.world import World


@pytest.mark.parametrize(
    ("old", "new", "accepted"),
    [
        ("", "", True),
        ("Feedback that Moves Learning", "Feedback that moves learning", False),
        ('"proofPurpose":"assertionMethod"', '"proofPurpose":"authentication"', False),
    ],
)
def test_the_second_opinion_accepts_only_what_was_signed(
    alder: World, http: httpx.Client, old: str, new: str, *, accepted: bool
) -> None:
    public_id = alder.issue().award[0].public_id
    text, did = http.get(f"/b/{public_id}.json").text, http.get("/.well-known/did.json").json()
    assert old in text

    assert stranger.accepts(text.replace(old, new) if old else text, did) is accepted
