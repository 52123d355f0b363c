"""What somebody sends to have verified: a file, an address, or many of them, and whose it should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Request
from pydantic import Field

from issuer.core import documents, fields
from issuer.core.documents import Document, DocumentTooLarge
from issuer.core.verifying.holder import Claimed
from issuer.errors import Fault, Invalid
from issuer.web import multipart

MAX_BODY: Final = 2_300_000
MAX_MANY: Final = 10_000_000
MAX_LINES: Final = 1_000
_MULTIPART: Final = "multipart/form-data"
NDJSON: Final = "application/x-ndjson"
_OWN_MEMBERS: Final = frozenset({"credential", "url", "holder"})


class UnreadableRequest(Invalid):
    """It cannot be told what is to be verified."""

    code = "unreadable-request"


class Holder(fields.Strict):
    """Whom the badge should belong to: an identityType of Open Badges, or `id`, and its value."""

    type: Annotated[str, Field(min_length=1, max_length=100)]
    value: Annotated[str, Field(min_length=1, max_length=1_000)]


@dataclass(frozen=True)
class Question:
    """One thing to verify: its bytes, or the address where it is, and whose it should be."""

    raw: bytes = b""
    url: str | None = None
    claimed: Claimed | None = None


async def question(request: Request) -> Question:
    """Return what one request asks, by the type of its body. Raises an `Invalid` for what cannot be read."""
    kind = media_type(request)
    if kind == _MULTIPART:
        return await _of_form(request)
    raw = await multipart.bounded(request, MAX_BODY)
    return _of_json(raw) if kind.endswith("json") or not kind else Question(raw)


async def lines(request: Request) -> list[bytes]:
    """Return the lines of an NDJSON body, in order, unread, or raise `DocumentTooLarge`."""
    found = [line for line in (await multipart.bounded(request, MAX_MANY)).splitlines() if line.strip()]
    if len(found) > MAX_LINES:
        raise DocumentTooLarge(f"more than {MAX_LINES} lines: send the rest in another request")
    return found


def of_line(line: bytes) -> Question:
    """Return what a line asks. What is wrong with one is its own answer, and never stops the others."""
    text = line.strip()
    if text.startswith(b'"') and text.endswith(b'"'):
        text = text[1:-1]
    return _of_text(text)


def media_type(request: Request) -> str:
    """Return the media type of a request's body, in lower case and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def claimed_of(holder: Mapping[str, object] | None) -> Claimed | None:
    """Return whom the badge should belong to, or raise `InvalidFields`."""
    if holder is None:
        return None
    found = fields.read(Holder, dict(holder), ["holder"])
    return Claimed(found.type, found.value)


def _of_json(raw: bytes) -> Question:
    """Return what a JSON body asks: it is the credential itself, or an object that holds or names one."""
    return _of_text(raw.strip())


def _of_text(text: bytes) -> Question:
    if text.startswith((b"https://", b"http://")):
        return Question(url=text.decode(errors="replace"))
    if not text.startswith(b"{"):
        return Question(text)
    try:
        document = documents.parse(text)
    except Invalid:
        return Question(text)  # the answer says what is wrong with it
    if not document or not set(document) <= _OWN_MEMBERS:
        return Question(text)
    return _of_object(document)


def _of_object(document: Document) -> Question:
    holder = document.get("holder")
    if holder is not None and not isinstance(holder, dict):
        raise UnreadableRequest("holder is not an object", [Fault("/holder", "it has a type and a value")])
    claimed = claimed_of(holder)
    credential, url = document.get("credential"), document.get("url")
    if (credential is None) == (url is None):
        raise UnreadableRequest("send either a credential or a url, and one of them only")
    if url is not None:
        if not isinstance(url, str):
            raise UnreadableRequest("url is not text", [Fault("/url", "an https address is wanted")])
        return Question(url=url, claimed=claimed)
    if isinstance(credential, str):
        return Question(credential.encode(), claimed=claimed)
    if isinstance(credential, dict):
        return Question(documents.text(credential).encode(), claimed=claimed)
    raise UnreadableRequest(
        "credential is neither an object nor text", [Fault("/credential", "it is unreadable")]
    )


async def _of_form(request: Request) -> Question:
    """Return what a form asks: a `file`, a `url` or `text`; with `email` or `name`, whose it should be."""
    given, content = await multipart.parts(request, MAX_BODY)
    return _of_fields(given, content)


def _of_fields(given: Mapping[str, str], content: bytes) -> Question:
    claimed = _claimed(given)
    pasted = given.get("text") or given.get("url") or ""
    if content:
        return Question(content, claimed=claimed)
    if not pasted:
        raise UnreadableRequest("nothing was sent: a file, a link or the text of a badge is needed")
    found = _of_text(pasted.encode())
    return Question(found.raw, found.url, claimed or found.claimed)


def _claimed(given: Mapping[str, str]) -> Claimed | None:
    for name, kind in (("email", "emailAddress"), ("name", "name")):
        if given.get(name):
            return Claimed(kind, given[name])
    return None
