"""What was answered, as a document or as the text of a compact JWS."""

from urllib.parse import urlsplit

from issuer.core import documents
from issuer.core.documents import Document, Limits
from issuer.core.securing import jose
from issuer.errors import Invalid
from issuer.net.answers import Fetched


class UnreadableAnswer(Invalid):
    """What was answered is not a document of the kind that was asked for."""

    code = "unreadable-answer"


def document(fetched: Fetched, limits: Limits) -> Document:
    """Return the JSON object that was answered, whatever it was called, or raise `UnreadableAnswer`."""
    try:
        return documents.parse(fetched.body, limits)
    except Invalid as error:  # its message may quote what was answered: it stays in the chain alone
        raise UnreadableAnswer(f"{host(fetched)} did not answer with a usable JSON object") from error


def text(fetched: Fetched) -> str:
    """Return what was answered as the text that it is, to the byte, or raise `UnreadableAnswer`."""
    try:
        return fetched.body.decode()
    except UnicodeDecodeError as error:
        raise UnreadableAnswer(f"{host(fetched)} did not answer with text") from error


def secured(fetched: Fetched, limits: Limits) -> Document | str:
    """Return the JSON object or the compact JWS that was answered, or raise `UnreadableAnswer`.

    Which one it is shows by itself. Media types are no help: static hosts call both text.
    """
    text = fetched.body.strip()
    if text.isascii() and jose.looks_compact(text.decode("ascii")):
        return text.decode("ascii")
    return document(fetched, limits)


def host(fetched: Fetched) -> str:
    """Return the host that answered, in words that are safe to show."""
    return urlsplit(fetched.url).hostname or "the host"
