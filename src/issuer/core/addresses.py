"""Every address and identifier that one tenant mints, from its origin and its slug."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_SANDBOX = re.compile(r"did:web:[^\s]{1,1000}:i:[a-z0-9-]{1,63}:test")


@dataclass(frozen=True)
class Addresses:
    """A tenant's addresses. `base` is an origin with an optional path prefix and no final slash.

    An address never changes once a badge holds it. A tenant that `owns_origin` has the origin's own
    DID (`did:web:HOST`); any other has `did:web:HOST:i:SLUG`, and its sandbox, whose slug is `SLUG/test`,
    has `did:web:HOST:i:SLUG:test`.
    """

    base: str
    slug: str
    owns_origin: bool

    @property
    def did(self) -> str:
        """The tenant's DID (did:web method, section 3.1: a port is percent-encoded)."""
        place = urlsplit(self.base)
        parts = [place.netloc.replace(":", "%3A"), *place.path.strip("/").split("/")]
        if not self.owns_origin:
            parts += ["i", *self.slug.split("/")]
        return ":".join(["did:web", *filter(None, parts)])

    @property
    def is_for_trials(self) -> bool:
        """Whether the tenant's badges only try the service out."""
        return is_for_trials(self.did)

    @property
    def did_document(self) -> str:
        """The address where resolvers of did:web look for the DID document."""
        if not self.owns_origin:
            return f"{self.issuer}/did.json"
        prefix = urlsplit(self.base).path.strip("/")
        return f"{self.base}/did.json" if prefix else f"{self.base}/.well-known/did.json"

    @property
    def issuer(self) -> str:
        """The issuer's page and profile."""
        return f"{self.base}/i/{self.slug}"

    @property
    def profile(self) -> str:
        """The issuer's Open Badges Profile, whatever the reader accepts."""
        return f"{self.issuer}.json"

    def achievement(self, code: str) -> str:
        """Return the id of an achievement, for ever."""
        return f"{self.issuer}/a/{code}"

    def achievement_version(self, code: str, number: int) -> str:
        """Return the address of one published version of an achievement."""
        return f"{self.achievement(code)}/v{number}"

    def pathway(self, code: str) -> str:
        """Return the address of a pathway: its newest version."""
        return f"{self.issuer}/p/{code}"

    def pathway_version(self, code: str, number: int) -> str:
        """Return the address of one published version of a pathway, which never changes."""
        return f"{self.pathway(code)}/v{number}"

    def drawing(self, code: str, number: int) -> str:
        """Return the address of the picture that is drawn for a version without one of its own."""
        return f"{self.achievement_version(code, number)}.png"

    def artwork(self, digest: str, extension: str) -> str:
        """Return the address of a picture that was uploaded: other bytes have another address."""
        return f"{self.issuer}/art/{digest}.{extension}"

    def badge(self, public_id: str) -> str:
        """Return the id of a credential, and the page that people share."""
        return f"{self.base}/b/{public_id}"

    def credential(self, public_id: str) -> str:
        """Return the address of the signed file."""
        return f"{self.badge(public_id)}.json"

    def image(self, public_id: str) -> str:
        """Return the address of the picture that holds the signed file."""
        return f"{self.badge(public_id)}.png"

    def holder(self, token: str) -> str:
        """Return the private address of all badges of a person."""
        return f"{self.base}/h/{token}"

    def letters(self, token: str) -> str:
        """Return the private address at which a person stops letters."""
        return f"{self.base}/mail/{token}"

    def shared(self, public_id: str, token: str) -> str:
        """Return the private address at which a private badge opens."""
        return f"{self.badge(public_id)}?share={token}"

    def evidence(self, public_id: str, number: int, token: str) -> str:
        """Return the private address of a piece of evidence, counted from 0."""
        return f"{self.badge(public_id)}/evidence/{number}?t={token}"

    def status_list(self, number: int) -> str:
        """Return the address of the signed list of badges that were withdrawn or put on hold."""
        return f"{self.base}/status/{number}"

    def verification_method(self, key_id: str) -> str:
        """Return the id of a key in the DID document; `key_id` is its Multikey text."""
        return f"{self.did}#{key_id}"


def is_for_trials(issuer: str) -> bool:
    """Return whether an issuer's id is that of a sandbox: `did:web:HOST:i:SLUG:test`."""
    return _SANDBOX.fullmatch(issuer) is not None


def slug_of(issuer: str) -> str:
    """Return the slug in the DID of a tenant that does not own its origin, something of no use for others."""
    return issuer.rpartition(":i:")[2].replace(":", "/")
