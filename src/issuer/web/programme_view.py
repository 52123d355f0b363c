"""From what a definition says beyond Open Badges to what its page shows."""

from issuer.core.awarding import particulars
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.programme import EvidenceKind, Support
from issuer.web.pages import issuer_views as views


def programme(definition: Definition) -> views.Programme:
    """Return what an achievement's page tells of its programme, in the language of the definition."""
    terms, quality = definition.assessment, definition.quality_assurance
    return views.Programme(
        competency=definition.competency if definition.competency != definition.description else None,
        audience=definition.audience,
        hours=definition.estimated_hours,
        prerequisites=definition.prerequisites,
        modality=definition.modality,
        apply_url=definition.apply_link,
        evidence=tuple(map(_piece, definition.evidence)),
        assessed_by=terms.assessed_by if terms else None,
        turnaround_days=terms.turnaround_days if terms else None,
        resubmission=terms.resubmission if terms else None,
        identity_verified=bool(terms and terms.identity_verified),
        supervised=bool(terms and terms.supervised),
        credit=tuple(particulars.Credit(**each.model_dump()) for each in definition.credit),
        uses=tuple(map(_use, definition.supports)),
        quality_name=quality.name if quality else None,
        quality_url=quality.url if quality else None,
    )


def _piece(kind: EvidenceKind) -> views.Piece:
    return views.Piece(
        name=kind.name or kind.kind.replace("-", " ").replace("_", " ").capitalize(),
        count=kind.count,
        words=(kind.words[0], kind.words[1]) if kind.words else None,
        description=kind.description,
        private=kind.contains_student_data,
    )


def _use(support: Support) -> views.Use:
    return views.Use(
        place=support.jurisdiction, name=support.authorization, code=support.code, url=support.url
    )
