"""A credential's text as it goes into a picture."""

from typing import Final

from issuer.core import documents
from issuer.core.baking import refusals
from issuer.core.baking.ascii_json import ascii_json
from issuer.core.securing import jose

_WHITE_SPACE: Final = " \t\r\n"


def carried(credential: str) -> str:
    """Return the text to bake, a compact JWS as it is or JSON in ASCII, or raise an `Invalid`.

    Only the form is judged here: neither whether it is a credential nor whether its seal holds.
    """
    if jose.looks_compact(credential):
        text = jose.parse(credential).text
    else:
        documents.parse(credential.encode(errors="surrogatepass"))
        text = ascii_json(credential.strip(_WHITE_SPACE))
    refusals.refuse_large_text(len(text))
    return text
