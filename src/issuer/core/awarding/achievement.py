"""The Open Badges 3.0 Achievement that a definition publishes."""

from collections.abc import Mapping

from issuer.core.addresses import Addresses
from issuer.core.awarding import credit
from issuer.core.awarding.definition import Definition, ResultDescription
from issuer.core.awarding.profile import plain, typed
from issuer.core.documents import Document

_KEPT_OUT = frozenset(
    {
        "repeat", "validity", "suspendable", "showName", "showAssessor", "visibility", "evidencePolicy",
        "competency", "audience", "estimatedHours", "prerequisites", "modality", "applyLink", "evidence",
        "assessment", "credit", "supports", "qualityAssurance", "editions",
    }
)  # fmt: skip
"""What Open Badges has no member for: the published definition and its page say it, the badge does not."""


def achievement_document(definition: Definition, addresses: Addresses, code: str, number: int) -> Document:
    """Return the Achievement as it is signed into badges (Open Badges 3.0, B.1.1).

    Its id is the same for every version; `version` tells them apart.
    """
    given = {name: value for name, value in plain(definition).items() if name not in _KEPT_OUT}
    document: Document = {
        **typed(given, "Achievement"),
        "id": addresses.achievement(code),
        "version": definition.version or str(number),
        "humanCode": definition.human_code or code,
    }
    document.setdefault("image", _drawn(definition, addresses, code, number))
    document.update(_derived(definition, addresses, code))
    if addresses.is_for_trials:
        document["name"] = f"TEST: {definition.name}"  # whatever reads it, somebody sees what it is
    _type_each(document, {"alignment": "Alignment", "related": "Related"})
    if definition.creator:
        document["creator"] = typed(plain(definition.creator), "Profile")
    if definition.result_description:
        place = addresses.achievement_version(code, number)
        document["resultDescription"] = [
            _result_description(description, place) for description in definition.result_description
        ]
    return {"id": document.pop("id"), **document}


def criterion_id(place: str, criterion: str) -> str:
    """Return the IRI of a rubric criterion; `place` is the version's address."""
    return f"{place}#{criterion}"


def level_id(place: str, criterion: str, level: str) -> str:
    """Return the IRI of a level of a criterion."""
    return f"{place}#{criterion}:{level}"


def edition_address(addresses: Addresses, code: str, language: str) -> str:
    """Return where an achievement is shown with its texts in another language."""
    return f"{addresses.achievement(code)}?lang={language}"


def _derived(definition: Definition, addresses: Addresses, code: str) -> Document:
    """Return the members that follow from what the programme says: hours from its credit, other languages."""
    derived: Document = {}
    hours = credit.clock_hours(definition.credit)
    if definition.credits_available is None and hours is not None:
        derived["creditsAvailable"] = hours
    own = [
        {"id": edition_address(addresses, code, each.in_language), "inLanguage": each.in_language}
        for each in definition.editions
    ]
    related = [*plain(definition).get("related", []), *own]
    return derived | ({"related": related} if related else {})


def _drawn(definition: Definition, addresses: Addresses, code: str, number: int) -> Document:
    """Return the picture that this service draws of a version that has none of its own: wallets show it."""
    return {
        "id": addresses.drawing(code, number),
        "type": "Image",
        "caption": definition.name,
    }


def _result_description(description: ResultDescription, place: str) -> Document:
    document = typed(plain(description), "ResultDescription")
    document["id"] = criterion_id(place, description.id)
    _type_each(document, {"alignment": "Alignment", "rubricCriterionLevel": "RubricCriterionLevel"})
    for level in document.get("rubricCriterionLevel", []):
        level["id"] = level_id(place, description.id, level["id"])
    if description.required_level:
        document["requiredLevel"] = level_id(place, description.id, description.required_level)
    return document


def _type_each(document: Document, types: Mapping[str, str]) -> None:
    for name, kind in types.items():
        if name in document:
            document[name] = [typed(part, kind) for part in document[name]]
