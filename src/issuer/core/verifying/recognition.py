"""Who knows an issuer: lists of issuers, each with its name and date. It says nothing of a badge."""

from collections.abc import Iterable
from dataclasses import dataclass

from issuer.core.documents import Document
from issuer.errors import Invalid

MAX_ISSUERS = 50_000


class UnreadableRegistry(Invalid):
    """A list of issuers has none of the forms that are known here."""

    code = "unreadable-registry"


@dataclass(frozen=True)
class Registry:
    """A list of issuers: what it is called, the date it gives of itself or was read, and the ids in it."""

    name: str
    dated: str
    issuers: frozenset[str]


def registry(name: str, document: Document, read_on: str) -> Registry:
    """Return the registry in a document, or raise `UnreadableRegistry`.

    Two forms are read: that of the Digital Credentials Consortium (`{"meta": {"updated"}, "registry": {id:
    {"name", …}}}`), and an allow-list of our own (`{id: {"name", …}}`), whose keys are DIDs or addresses.
    """
    entries = document.get("registry", document)
    meta = document.get("meta")
    if not isinstance(entries, dict) or len(entries) > MAX_ISSUERS:
        raise UnreadableRegistry(
            f"{name}: a list of issuers is an object whose members are DIDs or addresses"
        )
    wrong = next((key for key in entries if not key.startswith(("did:", "https://", "http://"))), None)
    if wrong is not None:
        raise UnreadableRegistry(f"{name}: {wrong[:80]!r} is neither a DID nor an address")
    dated = str(meta.get("updated", read_on)) if isinstance(meta, dict) else read_on
    return Registry(name, dated, frozenset(entries))


def recognized_by(issuer: str | None, registries: Iterable[Registry]) -> str | None:
    """Return the sentence that names the first list with an issuer and its date, or None."""
    found = next((each for each in registries if issuer in each.issuers), None)
    return f"{found.name} ({found.dated[:40]})" if found else None
