"""From an award to the unsecured OpenBadgeCredential (Open Badges 3.0, B.1.2)."""

from dataclasses import dataclass

from issuer.core import moments
from issuer.core.awarding import credit, rubric
from issuer.core.awarding.decision import Award
from issuer.core.credentials import evidence_digests, subject
from issuer.core.credentials import related as resources
from issuer.core.documents import Document
from issuer.core.intake.event import CompetencyApproved, EvidenceItem
from issuer.core.securing import contexts
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.core.status import entries


@dataclass(frozen=True)
class Ingredients:
    """Everything that goes into a badge. `place` is the address of the achievement's version."""

    credential_id: str
    issuer: Document
    achievement: Document
    place: str
    award: Award
    event: CompetencyApproved
    statuses: tuple[entries.StatusEntry, ...]
    salt: str
    show_name: bool
    related: tuple[resources.Related, ...] = ()


def build(given: Ingredients) -> UnsecuredCredential:
    """Return the credential that we mean to sign, without null members and empty arrays (section 8).

    `validFrom` and `awardedDate` are the moment of approval; the proof's `created` is that of signing.
    """
    document: Document = {
        "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES],
        "id": given.credential_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": given.achievement["name"],
        "issuer": given.issuer,
        "validFrom": moments.stamp(given.award.awarded),
        "awardedDate": moments.stamp(given.award.awarded),
        "validUntil": moments.stamp(given.award.valid_until) if given.award.valid_until else None,
        "credentialSubject": _present(_subject(given)),
        "evidence": [_evidence(item) for item in given.event.evidence],
        "relatedResource": resources.documents(
            [*given.related, *evidence_digests.related(given.event.evidence, given.credential_id)]
        ),
        "credentialStatus": entries.credential_status(given.statuses),
    }
    return UnsecuredCredential(_present(document))


def _subject(given: Ingredients) -> Document:
    event = given.event
    assessor = event.assessment.assessor if event.assessment else None
    return {
        "id": event.recipient.did,
        "type": ["AchievementSubject"],
        "identifier": subject.identity_objects(event.recipient, salt=given.salt, show_name=given.show_name),
        "activityStartDate": event.activity.start_date if event.activity else None,
        "activityEndDate": event.activity.end_date if event.activity else None,
        "term": event.activity.term if event.activity else None,
        "role": event.recipient.role,
        "creditsEarned": credit.clock_hours(event.credit),
        "narrative": event.narrative,
        "result": rubric.result_documents(given.place, reported(event)),
        "source": _source(given, assessor.organization) if assessor and assessor.organization else None,
        "achievement": given.achievement,
    }


def reported(event: CompetencyApproved) -> list[rubric.ReportedResult]:
    """Return the event's results as the rubric reads them."""
    found = event.assessment.results if event.assessment else []
    return [rubric.ReportedResult(item.criterion, item.level, item.value, item.status) for item in found]


def _source(given: Ingredients, organization: str) -> Document:
    """Return the Profile of the assessing organisation, whose id is the badge's own if it is unknown."""
    if organization == given.issuer.get("name"):
        return {"id": given.issuer["id"], "type": ["Profile"], "name": organization}
    return {"id": f"{given.credential_id}#assessor", "type": ["Profile"], "name": organization}


def _evidence(item: EvidenceItem) -> Document:
    return _present(
        {
            "id": item.url if item.visibility == "public" else None,
            "type": ["Evidence"],
            "name": item.name or item.kind,
            "description": item.description,
            "narrative": item.narrative,
            "genre": item.genre,
            "audience": item.audience,
        }
    )


def _present(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None and value != []}
