"""What is asked at an address of OAuth 2.0, and what is answered: HTTP without any framework's own types."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from issuer.core.documents import Document

NOT_KEPT: Final = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))
"""What every answer with a token or a code says (RFC 6749, section 5.1)."""


@dataclass(frozen=True)
class Asked:
    """A request: its parameters as they came, those of the query or those of the form, and its origin.

    `base` is the origin at which it was asked, which is this server's identity (RFC 8414, section 2).
    """

    base: str
    method: str
    given: Sequence[tuple[str, str]]
    authorization: str | None = None

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The parameters by name, without those that are empty (RFC 6749, section 3.1)."""
        return {name: value for name, value in self.given if value}

    @cached_property
    def repeated(self) -> str | None:
        """A parameter that came more than once, which none may (RFC 6749, sections 3.1 and 3.2)."""
        names = [name for name, _ in self.given]
        return next((name for name in names if names.count(name) > 1), None)

    @property
    def headers(self) -> dict[str, str]:
        """The one header that says who asks, if it can be read at all."""
        given = self.authorization or ""
        return {"Authorization": given} if self._is_readable(given) else {}

    @staticmethod
    def _is_readable(authorization: str) -> bool:
        scheme, _, credentials = authorization.partition(" ")
        try:
            return scheme.lower() == "basic" and ":" in b64decode(credentials, validate=True).decode()
        except ValueError:
            return False


@dataclass(frozen=True)
class Answer:
    """An answer: a JSON document, or where to go on."""

    status: int
    body: Document | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def refused(error: str, description: str, status: int = 400) -> Answer:
    """Return an error as RFC 6749, section 5.2, and RFC 7591, section 3.2.2, write it."""
    return Answer(status, {"error": error, "error_description": ascii_only(description)}, dict(NOT_KEPT))


def ascii_only(text: str) -> str:
    """Return a sentence in the characters that descriptions of errors may have (RFC 6749, section 5.2)."""
    plain = text.replace('"', "'").replace("\\", "/")
    return "".join(each if " " <= each <= "~" else "?" for each in plain)
