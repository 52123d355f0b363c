"""The Profile of an issuing organisation, as an operator writes it (Open Badges 3.0, B.1.21)."""

from typing import Annotated

from pydantic import AfterValidator, Field

from issuer.core import documents
from issuer.core.awarding import vocabulary
from issuer.core.documents import Document
from issuer.core.fields import (
    Email,
    ImageUrl,
    Iri,
    Line,
    Prose,
    Strict,
    WebUrl,
    distinct,
    extensible,
)

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Image(Strict):
    """Open Badges 3.0 Image. The caption is its alternative text."""

    id: ImageUrl
    caption: Line | None = None


class Geo(Strict):
    """Open Badges 3.0 GeoCoordinates, in degrees."""

    latitude: Latitude
    longitude: Longitude


class Address(Strict):
    """Open Badges 3.0 Address."""

    address_country: Line | None = None
    address_country_code: Line | None = None
    address_region: Line | None = None
    address_locality: Line | None = None
    street_address: Line | None = None
    post_office_box_number: Line | None = None
    postal_code: Line | None = None
    geo: Geo | None = None


class Identifier(Strict):
    """Open Badges 3.0 IdentifierEntry: an id that somebody else gave, such as an NCES id."""

    identifier: Line
    identifier_type: Annotated[Line, AfterValidator(extensible(vocabulary.IDENTIFIER_TYPES))]


class ProfileFields(Strict):
    """What an operator says of an organisation."""

    name: Line
    url: WebUrl | None = None
    phone: Line | None = None
    email: Email | None = None
    description: Prose | None = None
    image: Image | None = None
    address: Address | None = None
    other_identifier: Annotated[list[Identifier], AfterValidator(distinct)] = Field(default_factory=list)
    official: Line | None = None


class CreatorFields(ProfileFields):
    """The Profile of whoever wrote an achievement, where it is not the issuer."""

    id: Iri


def profile_document(fields: ProfileFields, did: str) -> Document:
    """Return the Open Badges 3.0 Profile, without null members and empty arrays (section 8)."""
    given = plain(fields)
    return typed({**given, "id": did}, "Profile")


def plain(model: Strict) -> Document:
    """Return a model's members by their specification names: no nulls and no empty arrays."""
    document = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {name: _exact(value) for name, value in document.items() if value != []}


def typed(document: Document, name: str) -> Document:
    """Return the document with its `type`, and with those of the profile's parts."""
    result: Document = {"id": document["id"]} if "id" in document else {}
    result["type"] = [name]
    result.update({key: value for key, value in document.items() if key != "id"})
    if "image" in result:
        result["image"] = {**result["image"], "type": "Image"}
    if "address" in result:
        result["address"] = _address(result["address"])
    if "otherIdentifier" in result:
        entries = result["otherIdentifier"]
        result["otherIdentifier"] = [{"type": "IdentifierEntry", **entry} for entry in entries]
    return result


def _exact(value: object) -> object:
    if isinstance(value, float):
        return documents.number(value)
    if isinstance(value, dict):
        return {name: _exact(member) for name, member in value.items() if member != []}
    return [_exact(item) for item in value] if isinstance(value, list) else value


def _address(address: Document) -> Document:
    found: Document = {"type": ["Address"], **address}
    if "geo" in found:
        found["geo"] = {"type": "GeoCoordinates", **found["geo"]}
    return found
