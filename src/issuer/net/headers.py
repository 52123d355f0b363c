"""The headers of one answer, by their names."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Headers:
    """Header lines as they were received. Names are compared in lower case."""

    lines: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, lines: Iterable[tuple[bytes, bytes]]) -> "Headers":
        """Return the headers of an answer."""
        return cls(tuple((name.lower(), value) for name, value in lines))

    def values(self, name: str) -> list[str]:
        """Return the values of every line of a name, without the white space around them."""
        wanted = name.encode()
        return [value.decode("latin-1").strip() for found, value in self.lines if found == wanted]

    def joined(self, name: str) -> str:
        """Return a header's values as one text, empty where there is none (RFC 9110 section 5.3)."""
        return ",".join(self.values(name))
