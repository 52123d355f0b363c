"""How an issuer's pages look and what they add: nothing of it is signed into a badge."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from issuer.core.fields import Line, Strict, WebUrl

PageLanguage: TypeAlias = Literal["en", "es"]


class Policies(Strict):
    """Where the issuer explains how it works. What has no address is left out of the pages."""

    assessment: WebUrl | None = None
    withdrawal: WebUrl | None = None
    appeal: WebUrl | None = None
    privacy: WebUrl | None = None


class ProviderNumber(Strict):
    """The number under which a state knows the issuer as a provider: certificates carry it."""

    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", examples=["US-PA"])]
    number: Line


class Presentation(Strict):
    """What an operator chooses for an issuer's pages and certificates."""

    color: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$", examples=["#14574f"])] | None = None
    """The issuer's own, as #rrggbb. Pages darken or lighten it until it can be read."""
    language: PageLanguage = "en"
    """For readers whose browser asks for none that there is."""
    time_zone: Annotated[str, Field(pattern=r"^[A-Za-z0-9_+/-]{1,60}$", examples=["America/New_York"])] = (
        "UTC"
    )
    """An IANA name. Days are shown as they are there."""
    kind: Line | None = None
    """What it is: a public school district."""
    legal_name: Line | None = None
    linkedin_organization_id: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")] | None = None
    """With it LinkedIn shows the issuer's own page and logo beside the badge."""
    provider_numbers: list[ProviderNumber] = Field(default_factory=list)
    policies: Policies = Policies()
    records_years: Annotated[int, Field(ge=1, le=100)] | None = None
    """For how many years records of awards are kept."""
