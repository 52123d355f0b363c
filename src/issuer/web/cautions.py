"""What an issued event lacks, as the answer to it says."""

from collections.abc import Iterable

from pydantic import BaseModel, Field

from issuer.core.awarding.requirements import Caution


class CautionOut(BaseModel):
    """Something that the event lacks, though its badge is issued. It is told in the first answer alone."""

    code: str = Field(examples=["evidence-missing"])
    detail: str
    pointer: str = Field(description="Where in the event: RFC 6901 JSON Pointer")


def cautions_out(found: Iterable[Caution]) -> list[CautionOut]:
    """Return the warnings of an answer."""
    return [CautionOut(code=each.code, detail=each.detail, pointer=each.pointer) for each in found]
