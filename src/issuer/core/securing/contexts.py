"""The JSON-LD contexts that a signature can be over: pinned by hash, read from the package, never fetched."""

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from importlib import resources

from issuer.core import documents
from issuer.core.documents import Document
from issuer.errors import Invalid

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTROLLED_IDENTIFIERS = "https://www.w3.org/ns/cid/v1"
"""Named in DID documents, which are read as plain JSON; the loader does not hold it."""

REWORDED_TERMS = frozenset({"endorsementJwt", "jti"})
"""Terms that `context-3.0.3.json` gained in place in 2026: signatures over them differ by copy."""


class UnknownContext(Invalid):
    """The document names a context that this service does not hold."""

    code = "unknown-context"


@dataclass(frozen=True)
class ContextSet:
    """Context documents by URL, which nothing may change.

    `remembered` is what processing them gave, and is emptied where it grows too large; `kept` is not.
    """

    documents: Mapping[str, Document]
    remembered: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    kept: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    def load(self, url: str, _options: object = None) -> Document:
        """Return PyLD's remote-document record for a pinned URL, or raise `UnknownContext`."""
        if url not in self.documents:
            raise UnknownContext(f"the context {url[:200]} is not one that this service knows")
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": self.documents[url],
            "tag": "static",
        }

    def name_of(self, context: object) -> Hashable | None:
        """Return what tells a local context from others, if it is pinned as a whole, and None if not."""
        if isinstance(context, str):
            return (context,) if context in self.documents else None
        if id(context) in self._scoped:
            return id(context)
        if isinstance(context, list) and context and all(self._holds(item) for item in context):
            return tuple(context)
        return None

    def _holds(self, item: object) -> bool:
        return isinstance(item, str) and item in self.documents

    @cached_property
    def _scoped(self) -> frozenset[int]:
        """The contexts inside our own documents. They live as long as the set, so no other has their ids."""
        values = [each for document in self.documents.values() for each in documents.walk(document)]
        if any(path and path[-1] == "@import" for path, _ in values):
            raise RuntimeError("a pinned context imports another, and PyLD would write into that one")
        scoped = [value for path, value in values if path and path[-1] == "@context"]
        return frozenset(id(value) for value in scoped if isinstance(value, dict | list))


@cache
def in_force() -> ContextSet:
    """Return the contexts under which badges are issued and, first, verified."""
    return ContextSet(_documents(superseded=False))


@cache
def superseded() -> ContextSet:
    """Return the same set with the Open Badges text that stood until June 2026."""
    return ContextSet({**_documents(superseded=False), **_documents(superseded=True)})


@cache
def conformance() -> ContextSet:
    """Return the contexts in force and the two that W3C keeps for examples and test suites.

    Those two define every term there is: a set for conformance runs alone, as nothing would be refused.
    """
    return ContextSet({**_documents(superseded=False), **_FOR_CONFORMANCE})


_FOR_CONFORMANCE: Mapping[str, Document] = {
    f"https://www.w3.org/ns/credentials/{name}/v2": {
        "@context": {"@vocab": f"https://www.w3.org/ns/credentials/{word}#"}
    }
    for name, word in (("examples", "examples"), ("undefined-terms", "undefined-term"))
}


def _documents(*, superseded: bool) -> dict[str, Document]:
    folder = resources.files(__package__).joinpath("contexts")
    manifest = json.loads(folder.joinpath("manifest.json").read_bytes())
    found: dict[str, Document] = {}
    for entry in manifest:
        if entry["superseded"] is superseded:
            raw = folder.joinpath(entry["file"]).read_bytes()
            if sha256(raw).hexdigest() != entry["sha256"]:
                raise RuntimeError(f"the packaged context {entry['file']} is not the pinned one")
            found[entry["url"]] = json.loads(raw)
    return found
