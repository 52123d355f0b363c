"""A badge as the payload of a VC-JWT (Open Badges 3.0, section 8.2.4)."""

from issuer.core import moments
from issuer.core.documents import Document


def payload(secured: Document) -> Document:
    """Return the credential without its embedded proof, with the claims that repeat its members beside them.

    `sub` is left out for a person who has no id: the badge names them by an identifier alone, which no claim
    may stand for.
    """
    members = {name: value for name, value in secured.items() if name != "proof"}
    claims = {
        "iss": secured["issuer"]["id"],
        "jti": secured["id"],
        "sub": secured["credentialSubject"].get("id"),
        "nbf": _numeric_date(secured["validFrom"]),
        "exp": _numeric_date(secured["validUntil"]) if "validUntil" in secured else None,
    }
    return {**members, **{name: value for name, value in claims.items() if value is not None}}


def _numeric_date(stamp: str) -> int:
    """Return the seconds since 1970 (RFC 7519, section 2). The stamps that we sign have no fractions."""
    return int(moments.parse(stamp).timestamp())
