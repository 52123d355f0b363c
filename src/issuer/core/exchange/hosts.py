"""What is said between this service and a host of Open Badges 3.0: read, checked and written (section 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final, TypeVar
from urllib.parse import SplitResult, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from issuer.core import documents, fields
from issuer.core.documents import Document, Limits
from issuer.core.securing import multibase
from issuer.errors import Invalid

BASE: Final = "/ims/ob/v3p0"
SCOPE: Final = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
UPSERT: Final = f"{SCOPE}credential.upsert"
READ: Final = f"{SCOPE}credential.readonly"
OFFLINE: Final = "offline_access"
VERIFIER_BYTES: Final = 32
STATE_BYTES: Final = 32

_LIMITS: Final = Limits(size=1_000_000, depth=64, members=50_000)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SCHEME: Final = "OAuth2ACG"
_LONGEST: Final = 4_000


Model = TypeVar("Model", bound=BaseModel)


class BadHost(Invalid):
    """The host does not say, or not as Open Badges 3.0 wants it, what has to be known to send it badges."""

    code = "bad-host"


class _Said(BaseModel):
    """What a host says: what is not looked at is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, hide_input_in_errors=True)


Secret = Annotated[str, Field(min_length=1, max_length=_LONGEST, pattern=r"^[!-~]+$")]
Word = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[ -~]+$")]


class Registered(_Said):
    """What a host calls us since we registered (RFC 7591, 3.2.1), and the secret that it gave us."""

    client_id: Word
    client_secret: Secret = Field(repr=False)


class Tokens(_Said):
    """The tokens that a holder's consent came to (RFC 6749, 5.1)."""

    access_token: Secret = Field(repr=False)
    token_type: str
    expires_in: Annotated[int, Field(ge=0, le=10**9)] = 3_600
    refresh_token: Secret | None = Field(default=None, repr=False)


@dataclass(frozen=True)
class Described:
    """What a host's discovery document says: what it is called, and where is what."""

    address: str
    title: str
    registration_url: str
    authorization_url: str
    token_url: str
    offers: tuple[str, ...]

    @property
    def credentials_url(self) -> str:
        """Where credentials are read and written."""
        return f"{self.address}{BASE}/credentials"


def address(typed: str) -> str:
    """Return the address of a host as somebody typed it, without the path of its API and a last slash.

    Raises `BadHost` for what is none. Whether it may be asked, the guarded client says.
    """
    text = typed.strip()
    text = text if "://" in text else f"https://{text}"
    place = _split(text)
    if place is None or place.query or place.fragment or place.username is not None:
        raise BadHost("write the address of the host as https://host, and nothing behind it")
    base = text.rstrip("/").removesuffix("/discovery").removesuffix(BASE).rstrip("/")
    _secure(base, "the address of the host")
    return base


def discovery_url(base: str) -> str:
    """Return where a host describes itself."""
    return f"{base}{BASE}/discovery"


def described(base: str, body: bytes) -> Described:
    """Return what a discovery document says (section 6.4), or raise `BadHost`.

    All addresses have to be of the very host, or of one below or above it: a document that named another's
    page of consent beside its own address for codes would get what was meant for that other one.
    """
    document = parsed(body, "its discovery document", _LIMITS)
    scheme = _member(document, "components", "securitySchemes", _SCHEME)
    flow = _member(scheme, "flows", "authorizationCode")
    known = _text(flow, "authorizationUrl"), _text(flow, "tokenUrl"), _text(scheme, "x-imssf-registrationUrl")
    for each in known:
        _secure(each, "an address in its discovery document")
        if not _is_related(base, each):
            raise BadHost("its discovery document sends people to another host: nothing is sent there")
    title = _member(document, "info").get("title")
    offers = _member(flow, "scopes")
    return Described(
        address=base,
        title=_line(title) or str(urlsplit(base).hostname),
        authorization_url=known[0],
        token_url=known[1],
        registration_url=known[2],
        offers=tuple(map(str, offers)),
    )


def metadata(name: str, site: str, callback: str, scopes: Sequence[str]) -> bytes:
    """Return what is said to register with a host (RFC 7591, section 2)."""
    said: Document = {
        "client_name": name,
        "client_uri": site,
        "logo_uri": f"{site}/favicon.svg",
        "tos_uri": f"{site}/policy",
        "policy_uri": f"{site}/privacy",
        "software_id": "open-badge-issuer",
        "software_version": "1",
        "redirect_uris": [callback],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": " ".join(scopes),
    }
    return documents.text(said).encode()


def registered(body: bytes) -> Registered:
    """Return what a host answered to a registration, or raise `BadHost`."""
    return _read(Registered, body, "its answer to our registration")


def tokens(body: bytes) -> Tokens:
    """Return the tokens in an answer, or raise `BadHost`."""
    found = _read(Tokens, body, "its answer with tokens")
    if found.token_type.lower() != "bearer":
        raise BadHost("its tokens are of a kind that is not known here")
    return found


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, 4.2)."""
    return multibase.encode_base64url(sha256(verifier.encode()).digest())


def authorization(
    place: str, *, client_id: str, callback: str, scopes: Sequence[str], state: str, verifier: str
) -> str:
    """Return where a holder is asked for consent (section 7.1.2.1)."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": callback,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"


def error_of(body: bytes) -> str:
    """Return what a host says in an error: of OAuth, or of Open Badges; nothing where it says nothing."""
    try:
        document = documents.parse(body, _LIMITS)
    except Invalid:
        return ""
    for name in ("imsx_description", "error_description", "error"):
        found = _line(document.get(name))
        if found:
            return found
    return ""


def _read(model: type[Model], body: bytes, about: str) -> Model:
    try:
        return fields.read(model, parsed(body, about, _LIMITS))
    except fields.InvalidFields as error:
        places = ", ".join(fault.pointer for fault in error.faults[:3])
        raise BadHost(f"{about} is not as it has to be: {places}") from error


def parsed(body: bytes, about: str, limits: Limits) -> Document:
    """Return the document in an answer, or raise `BadHost`."""
    try:
        return documents.parse(body, limits)
    except Invalid as error:
        raise BadHost(f"{about} cannot be read") from error


def _member(document: Document, *names: str) -> Document:
    found: object = document
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise BadHost(f"its discovery document has no {'.'.join(names)}")
    return found


def _text(document: Document, name: str) -> str:
    found = document.get(name)
    if not isinstance(found, str):
        raise BadHost(f"its discovery document has no {name}")
    return found


def _secure(url: str, about: str) -> None:
    place = _split(url)
    if place is None or not (place.scheme == "https" or place.hostname in _LOOPBACK):
        raise BadHost(f"{about} is not https")


def _split(url: str) -> SplitResult | None:
    try:
        place = urlsplit(url)
    except ValueError:
        return None
    return place if place.hostname and place.scheme in {"https", "http"} else None


def _is_related(base: str, url: str) -> bool:
    """Return whether two addresses are of one host, or of one that is below the other."""
    mine, other = (f".{urlsplit(each).hostname}" for each in (base, url))
    return mine.endswith(other) or other.endswith(mine)


def _line(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return "".join(each for each in text if each.isprintable())[:200]
