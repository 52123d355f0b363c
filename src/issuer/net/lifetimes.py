"""For how long something that was fetched may be used again."""

from datetime import datetime, timedelta
from typing import Final

from issuer.core import moments
from issuer.core.credentials import kinds
from issuer.core.documents import STATUS_LIST_LIMITS, Document
from issuer.core.securing import jose
from issuer.core.verifying.materials import Kind
from issuer.errors import Invalid

LONGEST: Final = timedelta(hours=24)
"""However long its publisher says: what was withdrawn yesterday must show today."""

FAILURE: Final = timedelta(seconds=15)
"""Long enough that a host in trouble is not asked for every badge, short enough to notice that it is back."""

_UNSAID: Final[dict[Kind, timedelta]] = {
    "controller": timedelta(minutes=5),
    "list": timedelta(minutes=1),
    "credential": timedelta(minutes=1),
    "resource": timedelta(minutes=1),
}


def until(kind: Kind, keep_seconds: int | None, content: Document | str, asked: datetime) -> datetime:
    """Return the moment at which what was asked for must be asked for again.

    What the answer says of itself counts, and for a list its `ttl` and `validUntil` too, whichever is the
    earliest (Bitstring Status List 1.0, 2.2 and 3.2).
    """
    said = [] if keep_seconds is None else [timedelta(seconds=keep_seconds)]
    published = credential_in(content) if kind == "list" else {}
    time_to_live = _time_to_live(published)
    if time_to_live is not None:
        said.append(time_to_live)
    ends = asked + min([*(said or [_UNSAID[kind]]), LONGEST])
    last = _moment(published, kinds.end_member(published))
    return ends if last is None else min(ends, last)


def start_of(content: Document | str) -> datetime | None:
    """Return the first moment of validity of a list, None where it names none."""
    published = credential_in(content)
    return _moment(published, kinds.start_member(published))


def credential_in(content: Document | str) -> Document:
    """Return the credential that was fetched. One in a JWS that cannot be read says nothing: it is empty."""
    if not isinstance(content, str):
        return content
    try:
        return jose.credential_of(jose.parse(content, STATUS_LIST_LIMITS))
    except Invalid:
        return {}


def _time_to_live(published: Document) -> timedelta | None:
    """Return a list's `ttl`, which is in milliseconds. Something else in its place says nothing."""
    subject = published.get("credentialSubject")
    found = subject.get("ttl") if isinstance(subject, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float) or found < 0:
        return None
    return min(timedelta(milliseconds=min(found, LONGEST / timedelta(milliseconds=1))), LONGEST)


def _moment(published: Document, member: str) -> datetime | None:
    try:
        return moments.parse(str(published.get(member)))
    except moments.InvalidMoment:
        return None
