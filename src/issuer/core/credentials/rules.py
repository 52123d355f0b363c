"""The rules of an Open Badge 3.0: each looks at a document and says what breaks it, and where.

The same rules hold before we sign (`lint`) and when a stranger's badge is checked (`verifying`), so a
badge that we issue can't be one that we would call malformed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from issuer.core import documents, moments
from issuer.core.documents import Document
from issuer.core.securing import contexts
from issuer.core.status import entries
from issuer.errors import Fault

Look: TypeAlias = Callable[[Document], Iterator[Fault]]

OPEN_BADGES_CONTEXT: Final = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json"
)
_CREDENTIAL_TYPES: Final = {"OpenBadgeCredential", "AchievementCredential"}
_TYPED_PARTS: Final = {
    "achievement": "Achievement", "alignment": "Alignment", "evidence": "Evidence",
    "resultDescription": "ResultDescription", "result": "Result", "identifier": "IdentityObject",
    "otherIdentifier": "IdentifierEntry", "rubricCriterionLevel": "RubricCriterionLevel",
}  # fmt: skip
_NUMBERS: Final = {"creditsEarned", "creditsAvailable"}
_NAMES: Final = {"name", "description"}
_TEXTS: Final = {
    "identityHash", "identityType", "salt", "identifierType", "narrative", "achievementType", "humanCode",
    "inLanguage", "version", "licenseNumber", "role", "term", "targetName", "targetUrl", "targetCode",
    "resultType", "requiredLevel", "requiredValue", "achievedLevel", "level", "email",
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule: its name, the section that it comes from, and how to look for breaches."""

    name: str
    citation: str
    look: Look


def types_of(document: Document) -> list[object]:
    """Return the `type` of a node as a list, whichever way it is written."""
    found = document.get("type")
    return found if isinstance(found, list) else [] if found is None else [found]


def listed(value: object) -> list[object]:
    """Return a value that may stand alone or in an array, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _contexts(document: Document) -> Iterator[Fault]:
    named = document.get("@context")
    if not isinstance(named, list) or len(named) < 2 or not all(isinstance(url, str) for url in named):  # noqa: PLR2004
        yield Fault("/@context", "it is not an array of two or more addresses")
    elif named[0] != contexts.CREDENTIALS_V2:
        yield Fault("/@context/0", f"it is not {contexts.CREDENTIALS_V2}")
    elif not OPEN_BADGES_CONTEXT.fullmatch(named[1]):
        yield Fault("/@context/1", "it is not an Open Badges 3.0 context")


def _types(document: Document) -> Iterator[Fault]:
    found = types_of(document)
    if "VerifiableCredential" not in found or not _CREDENTIAL_TYPES & {str(kind) for kind in found}:
        yield Fault("/type", "VerifiableCredential and OpenBadgeCredential are needed")


def _id(document: Document) -> Iterator[Fault]:
    if not isinstance(document.get("id"), str) or ":" not in str(document["id"]):
        yield Fault("/id", "the credential has no id that is an address or a URN")


def _issuer(document: Document) -> Iterator[Fault]:
    issuer = document.get("issuer")
    if not isinstance(issuer, dict):
        yield Fault("/issuer", "the issuer is not an object")
    elif "Profile" not in types_of(issuer) or not isinstance(issuer.get("id"), str):
        yield Fault("/issuer", "the issuer is not a Profile with an id")


def _dates(document: Document) -> Iterator[Fault]:
    found = {}
    for name in ("validFrom", "validUntil", "awardedDate"):
        if name in document or name == "validFrom":
            try:
                found[name] = moments.parse(str(document.get(name)))
            except moments.InvalidMoment as error:
                yield Fault(f"/{name}", error.detail)
    if "validUntil" in found and "validFrom" in found and found["validUntil"] < found["validFrom"]:
        yield Fault("/validUntil", "it is before validFrom")


def _subject(document: Document) -> Iterator[Fault]:
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict):
        yield Fault("/credentialSubject", "it is not one object")
        return
    if "AchievementSubject" not in types_of(subject):
        yield Fault("/credentialSubject/type", "AchievementSubject is needed")
    if not isinstance(subject.get("id"), str) and not listed(subject.get("identifier")):
        yield Fault("/credentialSubject", "it has neither an id nor an identifier")
    yield from _achievement(subject.get("achievement"))


def _achievement(achievement: object) -> Iterator[Fault]:
    place = "/credentialSubject/achievement"
    if not isinstance(achievement, dict):
        yield Fault(place, "it is not one object")
        return
    for name in ("id", "name", "description"):
        if not isinstance(achievement.get(name), str):
            yield Fault(f"{place}/{name}", "it is missing, or is not text")
    criteria = achievement.get("criteria")
    if not isinstance(criteria, dict) or not ({"id", "narrative"} & set(criteria)):
        yield Fault(f"{place}/criteria", "it has neither an id nor a narrative")


def _parts(document: Document) -> Iterator[Fault]:
    for path, value in documents.walk(document):
        kind = _TYPED_PARTS.get(str(path[-1])) if path and not isinstance(value, str) else None
        for part in listed(value) if kind else []:
            if not isinstance(part, dict) or kind not in types_of(part):
                yield Fault(documents.pointer(*path), f"its type is not {kind}")


def _kinds(document: Document) -> Iterator[Fault]:
    for path, value in documents.walk(document):
        name = path[-1] if path else None
        if name == "hashed" and not isinstance(value, bool):
            yield Fault(documents.pointer(*path), "it is not true or false")
        if _is_text(path) and not isinstance(value, str):
            yield Fault(documents.pointer(*path), "it is not text")
        if name in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield Fault(documents.pointer(*path), "it is not a number")


def _is_text(path: documents.Path) -> bool:
    """Return whether a member must be plain text. A credential's own name may be translated (VCDM 2.0)."""
    name = path[-1] if path else None
    translated = len(path) == 1 or {"endorsement", "verifiableCredential"} & set(path)
    return name in _TEXTS or (name in _NAMES and not translated)


