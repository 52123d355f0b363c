"""What the readers of all dialects share: members that are looked at, and all others let pass."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from issuer.core import documents, fields, moments
from issuer.core.documents import Document
from issuer.core.fields import Line
from issuer.errors import Fault, Invalid

MAX_EVENTS: Final = 1_000
_LATEST: Final = 4_102_444_800  # the year 2100, in seconds


Place: TypeAlias = tuple[str | int, ...]
"""Where something stands in a message."""


class TooManyEvents(Invalid):
    """One message holds more events than are taken at once."""

    code = "too-many-events"


class Foreign(BaseModel):
    """An object of a platform: what we do not need of it may be there, and changes with its versions."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, hide_input_in_errors=True)


class Camel(Foreign):
    """An object of a platform that writes its names in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel)


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _moment(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a date and time with its offset from UTC is needed")  # noqa: TRY004 - pydantic asks for it
    try:
        return moments.parse(value)
    except moments.InvalidMoment as error:
        raise ValueError(error.detail) from error


def _seconds(value: object) -> object:
    text = str(value)
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(_LATEST))
    if isinstance(value, bool) or not is_number or int(text) > _LATEST:
        raise ValueError("seconds since 1970 are needed")
    return datetime.fromtimestamp(int(text), UTC)


def _whole(value: object) -> object:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal()) or len(text) > 9:  # noqa: PLR2004
        raise ValueError("a whole number is needed")
    return int(text)


Id = Annotated[Line, BeforeValidator(_as_text)]
"""An id that one version of a platform writes as text, and another as a number."""
When = Annotated[datetime, BeforeValidator(_moment)]
Seconds = Annotated[datetime, BeforeValidator(_seconds)]
Whole = Annotated[int, BeforeValidator(_whole)]
Score = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(max_length=500), AfterValidator(lambda text: text.strip() or None)]
"""Somebody's name or address as a platform has it, which may be empty."""


def derived(*parts: object) -> str:
    """Return an event id for a statement that has none: the same for the same parts, sent however often."""
    whole = {"parts": [None if part is None else str(part) for part in parts]}
    return sha256(documents.canonical_bytes(whole)).hexdigest()


def scaled(given: float | None, most: float | None) -> float | None:
    """Return a score from 0 to 1, None where it is not of anything."""
    if given is None or most is None or most <= 0:
        return None
    return min(1.0, max(0.0, given / most))


def objects(value: object, *place: str) -> list[tuple[Place, Document]]:
    """Return the objects of an array, each with where it stands; one alone counts as an array of one.

    Raises `TooManyEvents`, or `InvalidFields` for anything else.
    """
    if isinstance(value, dict):
        return [(place, value)]
    if not isinstance(value, list):
        fault = Fault(documents.pointer(*place), "an object or an array of objects is needed")
        raise fields.InvalidFields("there is no event in it", [fault])
    if len(value) > MAX_EVENTS:
        fault = Fault(documents.pointer(*place), f"send at most {MAX_EVENTS} at once")
        raise TooManyEvents(f"{len(value)} events are more than are taken at once", [fault])
    return [((*place, index), _object(each, (*place, index))) for index, each in enumerate(value)]


def _object(value: object, place: Place) -> Document:
    if not isinstance(value, dict):
        fault = Fault(documents.pointer(*place), "an object is needed")
        raise fields.InvalidFields("an event is no object", [fault])
    return value
