"""Links of services that show badges, and what each one means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.verifying.links import badge_address

BADGE = "https://badges.example/b/9xQ.json"
ENCODED = "https%3A%2F%2Fbadges.example%2Fb%2F9xQ.json"
SHARED = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


@pytest.mark.parametrize(
    "link",
    [
        f"https://verifierplus.org/#verify?vc={BADGE}",
        f"https://verifierplus.org/#verify?vc={ENCODED}",
        f"https://verifierplus.org/#verify?vc={ENCODED.replace('%', '%25')}",
        f"https://verifierplus.org/?vc={ENCODED}",
        f"https://www.verifierplus.org/#verify?a=b&vc={ENCODED}",
        f"https://VerifierPlus.org/#verify?vc={ENCODED}#top",
        f"  https://verifierplus.org/#verify?vc={BADGE}\n",
        f"https://lcw.app/request?vc={ENCODED}",
        f"https://lcw.app/request.html?issuer=a&vc={ENCODED}",
        f"https://lcw.app/#/request?vc={ENCODED}",
    ],
)
def test_the_badge_that_a_link_shows_is_what_it_means(link: str) -> None:
    assert badge_address(link) == BADGE


def test_what_was_shared_through_verifierplus_is_answered_by_its_api() -> None:
    api = f"https://verifierplus.org/api/credentials/{SHARED}"

    assert badge_address(f"https://verifierplus.org/credentials/{SHARED}") == api
    assert badge_address(f"https://verifierplus.org/credentials/{SHARED}/") == api
    assert badge_address(f"https://verifierplus.org/credentials/{SHARED}?lang=en#top") == api
    assert badge_address(api) == api


@pytest.mark.parametrize(
    "link",
    [
        BADGE,
        f"https://badges.example/b/9xQ?vc={ENCODED}",
        f"https://evil.example/?vc={ENCODED}",
        f"https://verifierplus.org.evil.example/?vc={ENCODED}",
        f"https://verifierplus.org@evil.example/?vc={ENCODED}",
        f"https://verifierplus.org:8443/?vc={ENCODED}",
        f"http://verifierplus.org/?vc={ENCODED}",
        "https://verifierplus.org/?vc=http%3A%2F%2Fbadges.example%2Fb",
        "https://verifierplus.org/?vc=file%3A%2F%2F%2Fetc%2Fpasswd",
        "https://verifierplus.org/?vc=javascript:alert(1)",
        "https://verifierplus.org/?vc=",
        "https://verifierplus.org/?vc",
        "https://verifierplus.org/?" + "a=b&" * 50 + f"vc={ENCODED}",
        "https://verifierplus.org/credentials/",
        "https://verifierplus.org/credentials/a/b",
        "https://verifierplus.org/credentials/%2e%2e%2fproxy",
        "https://lcw.app/credentials/1",
        "https://lcw.app/request?vc_request_url=https://issuer.example/exchange/1",
        "https://[",
        "https://verifierplus.org/?vc=" + "https://a.example/" + "a" * 9_000,
        "",
        "nothing at all",
    ],
)
def test_any_other_link_means_itself(link: str) -> None:
    assert badge_address(link) == link


def test_a_fragment_is_not_sent() -> None:
    assert badge_address(f"{BADGE}#proof") == BADGE
    assert (
        badge_address(f"https://badges.example/b/9xQ#verify?vc={ENCODED}") == "https://badges.example/b/9xQ"
    )


@given(st.from_regex(r"https://[a-z]{1,9}\.example/[a-z0-9/?=&]{0,30}", fullmatch=True))
def test_a_badge_address_in_a_link_comes_out_as_it_went_in(address: str) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in address.encode())

    assert badge_address(f"https://verifierplus.org/#verify?vc={encoded}") == address


@given(st.text(max_size=200))
def test_no_link_makes_it_fail(link: str) -> None:
    assert "#" not in badge_address(link) or "[" in link or "]" in link
