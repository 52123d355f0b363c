"""A pathway's definition, as a programme writes it: the badges that make a stack, and what it brings."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, JsonValue, WithJsonSchema, model_validator

from issuer.core import fields
from issuer.core.addresses import Addresses
from issuer.core.awarding import stack_rule
from issuer.core.awarding.profile import Image, plain
from issuer.core.awarding.stack_rule import Rule
from issuer.core.awarding.validity import Duration, MonthDay
from issuer.core.documents import Document
from issuer.core.fields import Code, InvalidFields, Language, Line, Prose, Strict
from issuer.errors import Fault

Grant: TypeAlias = Literal["automatic", "review"]
OnComponentLoss: TypeAlias = Literal["review", "keep", "withdraw"]

FORMAT: Final = "Pathway"
SUFFIX: Final = ".json"

_OF_VERSION: Final = frozenset({"id", "type", "issuer", "code", "version"})
"""What a published version says of itself, beside its definition."""

_RULE: Final[Document] = {
    "description": 'A badge\'s code, or an object: {"badge", "minLevel"}, {"all": [rule]}, '
    '{"any": number, "of": [rule]}, {"points": number, "of": [{"badge", "weight"}]}',
    "anyOf": [{"type": "string"}, {"type": "object"}],
}


class Counts(Strict):
    """Which awards count."""

    expired: bool = False
    """Whether one past its last day still does."""
    from_versions: Literal["any"] = "any"
    """Of which versions of a badge: an award keeps its worth when the badge is described anew."""


class StackValidity(Strict):
    """How long the stack lasts: as its component that ends first, or for a time of its own."""

    ends: Literal["earliest_component"] | None = None
    for_: Annotated[Duration | None, Field(alias="for")] = None
    ends_on: MonthDay | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.ends is None) == (self.for_ is None):
            raise ValueError("validity has either ends or for")
        if self.ends_on is not None and self.for_ is None:
            raise ValueError("endsOn goes with for")
        return self


class PathwayDefinition(Strict):
    """One version of a pathway. `achievement` is the code of the badge that the stack brings."""

    name: Line
    description: Prose
    requires: Annotated[JsonValue, WithJsonSchema(_RULE)]
    achievement: Code | None = None
    counts: Counts = Counts()
    grant: Grant = "automatic"
    """Whether the stack is awarded at once when it is complete, or after somebody looked."""
    on_component_loss: OnComponentLoss = "review"
    """What happens when a badge that was used is withdrawn."""
    validity: StackValidity | None = None
    image: Image | None = None
    in_language: Language = "en"


@dataclass(frozen=True)
class Pathway:
    """A definition with its rule parsed."""

    definition: PathwayDefinition
    rule: Rule

    @property
    def document(self) -> Document:
        """The definition as it is stored, its rule in its shortest form."""
        return {**plain(self.definition), "requires": stack_rule.document(self.rule)}


def read(document: Document) -> Pathway:
    """Return the pathway that a document defines, or raise `InvalidFields` that points at every fault."""
    faults: list[Fault] = []
    try:
        definition = fields.read(PathwayDefinition, document)
    except InvalidFields as error:
        definition = None
        faults.extend(error.faults)
    try:
        rule = stack_rule.parse(document["requires"], ("requires",)) if "requires" in document else None
    except InvalidFields as error:
        rule = None
        faults.extend(error.faults)
    if definition is None or rule is None:
        places = ", ".join(fault.pointer or "the document" for fault in faults[:3])
        raise InvalidFields(f"not accepted: {places}", faults)
    return Pathway(definition, rule)


def published(pathway: Pathway, addresses: Addresses, code: str, number: int) -> Document:
    """Return what is published of a version: it is served byte for byte, and never changes."""
    return {
        "id": addresses.pathway_version(code, number),
        "type": FORMAT,
        "issuer": addresses.did,
        "code": code,
        "version": number,
        **pathway.document,
    }


def of_published(document: Document) -> Pathway:
    """Return the pathway of a published version."""
    return read({name: value for name, value in document.items() if name not in _OF_VERSION})
