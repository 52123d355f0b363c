"""The kinds of text that an input may hold, and how a refusal names its place."""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)
from pydantic.alias_generators import to_camel

from issuer.core import documents, moments
from issuer.errors import Fault, Invalid

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
"""A pattern for parameters: PostgreSQL refuses NUL, and nobody means the others."""
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"{}|^`\\\x7f-\x9f]+")
_WEB = re.compile(r"https?://[^\s/?#@\\]+([/?#][^\s\\]*)?", re.IGNORECASE)
_DATA = re.compile(r"data:", re.IGNORECASE)
_SENT = "sent"
"""The context of a document that somebody sends. What is stored is read without."""
_EMAIL = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[^@\s<>\"(),:;\\]{1,255}")
_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

Model = TypeVar("Model", bound=BaseModel)
_NAMED: Final = 3
"""How many places of faults are named in the sentence of an error."""


class InvalidFields(Invalid):
    """Some members of the document are missing, unknown or not as they must be."""

    code = "invalid-fields"


class Strict(BaseModel):
    """An input of our own: names in camelCase, nothing unknown, nothing converted."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
    )


def _matching(pattern: re.Pattern[str], sentence: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(sentence)
        return value

    return check


def _plain(value: str) -> str:
    if _CONTROLS.search(value):
        raise ValueError("the text holds control characters, which signatures cannot carry")
    if not value.strip():
        raise ValueError("the text is empty")
    return value


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _not_in_its_address(value: object, info: ValidationInfo) -> object:
    """Refuse a picture that is sent in its address: it would be signed and shown as it came.

    One that was accepted before is still read.
    """
    if info.context == _SENT and isinstance(value, str) and _DATA.match(value):
        raise ValueError("upload it: POST /v1/artwork")
    return value


def _image(value: str) -> str:
    return value if _DATA.match(value) else _web(value)


def _day_or_moment(value: str) -> str:
    """Return an `xsd:dateTime` for a day or a moment, in the form that badges carry."""
    try:
        return moments.midday(moments.parse_day(value)) if len(value) == len("2026-06-05") else _moment(value)
    except moments.InvalidMoment as error:
        raise ValueError(error.detail) from error


def _moment(value: str) -> str:
    try:
        return moments.stamp(moments.parse(value))
    except moments.InvalidMoment as error:
        raise ValueError(error.detail) from error


_web = _matching(_WEB, "it is not an http or https address")

Line = Annotated[str, Field(max_length=500), AfterValidator(_plain)]
Prose = Annotated[str, Field(max_length=20_000), AfterValidator(_plain)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Key = Annotated[str, Field(max_length=128), AfterValidator(_plain)]
Iri = Annotated[str, Field(max_length=2_000), AfterValidator(_matching(_IRI, "it is not an absolute IRI"))]
WebUrl = Annotated[Iri, AfterValidator(_web)]
ImageUrl = Annotated[
    str,
    BeforeValidator(_not_in_its_address),
    Field(max_length=60_000),
    AfterValidator(_matching(_IRI, "it is not an absolute IRI")),
    AfterValidator(_image),
]
Email = Annotated[
    str,
    BeforeValidator(_trimmed),
    AfterValidator(_matching(_EMAIL, "it is not an e-mail address")),
    AfterValidator(_plain),
]
Did = Annotated[str, Field(max_length=500), AfterValidator(_matching(_DID, "it is not a DID"))]
Language = Annotated[
    str, AfterValidator(_matching(_LANGUAGE, "it is not a language tag such as en or es-US"))
]
DayOrMoment = Annotated[str, AfterValidator(_day_or_moment)]
Moment = Annotated[str, AfterValidator(_moment)]
Amount = Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]


def extensible(values: Sequence[str]) -> Callable[[str], str]:
    """Return a check for an Open Badges enumeration that allows `ext:` terms besides its own."""
    known = frozenset(values)

    def check(value: str) -> str:
        if value not in known and not re.fullmatch(r"ext:[A-Za-z0-9._-]{1,100}", value):
            raise ValueError(f"it is none of {', '.join(values)}, nor begins with ext:")
        return value

    return check


def distinct(values: list[Any]) -> list[Any]:
    """Refuse two equal members: anonymous twins cannot be told apart by canonicalisers in use."""
    for index, value in enumerate(values):
        if value in values[:index]:
            raise ValueError(f"item {index} is the same as an earlier one")
    return values


def read(model: type[Model], document: documents.Document, prefix: Sequence[str | int] = ()) -> Model:
    """Return the model of a document, or raise `InvalidFields` that points at each fault."""
    try:
        return model.model_validate(document, context=_SENT)
    except ValidationError as error:
        faults = [_fault(dict(detail), prefix) for detail in error.errors(include_url=False)]
        raise InvalidFields(refusal(faults), faults) from error


def without_code(definition: documents.Document, code: str) -> documents.Document:
    """Return a definition without its code: a file of definitions names it, and may be sent as it is.

    Raises `InvalidFields` where it names another one than its address.
    """
    if definition.get("code", code) != code:
        fault = Fault("/code", f"the address says {code!r}: leave it out, or send it to its own address")
        raise InvalidFields(refusal([fault]), [fault])
    return {name: value for name, value in definition.items() if name != "code"}


def refusal(faults: Sequence[Fault]) -> str:
    """Return the sentence that names the places of the first few faults."""
    places = ", ".join(fault.pointer or "the document" for fault in faults[:_NAMED])
    more = f" and {len(faults) - _NAMED} more" if len(faults) > _NAMED else ""
    return f"not accepted: {places}{more}"


def _fault(detail: documents.Document, prefix: Sequence[str | int]) -> Fault:
    message = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = "this member is not known here"
    return Fault(documents.pointer(*prefix, *detail["loc"]), message)
