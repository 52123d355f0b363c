"""What an agency answers of each row, and what its district is to do about it."""

from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from issuer.core.fields import Line, Strict

Outcome: TypeAlias = Literal["accepted", "rejected", "held"]
Reason: TypeAlias = Literal[
    "id_missing",
    "id_unknown",
    "name_mismatch",
    "duplicate",
    "outside_license_period",
    "not_approved_provider",
    "credit_mismatch",
    "insufficient_detail",
    "other",
]

FIXES: Final[dict[Reason, str]] = {
    "id_missing": "Send the identifier at the state with an event for the person: the row follows.",
    "id_unknown": "Look the identifier up with the educator, correct it in the platform, and send it anew.",
    "name_mismatch": "Compare the name with the state's record; correct the badge with a reissue.",
    "duplicate": "The state has it already: nothing is to be done, unless two people are one (merge them).",
    "outside_license_period": "The activity lies outside the licence's period: the educator asks the state.",
    "not_approved_provider": "Set the approved-provider number in the export profile.",
    "credit_mismatch": "Compare the credit of the achievement with what the state allows; publish a version.",
    "insufficient_detail": "Add dates, rubric results or evidence to what the platform sends; reissue.",
    "other": "The agency has to say more: ask it, with the address of the badge.",
}
"""For each reason, the one next step at the district."""


class Receipt(Strict):
    """What became of one row at the agency. A rejection has a reason."""

    model_config = ConfigDict(alias_generator=None)

    seq: Annotated[int, Field(ge=0, le=2**53)]
    credential_id: Line
    outcome: Outcome
    reason: Reason | None = None
    agency_record_id: Line | None = None
    note: Line | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.outcome != "accepted" and self.reason is None:
            raise ValueError(f"a reason is needed: one of {', '.join(FIXES)}")
        return self
