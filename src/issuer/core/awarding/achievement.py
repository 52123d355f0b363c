"""The Open Badges 3.0 Achievement that a definition publishes."""

from collections.abc import Mapping

from issuer.core.addresses import Addresses
from issuer.core.awarding.definition import Definition, ResultDescription
from issuer.core.awarding.profile import plain, typed
from issuer.core.documents import Document

_POLICIES = {"repeat", "validity", "suspendable", "showName"}


def achievement_document(definition: Definition, addresses: Addresses, code: str, number: int) -> Document:
    """Return the Achievement as it is signed into badges (Open Badges 3.0, B.1.1).

    Its id is the same for every version; `version` tells them apart.
    """
    given = {name: value for name, value in plain(definition).items() if name not in _POLICIES}
    document: Document = {
        **typed(given, "Achievement"),
        "id": addresses.achievement(code),
        "version": definition.version or str(number),
        "humanCode": definition.human_code or code,
    }
    document.setdefault("image", _drawn(definition, addresses, code, number))
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
