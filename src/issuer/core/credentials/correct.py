"""From a signed badge to the one that replaces it: what was wrong, put right, and nothing else."""

from typing import Final

from issuer.core.awarding import rubric
from issuer.core.awarding.rubric import ReportedResult
from issuer.core.documents import Document
from issuer.core.intake.correction import Correction
from issuer.core.securing.proofs import UnsecuredCredential

_OF_EDITION: Final = frozenset({"validFrom", "credentialStatus", "proof"})
"""What differs between two editions of a badge that say the same."""


def correct(signed: Document, correction: Correction, *, place: str, show_name: bool) -> Document:
    """Return what a badge should have said, without the members that are an edition's own.

    `awardedDate` stays (Open Badges 3.0, B.1.2: it is the day of the award, whenever the file was made).
    `place` is the address of the achievement's version.
    """
    subject: Document = dict(signed["credentialSubject"])
    if correction.recipient is not None and show_name:
        subject["identifier"] = _named(subject.get("identifier", []), correction.recipient.name)
    if correction.activity is not None:
        activity = correction.activity
        subject["activityStartDate"] = activity.start_date
        subject["activityEndDate"] = activity.end_date
        subject["term"] = activity.term
    if correction.assessment is not None:
        subject["result"] = rubric.result_documents(place, results(correction))
    document = {**content(signed), "credentialSubject": _present(subject)}
    if correction.valid_until is not None:
        document["validUntil"] = correction.valid_until
    return document


def edition(document: Document, *, valid_from: str, status: object) -> UnsecuredCredential:
    """Return a corrected badge as an edition that is valid from a moment, with a status of its own."""
    made: Document = {}
    for name, value in document.items():
        made[name] = value
        if name == "issuer":
            made["validFrom"] = valid_from
    return UnsecuredCredential({**made, "credentialStatus": status})


def content(signed: Document) -> Document:
    """Return what a badge says, apart from which edition of it this is."""
    return {name: value for name, value in signed.items() if name not in _OF_EDITION}


def results(correction: Correction) -> list[ReportedResult]:
    """Return the corrected results as the rubric reads them."""
    found = correction.assessment.results if correction.assessment else []
    return [ReportedResult(item.criterion, item.level, item.value, item.status) for item in found]


def _named(identifiers: list[Document], name: str) -> list[Document]:
    others = [each for each in identifiers if each.get("identityType") != "name"]
    named = {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}
    return [*others, named]


def _present(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None and value != []}
