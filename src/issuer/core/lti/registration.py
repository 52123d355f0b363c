"""What is agreed with a platform of LTI 1.3: its addresses, and what it calls us."""

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from issuer.core import fields
from issuer.core.fields import Line, Strict, WebUrl

_ORIGIN: Final = re.compile(
    r"https://[a-z0-9.-]{1,253}(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
)

Deployment = Annotated[Line, Field(max_length=255)]


def origin(url: str) -> str | None:
    """Return the origin of an https address, or of one on this machine; None for anything else."""
    try:
        place = urlsplit(url)
    except ValueError:
        return None
    found = f"{place.scheme}://{place.netloc.lower()}"
    return found if _ORIGIN.fullmatch(found) else None


def _with_origin(url: str) -> str:
    if origin(url) is None or "#" in url:
        raise ValueError("an https address without a fragment is needed")
    return url


Address = Annotated[WebUrl, AfterValidator(_with_origin)]


class Registration(Strict):
    """What a platform's administrator tells of it once we are registered there (LTI 1.3, 3.1.3).

    `keysUrl` is where it publishes the keys that it signs launches with.
    """

    issuer: Address
    client_id: Line
    deployment_ids: Annotated[
        list[Deployment], Field(min_length=1, max_length=100), AfterValidator(fields.distinct)
    ]
    authorization_url: Address
    token_url: Address
    keys_url: Address

    @property
    def origins(self) -> frozenset[str]:
        """The origins that are the platform's own."""
        known = (self.issuer, self.authorization_url, self.token_url, self.keys_url)
        return frozenset(found for each in known if (found := origin(each)))
