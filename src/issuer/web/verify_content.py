"""What a stranger's badge says, read with patience: what is not written as expected is left out."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Final
from urllib.parse import unquote, urlsplit

from issuer.core import moments
from issuer.core.credentials import kinds
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.verifying.materials import issuer_of
from issuer.web.pages.verify_views import Claims, Prose, Who
from issuer.web.pages.views import Evidence, Result

_LINE: Final = 200
_PROSE: Final = 1_500
_ROWS: Final = 12
_DID_WEB: Final = "did:web:"
_WEB: Final = ("https", "http")
_KINDS: Final = {"endorsement": "Endorsement", "clr": "Transcript"}


def claims(document: Document, *, linked: bool, zone: tzinfo | None = None) -> Claims:
    """Return what a badge says, shortened to what a page has room for. Addresses only where `linked`.

    Its days are those of `zone`, where one is given: those that its issuer's own page shows.
    """
    subject = _object(document.get("credentialSubject"))
    achievement = _object(subject.get("achievement"))
    results = list(_results(subject, achievement))
    evidence = list(_evidence(document, linked=linked))
    criteria = _object(achievement.get("criteria"))
    return Claims(
        name=name_of(document),
        kind=_KINDS.get(kinds.kind_of(document) or "") or line(achievement.get("achievementType")),
        issuer=who(document, linked=linked),
        holder=_holder(subject),
        awarded=_moment(document.get("awardedDate"), zone),
        valid_from=_moment(document.get(kinds.start_member(document)), zone),
        valid_until=_moment(document.get(kinds.end_member(document)), zone),
        description=_prose(
            achievement.get("description"), subject.get("endorsementComment"), document.get("description")
        ),
        criteria=_prose(criteria.get("narrative")),
        criteria_url=_address(criteria.get("id")) if linked else None,
        results=tuple(results[:_ROWS]),
        more_results=max(0, len(results) - _ROWS),
        evidence=tuple(evidence[:_ROWS]),
        more_evidence=max(0, len(evidence) - _ROWS),
        credential_id=_id(document, linked=linked),
        language=line(achievement.get("inLanguage")),
    )


def name_of(document: Document) -> str | None:
    """Return the name of a badge: its own, or that of what it is awarded for."""
    subject = _object(document.get("credentialSubject"))
    return line(_object(subject.get("achievement")).get("name")) or line(document.get("name"))


def who(document: Document, *, linked: bool = False) -> Who:
    """Return the issuer as the badge names it."""
    issuer = _object(document.get("issuer"))
    website = _address(issuer.get("url"))
    return Who(
        name=line(issuer.get("name")),
        domain=domain_of(issuer_of(document)),
        website=website if linked else None,
        contact=line(issuer.get("email")),
    )


def domain_of(issuer: str | None) -> str | None:
    """Return the host that an issuer's id stands under, as its ASCII letters show it; None for a bare key.

    did:web, section 3.1; a look-alike letter of another alphabet shows itself as `xn--`.
    """
    if issuer is None:
        return None
    if issuer.startswith(_DID_WEB):
        return _ascii(unquote(issuer.removeprefix(_DID_WEB).partition(":")[0].partition("#")[0]))
    try:
        place = urlsplit(issuer)
        return _ascii(place.hostname or "") if place.scheme in _WEB else None
    except ValueError:
        return None


def line(value: object) -> str | None:
    """Return a text as one line of bounded length, whether it stands bare or as a value with its language."""
    text = _text(value)
    folded = " ".join(text.split()) if text else ""
    return _cut(folded, _LINE) or None


def _ascii(host: str) -> str | None:
    try:
        return host.encode("idna").decode("ascii").lower()[:_LINE] or None
    except UnicodeError:
        return None


def _text(value: object) -> str | None:
    first = next(iter(listed(value)), None)
    if isinstance(first, Mapping):
        first = first.get("@value")
    return first if isinstance(first, str) else None


def _prose(*values: object) -> Prose | None:
    text = next((found.strip() for found in map(_text, values) if found and found.strip()), None)
    return Prose(text=_cut(text, _PROSE), shortened=len(text) > _PROSE) if text else None


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _object(value: object) -> Document:
    first = next(iter(listed(value)), None)
    return first if isinstance(first, dict) else {}


def _objects(value: object) -> list[Document]:
    return [each for each in listed(value) if isinstance(each, dict)]


def _address(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _moment(stamp: object, zone: tzinfo | None) -> datetime | None:
    try:
        found = moments.parse(stamp) if isinstance(stamp, str) else None
    except moments.InvalidMoment:
        return None
    return found.astimezone(zone) if found and zone else found


def _id(document: Document, *, linked: bool) -> str | None:
    """Return the badge's id, unless it is an address at a host that is not shown to be the issuer's."""
    named = line(document.get("id"))
    return named if linked or domain_of(named) in {None, domain_of(issuer_of(document))} else None


def _holder(subject: Document) -> str | None:
    names = [
        each.get("identityHash")
        for each in _objects(subject.get("identifier"))
        if each.get("identityType") == "name" and each.get("hashed") is not True
    ]
    return line(names) or line(subject.get("name"))


def _results(subject: Document, achievement: Document) -> Iterator[Result]:
    described = {str(each.get("id")): each for each in _objects(achievement.get("resultDescription"))}
    for result in _objects(subject.get("result")):
        criterion = described.get(str(result.get("resultDescription")), {})
        levels = {
            str(each.get("id")): each.get("name") for each in _objects(criterion.get("rubricCriterionLevel"))
        }
        reached = line(levels.get(str(result.get("achievedLevel")))) or line(result.get("value"))
        needed = line(levels.get(str(criterion.get("requiredLevel")))) or line(criterion.get("requiredValue"))
        level = reached or line(result.get("status"))
        if level:
            yield Result(criterion=line(criterion.get("name")) or "-", level=level, needed=needed)


def _evidence(document: Document, *, linked: bool) -> Iterator[Evidence]:
    subject = _object(document.get("credentialSubject"))
    for each in (*_objects(document.get("evidence")), *_objects(subject.get("evidence"))):
        name = line(each.get("name")) or line(each.get("description")) or line(each.get("narrative"))
        genre = line(each.get("genre"))
        if name or genre:
            url = _address(each.get("id")) if linked else None
            yield Evidence(name=name or genre or "", kind=genre if name else None, url=url)
