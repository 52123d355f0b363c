"""What a platform says when somebody follows its link: a signed token, held against the registration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from issuer.core.documents import Document
from issuer.core.lti.registration import Registration, origin
from issuer.core.securing import keys
from issuer.errors import Forbidden, Invalid

ALGORITHM: Final = "RS256"
MAX_TOKEN: Final = 64_000

_CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
_MESSAGE: Final = "LtiResourceLinkRequest"
_VERSION: Final = "1.3.0"
_LEEWAY: Final = timedelta(seconds=60)
_OLDEST: Final = timedelta(minutes=10)
_LONGEST_ID: Final = 255
_LONGEST: Final = 320
_MOST_KEYS: Final = 50
_END: Final = 10**11
"""Seconds, some thousands of years: no moment is later."""


class LaunchRefused(Forbidden):
    """What the platform sent is no launch that was meant for this tool, or cannot be shown to be one."""

    code = "launch-refused"


class UnknownSigner(LaunchRefused):
    """A launch is signed by no key that the platform publishes."""

    code = "unknown-signer"


@dataclass(frozen=True)
class KeySet:
    """The keys that a platform publishes (RFC 7517, 5), and when they were fetched."""

    keys: tuple[object, ...]
    at: datetime


@dataclass(frozen=True)
class Expected:
    """What a launch has to say: for whom it is, the nonce that was given to it, and where it leads."""

    registration: Registration
    nonce: str
    launch_url: str
    now: datetime


@dataclass(frozen=True)
class Launch:
    """Who followed the link, by the platform's own id, and how the page is to be shown.

    `email` is there only where the platform does not say that nobody confirmed it. `origin` is where the
    platform shows its pages by its own word.
    """

    subject: str | None
    email: str | None
    name: str | None
    locale: str
    origin: str | None


def opened(token: str, published: Sequence[object]) -> Document:
    """Return the claims of a token that one of the published keys signed by RS256, the only algorithm.

    LTI 1.3 (1EdTech Security Framework 1.0, 5.1.2 and 5.1.3). Raises `UnknownSigner` or `LaunchRefused`.
    """
    if len(token) > MAX_TOKEN or not token.isascii():
        raise LaunchRefused("the id_token is longer than any launch, or is not ASCII")
    header = _header(token)
    if header.get("alg") != ALGORITHM:
        raise LaunchRefused(f"the id_token is not signed by {ALGORITHM}")
    for key in _candidates(published, header.get("kid")):
        try:
            return dict(jwt.decode(token, RSAKey.import_key(key), [ALGORITHM]).claims)
        except (JoseError, ValueError):
            continue
    raise UnknownSigner("the id_token is signed by no key that the platform publishes")


def read(claims: Document, expected: Expected) -> Launch:
    """Return what a launch says, or raise `LaunchRefused` with what is wrong (LTI 1.3, 5.3 and 5.4)."""
    _check_audience(claims, expected.registration)
    _check_times(claims, expected.now)
    if claims.get("nonce") != expected.nonce:
        raise LaunchRefused("the nonce of the id_token is not the one that was given to this launch")
    if claims.get(f"{_CLAIM}deployment_id") not in expected.registration.deployment_ids:
        raise LaunchRefused("the deployment_id is none of those that are registered here")
    _check_message(claims, expected.launch_url)
    return _launch(claims)


def _header(token: str) -> Mapping[str, Any]:
    try:
        return jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise LaunchRefused("the id_token is not a signed JWT") from error


def _candidates(published: Sequence[object], kid: object) -> list[RSAPublicKey]:
    """Return the RSA keys that may have signed: the one that is named, or all where none is."""
    found: list[RSAPublicKey] = []
    for each in published[:_MOST_KEYS]:
        if not isinstance(each, dict) or (kid is not None and each.get("kid") != kid):
            continue
        try:
            key = keys.public_key_of_jwk(each)
        except Invalid:
            continue
        if isinstance(key, RSAPublicKey):
            found.append(key)
    return found


def _check_audience(claims: Document, registration: Registration) -> None:
    if claims.get("iss") != registration.issuer:
        raise LaunchRefused("the iss of the id_token is not the issuer that is registered here")
    audience, party = claims.get("aud"), claims.get("azp")
    named = audience if isinstance(audience, list) else [audience]
    if registration.client_id not in named:
        raise LaunchRefused("the id_token is for another client: aud is not the clientId registered here")
    if (len(named) > 1 or party is not None) and party != registration.client_id:
        raise LaunchRefused("the id_token is for several clients, and azp is not ours")


def _check_times(claims: Document, now: datetime) -> None:
    expires, issued = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    if expires is None or issued is None:
        raise LaunchRefused("the id_token does not say when it was made and until when it is good")
    if now.timestamp() >= expires + _LEEWAY.total_seconds():
        raise LaunchRefused("the id_token has expired: open the link in the platform again")
    age = now.timestamp() - issued
    if not -_LEEWAY.total_seconds() <= age <= _OLDEST.total_seconds():
        raise LaunchRefused(
            "the id_token was not made now: the platform's clock and ours differ, or it is old"
        )


def _check_message(claims: Document, launch_url: str) -> None:
    if claims.get(f"{_CLAIM}message_type") != _MESSAGE:
        raise LaunchRefused(f"this is no launch of a resource link: message_type must be {_MESSAGE}")
    if claims.get(f"{_CLAIM}version") != _VERSION:
        raise LaunchRefused(f"this is no launch of LTI 1.3: version must be {_VERSION}")
    link = claims.get(f"{_CLAIM}resource_link")
    if not isinstance(link, dict) or not _text(link.get("id"), _LONGEST_ID):
        raise LaunchRefused("the launch does not say which link of the platform was followed (resource_link)")
    if claims.get(f"{_CLAIM}target_link_uri") != launch_url:
        raise LaunchRefused(f"target_link_uri must be {launch_url}: correct it in the platform")


def _launch(claims: Document) -> Launch:
    shown = claims.get(f"{_CLAIM}launch_presentation")
    presentation = shown if isinstance(shown, dict) else {}
    confirmed = claims.get("email_verified", True) is True
    return Launch(
        subject=_text(claims.get("sub"), _LONGEST_ID),
        email=_text(claims.get("email"), _LONGEST) if confirmed else None,
        name=_text(claims.get("name"), _LONGEST),
        locale=_text(presentation.get("locale") or claims.get("locale"), _LONGEST_ID) or "",
        origin=origin(_text(presentation.get("return_url"), 2_000) or ""),
    )


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END:
        return None
    return value


def _text(value: object, most: int) -> str | None:
    return value if isinstance(value, str) and value.strip() and len(value) <= most else None
