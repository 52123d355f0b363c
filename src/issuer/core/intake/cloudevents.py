"""The CloudEvents 1.0 envelope, in structured and in binary mode, taken off an event."""

from collections.abc import Mapping
from urllib.parse import unquote

from issuer.core import documents
from issuer.core.documents import Document
from issuer.errors import Fault, Invalid

STRUCTURED_TYPE = "application/cloudevents+json"
_VERSION = "1.0"
_REQUIRED = ("id", "source", "type")
ENVELOPE = (*_REQUIRED, "time", "specversion")
"""The members of an event that its envelope says."""
_HEADER_PREFIX = "ce-"


class InvalidEnvelope(Invalid):
    """The CloudEvents envelope is incomplete, or says something else than the event in it."""

    code = "invalid-envelope"


def unwrap(body: Document, headers: Mapping[str, str]) -> Document:
    """Return the event with what its envelope says of it (CloudEvents 1.0, JSON format 3, HTTP 3).

    `headers` have lower-case names. A body without an envelope is returned as it is.
    """
    if f"{_HEADER_PREFIX}specversion" in headers:
        return _merged(_from_headers(headers), body, data_prefix=())
    if "specversion" not in body:
        return body
    if "data_base64" in body:
        fault = Fault("/data_base64", "send the event as JSON in data")
        raise InvalidEnvelope("the event is in data_base64", [fault])
    data = body.get("data")
    if not isinstance(data, dict):
        raise InvalidEnvelope("the envelope holds no event", [Fault("/data", "an object is needed")])
    return _merged(body, data, data_prefix=("data",))


def _from_headers(headers: Mapping[str, str]) -> Document:
    named = {name.removeprefix(_HEADER_PREFIX): unquote(value) for name, value in headers.items()
             if name.startswith(_HEADER_PREFIX)}  # fmt: skip
    return dict(named)


def _merged(envelope: Document, event: Document, data_prefix: tuple[str, ...]) -> Document:
    if envelope.get("specversion") != _VERSION:
        detail = "only CloudEvents 1.0 is understood"
        raise InvalidEnvelope(detail, [Fault("/specversion", detail)])
    missing = [name for name in _REQUIRED if not isinstance(envelope.get(name), str) or not envelope[name]]
    if missing:
        faults = [Fault(documents.pointer(name), "CloudEvents 1.0 requires it") for name in missing]
        raise InvalidEnvelope(f"the envelope lacks {', '.join(missing)}", faults)
    outer = {name: envelope[name] for name in (*_REQUIRED, "time") if name in envelope}
    for name, value in outer.items():
        if name in event and event[name] != value:
            place = documents.pointer(*data_prefix, name)
            detail = f"the event and its envelope name different values of {name}"
            raise InvalidEnvelope(detail, [Fault(place, "leave it out, or repeat the envelope's")])
    return {**event, **outer}
