"""What the API answers to an event that is only tried."""

from typing import Annotated

from pydantic import Field

from issuer.services.trying import Trial, Would
from issuer.web.answers import Answer
from issuer.web.cautions import CautionOut, cautions_out


class TrialOut(Answer):
    """What an event would lead to, and the badge before it is signed, where there would be a new one."""

    result: Would
    credential: dict[str, object] | None = None
    warnings: list[CautionOut] = Field(default_factory=list)
    request_id: Annotated[str, Field(alias="request_id")]


def trial_out(found: Trial, request_id: str) -> TrialOut:
    """Return the answer to an event that is only tried."""
    return TrialOut(
        result=found.would,
        credential=found.document,
        warnings=cautions_out(found.cautions),
        request_id=request_id,
    )