def _nothing_empty(document: Document) -> Iterator[Fault]:
    for path, value in documents.walk(document):
        if value is None or value == []:
            yield Fault(documents.pointer(*path), "null and empty arrays must be left out")


def _status(document: Document) -> Iterator[Fault]:
    for entry in listed(document.get("credentialStatus")):
        if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
            yield Fault("/credentialStatus", "it is not an object with a type")
        elif entry["type"] == entries.ENTRY_TYPE:
            try:
                entries.read_entry(entry)
            except entries.InvalidStatusEntry as error:
                yield Fault("/credentialStatus", error.detail)


RULES: Final = (
    Rule("contexts", "Open Badges 3.0, B.1.2 AchievementCredential, @context", _contexts),
    Rule("types", "Open Badges 3.0, B.1.2 AchievementCredential, type", _types),
    Rule("id", "Open Badges 3.0, B.1.2 AchievementCredential, id", _id),
    Rule("issuer", "Open Badges 3.0, B.1.2; the 1EdTech validator wants an object", _issuer),
    Rule("dates", "Verifiable Credentials Data Model 2.0, section 4.9", _dates),
    Rule("subject", "Open Badges 3.0, B.1.4 AchievementSubject and section 9.1 step 1", _subject),
    Rule("parts", "Open Badges 3.0, appendix B: the type of every part", _parts),
    Rule("kinds", "Open Badges 3.0, B.1.4 and B.1.13: text can be signed as if it were one", _kinds),
    Rule("nothing-empty", "Open Badges 3.0, section 8 Serialization", _nothing_empty),
    Rule("status", "Bitstring Status List 1.0, section 2.1", _status),
)


def breaches(document: Document) -> list[tuple[Rule, Fault]]:
    """Return every breach of every rule, in the order of the rules."""
    return [(rule, fault) for rule in RULES for fault in rule.look(document)]
